import CSQLite
import CZlib
import Foundation
import Kernels

/// Writes one new gazetteer file: base data first, then any number of extracts, all in one transaction.
final class GazetteerWriter {
  let file: SQLiteFile
  let path: String
  /// Subdivision ids by GeoNames code (`BY.01`), by ISO code, and of level 2 by `CC.admin1|name`.
  var regionsByCode: [String: Int] = [:]
  var regionsByISO: [String: Int] = [:]
  var districtsByName: [String: Int] = [:]
  private var districtNames: [(id: Int, country: String, region: Int, names: String)] = []
  private var keys = NameKeyTable()

  /// Opens a file that is not yet anybody's: no journal, no syncing, one transaction.
  init(creatingAt path: String, copied: Bool) throws(SQLiteFault) {
    self.path = path
    file = try SQLiteFile(path, writable: true)
    try file.execute(
      """
      PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
      PRAGMA cache_size=-200000; PRAGMA temp_store=MEMORY
      """)
    if !copied {
      try file.execute(
        """
        PRAGMA page_size=8192; PRAGMA application_id=\(GazetteerSchema.applicationID);
        PRAGMA user_version=\(GazetteerBuilder.schemaVersion)
        """)
    }
    try file.execute("BEGIN")
    if !copied { try file.execute(GazetteerSchema.tables) }
  }

  func finish() throws(SQLiteFault) { try file.execute("COMMIT") }

  /// The countries whose names are also filed by sound: those the operators work in.
  static let soundCountries: Set<String> = [
    "BY", "PL", "LT", "LV", "EE", "UA", "RU", "KZ", "DE", "MD", "CZ", "SK", "GE", "AM", "AZ", "UZ", "KG",
  ]

  // MARK: Subdivisions

  func loadSubdivisions(_ source: String, names: String?, countries: Set<String>?) throws {
    let translations = try names.map { try loadTranslations($0) } ?? [:]
    let insert = try file.prepare("INSERT OR IGNORE INTO subdivision VALUES (?,?,?,?,?,?,?,NULL,NULL)")
    let words = Set(
      AddressWords.regions.union(AddressWords.districts).union([
        "city", "county", "municipality", "gorod", "free", "state", "of", "land",
      ]).map { Array($0.utf8) })
    try forEachLine(of: source, columns: 9) { scanner, columns throws in
      // Subdivisions that only ISO 3166-2 knows have no geonameid: their line gives a number below zero.
      let id = columns[3].isEmpty ? -Double(scanner.line) : scanner.number(columns[3])
      guard let id, let level = scanner.number(columns[6]) else {
        throw GazetteerError.sourceMalformed(
          path: source, line: scanner.line, reason: "columns 4 and 7 should be numbers")
      }
      let code = scanner.text(columns[2])
      let iso = scanner.text(columns[1])
      let country = code.isEmpty ? String(iso.prefix(2)) : String(code.prefix { $0 != "." })
      if let countries, !countries.contains(country) { return }
      let reference = Int(id)
      insert.bind(0, reference)
      insert.bind(1, max(Int(level), 1))
      insert.bind(2, country)
      insert.bind(3, code)
      if iso.isEmpty { insert.bindNull(4) } else { insert.bind(4, iso) }
      insert.bindCopied(5, scanner.bytes(columns[0]))
      insert.bindCopied(6, scanner.bytes(columns[4]))
      try insert.run()
      let kind = (level <= 1 ? GazetteerSchema.KeyKind.region : .district).rawValue
      if level <= 1 {
        if !code.isEmpty { regionsByCode[code] = reference }
        if !iso.isEmpty {
          regionsByISO[iso] = reference
          keys.add(key: TextFold.fold(iso), kind: kind, reference: Int64(reference))
        }
      } else {
        let parent = code.split(separator: ".").prefix(2).joined(separator: ".")
        districtsByName[parent + "|" + scanner.text(columns[0])] = reference
        if Self.soundCountries.contains(country), let region = regionsByCode[parent] {
          let names = scanner.text(columns[0]) + "|" + scanner.text(columns[5])
          districtNames.append((id: reference, country: country, region: region, names: names))
        }
      }
      keys.add(
        names: scanner.bytes(columns[0]), kind: kind, reference: Int64(reference), dropping: words)
      keys.add(
        names: scanner.bytes(columns[5]), kind: kind, reference: Int64(reference), dropping: words)
      if var more = translations[iso], level <= 1, !iso.isEmpty {
        more.withUTF8 { keys.add(names: $0, kind: kind, reference: Int64(reference), dropping: words) }
      }
    }
  }

