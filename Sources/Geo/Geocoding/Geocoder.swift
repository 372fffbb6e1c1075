import Foundation

/// One question, answered: text → parts → places that fit → street and house in them.
///
/// A place that goes by the name asked for starts with evidence 1 (0.97 for another of its names, 0.75 when it
/// only sounds so) and loses by what contradicts it: country, region, district. Among equals the larger town
/// comes first, and the score falls with the share that the others have.
struct Geocoder {
  let reader: GazetteerReader
  let query: GeocodeQuery
  private let text: AddressText
  /// Explicit country: places elsewhere are no answer. The hint only when something fits there.
  private var country: String?
  private var regions: [SubdivisionRow] = []
  private var districts: [SubdivisionRow] = []
  private(set) var postcode: String?
  private(set) var postcodePlaces: [PlaceRow] = []
  private(set) var house: String?

  /// A place and the reading of the text that led to it.
  struct Hypothesis {
    var place: PlaceRow
    var evidence: Double
    /// Words that may name a street, best reading first.
    var streets: [[String]]
    var share = 1.0
    /// Only some words of a segment name the place; the whole may as well be a street.
    var isPartial = false

    /// For ordering only.
    var rank: Double { evidence * (1 + 0.06 * log10(Double(max(place.population, 10)))) }
  }

  init(reader: GazetteerReader, query: GeocodeQuery) {
    self.reader = reader
    self.query = query
    text = AddressText(query.text)
  }

  mutating func run() -> [GeocodeCandidate] {
    readContext()
    var hypotheses = localityHypotheses()
    if hypotheses.isEmpty, !postcodePlaces.isEmpty {
      hypotheses = postcodePlaces.map {
        Hypothesis(place: $0, evidence: 0.7, streets: streetReadings(excluding: nil))
      }
    }
    rank(&hypotheses)
    var found = hypotheses.prefix(8).flatMap { candidates(for: $0) }
    if hypotheses.allSatisfy(\.isPartial), !found.contains(where: { $0.candidate.level >= .street }) {
      found += streetsWithoutTown()
    }
    found.sort { ($0.rank, $1.candidate.label) > ($1.rank, $0.candidate.label) }
    var results = unique(found.map(\.candidate))
    // A place that contradicts the oblast or raion said is not what was asked: the subdivision is surer.
    let contradicts = (hypotheses.first?.evidence ?? 0) < 0.55 && !(regions.isEmpty && districts.isEmpty)
    if results.isEmpty || contradicts { results = subdivisionCandidates() + results }
    return Array(results.prefix(query.limit))
  }

  /// A candidate with its place in the order.
  struct Ranked {
    var candidate: GeocodeCandidate
    var rank: Double
  }

  private func unique(_ candidates: [GeocodeCandidate]) -> [GeocodeCandidate] {
    var seen: Set<String> = []
    var result: [GeocodeCandidate] = []
    for candidate in candidates {
      // The same spot under two readings, or a second entrance of one house, is one answer.
      let key =
        "\(candidate.label)|\(Int(candidate.coordinate.latitude * 1000))|\(Int(candidate.coordinate.longitude * 1000))"
      if seen.insert(key).inserted { result.append(candidate) }
    }
    return result
  }

  // MARK: Context

  private mutating func readContext() {
    let parts = query.components
    country = parts.country?.uppercased() ?? text.country
    let regionNames = parts.region.map { [TextFolding.fold($0)] } ?? text.regions
    regions = subdivisions(named: regionNames, level: 1)
    if let code = parts.regionCode {
      let byCode = subdivisions(named: [TextFolding.fold(code)], level: 1)
      if !byCode.isEmpty { regions = byCode }
    }
    let districtNames = parts.district.map { [TextFolding.fold($0)] } ?? text.districts
    districts = subdivisions(named: districtNames, level: 2)
    postcode = parts.postcode.map(TextFolding.fold) ?? text.postcode
    if let postcode { postcodePlaces = reader.places(postcode: postcode).filter(isInCountry) }
    house = parts.house ?? parts.street.flatMap { AddressText($0).house } ?? text.house
  }

  func isInCountry(_ place: PlaceRow) -> Bool { country == nil || place.country == country }

