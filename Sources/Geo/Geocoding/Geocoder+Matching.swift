import Foundation
import Kernels

extension Geocoder {
  // MARK: Streets in a place

  /// Streets of a place, or of its neighbourhood, that a name may mean: by name, by sound, by their telling words,
  /// with slips; the first of these that finds any.
  func matches(_ name: StreetName, in place: PlaceRecord) -> [StreetMatch] {
    let key = Array(name.key.utf8)
    let sound = Array(name.skeleton.utf8)
    if place.streetCount > 0 {
      let exact = key.withUnsafeBufferPointer { matches(data.postings(street: $0, in: place), name) }
      if !exact.isEmpty { return exact }
      let heard = sound.withUnsafeBufferPointer { matches(data.postings(street: $0, in: place), name) }
      if !heard.isEmpty { return heard }
    }
    // Suburbs and neighbouring villages: people name the larger town.
    let near = neighbours(name, of: place)
    if !near.isEmpty { return near }
    guard place.streetCount > 0 else { return [] }
    let byWords = matchesByWords(name, in: place)
    if byWords.contains(where: { $0.fit > 0.8 }) { return byWords }
    let slips = matchesWithSlips(name, in: place)
    return slips.isEmpty ? byWords : slips
  }

  private func matches(
    _ postings: Slice<UnsafeBufferPointer<NamePosting>>, _ name: StreetName, most: Int = 60
  ) -> [StreetMatch] {
    guard !postings.isEmpty else { return [] }
    var all: [StreetMatch] = []
    for posting in postings.prefix(most) {
      guard let street = data.street(posting.reference),
        let fit = StreetName.Fit(rawValue: posting.kind)
      else { continue }
      let base: Double =
        switch fit {
        case .name: 1
        case .alias: 0.98
        case .sound: 0.94
        case .word: 0.8
        }
      let kind = StreetKind.all[min(Int(street.kind), StreetKind.all.count - 1)]
      all.append(
        StreetMatch(
          street: posting.reference, fit: base * Self.kindFit(name.kind, kind), isBySound: fit == .sound))
    }
    return Self.best(all)
  }

  /// The words are not the street's name in another alphabet, but sound like it.
  func isWrittenOtherwise(_ street: StreetReading, _ record: StreetRecord) -> Bool {
    guard let asked = streetNames.name(of: street.words), let own = StreetName(data.text(record.name)) else {
      return false
    }
    return differences(Array(asked.key.utf8), own.key) > 0
  }

  /// With the kind said and found, other kinds of the same name are not meant.
  private static func best(_ matches: [StreetMatch]) -> [StreetMatch] {
    guard matches.count > 1 else { return matches }
    let sorted = matches.sorted { ($0.fit, $1.street) > ($1.fit, $0.street) }
    return sorted.filter { $0.fit > sorted[0].fit * 0.9 }
  }

  private static func kindFit(_ asked: String, _ found: String) -> Double {
    asked == found ? 1 : found.isEmpty || asked.isEmpty ? 0.98 : 0.84
  }

  /// Streets of that name or sound within 15 km, wherever the file counts them.
  func neighbours(
    _ name: StreetName, of place: PlaceRecord
  ) -> [StreetMatch] {
    for (candidate, isBySound) in [(Array(name.key.utf8), false), (Array(name.skeleton.utf8), true)] {
      let postings = candidate.withUnsafeBufferPointer { data.postings(street: $0) }
      guard !postings.isEmpty, postings.count < 5000 else { continue }
      var near: [StreetMatch] = []
      for posting in postings where posting.kind <= StreetName.Fit.sound.rawValue {
        guard let street = data.street(posting.reference), street.latitude != GazetteerLayout.nowhere else {
          continue
        }
        let metres = GreatCircle.metres(street.coordinate, place.coordinate)
        guard metres < 15_000 else { continue }
        let kind = StreetKind.all[min(Int(street.kind), StreetKind.all.count - 1)]
        near.append(
          StreetMatch(
            street: posting.reference, fit: 0.8 * Self.kindFit(name.kind, kind) * (1 - metres / 150_000),
            isBySound: isBySound))
      }
      if !near.isEmpty { return Self.best(near) }
    }
    return []
  }

