import Foundation
import Kernels

/// Words read as the name of a street, with the house number beside them.
struct StreetReading {
  /// Folded.
  var words: [String]
  /// Tokens of the words; empty when the street came in a column of its own.
  var tokens: Range<Int>
  var house: AddressText.HouseReading?
  /// A sign says that it is a street.
  var isMarked: Bool
  /// The number stands right beside the words.
  var isBesideHouse: Bool
}

extension Geocoder {
  /// A street found for a reading, and how well its name fits.
  struct StreetMatch {
    var street: UInt32
    var fit: Double
    var isCorrected = false
    var isBySound = false
  }

  /// What each reading of the place leads to.
  func answers(for readings: [PlaceReading]) -> [Answer] {
    var result: [Answer] = []
    for (k, reading) in readings.enumerated() {
      // Whoever wants one answer needs no long list of rivals, once there is a fair one.
      if query.limit == 1, k >= 3, result.contains(where: { $0.score > 0.6 }) { break }
      let own = answers(for: reading)
      result += own
      // Everything is explained down to the house: other readings explain no more.
      if let best = own.first, best.score > 0.93, best.unexplained == 0, reading.share > 0.6,
        best.house?.level == .house || houses.isEmpty
      {
        break
      }
    }
    return result
  }

  private func answers(for reading: PlaceReading) -> [Answer] {
    let place = data.places[Int(reading.place)]
    let readings = streetReadings(beside: reading)
    var best: [Answer] = []
    var bestScore = 0.0
    // Where the file knows no street of the place, only its neighbours' are left to look at.
    for street in readings.prefix(place.streetCount > 0 ? readings.count : 3) {
      guard let name = streetNames.name(of: street.words) else { continue }
      var found = matches(name, in: place).prefix(6).flatMap { answers(for: $0, street, reading) }
      if street.house != nil, !found.isEmpty, !found.contains(where: { $0.house?.level == .house }) {
        // The house may stand on the part of the street that the file counts to a village near by, or on a street
        // of nearly that name.
        let beyond = neighbours(name, of: place) + matchesWithSlips(name, in: place)
        found += beyond.prefix(8).flatMap { answers(for: $0, street, reading) }
          .filter { $0.house?.level == .house }
      }
      guard !found.isEmpty else { continue }
      let score = found.map(\.score).max() ?? 0
      if score > bestScore { (best, bestScore) = (found, score) }
      if score > 0.9 { break }
    }
    guard best.isEmpty else { return best.sorted { $0.order > $1.order } }
    return [placeAnswer(reading, readings.first)]
  }

  // MARK: Scores

  /// Letters of a token as far as they count: a long word weighs as one of ten letters, a number as two.
  private func weight(_ i: Int) -> Double {
    let token = text.tokens[i]
    return token.startsWithDigit ? 2 : Double(min(token.length, 10))
  }

  /// The share of the text that a reading explains, and what is left over.
  private func coverage(
    of reading: PlaceReading, street: Range<Int>, house: Range<Int>, halfExplained: Range<Int> = 0..<0
  ) -> (share: Double, leftOver: [Int], letters: Int) {
    var explained = 0.0
    var total = 0.0
    var letters = 0
    var leftOver: [Int] = []
    for i in text.tokens.indices where !text.used[i] {
      let token = text.tokens[i]
      let w = weight(i)
      if reading.tokens.contains(i) || street.contains(i) || house.contains(i) {
        explained += w
      } else if reading.signs.contains(i) || text.has(i, .housePart) && token.length <= 4
        || token.length <= 1 && !token.startsWithDigit
      {
        continue
      } else if isSaidElsewhere(token) {
        explained += w
      } else if halfExplained.contains(i) {
        explained += 0.72 * w
      } else {
        leftOver.append(i)
        if !token.startsWithDigit { letters += token.length }
        // A sign of a street or settlement that nothing follows says little.
        if !token.roles.isEmpty { explained += 0.5 * w }
      }
      total += w
    }
    return (total > 0 ? explained / total : 1, leftOver, letters)
  }

  /// The word repeats what a column says, or names the region or country of the place.
  private func isSaidElsewhere(_ token: AddressToken) -> Bool {
    if let cityText, cityText.tokens.contains(where: { $0.key == token.key }) { return true }
    if token.key == text.countryWord { return true }
    guard !token.startsWithDigit, token.length >= 4 else { return false }
    return regionWords.contains(token.key)
  }

  /// Folded words of the subdivisions asked for.
  private var regionWords: [String] { text.regions + text.districts }

  /// Words left over that name the region or district the place lies in speak for it.
  private func isNameOfRegion(_ i: Int, of place: PlaceRecord) -> Bool {
    let key = Array(text.tokens[i].key.utf8)
    for posting in data.postings(place: key) where posting.kind >= GazetteerDraft.NameKind.region.rawValue {
      if posting.reference == place.region || posting.reference == place.district { return true }
      if let row = data.subdivision(posting.reference), row.level == 0, row.country == place.country {
        return true
      }
    }
    return false
  }

