import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Which partners: previews of a selection, and selections kept under a name.
struct SelectionsController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(
      .post, "selections/preview", "previewSelection", access: .needs(.readRecords), services, preview)
    table.api(.get, "selections", "listSelections", access: .needs(.readRecords), services, list)
    table.api(.post, "selections", "createSelection", access: .needs(.keepViews), services, create)
    table.api(.get, "selections/{id}", "showSelection", access: .needs(.readRecords), services, show)
    table.api(.patch, "selections/{id}", "changeSelection", access: .needs(.keepViews), services, change)
    table.api(.delete, "selections/{id}", "removeSelection", access: .needs(.keepViews), services, remove)
  }

  private func preview(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["selection", "limit", "countOnly"])
    let field = try body.required("selection")
    let limit = try body["limit"]?.integer(1...5000) ?? 100
    let countOnly = try body["countOnly"]?.bool() ?? false
    let (viewer, roads, written) = (call.viewer, services.roads, services.writtenPartners)
    let clock = DayClock(now: call.now, zone: .current)
    return try await call.read { reader in
      let input = SelectionInput(reader: reader, viewer: viewer, roads: roads)
      let selection = try input.inSight(input.selection(field))
      let chosen = try reader.selectIDs(selection, by: clock)
      func counts(_ list: [String: Int]) -> JSONValue {
        .object(list.sorted { $0.key < $1.key }.map { ($0.key, .int($0.value)) })
      }
      var members: [(String, JSONValue)] = [
        ("count", .int(chosen.count)), ("byStatus", counts(chosen.byStatus)),
        ("byResponsible", counts(chosen.byResponsible)),
      ]
      if !countOnly {
        let partners = try Self.first(limit, of: chosen, reader, by: clock)
        members.append(("partners", .array(written.json(partners))))
      }
      return .ok(.object(members))
    }
  }

  /// By name.
  private static func first(
    _ limit: Int, of chosen: SelectedPartners, _ reader: Reader, by clock: DayClock
  ) throws -> [PartnerSummary] {
    var query = PartnerQuery()
    query.chosen = chosen
    var found: [PartnerSummary] = []
    repeat {
      query.limit = min(limit - found.count, Page<PartnerSummary>.maximumLimit)
      let page = try reader.partnerPage(query, scope: .all, by: clock)
      found += page.items
      query.after = page.next
    } while query.after != nil && found.count < limit
    return found
  }

  // MARK: Saved

  /// One's own and those of everybody, whatever else one sees.
  static func isSeen(_ selection: SavedSelection, by viewer: Viewer) -> Bool {
    selection.owner == nil || selection.owner == viewer.user
  }

  /// Whoever assigns shares with everybody, as on the page.
  private static func checkSharing(_ shared: Bool?, _ viewer: Viewer) throws {
    guard shared != true || viewer.may(.assignOthers) else { throw APIError.needs(.assignOthers) }
  }

  private static func json(_ saved: SavedSelection, _ reader: some ReadAccess) throws -> JSONValue {
    .object([
      ("id", .id(saved.id)), ("name", .string(saved.name)), ("shared", .bool(saved.owner == nil)),
      ("owner", .optional(try saved.owner.flatMap { try reader.user($0)?.login })),
      ("selection", try .encoding(saved.selection)), ("version", .int(saved.version)),
    ])
  }

  private static func visible(
    _ id: SavedSelectionID, _ viewer: Viewer, _ reader: some ReadAccess
  ) throws -> SavedSelection {
    guard let saved = try reader.savedSelection(id), isSeen(saved, by: viewer) else {
      throw StoreError.notFound(entity: "selection", id: id.description)
    }
    return saved
  }

  /// One's own; what is everybody's is changed by whoever assigns.
  private static func own(
    _ id: SavedSelectionID, _ viewer: Viewer, _ reader: some ReadAccess
  ) throws -> SavedSelection {
    let saved = try visible(id, viewer, reader)
    guard saved.owner == viewer.user || viewer.may(.assignOthers) else {
      throw APIError.forbidden("the selection \"\(saved.name)\" is everybody's")
    }
    return saved
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      return APIPage.answer(
        try reader.savedSelections(for: viewer.user).map { try Self.json($0, reader) }, next: nil, call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: SavedSelectionID = try call.id("selection")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      let saved = try Self.visible(id, viewer, reader)
      return .ok(try Self.json(saved, reader), version: saved.version)
    }
  }

  private func create(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["name", "selection", "shared"])
    let name = try body.required("name").text(1...200)
    let field = try body.required("selection")
    let shared = try body["shared"]?.bool() ?? false
    let (viewer, roads) = (call.viewer, services.roads)
    try Self.checkSharing(shared, viewer)
    let selection = try await call.read { reader in
      try SelectionInput(reader: reader, viewer: viewer, roads: roads).selection(field)
    }
    return try await call.commit { writer in
      let saved = SavedSelection(name: name, owner: shared ? nil : viewer.user, selection: selection)
      try writer.save(selection: saved)
      return .created(
        try Self.json(saved, writer), at: "/api/v1/selections/\(saved.id)", version: saved.version)
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let id: SavedSelectionID = try call.id("selection")
    let field = try call.body()
    let body = try field.object(["name", "selection", "shared"])
    let (version, viewer, roads) = (try call.version(), call.viewer, services.roads)
    let name = try body["name"]?.text(1...200)
    let shared = try body["shared"]?.bool()
    let selection = try await call.read { reader in
      try body["selection"].map {
        try SelectionInput(reader: reader, viewer: viewer, roads: roads).selection($0)
      }
    }
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      try Self.json(Self.visible(id, viewer, reader), reader)
    }
    return try await call.edit(field.value, current: current) { writer in
      let before = try Self.own(id, viewer, writer)
      try Self.checkSharing(shared, viewer)
      guard before.version == version else {
        throw StoreError.staleVersion(
          entity: "selection", id: id.description, expected: version, actual: before.version)
      }
      var saved = before
      if let name { saved.name = name }
      if let selection { saved.selection = selection }
      if let shared { saved.owner = shared ? nil : saved.owner ?? viewer.user }
      if saved != before { try writer.save(selection: saved) }
      saved = try Self.visible(id, viewer, writer)
      return .ok(try Self.json(saved, writer), version: saved.version)
    }
  }

  private func remove(_ call: APICall) async throws -> APIAnswer {
    let id: SavedSelectionID = try call.id("selection")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try Self.own(id, viewer, writer)
      try writer.remove(selection: id)
      return .done
    }
  }
}
