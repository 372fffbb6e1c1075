import Foundation

/// Finds the ISO 3166-2 code of each first-level polygon.
struct RegionJoin {
  let tables: RegionTables
  let places: [Data]
  let polygonCodes: Data?

  func assignCodes(to polygons: inout [RegionPolygon]) throws {
    let prefixes = Self.usualPrefixes(polygons)
    let listed = try Self.listedCodes(polygonCodes)
    let places = try RegionPlaces(places)
    let firstLevel = Set(tables.isoByGeoNames.values)
    for i in polygons.indices {
      let polygon = polygons[i]
      if let code = listed[polygon.key] {
        // What the source calls it is as wrong as its code.
        polygons[i].drawnNames = []
        polygons[i].code = code
        continue
      }
      let vote = Self.winner(places.votes(in: polygon.area), polygon.country)
      // The source's FIPS codes are now and then those of a neighbour; where three people out of four live
      // knows better, unless what their places bear is the code of a smaller unit.
      let fips = fipsCode(polygon, prefixes)
      if let vote, vote.places >= 3, vote.share >= 0.75, firstLevel.contains(vote.code) {
        // The names beside the first come from the FIPS code.
        if let fips, fips != vote.code { polygons[i].drawnNames = Array(polygon.drawnNames.prefix(1)) }
        polygons[i].code = vote.code
      } else {
        polygons[i].code = fips ?? vote?.code
      }
    }
  }

  /// GeoNames' first-level numbers are those of FIPS 10-4 wherever a country has not changed its regions since.
  /// The first two letters of a FIPS code are its country: a polygon drawn to one country may keep the code it
  /// has in another.
  private func fipsCode(_ polygon: RegionPolygon, _ prefixes: [String: String]) -> String? {
    guard polygon.fips.utf8.count >= 4 else { return nil }
    let country = prefixes[String(polygon.fips.prefix(2))] ?? polygon.country
    return tables.isoByGeoNames["\(country).\(polygon.fips.dropFirst(2))"]
  }

  /// Which country each FIPS prefix stands for: the one most polygons with that prefix are drawn to.
  private static func usualPrefixes(_ polygons: [RegionPolygon]) -> [String: String] {
    var counts: [String: [String: Int]] = [:]
    for polygon in polygons where polygon.fips.utf8.count >= 4 && RegionPolygon.isCountry(polygon.country) {
      counts[String(polygon.fips.prefix(2)), default: [:]][polygon.country, default: 0] += 1
    }
    return counts.compactMapValues { byCountry in
      byCountry.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }
  }

  private struct Vote {
    var code: String
    /// How many places were counted.
    var places: Int
    /// The part of their people that live under the code, above one half.
    var share: Double
  }

  /// The code under which more than half of the people of its places live. Places across the border, which is drawn
  /// to a kilometre only, do not count; of land drawn to no country they all do.
  private static func winner(_ votes: [String: RegionPlaces.Votes], _ country: String) -> Vote? {
    let counted =
      RegionPolygon.isCountry(country) ? votes.filter { $0.key.hasPrefix(country + "-") } : votes
    let total = counted.values.reduce(0) { $0 + $1.people }
    guard let best = counted.max(by: { ($0.value.people, $1.key) < ($1.value.people, $0.key) }),
      best.value.people * 2 > total
    else { return nil }
    return Vote(
      code: best.key, places: counted.values.reduce(0) { $0 + $1.places },
      share: Double(best.value.people) / Double(total))
  }

  private static func listedCodes(_ data: Data?) throws -> [String: String] {
    guard let data else { return [:] }
    var codes: [String: String] = [:]
    try RegionTables.forEachRow(data, file: "polygon_codes.tsv") { table, columns in
      guard columns.count >= 2, table.bytes(columns[0]).first != UInt8(ascii: "#") else { return }
      codes[table.text(columns[0])] = table.text(columns[1])
    }
    return codes
  }
}
