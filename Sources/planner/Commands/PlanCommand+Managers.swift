import ArgumentParser
import CRM
import Foundation
import Planning
import Routing
import Store

/// Trips of several managers at once.
extension PlanCommand {
  /// Options that are about one trip alone.
  func validateManagers() throws {
    guard managers.isGiven else {
      guard trip.start != nil else { throw ValidationError("Missing expected argument '--start <PLACE>'") }
      return
    }
    if alternatives != nil || choose != 1 {
      throw ValidationError("--alternatives are plans of one manager: leave them or --managers out")
    }
    if save && !selection.responsible.isEmpty {
      throw ValidationError(
        "with --managers their logins say who goes: filter partners with --managed-by, or leave --responsible out"
      )
    }
  }

  func runManagers() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let (chosen, going) = try database.read { reader in
      (
        try selection.resolve(in: reader, workspace: workspace), try managers.trips(trip, in: reader)
      )
    }
    let needsGazetteer = going.contains { $0.trip.needsGazetteer }
    let gazetteer = try needsGazetteer ? workspace.gazetteer() : try? workspace.gazetteer()
    let geocoder = needsGazetteer ? try gazetteer.map(workspace.geocoder(over:)) : nil
    let (rules, ruleNotes) = try rules.rules(in: database, for: chosen)
    var members: [TeamRequest.Member] = []
    for (manager, trip) in going {
      let request = try await trip.request(
        selection: chosen, rules: rules, geocoder: geocoder, database: database)
      members.append(.init(manager: manager, request: request))
    }
    let team = TeamRequest(members: members, share: managers.share ?? .territory)
    let planner = try workspace.tripPlanner(gazetteer: gazetteer)
    var result: TeamResult
    do {
      result = try await Interruption.endingSearches { try await planner.plan(team, in: database) }
    } catch PlanningError.nothingFits(let left, let days, let start) {
      let request = members[0].request
      try sayNothingFits(left, request, start, matrix: planner.roads == nil ? .greatCircle : .roads)
      throw PlanningError.nothingFits(left, days: days, start: start)
    }
    result.notes += ruleNotes
    var saved = result.members.map { member in member.result.map { (trip: $0.trip, task: TripTask?.none) } }
    if save {
      saved = try planner.save(
        result, in: database, as: .commandLine, at: Session.current.now(), along: try TripMail.ofCommandLine()
      ).map { one in one.map { ($0.trip, $0.task) } }
    }
    if global.json { return try JSONOutput.print(TeamJSON(result, saved: saved)) }
    TeamText.print(result, saved: saved, byDay: leftOut.byDay)
  }
}
