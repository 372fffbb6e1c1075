import CRM
import Foundation
import Geo
import Store

/// A partner in full as it is answered, and what decides who may see it.
struct PartnerAnswer: Sendable {
  var responsible: UserID?
  var version: Int
  /// JSON.
  var body: [UInt8]
}

/// Partners as the API shows and takes them.
enum PartnerResource {
  /// Members of a partner in full.
  static let members = [
    "id", "kind", "name", "status", "responsible", "tags", "callIntervalDays", "openingHours", "visitSeconds",
    "registrationNumber", "doNotVisit", "note", "contactPoints", "people", "addresses", "externalReferences",
    "location", "lastVisit", "version",
  ]
  /// Members of a partner in a list.
  static let listMembers = [
    "id", "name", "kind", "status", "responsible", "address", "phone", "latitude", "longitude", "level",
    "stale", "lastVisit", "callIntervalDays", "tags",
  ]
  /// Members that a change may hold.
  static let changeable = [
    "kind", "name", "status", "responsible", "tags", "callIntervalDays", "openingHours", "visitSeconds",
    "registrationNumber", "doNotVisit", "note", "contactPoints", "people", "addresses",
  ]

  // MARK: Out

  /// - Parameter logins: of users by identifier.
  static func json(_ partner: Partner, logins: [UserID: String], fields: Set<String>? = nil) -> JSONValue {
    APIFields.object(
      [
        ("id", .id(partner.id)), ("kind", .string(partner.kind.rawValue)), ("name", .string(partner.name)),
        ("status", .string(partner.status.rawValue)),
        ("responsible", .optional(partner.responsible.flatMap { logins[$0] })),
        ("tags", .texts(partner.tags)), ("callIntervalDays", .optional(partner.callIntervalDays)),
        ("openingHours", .optional(partner.openingHours?.text)),
        ("visitSeconds", .optional(partner.visitLength?.value)),
        ("registrationNumber", .optional(partner.registrationNumber)),
        ("doNotVisit", partner.doNotVisit.map(ban) ?? .null), ("note", .string(partner.note)),
        ("contactPoints", .array(partner.contactPoints.map(point))),
        ("people", .array(partner.people.map(person))),
        ("addresses", .array(partner.addresses.map(address))),
        (
          "externalReferences",
          .array(
            partner.externalReferences.map {
              .object([
                ("system", .string($0.system)), ("key", .string($0.key)), ("version", .optional($0.version)),
              ])
            })
        ),
        ("location", partner.location.map(place) ?? .null), ("lastVisit", .optional(partner.lastVisit)),
        ("version", .int(partner.version)),
      ], only: fields)
  }

  static func json(_ partner: PartnerSummary, fields: Set<String>? = nil) -> JSONValue {
    APIFields.object(
      [
        ("id", .id(partner.id)), ("name", .string(partner.name)), ("kind", .string(partner.kind.rawValue)),
        ("status", .string(partner.status.rawValue)), ("responsible", .optional(partner.responsible)),
        ("address", .optional(partner.address)), ("phone", .optional(partner.phone)),
        ("latitude", .optional(partner.coordinate?.latitude)),
        ("longitude", .optional(partner.coordinate?.longitude)),
        ("level", .optional(partner.level?.rawValue)), ("stale", .bool(partner.stale)),
        ("lastVisit", .optional(partner.lastVisit)),
        ("callIntervalDays", .optional(partner.callIntervalDays)), ("tags", .texts(partner.tags)),
      ], only: fields)
  }

  static func place(_ result: GeocodeResult) -> JSONValue {
    .object([
      ("latitude", .double(result.coordinate.latitude)), ("longitude", .double(result.coordinate.longitude)),
      ("level", .string(result.level.rawValue)), ("score", .double(result.score)),
      ("provider", .string(result.provider)), ("label", .string(result.label)),
      ("query", .string(result.query)), ("at", .instant(result.at)), ("manual", .bool(result.manual)),
      ("stale", .bool(result.stale)),
    ])
  }

