import Foundation
import Kernels

/// One question, answered: text → certain parts → readings of the place → street and house in each → the reading that
/// explains most of the text.
///
/// Every span of words that names a place is a reading of it. A reading starts with how well the name fits (its
/// own or another name 1, by sound less, with slips less again), loses by what contradicts it (country, region,
/// district) and by the share of its rivals, and is then asked for the street and the house that the other words name.
/// Words that stay unexplained lower the score. Searching by sound and with slips happens only where the plain search
/// leaves words unexplained.
struct Geocoder {
  let data: GazetteerData
  let query: GeocodeQuery
  let text: AddressText
  /// What the town's column says, when there is one.
  let cityText: AddressText?
  /// Explicit country: places elsewhere are no answer.
  let country: UInt16
  /// The country to prefer; 0 for none, and where the text names a region of another.
  private(set) var hint: UInt16
  private(set) var regions: [UInt32] = []
  private(set) var districts: [UInt32] = []
  let postcode: [UInt8]?
  private(set) var postcodePlaces: [UInt32] = []
  /// House numbers to look for, the likeliest first.
  let houses: [AddressText.HouseReading]
  /// Each reading of the place asks for the same words.
  let streetNames = StreetNameMemory()

  init(data: GazetteerData, query: GeocodeQuery) {
    self.data = data
    self.query = query
    text = AddressText(query.text)
    let parts = query.components
    cityText = parts.city.map { AddressText($0) }
    country = GazetteerLayout.country(parts.country?.uppercased() ?? text.country ?? "")
    hint = GazetteerLayout.country(query.country?.uppercased() ?? "")
    postcode = (parts.postcode.map { TextFolding.fold($0) } ?? text.postcode).map { Array($0.utf8) }
    if let house = parts.house ?? parts.street.flatMap({ AddressText($0).house }) {
      houses = [AddressText.HouseReading(text: house, tokens: 0..<0, isMarked: true)]
    } else {
      houses = text.houses
    }
  }

  mutating func run() -> [GeocodeCandidate] {
    readContext()
    var found = answers(for: ranked(placeReadings()))
    if isDoubtful(found) {
      let withSlips = ranked(placeReadingsWithSlips(errors: 1))
      found += answers(for: withSlips)
      if isDoubtful(found), (found.map(\.score).max() ?? 0) < 0.6 {
        found += answers(for: ranked(placeReadingsWithSlips(errors: 2)))
      }
    }
    if !found.contains(where: { $0.street != nil && $0.score > 0.5 }) {
      // A town that is known by name is not given up for a street of nearly the name elsewhere.
      let isTownKnown = found.contains { $0.score > 0.4 }
      found += streetsWithoutTown(withSlips: !isTownKnown)
    }
    found += subdivisionAnswers(beside: found)
    found.sort { ($0.order, $1.tieBreak) > ($1.order, $0.tieBreak) }
    return written(found)
  }

  /// Words are left over, or nothing was found: a slip may be the reason.
  private func isDoubtful(_ found: [Answer]) -> Bool {
    guard let best = found.max(by: { $0.score < $1.score }) else { return true }
    guard best.score < 0.9 else { return false }
    if best.unexplained >= 3 { return true }
    // The street is not there although the town's streets are known, or the postcode is another's: another town may be
    // meant.
    guard best.street == nil, let row = best.place, text.tokens.count > 1 else { return false }
    return !postcodePlaces.isEmpty && !postcodePlaces.contains(row)
      || data.places[Int(row)].streetCount > 0 && !houses.isEmpty
  }

  private func written(_ found: [Answer]) -> [GeocodeCandidate] {
    let write = CandidateWriter(data: data, query: query)
    var seen: Set<String> = []
    var result: [GeocodeCandidate] = []
    for var answer in found where result.count < query.limit {
      answer.score = sureness(of: answer)
      guard let candidate = write.candidate(answer, detail: detail(of: answer)) else { continue }
      // The same spot under two readings, or a second entrance of one house, is one answer.
      let spot =
        "\(candidate.label)|\(Int(candidate.coordinate.latitude * 1000))|\(Int(candidate.coordinate.longitude * 1000))"
      if seen.insert(spot).inserted { result.append(candidate) }
    }
    return result
  }

  // MARK: Context

