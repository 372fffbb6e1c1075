import Foundation
import Kernels

/// Type-ahead: what a person may be about to write, while the last word is unfinished.
///
/// Three readings are tried: the whole text begins the name of a place; some words name a place and the others begin a
/// street in it, in either order; the whole text begins the name of a street. A number behind is a house. Names are
/// compared folded, as everywhere, and by sound where that finds too little.
struct Suggestions {
  let data: GazetteerData
  let country: UInt16
  let near: Coordinate?
  let limit: Int

  /// Places that are looked at for one or two letters, the largest first.
  private static let mostPlaces = 10_000

  private struct Found {
    var answer: Answer
    var rank: Double
  }

  func run(_ text: String) -> [Answer] {
    let tokens = AddressToken.tokens(of: text)
    // Flats are not suggested; the last number behind a name is the house.
    var words = tokens.filter { !$0.looksLikePostcode && !($0.roles == .house) }
    var house: String?
    if let last = words.lastIndex(where: { $0.looksLikeHouse }), last > 0 {
      house = words[last].raw
      words.remove(at: last)
    }
    words.removeAll { $0.roles.contains(.settlement) && $0.isDotted && $0.length <= 3 }
    guard !words.isEmpty else { return [] }
    let keys = words.map { Array($0.key.utf8) }
    var found: [Found] = []
    if house == nil { found += places(beginning: Self.joined(keys), bySound: false) }
    if keys.count > 1 { found += streetsInTowns(words, keys, house: house) }
    if found.count < limit || house != nil { found += streets(beginning: words, house: house) }
    if found.count < limit, house == nil { found += places(beginning: Self.joined(keys), bySound: true) }
    var result: [Answer] = []
    for one in found.sorted(by: { $0.rank > $1.rank }) where result.count < limit {
      let known = result.contains {
        $0.place == one.answer.place && $0.street == one.answer.street
          && $0.house?.number == one.answer.house?.number
      }
      if !known { result.append(one.answer) }
    }
    return result
  }

  private static func joined(_ keys: [[UInt8]]) -> [UInt8] { Array(keys.joined(separator: [0x20])) }

  private func closeness(_ coordinate: Coordinate) -> Double {
    near.map { 1 + 2 * exp(-GreatCircle.metres($0, coordinate) / 50_000) } ?? 1
  }

  // MARK: Places

  /// The places whose names begin so, the largest first; places stand in the file by population.
  private func places(beginning key: [UInt8], bySound: Bool) -> [Found] {
    var prefix = key
    if bySound {
      guard let sound = GazetteerDraft.skeletonKey(key), sound.count > 4 else { return [] }
      prefix = sound
    }
    let rows =
      !bySound && TextLetters.letters(ofFolded: key).count <= 2
      ? largest(beginning: key) : filed(beginning: prefix)
    return rows.map { row, spelling, isWhole in
      let place = data.places[Int(row)]
      var answer = Answer(score: bySound ? 0.6 : isWhole ? 0.95 : 0.8)
      answer.place = row
      answer.placeSpelling = bySound ? nil : spelling
      let size = log10(Double(max(place.population, 10)))
      return Found(
        answer: answer, rank: size * closeness(place.coordinate) * (isWhole ? 1.25 : 1) * (bySound ? 0.6 : 1))
    }
  }

  private func begins(_ text: UInt32, with key: [UInt8]) -> Bool {
    data.withText(text) { text in
      var folded: [UInt8] = []
      TextFold.fold(text, into: &folded)
      return folded.starts(with: key)
    }
  }

  /// One or two letters begin a tenth of all names: of these the largest places by their own names will do.
  private func largest(beginning key: [UInt8]) -> [(row: UInt32, spelling: UInt32, isWhole: Bool)] {
    var result: [(row: UInt32, spelling: UInt32, isWhole: Bool)] = []
    for row in 0..<min(data.places.count, Self.mostPlaces) where result.count < limit * 3 {
      let place = data.places[row]
      if country != 0, place.country != country { continue }
      if let near, GreatCircle.metres(near, place.coordinate) > 300_000 { continue }
      for name in [place.name, place.cyrillic] where name != 0 && begins(name, with: key) {
        result.append((UInt32(row), name, false))
        break
      }
    }
    return result
  }

  private func filed(beginning prefix: [UInt8]) -> [(row: UInt32, spelling: UInt32, isWhole: Bool)] {
    let names = prefix.withUnsafeBufferPointer { data.placeNames.prefixed($0) }
    // The smallest rows are the largest places; a few more than wanted, since a whole name comes first.
    var best: [(row: UInt32, spelling: UInt32, isWhole: Bool)] = []
    let kept = near == nil ? limit * 3 : 2000
    for name in names {
      let isWhole = data.placeNames.key(name).count == prefix.count
      for posting in data.placePostings[data.placeNames.postings(name)]
      where posting.kind <= GazetteerDraft.NameKind.placeSkeleton.rawValue {
        guard Int(posting.reference) < data.places.count else { continue }
        if country != 0, data.places[Int(posting.reference)].country != country { continue }
        if best.count >= kept, let last = best.last, posting.reference >= last.row, !isWhole { continue }
        if let known = best.firstIndex(where: { $0.row == posting.reference }) {
          best[known].isWhole = best[known].isWhole || isWhole
          if isBetter(posting.spelling, than: best[known].spelling) {
            best[known].spelling = posting.spelling
          }
          continue
        }
        let at = best.firstIndex { $0.row > posting.reference } ?? best.endIndex
        best.insert((posting.reference, posting.spelling, isWhole), at: at)
        if best.count > kept { best.removeLast() }
      }
    }
    // Its own name, where that begins so.
    return best.map { row, spelling, isWhole in
      let place = data.places[Int(row)]
      let own = [place.name, place.cyrillic].first { $0 != 0 && begins($0, with: prefix) }
      return (row, own ?? spelling, isWhole)
    }
  }

