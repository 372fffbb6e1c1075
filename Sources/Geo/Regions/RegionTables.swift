import Foundation
import Kernels

/// The tables beside the polygons: which code GeoNames' numbers stand for, and what regions are called.
struct RegionTables {
  /// ISO 3166-2 by GeoNames admin1 code (`BY.01` → `BY-BR`).
  private(set) var isoByGeoNames: [String: String] = [:]
  /// GeoNames' own name and other spellings by ISO 3166-2.
  private(set) var geoNames: [String: (name: String, aliases: [String])] = [:]
  /// Names by code and language, ours over those of iso-codes.
  private(set) var names: [String: [String: String]] = [:]
  /// Further spellings by code, from our own table.
  private(set) var aliases: [String: [String]] = [:]

  /// - Throws: ``RegionError/unreadable(file:detail:)``
  init(_ sources: RegionCatalogue.Sources) throws {
    try Self.forEachRow(sources.subdivisions, file: "subdivisions.tsv") { table, columns in
      // name, ISO 3166-2, GeoNames code, id, type, aliases, level, parent, country
      guard columns.count >= 6 else { return }
      var dots = 0
      for byte in table.bytes(columns[2]) where byte == 0x2E { dots += 1 }
      guard dots == 1, !columns[1].isEmpty else { return }
      let iso = table.text(columns[1])
      isoByGeoNames[table.text(columns[2])] = iso
      if geoNames[iso] == nil {
        geoNames[iso] = (
          TextFolding.clean(table.text(columns[0])),
          table.text(columns[5]).split(separator: "|").map { TextFolding.clean(String($0)) }
        )
      }
    }
    guard !isoByGeoNames.isEmpty else {
      throw RegionError.unreadable(file: "subdivisions.tsv", detail: "no first-level subdivision in it")
    }
    try Self.forEachRow(sources.subdivisionNames, file: "subdivision_names.tsv") { table, columns in
      // code, name, type, ru, be, pl, uk
      guard columns.count >= 7 else { return }
      let code = table.text(columns[0])
      if code == "code" { return }
      for (language, column) in [("lat", 1), ("ru", 3), ("be", 4), ("pl", 5), ("uk", 6)] {
        set(table.text(columns[column]), language, of: code)
      }
    }
    guard let own = sources.regionNames else { return }
    try Self.forEachRow(own, file: "region_names.tsv") { table, columns in
      // code, en, ru, be, pl, uk, aliases
      guard columns.count >= 7 else { return }
      let code = table.text(columns[0])
      if code == "code" { return }
      for (language, column) in [("en", 1), ("ru", 2), ("be", 3), ("pl", 4), ("uk", 5)] {
        set(table.text(columns[column]), language, of: code)
      }
      aliases[code] = table.text(columns[6]).split(separator: "|").map { TextFolding.clean(String($0)) }
    }
  }

  private mutating func set(_ text: String, _ language: String, of code: String) {
    let name = TextFolding.clean(text)
    if !name.isEmpty { names[code, default: [:]][language] = name }
  }

  /// Walks over the rows of a table, unpacking it when it is compressed.
  static func forEachRow(
    _ data: Data, file: String, _ body: (TableCursor, [Range<Int>]) -> Void
  ) throws {
    let plain: Data
    do {
      plain = Gzip.isGzip(data) ? try Gzip.inflate(data) : data
    } catch {
      throw RegionError.unreadable(file: file, detail: error.message)
    }
    plain.withUnsafeBytes { raw in
      var table = TableCursor(raw.bindMemory(to: UInt8.self))
      var columns: [Range<Int>] = []
      while table.next(&columns) { body(table, columns) }
    }
  }
}

/// Places with the code of the subdivision they stand in, for finding the code of a polygon by what lies in it.
struct RegionPlaces {
  private var coordinates: [Coordinate] = []
  private var codes: [Int32] = []
  private var people: [Int] = []
  private var names: [String] = []
  /// Places by whole degrees of latitude and longitude.
  private var cells: [Int: [Int32]] = [:]

  init(_ tables: [Data]) throws {
    var numbers: [String: Int32] = [:]
    for table in tables {
      try RegionTables.forEachRow(table, file: "places.tsv") { row, columns in
        // id, name, country, admin1, ISO 3166-2, admin2, latitude, longitude, population, …
        guard columns.count >= 8, !columns[4].isEmpty,
          let latitude = row.number(columns[6]), let longitude = row.number(columns[7]),
          let c = try? Coordinate(latitude: latitude, longitude: longitude)
        else { return }
        let iso = row.text(columns[4])
        let number = numbers[iso] ?? Int32(names.count)
        if number == Int32(names.count) {
          numbers[iso] = number
          names.append(iso)
        }
        cells[Self.cell(latitude, longitude), default: []].append(Int32(coordinates.count))
        coordinates.append(c)
        codes.append(number)
        // A place whose people nobody counted still counts a little.
        people.append(max(1, columns.count > 8 ? Int(row.number(columns[8]) ?? 0) : 0))
      }
    }
  }

  private static func cell(_ latitude: Double, _ longitude: Double) -> Int {
    Int((latitude + 90).rounded(.down)) * 400 + Int((longitude + 180).rounded(.down))
  }

  struct Votes {
    var places = 0
    var people = 0
  }

  /// How many places of each code stand in the area, and how many people live in them.
  func votes(in area: MultiPolygon) -> [String: Votes] {
    let prepared = PreparedPolygon(area)
    var votes: [Int32: Votes] = [:]
    var seen = Set<Int>()
    for polygon in area.polygons {
      guard let box = BoundingBox(around: polygon.outer) else { continue }
      for latitude in Int((box.south + 90).rounded(.down))...Int((box.north + 90).rounded(.down)) {
        for longitude in Int((box.west + 180).rounded(.down))...Int((box.east + 180).rounded(.down)) {
          let cell = latitude * 400 + longitude
          guard let places = cells[cell], seen.insert(cell).inserted else { continue }
          for place in places where prepared.contains(coordinates[Int(place)]) {
            votes[codes[Int(place)], default: Votes()].places += 1
            votes[codes[Int(place)], default: Votes()].people += people[Int(place)]
          }
        }
      }
    }
    return Dictionary(uniqueKeysWithValues: votes.map { (names[Int($0.key)], $0.value) })
  }
}
