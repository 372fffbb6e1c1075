import Geo

/// An answer to a ``TeamProblem``.
public struct TeamPlan: Sendable, Hashable {
  /// A visit nobody makes, and why each of those who might does not.
  public struct LeftOut: Sendable, Hashable {
    public struct Reason: Sendable, Hashable {
      public var member: Int
      public var reason: LeftOutReason
      /// The numbers behind the reason, in one English sentence.
      public var detail: String
      /// The best place on each of the member's days, and what it would break.
      public var obstacles: [TripPlan.Obstacle]

      /// - Parameter visits: number of each visit of the plan that says the reason.
      init(_ reason: TripPlan.LeftOut, of member: Int, visits: [Int]) {
        self.member = member
        self.reason = reason.reason
        detail = reason.detail.replacing(/\bvisit ([0-9]+)\b/) { match in
          Int(match.1).map { "visit \(visits[$0])" } ?? String(match.0)
        }
        obstacles = reason.obstacles.map { obstacle in
          var obstacle = obstacle
          for k in obstacle.breaks.indices {
            obstacle.breaks[k].visit = obstacle.breaks[k].visit.map { visits[$0] }
          }
          return obstacle
        }
      }
    }
    public var visit: Int
    /// One for each member who may make the visit, the one it came nearest to first.
    public var reasons: [Reason]
  }

  /// `orders[member][day]`: visits in order.
  public var orders: [[[Int]]]
  public var leftOut: [LeftOut]
  /// Figures of each member.
  public var members: [TeamFigures]
  /// Driving, kilometres and visits of the sharing that is best in all, see ``TeamProblem/Share/total``.
  public var total: TeamFigures

  /// All members together.
  public var sum: TeamFigures { members.reduce(TeamFigures(), +) }
}

/// What a member, or all of them, have to do.
public struct TeamFigures: Sendable, Hashable {
  /// Days with visits.
  public var days = 0
  public var visits = 0
  public var driving = Seconds.zero
  public var distance = Metres.zero
  /// Driving, visits and set-ups; neither lunch nor waiting.
  public var work = Seconds.zero
  /// No plan of the same visits can drive less; nil when none was computed.
  public var lowerBound: Seconds?

  public init() {}

  public static func + (a: TeamFigures, b: TeamFigures) -> TeamFigures {
    var sum = a
    sum.days += b.days
    sum.visits += b.visits
    sum.driving += b.driving
    sum.distance += b.distance
    sum.work += b.work
    sum.lowerBound = nil
    return sum
  }
}
