import CRM
import Foundation
import Geo

/// A partner whose address should be looked up.
public struct PartnerToGeocode: Sendable, Hashable {
  public var partner: PartnerID
  /// Of the partner as it was read; a later one means that it was edited since.
  public var revision: Int64
  public var address: Address
  /// How often this address was looked up in vain.
  public var tries: Int
}

extension ReadAccess {
  /// Partners without a place, and those whose address changed after they were placed (not those with a pin set by
  /// hand), that were not looked up since their last edit or whose time to be tried again has come.
  public func partnersToGeocode(at: Date, limit: Int) throws -> [PartnerToGeocode] {
    let rows: [(row: Int64, revision: Int64, tries: Int)] = try db.all(
      """
      SELECT p.id, p.revision, CASE WHEN t.revision = p.revision THEN t.tries ELSE 0 END
      FROM (
        SELECT id FROM partner WHERE location IS NULL
        UNION ALL
        SELECT partner_id FROM geocode_result INDEXED BY geocode_result_review
        WHERE is_current = 1 AND manual = 0
          AND (stale = 1 OR level IN ('region', 'locality', 'street', 'interpolated')) AND stale = 1
      ) q JOIN partner p ON p.id = q.id LEFT JOIN geocode_try t ON t.partner_id = p.id
      WHERE (t.partner_id IS NULL OR t.revision <> p.revision OR t.next_at <= ?)
        AND EXISTS (SELECT 1 FROM address a WHERE a.partner_id = p.id)
      ORDER BY t.next_at, p.id LIMIT ?
      """, .date(at), .int(limit)
    ) { ($0.int64(0), $0.int64(1), $0.int(2)) }
    return try rows.compactMap { item in
      guard let partner = try partner(row: item.row), let address = partner.visitAddress,
        !address.text.isEmpty
      else { return nil }
      return PartnerToGeocode(
        partner: partner.id, revision: item.revision, address: address, tries: item.tries)
    }
  }
}

extension Writer {
  /// Keeps what a look-up found, or when it is to be tried again.
  /// - Parameter result: nil when nothing was found.
  /// - Returns: false when the partner was edited or removed since it was read; nothing was written then.
  @discardableResult
  public func keepGeocode(_ result: GeocodeResult?, for item: PartnerToGeocode, retry: Date) throws -> Bool {
    let row = try db.first(
      "SELECT id FROM partner WHERE uid = ? AND revision = ?", item.partner.blob, .int(item.revision)
    ) { $0.int64(0) }
    guard let row else { return false }
    if let result, try recordGeocode(result, for: item.partner) == .placed {
      // An import that brought the partner can be taken back all the same: nobody has changed it.
      try db.run(
        """
        UPDATE import_change SET revision = (SELECT revision FROM partner WHERE id = ?1)
        WHERE run_id IN (SELECT id FROM import_run) AND partner_id = ?1 AND revision = ?2
        """, .int(row), .int(item.revision))
      try db.run("DELETE FROM geocode_try WHERE partner_id = ?", .int(row))
      return true
    }
    try db.run(
      """
      INSERT INTO geocode_try (partner_id, revision, tries, tried_at, next_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (partner_id) DO UPDATE SET revision = excluded.revision, tries = excluded.tries,
        tried_at = excluded.tried_at, next_at = excluded.next_at
      """, .int(row), .int(item.revision), .int(item.tries + 1), .date(at), .date(retry))
    return true
  }
}
