import Foundation

/// Builds the regions from the open data files: Natural Earth's polygons, coded and named by GeoNames, iso-codes
/// and a table of our own.
public enum RegionCatalogue {
  /// The files, each as it lies on disk (gzip is recognised by its first bytes).
  public struct Sources: Sendable {
    /// `regions/admin1_world.geojson.gz`
    public var admin1: Data
    /// `regions/countries_world.geojson.gz`
    public var countries: Data
    /// `tables/subdivision_names.tsv`
    public var subdivisionNames: Data
    /// `gazetteer/subdivisions.tsv.gz`
    public var subdivisions: Data
    /// `gazetteer/places_*.tsv.gz`, for polygons whose code no table gives.
    public var places: [Data]
    /// `regions/region_names.tsv`: names that the other tables lack or have wrong.
    public var regionNames: Data?
    /// `regions/polygon_codes.tsv`: codes of polygons for which neither tables nor places give the right one.
    public var polygonCodes: Data?

    public init(
      admin1: Data, countries: Data, subdivisionNames: Data, subdivisions: Data, places: [Data] = [],
      regionNames: Data? = nil, polygonCodes: Data? = nil
    ) {
      self.admin1 = admin1
      self.countries = countries
      self.subdivisionNames = subdivisionNames
      self.subdivisions = subdivisions
      self.places = places
      self.regionNames = regionNames
      self.polygonCodes = polygonCodes
    }

    /// The files of the `data` folder.
    /// - Throws: ``RegionError/unreadable(file:detail:)`` naming the file that cannot be read.
    public init(dataDirectory: String) throws {
      let root = URL(fileURLWithPath: dataDirectory, isDirectory: true)
      func read(_ path: String) throws -> Data {
        do {
          return try Data(contentsOf: root.appendingPathComponent(path))
        } catch {
          throw RegionError.unreadable(file: root.appendingPathComponent(path).path, detail: "no such file")
        }
      }
      self.init(
        admin1: try read("regions/admin1_world.geojson.gz"),
        countries: try read("regions/countries_world.geojson.gz"),
        subdivisionNames: try read("tables/subdivision_names.tsv"),
        subdivisions: try read("gazetteer/subdivisions.tsv.gz"),
        places: [
          try read("gazetteer/places_region17.tsv.gz"), try read("gazetteer/places_world5000.tsv.gz"),
        ],
        regionNames: try read("regions/region_names.tsv"),
        polygonCodes: try read("regions/polygon_codes.tsv"))
    }
  }

  /// The regions and how they came about.
  public struct Catalogue: Sendable {
    /// Countries and subdivisions, ordered by code.
    public var regions: [Region]
    /// Codes of those that the operator brought.
    public var own: Set<String> = []
    /// Keys of first-level polygons that got no code: they count to their country only.
    public var uncoded: [String]
    /// Key of every first-level polygon → the code it got.
    public var codes: [String: String]
  }

  /// What reading the files gives: polygons with the codes they have before anybody's overrides. Making it takes a
  /// second, making a catalogue from it little.
  public struct Drawn: Sendable {
    let tables: RegionTables
    let polygons: [RegionPolygon]
    let countryAreas: [String: [Polygon]]
    let countryNames: [String: String]

    /// - Throws: ``RegionError/unreadable(file:detail:)``
    public init(_ sources: Sources) throws {
      tables = try RegionTables(sources)
      var polygons = try RegionPolygon.read(sources.admin1)
      try RegionJoin(tables: tables, places: sources.places, polygonCodes: sources.polygonCodes)
        .assignCodes(to: &polygons)
      self.polygons = polygons
      var areas: [String: [Polygon]] = [:]
      var names: [String: String] = [:]
      try RegionPolygon.forEachFeature(sources.countries, file: "countries.geojson") { feature in
        guard let code = feature["iso_a2"]?.text, RegionPolygon.isCountry(code) else { return }
        areas[code, default: []] += feature.geometry?.polygons ?? []
        if names[code] == nil, let name = feature["NAME"]?.text { names[code] = TextFolding.clean(name) }
      }
      countryAreas = areas
      countryNames = names
    }
  }

  /// All countries and subdivisions, ordered by code. See ``catalogue(_:own:overrides:)``.
  public static func build(_ sources: Sources, overrides: [RegionOverride] = []) throws -> [Region] {
    try catalogue(Drawn(sources), overrides: overrides).regions
  }

  /// Builds the catalogue.
  ///
  /// The code of a first-level polygon is, in this order: the operator's (``RegionOverride``); the one in
  /// `polygon_codes.tsv`; the first-level code that three out of four places standing in it bear; ISO 3166-2 of
  /// the GeoNames code that its FIPS 10-4 code turned into; the code that more than half of its places bear.
  /// Polygons of one code are one region. A subdivision's country is
  /// the one its polygon is drawn to, unless overridden; an override that moves a polygon to another country moves
  /// its ground between the two countries' areas as well.
  ///
  /// - Parameters:
  ///   - drawn: the shipped polygons; nil for a catalogue of the operator's regions alone.
  ///   - own: regions the operator brought. Overrides hold for them as well; under the code they then have they
  ///     stand in the place of what is shipped.
  /// - Throws: ``RegionError/unknownPolygon(_:near:)`` for an override that names nothing.
  public static func catalogue(
    _ drawn: Drawn?, own: [Region] = [], overrides: [RegionOverride] = []
  ) throws -> Catalogue {
    var polygons = drawn?.polygons ?? []
    var own = own
    let moved = try apply(overrides, to: &polygons, and: &own)
    let brought = merged(own)
    let codes = Set(brought.map(\.code))

    var regions: [Region] = []
    if let drawn {
      regions = countries(drawn, polygons: polygons, moved: moved) + subdivisions(polygons, drawn.tables)
      regions.removeAll { codes.contains($0.code) }
    }
    regions += brought
    regions.sort { $0.code < $1.code }
    return Catalogue(
      regions: regions, own: codes,
      uncoded: polygons.filter { $0.code == nil }.map(\.key).sorted(),
      codes: Dictionary(polygons.compactMap { p in p.code.map { (p.key, $0) } }) { a, _ in a })
  }

