import CRM
import Geo

/// A region without its area.
public struct RegionInfo: Sendable, Hashable {
  public var code: String
  public var level: Region.Level
  public var country: String
  public var names: [String: String]
  public var aliases: [String]

  public init(
    code: String, level: Region.Level, country: String, names: [String: String], aliases: [String]
  ) {
    self.code = code
    self.level = level
    self.country = country
    self.names = names
    self.aliases = aliases
  }

  /// The name in the language, else in English, else romanised, else any, else the code.
  public func name(in language: String = "en") -> String {
    names[language] ?? names["en"] ?? names["lat"] ?? names.min { $0.key < $1.key }?.value ?? code
  }
}

extension ReadAccess {
  /// All regions without their areas, by code.
  public func regions() throws -> [RegionInfo] {
    try db.all(
      "SELECT code, level, country, names, aliases FROM region ORDER BY code", body: storedRegionInfo)
  }

  /// What a ``RegionNameIndex`` is built from.
  public func regionNames() throws -> [RegionNameIndex.Entry] {
    try regions().map { RegionNameIndex.Entry(code: $0.code, names: $0.names, aliases: $0.aliases) }
  }

  public func regionCount() throws -> Int {
    try db.first("SELECT count(*) FROM region") { $0.int(0) } ?? 0
  }

  /// A region without its area; nil when there is none of that code.
  public func regionInfo(code: String) throws -> RegionInfo? {
    try db.first(
      "SELECT code, level, country, names, aliases FROM region WHERE code = ?", .text(code),
      body: storedRegionInfo)
  }

  /// How many partners in sight have their visiting address in each region, by ISO 3166-2 code; partners whose region is
  /// not known are not counted.
  public func partnerCountsByRegion(scope: RecordScope) throws -> [String: Int] {
    let counted = try db.all(
      """
      SELECT code, count(*) FROM (
        SELECT (SELECT upper(a.region_code) FROM address a WHERE a.partner_id = p.id
          ORDER BY a.type <> 'physical', a.position LIMIT 1) AS code
        FROM partner p WHERE ?1 AND \(scope.condition(on: "p.responsible_id") ?? "1"))
      WHERE code IS NOT NULL GROUP BY code
      """, arguments: [.int(1)] + scope.arguments
    ) { ($0.text(0), $0.int(1)) }
    return Dictionary(counted) { $0 + $1 }
  }

  /// A region with its area; nil when there is none of that code.
  public func region(code: String) throws -> Region? {
    try db.first("SELECT \(regionColumns) FROM region WHERE code = ?", .text(code), body: wholeRegion)
  }

  /// Calls `body` with each region and its area, by code, one at a time: all areas together are large.
  /// - Parameter country: only those of the country; nil for all.
  public func forEachRegion(country: String? = nil, _ body: (Region) throws -> Void) throws {
    try db.rows(
      "SELECT \(regionColumns) FROM region WHERE ?1 IS NULL OR country = ?1 ORDER BY code",
      .optional(country)
    ) { try body(wholeRegion($0)) }
  }

  /// The area of a region, or of all subdivisions of a country that has no area of its own.
  /// - Throws: ``StoreError/unknownRegion(_:choices:)``.
  public func regionArea(code: String) throws -> MultiPolygon {
    var polygons: [Polygon] = []
    for key in try regionKeys(code: code) { polygons += try area(row: key.row).polygons }
    return MultiPolygon(polygons)
  }

  /// Prepared areas that together are the region. A write transaction prepares its own: its rows and revisions
  /// come again with another area when it is rolled back.
  func preparedRegion(code: String) throws -> [PreparedPolygon] {
    let isWriting = access.isWriting
    return try regionKeys(code: code).map { key in
      func prepare() throws -> PreparedPolygon { PreparedPolygon(try area(row: key.row)) }
      return try isWriting ? prepare() : shared.region(key, prepare: prepare)
    }
  }

  private func regionKeys(code: String) throws -> [SharedState.RegionKey] {
    func keys(_ sql: String) throws -> [SharedState.RegionKey] {
      try db.all(sql, .text(code)) { SharedState.RegionKey(row: $0.int64(0), revision: $0.int64(1)) }
    }
    var found = try keys("SELECT id, revision FROM region WHERE code = ?")
    if found.isEmpty {
      found = try keys(
        "SELECT id, revision FROM region WHERE country = ? AND level = 'subdivision' ORDER BY id")
    }
    guard !found.isEmpty else {
      let near = try db.all(
        "SELECT code FROM region WHERE country = ? ORDER BY code LIMIT 10",
        .text(String(code.uppercased().prefix(2)))
      ) { $0.text(0) }
      throw StoreError.unknownRegion(code, choices: near)
    }
    return found
  }

  private func area(row: Int64) throws -> MultiPolygon {
    try db.first("SELECT area FROM region WHERE id = ?", .int(row)) { try storedArea($0, column: 0) }
      ?? MultiPolygon([])
  }