  private func subdivisions(named names: [String], level: Int) -> [SubdivisionRow] {
    for name in names {
      let words = name.split(separator: " ").map(String.init)
      let signs = level == 1 ? AddressWords.regions : AddressWords.districts
      let short = words.filter { !signs.contains($0) }.joined(separator: " ")
      for key in [name, short, "~" + TextFolding.skeleton(short)] where key.utf8.count > 2 {
        var rows = reader.subdivisions(key: key).filter { $0.level == level }
        if let country { rows = rows.filter { $0.country == country } }
        if country == nil, let hint = query.country?.uppercased() {
          let there = rows.filter { $0.country == hint }
          if !there.isEmpty { rows = there }
        }
        if level == 2, !regions.isEmpty {
          let inside = rows.filter { row in regions.contains { row.code.hasPrefix($0.code + ".") } }
          if !inside.isEmpty { rows = inside }
        }
        if !rows.isEmpty { return rows }
      }
    }
    return []
  }

  // MARK: Places

  private func localityHypotheses() -> [Hypothesis] {
    if let city = query.components.city, !city.isEmpty {
      let parsed = AddressText(city)
      let words = parsed.localities.first ?? parsed.free.first ?? TextFolding.words(city)
      let found = hypotheses(words: words, streets: streetReadings(excluding: nil))
      if !found.isEmpty { return found }
    }
    for words in text.localities {
      let found = hypotheses(words: words, streets: streetReadings(excluding: nil))
      if !found.isEmpty { return found }
    }
    var result: [Hypothesis] = []
    for (index, words) in text.free.enumerated() {
      let isStreetSegment =
        index == text.freeWithHouse && text.street == nil && query.components.street == nil
      let others = streetReadings(excluding: index)
      if !isStreetSegment || text.free.count == 1 {
        let whole = named(words.joined(separator: " "))
        if !whole.isEmpty {
          result += whole.map { evidence(for: $0, factor: 1, streets: others) }
          continue
        }
      }
      // "Барановичи Советская 12": the town at one end, the street is the rest.
      result += partial(words, others: others, factor: isStreetSegment && text.free.count > 1 ? 0.6 : 0.93)
    }
    if result.allSatisfy(\.isPartial), let word = text.countryWord {
      result += named(word).filter { $0.kind <= 1 }.map {
        evidence(for: $0, factor: 0.9, streets: streetReadings(excluding: nil))
      }
    }
    if text.streetMayHoldLocality, result.isEmpty, let street = text.street {
      result += partial(street, others: [], factor: 0.9)
    }
    return result
  }

  /// Readings of a marked locality: as many of its words as name a place, the rest may be a street.
  private func hypotheses(words: [String], streets: [[String]]) -> [Hypothesis] {
    for count in stride(from: min(words.count, 6), to: 0, by: -1) {
      let found = named(words.prefix(count).joined(separator: " "))
      guard !found.isEmpty else { continue }
      let rest = Array(words.dropFirst(count))
      let readings = rest.isEmpty ? streets : streets + [rest]
      return found.map { evidence(for: $0, factor: 1, streets: readings) }
    }
    return []
  }

  private func partial(_ words: [String], others: [[String]], factor: Double) -> [Hypothesis] {
    var result: [Hypothesis] = []
    for count in stride(from: min(words.count - 1, 4), to: 0, by: -1) {
      for fromStart in [true, false] {
        let part = fromStart ? words.prefix(count) : words.suffix(count)
        let key = part.joined(separator: " ")
        // Short words at the edge of a street's name are rarely towns.
        guard key.unicodeScalars.count > 2 else { continue }
        let rest = Array(fromStart ? words.dropFirst(count) : words.dropLast(count))
        let exact = reader.places(key: key).filter { isInCountry($0.place) }
        result += exact.map {
          var hypothesis = evidence(for: $0, factor: factor, streets: [rest] + others)
          hypothesis.isPartial = true
          return hypothesis
        }
      }
      if !result.isEmpty { break }
    }
    return result
  }

  /// Places of a folded name; those that only sound so when none has it.
  private func named(_ key: String) -> [NamedPlace] {
    guard !key.isEmpty else { return [] }
    let exact = reader.places(key: key).filter { isInCountry($0.place) }
    if !exact.isEmpty { return exact }
    let skeleton = TextFolding.skeleton(key)
    guard skeleton.utf8.count > 3 else { return [] }
    return reader.places(key: "~" + skeleton).filter { isInCountry($0.place) }
  }

