import Foundation
import Kernels

/// How a name of the file and the words of a text agree.
enum NameMatch: Hashable {
  /// Letter for letter the name that the source calls the place by.
  case own
  /// Letter for letter another of its names.
  case alias
  /// By sound; so many letters differ when both are written in one alphabet.
  case sound(errors: Int)
  /// With slips.
  case slip

  /// Found by sound, and not only written in another alphabet.
  var isWrittenOtherwise: Bool {
    if case .sound(let errors) = self { return errors > 0 }
    return false
  }
}

/// A span of words read as the name of a place.
struct PlaceReading {
  var place: UInt32
  var spelling: UInt32
  /// How well the name fits, and how well its place in the text does.
  var fit: Double
  /// With country, region, district.
  var evidence: Double
  /// Tokens of the name, and of the sign before it; empty when the town came from elsewhere.
  var tokens: Range<Int>
  var signs: Range<Int>
  var isCorrected = false
  var match = NameMatch.own
  /// Found by its postcode, not by name.
  var isFromPostcode = false
  var share = 1.0
}

extension Geocoder {
  /// Readings of the place by name and by sound.
  func placeReadings() -> [PlaceReading] {
    if let cityText {
      let own = readings(in: cityText, isColumn: true) { key in self.named(key) }
      if !own.isEmpty { return own }
    }
    var result = readings(in: text, isColumn: false) { key in self.named(key) }
    if let word = text.countryWord, result.isEmpty || result.allSatisfy({ $0.evidence < 0.6 }) {
      // Monaco and Luxembourg are towns too.
      result += named(Array(word.utf8)).filter { $0.fit > 0.9 }.map {
        PlaceReading(
          place: $0.place, spelling: $0.spelling, fit: 0.9, evidence: 0.9 * agreement(of: $0.place),
          tokens: 0..<0, signs: 0..<0)
      }
    }
    result += postcodePlaces.map {
      PlaceReading(
        place: $0, spelling: data.places[Int($0)].name, fit: 0.72, evidence: 0.72 * agreement(of: $0),
        tokens: 0..<0, signs: 0..<0, isFromPostcode: true)
    }
    return result
  }

  /// Readings whose name is some errors away from the words.
  func placeReadingsWithSlips(errors: Int) -> [PlaceReading] {
    if let cityText {
      return readings(in: cityText, isColumn: true, longest: 2) { key in self.misspelt(key, errors: errors) }
    }
    return readings(in: text, isColumn: false, longest: 2) { key in self.misspelt(key, errors: errors) }
  }

  struct NamedPlace {
    var place: UInt32
    var spelling: UInt32
    var fit: Double
    var isCorrected = false
    var match = NameMatch.own
  }

  /// Places of a folded name; those that only sound so when none that has it agrees with what else is said.
  private func named(_ key: [UInt8]) -> [NamedPlace] {
    let exact = places(data.postings(place: key), fits: (1, 0.99))
    if exact.contains(where: { agreement(of: $0.place) > 0.5 }) { return exact }
    // A sound much shorter than the word ("aaaa bbbb") says nothing.
    guard let sound = GazetteerDraft.skeletonKey(key),
      sound.count * 2 > TextLetters.letters(ofFolded: key).count
    else { return exact }
    // Two letters sound like a place only where region or district narrow the choice.
    if sound.count <= 3, regions.isEmpty, districts.isEmpty { return exact }
    // Of a short word the sound says little.
    let fit = key.count <= 4 ? 0.7 : 0.93
    // Of names that sound alike the one written more alike is meant.
    let heard = places(data.postings(place: sound), fits: (fit, fit)).map { named in
      let errors = differences(key, data.text(named.spelling))
      return NamedPlace(
        place: named.place, spelling: 0, fit: fit * (1 - 0.02 * Double(errors)), match: .sound(errors: errors)
      )
    }
    return exact + heard
  }

  /// Letters that differ when both are written in Latin; at most 5.
  func differences(_ key: [UInt8], _ spelling: String) -> Int {
    func latin(_ text: String) -> [UInt8] {
      TextLetters.letters(ofFolded: TextFold.fold(Transliteration.latin(text, scheme: .passport)))
    }
    let typed = latin(String(decoding: key, as: UTF8.self))
    return EditDistance.between(typed, latin(spelling), limit: 5) ?? 5
  }

  private func places(
    _ postings: Slice<UnsafeBufferPointer<NamePosting>>, fits: (Double, Double)
  ) -> [NamedPlace] {
    var result: [NamedPlace] = []
    for posting in postings where posting.kind <= GazetteerDraft.NameKind.placeSkeleton.rawValue {
      guard let place = data.place(posting.reference), isInCountry(place) else { continue }
      if result.last?.place == posting.reference { continue }
      result.append(
        NamedPlace(
          place: posting.reference, spelling: posting.spelling, fit: posting.kind == 0 ? fits.0 : fits.1,
          match: posting.kind == 0 ? .own : .alias))
      if result.count >= 400 { break }
    }
    return result
  }

