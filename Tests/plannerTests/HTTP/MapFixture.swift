import CRM
import Foundation
import Geo
import Store

@testable import planner

/// What the tests of the map surfaces are asked about: 120 partners in a grid over Belarus, of three owners, and a trip.
extension ServiceFixture {
  static let partnerCount = 120

  static func withMaps(settings: ServiceSettings = ServiceSettings(rateLimit: 0)) throws -> ServiceFixture {
    let service = try ServiceFixture(settings: settings)
    try service.seedMaps()
    return service
  }

  /// The partners of the manager, of the head and of nobody take turns.
  func seedMaps() throws {
    let owners: [UserID?] = [users[.manager]!.id, users[.head]!.id, nil]
    try database.write(as: Actor(name: "test"), at: Date(timeIntervalSince1970: 1_780_909_200)) { writer in
      var partners: [Partner] = []
      for number in 0..<Self.partnerCount {
        let place = Coordinate(
          trustedLatitude: 52 + Double(number / 12) * 0.3, longitude: 24 + Double(number % 12) * 0.4)
        let partner = Partner(
          kind: number % 10 == 0 ? .hotel : .agency, name: "Партнёр <\(number)>",
          status: number % 4 == 0 ? .prospect : .active, responsible: owners[number % 3],
          callIntervalDays: number % 2 == 0 ? 30 : nil,
          location: GeocodeResult(
            coordinate: place, level: .house, score: 1, provider: "test", query: "q", label: "l",
            at: Date(timeIntervalSince1970: 1_780_000_000)))
        try writer.insert(partner)
        partners.append(partner)
      }
      let square = [(51.0, 23.0), (51.0, 29.0), (55.0, 29.0), (55.0, 23.0), (51.0, 23.0)].map {
        Coordinate(trustedLatitude: $0.0, longitude: $0.1)
      }
      try writer.replaceRegions([
        Region(
          code: "BY", level: .country, country: "BY", names: ["en": "Belarus", "ru": "Беларусь"], aliases: [],
          area: MultiPolygon([Polygon(outer: square)]))
      ])
      let start = Date(timeIntervalSince1970: 1_780_963_200)
      let stops = partners.prefix(2).enumerated().map { index, partner in
        let at = start.addingTimeInterval(Double(index + 1) * 3600)
        return Stop(
          partner: partner.id, name: partner.name, coordinate: partner.location!.coordinate, arrival: at,
          serviceStart: at, departure: at.addingTimeInterval(1800))
      }
      let line = LineString(stops.map(\.coordinate))
      let leg = Leg(
        metres: Metres(27_000), seconds: Seconds(1500), geometry: line, source: .greatCircle)
      try writer.save(
        Trip(
          title: "Поездка", state: .published, responsible: users[.manager]!.id,
          start: Place(label: "Офис", coordinate: stops[0].coordinate), end: nil, timeZone: "Europe/Minsk",
          days: [
            TripDay(
              date: LocalDate("2026-06-09")!, start: start, end: start.addingTimeInterval(4 * 3600),
              stops: stops, legs: [leg, leg])
          ], unassigned: [], matrix: .greatCircle, metres: Metres(54_000), seconds: Seconds(3000)))
    }
  }
}
