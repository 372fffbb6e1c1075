import Geo

/// Who of a team goes where by territory.
///
/// A visit with an owner is the owner's. Others fall to the member with the least drive from the start or from a visit
/// of the member's own, plus a handicap of the member that is zero until its days are full: an additively weighted
/// Voronoi diagram by driving times, whose areas hang together: on the way to a visit lies nobody else's. Handicaps
/// are raised by as little as moves one visit on, while somebody else has time left.
struct Territories {
  private let problem: TeamProblem
  /// `reach[member][visit]`: seconds from the member's nearest own place.
  let reach: [[Int]]
  /// Seconds of work a visit is taken to be: its length, set-up and the way from its nearest neighbour.
  let load: [Int]
  /// Seconds each member has.
  let room: [Int]
  private(set) var member: [Int?]
  private(set) var handicap: [Int]

  init(_ problem: TeamProblem) {
    self.problem = problem
    let count = problem.visitCount
    reach = problem.members.indices.map { Self.reach(of: $0, problem) }
    load = (0..<count).map { Self.load($0, problem.members[0]) }
    room = problem.members.map { own in
      own.days.reduce(0) { $0 + $1.work.count - ($1.lunch?.length.value ?? 0) }
    }
    handicap = .init(repeating: 0, count: problem.members.count)
    member = .init(repeating: nil, count: count)
    for visit in 0..<count { member[visit] = choice(visit) }
    balance()
  }

  /// Whom each member may visit.
  var allowed: [[Bool]] {
    problem.members.indices.map { own in
      member.indices.map { member[$0] == own && problem.allowed[own][$0] }
    }
  }

  private static func reach(of member: Int, _ problem: TeamProblem) -> [Int] {
    let own = problem.members[member]
    let places =
      [own.start]
      + problem.owners.indices.filter { problem.owners[$0] == member }.map { own.visits[$0].point }
    return own.visits.map { visit in
      places.reduce(SearchModel.hole) { least, place in
        min(least, own.matrix.seconds(from: place, to: visit.point)?.value ?? SearchModel.hole)
      }
    }
  }

  private static func load(_ visit: Int, _ own: TripProblem) -> Int {
    let item = own.visits[visit]
    let ways = own.visits.indices.filter { $0 != visit }.compactMap {
      own.matrix.seconds(from: own.visits[$0].point, to: item.point)?.value
    }
    let start = own.matrix.seconds(from: own.start, to: item.point)?.value ?? 0
    return item.service.value + item.setUp.value + (ways.min() ?? start)
  }

  /// The member with the least handicapped drive; nil when nobody may or can go.
  private func choice(_ visit: Int) -> Int? {
    if let owner = problem.owners[visit] { return owner }
    return members(for: visit).min { (price(visit, $0), $0) < (price(visit, $1), $1) }
  }

  private func price(_ visit: Int, _ own: Int) -> Int { reach[own][visit] + handicap[own] }

  private func members(for visit: Int) -> [Int] {
    problem.members.indices.filter { problem.allowed[$0][visit] && reach[$0][visit] < SearchModel.hole }
  }

  private mutating func balance() {
    var loads = room.map { _ in 0 }
    for (visit, own) in member.enumerated() { if let own { loads[own] += load[visit] } }
    for _ in 0..<member.count * room.count {
      // The fullest first, by the share of its time.
      let full = room.indices.filter { loads[$0] > room[$0] }.max {
        (Double(loads[$0]) / Double(max(1, room[$0])), -$0)
          < (Double(loads[$1]) / Double(max(1, room[$1])), -$1)
      }
      guard let full, let step = leastStep(from: full, loads) else { return }
      handicap[full] += step.raise
      member[step.visit] = step.to
      loads[full] -= load[step.visit]
      loads[step.to] += load[step.visit]
    }
  }

  /// The visit of a full member that the least handicap moves on to one with room.
  private func leastStep(from full: Int, _ loads: [Int]) -> (visit: Int, to: Int, raise: Int)? {
    var best: (visit: Int, to: Int, raise: Int)?
    for visit in member.indices where member[visit] == full && problem.owners[visit] == nil {
      for other in members(for: visit) where other != full {
        guard loads[other] + load[visit] <= room[other] else { continue }
        let raise = max(0, price(visit, other) - price(visit, full) + 1)
        if best == nil || (raise, visit, other) < (best!.raise, best!.visit, best!.to) {
          best = (visit, other, raise)
        }
      }
    }
    return best
  }
}
