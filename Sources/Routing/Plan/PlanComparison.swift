import Geo

/// What one plan of a problem has that another has not.
public struct PlanComparison: Sendable, Hashable {
  /// Of a day, the second plan's figures less the first's.
  public struct Day: Sendable, Hashable {
    public var driving: Seconds
    public var distance: Metres
    /// Of the day's end; of an unused day there is none.
    public var end: Seconds?
    public var stops: Int
  }

  /// A visit in both plans but at another place.
  public struct Moved: Sendable, Hashable {
    public var visit: Int
    public var fromDay: Int
    public var fromPosition: Int
    public var toDay: Int
    public var toPosition: Int
  }

  public var days: [Day]
  public var driving: Seconds
  public var distance: Metres
  /// Visits of the second plan only, in its order.
  public var added: [Int]
  /// Visits of the first plan only, in its order.
  public var removed: [Int]
  /// Visits on another day, and as few of those that keep their day as must change places for the new order of the
  /// others to be the old one.
  public var moved: [Moved]
  /// Share of the second plan's legs that the first does not drive, either way round; 0 … 1.
  public var newLegs: Double
}

extension TripSolver {
  /// Compares two plans of one problem: the second less the first.
  /// - Precondition: both have the days of the problem.
  public static func compare(_ first: TripPlan, _ second: TripPlan, of problem: TripProblem) -> PlanComparison
  {
    precondition(first.days.count == second.days.count, "plans of the same days")
    let days = zip(first.days, second.days).map { a, b in
      PlanComparison.Day(
        driving: b.driving - a.driving, distance: b.distance - a.distance,
        end: a.stops.isEmpty || b.stops.isEmpty ? nil : Seconds(b.end - a.end),
        stops: b.stops.count - a.stops.count)
    }
    let old = places(first)
    let new = places(second)
    let made = second.days.flatMap { $0.stops.map(\.visit) }
    var moved: [PlanComparison.Moved] = []
    for (day, planned) in second.days.enumerated() {
      let both = planned.stops.map(\.visit).filter { old[$0]?.day == day }
      let kept = Set(longestRise(both.map { old[$0]!.position }).map { both[$0] })
      for (position, stop) in planned.stops.enumerated() {
        guard let from = old[stop.visit], !kept.contains(stop.visit) else { continue }
        moved.append(
          .init(
            visit: stop.visit, fromDay: from.day, fromPosition: from.position, toDay: day,
            toPosition: position))
      }
    }
    let before = Set(Leg.all(first, of: problem))
    let after = Leg.all(second, of: problem)
    return PlanComparison(
      days: days, driving: second.driving - first.driving, distance: second.distance - first.distance,
      added: made.filter { old[$0] == nil },
      removed: first.days.flatMap { $0.stops.map(\.visit) }.filter { new[$0] == nil }, moved: moved,
      newLegs: after.isEmpty ? 0 : Double(after.count { !before.contains($0) }) / Double(after.count))
  }

  private static func places(_ plan: TripPlan) -> [Int: (day: Int, position: Int)] {
    var places: [Int: (day: Int, position: Int)] = [:]
    for (day, planned) in plan.days.enumerated() {
      for (position, stop) in planned.stops.enumerated() { places[stop.visit] = (day, position) }
    }
    return places
  }

  /// Indices of a longest rising subsequence (Schensted 1961), by the plain quadratic recurrence.
  private static func longestRise(_ values: [Int]) -> [Int] {
    guard !values.isEmpty else { return [] }
    var length = [Int](repeating: 1, count: values.count)
    var previous = [Int](repeating: -1, count: values.count)
    for k in values.indices {
      for j in 0..<k where values[j] < values[k] && length[j] + 1 > length[k] {
        length[k] = length[j] + 1
        previous[k] = j
      }
    }
    var k = values.indices.max { (length[$0], -$0) < (length[$1], -$1) }!
    var rise: [Int] = []
    while k >= 0 {
      rise.append(k)
      k = previous[k]
    }
    return rise.reversed()
  }
}

/// A leg of a plan between two visits, or between a visit and the start or the end (-1), either way round.
struct Leg: Hashable {
  var a: Int
  var b: Int

  init(_ a: Int, _ b: Int) {
    self.a = min(a, b)
    self.b = max(a, b)
  }

  /// Legs between visits, and to and from where days at home begin and end.
  static func all(_ plan: TripPlan, of problem: TripProblem) -> [Leg] {
    var legs: [Leg] = []
    var here = -1
    for day in plan.days where !day.stops.isEmpty {
      if problem.night == .home { here = -1 }
      for stop in day.stops {
        legs.append(Leg(here, stop.visit))
        here = stop.visit
      }
      if problem.night == .home && day.endPoint != problem.visits[here].point { legs.append(Leg(here, -1)) }
    }
    if problem.night == .away, here >= 0, problem.end != .open { legs.append(Leg(here, -1)) }
    return legs
  }
}
