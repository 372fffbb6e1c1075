import CRM
import Geo

extension ReadAccess {
  /// The ids of the partners in an area as SpatiaLite's own `ST_Within` finds them, behind the same R*Tree
  /// filter. Tests and benchmarks hold ``selectIDs(_:)`` against it; points on the boundary are not within.
  package func referenceWithin(_ area: MultiPolygon) throws -> [PartnerID] {
    guard let box = area.boundingBox else { return [] }
    return try db.all(
      """
      SELECT p.uid FROM idx_partner_location i CROSS JOIN partner p ON p.id = i.pkid
      WHERE i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ? AND ST_Within(p.location, ?) = 1
      """, .double(box.west), .double(box.east), .double(box.south), .double(box.north),
      .blob(GeometryBlob.area(area))
    ) { $0.id(0) }
  }
}