  private func finish(
    _ answer: inout Answer, base: Double, coverage: (share: Double, leftOver: [Int], letters: Int),
    place: PlaceRecord
  ) {
    var (share, leftOver, letters) = coverage
    let named = leftOver.filter { !text.tokens[$0].startsWithDigit && isNameOfRegion($0, of: place) }
    if !named.isEmpty {
      leftOver.removeAll { named.contains($0) }
      let total = text.tokens.indices.filter { !text.used[$0] }.map { weight($0) }.reduce(0, +)
      answer.hasRegionBeside = true
      for i in named {
        share = min(1, share + weight(i) / max(total, 1))
        letters -= text.tokens[i].length
      }
    }
    answer.leftOver = leftOver
    answer.unexplained = letters
    var score = base * pow(share, 1.4)
    if let postcode, let own = answer.house?.postcode, own != 0 {
      // The door's own postcode agrees or not.
      let same = data.withText(own) { TextFold.fold(String(decoding: $0, as: UTF8.self)) } == postcode
      if !same { score *= 0.97 }
    }
    answer.score = min(max(score, 0), 1)
    // What is known to the door comes before a street of a slightly better name.
    answer.order = answer.score * (answer.house?.level == .house ? 1.1 : answer.house != nil ? 1.03 : 1)
    if let near = query.near {
      let at =
        answer.house?.coordinate ?? answer.street.map { data.streets[Int($0)].coordinate } ?? place.coordinate
      answer.order *= 1 + 0.4 * exp(-GreatCircle.metres(near, at) / 20_000)
    }
  }

  private func placeAnswer(_ reading: PlaceReading, _ street: StreetReading?) -> Answer {
    let place = data.places[Int(reading.place)]
    var answer = Answer(score: 0)
    answer.place = reading.place
    answer.placeSpelling = reading.isCorrected ? 0 : reading.spelling
    answer.take(reading)
    let doubt = 0.55 + 0.45 * reading.share
    // A street was asked for and is not known: the town may be right, the answer is less than was hoped for.
    var base = 0.985 * reading.evidence * doubt
    let half =
      street.map { $0.isMarked || $0.isBesideHouse ? $0.tokens.union($0.house?.tokens) : 0..<0 } ?? 0..<0
    if street != nil || query.components.street?.isEmpty == false || !houses.isEmpty {
      // A corrected town that nothing else speaks for is a guess.
      base *= reading.isCorrected ? 0.7 : 0.96
      // Where the file knows larger towns only, a village of the name is as likely.
      if country == 0, hint == 0,
        !GazetteerDraft.soundCountries.contains(GazetteerLayout.country(place.country)),
        place.population < 1_000_000
      {
        base *= 0.7
      }
    }
    finish(
      &answer, base: base, coverage: coverage(of: reading, street: 0..<0, house: 0..<0, halfExplained: half),
      place: place)
    return answer
  }

  func answers(
    for match: StreetMatch, _ street: StreetReading, _ reading: PlaceReading
  ) -> [Answer] {
    let record = data.streets[Int(match.street)]
    let town = record.place
    guard let place = data.place(town) else { return [] }
    func answer(_ house: Answer.HouseFound?, _ fit: Double) -> Answer {
      var answer = Answer(score: 0)
      answer.place = town
      answer.placeSpelling = town == reading.place && !reading.isCorrected ? reading.spelling : 0
      answer.street = match.street
      answer.house = house
      answer.take(reading)
      answer.streetTokens = street.tokens
      answer.isStreetCorrected = match.isCorrected || match.isBySound && isWrittenOtherwise(street, record)
      answer.isStreetMarked = street.isMarked
      let houseTokens = street.house?.tokens ?? 0..<0
      answer.houseTokens = houseTokens
      // That the town has such a street, and the street such a house, speaks for the town.
      let support = (match.fit > 0.95 ? 0.25 : 0.45) * (house?.level == .house ? 0.5 : 1)
      let evidence = 1 - (1 - reading.evidence) * support
      let doubt = 1 - (1 - reading.share) * 0.12
      // And that the house is there, for the street.
      let streetFit = house?.level == .house ? 1 - (1 - match.fit) * 0.6 : match.fit
      finish(
        &answer, base: 0.99 * evidence * doubt * streetFit * fit,
        coverage: coverage(of: reading, street: street.tokens, house: houseTokens), place: place)
      return answer
    }
    guard let wanted = street.house else { return [answer(nil, 0.97)] }
    let found = houseMatches(wanted.text, on: record)
    guard !found.isEmpty else { return [answer(nil, 0.86)] }
    return found.prefix(5).map { answer($0, $0.fit) }
  }

