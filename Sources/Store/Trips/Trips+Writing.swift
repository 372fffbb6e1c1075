import CRM
import Foundation
import Geo

extension Writer {
  /// Stores a trip with the task that carries its checklist, both new or both changed, with their audit rows.
  ///
  /// Saving a trip again replaces its plan and grows its version by one; stops keep their identity, so
  /// visits recorded on them stay. `trip.version` is the version the change was based on.
  /// - Throws: ``StoreError/stopHasVisit(stops:)`` when a stop that was visited or photographed is missing from the
  ///   new plan,
  ///   ``StoreError/rule(_:detail:)`` when a partner stands twice in the trip,
  ///   ``StoreError/staleVersion(entity:id:expected:actual:)`` when someone else was first.
  public func save(_ trip: Trip, task: TripTask? = nil) throws {
    let before = try self.trip(trip.id)
    if let before {
      guard before.version == trip.version else {
        throw StoreError.staleVersion(
          entity: "trip", id: trip.id.description, expected: trip.version, actual: before.version)
      }
      try refuseLosingVisits(from: before, to: trip)
    }
    let row = try writeTrip(trip, isNew: before == nil)
    // What the new plan has no more goes first: its partners may be stops or left out otherwise now.
    if let before { try dropStops(of: before, keptBy: trip) }
    try db.run("DELETE FROM unassigned_stop WHERE trip_id = ?", .int(row))
    try writeDays(of: trip, row: row)
    try writeUnassigned(of: trip, row: row)
    var after = trip
    if before != nil { after.version += 1 }
    try audit(
      before == nil ? "create" : "update", entity: "trip", id: trip.id.description,
      before: try before.map { try JSONText.encode($0) }, after: try JSONText.encode(after))
    if let task { try save(task) }
  }

  private func refuseLosingVisits(from old: Trip, to new: Trip) throws {
    let kept = Set(new.days.flatMap(\.stops).map(\.id))
    let lost = try old.days.flatMap(\.stops).filter { try !kept.contains($0.id) && hasRecords($0.id) }
    guard lost.isEmpty else { throw StoreError.stopHasVisit(stops: lost.map(\.name)) }
  }

