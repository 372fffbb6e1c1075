import CRM
import Foundation
import Geo

/// Partners as CSV, one at a time. The headings are those that ``PartnerImport`` understands.
public struct PartnersCSV {
  private var writer: CSVWriter

  public init(byteOrderMark: Bool = false, sink: @escaping ([UInt8]) throws -> Void) throws {
    writer = CSVWriter(byteOrderMark: byteOrderMark, sink: sink)
    try writer.row([
      "id", "name", "kind", "status", "responsible", "address", "phone", "latitude", "longitude", "level",
      "stale",
      "last visit", "call interval", "tags", "opening hours", "visit length",
    ])
  }

  public mutating func write(_ partner: PartnerSummary) throws {
    try writer.row([
      .text(partner.id.description), .text(partner.name), .text(partner.kind.rawValue),
      .text(partner.status.rawValue), .init(partner.responsible), .init(partner.address),
      .init(partner.phone),
      partner.coordinate.map { .double($0.latitude) } ?? .empty,
      partner.coordinate.map { .double($0.longitude) } ?? .empty, .init(partner.level?.rawValue),
      .text(partner.stale ? "true" : "false"), .init(partner.lastVisit.map { ExportClock.utc($0) }),
      .init(partner.callIntervalDays), .text(partner.tags.joined(separator: ", ")),
      .init(partner.openingHours?.text),
      .init(partner.visitLength.map { "\(($0.value + 30) / 60) min" }),
    ])
  }

  public mutating func finish() throws { try writer.finish() }
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
