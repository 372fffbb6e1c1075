import CRM
import Exchange
import Foundation
import Geo
import Hummingbird
import Planning
import Store

/// The page a trip is planned on. What it asks for again and again while somebody moves stops comes from here, with
/// words and lines to draw; saving goes through the API.
struct PlanPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/plan", "pagePlan", access: .needs(.planTrips), page)
    table.add(.post, "/plan/draft", "pagePlanDraft", access: .needs(.planTrips), draft)
    table.add(.post, "/plan/nearby", "pagePlanNearby", access: .needs(.planTrips), nearby)
  }

  @Sendable private func page(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["selection"])
    let (wanted, viewer) = (try query.text("selection")?.lowercased(), try context.viewer)
    let frame = PageFrame(request, context)
    let findsPlaces = services.gazetteer != nil && viewer.may(.useMaps)
    let first = PlanDraft.nextWorkingDay(after: services.clock.today)
    let view = try await services.read { reader in
      let seen = try reader.savedSelections(for: viewer.user)
      if let wanted, !seen.contains(where: { $0.id.description == wanted }) {
        throw StoreError.notFound(entity: "selection", id: wanted)
      }
      return PlannerView(
        selections: seen.map { ($0.id.description, $0.name) }.sorted { $0.1 < $1.1 }, selection: wanted,
        date: first, pageCode: frame.person?.code,
        people: viewer.may(.assignOthers) ? try RecordPagesController.people(reader) : [],
        user: try reader.user(viewer.user)?.login ?? "", findsPlaces: findsPlaces)
    }
    return .page(renderer.planner(view, in: frame), frame.language)
  }

  /// What `POST /api/v1/plan` takes without `save` and `managers`, and `without`: whom the manager took out. Answers with
  /// the plan as a piece of a page, as GeoJSON, and as the order it has.
  @Sendable private func draft(request: Request, context: PageContext) async throws -> Response {
    let (call, field) = try await question(request, context)
    let input = try Self.input(try Self.narrowed(field))
    let controller = PlanController(services: services)
    let known = try await controller.lookUp(input, call)
    let must = Set(input.draft.mustVisit)
    var view: PlanView
    var trip: Trip?
    do {
      let planned = try await controller.planned(input, known, call)
      let result = try planned.chosen(input)
      trip = result.trip
      let draft = PlanDraftView(must: must, locked: input.locked, dayCount: result.trip.days.count)
      view = PlanView(
        left: result.trip.unassigned, violations: planned.violations ?? [],
        alternatives: planned.results.map {
          ($0.trip.metres, $0.trip.seconds, $0.trip.days.reduce(0) { $0 + $1.stops.count })
        }, choose: input.choose, draft: draft, partners: [:])
    } catch PlanningError.nothingFits(let left, let days, _) {
      view = PlanView(
        left: left, violations: [],
        draft: PlanDraftView(must: must, locked: input.locked, dayCount: days), partners: [:])
    }
    let ids = (trip?.days.flatMap(\.stops).map(\.partner) ?? []) + view.left.map(\.partner)
    let partners = try await services.read { reader in
      Dictionary(try reader.summaries(.ids(ids)).map { ($0.id, $0) }) { first, _ in first }
    }
    view.partners = partners
    view.trip = trip.map {
      TripView(trip: $0, task: nil, partners: partners, responsible: nil, draft: view.draft)
    }
    let answer = JSONValue.object([
      ("html", .string(renderer.plan(view, in: request.language))),
      ("route", trip.map { .written(TripGeoJSON.bytes($0, partners: partners)) } ?? .null),
      ("title", .optional(trip?.title)),
      (
        "order",
        .array(
          (trip?.days ?? []).map { day in
            .object([
              ("date", .string(day.date.description)),
              ("partners", .array(day.stops.map { .id($0.partner) })),
            ])
          })
      ),
    ])
    return APIAnswer.ok(answer).response(to: request)
  }

  private func question(
    _ request: Request, _ context: PageContext
  ) async throws -> (call: APICall, field: RequestField) {
    guard let identity = context.identity else { throw APIError.signInNeeded }
    let call = APICall(
      request: request, context: context, identity: identity, services: services,
      bytes: try await APIBody.collect(request))
    return (call, try call.body())
  }

  private static func input(_ field: RequestField) throws -> PlanInput {
    let input = try PlanInput(field)
    guard !input.saves, input.managers.isEmpty else {
      throw field.fault(
        "a draft is of one and not saved", hint: "POST /api/v1/plan saves and plans for several")
    }
    return input
  }

  /// How far from the stops of a plan is looked, and how many of those least off its way are tried.
  private static let reach = Metres(kilometres: 50)
  private static let candidates = 40

  /// Who is not in a plan but near its way, what a visit would cost and where it would stand. Takes what
  /// ``draft(request:context:)`` takes, with the order of the plan: nobody in it moves.
  @Sendable private func nearby(request: Request, context: PageContext) async throws -> Response {
    let (call, field) = try await question(request, context)
    var input = try Self.input(try Self.narrowed(field))
    let planned = input.order.flatMap(\.partners)
    guard !planned.isEmpty, !input.improves else {
      throw field.fault("a plan without an order has no way", hint: "give order, as POST /plan/draft told it")
    }
    let (apart, viewer, roads) = (Set(try planned + Self.without(field)), call.viewer, services.roads)
    let near = try await services.read { reader -> [PartnerSummary] in
      let known = Dictionary(
        try reader.summaries(.ids(planned)).map { ($0.id, $0.coordinate) }
      ) { first, _ in first }
      let stops = planned.compactMap { known[$0] ?? nil }
      let legs = zip(stops, stops.dropFirst()).map { Geodesy.distance($0, $1).value }
      let circles = stops.map { Selection.circle(center: $0, radius: Self.reach) }
      let inSight = try SelectionInput(reader: reader, viewer: viewer, roads: roads).inSight(.or(circles))
      // How much longer the way would be through there, as the crow flies.
      return try reader.summaries(inSight, least: Self.candidates, without: apart) { place in
        let ends = stops.map { Geodesy.distance($0, place).value }
        return zip(zip(ends, ends.dropFirst()), legs).map { $0.0 + $0.1 - $1 }.min()
          ?? ends.min() ?? .infinity
      }
    }
    input.selection = RequestField(
      .object([("ids", .array((planned + near.map(\.id)).map { .id($0) }))]), path: "selection")
    let controller = PlanController(services: services)
    let trip = try await controller.planned(input, try await controller.lookUp(input, call), call)
      .chosen(input).trip
    let partners = Dictionary(near.map { ($0.id, $0) }) { first, _ in first }
    let fitting = trip.unassigned.compactMap { left -> PlanNearbyView.Candidate? in
      guard let partner = partners[left.partner],
        let best = left.obstacles.filter(\.breaks.isEmpty).min(by: { $0.addedSeconds < $1.addedSeconds }),
        let day = trip.days.firstIndex(where: { $0.date == best.date })
      else { return nil }
      return .init(partner: partner, place: best, day: day)
    }.sorted { $0.place.addedSeconds < $1.place.addedSeconds }
    let view = PlanNearbyView(candidates: Array(fitting.prefix(12)), clock: services.clock)
    return APIAnswer.ok(
      .object([("html", .string(renderer.nearby(view, in: request.language)))])
    ).response(to: request)
  }

  /// Whom the manager took out.
  private static func without(_ field: RequestField) throws -> [PartnerID] {
    guard case .object(let members) = field.value,
      let given = members.first(where: { $0.name == "without" })
    else { return [] }
    return try RequestField(given.value, path: "without").array(limit: 1000).map { try $0.id() }
  }

  /// The request for a plan, those taken out of it no longer selected.
  private static func narrowed(_ field: RequestField) throws -> RequestField {
    guard case .object(var members) = field.value,
      let place = members.firstIndex(where: { $0.name == "without" })
    else { return field }
    let ids = try without(field)
    let given = members.remove(at: place).value
    if !ids.isEmpty, let selected = members.firstIndex(where: { $0.name == "selection" }) {
      members[selected].value = .object([
        ("and", .array([members[selected].value, .object([("not", .object([("ids", given)]))])]))
      ])
    }
    return RequestField(.object(members))
  }
}

extension PlanInput {
  /// Who keeps a day.
  fileprivate var locked: Set<PartnerID> {
    Set(draft.rules.stops.filter { $0.dates?.isEmpty == false }.map(\.partner))
  }
}