  private mutating func readContext() {
    let parts = query.components
    let regionNames = parts.region.map { [TextFolding.fold($0)] } ?? text.regions
    regions = subdivisions(named: regionNames, level: 1)
    if let code = parts.regionCode {
      let byCode = subdivisions(named: [TextFolding.fold(code)], level: 1)
      if !byCode.isEmpty { regions = byCode }
    }
    // "г. Королёв, Московская обл." lies in Russia, whatever country is usual.
    if hint != 0, !regions.isEmpty, !regions.contains(where: { data.subdivisions[Int($0)].country == hint }) {
      hint = 0
    }
    let districtNames = parts.district.map { [TextFolding.fold($0)] } ?? text.districts
    districts = subdivisions(named: districtNames, level: 2)
    // A word said to be a region may be a district's and the other way round.
    if regions.isEmpty, !regionNames.isEmpty, districts.isEmpty {
      districts = subdivisions(named: regionNames, level: 2)
    }
    if let postcode {
      postcodePlaces = data.places(postcode: postcode).filter { isInCountry(data.places[Int($0)]) }
    }
  }

  func isInCountry(_ place: PlaceRecord) -> Bool { country == 0 || place.country == country }

  private func subdivisions(named names: [String], level: UInt8) -> [UInt32] {
    for name in names {
      let words = name.split(separator: " ").map(String.init)
      let sign: WordRoles = level == 1 ? .region : .district
      let short = words.filter { AddressWords.roles(of: $0).isDisjoint(with: sign) }.joined(separator: " ")
      for key in [Array(name.utf8), Array(short.utf8), GazetteerDraft.skeletonKey(Array(short.utf8)) ?? []]
      where key.count > 2 {
        let rows = subdivisions(key: key, level: level)
        if !rows.isEmpty { return rows }
      }
      // "Пружанский" for the district that the data calls by another ending.
      if let sound = GazetteerDraft.skeletonKey(Array(short.utf8)), sound.count > 6 {
        for slip in data.soundsOneErrorAway(sound) {
          let rows = subdivisions(name: slip.name, level: level)
          if !rows.isEmpty { return rows }
        }
      }
    }
    return []
  }

  private func subdivisions(key: [UInt8], level: UInt8) -> [UInt32] {
    guard let name = key.withUnsafeBufferPointer({ data.placeNames.find($0) }) else { return [] }
    return subdivisions(name: name, level: level)
  }

  private func subdivisions(name: Int, level: UInt8) -> [UInt32] {
    var rows: [UInt32] = []
    for posting in data.placePostings[data.placeNames.postings(name)]
    where posting.kind >= GazetteerDraft.NameKind.region.rawValue {
      guard let row = data.subdivision(posting.reference), row.level == level,
        country == 0 || row.country == country, !rows.contains(posting.reference)
      else { continue }
      rows.append(posting.reference)
    }
    if country == 0, hint != 0 {
      let there = rows.filter { data.subdivisions[Int($0)].country == hint }
      if !there.isEmpty { rows = there }
    }
    if level == 2, !regions.isEmpty {
      let inside = rows.filter { regions.contains(data.subdivisions[Int($0)].parent) }
      if !inside.isEmpty { rows = inside }
    }
    return rows
  }

  /// The name of a subdivision that is the whole key, and not what is left of it without "region" or "district"; of
  /// several the one with the letters typed.
  private func spelling(ofSubdivision row: UInt32, _ key: [UInt8]) -> UInt32? {
    let names = data.postings(place: key).filter {
      $0.reference == row && $0.kind >= GazetteerDraft.NameKind.region.rawValue
        && TextFold.fold(data.text($0.spelling)) == key
    }.map(\.spelling)
    let said = query.text.lowercased()
    return names.first { said.contains(data.text($0).lowercased()) } ?? names.first
  }

  /// How well a place agrees with country, region, district and postcode said: 1 where all do.
  func agreement(of row: UInt32) -> Double {
    let place = data.places[Int(row)]
    var value = 1.0
    if country == 0, hint != 0, place.country != hint { value *= 0.3 }
    if !regions.isEmpty {
      if place.region != GazetteerLayout.none {
        if !regions.contains(place.region) { value *= isCapital(of: place) ? 0.9 : 0.35 }
      } else if !regions.contains(where: { data.subdivisions[Int($0)].country == place.country }) {
        value *= 0.35
      } else {
        value *= 0.8
      }
    }
    if !districts.isEmpty { value *= districtFit(place) }
    return value
  }

  /// A city that is a region of its own amid the region said: "Минская обл., г. Минск".
  private func isCapital(of place: PlaceRecord) -> Bool {
    place.population > 300_000
      && regions.contains { row in
        data.subdivisions[Int(row)].coordinate.map { GreatCircle.metres($0, place.coordinate) < 80_000 }
          ?? false
      }
  }

  /// How well a place fits the districts said: 1 inside, less with the distance from the district's centre where the
  /// data does not say (a raion reaches some 40 km from its town, seldom 70).
  private func districtFit(_ place: PlaceRecord) -> Double {
    districts.map { row in
      if place.district == row { return 1 }
      let district = data.subdivisions[Int(row)]
      guard let centre = district.coordinate else { return 0.5 }
      let metres = GreatCircle.metres(centre, place.coordinate)
      let isKnown = place.district != GazetteerLayout.none
      return metres < 35_000 ? (isKnown ? 0.8 : 1) : metres < 75_000 ? (isKnown ? 0.6 : 0.9) : 0.45
    }.max() ?? 1
  }

