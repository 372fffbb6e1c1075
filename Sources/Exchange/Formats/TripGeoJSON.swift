import CRM
import Foundation
import Geo

/// A trip as one GeoJSON FeatureCollection (RFC 7946) that any map viewer colours by itself: simplestyle 1.1
/// properties, one colour a day.
///
/// Features in order, told apart by `kind`: `region` (each area the trip was chosen by), `leg` (lines in driving order,
/// with metres, seconds and whether they follow `roads` or the `greatCircle`),
/// `start` and `end`, `stop` (with day, place in the day, times), `leftOut` (with reason; without geometry where the
/// partner has no place). Times are local to the trip with their offset.
public enum TripGeoJSON {
  /// - Parameters:
  ///   - regions: areas to draw below the trip.
  ///   - partners: for address and phone of the stops; those not in it simply lack them.
  public static func features(
    of trip: Trip, regions: [Region] = [], partners: [PartnerID: PartnerSummary] = [:]
  ) -> [GeoJSON.Feature] {
    let clock = ExportClock(trip.timeZone)
    var features = regions.map(region)
    for (index, day) in trip.days.enumerated() {
      for (position, leg) in day.legs.enumerated() {
        features.append(self.leg(leg, position, day, index))
      }
    }
    features.append(place(trip.start, kind: "start", symbol: "home"))
    if let end = trip.end, end != trip.start { features.append(place(end, kind: "end", symbol: "flag")) }
    for (index, day) in trip.days.enumerated() {
      for (position, stop) in day.stops.enumerated() {
        features.append(self.stop(stop, position, day, index, clock, partners[stop.partner]))
      }
    }
    for left in trip.unassigned { features.append(leftOut(left)) }
    return features
  }

  /// Writes the collection piece by piece.
  public static func write(
    _ trip: Trip, regions: [Region] = [], partners: [PartnerID: PartnerSummary] = [:],
    to sink: @escaping ([UInt8]) throws -> Void
  ) throws {
    var writer = GeoJSONWriter(members: members(of: trip), sink: sink)
    for feature in features(of: trip, regions: regions, partners: partners) { try writer.write(feature) }
    try writer.finish()
  }

  /// The whole collection as UTF-8.
  public static func bytes(
    _ trip: Trip, regions: [Region] = [], partners: [PartnerID: PartnerSummary] = [:]
  ) -> [UInt8] {
    GeoJSONWriter.bytes(features(of: trip, regions: regions, partners: partners), members: members(of: trip))
  }

  private static func members(of trip: Trip) -> [(String, JSONValue)] {
    [
      ("name", .string(trip.title)),
      (
        "trip",
        .object([
          ("id", .string(trip.id.description)), ("state", .string(trip.state.rawValue)),
          ("timeZone", .string(trip.timeZone)), ("matrix", .string(trip.matrix.rawValue)),
          ("metres", .double(trip.metres.value.rounded())), ("seconds", .int(trip.seconds.value)),
        ])
      ),
    ]
  }

  // MARK: - Features

  private static func region(_ region: Region) -> GeoJSON.Feature {
    GeoJSON.Feature(
      id: .string(region.code), geometry: .multiPolygon(region.area),
      properties: [
        ("kind", "region"), ("code", .string(region.code)), ("title", .string(region.name())),
        ("stroke", "#6B7280"), ("stroke-width", 2), ("stroke-opacity", 0.8), ("fill", "#6B7280"),
        ("fill-opacity", 0.08),
      ])
  }

  private static func leg(_ leg: Leg, _ position: Int, _ day: TripDay, _ index: Int) -> GeoJSON.Feature {
    GeoJSON.Feature(
      geometry: leg.geometry.points.count >= 2 ? .line(leg.geometry) : nil,
      properties: [
        ("kind", "leg"), ("day", .int(index + 1)), ("date", .string(day.date.description)),
        ("position", .int(position + 1)),
        ("to", position < day.stops.count ? .string(day.stops[position].partner.description) : .null),
        ("metres", .double(leg.metres.value.rounded())), ("seconds", .int(leg.seconds.value)),
        ("source", .string(leg.source.rawValue)),
        ("stroke", .string(DayColour.ofDay(index).hex)),
        // Simplestyle knows no dashes: what is estimated is thinner and paler.
        ("stroke-width", leg.source == .roads ? 4 : 3),
        ("stroke-opacity", leg.source == .roads ? 0.9 : 0.55),
      ])
  }

  private static func place(_ place: Place, kind: String, symbol: String) -> GeoJSON.Feature {
    GeoJSON.Feature(
      geometry: .point(place.coordinate),
      properties: [
        ("kind", .string(kind)), ("title", .string(place.label)), ("marker-color", "#111827"),
        ("marker-symbol", .string(symbol)), ("marker-size", "large"),
      ])
  }

  private static func stop(
    _ stop: Stop, _ position: Int, _ day: TripDay, _ index: Int, _ clock: ExportClock,
    _ partner: PartnerSummary?
  ) -> GeoJSON.Feature {
    var properties: [(String, JSONValue)] = [
      ("kind", "stop"), ("title", .string(stop.name)),
      (
        "description",
        .string(
          "\(day.date) \(clock.minute(stop.serviceStart))–\(clock.minute(stop.departure))"
            + (partner?.address.map { "\n\($0)" } ?? "") + (partner?.phone.map { "\n\($0)" } ?? ""))
      ),
      ("stop", .string(stop.id.description)), ("partner", .string(stop.partner.description)),
      ("name", .string(stop.name)), ("day", .int(index + 1)), ("date", .string(day.date.description)),
      ("position", .int(position + 1)), ("arrival", .string(clock.local(stop.arrival))),
      ("serviceStart", .string(clock.local(stop.serviceStart))),
      ("departure", .string(clock.local(stop.departure))), ("locked", .bool(stop.locked)),
      ("visit", .string(stop.visit.rawValue)), ("outcome", .string(stop.outcome)),
    ]
    if let address = partner?.address { properties.append(("address", .string(address))) }
    if let phone = partner?.phone { properties.append(("phone", .string(phone))) }
    properties += [
      ("marker-color", .string(DayColour.ofDay(index).hex)),
      // Simplestyle markers show one digit or letter.
      ("marker-symbol", position < 9 ? .string(String(position + 1)) : "circle"), ("marker-size", "medium"),
    ]
    return GeoJSON.Feature(
      id: .string(stop.id.description), geometry: .point(stop.coordinate), properties: properties)
  }

  private static func leftOut(_ left: UnassignedStop) -> GeoJSON.Feature {
    GeoJSON.Feature(
      geometry: left.coordinate.map { .point($0) },
      properties: [
        ("kind", "leftOut"), ("title", .string(left.name)), ("description", .string(left.detail)),
        ("partner", .string(left.partner.description)), ("name", .string(left.name)),
        ("reason", .string(left.reason.rawValue)), ("detail", .string(left.detail)),
        ("marker-color", .string(DayColour.leftOut.hex)), ("marker-symbol", "cross"),
        ("marker-size", "small"),
      ])
  }
}
