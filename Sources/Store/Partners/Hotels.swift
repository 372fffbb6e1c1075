import CRM
import Geo

extension ReadAccess {
  /// Hotels in sight that may be within reach of one of these places: not closed, with a place of their own and no ban on
  /// visits. Whoever takes one measures the way. One query; reads the partners in the box around all places.
  public func hotels(
    within reach: Metres, of places: [Coordinate], scope: RecordScope = .all
  ) throws -> [Lodging] {
    guard let box = Self.box(around: places, reach: reach) else { return [] }
    let seen = try userRows(of: scope).map { users in
      "AND ifnull(p.responsible_id, 0) IN (\(users.sorted().map(String.init).joined(separator: ", ")))"
    }
    return try db.all(
      """
      SELECT p.uid, p.name, p.location FROM idx_partner_location i CROSS JOIN partner p ON p.id = i.pkid
      WHERE i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ?
        AND p.kind = 'hotel' AND p.status <> 'closed' AND p.do_not_visit = 0 \(seen ?? "")
      ORDER BY p.id
      """, .double(box.west), .double(box.east), .double(box.south), .double(box.north)
    ) { c in
      guard let place = GeometryBlob.coordinate(c.bytes(2)) else {
        throw StoreError.unreadable(table: "partner", detail: "a location is no point")
      }
      return Lodging(place: Place(label: c.text(1), coordinate: place), partner: c.id(0))
    }
  }

  /// A box that does not cross the 180th meridian and holds whatever is within reach of one of the places; nil for none.
  private static func box(around places: [Coordinate], reach: Metres) -> BoundingBox? {
    guard let corners = BoundingBox(around: places) else { return nil }
    var box = corners
    // A reach is most degrees of longitude at one of the corners.
    for latitude in [corners.south, corners.north] {
      for longitude in [corners.west, corners.east] {
        let circle = Geodesy.boundingBox(
          around: Coordinate(trustedLatitude: latitude, longitude: longitude), radius: reach)
        if circle.west > circle.east { (box.west, box.east) = (-180, 180) }
        (box.south, box.north) = (min(box.south, circle.south), max(box.north, circle.north))
        (box.west, box.east) = (min(box.west, circle.west), max(box.east, circle.east))
      }
    }
    return box
  }
}
