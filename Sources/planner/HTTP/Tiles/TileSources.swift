import Foundation
import Geo
import Store
import Synchronization

/// What the tiles of each layer are drawn from, read when the first tile of it is asked for.
final class TileSources: Sendable {
  private let basemap: URL?
  private let extracts: [URL]
  private let base = Mutex<[(name: String, pyramid: TilePyramid)]?>(nil)
  private let roads = Mutex<TilePyramid?>(nil)
  private let regions = Mutex<(revision: Int, pyramid: TilePyramid)?>(nil)

  init(basemap: URL?, extracts: [URL]) {
    self.basemap = basemap
    self.extracts = extracts
  }

  func regions(_ reader: Reader) throws -> (revision: Int, pyramid: TilePyramid) {
    let revision = try reader.regionRevision()
    return try regions.withLock { held in
      if let held, held.revision == revision { return held }
      var features = TileFeatures()
      var number: UInt64 = 0
      try reader.forEachRegion { region in
        number += 1
        var attributes: [(String, TileValue)] = [
          ("code", .text(region.code)), ("level", .text(region.level.rawValue)),
          ("country", .text(region.country)), ("name", .text(region.name())),
        ]
        if let russian = region.names["ru"] { attributes.append(("name_ru", .text(russian))) }
        features.add(
          .multiPolygon(region.area), id: number, leastZoom: region.level == .country ? 0 : 3,
          attributes: attributes)
      }
      let made = (revision, TilePyramid(features))
      held = made
      return made
    }
  }

  /// Streets and railways of the extracts.
  func roadLines() throws -> TilePyramid {
    try roads.withLock { held in
      if let held { return held }
      var features = TileFeatures()
      try TownBasemap.forEachFeature(of: extracts) { feature in
        guard let kind = feature["kind"]?.text, kind == "street" || kind == "rail",
          let geometry = feature.geometry
        else { return }
        let order = feature["class"]?.number.map { Int($0) } ?? 0
        var attributes: [(String, TileValue)] = [("kind", .text(kind))]
        if kind == "street" { attributes.append(("class", .int(order))) }
        if let name = feature["name"]?.text { attributes.append(("name", .text(name))) }
        let least = kind == "rail" ? 8 : [1: 5, 2: 9, 3: 12][order] ?? 12
        features.add(geometry, leastZoom: least, attributes: attributes)
      }
      let made = TilePyramid(features, wholeFrom: 15)
      held = made
      return made
    }
  }

  /// Land, water, borders and places of the world, and what is green or wet in the towns of the extracts.
  func world() throws -> [(name: String, pyramid: TilePyramid)] {
    try base.withLock { held in
      if let held { return held }
      var land = TileFeatures()
      var water = TileFeatures()
      var rivers = TileFeatures()
      var borders = TileFeatures()
      var green = TileFeatures()
      var places = TileFeatures()
      func outline(_ geometry: GeoJSON.Geometry) -> GeoJSON.Geometry {
        .multiLine(geometry.polygons.flatMap { [$0.outer] + $0.holes }.map { LineString($0) })
      }
      try forEach("countries") { feature, geometry in
        var attributes: [(String, TileValue)] = []
        if let code = feature["iso_a2"]?.text { attributes.append(("code", .text(code))) }
        if let name = feature["NAME"]?.text { attributes.append(("name", .text(name))) }
        land.add(geometry, attributes: attributes)
        borders.add(outline(geometry), attributes: [("level", .int(2))] + attributes)
      }
      try forEach("states") { feature, geometry in
        borders.add(outline(geometry), leastZoom: 4, attributes: [("level", .int(4))])
      }
      try forEach("lakes_gshhs_l") { _, geometry in
        water.add(geometry, leastZoom: 1, attributes: [("kind", "lake")])
      }
      try forEach("rivers10") { feature, geometry in
        let rank = Int(feature["scalerank"]?.number ?? 9)
        var attributes: [(String, TileValue)] = [("kind", "river"), ("rank", .int(rank))]
        if let name = feature["name"]?.text { attributes.append(("name", .text(name))) }
        rivers.add(geometry, leastZoom: max(2, rank - 2), attributes: attributes)
      }
      try forEach("places10") { feature, geometry in
        let rank = Int(feature["scalerank"]?.number ?? 10)
        guard let name = feature["name"]?.text else { return }
        let isCapital = (feature["adm0cap"]?.number ?? 0) > 0
        places.add(
          geometry, leastZoom: isCapital ? 3 : max(3, rank - 1),
          attributes: [
            ("name", .text(name)), ("rank", .int(rank)), ("capital", .bool(isCapital)),
            ("population", .int(Int(feature["pop_max"]?.number ?? 0))),
          ])
      }
      try TownBasemap.forEachFeature(of: extracts) { feature in
        guard let kind = feature["kind"]?.text, let geometry = feature.geometry else { return }
        switch kind {
        case "green": green.add(geometry, leastZoom: 10, attributes: [("kind", "green")])
        case "water": water.add(geometry, leastZoom: 10, attributes: [("kind", "water")])
        case "river": rivers.add(geometry, leastZoom: 10, attributes: [("kind", "river")])
        default: break
        }
      }
      let made = [
        ("land", land), ("green", green), ("water", water), ("waterways", rivers), ("borders", borders),
        ("places", places),
      ].map { (name: $0.0, pyramid: TilePyramid($0.1, wholeFrom: 15)) }
      held = made
      return made
    }
  }

  private func forEach(
    _ name: String, _ body: (GeoJSON.Feature, GeoJSON.Geometry) -> Void
  ) throws {
    guard let path = basemap?.appendingPathComponent("\(name).json.gz").path,
      FileManager.default.fileExists(atPath: path)
    else { return }
    let bytes = [UInt8](try Gzip.contents(ofFile: path))
    try GeoJSON.forEachFeature(in: bytes) { feature in
      if let geometry = feature.geometry { body(feature, geometry) }
    }
  }
}