  /// Countries that lost or gained ground.
  private struct Moved {
    var from: Set<String> = []
    /// Positions of polygons that came to a country.
    var to: [String: [Int]] = [:]
  }

  private static func apply(
    _ overrides: [RegionOverride], to polygons: inout [RegionPolygon], and own: inout [Region]
  ) throws -> Moved {
    var moved = Moved()
    let given = polygons
    let brought = own
    func key(_ region: Region) -> String { "\(region.country)/\(region.name())" }
    for override in overrides {
      let name = override.polygon
      let hits = given.indices.filter { given[$0].key == name || given[$0].code == name }
      let ownHits = brought.indices.filter { brought[$0].code == name || key(brought[$0]) == name }
      guard !hits.isEmpty || !ownHits.isEmpty else {
        let keys = given.map(\.key) + given.compactMap(\.code) + brought.map(\.code) + brought.map(key)
        throw RegionError.unknownPolygon(name, near: nearest(name, in: Set(keys)))
      }
      let country = override.country ?? override.region.map { String($0.prefix(2)) }
      for i in hits {
        if let country, country != polygons[i].country {
          moved.from.insert(polygons[i].country)
          moved.to[polygons[i].country]?.removeAll { $0 == i }
          moved.to[country, default: []].append(i)
          polygons[i].country = country
        }
        if let region = override.region { polygons[i].code = region }
      }
      for i in ownHits {
        if let country { own[i].country = country }
        if let region = override.region {
          own[i].code = region
          own[i].level = .subdivision
        }
      }
    }
    return moved
  }

  /// Regions of one code as one, in the order of the first of each.
  private static func merged(_ regions: [Region]) -> [Region] {
    var result: [Region] = []
    var positions: [String: Int] = [:]
    for region in regions {
      if let i = positions[region.code] {
        result[i].area = MultiPolygon(result[i].area.polygons + region.area.polygons)
      } else {
        positions[region.code] = result.count
        result.append(region)
      }
    }
    return result
  }

  private static func nearest(_ text: String, in keys: Set<String>) -> [String] {
    let wanted = TextFolding.fold(text)
    let sorted = keys.sorted()
    let folded = sorted.map { Array(TextFolding.fold($0).utf8) }
    return NearNames.find(Array(wanted.utf8), in: folded, limit: 3).map { sorted[$0] }
  }

  private static func countries(_ drawn: Drawn, polygons: [RegionPolygon], moved: Moved) -> [Region] {
    let tables = drawn.tables
    var areas = drawn.countryAreas
    for country in moved.from {
      // What is left of it, in the pieces of its subdivisions.
      let rest = polygons.filter { $0.country == country }.flatMap(\.area.polygons)
      areas[country] = rest.isEmpty ? nil : rest
    }
    for (country, positions) in moved.to where !moved.from.contains(country) {
      areas[country, default: []] += positions.flatMap { polygons[$0].area.polygons }
    }
    return areas.map { code, polygons in
      var names = tables.names[code] ?? [:]
      var aliases = tables.aliases[code] ?? []
      if let name = drawn.countryNames[code] {
        if names["en"] == nil { names["en"] = name } else { aliases.append(name) }
      }
      return Region(
        code: code, level: .country, country: code, names: names,
        aliases: furtherNames(aliases, beside: names), area: MultiPolygon(polygons))
    }
  }

  private static func subdivisions(_ polygons: [RegionPolygon], _ tables: RegionTables) -> [Region] {
    var groups: [String: [RegionPolygon]] = [:]
    for polygon in polygons { if let code = polygon.code { groups[code, default: []].append(polygon) } }
    return groups.map { code, parts in
      var names = tables.names[code] ?? [:]
      var aliases = tables.aliases[code] ?? []
      if let known = tables.geoNames[code] {
        if names["lat"] == nil { names["lat"] = known.name } else { aliases.append(known.name) }
        aliases += known.aliases
      }
      // The drawn name of a part is no name of a whole made of several.
      if parts.count == 1 {
        aliases += parts[0].drawnNames
        if names["en"] == nil, let drawn = parts[0].drawnNames.first { names["en"] = drawn }
      }
      if names.isEmpty { names["en"] = parts[0].drawnNames.first ?? code }
      return Region(
        code: code, level: .subdivision, country: parts[0].country, names: names,
        aliases: furtherNames(aliases, beside: names),
        area: MultiPolygon(parts.flatMap(\.area.polygons)))
    }
  }

  /// The aliases that say something new, each once, in order.
  private static func furtherNames(_ aliases: [String], beside names: [String: String]) -> [String] {
    var seen = Set(names.values)
    return aliases.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}
