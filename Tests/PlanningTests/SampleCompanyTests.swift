import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

/// The invented company: the same each time, plausible, and keeping every rule of the schema.
@Suite struct SampleCompanyTests {
  static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("data").path

  static func company(partners: Int = 400, trips: Int = 30, users: Int = 12, seed: UInt64 = 7) throws
    -> SampleCompany
  {
    try SampleCompany(SampleSize(partners: partners, trips: trips, users: users, seed: seed), data: data)
  }

  /// Every record as JSON: what the company is.
  static func contents(_ database: Database) throws -> [String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try database.read { reader in
      var lines: [String] = []
      func add(_ value: some Encodable) throws {
        lines.append(String(decoding: try encoder.encode(value), as: UTF8.self))
      }
      for user in try reader.users() { try add(user) }
      for summary in try reader.summaries(.all) {
        try add(try reader.partner(summary.id))
        for activity in try reader.activities(of: summary.id) { try add(activity) }
      }
      for trip in try reader.trips() { try add(try reader.trip(trip.id)) }
      for task in try reader.tasks() { try add(try reader.task(task.id)) }
      for selection in try reader.savedSelections() { try add(selection) }
      return lines
    }
  }

  @Test("one seed makes one company, identifiers included, and another seed another")
  func deterministic() throws {
    func write(_ seed: UInt64) throws -> [String] {
      let database = try Database.temporary()
      _ = try Self.company(partners: 150, trips: 12, seed: seed).write(into: database)
      return try Self.contents(database)
    }
    let first = try write(1)
    #expect(first.count > 180)
    #expect(try write(1) == first)
    #expect(Set(try write(2)).isDisjoint(with: first))
  }

  @Test("a partner is the same by itself as among all")
  func single() throws {
    let company = try Self.company()
    let all = (0..<50).map { company.partner($0).partner }
    #expect(company.partner(31).partner == all[31])
    #expect(Set(all.map(\.id)).count == 50)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.id < $1.id })
  }

  @Test("the file is sound: no broken rule or reference, everything filed for search, counts as reported")
  func sound() throws {
    let database = try Database.temporary()
    let company = try Self.company()
    let report = try company.write(into: database)
    #expect(try database.integrityFindings() == [])
    try database.read { reader in
      #expect(try reader.ruleBreaches().isEmpty)
      #expect(try reader.searchFindings() == [])
      #expect(try reader.partnerCount() == 400)
      #expect(try reader.tripCount() == report.trips)
      #expect(try reader.users().count == 12)
      #expect(try reader.select(.all).partners.count { $0.coordinate != nil } == report.located)
      let activities = try reader.select(.all).partners.reduce(0) {
        try $0 + reader.activities(of: $1.id).count
      }
      #expect(activities == report.activities)
    }
    #expect(report.trips == 30)
  }

  @Test("kinds, levels, statuses and countries come in the shares one would expect, in both alphabets")
  func shares() throws {
    let company = try Self.company(partners: 4000)
    let partners = (0..<4000).map { company.partner($0).partner }
    func share(_ isMeant: (Partner) -> Bool) -> Double { Double(partners.count(where: isMeant)) / 40 }
    #expect((66...74).contains(share { $0.kind == .agency }))
    #expect((58...66).contains(share { $0.status == .active }))
    #expect((4...8).contains(share { $0.location == nil }))
    #expect((52...60).contains(share { $0.location?.level == .house }))
    #expect((0.1...5).contains(share { $0.location?.manual == true }))
    #expect(partners.contains { $0.location?.stale == true })
    #expect((42...50).contains(share { $0.addresses[0].components.country == "BY" }))
    #expect((1...6).contains(share { $0.responsible == nil }))
    // Minsk has a fifth of Belarus's towns' people at least.
    let minsk = share { $0.addresses[0].components.city == "Минск" }
    #expect((8...22).contains(minsk), "\(minsk)")
    let cyrillic = share { $0.name.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) } }
    #expect((50...85).contains(cyrillic), "\(cyrillic)")
    #expect(
      partners.allSatisfy {
        $0.name.unicodeScalars.count <= 300 && $0.openingHours.map { $0.days.count == 7 } ?? true
      })
    #expect(
      Set(partners.compactMap(\.registrationNumber)).count == partners.count { $0.registrationNumber != nil })
    for partner in partners {
      for point in partner.contactPoints where point.kind == .phone {
        let country = partner.addresses[0].components.country
        #expect(PhoneNumber.normalise(point.value, country: country) == point.normalised, "\(point)")
      }
    }
  }

  @Test("pins lie about their town, and managers have territories of about one size")
  func territories() throws {
    let company = try Self.company(partners: 3000, users: 30)
    var load: [Int: Int] = [:]
    for number in 0..<3000 {
      let one = company.partner(number)
      if let manager = one.responsible {
        load[manager, default: 0] += 1
        #expect(company.managersOfRegion[company.places.towns[one.town].region]!.contains(manager))
      }
      if let place = one.partner.location?.coordinate {
        let town = company.places.towns[one.town]
        #expect(Geodesy.distance(place, town.centre) <= Metres(kilometres: 15), "\(town.name)")
      }
    }
    #expect(load.count == company.managers.count)
    let mean = 3000 / company.managers.count
    #expect(load.values.allSatisfy { $0 <= mean * 3 && $0 >= mean / 4 }, "\(load)")
  }

  @Test(
    "trips are in every state, in time order, through partners of their manager, with the visits that were made"
  )
  func trips() throws {
    let database = try Database.temporary()
    let company = try Self.company(partners: 600, trips: 120)
    _ = try company.write(into: database)
    try database.read { reader in
      let trips = try reader.trips().compactMap { try reader.trip($0.id) }
      let states = Set(trips.map(\.state))
      #expect(states.isSuperset(of: [.completed, .cancelled, .published]), "\(states)")
      for trip in trips {
        let task = try #require(try reader.task(forTrip: trip.id))
        #expect(task.checklist.count == trip.days.count)
        for day in trip.days {
          #expect(day.legs.count == day.stops.count + 1)
          var at = day.start
          for stop in day.stops {
            #expect(
              at <= stop.arrival && stop.arrival <= stop.serviceStart && stop.serviceStart <= stop.departure)
            at = stop.departure
            let partner = try #require(try reader.partner(stop.partner))
            #expect(partner.responsible == trip.responsible)
            let visits = try reader.activities(of: stop.partner).filter { $0.stop == stop.id }
            #expect(visits.count == (stop.visit == .completed ? 1 : 0))
          }
        }
      }
    }
  }
}