  // MARK: Subdivisions as answers

  /// Regions and districts asked for by name, where no place explains the text better.
  private func subdivisionAnswers(beside found: [Answer]) -> [Answer] {
    let best = found.map(\.score).max() ?? 0
    var rows = districts.isEmpty ? regions : districts
    let hasNames = text.tokens.indices.contains {
      !text.used[$0] && !text.tokens[$0].startsWithDigit
        && !(text.has($0, [.settlement, .housePart]) && text.tokens[$0].length <= 3)
    }
    var factor = 1.0
    var spellings: [UInt32: UInt32] = [:]
    let isWholeText = rows.isEmpty
    if isWholeText {
      guard best < 0.97 else { return [] }
      // The whole text may be the name of a region or a country.
      let names = text.tokens.filter { !$0.startsWithDigit }.map(\.key)
      guard !names.isEmpty, names.count <= 5, names.count == text.tokens.count else { return [] }
      let key = Array(names.joined(separator: " ").utf8)
      rows = subdivisions(key: key, level: 0) + subdivisions(key: key, level: 1)
      if rows.isEmpty { rows = subdivisions(key: key, level: 2) }
      for row in rows { spellings[row] = spelling(ofSubdivision: row, key) }
      // "Radom" is the district of that name rather than the one around it, whose name has more words.
      let whole = rows.filter { spellings[$0] != nil }
      if !whole.isEmpty { rows = whole }
      // A town of just that name is meant rather than its district.
      let isTown = found.contains {
        $0.place != nil && $0.unexplained == 0 && !$0.isPlaceCorrected && $0.score > 0.5
      }
      let isCountry = rows.contains { data.subdivisions[Int($0)].level == 0 }
      factor = isTown && !isCountry ? min(1, best * 0.9) : 1.0
    } else if hasNames || query.components.city != nil {
      // What was asked for in more detail than a region has failed: the region is a poor answer then.
      guard best < 0.55 else { return [] }
      factor = 0.5
    }
    let share = rows.isEmpty ? 0 : 1 / Double(rows.count)
    return rows.prefix(query.limit).map { row in
      var answer = Answer(score: 0.92 * factor * (0.5 + 0.5 * share))
      answer.subdivision = row
      answer.subdivisionSpelling = spellings[row] ?? 0
      answer.isWholeText = isWholeText
      if data.subdivisions[Int(row)].level == 0 { answer.score = min(1, answer.score * 1.07) }
      return answer
    }
  }
}

/// The street names read from words so far; of one question, on one thread.
final class StreetNameMemory {
  private var known: [[String]: StreetName?] = [:]

  func name(of words: [String]) -> StreetName? {
    if let name = known[words] { return name }
    let name = StreetName(words: words)
    known[words] = name
    return name
  }
}

/// A reading of the whole text: what was found and how far it explains the words.
struct Answer {
  var subdivision: UInt32?
  var subdivisionSpelling: UInt32 = 0
  /// The subdivision was read from the whole text, without a word that says it is one.
  var isWholeText = false
  var place: UInt32?
  /// The name by which the place was found, as a text of the file.
  var placeSpelling: UInt32?
  var street: UInt32?
  var house: HouseFound?
  var score: Double
  /// Letters of words that nothing explains.
  var unexplained = 0
  /// Positions of tokens: of the place, the street, and those passed over.
  var placeTokens: Range<Int> = 0..<0
  var streetTokens: Range<Int> = 0..<0
  var houseTokens: Range<Int> = 0..<0
  var leftOver: [Int] = []
  /// The place or street was found by correcting a slip.
  var isPlaceCorrected = false
  var isStreetCorrected = false
  var placeMatch = NameMatch.own
  /// A sign ("г.") or a column says that the words are a settlement.
  var isPlaceMarked = false
  var isStreetMarked = false
  /// Other words name the region or country the place lies in.
  var hasRegionBeside = false
  /// For the order only: of equal scores the nearer, the larger.
  var order: Double = 0
  var tieBreak: UInt32 { (place ?? 0) &+ (street ?? 0) }

  struct HouseFound {
    var row: Int?
    var number: String
    var coordinate: Coordinate
    var level: GeocodeLevel
    var fit: Double
    var postcode: UInt32
  }

  init(score: Double) {
    self.score = score
    order = score
  }

  /// How the place was read.
  mutating func take(_ reading: PlaceReading) {
    placeTokens = reading.tokens
    isPlaceCorrected = reading.isCorrected
    placeMatch = reading.match
    isPlaceMarked = !reading.signs.isEmpty
  }
}
