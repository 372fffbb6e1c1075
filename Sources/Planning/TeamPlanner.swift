import CRM
import Foundation
import Geo
import Routing
import Store

/// Trips of several managers through one selection, not saved yet.
public struct TeamResult: Sendable {
  /// What one manager gets.
  public struct Member: Sendable {
    public var manager: User
    /// Nil when nobody is left for the manager to visit.
    public var result: TripPlanner.Result?
    public var figures: TeamFigures
  }

  /// Somebody nobody visits, and what stands in the way for each manager who might.
  public struct LeftOut: Sendable {
    public var stop: UnassignedStop
    /// The same for each manager, the one it came nearest to first; empty for who never came before the optimiser.
    public var byManager: [(login: String, stop: UnassignedStop)]
  }

  public var share: TeamProblem.Share
  public var members: [Member]
  public var leftOut: [LeftOut]
  /// What all would do together if partners were shared for the least driving in all.
  public var total: TeamFigures
  /// What was assumed, in words, for all; those of a single trip stand with it.
  public var notes: [String]

  public var sum: TeamFigures { members.reduce(TeamFigures()) { $0 + $1.figures } }

  /// Between the longest and the shortest working time, of those who go.
  public var spread: Seconds {
    let hours = members.filter { $0.result != nil }.map(\.figures.work)
    return (hours.max() ?? .zero) - (hours.min() ?? .zero)
  }
}

extension TripPlanner {
  /// Shares the partners selected now among the managers and plans a trip for each. No partner is in two trips, and
  /// each trip's request asks for its own partners alone, so that planning one again leaves the others alone.
  ///
  /// A partner nobody visits stands in the trip of the manager it came nearest to, with the reasons of all.
  /// - Throws: ``TeamPlanningError``, and as ``plan(_:in:)``.
  public func plan(_ team: TeamRequest, in database: Database) async throws -> TeamResult {
    try team.validate()
    let request = team.members[0].request
    let (partners, elsewhere) = try asked(request, in: database, without: nil)
    return try await keeping(in: database, for: request, near: partners.compactMap(\.coordinate)).plan(
      team, partners: partners, plannedElsewhere: elsewhere)
  }

  /// - Parameter partners: everybody asked for, in the order given.
  public func plan(
    _ team: TeamRequest, partners: [PartnerSummary], plannedElsewhere: [PartnerID: OtherTrip] = [:]
  ) async throws -> TeamResult {
    try team.validate()
    let sharing = try await TeamSharing(team, partners, plannedElsewhere, planner: self)
    let (problem, share, options) = (sharing.problem, team.share, team.members[0].request.searchOptions)
    let plan = await SearchInterrupt.running { TeamSolver.solve(problem, by: share, options) }
    return try await sharing.result(of: plan)
  }

  /// Keeps the trips of all managers and the tasks they become, in one transaction.
  /// - Parameter along: what is kept in the same transaction for each trip.
  /// - Returns: for each manager his trip and task; nil for whoever has nothing to do.
  public func save(
    _ result: TeamResult, in database: Database, as actor: Actor, at: Date,
    along: (Trip, Writer) throws -> Void = { _, _ in }
  ) throws -> [(trip: Trip, task: TripTask)?] {
    let saved = Self.published(result, creator: actor.user)
    try database.write(as: actor, at: at) { writer in
      for case (let trip, let task)? in saved {
        try writer.save(trip, task: task)
        try along(trip, writer)
      }
    }
    return saved
  }

  /// The trips of all managers as they are saved, and the tasks they become; nil for whoever has nothing to do.
  public static func published(_ result: TeamResult, creator: UserID?) -> [(trip: Trip, task: TripTask)?] {
    result.members.map { member in
      member.result.map { published($0, responsible: member.manager.id, creator: creator) }
    }
  }
}