  /// ISO 3166-2 code → its names, parted by `|`.
  private func loadTranslations(_ source: String) throws -> [String: String] {
    var result: [String: String] = [:]
    var isHeader = true
    try forEachLine(of: source, columns: 3) { scanner, columns in
      defer { isHeader = false }
      if isHeader { return }
      let names = [columns[1]] + columns.dropFirst(3)
      result[scanner.text(columns[0])] = names.map(scanner.text).filter { !$0.isEmpty }.joined(
        separator: "|")
    }
    return result
  }

  // MARK: Places

  func loadPlaces(_ sources: [String], countries: Set<String>?) throws {
    let insert = try file.prepare("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,0)")
    var seen: Set<Int> = []
    for source in sources {
      try forEachLine(of: source, columns: 11) { scanner, columns throws in
        guard let id = scanner.number(columns[0]), let latitude = scanner.number(columns[6]),
          let longitude = scanner.number(columns[7]), let population = scanner.number(columns[8]),
          abs(latitude) <= 90, abs(longitude) <= 180
        else {
          throw GazetteerError.sourceMalformed(
            path: source, line: scanner.line, reason: "columns 1 and 7 to 9 should be numbers in range")
        }
        let country = scanner.text(columns[2])
        if let countries, !countries.contains(country) { return }
        let reference = Int(id)
        guard seen.insert(reference).inserted else { return }
        let admin1 = country + "." + scanner.text(columns[3])
        insert.bind(0, reference)
        insert.bindCopied(1, scanner.bytes(columns[1]))
        insert.bindCopied(2, scanner.bytes(columns[2]))
        insert.bind(3, regionsByCode[admin1] ?? regionsByISO[scanner.text(columns[4])])
        insert.bind(
          4, columns[5].isEmpty ? nil : districtsByName[admin1 + "|" + scanner.text(columns[5])])
        insert.bind(5, latitude)
        insert.bind(6, longitude)
        insert.bind(7, Int(population))
        insert.bindCopied(8, scanner.bytes(columns[9]))
        try insert.run()
        let skeletonKind =
          Self.soundCountries.contains(country) ? GazetteerSchema.KeyKind.placeSkeleton.rawValue : nil
        keys.add(
          names: scanner.bytes(columns[1]), kind: GazetteerSchema.KeyKind.placeName.rawValue,
          reference: Int64(reference), skeletonKind: skeletonKind)
        keys.add(
          names: scanner.bytes(columns[10]), kind: GazetteerSchema.KeyKind.placeAlias.rawValue,
          reference: Int64(reference), skeletonKind: skeletonKind)
      }
    }
  }

  /// Files all collected names.
  func writeKeys() throws {
    let insert = try file.prepare("INSERT OR IGNORE INTO name_key VALUES (?,?,?)")
    try keys.forEachSorted { key, kind, reference in
      insert.bindCopied(0, key)
      insert.bind(1, Int(kind))
      insert.bind(2, Int(reference))
      try insert.run()
    }
    keys = NameKeyTable()
  }

  /// Fills what follows from the places: the grid, the middle of each subdivision, missing district centres.
  func derive() throws {
    try writePlaceCells(where: "1")
    try file.execute(
      """
      CREATE TEMP TABLE middle AS
        SELECT region AS id, avg(latitude) AS latitude, avg(longitude) AS longitude FROM place
          WHERE region IS NOT NULL GROUP BY region
        UNION ALL
        SELECT district, avg(latitude), avg(longitude) FROM place WHERE district IS NOT NULL GROUP BY district;
      CREATE INDEX temp.middle_id ON middle(id);
      UPDATE subdivision SET latitude = (SELECT latitude FROM middle WHERE middle.id = subdivision.id),
        longitude = (SELECT longitude FROM middle WHERE middle.id = subdivision.id);
      DROP TABLE middle;
      """)
    try locateDistrictsByName()
  }

  func writePlaceCells(where condition: String) throws(SQLiteFault) {
    let columns = Int(360 / CellGrid.places.size)
    try file.execute(
      """
      INSERT OR IGNORE INTO place_cell
        SELECT CAST((latitude + 90) / \(CellGrid.places.size) AS INTEGER) * \(columns)
          + min(CAST((longitude + 180) / \(CellGrid.places.size) AS INTEGER), \(columns - 1)) AS cell, id
        FROM place WHERE \(condition) ORDER BY 1, 2
      """)
  }