  /// Regions the operator brought, as they came: before overrides, by code.
  public func ownRegions() throws -> [Region] {
    try db.all("SELECT \(regionColumns) FROM own_region ORDER BY code", body: wholeRegion)
  }

  /// True when the table holds regions that the operator did not bring.
  public func hasShippedRegions() throws -> Bool {
    try db.first("SELECT 1 FROM region WHERE origin = 'shipped' LIMIT 1") { _ in true } ?? false
  }

  /// The operator's table of polygons that count to another country or region.
  public func regionOverrides() throws -> [RegionOverride] {
    try db.all("SELECT polygon, country, region FROM region_override ORDER BY polygon") {
      RegionOverride(polygon: $0.text(0), country: $0.textOrNil(1), region: $0.textOrNil(2))
    }
  }
}

private let regionColumns = "code, level, country, names, aliases, area"

private func storedRegionInfo(_ c: Columns) throws -> RegionInfo {
  RegionInfo(
    code: c.text(0), level: try c.value(1, in: "region"), country: c.text(2),
    names: try JSONText.decode([String: String].self, from: c.text(3), table: "region"),
    aliases: try JSONText.decode([String].self, from: c.text(4), table: "region"))
}

private func wholeRegion(_ c: Columns) throws -> Region {
  let info = try storedRegionInfo(c)
  return Region(
    code: info.code, level: info.level, country: info.country, names: info.names, aliases: info.aliases,
    area: try storedArea(c, column: 5))
}

private func storedArea(_ c: Columns, column: Int32) throws -> MultiPolygon {
  guard let area = GeometryBlob.area(c.bytes(column)) else {
    throw StoreError.unreadable(table: "region", detail: "an area is no multipolygon")
  }
  return area
}

extension Writer {
  /// Puts these regions in the place of all regions.
  /// - Parameter own: codes of those that the operator brought.
  /// - Returns: how many there are now.
  @discardableResult
  public func replaceRegions(_ regions: some Sequence<Region>, own: Set<String> = []) throws -> Int {
    let before = try regionCount()
    let revision = (try db.first("SELECT ifnull(max(revision), 0) FROM region") { $0.int(0) } ?? 0) + 1
    try db.run("DELETE FROM region")
    var count = 0
    for region in regions {
      try db.run(
        """
        INSERT INTO region (code, level, country, names, aliases, area, revision, origin)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        arguments: try values(of: region) + [
          .int(revision), .text(own.contains(region.code) ? "own" : "shipped"),
        ])
      count += 1
    }
    try audit(
      "replace", entity: "region", id: "all", before: try JSONText.encode(["count": before]),
      after: try JSONText.encode(["count": count]))
    return count
  }

  private func values(of region: Region) throws -> [SQLValue] {
    [
      .text(region.code), .text(region.level.rawValue), .text(region.country),
      .text(try JSONText.encode(region.names)), .text(try JSONText.encode(region.aliases)),
      .blob(GeometryBlob.area(region.area)),
    ]
  }

  /// Keeps regions of the operator's own, each in the place of the one of its code. The table of regions is as it
  /// was until ``replaceRegions(_:own:)``.
  public func keep(ownRegions regions: [Region]) throws {
    for region in regions {
      try db.run(
        """
        INSERT INTO own_region (code, level, country, names, aliases, area) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (code) DO UPDATE SET level = excluded.level, country = excluded.country,
          names = excluded.names, aliases = excluded.aliases, area = excluded.area
        """, arguments: try values(of: region))
      try audit("keep", entity: "region", id: region.code, before: nil, after: nil)
    }
  }

  /// Forgets a region of the operator's own; false when there is none of that code.
  public func remove(ownRegion code: String) throws -> Bool {
    let found = try db.first("SELECT 1 FROM own_region WHERE code = ?", .text(code)) { _ in true } ?? false
    guard found else { return false }
    try db.run("DELETE FROM own_region WHERE code = ?", .text(code))
    try audit("delete", entity: "region", id: code, before: nil, after: nil)
    return true
  }

  /// Stores the operator's word on a polygon; nil for both takes it back.
  public func setRegionOverride(_ override: RegionOverride) throws {
    let before = try regionOverrides().first { $0.polygon == override.polygon }
    if override.country == nil && override.region == nil {
      try db.run("DELETE FROM region_override WHERE polygon = ?", .text(override.polygon))
    } else {
      try db.run(
        """
        INSERT INTO region_override (polygon, country, region) VALUES (?, ?, ?)
        ON CONFLICT (polygon) DO UPDATE SET country = excluded.country, region = excluded.region
        """,
        .text(override.polygon), .optional(override.country), .optional(override.region))
    }
    try audit(
      "override", entity: "region", id: override.polygon,
      before: try before.map { try JSONText.encode($0) }, after: try JSONText.encode(override))
  }
}