  /// Streets of several words of which some are said: `М. Танка` for `Максима Танка`, words in another order, one
  /// too many. The fit is the share of letters that meet.
  private func matchesByWords(_ name: StreetName, in place: PlaceRecord) -> [StreetMatch] {
    var candidates: [UInt32] = []
    for word in name.words where StreetName.isTelling(word) {
      for key in [StreetName.wordKey(word), "~" + StreetName.wordKey(word).dropFirst()] {
        let postings = Array(key.utf8).withUnsafeBufferPointer { data.postings(street: $0, in: place) }
        for posting in postings.prefix(40) where !candidates.contains(posting.reference) {
          candidates.append(posting.reference)
        }
      }
      if candidates.count > 60 { break }
    }
    let asked = name.words.map { ($0, Array(TextFolding.skeleton($0).utf8)) }
    var result: [StreetMatch] = []
    for candidate in candidates {
      guard let street = data.street(candidate), let own = StreetName(data.text(street.name)) else {
        continue
      }
      var free = own.words.map { Optional(($0, Array(TextFolding.skeleton($0).utf8))) }
      var met = 0.0
      var missed = 0.0
      for (word, sound) in asked {
        let length = Double(word.unicodeScalars.count)
        let same = free.firstIndex { $0.map { $0.0 == word || $0.1 == sound } ?? false }
        // An initial or an abbreviation stands for the whole word.
        let short = same ?? free.firstIndex { $0.map { length <= 4 && $0.0.hasPrefix(word) } ?? false }
        if let k = short, let hit = free[k] {
          met += Double(hit.0.unicodeScalars.count)
          free[k] = nil
        } else {
          missed += length
        }
      }
      let extra = free.compactMap { $0 }.reduce(0.0) { $0 + Double($1.0.unicodeScalars.count) }
      // A first name left out costs little, a word that the street has not costs more.
      let fit = met / (met + 0.45 * extra + 1.2 * missed)
      let kind = StreetKind.all[min(Int(street.kind), StreetKind.all.count - 1)]
      if fit > 0.55 {
        result.append(
          StreetMatch(
            street: candidate, fit: 0.95 * fit * Self.kindFit(name.kind, kind), isCorrected: missed > 0))
      }
    }
    return Self.best(result)
  }

  /// Streets of a place whose letters or sound are one error away, two in names of eight letters and more. The slip may
  /// be in the name, or in the word that says the kind.
  func matchesWithSlips(_ name: StreetName, in place: PlaceRecord) -> [StreetMatch] {
    let letters = TextLetters.letters(ofFolded: Array(name.spoken.joined().utf8))
    guard letters.count >= 4 else { return [] }
    let mask = TextLetters.mask(letters)
    let sound = Array(name.skeleton.utf8.dropFirst())
    let spoken = Array(name.spokenSkeleton.utf8.dropFirst())
    let nameLetters = name.key.unicodeScalars.count { $0 != " " }
    var least = nameLetters >= 8 ? 2 : 1
    var result: [(distance: Int, match: StreetMatch)] = []
    func distance(_ text: UInt32, _ asked: [UInt8]) -> Int? {
      asked.withUnsafeBufferPointer { asked in
        data.withText(text) { own in
          guard abs(own.count - asked.count) <= least else { return nil }
          return EditDistance.between(asked, own, limit: least)
        }
      }
    }
    for row in data.streetRows(of: place) {
      let street = data.streets[row]
      // Of the sound only names of some length, where the scripts differ or a slip changed how it sounds.
      let byLetters =
        (street.mask ^ mask).nonzeroBitCount <= 2 * least ? distance(street.letters, letters) : nil
      let bySpoken = byLetters ?? distance(street.spokenSkeleton, spoken)
      let byName = byLetters == nil && nameLetters >= 4 ? distance(street.skeleton, sound) : nil
      guard let errors = [bySpoken, byName].compactMap({ $0 }).min() else { continue }
      least = min(least, max(errors, 1))
      let kind = StreetKind.all[min(Int(street.kind), StreetKind.all.count - 1)]
      let one = nameLetters >= 7 ? 0.88 : 0.82
      let kindFit = bySpoken == errors ? 1 : Self.kindFit(name.kind, kind)
      let fit = (errors <= 1 ? one : 0.72) * kindFit * (byLetters == nil ? 0.96 : 1)
      result.append((errors, StreetMatch(street: UInt32(row), fit: fit, isCorrected: true)))
    }
    return Self.best(result.filter { $0.distance <= least }.map(\.match))
  }

