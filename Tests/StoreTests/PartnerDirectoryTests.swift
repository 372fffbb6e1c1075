import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store

/// What lists are decided by in memory, change after change, held against everything sorted anew.
@Suite struct PartnerDirectoryTests {
  static let towns = ["брест", "вильнюс", "минск", "kraków", ""].map { Array($0.utf8) }

  static func reading(_ random: inout SplitMix) -> PartnerDirectory.Reading {
    var entry = PartnerDirectory.none
    entry.kindCode = UInt8.random(in: 0..<5, using: &random)
    entry.statusCode = UInt8.random(in: 0..<4, using: &random)
    entry.lastVisit = Int64.random(in: 0..<9, using: &random)
    entry.responsible = Int32.random(in: 0..<3, using: &random)
    let letters = (0..<Int.random(in: 1..<12, using: &random)).map { _ in
      UInt8.random(in: 97..<100, using: &random)
    }
    return PartnerDirectory.Reading(
      entry: entry, name: letters, city: towns.randomElement(using: &random)!,
      region: .init(country: "BY", code: ["BY-BR", "BY-HM"].randomElement(using: &random)!))
  }

  @Test("after any changes the orders are those of everybody sorted, and groups lead to whom they should")
  func changes() {
    var random = SplitMix(seed: 21)
    for round in 0..<30 {
      var directory = PartnerDirectory()
      directory.mostRegrouped = 40
      var known: [Int: PartnerDirectory.Reading] = [:]
      for step in 0..<12 {
        let size = step == 0 ? 2500 : Int.random(in: 1..<30, using: &random)
        var changes: [Int: PartnerDirectory.Reading?] = [:]
        for _ in 0..<size {
          let row = Int.random(in: 1..<(round % 2 == 0 ? 60 : 3000), using: &random)
          changes[row] = .some(Int.random(in: 0..<4, using: &random) == 0 ? nil : Self.reading(&random))
        }
        // Somebody still reads what was there before.
        let before = directory
        let counted = before.count
        directory.apply(changes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        #expect(before.count == counted)
        for (row, reading) in changes { known[row] = reading }
        for sort in PartnerQuery.Sort.allCases {
          directory.prepare(sort)
          let order = directory.order(sort).rows
          let places = directory.order(sort).places
          #expect(order.indices.allSatisfy { Int(places[Int(order[$0])]) == $0 })
          #expect(Set(order).count == order.count && Set(order.map { Int($0) }) == Set(known.keys))
          for (a, b) in zip(order, order.dropFirst()) {
            #expect(Self.comes(Int(a), before: Int(b), sort, known))
          }
        }
        #expect(directory.count == known.count)
        let groups = directory.groups!
        let marks = [false, true, false]
        var found: [Int] = []
        PartnerFilter.Candidates.group(groups.responsible, marks, changed: directory.regrouped, count: 0)
          .visit(3000) { if directory[$0].exists, directory[$0].responsible == 1 { found.append($0) } }
        #expect(found.count == Set(found).count)
        #expect(Set(found) == Set(known.filter { $0.value.entry.responsible == 1 }.keys))
      }
    }
  }

  /// Whether a row stands before another by its whole name, town, status or visit, then by number.
  private static func comes(
    _ a: Int, before b: Int, _ sort: PartnerQuery.Sort, _ known: [Int: PartnerDirectory.Reading]
  ) -> Bool {
    guard let x = known[a], let y = known[b] else { return false }
    func order<T: Comparable>(_ x: T, _ y: T) -> Bool { x == y ? a < b : x < y }
    switch sort {
    case .created: return a < b
    case .lastVisit: return order(x.entry.lastVisit, y.entry.lastVisit)
    case .status: return order(x.entry.statusCode, y.entry.statusCode)
    case .name: return x.name == y.name ? a < b : x.name.lexicographicallyPrecedes(y.name)
    case .city: return x.city == y.city ? a < b : x.city.lexicographicallyPrecedes(y.city)
    }
  }
}
