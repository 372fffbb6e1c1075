import CZlib
import Foundation
import Kernels

extension GazetteerDraft {
  /// The countries whose names are also filed by sound: those the operators work in.
  static let soundCountries: Set<String> = [
    "BY", "PL", "LT", "LV", "EE", "UA", "RU", "KZ", "DE", "MD", "CZ", "SK", "GE", "AM", "AZ", "UZ", "KG",
  ]
  /// Elsewhere towns of so many people are.
  static let soundPopulation = 100_000

  /// Fills the draft from the base files.
  /// - Throws: ``GazetteerError``
  func loadBase(_ sources: GazetteerSources, progress: ((String) -> Void)?) throws {
    var lookup = SubdivisionLookup()
    progress?("subdivisions")
    if let file = sources.subdivisions {
      try loadSubdivisions(
        file, names: sources.subdivisionNames, countries: sources.countries, lookup: &lookup)
    }
    progress?("places")
    for file in sources.places { try loadPlaces(file, countries: sources.countries, lookup: &lookup) }
    for file in sources.postal { try loadPostal(file) }
    addCountries()
    locateSubdivisions()
    locateDistrictsByName(lookup)
    settlePostal()
    if let file = sources.airports {
      progress?("airports")
      try loadAirports(file, countries: sources.countries)
    }
  }

  /// How the base files name a subdivision.
  struct SubdivisionLookup {
    /// By GeoNames code (`BY.01`).
    var byCode: [String: Int] = [:]
    var byISO: [String: Int] = [:]
    /// Of level 2 by `CC.admin1|name`.
    var districts: [String: Int] = [:]
    /// Districts of the countries operators work in, with all their names.
    var named: [(row: Int, country: String, region: Int, names: String)] = []
    var seenPlaces: Set<Int64> = []
  }

  // MARK: Subdivisions

  private func loadSubdivisions(
    _ source: String, names: String?, countries: Set<String>?, lookup: inout SubdivisionLookup
  ) throws {
    let translations = try names.map { try loadTranslations($0) } ?? [:]
    let words = Set(
      AddressWords.regions.union(AddressWords.districts).union([
        "city", "county", "municipality", "gorod", "free", "state", "of", "land",
      ]).map { Array($0.utf8) })
    try Self.forEachLine(of: source, columns: 9) { scanner, columns throws in
      guard columns[3].isEmpty || scanner.number(columns[3]) != nil,
        let level = scanner.number(columns[6])
      else {
        throw GazetteerError.sourceMalformed(
          path: source, line: scanner.line, reason: "columns 4 and 7 should be numbers")
      }
      let code = scanner.text(columns[2])
      let iso = scanner.text(columns[1])
      let country = code.isEmpty ? String(iso.prefix(2)) : String(code.prefix { $0 != "." })
      if let countries, !countries.contains(country) { return }
      let row = subdivisions.count
      let isRegion = level <= 1
      let parent = code.split(separator: ".").prefix(2).joined(separator: ".")
      let region = isRegion ? nil : lookup.byCode[parent]
      subdivisions.append(
        SubdivisionRecord(
          name: UInt32(texts.intern(scanner.bytes(columns[0]))), code: text(code), iso: text(iso),
          latitude: GazetteerLayout.nowhere, longitude: 0,
          parent: region.map { UInt32($0) } ?? GazetteerLayout.none,
          country: GazetteerLayout.country(country), level: isRegion ? 1 : 2))
      if isRegion {
        if !code.isEmpty { lookup.byCode[code] = row }
        if !iso.isEmpty {
          lookup.byISO[iso] = row
          self.file(
            key: TextFold.fold(iso), spelling: subdivisions[row].name, kind: .region, reference: row,
            soundKind: nil)
        }
      } else {
        lookup.districts[parent + "|" + scanner.text(columns[0])] = row
        if Self.soundCountries.contains(country), let region {
          let names = scanner.text(columns[0]) + "|" + scanner.text(columns[5])
          lookup.named.append((row: row, country: country, region: region, names: names))
        }
      }
      let kind: NameKind = isRegion ? .region : .district
      func file(_ names: UnsafeBufferPointer<UInt8>) {
        Self.forEachName(names) { fileSubdivision(name: $0, kind: kind, row: row, dropping: words) }
      }
      file(scanner.bytes(columns[0]))
      file(scanner.bytes(columns[5]))
      var translated = isRegion && !iso.isEmpty ? translations[iso] ?? "" : ""
      translated.withUTF8 { file($0) }
      let names = translated + "|" + scanner.text(columns[5])
      // The table of translations has Russian first.
      subdivisions[row].cyrillic = text(Self.cyrillicName(names, inOrder: !translated.isEmpty))
    }
  }

