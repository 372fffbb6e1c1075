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
    try Self.forEachRow(sources.subdivisions, file: "subdivisions.tsv") { fields in
      // name, ISO 3166-2, GeoNames code, id, type, aliases, level, parent, country
      guard fields.count >= 6 else { return }
      let geoNamesCode = fields[2]
      var dots = 0
      for byte in geoNamesCode where byte == 0x2E { dots += 1 }
      guard dots == 1, !fields[1].isEmpty else { return }
      let iso = Self.text(fields[1])
      isoByGeoNames[Self.text(geoNamesCode)] = iso
      if geoNames[iso] == nil {
        geoNames[iso] = (
          TextFolding.clean(Self.text(fields[0])),
          Self.text(fields[5]).split(separator: "|").map { TextFolding.clean(String($0)) }
        )
      }
    }
    guard !isoByGeoNames.isEmpty else {
      throw RegionError.unreadable(file: "subdivisions.tsv", detail: "no first-level subdivision in it")
    }
    try Self.forEachRow(sources.subdivisionNames, file: "subdivision_names.tsv") { fields in
      // code, name, type, ru, be, pl, uk
      guard fields.count >= 7, !fields[0].elementsEqual("code".utf8) else { return }
      let code = Self.text(fields[0])
      for (language, column) in [("lat", 1), ("ru", 3), ("be", 4), ("pl", 5), ("uk", 6)] {
        set(Self.text(fields[column]), language, of: code)
      }
    }
    guard let own = sources.regionNames else { return }
    try Self.forEachRow(own, file: "region_names.tsv") { fields in
      // code, en, ru, be, pl, uk, aliases
      guard fields.count >= 7, !fields[0].elementsEqual("code".utf8) else { return }
      let code = Self.text(fields[0])
      for (language, column) in [("en", 1), ("ru", 2), ("be", 3), ("pl", 4), ("uk", 5)] {
        set(Self.text(fields[column]), language, of: code)
      }
      aliases[code] = Self.text(fields[6]).split(separator: "|").map { TextFolding.clean(String($0)) }
    }
  }

  private mutating func set(_ text: String, _ language: String, of code: String) {
    let name = TextFolding.clean(text)
    if !name.isEmpty { names[code, default: [:]][language] = name }
  }

  static func text(_ field: UnsafeBufferPointer<UInt8>) -> String { String(decoding: field, as: UTF8.self) }

  /// Walks over the rows of a table, unpacking it when it is compressed.
  static func forEachRow(
    _ data: Data, file: String, _ body: ([UnsafeBufferPointer<UInt8>]) -> Void
  ) throws {
    let plain: Data
    do {
      plain = Gzip.isGzip(data) ? try Gzip.inflate(data) : data
    } catch {
      throw RegionError.unreadable(file: file, detail: error.message)
    }
    plain.withUnsafeBytes { raw in
      TSVScanner.forEachLine(raw.bindMemory(to: UInt8.self), body)
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
      try RegionTables.forEachRow(table, file: "places.tsv") { fields in
        // id, name, country, admin1, ISO 3166-2, admin2, latitude, longitude, population, …
        guard fields.count >= 8, !fields[4].isEmpty,
          let latitude = TSVScanner.double(fields[6]), let longitude = TSVScanner.double(fields[7]),
          let c = try? Coordinate(latitude: latitude, longitude: longitude)
        else { return }
        let iso = RegionTables.text(fields[4])
        let number = numbers[iso] ?? Int32(names.count)
        if number == Int32(names.count) {
          numbers[iso] = number
          names.append(iso)
        }
        cells[Self.cell(latitude, longitude), default: []].append(Int32(coordinates.count))
        coordinates.append(c)
        codes.append(number)
        // A place whose people nobody counted still counts a little.
        people.append(max(1, fields.count > 8 ? Int(TSVScanner.double(fields[8]) ?? 0) : 0))
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
