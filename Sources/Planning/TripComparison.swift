import CRM
import Foundation
import Geo
import Routing

/// What one trip has that another has not: stops, places, kilometres, time.
public struct TripComparison: Sendable, Hashable {
  /// The figures of one of the two.
  public struct Side: Sendable, Hashable {
    public var title: String
    public var visits: Int
    public var leftOut: Int
    public var metres: Metres
    public var seconds: Seconds
    /// How much later than its working hours its days end, all together.
    public var overtime: Seconds
  }

  /// Where a stop stands.
  public struct Place: Sendable, Hashable {
    public var date: LocalDate
    /// From 1.
    public var position: Int
  }

  public struct Stop: Sendable, Hashable {
    public var partner: PartnerID
    public var name: String
    /// Nil where only the second trip has the stop.
    public var before: Place?
    /// Nil where only the first trip has it.
    public var after: Place?
    /// Why the second trip leaves it out, where it says so.
    public var reason: ReasonCode?
  }

  public var first: Side
  public var second: Side
  /// Stops of the second trip only, in its order.
  public var added: [Stop]
  /// Stops of the first trip only, in its order.
  public var removed: [Stop]
  /// Stops on another day, and the fewest of a day that explain its new order.
  public var moved: [Stop]
  /// Share of the second trip's legs that the first does not drive, either way round; 0 … 1.
  public var newLegs: Double

  /// Compares two trips stop by stop; partners are the same by their identifier, days by their date. O(stops²) time.
  public init(_ a: Trip, _ b: Trip) throws {
    let dates = Set((a.days + b.days).map(\.date)).sorted()
    let stops = (a.days + b.days).flatMap(\.stops)
    var numbers: [PartnerID: Int] = [:]
    for stop in stops where numbers[stop.partner] == nil { numbers[stop.partner] = numbers.count }
    let names = Dictionary(stops.map { ($0.partner, $0.name) }) { first, _ in first }
    let partners = numbers.sorted { $0.value < $1.value }.map(\.key)
    // Only who stands where is compared: a problem whose drives take no time will do.
    let points = partners.count + 1
    let zeros = [Seconds?](repeating: .zero, count: points * points)
    let problem = try TripProblem(
      matrix: CostMatrix(
        count: points, seconds: zeros, metres: [Metres?](repeating: .zero, count: points * points),
        source: .greatCircle),
      visits: partners.indices.map { .init(point: $0 + 1, service: .zero) }, start: 0,
      end: a.end == nil && b.end == nil ? .open : .roundTrip,
      days: dates.isEmpty ? [.init(work: 0..<1)] : dates.map { _ in .init(work: 0..<86_400) }, night: .away)
    func plan(_ trip: Trip) -> TripPlan {
      let days = dates.map { date in
        TripPlan.PlannedDay(
          startPoint: 0, endPoint: 0, start: 0, end: 0, lunch: nil,
          stops: (trip.days.first { $0.date == date }?.stops ?? []).map {
            .init(visit: numbers[$0.partner]!, arrival: 0, serviceStart: 0, departure: 0)
          }, driving: .zero, distance: .zero)
      }
      return TripPlan(days: days, leftOut: [], driving: .zero, distance: .zero, lowerBound: nil)
    }
    func places(_ trip: Trip) -> [PartnerID: Place] {
      var places: [PartnerID: Place] = [:]
      for day in trip.days {
        for (index, stop) in day.stops.enumerated() {
          places[stop.partner] = Place(date: day.date, position: index + 1)
        }
      }
      return places
    }
    let (old, new) = (places(a), places(b))
    let reasons = Dictionary(b.unassigned.map { ($0.partner, $0.reason) }) { first, _ in first }
    func stop(_ number: Int) -> Stop {
      let id = partners[number]
      return Stop(
        partner: id, name: names[id] ?? "", before: old[id], after: new[id],
        reason: new[id] == nil ? reasons[id] : nil)
    }
    let difference =
      dates.isEmpty
      ? nil : TripSolver.compare(plan(a), plan(b), of: problem)
    first = Side(a)
    second = Side(b)
    added = difference?.added.map(stop) ?? []
    removed = difference?.removed.map(stop) ?? []
    moved = difference?.moved.map { stop($0.visit) } ?? []
    newLegs = difference?.newLegs ?? 0
  }
}

extension TripComparison.Side {
  init(_ trip: Trip) {
    let request = try? PlanRequest(json: trip.request)
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    let overtime = trip.days.reduce(0) { sum, day in
      guard let request else { return sum }
      let closes = day.date.instant(secondsAfterMidnight: request.work.end, in: zone)
      return sum + max(0, Int(day.end.timeIntervalSince(closes)))
    }
    self.init(
      title: trip.title, visits: trip.days.reduce(0) { $0 + $1.stops.count }, leftOut: trip.unassigned.count,
      metres: trip.metres, seconds: trip.seconds, overtime: Seconds(overtime))
  }
}