  /// One error in words of four letters and more, two from eight.
  private func misspelt(_ key: [UInt8], errors: Int) -> [NamedPlace] {
    let typed = TextLetters.letters(ofFolded: key)
    guard typed.count >= (errors == 1 ? 4 : 8), let sound = GazetteerDraft.skeletonKey(key) else { return [] }
    let names =
      errors == 1 ? data.soundsOneErrorAway(sound) : data.soundsWithin(2, of: sound, most: 40)
    var result: [NamedPlace] = []
    for name in names {
      for posting in data.placePostings[data.placeNames.postings(name.name)]
      where posting.kind <= GazetteerDraft.NameKind.placeSkeleton.rawValue {
        guard let place = data.place(posting.reference), isInCountry(place),
          result.last?.place != posting.reference,
          let distance = letterErrors(typed, posting.spelling, sound: name.distance), distance > 0
        else { continue }
        result.append(
          NamedPlace(
            place: posting.reference, spelling: posting.spelling,
            fit: Self.slipFit(letters: typed.count, errors: distance, population: place.population),
            isCorrected: true, match: .slip))
        if result.count >= 300 { return result }
      }
    }
    return result
  }

  /// Errors between the letters typed and a name of the file; those of the sound where the alphabets differ. Nil for more
  /// than two.
  private func letterErrors(_ typed: [UInt8], _ spelling: UInt32, sound: Int) -> Int? {
    let own = data.withText(spelling) {
      TextLetters.letters(ofFolded: TextFold.fold(String(decoding: $0, as: UTF8.self)))
    }
    let isSameAlphabet = (typed.first ?? 0) & 0x80 == (own.first ?? 0) & 0x80
    return isSameAlphabet ? EditDistance.between(typed, own, limit: 2) : sound
  }

  /// How sure a corrected name is by itself: the longer the word and the larger the town, the surer.
  private static func slipFit(letters: Int, errors: Int, population: UInt32) -> Double {
    let byLength = letters >= 8 ? 0.84 : letters >= 6 ? 0.76 : 0.6
    let bySize =
      population >= 100_000 ? 1 : population >= 20_000 ? 0.88 : population >= 3000 ? 0.7 : 0.57
    return byLength * bySize * (errors <= 1 ? 1 : 0.62)
  }

  /// Every span of words in a text that `find` knows a place for.
  private func readings(
    in text: AddressText, isColumn: Bool, longest: Int = 4, find: ([UInt8]) -> [NamedPlace]
  ) -> [PlaceReading] {
    let tokens = text.tokens
    var result: [PlaceReading] = []
    let hasMarked = tokens.indices.contains { text.settlementSign(before: $0) != nil }
    for start in tokens.indices {
      let segment = tokens[start].segment
      guard text.isFree(start, in: segment), !tokens[start].startsWithDigit else { continue }
      // Abbreviated signs are no names; "Порт", "Ring" may be.
      if !tokens[start].roles.isEmpty, tokens[start].length <= 3 || tokens[start].isDotted { continue }
      let sign = text.settlementSign(before: start)
      var key: [UInt8] = []
      var found: [PlaceReading] = []
      for end in start..<min(start + longest, tokens.count) {
        guard text.isFree(end, in: segment), !tokens[end].startsWithDigit || end > start && longest > 2 else {
          break
        }
        if end > start { key.append(0x20) }
        key.append(contentsOf: tokens[end].key.utf8)
        let range = start..<end + 1
        let context = isColumn ? 1 : text.contextOfName(range, isMarked: sign != nil, hasMarked: hasMarked)
        guard context > 0.2 else { continue }
        let places = find(key)
        guard !places.isEmpty else { continue }
        let signs = sign ?? start..<start
        found += places.map { named in
          PlaceReading(
            place: named.place, spelling: named.spelling, fit: named.fit * context,
            evidence: named.fit * context * agreement(of: named.place), tokens: isColumn ? 0..<0 : range,
            signs: isColumn ? 0..<0 : signs, isCorrected: named.isCorrected, match: named.match)
        }
      }
      result += found
    }
    return result
  }

