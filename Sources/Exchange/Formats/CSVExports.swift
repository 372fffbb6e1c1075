import CRM
import Foundation
import Geo

/// Partners as CSV, one at a time, with everything ``PartnerImport`` takes back: imported into the same database every row
/// is skipped, into another one the partners come out as they were. The rest is for reading: the last visit.
public struct PartnersCSV {
  private var writer: CSVWriter

  static let headings = [
    "planner id", "name", "kind", "status", "responsible", "address", "country", "region", "region code",
    "district", "city", "street", "house", "postcode", "legal address", "mailing address", "phone", "email",
    "web", "contact person", "registration number", "tags", "call interval", "opening hours", "visit length",
    "do not visit", "do not visit reason", "latitude", "longitude", "location level", "location stale",
    "last visit", "external references", "note",
  ]

  public init(byteOrderMark: Bool = false, sink: @escaping ([UInt8]) throws -> Void) throws {
    writer = CSVWriter(byteOrderMark: byteOrderMark, sink: sink)
    try writer.row(Self.headings.map { .text($0) })
  }

  /// - Parameter responsible: login of the responsible user.
  public mutating func write(_ partner: Partner, responsible: String?) throws {
    let address = partner.addresses.first { $0.type == .physical }
    func text(_ type: Address.AddressType) -> CSVWriter.Cell {
      .init(partner.addresses.first { $0.type == type }?.text)
    }
    func lines(_ list: [String]) -> CSVWriter.Cell {
      list.isEmpty ? .empty : .text(list.joined(separator: "\n"))
    }
    let parts = address?.components
    let location = partner.location
    try writer.row([
      .text(partner.id.description), .text(partner.name), .text(partner.kind.rawValue),
      .text(partner.status.rawValue), .init(responsible), text(.physical), .init(parts?.country),
      .init(parts?.region), .init(parts?.regionCode), .init(parts?.district), .init(parts?.city),
      .init(parts?.street), .init(parts?.house), .init(parts?.postcode), text(.legal), text(.mailing),
      lines(Self.phones(partner, country: parts?.country)), lines(Self.emails(partner)),
      lines(Self.webs(partner)), lines(partner.people.map { PersonText.write($0) }),
      .init(partner.registrationNumber), .text(partner.tags.joined(separator: ", ")),
      .init(partner.callIntervalDays), .init(partner.openingHours?.text),
      .init(partner.visitLength.map { $0.value % 60 == 0 ? "\($0.value / 60) min" : "\($0.value) s" }),
      .init(partner.doNotVisit.map { BanText.write($0) }), .init(partner.doNotVisit?.reason),
      location.map { .double($0.coordinate.latitude) } ?? .empty,
      location.map { .double($0.coordinate.longitude) } ?? .empty,
      .init(location.map { LocationLevelText.write($0) }),
      location?.stale == true ? .text(LocationLevelText.stale) : .empty,
      .init(partner.lastVisit.map { ExportClock.utc($0) }),
      lines(partner.externalReferences.map { ReferenceText.write($0) }), .text(partner.note),
    ])
  }

  public mutating func finish() throws { try writer.finish() }

  /// As typed, where that alone gives the number again. Incomplete ones come first: behind another number a short one is
  /// read as its continuation.
  private static func phones(_ partner: Partner, country: String?) -> [String] {
    let points = partner.contactPoints.filter { $0.kind == .phone }
    let complete = points.filter { $0.normalised.utf8.first == UInt8(ascii: "+") }.map { point in
      let read = [nil, country].allSatisfy { country in
        PhoneNumber.entries(in: point.value, country: country).map(\.normalised) == [point.normalised]
      }
      return read ? point.value : point.normalised
    }
    return points.filter { $0.normalised.utf8.first != UInt8(ascii: "+") }.map(\.value) + complete
  }

  private static func emails(_ partner: Partner) -> [String] {
    partner.contactPoints.filter { $0.kind == .email }.map { point in
      EmailAddress.pieces(of: point.value) == [point.value] ? point.value : point.normalised
    }
  }

  private static func webs(_ partner: Partner) -> [String] {
    partner.contactPoints.filter { $0.kind == .web }.map { point in
      WebAddress.normalise(point.value) == point.normalised ? point.value : point.normalised
    }
  }
}

/// A trip as CSV: its stops in order, then who was left out.
public enum TripCSV {
  /// The table as UTF-8. Times are local to the trip.
  public static func bytes(
    _ trip: Trip, partners: [PartnerID: PartnerSummary] = [:], byteOrderMark: Bool = false
  ) -> [UInt8] {
    let clock = ExportClock(trip.timeZone)
    var bytes: [UInt8] = byteOrderMark ? [0xEF, 0xBB, 0xBF] : []
    func row(_ cells: [CSVWriter.Cell]) { CSVWriter.append(cells, to: &bytes) }
    row([
      "day", "date", "position", "name", "address", "phone", "arrival", "service start", "departure",
      "latitude",
      "longitude", "leg metres", "leg seconds", "locked", "visit", "outcome", "reason", "detail", "partner",
    ])
    for (index, day) in trip.days.enumerated() {
      for (position, stop) in day.stops.enumerated() {
        let leg = position < day.legs.count ? day.legs[position] : nil
        row([
          .int(index + 1), .text(day.date.description), .int(position + 1), .text(stop.name),
          .init(partners[stop.partner]?.address), .init(partners[stop.partner]?.phone),
          .text(clock.minute(stop.arrival)), .text(clock.minute(stop.serviceStart)),
          .text(clock.minute(stop.departure)), .double(stop.coordinate.latitude),
          .double(stop.coordinate.longitude), .init(leg.map { Int($0.metres.value.rounded()) }),
          .init(leg?.seconds.value), .text(stop.locked ? "true" : "false"), .text(stop.visit.rawValue),
          .text(stop.outcome), .empty, .empty, .text(stop.partner.description),
        ])
      }
    }
    for left in trip.unassigned {
      row([
        .empty, .empty, .empty, .text(left.name), .init(partners[left.partner]?.address),
        .init(partners[left.partner]?.phone), .empty, .empty, .empty,
        left.coordinate.map { .double($0.latitude) } ?? .empty,
        left.coordinate.map { .double($0.longitude) } ?? .empty, .empty, .empty, .empty, .empty, .empty,
        .text(left.reason.rawValue), .text(left.detail), .text(left.partner.description),
      ])
    }
    return bytes
  }
}
