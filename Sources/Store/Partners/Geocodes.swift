import CRM
import Geo

/// What became of a geocoder's result.
public enum GeocodeOutcome: Sendable, Hashable {
  /// It is the partner's place now; the one before stays in the history.
  case placed
  /// A pin set by hand stands; the result went into the history only.
  case keptManualPin
  /// The same place as before: nothing was written.
  case unchanged
}

/// A partner whose place a person should look at.
public struct PartnerToReview: Sendable, Hashable {
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// No geocoder found it.
    case notLocated
    /// Placed, but not at the house.
    case belowHouse
    /// The address text changed after it was placed.
    case stale
  }
  public var partner: PartnerSummary
  public var reason: Reason
}

extension ReadAccess {
  /// Every place a partner ever had, oldest first; the current one is the partner's `location`.
  public func geocodeHistory(of id: PartnerID) throws -> [GeocodeResult] {
    try db.all(
      """
      SELECT \(geocodeColumns) FROM geocode_result
      WHERE partner_id = (SELECT id FROM partner WHERE uid = ?) ORDER BY id
      """, id.blob, body: geocode)
  }

  func currentGeocode(row: Int64) throws -> GeocodeResult? {
    try db.first(
      "SELECT \(geocodeColumns) FROM geocode_result WHERE partner_id = ? AND is_current = 1", .int(row),
      body: geocode)
  }

  /// How many partners ``partnersToReview(limit:)`` has to tell of.
  public func partnersToReviewCount() throws -> Int {
    let nowhere = try db.first("SELECT count(*) FROM partner WHERE location IS NULL") { $0.int(0) } ?? 0
    let rough = try db.first(
      """
      SELECT count(*) FROM geocode_result INDEXED BY geocode_result_review
      WHERE is_current = 1
        AND (stale = 1 OR level IN ('region', 'locality', 'street', 'interpolated'))
      """
    ) { $0.int(0) }
    return nowhere + (rough ?? 0)
  }

  /// Partners without a place, then those with a stale one, then those placed below house level, the vaguest
  /// first; within each in the order they were added.
  public func partnersToReview(limit: Int = 1000) throws -> [PartnerToReview] {
    var found: [(row: Int64, reason: PartnerToReview.Reason)] = try db.all(
      "SELECT id FROM partner WHERE location IS NULL ORDER BY id LIMIT ?", .int(limit)
    ) { ($0.int64(0), .notLocated) }
    found += try db.all(
      """
      SELECT partner_id, stale FROM geocode_result INDEXED BY geocode_result_review
      WHERE is_current = 1
        AND (stale = 1 OR level IN ('region', 'locality', 'street', 'interpolated'))
      ORDER BY stale DESC, CASE level WHEN 'region' THEN 0 WHEN 'locality' THEN 1 WHEN 'street' THEN 2
        WHEN 'interpolated' THEN 3 ELSE 4 END, partner_id LIMIT ?
      """, .int(max(0, limit - found.count))
    ) { ($0.int64(0), $0.bool(1) ? .stale : .belowHouse) }
    return try found.compactMap { item in
      try summary(row: item.row).map { PartnerToReview(partner: $0, reason: item.reason) }
    }
  }
}

private let geocodeColumns =
  "latitude, longitude, level, score, provider, query, label, at, manual, stale"

private func geocode(_ c: Columns) throws -> GeocodeResult {
  GeocodeResult(
    coordinate: try Coordinate(latitude: c.double(0), longitude: c.double(1)),
    level: try c.value(2, in: "geocode_result"), score: c.double(3), provider: c.text(4),
    query: c.text(5), label: c.text(6), at: c.date(7), manual: c.bool(8), stale: c.bool(9))
}

extension Writer {
  /// Keeps a geocoder's result and makes it the partner's place, unless a pin set by hand stands there.
  @discardableResult
  public func recordGeocode(_ result: GeocodeResult, for id: PartnerID) throws -> GeocodeOutcome {
    let row = try requiredPartnerRow(id)
    let current = try currentGeocode(row: row)
    let outcome = try place(result, row: row, current: current)
    guard outcome != .unchanged else { return outcome }
    try bump(row: row)
    try audit(
      outcome == .placed ? "geocode" : "geocode.kept", entity: "partner", id: id.description,
      before: current.map { PartnerJSON.text($0) }, after: PartnerJSON.text(result))
    return outcome
  }

  /// Sets the partner's place by hand; no geocoder replaces it afterwards.
  public func setPin(_ coordinate: Coordinate, for id: PartnerID) throws {
    let partner = try partner(id)
    let text = partner?.visitAddress?.text ?? ""
    try recordGeocode(
      GeocodeResult(
        coordinate: coordinate, level: .given, score: 1, provider: "manual", query: text, label: text,
        at: at, manual: true),
      for: id)
  }

  /// Grows version and revision of a changed partner.
  func bump(row: Int64) throws {
    try db.run("UPDATE partner SET version = version + 1, revision = revision + 1 WHERE id = ?", .int(row))
  }

  /// Writes the result without version and audit.
  func place(_ result: GeocodeResult, row: Int64, current: GeocodeResult?) throws -> GeocodeOutcome {
    if let current {
      if current.manual && !result.manual {
        try insertGeocode(result, row: row, current: false)
        return .keptManualPin
      }
      var same = result
      same.at = current.at
      if same == current { return .unchanged }
      try db.run(
        "UPDATE geocode_result SET is_current = 0 WHERE partner_id = ? AND is_current = 1", .int(row))
    }
    try insertGeocode(result, row: row, current: true)
    let location = SQLValue.blob(GeometryBlob.point(result.coordinate))
    try db.run(
      "UPDATE partner SET location = ? WHERE id = ? AND location IS NOT ?", location, .int(row), location)
    return .placed
  }

  func insertGeocode(_ r: GeocodeResult, row: Int64, current: Bool) throws {
    try db.run(
      """
      INSERT INTO geocode_result (partner_id, is_current, manual, stale, latitude, longitude, level, score,
        provider, query, label, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      .int(row), .bool(current), .bool(r.manual), .bool(r.stale), .double(r.coordinate.latitude),
      .double(r.coordinate.longitude), .text(r.level.rawValue), .double(r.score), .text(r.provider),
      .text(r.query), .text(r.label), .date(r.at))
  }
}
