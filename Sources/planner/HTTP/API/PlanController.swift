import CRM
import Foundation
import Geo
import Hummingbird
import Planning
import Routing
import Store

/// Planning: a selection and what is wanted of the trip in, days of ordered stops out.
struct PlanController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.post, "plan", "planTrip", access: .needs(.planTrips), services, plan)
  }

  /// What the names of a request stand for.
  struct Known: Sendable {
    var selection: Selection
    var responsible: UserID?
    var managers: [User]
  }

  private func plan(_ call: APICall) async throws -> APIAnswer {
    let input = try PlanInput(call.body())
    if input.saves, let kept = try await call.keptAnswer() { return kept }
    let known = try await lookUp(input, call)
    if !input.managers.isEmpty { return try await planTeam(input, known, call) }
    let planned: Planned
    do {
      planned = try await self.planned(input, known, call)
    } catch PlanningError.nothingFits(let left, _, let start) where !input.saves {
      return try .encoding(
        PlanJSON.nothing(
          left, must: Set(input.draft.mustVisit), start: start,
          matrix: services.planner.roads == nil ? .greatCircle : .roads))
    }
    let (results, violations) = (planned.results, planned.violations)
    let result = try planned.chosen(input)
    func json(_ trip: Trip, _ task: TripTask?) -> PlanJSON {
      PlanJSON(
        trip: TripJSON(trip), taskId: task?.id.description, notes: result.notes,
        violations: violations?.map(\.line),
        alternatives: input.alternatives == nil
          ? nil : results.map { AlternativeJSON($0.trip, best: results[0].trip) },
        chosen: input.alternatives == nil ? nil : input.choose)
    }
    guard input.saves else { return try .encoding(json(result.trip, nil)) }
    let (trip, task) = TripPlanner.published(
      result, responsible: known.responsible, creator: call.viewer.user)
    let answer = try APIAnswer.encoding(
      json(trip, task), status: 201, version: trip.version, location: "/api/v1/trips/\(trip.id)")
    let (base, language) = (services.settings.publicURL, call.request.language)
    return try await call.commit { writer in
      try writer.save(trip, task: task)
      try TripMail.post(trip, base: base, language: language, in: writer)
      return answer
    }
  }

  /// What was planned for one.
  struct Planned: Sendable {
    /// Best first; more than one where alternatives were asked for.
    var results: [TripPlanner.Result]
    /// What an order that was given breaks; nil without one.
    var violations: [TripPlanner.BrokenRule]?

    func chosen(_ input: PlanInput) throws(PlanningError) -> TripPlanner.Result {
      guard input.choose <= results.count else {
        throw PlanningError.noAlternative(input.choose, found: results.count)
      }
      return results[input.choose - 1]
    }
  }

  /// Plans when there is a place at the desk.
  func planned(_ input: PlanInput, _ known: Known, _ call: APICall) async throws -> Planned {
    let (planner, database) = (services.planner(for: call.viewer), services.database)
    return try await services.desk.run(for: call) {
      let request = try await request(input.draft, input.route, known.selection, call)
      if input.order.isEmpty {
        guard let count = input.alternatives else {
          return Planned(results: [try await planner.plan(request, in: database)])
        }
        return Planned(results: try await planner.alternatives(request, in: database, count: count))
      }
      if input.improves {
        return Planned(results: [try await planner.improve(request, order: input.order, in: database)])
      }
      let own = try await planner.schedule(request, order: input.order, in: database)
      return Planned(results: [own.result], violations: own.violations)
    }
  }

  private func planTeam(_ input: PlanInput, _ known: Known, _ call: APICall) async throws -> APIAnswer {
    let (planner, database) = (services.planner(for: call.viewer), services.database)
    let result = try await services.desk.run(for: call) {
      var members: [TeamRequest.Member] = []
      for (manager, own) in zip(known.managers, input.managers) {
        let route = own.route.over(input.route)
        guard route.start != nil else { throw TeamPlanningError.noStart(manager.login) }
        members.append(
          .init(manager: manager, request: try await request(input.draft, route, known.selection, call)))
      }
      return try await planner.plan(TeamRequest(members: members, share: input.share), in: database)
    }
    guard input.saves else {
      return try .encoding(
        TeamJSON(
          result, saved: result.members.map { $0.result.map { (trip: $0.trip, task: TripTask?.none) } }))
    }
    let saved = TripPlanner.published(result, creator: call.viewer.user)
    let answer = try APIAnswer.encoding(
      TeamJSON(result, saved: saved.map { $0.map { (trip: $0.trip, task: TripTask?.some($0.task)) } }),
      status: 201,
      location: "/api/v1/trips")
    let (base, language) = (services.settings.publicURL, call.request.language)
    return try await call.commit { writer in
      for case (let trip, let task)? in saved {
        try writer.save(trip, task: task)
        try TripMail.post(trip, base: base, language: language, in: writer)
      }
      return answer
    }
  }

  func lookUp(_ input: PlanInput, _ call: APICall) async throws -> Known {
    let (viewer, roads) = (call.viewer, services.roads)
    return try await call.read { reader in
      let selections = SelectionInput(reader: reader, viewer: viewer, roads: roads)
      let selection = try selections.inSight(selections.selection(input.selection))
      let named = input.draft.named + input.order.flatMap(\.partners)
      for id in Set(named) {
        guard let partner = try reader.partner(id), viewer.sees(partner.responsible) else {
          throw PlanningError.partnerUnknown(id.description)
        }
      }
      var responsible = viewer.role == .manager ? viewer.user : nil
      if let field = input.responsible { responsible = try PartnerResource.responsible(field, reader) }
      let managers = try input.managers.map { one -> User in
        guard let id = try PartnerResource.responsible(one.login, reader), let user = try reader.user(id)
        else { throw one.login.fault("it names nobody", hint: "give a login") }
        return user
      }
      if input.saves {
        for user in managers.map(\.id) + [responsible].compactMap({ $0 })
        where !viewer.assigns(from: viewer.user, to: user) {
          throw APIError.needs(.assignOthers)
        }
      }
      return Known(selection: selection, responsible: responsible, managers: managers)
    }
  }

  /// The request, its places looked up.
  private func request(
    _ draft: PlanDraft, _ route: PlanRoute, _ selection: Selection, _ call: APICall
  ) async throws -> PlanRequest {
    let (database, viewer) = (services.database, call.viewer)
    let resolver = PlaceResolver(
      geocoder: services.geocoder,
      partner: { id in
        try database.read { reader in
          guard let partner = try reader.partner(id), viewer.sees(partner.responsible) else { return nil }
          return try reader.summaries(.ids([id])).first
        }
      })
    let start = try await (route.start ?? .text("")).place(.start, by: resolver)
    let end: PlanRequest.End =
      if let end = route.end { .at(try await end.place(.end, by: resolver)) } else if route.isOpen {
        .open
      } else {
        .roundTrip
      }
    var draft = draft
    (draft.date, draft.work) = (route.date, route.work)
    draft.days = route.days ?? 1
    return draft.request(
      selection: selection, start: start, end: end,
      today: DayClock(now: call.now, zone: .current).today)
  }
}