  // MARK: No town

  /// No town was named for certain: the street wherever it is.
  func streetsWithoutTown(withSlips: Bool) -> [Answer] {
    let nowhere = PlaceReading(
      place: GazetteerLayout.none, spelling: 0, fit: 0, evidence: 0.62, tokens: 0..<0, signs: 0..<0)
    for reading in streetReadings(beside: nowhere).prefix(4) {
      guard let name = streetNames.name(of: reading.words) else { continue }
      var found = anywhere(Array(name.key.utf8), name)
      if found.isEmpty { found = anywhere(Array(name.skeleton.utf8), name) }
      if found.isEmpty, withSlips { found = anywhereWithSlips(name) }
      guard !found.isEmpty else { continue }
      var answers: [Answer] = []
      for match in found.prefix(30) {
        var place = nowhere
        place.place = data.streets[Int(match.street)].place
        place.spelling = data.places[Int(place.place)].name
        place.evidence = 0.62 * agreement(of: place.place)
        if let near = query.near {
          let metres = GreatCircle.metres(near, data.streets[Int(match.street)].coordinate)
          place.evidence = min(1, place.evidence * (1 + 0.5 * exp(-metres / 30_000)))
        }
        answers += self.answers(for: match, reading, place)
      }
      // Streets that have the house, or are the only ones of the name, are surer.
      let houses = answers.filter { $0.house?.level == .house }
      if !houses.isEmpty { answers = houses }
      let towns = Set(answers.compactMap(\.place)).count
      for k in answers.indices {
        let share = 1 / Double(max(towns, 1))
        answers[k].score *= 0.7 + 0.3 * share
        answers[k].order *= 0.7 + 0.3 * share
      }
      return answers
    }
    return []
  }

  private func anywhere(_ key: [UInt8], _ name: StreetName) -> [StreetMatch] {
    let postings = key.withUnsafeBufferPointer { data.postings(street: $0) }
    guard !postings.isEmpty else { return [] }
    return matches(postings, name, most: 400).filter { match in
      data.place(data.streets[Int(match.street)].place).map(isInCountry) ?? false
    }
  }

  private func anywhereWithSlips(_ name: StreetName) -> [StreetMatch] {
    let letters = name.key.unicodeScalars.count { $0 != " " }
    guard letters >= 5 else { return [] }
    let names = Set([name.skeleton, name.spokenSkeleton]).sorted().flatMap { sound in
      Array(sound.utf8).withUnsafeBufferPointer {
        data.streetNames.within(1, of: $0, in: data.streetSoundKeys, most: 20)
      }
    }
    return names.prefix(8).flatMap { near in
      matches(data.streetPostings[data.streetNames.postings(near.name)], name).map {
        StreetMatch(street: $0.street, fit: $0.fit * 0.88, isCorrected: true)
      }
    }.filter { match in data.place(data.streets[Int(match.street)].place).map(isInCountry) ?? false }
  }

  func houseMatches(_ typed: String, on street: StreetRecord) -> [Answer.HouseFound] {
    HouseSearch(data: data, postcode: postcode).matches(typed, on: street)
  }
}

extension HouseNumber {
  /// Other writings of one number: corpus as fraction, a flat behind a dash.
  static func variants(of key: String) -> [String] {
    var variants = [key]
    let bytes = Array(key.utf8)
    func other(_ from: Character, _ to: Character) {
      guard let sign = from.asciiValue, bytes.contains(sign) else { return }
      variants.append(String(key.map { $0 == from ? to : $0 }))
    }
    other("k", "/")
    other("/", "k")
    if let dash = key.firstIndex(of: "-") { variants.append(String(key[..<dash])) }
    return variants
  }
}
