import Foundation
import Geo

/// Streets, water and green of the towns whose extracts lie in `data/osm`, as what tiles below a route are drawn of: a
/// country's outline says nothing inside a town.
///
/// Each feature has `kind` (`street`, `rail`, `river`, `water`, `green`), streets a `class` (1 main, 2 connecting,
/// 3 the rest) and a `name`. Coordinates are rounded to a metre. © OpenStreetMap contributors.
enum TownBasemap {
  /// Calls `body` with what is drawn of each extract.
  static func forEachFeature(of extracts: [URL], _ body: (GeoJSON.Feature) throws -> Void) throws {
    for extract in extracts {
      try OSMFeatureScan.scan(
        extract.path, wanted: { kind(of: $0) != nil },
        visit: { found in if let drawn = feature(found) { try body(drawn) } })
    }
  }

  /// The extracts that came with the program, in the order of their names.
  static func extracts(in folder: URL?) -> [URL] {
    guard let folder,
      let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    else { return [] }
    return files.filter { $0.lastPathComponent.hasSuffix(".osm.pbf") }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  private static func kind(of tags: [String: String]) -> String? {
    if let highway = tags["highway"] { return streetClass(highway) == nil ? nil : "street" }
    if tags["railway"] == "rail" { return "rail" }
    if let waterway = tags["waterway"] {
      return ["river", "canal", "stream"].contains(waterway)
        ? "river" : waterway == "riverbank" ? "water" : nil
    }
    if tags["natural"] == "water" { return "water" }
    let green = ["forest", "grass", "meadow", "recreation_ground", "cemetery", "village_green", "allotments"]
    if tags["natural"] == "wood" || tags["leisure"] == "park" || green.contains(tags["landuse"] ?? "") {
      return "green"
    }
    return nil
  }

  private static func streetClass(_ highway: String) -> Int? {
    switch highway {
    case "motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link": 1
    case "secondary", "tertiary", "secondary_link", "tertiary_link": 2
    case "unclassified", "residential", "living_street", "pedestrian", "road": 3
    default: nil
    }
  }

  private static func feature(_ found: OSMFeature) -> GeoJSON.Feature? {
    guard found.kind != .node, let kind = kind(of: found.tags), found.line.count >= 2 else { return nil }
    let points = found.line.map { point in
      Coordinate(
        trustedLatitude: (point.latitude * 100_000).rounded() / 100_000,
        longitude: (point.longitude * 100_000).rounded() / 100_000)
    }
    let isArea = kind == "water" || kind == "green"
    guard !isArea || found.isArea else { return nil }
    var properties: [(String, JSONValue)] = [("kind", .string(kind))]
    if kind == "street" {
      properties.append(("class", .int(streetClass(found.tags["highway"] ?? "") ?? 3)))
      if let name = found.tags["name"] { properties.append(("name", .string(name))) }
    }
    return GeoJSON.Feature(
      geometry: isArea ? .polygon(Polygon(outer: points)) : .line(LineString(points)), properties: properties)
  }
}