  /// Files a subdivision's name, and once more without the words that only say what it is
  /// (`Брестская область` also as `брестская`).
  private func fileSubdivision(
    name: UnsafeBufferPointer<UInt8>, kind: NameKind, row: Int, dropping words: Set<[UInt8]>
  ) {
    file(name: name, kind: kind, reference: row, soundKind: kind)
    var key: [UInt8] = []
    TextFold.fold(name, into: &key)
    let kept = key.split(separator: 0x20).filter { !words.contains(Array($0)) }
    let short = Array(kept.joined(separator: [0x20]))
    guard short.count < key.count, short.count > 2 else { return }
    file(
      key: short, spelling: UInt32(texts.intern(name)), kind: kind, reference: row, soundKind: kind)
  }

  /// The Russian one of a place's names (parted by `|`), else another in Cyrillic; empty for none. `inOrder`: the first one
  /// is it.
  ///
  /// Names carry no language. Of those with Russian letters only it is the one that most of the Latin names sound like:
  /// atlases write `Moskva`, `Moskwa`, `Maskva` for Москва, hardly any write Маскав.
  private static func cyrillicName(_ names: String, inOrder: Bool = false) -> String {
    let all = names.split(separator: "|")
    let cyrillic = all.filter { $0.utf8.first == 0xD0 || $0.utf8.first == 0xD1 }
    let russian = cyrillic.filter { name in
      name.unicodeScalars.allSatisfy {
        $0.value < 0x80 || (0x0410...0x044F).contains($0.value) || $0.value == 0x0451 || $0.value == 0x0401
          || $0.value == 0x2019
      }
    }
    // "Брестская область" is Russian by its words; the letters of "Брэсцкая вобласць" could be.
    let byWords = russian.first { $0.lowercased().hasSuffix("ская область") }
    var best = byWords ?? russian.first ?? cyrillic.first ?? ""
    if byWords == nil, russian.count > 1, !inOrder {
      let sounds = all.filter { ($0.utf8.first ?? 0xFF) < 0x80 }.map { TextFolding.skeleton(String($0)) }
      // Of two that sound alike (Москва, Масква) the one nearer to the source's own name.
      let own = TextLetters.letters(ofFolded: TextFold.fold(String(all.last ?? "")))
      var most = Int.min
      for name in russian {
        let sound = TextFolding.skeleton(String(name))
        let latin = TextLetters.letters(ofFolded: TextFold.fold(Transliteration.latin(String(name))))
        let count = 20 * sounds.count { $0 == sound } - (EditDistance.between(latin, own, limit: 19) ?? 19)
        if count > most { (best, most) = (name, count) }
      }
    }
    // The source writes "Витебская Область".
    return String(best).replacing(" Область", with: " область").replacing(" Район", with: " район")
      .replacing(" Край", with: " край")
  }

  /// ISO 3166-2 code → its names, parted by `|`.
  private func loadTranslations(_ source: String) throws -> [String: String] {
    var result: [String: String] = [:]
    var isHeader = true
    try Self.forEachLine(of: source, columns: 3) { scanner, columns in
      defer { isHeader = false }
      if isHeader { return }
      let names = [columns[1]] + columns.dropFirst(3)
      result[scanner.text(columns[0])] = names.map(scanner.text).filter { !$0.isEmpty }.joined(
        separator: "|")
    }
    return result
  }

  // MARK: Places