  /// Where the data hardly says which district a place is in (Belarus), districts stand at the town they are named
  /// after: the one of the same region whose name sounds most like the district's.
  private func locateDistrictsByName() throws(SQLiteFault) {
    let towns = try file.prepare(
      """
      SELECT p.latitude, p.longitude, length(k.key) FROM name_key k JOIN place p ON p.id = k.ref
      WHERE k.key >= ? AND k.key < ? AND k.kind = \(GazetteerSchema.KeyKind.placeSkeleton.rawValue)
        AND p.region = ? ORDER BY p.population DESC LIMIT 1
      """)
    let update = try file.prepare("UPDATE subdivision SET latitude = ?, longitude = ? WHERE id = ?")
    let words = AddressWords.districts.union(["district"])
    let countries = Set(try countriesWithoutDistricts())
    for district in districtNames where countries.contains(district.country) {
      var best: (length: Int, latitude: Double, longitude: Double)?
      for name in district.names.split(separator: "|") {
        let short = TextFolding.words(String(name)).filter { !words.contains($0) }.joined(separator: " ")
        let key = "~" + TextFolding.skeleton(short)
        var length = key.utf8.count
        // An adjective's ending (-овский, -инский) is not longer than this.
        let shortest = max(4, length - 7)
        while length >= shortest, length > (best?.length ?? 0) {
          let prefix = String(key.prefix(length))
          towns.bind(0, prefix)
          towns.bind(1, prefix + "\u{7F}")
          towns.bind(2, district.region)
          let found = try towns.step()
          // The town's own name must be used up but for its ending.
          let fits = found && towns.int(2) - length <= 2
          if fits { best = (length, towns.double(0), towns.double(1)) }
          towns.reset()
          if fits { break }
          length -= 1
        }
      }
      guard let best else { continue }
      update.bind(0, best.latitude)
      update.bind(1, best.longitude)
      update.bind(2, district.id)
      try update.run()
    }
  }

  private func countriesWithoutDistricts() throws(SQLiteFault) -> [String] {
    let query = try file.prepare(
      "SELECT country FROM place GROUP BY country HAVING count(district) * 2 < count(*) ORDER BY country")
    var result: [String] = []
    while try query.step() {
      let country = query.text(0)
      if Self.soundCountries.contains(country) { result.append(country) }
    }
    return result
  }

  // MARK: Airports

  func loadAirports(_ source: String, countries: Set<String>?) throws {
    let insert = try file.prepare("INSERT OR IGNORE INTO airport VALUES (?,?,?,?,?,?,?,?)")
    let data = try read(source)
    var line = 0
    try data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)
      var start = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        defer { start = end + 1 }
        line += 1
        // "icao","iata",…: an empty second field is the common case and ends here.
        let text = bytes[start..<end]
        guard line > 1, !text.isEmpty else { continue }
        let fields = Self.fields(ofLine: text)
        guard fields.count >= 10 else {
          throw GazetteerError.sourceMalformed(path: source, line: line, reason: "fewer than 10 columns")
        }
        guard fields[1].utf8.count == 3, let latitude = Double(fields[7]), let longitude = Double(fields[8]),
          abs(latitude) <= 90, abs(longitude) <= 180
        else { continue }
        if let countries, !countries.contains(fields[5]) { continue }
        insert.bind(0, fields[1])
        insert.bind(1, fields[0])
        insert.bind(2, fields[2])
        insert.bind(3, fields[3])
        insert.bind(4, fields[5])
        insert.bind(5, latitude)
        insert.bind(6, longitude)
        insert.bind(7, fields[9])
        try insert.run()
      }
    }
  }

  /// Fields of a comma-parted line with optional quotes.
  private static func fields(ofLine line: Slice<UnsafeBufferPointer<UInt8>>) -> [String] {
    var result: [String] = []
    var field: [UInt8] = []
    var quoted = false
    for c in line {
      if c == UInt8(ascii: "\"") {
        quoted.toggle()
      } else if c == UInt8(ascii: ","), !quoted {
        result.append(String(decoding: field, as: UTF8.self))
        // Fields are icao, iata, …: without an IATA code the rest is not needed.
        if result.count == 2, result[1].isEmpty { return [result[0]] + [String](repeating: "", count: 9) }
        field.removeAll(keepingCapacity: true)
      } else if c != 13 {
        field.append(c)
      }
    }
    result.append(String(decoding: field, as: UTF8.self))
    return result
  }

  // MARK: Files

  func read(_ source: String) throws(GazetteerError) -> Data {
    do {
      return try Gzip.contents(ofFile: source)
    } catch {
      throw .sourceUnreadable(path: source, reason: SystemReason.text(of: error))
    }
  }

  private func forEachLine(
    of source: String, columns count: Int, _ body: (TableCursor, [Range<Int>]) throws -> Void
  ) throws {
    let data = try read(source)
    try data.withUnsafeBytes { raw in
      var scanner = TableCursor(raw.bindMemory(to: UInt8.self))
      var columns: [Range<Int>] = []
      while scanner.next(&columns) {
        guard columns.count >= count else {
          throw GazetteerError.sourceMalformed(
            path: source, line: scanner.line, reason: "\(columns.count) columns instead of \(count)")
        }
        try body(scanner, columns)
      }
    }
  }
}
