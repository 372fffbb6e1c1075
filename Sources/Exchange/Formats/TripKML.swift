import CRM
import Foundation
import Geo

/// A trip as KML 2.2 for Google Earth, QGIS, phones: a folder a day with its stops in order and its legs in the colour
/// of the day; estimated legs are thinner and paler. KML knows no dashes.
public enum TripKML {
  /// The document as UTF-8.
  /// - Parameter partners: for address and phone of the stops; those not in it simply lack them.
  public static func bytes(_ trip: Trip, partners: [PartnerID: PartnerSummary] = [:]) -> [UInt8] {
    let clock = ExportClock(trip.timeZone)
    var kml = KMLBuilder(name: trip.title)
    kml.style("place", colour: "#111827")
    if !trip.unassigned.isEmpty { kml.style("left-out", colour: DayColour.leftOut.hex) }
    for index in trip.days.indices.prefix(DayColour.all.count) {
      let colour = DayColour.ofDay(index).hex
      kml.style(style(ofDay: index), colour: colour)
      kml.style(style(ofDay: index, estimated: true), colour: colour, width: 2, opacity: 0.6)
    }
    kml.add(
      KMLPlacemark(name: trip.start.label, style: "place", geometry: .point(trip.start.coordinate)))
    if let end = trip.end, end != trip.start {
      kml.add(KMLPlacemark(name: end.label, style: "place", geometry: .point(end.coordinate)))
    }
    for (index, day) in trip.days.enumerated() {
      kml.folder("Day \(index + 1) · \(day.date)") { kml in
        for (position, stop) in day.stops.enumerated() {
          kml.add(self.stop(stop, position, day, index, clock, partners[stop.partner]))
        }
        for position in day.legs.indices { kml.add(leg(position, trip, index)) }
      }
    }
    if !trip.unassigned.isEmpty {
      kml.folder("Left out") { kml in
        for left in trip.unassigned { kml.add(leftOut(left)) }
      }
    }
    kml.finish()
    return kml.take()
  }

  // MARK: - Parts

  /// Days beyond the last colour begin again.
  private static func style(ofDay index: Int, estimated: Bool = false) -> String {
    "day-\(index % DayColour.all.count + 1)" + (estimated ? "-estimated" : "")
  }

  private static func stop(
    _ stop: Stop, _ position: Int, _ day: TripDay, _ index: Int, _ clock: ExportClock,
    _ partner: PartnerSummary?
  ) -> KMLPlacemark {
    var description = ["\(day.date) \(clock.minute(stop.serviceStart))–\(clock.minute(stop.departure))"]
    description += [partner?.address, partner?.phone].compactMap { $0 }
    if !stop.outcome.isEmpty { description.append(stop.outcome) }
    return KMLPlacemark(
      name: "\(index + 1).\(position + 1) \(stop.name)", address: partner?.address, phone: partner?.phone,
      description: description, style: style(ofDay: index),
      data: [
        ("day", String(index + 1)), ("position", String(position + 1)),
        ("partner", stop.partner.description), ("arrival", clock.local(stop.arrival)),
        ("serviceStart", clock.local(stop.serviceStart)), ("departure", clock.local(stop.departure)),
        ("visit", stop.visit.rawValue),
      ], geometry: .point(stop.coordinate))
  }

  private static func leg(_ position: Int, _ trip: Trip, _ index: Int) -> KMLPlacemark {
    let day = trip.days[index]
    let leg = day.legs[position]
    let isEstimated = leg.source == .greatCircle
    let target = position < day.stops.count ? day.stops[position].name : trip.end(ofDay: index)?.label ?? ""
    let tenths = Int((leg.metres.value / 100).rounded())
    return KMLPlacemark(
      name: "→ \(target)",
      description: [
        "\(tenths / 10).\(tenths % 10) km, \((leg.seconds.value + 30) / 60) min"
          + (isEstimated ? ", estimated" : "")
      ], style: style(ofDay: index, estimated: isEstimated),
      data: [
        ("day", String(index + 1)), ("position", String(position + 1)),
        ("metres", String(Int(leg.metres.value.rounded()))), ("seconds", String(leg.seconds.value)),
        ("source", leg.source.rawValue),
      ], geometry: leg.geometry.points.count >= 2 ? .line(leg.geometry) : nil)
  }

  private static func leftOut(_ left: UnassignedStop) -> KMLPlacemark {
    KMLPlacemark(
      name: left.name, description: left.detail.isEmpty ? [] : [left.detail], style: "left-out",
      data: [("partner", left.partner.description), ("reason", left.reason.rawValue)],
      geometry: left.coordinate.map { .point($0) })
  }
}
