import Foundation

/// One first-level polygon as drawn, on its way to becoming a region.
struct RegionPolygon {
  /// Country code and name as drawn, `BY/Brest`; a repeated one gets `#2`, `#3` ….
  var key: String
  /// ISO 3166-1 alpha-2 it counts to; the polygon's own unless overridden.
  var country: String
  /// ISO 3166-2 code once it is known.
  var code: String?
  /// FIPS 10-4 region code, `BO01`; empty when the source has none.
  var fips: String
  /// What the source calls it, its usual English name first.
  var drawnNames: [String]
  var area: MultiPolygon

  static func isCountry(_ code: String) -> Bool {
    code.utf8.count == 2 && code.utf8.allSatisfy { (0x41...0x5A).contains($0) }
  }

  /// All first-level polygons of the file, in its order.
  static func read(_ data: Data) throws -> [RegionPolygon] {
    var polygons: [RegionPolygon] = []
    var seen: [String: Int] = [:]
    try forEachFeature(data, file: "admin1.geojson") { feature in
      let area = MultiPolygon(feature.geometry?.polygons ?? [])
      guard !area.polygons.isEmpty else { return }
      let country = feature["iso_a2"]?.text ?? "-1"
      let names = ["name", "woe_name", "gn_name"].compactMap { feature[$0]?.text }
        .map { TextFolding.clean($0) }.filter { !$0.isEmpty }
      var key = "\(country)/\(names.first ?? "")"
      let count = (seen[key] ?? 0) + 1
      seen[key] = count
      if count > 1 { key += "#\(count)" }
      polygons.append(
        RegionPolygon(
          key: key, country: country, fips: feature["fips"]?.text ?? "", drawnNames: names, area: area))
    }
    guard !polygons.isEmpty else {
      throw RegionError.unreadable(file: "admin1.geojson", detail: "no polygon in it")
    }
    return polygons
  }

  /// Hands over the features of a data file, unpacking it when it is compressed.
  static func forEachFeature(
    _ data: Data, file: String, _ body: (GeoJSON.Feature) -> Void
  ) throws {
    do {
      let plain = Gzip.isGzip(data) ? try Gzip.inflate(data) : data
      try GeoJSON.forEachFeature(in: [UInt8](plain)) { (feature) throws(GeometryError) in body(feature) }
    } catch let error as any CodedError {
      throw RegionError.unreadable(file: file, detail: error.message)
    }
  }
}