  /// The best readings, one of each place, with the share each has among its rivals.
  func ranked(_ readings: [PlaceReading]) -> [PlaceReading] {
    var readings = readings
    if country == 0, hint != 0,
      readings.contains(where: { data.places[Int($0.place)].country == hint && $0.evidence > 0.5 })
    {
      readings.removeAll { data.places[Int($0.place)].country != hint }
    }
    for k in readings.indices where !readings[k].isFromPostcode && postcodePlaces.contains(readings[k].place)
    {
      readings[k].evidence = min(readings[k].evidence * 1.1, 1)
    }
    func rank(_ reading: PlaceReading) -> Double {
      let place = data.places[Int(reading.place)]
      var rank = reading.evidence * (1 + 0.06 * log10(Double(max(place.population, 10))))
      // A postcode picks among homonyms and slips.
      if !postcodePlaces.isEmpty, postcodePlaces.contains(reading.place) { rank *= 1.6 }
      // A longer name explains more: "Новая Боровая" before "Боровая".
      rank *= 1 + 0.04 * Double(reading.tokens.count)
      if let near = query.near {
        rank *= 1 + 0.5 * exp(-GreatCircle.metres(near, place.coordinate) / 50_000)
      }
      return rank
    }
    var scored = readings.map { (rank: rank($0), reading: $0) }
    if scored.count > 1 { scored.sort { ($0.rank, $1.reading.place) > ($1.rank, $0.reading.place) } }
    var result: [PlaceReading] = []
    for (_, reading) in scored where !result.contains(where: { $0.place == reading.place }) {
      result.append(reading)
      if result.count >= 40 { break }
    }
    guard let best = result.first?.evidence else { return [] }
    let weights = result.map { reading -> Double in
      guard reading.evidence > best * 0.6 else { return 0 }
      let place = data.places[Int(reading.place)]
      var weight = pow(Double(place.population + 100), 0.7) * pow(reading.evidence, 4)
      if let near = query.near {
        weight *= 0.02 + exp(-GreatCircle.metres(near, place.coordinate) / 50_000)
      }
      return weight
    }
    // Rivals are those that read the same words.
    for k in result.indices {
      let total = zip(result, weights).reduce(0.0) { sum, other in
        other.0.tokens.overlaps(result[k].tokens) || other.0.tokens.isEmpty && result[k].tokens.isEmpty
          ? sum + other.1 : sum
      }
      result[k].share = total > 0 ? weights[k] / total : 1
    }
    return Array(result.prefix(12))
  }
}

extension AddressText {
  /// The tokens of a sign that says "a settlement follows" (`г.`, `г. п.`, `деревня`) right before a token.
  func settlementSign(before i: Int) -> Range<Int>? {
    let segment = tokens.indices.contains(i) ? tokens[i].segment : -1
    guard i > 0, isFree(i - 1, in: segment), has(i - 1, .settlement) else { return nil }
    let sign = tokens[i - 1]
    // A single letter is a sign with a dot or before a capital; a number before it makes it a house's.
    if sign.length == 1 {
      if !sign.isDotted, !tokens[i].isCapital { return nil }
      if i > 1, tokens[i - 2].startsWithDigit, tokens[i - 2].segment == segment, !sign.isDotted { return nil }
    }
    if i > 1, isFree(i - 2, in: segment), has(i - 2, .settlement), tokens[i - 2].length == 1,
      tokens[i - 1].length <= 2
    {
      return i - 2..<i
    }
    return i - 1..<i
  }

  /// What the words around a span say for and against its being a place's name.
  func contextOfName(_ range: Range<Int>, isMarked: Bool, hasMarked: Bool) -> Double {
    if isMarked { return 1 }
    let segment = tokens[range.lowerBound].segment
    let before = range.lowerBound - 1
    let after = range.upperBound
    var value = hasMarked ? 0.72 : 0.98
    func isStreetSign(_ i: Int) -> Bool {
      isFree(i, in: segment) && has(i, .street) && (tokens[i].length > 1 || tokens[i].isDotted)
    }
    // "ул. Минская", "Gedimino pr.": the name of a street.
    if isStreetSign(before), !has(before, .trailingStreet) { value *= 0.5 }
    if isStreetSign(after), tokens[after].roles.contains(.trailingStreet) || !isFree(after + 1, in: segment) {
      value *= 0.6
    }
    // A whole segment is likelier a town than a part of one; a number right behind makes it a street.
    let startsSegment = before < 0 || tokens[before].segment != segment || used[before]
    let endsSegment = after >= tokens.count || tokens[after].segment != segment || used[after]
    if !(startsSegment && endsSegment) { value *= 0.97 }
    if !startsSegment, !endsSegment { value *= 0.94 }
    if isFree(after, in: segment), tokens[after].looksLikeHouse { value *= 0.8 }
    if has(range.lowerBound, [.street, .settlement]) { value *= 0.7 }
    return value
  }
}
