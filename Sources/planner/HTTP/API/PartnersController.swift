import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store

/// Partners with their contacts and places.
struct PartnersController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "partners", "listPartners", access: .needs(.readRecords), services, list)
    table.api(.post, "partners", "createPartner", access: .needs(.editPartners), services, create)
    table.api(.get, "partners/{id}", "showPartner", access: .needs(.readRecords), services, show)
    table.api(.patch, "partners/{id}", "changePartner", access: .needs(.editPartners), services, change)
    table.api(.post, "partners/bulk", "changePartners", access: .needs(.editPartners), services, bulk)
    table.api(.put, "partners/{id}/pin", "setPin", access: .needs(.editPartners), services, pin)
    table.api(.get, "partners/{id}/places", "listPlaces", access: .needs(.readRecords), services, places)
    table.api(
      .get, "partners/{id}/contacts", "listContacts", access: .needs(.readRecords), services, contacts)
    table.api(
      .post, "partners/{id}/contacts", "createContact", access: .needs(.editPartners), services, addContact)
    table.api(
      .put, "partners/{id}/contacts/{contact}", "replaceContact", access: .needs(.editPartners), services,
      replaceContact)
    table.api(
      .delete, "partners/{id}/contacts/{contact}", "removeContact", access: .needs(.editPartners), services,
      removeContact)
  }

  // MARK: Reading

  static let parameters = [
    "status", "kind", "tag", "responsible", "region", "city", "hasLocation", "level", "stale",
    "notVisitedSince", "overdue", "changedSince", "q", "selection", "sort", "limit", "cursor", "total",
    "fields",
  ]

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query(Self.parameters)
    let fields = try call.fields(query, known: PartnerResource.listMembers)
    var wanted = PartnerQuery()
    wanted.status = try query.choices("status") ?? []
    wanted.kind = try query.choices("kind") ?? []
    wanted.tag = try query.list("tag") ?? []
    wanted.responsible = try query.list("responsible")?.map { $0 == "none" ? "" : $0.lowercased() } ?? []
    wanted.region = try query.list("region")?.map { $0.uppercased() } ?? []
    wanted.city = try query.list("city") ?? []
    wanted.hasLocation = try query.bool("hasLocation")
    wanted.level = try query.choices("level") ?? []
    wanted.stale = try query.bool("stale")
    wanted.notVisitedSince = try query.date("notVisitedSince")
    wanted.overdue = try query.bool("overdue")
    wanted.changedSince = try query.instant("changedSince")
    wanted.text = try query.text("q") ?? ""
    try query.sort(&wanted.sort, &wanted.descending)
    wanted.limit = try query.integer("limit", 1...Page<PartnerSummary>.maximumLimit) ?? 50
    wanted.after = try query.cursor()
    wanted.countsTotal = try query.bool("total") ?? false
    let saved = try query.text("selection")
    let (viewer, clock) = (call.viewer, DayClock(now: call.now, zone: .current))
    let (base, written) = (wanted, services.writtenPartners)
    return try await call.read { reader in
      var wanted = base
      if let saved { wanted.within = try Self.selection(saved, viewer, reader) }
      let page = try reader.partnerPage(wanted, scope: viewer.scope, by: clock)
      let items =
        fields.map { fields in page.items.map { PartnerResource.json($0, fields: fields) } }
        ?? written.json(page.items)
      return APIPage.answer(items, next: page.next?.text, total: page.total, call: call)
    }
  }

  /// A saved selection by identifier.
  static func selection(_ text: String, _ viewer: Viewer, _ reader: Reader) throws -> Selection {
    let found = try SavedSelectionID(text).flatMap { try reader.savedSelection($0) }
    guard let found, SelectionsController.isSeen(found, by: viewer) else {
      throw APIError.badParameter(
        "selection", detail: "there is no saved selection \(text)", hint: "GET /api/v1/selections lists them")
    }
    return found.selection
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let fields = try call.fields(call.query("fields"), known: PartnerResource.members)
    let viewer = call.viewer
    let (generation, now, recent) = (services.database.generation, call.now, services.recentPartners)
    if fields == nil, let known = recent.value(id, generation: generation, now: now) {
      let known = try RecordRights.visible(
        known, "partner", id.description, of: { $0.responsible }, viewer)
      return .ok(known.body, version: known.version)
    }
    return try await call.readShort { reader in
      let partner = try RecordRights.visible(
        try reader.partnerDetail(id), "partner", id.description, of: { $0.responsible }, viewer)
      let json = PartnerResource.json(partner, logins: try Self.logins(of: partner, reader), fields: fields)
      let answer = PartnerAnswer(
        responsible: partner.responsible, version: partner.version, body: json.bytes)
      if fields == nil { recent.keep(answer, for: id, generation: generation, readAt: now) }
      return .ok(answer.body, version: answer.version)
    }
  }

  /// The partner, when it is in sight; what is not in sight is not there.
  static func visible(_ id: PartnerID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> Partner {
    try RecordRights.visible(
      try reader.partner(id), "partner", id.description, of: { $0.responsible }, viewer)
  }

  /// As ``visible(_:_:_:)``, for a change.
  /// - Parameter version: the one the change is based on; nil for changes that need none.
  static func own(
    _ id: PartnerID, _ viewer: Viewer, _ reader: some ReadAccess, version: Int? = nil
  ) throws -> Partner {
    let partner = try visible(id, viewer, reader)
    try RecordRights.checkChange(
      "partner", id.description, of: partner.responsible, viewer, version: version, actual: partner.version)
    return partner
  }

  static func logins(of partner: Partner, _ reader: some ReadAccess) throws -> [UserID: String] {
    guard let id = partner.responsible, let user = try reader.user(id) else { return [:] }
    return [id: user.login]
  }

  private func places(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      _ = try Self.visible(id, viewer, reader)
      return APIPage.answer(
        try reader.geocodeHistory(of: id).reversed().map(PartnerResource.place), next: nil, call: call)
    }
  }

  // MARK: Writing

  private func create(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(PartnerResource.changeable + ["externalReferences", "geocode"])
    var partner = Partner(
      kind: try body.required("kind").choice(), name: try body.required("name").text(1...300))
    try PartnerResource.apply(body, to: &partner)
    partner.externalReferences =
      try body["externalReferences"]?.array(limit: 20).map { item in
        let reference = try item.object(["system", "key", "version"])
        return ExternalReference(
          system: try reference.required("system").text(1...100),
          key: try reference.required("key").text(1...200),
          version: try reference.value("version")?.text(1...100))
      } ?? []
    if try body["geocode"]?.bool() ?? true { partner.location = try await locate(partner, at: call.now) }
    let (made, viewer) = (partner, call.viewer)
    return try await call.commit { writer in
      var partner = made
      partner.responsible = viewer.role == .manager ? viewer.user : nil
      if let field = body["responsible"] {
        partner.responsible = try PartnerResource.responsible(field, writer)
      }
      guard viewer.assigns(from: viewer.user, to: partner.responsible) || partner.responsible == nil else {
        throw APIError.needs(.assignOthers)
      }
      try writer.insert(partner)
      return try Self.answer(partner.id, writer, created: true)
    }
  }

  /// Where a partner's address is, when the geocoder knows.
  private func locate(_ partner: Partner, at now: Date) async throws -> GeocodeResult? {
    guard let geocoder = services.geocoder, let text = partner.visitAddress?.text else { return nil }
    return try await PartnerPlaces.locate(
      text, country: partner.visitAddress?.components.country, by: geocoder, at: now)
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let field = try call.body()
    let body = try field.object(PartnerResource.changeable)
    let (version, viewer) = (try call.version(), call.viewer)
    return try await call.edit(field.value, current: Self.current(id, viewer)) { writer in
      var partner = try Self.own(id, viewer, writer)
      partner.version = version
      try Self.apply(body, to: &partner, viewer, writer)
      _ = try writer.update(partner)
      return try Self.answer(id, writer)
    }
  }

  private static func apply(
    _ body: RequestObject, to partner: inout Partner, _ viewer: Viewer, _ writer: Writer
  ) throws {
    let before = partner.responsible
    try PartnerResource.apply(body, to: &partner)
    guard let field = body["responsible"] else { return }
    partner.responsible = try PartnerResource.responsible(field, writer)
    guard viewer.assigns(from: before, to: partner.responsible) else { throw APIError.needs(.assignOthers) }
  }

  private static func current(_ id: PartnerID, _ viewer: Viewer) -> @Sendable (Reader) throws -> JSONValue {
    { reader in
      let partner = try visible(id, viewer, reader)
      return PartnerResource.json(partner, logins: try logins(of: partner, reader))
    }
  }

  private static func answer(_ id: PartnerID, _ writer: Writer, created: Bool = false) throws -> APIAnswer {
    guard let partner = try writer.partner(id) else {
      throw StoreError.notFound(entity: "partner", id: id.description)
    }
    let json = PartnerResource.json(partner, logins: try logins(of: partner, writer))
    return created
      ? .created(json, at: "/api/v1/partners/\(id)", version: partner.version)
      : .ok(json, version: partner.version)
  }

  /// Changes many at once, each for itself: what one refuses keeps no other.
  private func bulk(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["ids", "change", "addTags", "removeTags"])
    let ids = try body.required("ids").array(limit: 1000).map { try $0.id(PartnerID.self) }
    guard !ids.isEmpty, Set(ids).count == ids.count else {
      throw try body.required("ids").fault(
        "there is none, or one stands twice", hint: "give each partner once")
    }
    let change = try body["change"]?.object([
      "status", "responsible", "callIntervalDays", "kind", "doNotVisit",
    ])
    let add = Set(try body["addTags"]?.array(limit: 50).map(PartnerResource.tag) ?? [])
    let remove = Set(try body["removeTags"]?.array(limit: 50).map(PartnerResource.tag) ?? [])
    guard change != nil || !add.isEmpty || !remove.isEmpty else {
      throw APIError.badField(
        path: "change", detail: "there is nothing to change", hint: "give change, addTags or removeTags")
    }
    let viewer = call.viewer
    return try await call.commit { writer in
      var results: [JSONValue] = []
      var changed = 0
      for id in ids {
        do {
          var partner = try Self.own(id, viewer, writer)
          if let change { try Self.apply(change, to: &partner, viewer, writer) }
          partner.tags = Set(partner.tags).union(add).subtracting(remove).sorted()
          let isChanged = try writer.update(partner)
          changed += isChanged ? 1 : 0
          results.append(
            .object([
              ("id", .id(id)), ("status", .int(200)), ("changed", .bool(isChanged)),
              ("version", .int(partner.version + (isChanged ? 1 : 0))),
            ]))
        } catch let error as any CodedError where APIStatus.of(error).kind == .clientError {
          results.append(
            .object([
              ("id", .id(id)), ("status", .int(APIStatus.of(error).code)), ("code", .string(error.code)),
              ("detail", .string(error.message)), ("hint", .string(error.hint)),
            ]))
        }
      }
      return .ok(.object([("changed", .int(changed)), ("results", .array(results))]))
    }
  }

  private func pin(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let field = try call.body()
    let coordinate = try field.coordinate()
    let (version, viewer) = (try call.version(), call.viewer)
    return try await call.edit(field.value, current: Self.current(id, viewer)) { writer in
      let partner = try Self.own(id, viewer, writer)
      guard partner.version == version else {
        throw StoreError.staleVersion(
          entity: "partner", id: id.description, expected: version, actual: partner.version)
      }
      try writer.setPin(coordinate, for: id)
      return try Self.answer(id, writer)
    }
  }

  // MARK: Contacts

  private func contacts(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      APIPage.answer(
        try Self.visible(id, viewer, reader).people.map(PartnerResource.person), next: nil, call: call)
    }
  }

  private func addContact(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let field = try call.body()
    let viewer = call.viewer
    return try await call.commit { writer in
      var partner = try Self.own(id, viewer, writer)
      guard partner.people.count < 200 else {
        throw field.fault("the partner has 200 people already", hint: "remove some first")
      }
      let person = try PartnerResource.person(
        field, known: [], partner.visitAddress?.components.country)
      partner.people.append(person)
      let isChanged = try writer.update(partner)
      return .created(
        PartnerResource.person(person), at: "/api/v1/partners/\(id)/contacts/\(person.id)",
        version: Self.version(of: partner, isChanged))
    }
  }

  /// People go by the version of their partner, as it is behind an edit of them.
  private static func version(of partner: Partner, _ isChanged: Bool) -> Int {
    partner.version + (isChanged ? 1 : 0)
  }

  private func replaceContact(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let contact: ContactPersonID = try call.id("contact", "contact")
    let field = try call.body()
    let (version, viewer) = (try call.version(), call.viewer)
    return try await call.edit(field.value, current: Self.current(id, viewer)) { writer in
      var partner = try Self.own(id, viewer, writer, version: version)
      guard let index = partner.people.firstIndex(where: { $0.id == contact }) else {
        throw StoreError.notFound(entity: "contact", id: contact.description)
      }
      var person = try PartnerResource.person(
        field, known: [contact], partner.visitAddress?.components.country)
      person.id = contact
      partner.people[index] = person
      let isChanged = try writer.update(partner)
      return .ok(PartnerResource.person(person), version: Self.version(of: partner, isChanged))
    }
  }

  /// As other removals it needs no version; one that is given is heeded.
  private func removeContact(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let contact: ContactPersonID = try call.id("contact", "contact")
    let version = try call.version(saves: call.request.headers[.ifMatch] != nil)
    let viewer = call.viewer
    return try await call.edit(.null, current: Self.current(id, viewer)) { writer in
      var partner = try Self.own(id, viewer, writer, version: version)
      guard partner.people.contains(where: { $0.id == contact }) else {
        throw StoreError.notFound(entity: "contact", id: contact.description)
      }
      partner.people.removeAll { $0.id == contact }
      _ = try writer.update(partner)
      return .done
    }
  }
}
