import CRM
import Foundation
import Geo

extension Writer {
  /// Adds a partner with everything that belongs to it. Text is brought to NFC.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when an external reference names another partner.
  public func insert(_ partner: Partner) throws {
    let partner = partner.composed()
    try db.run(
      """
      INSERT INTO partner (uid, status, responsible_id, location, kind, name, name_key, last_visit,
        call_interval_days, visit_seconds, opening_hours, registration_number, do_not_visit,
        do_not_visit_until, do_not_visit_reason, note, version, revision)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
      """,
      arguments: [partner.id.blob] + (try fields(of: partner)) + [.int(partner.version)])
    let row = db.lastRow
    if let location = partner.location { try insertGeocode(location, row: row, current: true) }
    try insertChildren(of: partner, row: row)
    try audit(
      "create", entity: "partner", id: partner.id.description,
      after: PartnerJSON.object(PartnerJSON.fields(of: partner)))
  }

  /// Stores a changed partner. `partner.version` is the version the change was based on.
  ///
  /// `lastVisit` is not taken from the value: visits move it. A new `location` is recorded as
  /// ``recordGeocode(_:for:)`` does, a missing one changes nothing. When the visited address changes and the
  /// place does not, the place becomes stale.
  /// - Returns: false when nothing differed; nothing was written then.
  /// - Throws: ``StoreError/staleVersion(entity:id:expected:actual:)`` when someone else was first.
  @discardableResult
  public func update(_ partner: Partner) throws -> Bool {
    let row = try requiredPartnerRow(partner.id)
    guard let before = try self.partner(row: row) else { return false }
    guard before.version == partner.version else {
      throw StoreError.staleVersion(
        entity: "partner", id: partner.id.description, expected: partner.version, actual: before.version)
    }
    var after = partner.composed()
    after.lastVisit = before.lastVisit
    if after.location == nil { after.location = before.location }
    if let location = after.location, let old = before.location {
      let moved = location != old && !(old.manual && !location.manual)
      if !moved {
        after.location = old
        if before.visitAddress?.text != after.visitAddress?.text { after.location?.stale = true }
      }
    }
    guard after != before else { return false }
    after.version = before.version + 1
    try db.run(
      """
      UPDATE partner SET status = ?, responsible_id = ?, location = ?, kind = ?, name = ?, name_key = ?,
        last_visit = ?, call_interval_days = ?, visit_seconds = ?, opening_hours = ?,
        registration_number = ?, do_not_visit = ?, do_not_visit_until = ?, do_not_visit_reason = ?,
        note = ?, version = ?, revision = revision + 1
      WHERE id = ?
      """, arguments: (try fields(of: after)) + [.int(after.version), .int(row)])
    if let location = after.location, location != before.location {
      var unflagged = location
      unflagged.stale = false
      if before.location == unflagged {
        try db.run(
          "UPDATE geocode_result SET stale = 1 WHERE partner_id = ? AND is_current = 1", .int(row))
      } else {
        _ = try place(location, row: row, current: before.location)
      }
    }
    try deleteChildren(of: row)
    try insertChildren(of: after, row: row)
    try eraseSealed(ofThoseGone: before.people, after.people)
    let difference = PartnerJSON.difference(before, after)
    try audit(
      "update", entity: "partner", id: partner.id.description, before: difference.before,
      after: difference.after)
    return true
  }

  /// The columns from `status` to `note`, in the order of both statements above.
  private func fields(of partner: Partner) throws -> [SQLValue] {
    [
      .text(partner.status.rawValue), try userRow(partner.responsible),
      partner.location.map { .blob(GeometryBlob.point($0.coordinate)) } ?? .null,
      .text(partner.kind.rawValue), .text(partner.name), .text(TextFolding.fold(partner.name)),
      .date(partner.lastVisit), .optional(partner.callIntervalDays),
      .optional(partner.visitLength?.value),
      .optional(try partner.openingHours.map { try OpeningHoursText.encode($0) }),
      .optional(partner.registrationNumber), .bool(partner.doNotVisit != nil),
      .optional(partner.doNotVisit?.until?.description), .text(partner.doNotVisit?.reason ?? ""),
      .text(partner.note),
    ]
  }

  private func deleteChildren(of row: Int64) throws {
    for table in [
      "partner_tag", "contact_point", "contact_person", "address", "external_reference",
      "partner_name_word",
    ] {
      try db.run("DELETE FROM \(table) WHERE partner_id = ?", .int(row))
    }
  }

  private func insertChildren(of partner: Partner, row: Int64) throws {
    for tag in Set(partner.tags) {
      try db.run("INSERT INTO partner_tag (partner_id, tag) VALUES (?, ?)", .int(row), .text(tag))
    }
    try insert(partner.contactPoints, partner: row, person: .null)
    for (position, person) in partner.people.enumerated() {
      try db.run(
        "INSERT INTO contact_person (uid, partner_id, position, name, job_title) VALUES (?, ?, ?, ?, ?)",
        person.id.blob, .int(row), .int(position), .text(person.name), .text(person.position))
      try insert(person.contactPoints, partner: row, person: .int(db.lastRow))
    }
    for (position, address) in partner.addresses.enumerated() {
      let parts = address.components
      try db.run(
        """
        INSERT INTO address (partner_id, position, type, text, country, region, region_code, district,
          city, street, house, postcode) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        .int(row), .int(position), .text(address.type.rawValue), .text(address.text),
        .optional(parts.country), .optional(parts.region), .optional(parts.regionCode),
        .optional(parts.district), .optional(parts.city), .optional(parts.street),
        .optional(parts.house), .optional(parts.postcode))
    }
    for (position, reference) in partner.externalReferences.enumerated() {
      try db.run(
        """
        INSERT INTO external_reference (system, key, partner_id, position, version)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        .text(reference.system), .text(reference.key), .int(row), .int(position),
        .optional(reference.version))
      guard db.changedRows == 1 else {
        throw StoreError.duplicate(
          entity: "externalReference", key: "\(reference.system):\(reference.key)")
      }
    }
    try insertNameWords(of: partner, row: row)
  }

  private func insert(_ points: [ContactPoint], partner: Int64, person: SQLValue) throws {
    for (position, point) in points.enumerated() {
      try db.run(
        """
        INSERT INTO contact_point (partner_id, person_id, position, kind, value, normalised, label)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        .int(partner), person, .int(position), .text(point.kind.rawValue), .text(point.value),
        .text(point.normalised), .text(point.label))
    }
  }
}

extension Partner {
  /// The same partner with its text in NFC, tags sorted and unique, instants in whole milliseconds: as the
  /// file gives it back.
  func composed() -> Partner {
    var copy = self
    copy.name = name.composed
    copy.note = note.composed
    copy.tags = Set(tags.map(\.composed)).sorted()
    for i in copy.addresses.indices { copy.addresses[i].text = copy.addresses[i].text.composed }
    for i in copy.people.indices {
      copy.people[i].name = copy.people[i].name.composed
      copy.people[i].position = copy.people[i].position.composed
    }
    if var location {
      location.at = Date(milliseconds: location.at.milliseconds)
      copy.location = location
    }
    copy.lastVisit = lastVisit.map { Date(milliseconds: $0.milliseconds) }
    return copy
  }
}

extension String {
  /// NFC; texts of the usual alphabets are returned as they are.
  var composed: String { TextFolding.composed(self) }
}