  private func evidence(for named: NamedPlace, factor: Double, streets: [[String]]) -> Hypothesis {
    let place = named.place
    var value = factor * [1, 0.97, 0.75][min(max(named.kind, 0), 2)]
    if country == nil, let hint = query.country?.uppercased(), place.country != hint { value *= 0.3 }
    if !regions.isEmpty {
      if let region = place.region {
        if !regions.contains(where: { $0.id == region }) { value *= 0.35 }
      } else if !regions.contains(where: { $0.country == place.country }) {
        value *= 0.35
      } else {
        value *= 0.8
      }
    }
    if !districts.isEmpty { value *= districtFit(place) }
    if postcodePlaces.contains(where: { $0.id == place.id }) { value *= 1.1 }
    return Hypothesis(place: place, evidence: min(value, 1), streets: streets)
  }

  /// How well a place fits the districts said: 1 inside, less with the distance from the district's centre where the
  /// data does not say (a raion reaches some 40 km from its town, seldom 70).
  private func districtFit(_ place: PlaceRow) -> Double {
    districts.map { district in
      if place.district == district.id { return 1 }
      guard let centre = district.coordinate else { return 0.5 }
      let metres = GreatCircle.metres(centre, place.coordinate)
      return metres < 35_000 ? 1 : metres < 75_000 ? 0.9 : 0.5
    }.max() ?? 1
  }

  /// Orders the readings, keeps one of each place and says what share each has among its rivals.
  private func rank(_ hypotheses: inout [Hypothesis]) {
    if country == nil, let hint = query.country?.uppercased(),
      hypotheses.contains(where: { $0.place.country == hint })
    {
      hypotheses.removeAll { $0.place.country != hint }
    }
    hypotheses.sort { ($0.rank, -$0.place.id) > ($1.rank, -$1.place.id) }
    var seen: Set<Int> = []
    hypotheses = hypotheses.filter { seen.insert($0.place.id).inserted }
    guard let best = hypotheses.first?.evidence else { return }
    let weights = hypotheses.map { hypothesis -> Double in
      guard hypothesis.evidence > best * 0.6 else { return 0 }
      return pow(Double(hypothesis.place.population + 100), 0.7) * pow(hypothesis.evidence, 4)
    }
    let total = max(weights.reduce(0, +), 1e-9)
    for i in hypotheses.indices { hypotheses[i].share = weights[i] / total }
  }

  // MARK: Streets

  /// Words that may name the street when free segment `index` names the town.
  func streetReadings(excluding index: Int?) -> [[String]] {
    if let street = query.components.street, !street.isEmpty {
      let parsed = AddressText(street)
      return [parsed.street ?? parsed.free.first ?? TextFolding.words(street)]
    }
    if let street = text.street {
      guard text.streetMayHoldLocality else { return [street] }
      // "Минск Советская ул.": also without the first words.
      return (0..<max(street.count - 1, 1)).prefix(4).map { Array(street.dropFirst($0)) }
    }
    var readings: [[String]] = []
    if let withHouse = text.freeWithHouse, withHouse != index, text.free.indices.contains(withHouse) {
      readings.append(text.free[withHouse])
    }
    for (i, words) in text.free.enumerated() where i != index && i != text.freeWithHouse {
      readings.append(words)
    }
    return readings
  }

  private func subdivisionCandidates() -> [GeocodeCandidate] {
    let write = CandidateWriter(reader: reader)
    // What was asked for in more detail than a region has failed: the region is a poor answer then.
    let isAll =
      text.localities.isEmpty && text.free.isEmpty && query.components.city == nil && text.street == nil
    var rows = districts.isEmpty ? regions : districts
    if rows.isEmpty {
      rows = text.free.flatMap { words in
        reader.subdivisions(key: words.joined(separator: " ")).filter { row in
          row.level == 1 && (country == nil || row.country == country)
        }
      }
      if let hint = query.country?.uppercased(), rows.contains(where: { $0.country == hint }) {
        rows.removeAll { $0.country != hint }
      }
    }
    let share = rows.isEmpty ? 0 : 1 / Double(rows.count)
    return rows.prefix(query.limit).compactMap {
      write.subdivision($0, score: (isAll ? 0.9 : 0.5) * (0.5 + 0.5 * share))
    }
  }
}
