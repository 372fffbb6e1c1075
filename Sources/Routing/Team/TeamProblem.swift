import Geo

/// What is asked when several managers go at once: the same visits, one trip each.
///
/// Visits have the same numbers in every member's problem; starts, ends, days and hours are each member's own, and so
/// are the matrices, whose times between two visits are the same.
public struct TeamProblem: Sendable, Hashable {
  /// How visits are shared out.
  public enum Share: String, Sendable, Hashable, Codable, CaseIterable {
    /// Each visit to the member whose territory holds it.
    case territory
    /// So that all members together drive least.
    case total
    /// So that the longest working time of a member is least, then as `total`.
    case longest
  }

  public let members: [TripProblem]
  /// For each visit the member it belongs to, nil for none; asked by ``Share/territory``.
  public let owners: [Int?]
  /// `allowed[member][visit]`: whether the member may make the visit at all.
  public let allowed: [[Bool]]

  /// - Parameters:
  ///   - owners: nil where no visit belongs to anybody.
  ///   - allowed: nil where everybody may make every visit.
  /// - Throws: ``TeamError``.
  public init(
    members: [TripProblem], owners: [Int?]? = nil, allowed: [[Bool]]? = nil
  ) throws(TeamError) {
    guard let first = members.first else { throw .noMember }
    let count = first.visits.count
    for (index, member) in members.enumerated() {
      guard member.visits.count == count, member.metric == first.metric,
        member.precedences == first.precedences
      else { throw .different(member: index) }
      guard member.days.allSatisfy({ $0.progress == nil }) else { throw .underway(member: index) }
    }
    self.members = members
    self.owners = owners ?? Array(repeating: nil, count: count)
    self.allowed = allowed ?? members.map { _ in Array(repeating: true, count: count) }
    guard self.owners.count == count, self.allowed.count == members.count,
      self.allowed.allSatisfy({ $0.count == count }),
      self.owners.allSatisfy({ $0.map(members.indices.contains) ?? true })
    else { throw .shape }
  }

  public var visitCount: Int { members[0].visits.count }

  /// Whom of the members territory lets make a visit: its owner, or anybody where it has none.
  func withinTerritory() -> [[Bool]] {
    allowed.enumerated().map { member, row in
      row.enumerated().map { visit, fine in fine && owners[visit].map { $0 == member } ?? true }
    }
  }
}

/// Why a ``TeamProblem`` is none.
public enum TeamError: CodedError, Equatable {
  case noMember
  /// A member's problem is over other visits, another metric or other orders than the first's.
  case different(member: Int)
  case underway(member: Int)
  case shape

  public var code: String {
    switch self {
    case .noMember: "routing.team.noMember"
    case .different: "routing.team.different"
    case .underway: "routing.team.underway"
    case .shape: "routing.team.shape"
    }
  }

  public var message: String {
    switch self {
    case .noMember: "the team has no member"
    case .different(let member): "member \(member) has other visits, another metric or other orders"
    case .underway(let member): "member \(member) is under way already"
    case .shape: "owners and permissions do not match the visits and members"
    }
  }

  public var hint: String {
    switch self {
    case .noMember: "give at least one member"
    case .different: "give each member the same visits in the same order"
    case .underway: "share what is left when nobody has set out"
    case .shape: "give one owner a visit, and one permission a member and visit"
    }
  }
}