  // MARK: Readings

  /// Runs of words that may name the street when `reading` names the place, the likeliest first.
  func streetReadings(beside reading: PlaceReading) -> [StreetReading] {
    if let column = query.components.street, !column.isEmpty {
      var words = AddressText(column).tokens
      if let house = AddressText(column).houses.first {
        words = words.enumerated().filter { !house.tokens.contains($0.offset) }.map(\.element)
      }
      let parts = words.filter { !($0.roles == .house) }.flatMap(\.words)
      return [
        StreetReading(
          words: parts.isEmpty ? TextFolding.words(column) : parts, tokens: 0..<0, house: houses.first,
          isMarked: true, isBesideHouse: true)
      ]
    }
    var result: [(rank: Double, reading: StreetReading)] = []
    let options: [AddressText.HouseReading?] = houses.isEmpty ? [nil] : houses.prefix(3).map { $0 }
    for (k, house) in options.enumerated() {
      for run in runs(without: reading, house) {
        guard let street = streetReading(run, house) else { continue }
        var rank = Double(min(run.reduce(0) { $0 + text.tokens[$1].length }, 12)) / 100
        if street.isMarked { rank += 1 }
        if street.isBesideHouse { rank += 0.8 }
        rank -= 0.35 * Double(k)
        result.append((rank, street))
      }
    }
    return result.sorted { $0.rank > $1.rank }.prefix(7).map(\.reading)
  }

  /// Runs of free words in one segment, beside a place and a house number.
  private func runs(without reading: PlaceReading, _ house: AddressText.HouseReading?) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start: Int?
    func close(_ end: Int) {
      if let first = start, first < end { result += parts(of: first..<end) }
      start = nil
    }
    for i in text.tokens.indices {
      let isBlocked =
        text.used[i] || reading.tokens.contains(i) || reading.signs.contains(i)
        || house?.tokens.contains(i) == true
      if isBlocked {
        close(i)
        continue
      }
      if let first = start, text.tokens[first].segment != text.tokens[i].segment { close(i) }
      if start == nil { start = i }
    }
    close(text.tokens.count)
    return result
  }

  /// A run, and where signs inside it open another part, the parts.
  private func parts(of run: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = [run]
    for i in run.dropFirst() where text.opensPart(i) && text.has(i, [.street, .settlement]) {
      if i + 1 < run.upperBound { result.append(i..<run.upperBound) }
      result.append(run.lowerBound..<i)
    }
    // "Hotel Ackerstraße", "Ackerstraße Hinterhaus": a word too many at either end.
    if run.count >= 2, run.count <= 6 {
      result.append(run.dropFirst())
      result.append(run.dropLast())
      if run.count >= 3 {
        result.append(run.dropFirst(2))
        result.append(run.dropLast(2))
      }
    }
    return result
  }

  private func streetReading(_ run: Range<Int>, _ house: AddressText.HouseReading?) -> StreetReading? {
    var words: [String] = []
    var hasName = false
    var isMarked = false
    for i in run {
      let token = text.tokens[i]
      // Signs of a house left alone say nothing; a settlement's in front neither.
      if token.roles == .house || text.has(i, .housePart) && token.length <= 1 && i + 1 == run.upperBound {
        continue
      }
      if token.roles.contains(.street) {
        isMarked = true
      } else {
        hasName = hasName || token.length > 1 || token.startsWithDigit
      }
      words += token.words
    }
    guard !words.isEmpty else { return nil }
    if !hasName && run.count == 1 && text.tokens[run.lowerBound].length <= 3 { return nil }
    if run.allSatisfy({ text.tokens[$0].startsWithDigit }) { return nil }
    isMarked = isMarked || words.contains(where: AddressWords.endsAsStreet)
    let isBeside =
      house.map { house in
        guard !house.tokens.isEmpty else { return false }
        // "Ackerstraße, 5"; but "5, Ackerstraße" only as "5 Ackerstraße".
        let isBefore =
          house.tokens.upperBound == run.lowerBound
          && (house.isMarked
            || text.tokens[house.tokens.lowerBound].segment == text.tokens[run.lowerBound].segment)
        return house.tokens.lowerBound == run.upperBound || isBefore
      } ?? false
    return StreetReading(words: words, tokens: run, house: house, isMarked: isMarked, isBesideHouse: isBeside)
  }
}

extension AddressToken {
  /// The words of the key: `пр т` is two.
  var words: [String] { key.utf8.contains(0x20) ? key.split(separator: " ").map(String.init) : [key] }
}

extension Range<Int> {
  /// The smallest range over both; an empty one counts for nothing.
  func union(_ other: Range<Int>?) -> Range<Int> {
    guard let other, !other.isEmpty else { return self }
    return isEmpty ? other : Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
