import CRM
import Geo

extension ReadAccess {
  /// A partner with everything that belongs to it; nil when there is none.
  public func partner(_ id: PartnerID) throws -> Partner? {
    guard let row = try partnerRow(id) else { return nil }
    return try partner(row: row)
  }

  /// How many partners there are.
  public func partnerCount() throws -> Int {
    try db.first("SELECT count(*) FROM partner") { $0.int(0) } ?? 0
  }

  func partnerRow(_ id: PartnerID) throws -> Int64? {
    try db.first("SELECT id FROM partner WHERE uid = ?", id.blob) { $0.int64(0) }
  }

  func requiredPartnerRow(_ id: PartnerID) throws -> Int64 {
    guard let row = try partnerRow(id) else {
      throw StoreError.notFound(entity: "partner", id: id.description)
    }
    return row
  }

  func partner(row: Int64) throws -> Partner? {
    let found = try db.first(
      """
      SELECT p.uid, p.status, u.uid, p.kind, p.name, p.last_visit, p.call_interval_days, p.visit_seconds,
        p.opening_hours, p.registration_number, p.do_not_visit, p.do_not_visit_until,
        p.do_not_visit_reason, p.note, p.version
      FROM partner p LEFT JOIN user u ON u.id = p.responsible_id WHERE p.id = ?
      """, .int(row)
    ) { c in
      Partner(
        id: c.id(0), kind: try c.value(3, in: "partner"), name: c.text(4),
        status: try c.value(1, in: "partner"), responsible: c.idOrNil(2),
        callIntervalDays: c.intOrNil(6), openingHours: try c.openingHours(8),
        visitLength: c.intOrNil(7).map { Seconds($0) }, registrationNumber: c.textOrNil(9),
        doNotVisit: c.doNotVisit(10), note: c.text(13), lastVisit: c.dateOrNil(5), version: c.int(14))
    }
    guard var partner = found else { return nil }
    partner.tags = try db.all(
      "SELECT tag FROM partner_tag WHERE partner_id = ? ORDER BY tag", .int(row)
    ) { $0.text(0) }
    var people: [(row: Int64, person: ContactPerson)] = try db.all(
      "SELECT id, uid, name, job_title FROM contact_person WHERE partner_id = ? ORDER BY position",
      .int(row)
    ) { ($0.int64(0), ContactPerson(id: $0.id(1), name: $0.text(2), position: $0.text(3))) }
    try db.rows(
      """
      SELECT person_id, kind, value, normalised, label FROM contact_point
      WHERE partner_id = ? ORDER BY position
      """, .int(row)
    ) { c in
      let point = ContactPoint(
        kind: try c.value(1, in: "contact_point"), value: c.text(2), normalised: c.text(3),
        label: c.text(4))
      guard let person = c.int64OrNil(0) else { return partner.contactPoints.append(point) }
      if let index = people.firstIndex(where: { $0.row == person }) {
        people[index].person.contactPoints.append(point)
      }
    }
    partner.people = people.map(\.person)
    partner.addresses = try db.all(
      """
      SELECT type, text, country, region, region_code, district, city, street, house, postcode
      FROM address WHERE partner_id = ? ORDER BY position
      """, .int(row)
    ) { c in
      Address(
        type: try c.value(0, in: "address"), text: c.text(1),
        components: AddressComponents(
          country: c.textOrNil(2), region: c.textOrNil(3), regionCode: c.textOrNil(4),
          district: c.textOrNil(5), city: c.textOrNil(6), street: c.textOrNil(7), house: c.textOrNil(8),
          postcode: c.textOrNil(9)))
    }
    partner.externalReferences = try db.all(
      "SELECT system, key, version FROM external_reference WHERE partner_id = ? ORDER BY position",
      .int(row)
    ) { ExternalReference(system: $0.text(0), key: $0.text(1), version: $0.textOrNil(2)) }
    partner.location = try currentGeocode(row: row)
    return partner
  }
}

extension Columns {
  func openingHours(_ i: Int32) throws -> OpeningHours? {
    guard let text = textOrNil(i) else { return nil }
    return try OpeningHoursText.decode(text)
  }

  /// Three columns: the flag, the last day, the reason.
  func doNotVisit(_ i: Int32) -> DoNotVisit? {
    bool(i) ? DoNotVisit(until: textOrNil(i + 1).flatMap { LocalDate($0) }, reason: text(i + 2)) : nil
  }
}

/// Opening hours in one text column: `{"days":[[[32400,64800]],…],"text":"…"}`.
enum OpeningHoursText {
  private struct Stored: Codable {
    var days: [[[Int]]]
    var text: String
  }

  static func encode(_ hours: OpeningHours) throws -> String {
    try JSONText.encode(
      Stored(days: hours.days.map { $0.map { [$0.start, $0.end] } }, text: hours.text))
  }

  static func decode(_ text: String) throws -> OpeningHours {
    let stored = try JSONText.decode(Stored.self, from: text, table: "partner")
    guard stored.days.count == 7, stored.days.allSatisfy({ $0.allSatisfy { $0.count == 2 } }) else {
      throw StoreError.unreadable(table: "partner", detail: "opening hours need seven days of pairs")
    }
    return OpeningHours(
      days: stored.days.map { $0.map { OpeningHours.Window(start: $0[0], end: $0[1]) } },
      text: stored.text)
  }
}

extension ReadAccess {
  /// The partner a person works at; nil when there is no such person.
  public func partner(ofContact id: ContactPersonID) throws -> PartnerID? {
    try db.first(
      "SELECT p.uid FROM contact_person c JOIN partner p ON p.id = c.partner_id WHERE c.uid = ?", id.blob
    ) { $0.id(0) }
  }
}