  private func loadPlaces(
    _ source: String, countries: Set<String>?, lookup: inout SubdivisionLookup
  ) throws {
    try Self.forEachLine(of: source, columns: 11) { scanner, columns throws in
      guard let id = scanner.number(columns[0]), let latitude = scanner.number(columns[6]),
        let longitude = scanner.number(columns[7]), let population = scanner.number(columns[8]),
        abs(latitude) <= 90, abs(longitude) <= 180
      else {
        throw GazetteerError.sourceMalformed(
          path: source, line: scanner.line, reason: "columns 1 and 7 to 9 should be numbers in range")
      }
      let country = scanner.text(columns[2])
      if let countries, !countries.contains(country) { return }
      guard lookup.seenPlaces.insert(Int64(id)).inserted else { return }
      let admin1 = country + "." + scanner.text(columns[3])
      let region = lookup.byCode[admin1] ?? lookup.byISO[scanner.text(columns[4])]
      let district =
        columns[5].isEmpty ? nil : lookup.districts[admin1 + "|" + scanner.text(columns[5])]
      let row = places.count
      let name = LocalSpelling.best(
        of: scanner.text(columns[1]), among: scanner.text(columns[10]), country: country)
      places.append(
        PlaceRecord(
          name: text(name),
          region: region.map { UInt32($0) } ?? GazetteerLayout.none,
          district: district.map { UInt32($0) } ?? GazetteerLayout.none,
          latitude: GazetteerLayout.units(latitude), longitude: GazetteerLayout.units(longitude),
          population: UInt32(max(population, 0)), zone: UInt32(texts.intern(scanner.bytes(columns[9]))),
          country: GazetteerLayout.country(country), rank: 0, number: Int64(id)))
      places[row].cyrillic = text(
        Self.cyrillicName(scanner.text(columns[10]) + "|" + scanner.text(columns[1])))
      let bySound = Self.soundCountries.contains(country) || Int(population) >= Self.soundPopulation
      let soundKind: NameKind? = bySound ? .placeSkeleton : nil
      Self.forEachName(scanner.bytes(columns[1])) {
        file(name: $0, kind: .placeName, reference: row, soundKind: soundKind)
      }
      Self.forEachName(scanner.bytes(columns[10])) {
        file(name: $0, kind: .placeAlias, reference: row, soundKind: soundKind)
      }
    }
  }

  /// Countries with places, by the names people write, in the middle of their places.
  private func addCountries() {
    var sums: [UInt16: (count: Double, latitude: Double, longitude: Double)] = [:]
    for place in places {
      let known = sums[place.country] ?? (0, 0, 0)
      sums[place.country] = (
        known.count + 1, known.latitude + Double(place.latitude), known.longitude + Double(place.longitude)
      )
    }
    for (code, names) in CountryNames.all {
      guard let sum = sums[GazetteerLayout.country(code)], let first = names.first else { continue }
      let row = subdivisions.count
      subdivisions.append(
        SubdivisionRecord(
          name: text(first), code: text(code), iso: text(code), latitude: Int32(sum.latitude / sum.count),
          longitude: Int32(sum.longitude / sum.count), parent: GazetteerLayout.none,
          country: GazetteerLayout.country(code), level: 0))
      for name in names where name.utf8.count > 3 {
        if subdivisions[row].cyrillic == 0, name.utf8.first.map({ $0 >= 0xD0 }) == true {
          subdivisions[row].cyrillic = text(name)
        }
        var name = name
        name.withUTF8 { file(name: $0, kind: .country, reference: row) }
      }
    }
  }

  /// The middle of each region and district is the mean of its places.
  private func locateSubdivisions() {
    var sums = [(count: Double, latitude: Double, longitude: Double)](
      repeating: (0, 0, 0), count: subdivisions.count)
    for place in places {
      for row in [place.region, place.district] where row != GazetteerLayout.none {
        sums[Int(row)].count += 1
        sums[Int(row)].latitude += Double(place.latitude)
        sums[Int(row)].longitude += Double(place.longitude)
      }
    }
    for (row, sum) in sums.enumerated() where sum.count > 0 {
      subdivisions[row].latitude = Int32(sum.latitude / sum.count)
      subdivisions[row].longitude = Int32(sum.longitude / sum.count)
    }
  }