  static func person(_ person: ContactPerson) -> JSONValue {
    .object([
      ("id", .id(person.id)), ("name", .string(person.name)), ("position", .string(person.position)),
      ("contactPoints", .array(person.contactPoints.map(point))),
    ])
  }

  private static func ban(_ ban: DoNotVisit) -> JSONValue {
    .object([("until", .optional(ban.until?.description)), ("reason", .string(ban.reason))])
  }

  private static func point(_ point: ContactPoint) -> JSONValue {
    .object([
      ("kind", .string(point.kind.rawValue)), ("value", .string(point.value)),
      ("normalised", .string(point.normalised)), ("label", .string(point.label)),
    ])
  }

  private static func address(_ address: Address) -> JSONValue {
    let parts = address.components
    return .object([
      ("type", .string(address.type.rawValue)), ("text", .string(address.text)),
      (
        "components",
        .object([
          ("country", .optional(parts.country)), ("region", .optional(parts.region)),
          ("regionCode", .optional(parts.regionCode)), ("district", .optional(parts.district)),
          ("city", .optional(parts.city)), ("street", .optional(parts.street)),
          ("house", .optional(parts.house)), ("postcode", .optional(parts.postcode)),
        ])
      ),
    ])
  }

  // MARK: In

  /// Applies the members that stand in a change; lists are replaced whole. Who is responsible is not among them:
  /// ``responsible(_:_:)``.
  static func apply(_ body: RequestObject, to partner: inout Partner) throws {
    if let kind = body["kind"] { partner.kind = try kind.choice() }
    if let name = body["name"] { partner.name = try name.text(1...300) }
    if let status = body["status"] { partner.status = try status.choice() }
    if let tags = body["tags"] {
      partner.tags = Set(try tags.array(limit: 100).map { try tag($0) }).sorted()
    }
    if let days = body["callIntervalDays"] {
      partner.callIntervalDays = days.isNull ? nil : try days.integer(1...3650)
    }
    if let hours = body["openingHours"] { partner.openingHours = hours.isNull ? nil : try opening(hours) }
    if let seconds = body["visitSeconds"] {
      partner.visitLength = seconds.isNull ? nil : Seconds(try seconds.integer(60...86_400))
    }
    if let number = body["registrationNumber"] {
      partner.registrationNumber = number.isNull ? nil : try registration(number)
    }
    if let ban = body["doNotVisit"] { partner.doNotVisit = ban.isNull ? nil : try self.ban(ban) }
    if let note = body["note"] { partner.note = try note.text(0...20_000, lines: true) }
    let country = partner.visitAddress?.components.country
    if let points = body["contactPoints"] { partner.contactPoints = try self.points(points, country) }
    if let people = body["people"] {
      let (before, known) = (partner.people, Set(partner.people.map(\.id)))
      partner.people = recognised(
        try people.array(limit: 200).map { try person($0, known: known, country) }, among: before)
      guard Set(partner.people.map(\.id)).count == partner.people.count else {
        throw people.fault("a person stands twice", hint: "give each id once")
      }
    }
    if let addresses = body["addresses"] {
      let old = partner.addresses
      partner.addresses = try addresses.array(limit: 20).map { try address($0, known: old) }
    }
  }

  /// The responsible user of a change; nil for nobody.
  static func responsible(_ field: RequestField, _ reader: some ReadAccess) throws -> UserID? {
    if field.isNull { return nil }
    let login = try field.text(1...64).lowercased()
    guard let user = try reader.user(login: login) else {
      throw field.fault("there is no user \"\(login)\"", hint: "GET /api/v1/users lists them")
    }
    guard !user.disabled else {
      throw field.fault("\"\(login)\" is disabled and gets no new work", hint: "give it to somebody else")
    }
    return user.id
  }

  static func tag(_ field: RequestField) throws -> String {
    let text = try field.text(1...100).lowercased()
    guard !text.contains(",") else { throw field.fault("a tag holds no comma", hint: "leave it out") }
    return text
  }