  /// Of two spellings of a place the fuller one, of equally long ones that with its own letters: "Warszawa" before
  /// "Warszaw", "München" before "Munchen".
  private func isBetter(_ a: UInt32, than b: UInt32) -> Bool {
    let (x, y) = (data.text(a), data.text(b))
    let (m, n) = (x.unicodeScalars.count, y.unicodeScalars.count)
    return m != n ? m > n && m <= n + 3 : x.utf8.count > y.utf8.count
  }

  /// Rows of the places that a whole name means, the largest first.
  private func places(named key: [UInt8], most: Int) -> [UInt32] {
    var rows: [UInt32] = []
    for posting in data.postings(place: key)
    where posting.kind <= GazetteerDraft.NameKind.placeAlias.rawValue && !rows.contains(posting.reference) {
      guard let place = data.place(posting.reference), country == 0 || place.country == country else {
        continue
      }
      rows.append(posting.reference)
      if rows.count >= most { break }
    }
    return rows
  }

  // MARK: Streets

  /// "Минск Сурга", "Ackerstr Neubr": a place at one end, whole or begun, a street at the other.
  private func streetsInTowns(_ words: [AddressToken], _ keys: [[UInt8]], house: String?) -> [Found] {
    var found: [Found] = []
    for split in 1..<keys.count {
      for row in places(named: Self.joined(Array(keys[..<split])), most: 8) {
        let place = data.places[Int(row)]
        guard place.streetCount > 0 else { continue }
        found += streets(beginning: Array(words[split...]), in: place, house: house, weight: 1.5)
      }
      // The town may be the unfinished word.
      let town = Self.joined(Array(keys[split...]))
      found += streets(beginning: Array(words[..<split]), house: house, weight: 1.4) { place in
        data.withText(place.name) { TextFold.fold(String(decoding: $0, as: UTF8.self)).starts(with: town) }
          || data.withText(place.cyrillic) {
            TextFold.fold(String(decoding: $0, as: UTF8.self)).starts(with: town)
          }
      }
    }
    return found
  }

  private func streets(
    beginning words: [AddressToken], in place: PlaceRecord, house: String?, weight: Double
  ) -> [Found] {
    let rows = data.streetRows(of: place)
    return streets(beginning: words, house: house, weight: weight, rows: rows) { _ in true }
  }

  private func streets(
    beginning words: [AddressToken], house: String?, weight: Double = 1, rows: Range<Int>? = nil,
    where accepts: (PlaceRecord) -> Bool = { _ in true }
  ) -> [Found] {
    // Signs of a street are no part of its key: "ул. Сов" begins "советская".
    let telling = words.filter { !$0.roles.contains(.street) || words.count == 1 }
    guard !telling.isEmpty, let name = StreetName(words: telling.flatMap(\.words)) else { return [] }
    var result: [Found] = []
    for (prefix, factor) in [(name.key, 1.0), (name.skeleton, 0.7)] where result.count < limit {
      let bytes = Array(prefix.utf8)
      guard bytes.count > 1 else { continue }
      let names = bytes.withUnsafeBufferPointer { data.streetNames.prefixed($0) }
      var looked = 0
      for key in names where looked < 5000 {
        for posting in data.streetPostings[data.streetNames.postings(key)] {
          looked += 1
          if looked >= 5000 { break }
          if let rows, !rows.contains(Int(posting.reference)) { continue }
          guard posting.kind <= StreetName.Fit.sound.rawValue, let street = data.street(posting.reference),
            let place = data.place(street.place), country == 0 || place.country == country, accepts(place)
          else { continue }
          var answer = Answer(score: 0.8 * factor)
          answer.place = street.place
          answer.placeSpelling = place.name
          answer.street = posting.reference
          var rank = 2 + log10(Double(max(place.population, 10))) / 3 + Double(street.houseCount) / 500
          if let house {
            answer.house = HouseSearch(data: data, postcode: nil).matches(house, on: street).first
            rank *= answer.house?.level == .house ? 2 : 0.5
          }
          result.append(
            Found(answer: answer, rank: rank * weight * factor * closeness(street.coordinate)))
        }
      }
    }
    return Array(result.sorted { $0.rank > $1.rank }.prefix(limit * 3))
  }
}

extension Gazetteer {
  /// Places, streets and houses that a text may be the beginning of, best first; the last word is unfinished. Answers
  /// within a few milliseconds whatever is typed.
  /// - Parameters:
  ///   - country: ISO 3166-1 alpha-2; only there.
  ///   - near: what lies near comes first.
  public func suggest(
    _ text: String, country: String? = nil, near: Coordinate? = nil, limit: Int = 8
  ) -> [GeocodeCandidate] {
    guard limit > 0 else { return [] }
    let code = GazetteerLayout.country(country?.uppercased() ?? "")
    let cut = String(String.UnicodeScalarView(text.unicodeScalars.prefix(AddressText.limit)))
    var asked = cut
    var answers = Suggestions(data: data, country: code, near: near, limit: limit).run(cut)
    if answers.isEmpty, let other = KeyboardLayout.other(cut, from: 3) {
      answers = Suggestions(data: data, country: code, near: near, limit: limit).run(other)
      asked = other
    }
    let write = CandidateWriter(data: data, query: GeocodeQuery(asked))
    return answers.compactMap { write.candidate($0, detail: GeocodeDetail()) }
  }
}
