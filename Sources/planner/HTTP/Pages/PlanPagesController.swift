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
  }

  @Sendable private func page(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["selection"])
    let (wanted, viewer) = (try query.text("selection")?.lowercased(), try context.viewer)
    let frame = PageFrame(request, context)
    let first = PlanDraft.nextWorkingDay(after: services.clock.today)
    let view = try await services.read { reader in
      let seen = try reader.savedSelections().filter { SelectionsController.isSeen($0, by: viewer) }
      if let wanted, !seen.contains(where: { $0.id.description == wanted }) {
        throw StoreError.notFound(entity: "selection", id: wanted)
      }
      return PlannerView(
        selections: seen.map { ($0.id.description, $0.name) }.sorted { $0.1 < $1.1 }, selection: wanted,
        date: first, pageCode: frame.person?.code)
    }
    return .page(renderer.planner(view, in: frame), frame.language)
  }

  /// What `POST /api/v1/plan` takes without `save` and `managers`, and `without`: whom the manager took out. Answers with
  /// the plan as a piece of a page, as GeoJSON, and as the order it has.
  @Sendable private func draft(request: Request, context: PageContext) async throws -> Response {
    guard let identity = context.identity else { throw APIError.signInNeeded }
    let call = APICall(
      request: request, context: context, identity: identity, services: services,
      bytes: try await APIBody.collect(request))
    let field = try call.body()
    let input = try PlanInput(try Self.narrowed(field))
    guard !input.saves, input.managers.isEmpty else {
      throw field.fault(
        "a draft is of one and not saved", hint: "POST /api/v1/plan saves and plans for several")
    }
    let controller = PlanController(services: services)
    let known = try await controller.lookUp(input, call)
    let must = Set(input.draft.mustVisit)
    var view: PlanView
    var trip: Trip?
    do {
      let planned = try await controller.planned(input, known, call)
      let result = try planned.chosen(input)
      trip = result.trip
      let draft = PlanDraftView(must: must, dayCount: result.trip.days.count)
      view = PlanView(
        left: result.trip.unassigned, violations: planned.violations ?? [],
        alternatives: planned.results.map {
          ($0.trip.metres, $0.trip.seconds, $0.trip.days.reduce(0) { $0 + $1.stops.count })
        }, choose: input.choose, draft: draft, partners: [:])
    } catch PlanningError.nothingFits(let left, let days, _) {
      view = PlanView(
        left: left, violations: [],
        draft: PlanDraftView(must: must, dayCount: days), partners: [:])
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

  /// The request for a plan, those taken out of it no longer selected.
  private static func narrowed(_ field: RequestField) throws -> RequestField {
    guard case .object(var members) = field.value,
      let place = members.firstIndex(where: { $0.name == "without" })
    else { return field }
    let given = members.remove(at: place).value
    let ids = try RequestField(given, path: "without").array(limit: 1000).map { try $0.id(PartnerID.self) }
    if !ids.isEmpty, let selected = members.firstIndex(where: { $0.name == "selection" }) {
      members[selected].value = .object([
        ("and", .array([members[selected].value, .object([("not", .object([("ids", given)]))])]))
      ])
    }
    return RequestField(.object(members))
  }
}