  /// Whoever came without an id and bears the name of one person of before who is not named otherwise is that person: what
  /// hangs on him, sealed values too, stays.
  private static func recognised(_ people: [ContactPerson], among before: [ContactPerson]) -> [ContactPerson]
  {
    let given = Set(people.map(\.id))
    let free = before.filter { !given.contains($0.id) }
    let isNew = { (person: ContactPerson) in !before.contains { $0.id == person.id } }
    return people.map { person in
      let (same, rivals) = (
        free.filter { $0.name == person.name }, people.filter { isNew($0) && $0.name == person.name }
      )
      guard isNew(person), same.count == 1, rivals.count == 1 else { return person }
      var known = person
      known.id = same[0].id
      return known
    }
  }

  static func person(_ field: RequestField, known: Set<ContactPersonID>, _ country: String?) throws
    -> ContactPerson
  {
    let body = try field.object(["id", "name", "position", "contactPoints"])
    var id = ContactPersonID.new()
    if let given = body.value("id") {
      id = try given.id()
      guard known.contains(id) else {
        throw given.fault("this partner has no person \(id)", hint: "leave the id out for somebody new")
      }
    }
    return ContactPerson(
      id: id, name: try body.required("name").text(1...200),
      position: try body["position"]?.text(0...200) ?? "",
      contactPoints: try body["contactPoints"].map { try points($0, country) } ?? [])
  }

  private static func opening(_ field: RequestField) throws -> OpeningHours {
    let text = try field.text(1...500)
    do {
      return try OpeningHours.parse(text)
    } catch {
      throw field.fault(error.message, hint: error.hint)
    }
  }

  private static func registration(_ field: RequestField) throws -> String {
    let text = try field.text(1...40)
    let kept = String(
      text.uppercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
    guard kept.unicodeScalars.count >= 5 else {
      throw field.fault(
        "\"\(text)\" is no registration number", hint: "give its letters and digits, at least five")
    }
    return kept
  }

  private static func ban(_ field: RequestField) throws -> DoNotVisit {
    let body = try field.object(["until", "reason"])
    return DoNotVisit(
      until: try body.value("until")?.date(), reason: try body["reason"]?.text(0...500) ?? "")
  }

  private static func points(_ field: RequestField, _ country: String?) throws -> [ContactPoint] {
    try field.array(limit: 50).map { item in
      // What the API itself showed may come back: the normal form is made anew.
      let body = try item.object(["kind", "value", "label", "normalised"])
      let kind: ContactPoint.Kind = try body.required("kind").choice()
      let value = try body.required("value").text(1...300)
      let normalised: String? =
        switch kind {
        case .phone: PhoneNumber.normalise(value, country: country)
        case .email: EmailAddress.normalise(value)
        case .web: WebAddress.normalise(value)
        }
      if normalised == nil, kind != .phone {
        throw try body.required("value").fault(
          "\"\(value)\" is no \(kind == .email ? "e-mail" : "web") address",
          hint: kind == .email ? "write name@example.com" : "write https://example.com")
      }
      return ContactPoint(
        kind: kind, value: value, normalised: normalised ?? value,
        label: try body["label"]?.text(0...100) ?? "")
    }
  }

  private static func address(_ field: RequestField, known: [Address]) throws -> Address {
    let body = try field.object(["type", "text", "components"])
    let type: Address.AddressType = try body["type"]?.choice() ?? .physical
    let text = try body.required("text").text(1...500)
    var address = Address(type: type, text: text)
    if let old = known.first(where: { $0.text == text }) { address.components = old.components }
    guard
      let parts = try body.value("components")?.object([
        "country", "region", "regionCode", "district", "city", "street", "house", "postcode",
      ])
    else { return address }
    func part(_ name: String, _ limit: Int) throws -> String? { try parts.value(name)?.text(1...limit) }
    address.components = AddressComponents(
      country: try part("country", 2), region: try part("region", 200), regionCode: try part("regionCode", 6),
      district: try part("district", 200), city: try part("city", 200), street: try part("street", 200),
      house: try part("house", 50), postcode: try part("postcode", 20))
    return address
  }
}
