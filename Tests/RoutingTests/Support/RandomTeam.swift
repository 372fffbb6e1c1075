import Geo
import Testing

@testable import Routing

/// Random teams over one random problem's visits: starts, ends and permissions differ, the rest is shared.
struct RandomTeam {
  var source: RandomProblem
  var members = 2...3
  /// Part of the visits that belong to somebody, and of those a member may not make.
  var owned = 0.4
  var barred = 0.1

  mutating func next() -> TeamProblem {
    let first = source.next()
    let count = source.pick(members)
    var own = [first]
    while own.count < count {
      let ends: [TripProblem.End] = [.open, .roundTrip, .at(source.pick(0...first.matrix.count - 1))]
      own.append(
        try! TripProblem(
          matrix: first.matrix, visits: first.visits, start: source.pick(0...first.matrix.count - 1),
          end: ends[source.pick(0...2)], days: first.days, night: first.night, metric: first.metric,
          precedences: first.precedences, samePlaceOnceADay: first.samePlaceOnceADay,
          overtimeWeight: first.overtimeWeight))
    }
    let owners = first.visits.map { _ in source.chance(owned) ? source.pick(0...count - 1) : nil }
    let allowed = (0..<count).map { _ in first.visits.map { _ in !source.chance(barred) } }
    return try! TeamProblem(members: own, owners: owners, allowed: allowed)
  }
}

/// The best sharing found by giving every visit to every member or nobody, and for each the best trip by trying every
/// order on every split into days. For visits that are all worth the same, without must-visits and set-ups.
struct ExhaustiveTeam {
  struct Value: Comparable, CustomStringConvertible {
    var left = 0
    var longest = 0
    var cost = 0
    static func < (a: Value, b: Value) -> Bool {
      (a.left, a.longest, a.cost) < (b.left, b.longest, b.cost)
    }
    var description: String { "\(left) left out, longest \(longest), cost \(cost)" }
  }

  private(set) var total = Value(left: .max)
  private(set) var longest = Value(left: .max)

  private let team: TeamProblem
  /// Least driving of each member for each set of visits; nil when they do not fit.
  private let least: [[Int?]]

  init(_ team: TeamProblem) {
    self.team = team
    let run = TeamRun(team, .init())
    let count = team.visitCount
    least = team.members.indices.map { member in
      (0..<1 << count).map { set in
        let visits = (0..<count).filter { set >> $0 & 1 == 1 }
        guard visits.allSatisfy({ team.allowed[member][$0] }) else { return nil }
        let best = Exhaustive(run.part(member, visits).problem).best
        return best.left == 0 ? best.cost : nil
      }
    }
    share(0, team.members.map { _ in 0 }, 0)
  }

  private mutating func share(_ visit: Int, _ sets: [Int], _ left: Int) {
    guard visit == team.visitCount else {
      for member in sets.indices where team.allowed[member][visit] {
        var more = sets
        more[member] |= 1 << visit
        share(visit + 1, more, left)
      }
      return share(visit + 1, sets, left + 1)
    }
    var value = Value(left: left)
    for (member, set) in sets.enumerated() {
      guard let driving = least[member][set] else { return }
      let service = team.members[member].visits.enumerated().reduce(0) {
        $0 + (set >> $1.offset & 1 == 1 ? $1.element.service.value : 0)
      }
      value.cost += driving
      value.longest = max(value.longest, driving + service)
    }
    longest = min(longest, value)
    value.longest = 0
    total = min(total, value)
  }
}
