import CRM
import Foundation
import Geo
import Hummingbird
import Planning
import Store

/// Saved trips: reading them, planning them again, changing them, ending them.
struct TripsController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "trips", "listTrips", access: .needs(.readRecords), services, list)
    table.api(.get, "trips/{id}", "showTrip", access: .needs(.readRecords), services, show)
    table.api(.patch, "trips/{id}", "changeTrip", access: .needs(.planTrips), services, change)
    table.api(.delete, "trips/{id}", "removeTrip", access: .needs(.planTrips), services, remove)
    table.api(
      .get, "trips/{id}/files/{format}", "showTripFile", access: .needs(.exportRecords), services, file)
    table.api(.post, "trips/{id}/check", "checkTrip", access: .needs(.readRecords), services, check)
    table.api(.post, "trips/{id}/compare", "compareTrip", access: .needs(.readRecords), services, compare)
    table.api(.post, "trips/{id}/replan", "replanTrip", access: .needs(.planTrips), services, replan)
    table.api(.post, "trips/{id}/insert", "insertIntoTrip", access: .needs(.planTrips), services, insert)
    table.api(.post, "trips/{id}/order", "orderTrip", access: .needs(.planTrips), services, order)
    table.api(.post, "trips/{id}/lock", "lockTrip", access: .needs(.planTrips), services, lock)
    table.api(.post, "trips/{id}/cancel", "cancelTrip", access: .needs(.planTrips), services, cancel)
  }

  // MARK: Reading

  static let parameters = ["state", "responsible", "from", "to", "sort", "limit", "cursor", "total"]
  static let sorts = ["savedAt", "-savedAt"]

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query(Self.parameters)
    var wanted = TripQuery()
    wanted.state = try query.choices("state") ?? []
    wanted.responsible = try query.logins("responsible")
    (wanted.from, wanted.to) = (try query.date("from"), try query.date("to"))
    wanted.newestFirst = try query.order(Self.sorts) != "savedAt"
    wanted.limit = try query.integer("limit", 1...500) ?? 50
    wanted.after = try query.cursor()
    wanted.countsTotal = try query.bool("total") ?? false
    let (asked, scope) = (wanted, call.viewer.scope)
    return try await call.read { reader in
      let page = try reader.tripPage(asked, scope: scope)
      let logins = try TripResource.logins(reader)
      return APIPage.answer(
        page.items.map { TripResource.json($0, logins: logins) }, next: page.next?.text, total: page.total,
        call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      let trip = try TripResource.visible(id, viewer, reader)
      return try .encoding(TripResource.whole(trip, reader), version: trip.version)
    }
  }

  private func file(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    _ = try call.query()
    guard let form = TripFile(rawValue: call.parameter("format")) else {
      throw APIError.notFound(entity: "form of a trip", id: call.parameter("format"))
    }
    let library = TripLibrary.live(services.database, on: services.threads)
    guard let data = try await library.file(id, form, call.viewer.scope) else {
      throw StoreError.notFound(entity: "trip", id: id.description)
    }
    return APIAnswer(status: 200, body: [UInt8](data), contentType: form.contentType)
  }

  /// A trip with its task and partners.
  private func saved(_ id: TripID, _ call: APICall) async throws -> SavedTrip {
    let (viewer, database) = (call.viewer, services.database)
    return try await call.blocking {
      _ = try database.read { try TripResource.visible(id, viewer, $0) }
      return try SavedTrip(id.description, in: database)
    }
  }

  private func check(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let saved = try await saved(id, call)
    let (planner, database) = (services.planner, services.database)
    let found = try await services.desk.run(for: call) {
      try await planner.keeping(in: database).violations(of: saved.trip, partners: saved.partners)
    }
    return try .encoding(TripCheck.Answer(ok: found.isEmpty, violations: found))
  }

  private func compare(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let other: TripID? = try call.body().object(["with"]).value("with")?.id()
    let viewer = call.viewer
    let old = try await call.read { try TripResource.visible(id, viewer, $0) }
    if let other {
      let new = try await call.read { reader in
        guard let trip = try reader.trip(other), viewer.sees(trip.responsible) else {
          throw APIError.badField(
            path: "with", detail: "there is no trip \(other)", hint: "GET /api/v1/trips lists them")
        }
        return trip
      }
      return try .encoding(ComparisonJSON(TripComparison(old, new)))
    }
    let (planner, database, now) = (services.planner(for: call.viewer), services.database, call.now)
    let sight = try await sight(call)
    let new = try await services.desk.run(for: call) {
      try await planner.replan(old, within: sight, in: database, at: now).trip
    }
    return try .encoding(ComparisonJSON(TripComparison(old, new)))
  }

  /// Whom the asker sees; nil for everybody.
  private func sight(_ call: APICall) async throws -> Selection? {
    let (viewer, roads) = (call.viewer, services.roads)
    guard viewer.scope != .all else { return nil }
    return try await call.read { try SelectionInput(reader: $0, viewer: viewer, roads: roads).inSight(.all) }
  }

  // MARK: Planning again

  /// Makes a new plan in place of a saved trip: shown, or kept when `save` says so. Keeping needs the version the plan is
  /// made from.
  private func planned<Found: Sendable>(
    _ call: APICall, _ field: RequestField, saves: Bool,
    plan: @escaping @Sendable (Trip) async throws -> Found,
    result: @escaping @Sendable (Found) -> TripPlanner.Result,
    answer: @escaping @Sendable (Found, Trip, TripTask?) throws -> APIAnswer
  ) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let viewer = call.viewer
    let version = try call.version(saves: saves)
    if saves, let kept = try await call.keptAnswer() { return kept }
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      let trip = try TripResource.visible(id, viewer, reader)
      return try .encoding(TripResource.whole(trip, reader))
    }
    let old = try await call.read { try TripResource.own(id, viewer, $0) }
    if let version, version != old.version {
      return try await call.edit(field.value, current: current) { writer in
        _ = try TripResource.own(id, viewer, writer, version: version)
        return .done
      }
    }
    try TripPlanner.refuseCancelled(old)
    let found = try await services.desk.run(for: call) { try await plan(old) }
    guard let version else { return try answer(found, result(found).trip, nil) }
    return try await call.edit(field.value, current: current) { writer in
      let old = try TripResource.own(id, viewer, writer, version: version)
      try TripPlanner.refuseCancelled(old)
      var (trip, task) = TripPlanner.replacement(
        of: old, task: try writer.task(forTrip: id), by: result(found), creator: viewer.user)
      try writer.save(trip, task: task)
      trip.version += 1
      task.version += 1
      var told = try answer(found, trip, task)
      told.version = trip.version
      return told
    }
  }

  private func replan(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["save", "from"])
    let saves = try body["save"]?.bool() ?? false
    let here = try body.value("from")?.coordinate()
    let (planner, database, now) = (services.planner(for: call.viewer), services.database, call.now)
    let sight = try await sight(call)
    return try await planned(
      call, field, saves: saves,
      plan: { try await planner.replan($0, within: sight, from: here, in: database, at: now) },
      result: { $0 },
      answer: { result, trip, task in
        try .encoding(PlanJSON(trip: TripJSON(trip), taskId: task?.id.description, notes: result.notes))
      })
  }

  private func insert(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["partner", "save"])
    let partner: PartnerID = try body.required("partner").id()
    let saves = try body["save"]?.bool() ?? false
    let viewer = call.viewer
    let (planner, database, now) = (services.planner(for: call.viewer), services.database, call.now)
    return try await planned(
      call, field, saves: saves,
      plan: { trip in
        let known = try database.read { try $0.partner(partner) }
        guard let known, viewer.sees(known.responsible) else {
          throw PlanningError.partnerUnknown(partner.description)
        }
        return try await planner.insert(partner, into: trip, in: database, at: now)
      }, result: { $0.result },
      answer: { found, trip, _ in
        try .encoding(
          TripInsert.Answer(
            partner: partner.description, date: found.date, position: found.position,
            addedMetres: found.addedMetres.value, addedSeconds: found.addedSeconds.value,
            moved: found.wasStop, saved: saves, trip: TripJSON(trip)))
      })
  }

  private func order(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["order", "improve", "save"])
    let order = try PlanInput.order(body.required("order"))
    let improves = try body["improve"]?.bool() ?? false
    let saves = try body["save"]?.bool() ?? false
    let viewer = call.viewer
    let (planner, database) = (services.planner(for: viewer), services.database)
    return try await planned(
      call, field, saves: saves,
      plan: { trip in
        try database.read { reader in
          for id in order.flatMap(\.partners) {
            guard let partner = try reader.partner(id), viewer.sees(partner.responsible) else {
              throw PlanningError.partnerUnknown(id.description)
            }
          }
        }
        return try await planner.reorder(trip, order: order, improves: improves, in: database)
      }, result: { $0.result },
      answer: { found, trip, task in
        try .encoding(
          PlanJSON(
            trip: TripJSON(trip), taskId: task?.id.description, notes: found.result.notes,
            violations: found.violations.map(\.line)))
      })
  }

  // MARK: Changing

  /// Changes a saved trip in one transaction, by the version it was read in.
  private func edited(
    _ call: APICall, _ field: RequestField,
    _ body: @escaping @Sendable (inout Trip, inout TripTask?, Writer) throws -> Void,
    answer: @escaping @Sendable (Trip, Writer) throws -> APIAnswer
  ) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let (viewer, version) = (call.viewer, try call.version())
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      let trip = try TripResource.visible(id, viewer, reader)
      return try .encoding(TripResource.whole(trip, reader))
    }
    return try await call.edit(field.value, current: current) { writer in
      let before = try TripResource.own(id, viewer, writer, version: version)
      let oldTask = try writer.task(forTrip: id)
      var (trip, task) = (before, oldTask)
      try body(&trip, &task, writer)
      if trip != before {
        try writer.save(trip, task: task == oldTask ? nil : task)
        trip.version += 1
      }
      var told = try answer(trip, writer)
      told.version = trip.version
      return told
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["title", "responsible"])
    let title = try body["title"]?.text(1...300)
    let viewer = call.viewer
    let (base, language) = (services.settings.publicURL, call.request.language)
    return try await edited(call, field) { trip, task, writer in
      if let title {
        trip.title = title
        task?.title = title
      }
      guard let field = body["responsible"] else { return }
      let responsible = try PartnerResource.responsible(field, writer)
      guard viewer.assigns(from: trip.responsible, to: responsible) else {
        throw APIError.needs(.assignOthers)
      }
      trip.responsible = responsible
      task?.responsible = responsible
      try TripMail.post(trip, base: base, language: language, in: writer)
    } answer: { trip, writer in
      try .encoding(TripResource.whole(trip, writer))
    }
  }

  private func lock(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["partners", "all", "locked", "position", "time"])
    let partners = try body["partners"]?.array(limit: 1000).map { try $0.id(PartnerID.self) } ?? []
    let all = try body["all"]?.bool() ?? false
    guard partners.isEmpty == all else {
      throw field.fault("it names no stops", hint: "give partners of the trip, or all")
    }
    let locked = try body["locked"]?.bool() ?? true
    var kept: Set<Trip.Lock> = [.day]
    if try body["position"]?.bool() ?? false { kept.insert(.position) }
    if try body["time"]?.bool() ?? false { kept.insert(.time) }
    let locks = kept
    return try await edited(call, field) { trip, _, _ in
      let chosen = all ? trip.partnersToCome : partners
      if locked { try trip.lock(chosen, by: locks) } else { try trip.unlock(chosen) }
    } answer: { trip, _ in
      let chosen = all ? Set(trip.partnersToCome) : Set(partners)
      let stops = trip.days.flatMap { day in
        day.stops.filter { chosen.contains($0.partner) }.map {
          LockAnswer.Stop(partner: $0.partner.description, name: $0.name, date: day.date, locked: $0.locked)
        }
      }
      return try .encoding(LockAnswer(trip: trip.id.description, version: trip.version, stops: stops))
    }
  }

  private func cancel(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try TripResource.own(id, viewer, writer)
      let changed = try writer.cancelTrip(id)
      return try .encoding(TripEnding(trip: id, state: "cancelled", changed: changed))
    }
  }

  private func remove(_ call: APICall) async throws -> APIAnswer {
    let id: TripID = try call.id("trip")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try TripResource.own(id, viewer, writer)
      try writer.removeTrip(id)
      return .done
    }
  }
}

extension QueryReader {
  /// Logins of a filter; `none` stands for nobody.
  func logins(_ name: String) throws -> [String] {
    try list(name)?.map { $0 == "none" ? "" : $0.lowercased() } ?? []
  }

  /// `sort`, one of the known ones; nil when it was not given.
  func order(_ known: [String]) throws -> String? {
    guard let text = try text("sort") else { return nil }
    guard known.contains(text) else {
      throw APIError.badParameter(
        "sort", detail: "\"\(text)\" is no order of this list",
        hint: "give one of: " + known.joined(separator: ", "))
    }
    return text
  }
}