  /// Where the data hardly says which district a place is in (Belarus), districts stand at the town they are named
  /// after: the one of the same region whose name sounds most like the district's.
  private func locateDistrictsByName(_ lookup: SubdivisionLookup) {
    var counts: [UInt16: (all: Int, withDistrict: Int)] = [:]
    for place in places {
      let known = counts[place.country] ?? (0, 0)
      counts[place.country] = (
        known.all + 1, known.withDistrict + (place.district == GazetteerLayout.none ? 0 : 1)
      )
    }
    // Skeletons of each region's towns, the larger town first.
    var towns: [UInt32: [(skeleton: [UInt8], row: Int)]] = [:]
    let regions = Set(lookup.named.map { UInt32($0.region) })
    let skeletons = skeletonsOfPlaces()
    for row in places.indices.sorted(by: { places[$0].population > places[$1].population })
    where regions.contains(places[row].region) {
      for skeleton in skeletons[UInt32(row)] ?? [] {
        towns[places[row].region, default: []].append((skeleton, row))
      }
    }
    let words = AddressWords.districts.union(["district"])
    var located: [UInt32: Int] = [:]
    for place in places { located[place.district, default: 0] += 1 }
    for district in lookup.named where located[UInt32(district.row), default: 0] < Self.fewPlaces {
      let count = counts[GazetteerLayout.country(district.country)] ?? (0, 0)
      guard count.withDistrict * 2 < count.all else { continue }
      var best: (length: Int, row: Int)?
      for name in district.names.split(separator: "|") {
        let short = TextFolding.words(String(name)).filter { !words.contains($0) }.joined(separator: " ")
        let key = Array(TextFolding.skeleton(short).utf8)
        // An adjective's ending (-овский, -инский) is not longer than this.
        for length in stride(from: key.count, through: max(3, key.count - 7), by: -1)
        where length > (best?.length ?? 0) {
          // The town's own name must be used up but for its ending.
          let town = towns[UInt32(district.region)]?.first {
            $0.skeleton.count >= length && $0.skeleton.count - length <= 2
              && $0.skeleton.starts(with: key[..<length])
          }
          if let town {
            best = (length, town.row)
            break
          }
        }
      }
      guard let best else { continue }
      subdivisions[district.row].latitude = places[best.row].latitude
      subdivisions[district.row].longitude = places[best.row].longitude
    }
  }

  /// So many places say where the middle of a district is.
  private static let fewPlaces = 10

  /// The skeletons filed for each place, without their mark.
  private func skeletonsOfPlaces() -> [UInt32: [[UInt8]]] {
    var result: [UInt32: [[UInt8]]] = [:]
    placeNames.forEachPosting { key, posting in
      guard posting.kind == NameKind.placeSkeleton.rawValue else { return }
      texts.withText(key) { result[posting.reference, default: []].append(Array($0.dropFirst())) }
    }
    return result
  }

  // MARK: Airports

  private func loadAirports(_ source: String, countries: Set<String>?) throws {
    let data = try Self.read(source)
    var line = 0
    var seen: Set<String> = []
    try data.withUnsafeBytes { raw in
      let bytes = raw.bindMemory(to: UInt8.self)
      var start = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        defer { start = end + 1 }
        line += 1
        let row = bytes[start..<end]
        guard line > 1, !row.isEmpty else { continue }
        let fields = Self.fields(ofLine: row)
        guard fields.count >= 10 else {
          throw GazetteerError.sourceMalformed(path: source, line: line, reason: "fewer than 10 columns")
        }
        guard fields[1].utf8.count == 3, let latitude = Double(fields[7]), let longitude = Double(fields[8]),
          abs(latitude) <= 90, abs(longitude) <= 180
        else { continue }
        if let countries, !countries.contains(fields[5]) { continue }
        guard seen.insert(fields[1]).inserted else { continue }
        airports.append(
          AirportRecord(
            iata: text(fields[1]), icao: text(fields[0]), name: text(fields[2]), city: text(fields[3]),
            zone: text(fields[9]), latitude: GazetteerLayout.units(latitude),
            longitude: GazetteerLayout.units(longitude), country: UInt32(GazetteerLayout.country(fields[5]))))
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

  static func read(_ source: String) throws(GazetteerError) -> Data {
    do {
      return try Gzip.contents(ofFile: source)
    } catch {
      throw .sourceUnreadable(path: source, reason: SystemReason.text(of: error))
    }
  }

  static func forEachLine(
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