  /// Whether a visit is recorded on a stop, or a photograph.
  func hasRecords(_ stop: StopID) throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM stop s WHERE uid = ? AND (EXISTS (SELECT 1 FROM activity WHERE stop_id = s.id)
        OR EXISTS (SELECT 1 FROM photo WHERE stop_id = s.id))
      """, stop.blob
    ) { _ in true } ?? false
  }

  /// Removes the stops the new plan has no more, with their checklist items.
  private func dropStops(of old: Trip, keptBy new: Trip) throws {
    let kept = Set(new.days.flatMap(\.stops).map(\.id))
    for stop in old.days.flatMap(\.stops) where !kept.contains(stop.id) {
      let row = try stopRow(stop.id)
      try db.run("DELETE FROM checklist_item WHERE stop_id = ?", .int(row))
      try db.run("DELETE FROM stop WHERE id = ?", .int(row))
    }
  }

  private func writeTrip(_ trip: Trip, isNew: Bool) throws -> Int64 {
    let legs = trip.days.flatMap(\.legs).map(\.geometry).filter { $0.points.count >= 2 }
      .flatMap { $0.cutAtAntimeridian() }
    let values: [SQLValue] = [
      .text(trip.title.composed), .text(trip.state.rawValue), try userRow(trip.responsible),
      .text(trip.start.label), .double(trip.start.coordinate.latitude),
      .double(trip.start.coordinate.longitude), .optional(trip.end?.label),
      .optional(trip.end?.coordinate.latitude), .optional(trip.end?.coordinate.longitude),
      .text(trip.timeZone), .text(trip.matrix.rawValue), .double(trip.metres.value),
      .int(trip.seconds.value), .optional(trip.lowerBoundSeconds?.value),
      .optional(trip.givenOrderSeconds?.value), .text(trip.request), .date(at),
      legs.isEmpty ? .null : .blob(GeometryBlob.lines(legs)), trip.id.blob,
    ]
    if isNew {
      try db.run(
        """
        INSERT INTO trip (title, state, responsible_id, start_label, start_latitude, start_longitude,
          end_label, end_latitude, end_longitude, time_zone, matrix, metres, seconds, lower_bound_seconds,
          given_order_seconds, request, saved_at, route, uid, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, arguments: values + [.int(trip.version)])
      return db.lastRow
    }
    try db.run(
      """
      UPDATE trip SET title = ?, state = ?, responsible_id = ?, start_label = ?, start_latitude = ?,
        start_longitude = ?, end_label = ?, end_latitude = ?, end_longitude = ?, time_zone = ?, matrix = ?,
        metres = ?, seconds = ?, lower_bound_seconds = ?, given_order_seconds = ?, request = ?,
        saved_at = ?, route = ?, version = version + 1
      WHERE uid = ?
      """, arguments: values)
    return try db.first("SELECT id FROM trip WHERE uid = ?", trip.id.blob) { $0.int64(0) }!
  }

  private func writeDays(of trip: Trip, row: Int64) throws {
    // The old days go only after their stops have moved to the new ones: a stop's row carries its visit.
    let oldDays = try db.all("SELECT id FROM trip_day WHERE trip_id = ?", .int(row)) { $0.int64(0) }
    for (offset, day) in oldDays.enumerated() {
      try db.run("DELETE FROM leg WHERE day_id = ?", .int(day))
      try db.run("UPDATE stop SET position = position + 1000000 WHERE day_id = ?", .int(day))
      try db.run(
        "UPDATE trip_day SET position = 1000000 + ?, date = printf('%04d-00-00', ?) WHERE id = ?",
        .int(offset), .int(offset), .int(day))
    }
    for (position, day) in trip.days.enumerated() {
      try db.run(
        """
        INSERT INTO trip_day (trip_id, position, date, start_at, end_at, lunch_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        .int(row), .int(position), .text(day.date.description), .date(day.start), .date(day.end),
        .date(day.lunch))
      let dayRow = db.lastRow
      if let lodging = day.lodging {
        try db.run(
          "INSERT INTO trip_lodging (day_id, label, latitude, longitude, partner_id) VALUES (?, ?, ?, ?, ?)",
          .int(dayRow), .text(lodging.place.label.composed), .double(lodging.place.coordinate.latitude),
          .double(lodging.place.coordinate.longitude),
          try lodging.partner.map { .int(try requiredPartnerRow($0)) } ?? .null)
      }
      for (position, stop) in day.stops.enumerated() {
        try write(stop, position: position, day: dayRow)
      }
      for (position, leg) in day.legs.enumerated() {
        try db.run(
          """
          INSERT INTO leg (day_id, position, metres, seconds, source, geometry) VALUES (?, ?, ?, ?, ?, ?)
          """,
          .int(dayRow), .int(position), .double(leg.metres.value), .int(leg.seconds.value),
          .text(leg.source.rawValue), .blob(LegGeometry.blob(leg.geometry)))
      }
    }
    for day in oldDays { try db.run("DELETE FROM trip_day WHERE id = ?", .int(day)) }
  }

  private func write(_ stop: Stop, position: Int, day: Int64) throws {
    try db.run(
      """
      INSERT INTO stop (uid, day_id, position, partner_id, name, location, arrival, service_start,
        departure, locked, visit, outcome, arrived_at, miss_reason)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (uid) DO UPDATE SET day_id = excluded.day_id, position = excluded.position,
        partner_id = excluded.partner_id, name = excluded.name, location = excluded.location,
        arrival = excluded.arrival, service_start = excluded.service_start,
        departure = excluded.departure, locked = excluded.locked, visit = excluded.visit,
        outcome = excluded.outcome, arrived_at = excluded.arrived_at, miss_reason = excluded.miss_reason
      """,
      stop.id.blob, .int(day), .int(position), .int(try requiredPartnerRow(stop.partner)),
      .text(stop.name.composed), .blob(GeometryBlob.point(stop.coordinate)), .date(stop.arrival),
      .date(stop.serviceStart), .date(stop.departure), .bool(stop.locked), .text(stop.visit.rawValue),
      .text(stop.outcome.composed), .date(stop.arrivedAt), .optional(stop.missReason?.rawValue))
  }

  private func writeUnassigned(of trip: Trip, row: Int64) throws {
    for (position, left) in trip.unassigned.enumerated() {
      try db.run(
        """
        INSERT INTO unassigned_stop (trip_id, position, partner_id, name, latitude, longitude, reason,
          detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        .int(row), .int(position), .int(try requiredPartnerRow(left.partner)), .text(left.name.composed),
        .optional(left.coordinate?.latitude), .optional(left.coordinate?.longitude),
        .text(left.reason.rawValue), .text(left.detail))
      guard !left.obstacles.isEmpty else { continue }
      try db.run(
        "INSERT INTO unassigned_obstacle (trip_id, position, days) VALUES (?, ?, ?)", .int(row),
        .int(position), .text(try JSONText.encode(left.obstacles)))
    }
  }
}
