import CRM
import Foundation
import Geo
import Routing

/// Everything that is decided before several managers' trips are planned together.
public struct TeamRequest: Sendable {
  /// One manager and how his own trip goes.
  public struct Member: Sendable {
    public var manager: User
    /// Start, end, dates and hours are the manager's own; whom to visit and the rules for partners are the same for
    /// all.
    public var request: PlanRequest

    public init(manager: User, request: PlanRequest) {
      self.manager = manager
      self.request = request
    }
  }

  public var members: [Member]
  public var share: TeamProblem.Share

  public static let maximumManagers = 20

  public init(members: [Member], share: TeamProblem.Share) {
    self.members = members
    self.share = share
  }

  /// - Throws: ``TeamPlanningError``, ``PlanningError``.
  public func validate() throws {
    guard members.count > 1 else { throw TeamPlanningError.oneManager }
    guard members.count <= Self.maximumManagers else { throw TeamPlanningError.tooMany(members.count) }
    var seen = Set<UserID>()
    for member in members where !seen.insert(member.manager.id).inserted {
      throw TeamPlanningError.twice(member.manager.login)
    }
    let dates = Set(members.flatMap(\.request.dates)).sorted()
    for rule in members[0].request.rules.stops {
      for date in (rule.dates ?? []) + [rule.appointment?.date].compactMap({ $0 }) where !dates.contains(date)
      {
        throw PlanningError.ruleDate(date, dates: dates)
      }
    }
    for index in members.indices { try own(index).request.validate() }
  }

  /// A manager's request with the rules that his days can keep, and the partners he cannot visit for theirs.
  func own(_ member: Int) -> (request: PlanRequest, barred: Set<PartnerID>) {
    var request = members[member].request
    let dates = Set(request.dates)
    var barred = Set<PartnerID>()
    for rule in request.rules.stops {
      if let date = rule.appointment?.date, !dates.contains(date) { barred.insert(rule.partner) }
      guard let chosen = rule.dates else { continue }
      let left = chosen.filter(dates.contains)
      if left.isEmpty {
        barred.insert(rule.partner)
      } else {
        request.rules.change(rule.partner) { $0.dates = left }
      }
    }
    for partner in barred {
      request.rules.change(partner) {
        $0.dates = nil
        $0.appointment = nil
      }
    }
    return (request, barred)
  }
}

extension PlanRequest {
  /// The part of the question that is about some partners: the selection is a list of them, and rules for others are
  /// gone.
  func about(_ partners: [PartnerID], title: String) -> PlanRequest {
    var request = self
    let kept = Set(partners)
    request.title = title
    request.selection = .ids(partners)
    request.mustVisit.removeAll { !kept.contains($0) }
    request.rules.stops.removeAll { !kept.contains($0.partner) }
    request.rules.orders.removeAll { !kept.contains($0.before) || !kept.contains($0.after) }
    return request
  }
}

/// Why several managers' trips were not planned.
public enum TeamPlanningError: CodedError, Equatable {
  case oneManager
  case tooMany(Int)
  /// A manager is named twice.
  case twice(String)
  /// An option for one manager names somebody who does not go.
  case notGoing(String, option: String)
  /// The manager has no start of his own, and there is none for all.
  case noStart(String)

  public var code: String {
    switch self {
    case .oneManager: "plan.managers.one"
    case .tooMany: "plan.managers.tooMany"
    case .twice: "plan.managers.twice"
    case .notGoing: "plan.managers.notGoing"
    case .noStart: "plan.managers.noStart"
    }
  }

  public var message: String {
    switch self {
    case .oneManager: "partners are shared among two managers or more"
    case .tooMany(let count): "\(count) managers at once are more than \(TeamRequest.maximumManagers)"
    case .twice(let login): "\(login) is named twice"
    case .notGoing(let login, let option): "\(option) names \(login), who does not go"
    case .noStart(let login): "nothing says where \(login) starts"
    }
  }

  public var hint: String {
    switch self {
    case .oneManager: "name others in --managers, or plan the trip of one without it"
    case .tooMany: "plan for parts of the selection one after another"
    case .twice: "name each manager once in --managers"
    case .notGoing: "name those of --managers"
    case .noStart: "give --manager-start LOGIN=PLACE, or --start for all"
    }
  }
}
