import CRM
import Foundation
import Geo
import Store

/// What was written of an invented company.
public struct SampleReport: Sendable, Hashable, Codable {
  public var users = 0
  public var partners = 0
  public var located = 0
  public var activities = 0
  public var trips = 0
  public var tasks = 0
}

extension SampleCompany {
  private static let actor = Actor(name: "generate")
  /// Partners and trips of one transaction.
  private static let batch = 1000

  /// Writes the company into a database, which may hold other records.
  /// - Parameter progress: what is being written, how many are done and of how many.
  /// - Throws: ``SampleError/seedIsThere(_:)``; `StoreError`.
  public func write(
    into database: Database, progress: (_ what: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
  ) throws -> SampleReport {
    var report = SampleReport()
    let isThere = try database.read { reader in
      let first = size.partners > 0 ? try reader.partner(partner(0).partner.id) != nil : false
      return try first || users.first.map { try reader.user($0.id) != nil } ?? false
    }
    guard !isThere else { throw SampleError.seedIsThere(size.seed) }
    try database.write(as: Self.actor, at: beginning) { writer in
      for user in users { try writer.add(user: user) }
      guard try writer.savedSelection(named: Self.selectionName) == nil else { return }
      var random = SampleRandom(size.seed, .user, -1)
      try writer.save(
        selection: SavedSelection(
          id: SavedSelectionID(.version7(at: writer.at, using: &random)), name: Self.selectionName,
          selection: .and([.kind([.agency]), .status([.active]), .overdue(asOf: nil)])))
    }
    report.users = users.count
    // Where each manager's located partners are, for trips.
    var lists: [Int: [(town: Int, number: Int)]] = [:]
    for start in stride(from: 0, to: size.partners, by: Self.batch) {
      let numbers = start..<min(size.partners, start + Self.batch)
      try database.write(as: Self.actor, at: made(numbers.upperBound - 1, of: size.partners)) { writer in
        for number in numbers {
          let one = partner(number)
          try writer.insert(one.partner, history: one.history)
          report.activities += one.history.count
          if one.partner.location != nil { report.located += 1 }
          if let manager = one.responsible, one.partner.location != nil, one.partner.status != .closed {
            lists[manager, default: []].append((one.town, number))
          }
        }
      }
      report.partners = numbers.upperBound
      progress("partners", numbers.upperBound, size.partners)
    }
    let ordered = lists.mapValues { list in
      list.sorted { ($0.town, $0.number) < ($1.town, $1.number) }.map(\.number)
    }
    for start in stride(from: 0, to: size.trips, by: Self.batch / 10) {
      let numbers = start..<min(size.trips, start + Self.batch / 10)
      try database.write(as: Self.actor, at: made(numbers.lowerBound, of: size.trips)) { writer in
        for number in numbers {
          guard let one = trip(number, ordered) else { continue }
          try writer.save(one.trip, task: one.task)
          for visit in one.visits { try writer.record(activity: visit) }
          report.trips += 1
          report.tasks += 1
          report.activities += one.visits.count
        }
      }
      progress("trips", numbers.upperBound, size.trips)
    }
    return report
  }

  private static let selectionName = "Агентства, которых давно не было"
}

/// Why an invented company was not written.
public enum SampleError: CodedError, Equatable {
  case seedIsThere(UInt64)

  public var code: String { "generate.seed.there" }
  public var message: String {
    switch self {
    case .seedIsThere(let seed): "the company of seed \(seed) is in the database already"
    }
  }
  public var hint: String { "choose another --seed" }
}
