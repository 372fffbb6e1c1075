import CRM
import Foundation
import Geo

/// A trip as GPX 1.1 (topografix.com/GPX/1/1): a waypoint for each stop, and for each day a route (the stops in order,
/// for devices that find the way themselves) and a track (the way as planned).
public enum TripGPX {
  /// The document as UTF-8.
  /// - Parameter partners: for address and phone of the stops.
  public static func bytes(_ trip: Trip, partners: [PartnerID: PartnerSummary] = [:], at: Date) -> [UInt8] {
    let clock = ExportClock(trip.timeZone)
    var xml = XMLBuilder()
    xml.start(
      "gpx",
      [
        ("version", "1.1"), ("creator", "planner"), ("xmlns", "http://www.topografix.com/GPX/1/1"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        (
          "xsi:schemaLocation",
          "http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd"
        ),
      ])
    xml.start("metadata")
    xml.element("name", trip.title)
    xml.element("time", ExportClock.utc(at))
    if let box = bounds(trip) {
      xml.empty(
        "bounds",
        [
          ("minlat", degrees(box.south)), ("minlon", degrees(box.west)), ("maxlat", degrees(box.north)),
          ("maxlon", degrees(box.east)),
        ])
    }
    xml.end()
    for (index, day) in trip.days.enumerated() {
      for (position, stop) in day.stops.enumerated() {
        point("wpt", stop.coordinate, &xml) { xml in
          xml.element("time", ExportClock.utc(stop.arrival))
          xml.element("name", "\(index + 1).\(position + 1) \(stop.name)")
          xml.element("desc", description(stop, clock, partners[stop.partner]))
          xml.element("sym", "Flag, Blue")
          xml.element("type", "visit")
        }
      }
    }
    for (index, day) in trip.days.enumerated() { route(trip, day, index, &xml) }
    for (index, day) in trip.days.enumerated() { track(trip, day, index, &xml) }
    xml.end()
    return xml.bytes
  }

  // MARK: - Parts

  private static func route(_ trip: Trip, _ day: TripDay, _ index: Int, _ xml: inout XMLBuilder) {
    xml.start("rte")
    xml.element("name", "\(trip.title) — \(day.date)")
    xml.element("number", String(index + 1))
    let start = trip.start(ofDay: index)
    point("rtept", start.coordinate, &xml) { $0.element("name", start.label) }
    for stop in day.stops {
      point("rtept", stop.coordinate, &xml) { $0.element("name", stop.name) }
    }
    if let end = trip.end(ofDay: index) {
      point("rtept", end.coordinate, &xml) { $0.element("name", end.label) }
    }
    xml.end()
  }

  private static func track(_ trip: Trip, _ day: TripDay, _ index: Int, _ xml: inout XMLBuilder) {
    xml.start("trk")
    xml.element("name", "\(trip.title) — \(day.date)")
    xml.element("number", String(index + 1))
    xml.start("trkseg")
    var last: Coordinate?
    for leg in day.legs {
      for c in leg.geometry.points where c != last {
        xml.empty("trkpt", [("lat", degrees(c.latitude)), ("lon", degrees(c.longitude))])
        last = c
      }
    }
    xml.end()
    xml.end()
  }

  private static func point(
    _ name: StaticString, _ c: Coordinate, _ xml: inout XMLBuilder, _ content: (inout XMLBuilder) -> Void
  ) {
    xml.start(name, [("lat", degrees(c.latitude)), ("lon", degrees(c.longitude))])
    content(&xml)
    xml.end()
  }

  private static func description(_ stop: Stop, _ clock: ExportClock, _ partner: PartnerSummary?) -> String {
    var lines = ["\(clock.minute(stop.arrival)) – \(clock.minute(stop.departure))"]
    if let address = partner?.address { lines.append(address) }
    if let phone = partner?.phone { lines.append(phone) }
    return lines.joined(separator: "\n")
  }

  private static func bounds(_ trip: Trip) -> BoundingBox? {
    BoundingBox(
      around: [trip.start.coordinate] + (trip.end.map { [$0.coordinate] } ?? [])
        + trip.days.flatMap { day in day.stops.map(\.coordinate) + day.legs.flatMap(\.geometry.points) })
  }

  /// Plain decimals, seven at most, never an exponent. GPX allows longitudes below 180 only.
  static func degrees(_ value: Double) -> String {
    let scaled = Int((min(value, value == 180 ? 179.999_999_9 : value) * 1e7).rounded())
    let (whole, fraction) = abs(scaled).quotientAndRemainder(dividingBy: 10_000_000)
    let sign = scaled < 0 ? "-" : ""
    guard fraction > 0 else { return "\(sign)\(whole)" }
    var digits = String(fraction)
    digits = String(repeating: "0", count: 7 - digits.utf8.count) + digits
    while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
    return "\(sign)\(whole).\(digits)"
  }
}
