import Kernels

/// How sure an answer is, beyond how well it explains the text.
///
/// Nearly every short word sounds like some place on earth or is a name of one in some language: `нигде` is Niğde,
/// `kann` Cannes, `Himmel` Jemielno. A word that nothing else in the question supports (country, region, postcode, a
/// street that is there) is sure only where it is the place's own name, or another name so long, or of a place so
/// large or so near to where the program is used, that chance does not explain it.
extension Geocoder {
  /// The score to tell.
  func sureness(of answer: Answer) -> Double {
    ScoreCalibration.calibrated(answer.score * (isChance(answer) ? 0.5 : namesakes(of: answer)))
  }

  /// The words may well mean no place at all.
  private func isChance(_ answer: Answer) -> Bool {
    if answer.subdivision != nil { return answer.isWholeText && isChance(subdivision: answer) }
    guard let row = answer.place, let place = data.place(row) else { return false }
    if isSupported(answer, row, place) { return false }
    guard answer.street == nil else {
      // A word alone that is a street's name somewhere: nobody said that it is a street.
      return answer.house == nil && (answer.isStreetCorrected || !answer.isStreetMarked)
    }
    let isMarked = answer.isPlaceMarked || query.components.city != nil
    let isHome = isHome(place.country)
    let letters = letters(of: answer)
    switch answer.placeMatch {
    case .own:
      // "mięso" is not Mī’ēso, nor is "nur" Nūr; "Lodz" is Łódź.
      let mayDiffer = LocalSpelling.hasMarks(words(of: answer)) || !isHome && letters <= 5
      return mayDiffer && place.population < 500_000
        && Self.lettersOnly(data.text(place.name).lowercased())
          != Self.lettersOnly(words(of: answer).lowercased())
    case .alias: return isChance(alias: answer, place, letters: letters, isHome: isHome, isMarked: isMarked)
    case .sound(let errors):
      if isMarked { return !(isHome && errors <= 2 && letters >= 5) }
      return !(isHome && errors == 0 && letters >= 6 && place.population >= 20_000)
    case .slip:
      return
        !(isHome && slips(in: answer, place) == 1 && letters >= (isMarked ? 5 : 7)
        && place.population >= 20_000)
    }
  }

  private func isChance(subdivision answer: Answer) -> Bool {
    guard answer.subdivisionSpelling != 0, let row = answer.subdivision.flatMap({ data.subdivision($0) })
    else {
      return answer.subdivision.flatMap { data.subdivision($0) }?.level != 0
    }
    return row.level == 2 && !isHome(row.country)
  }

  private func isHome(_ country: UInt16) -> Bool {
    GazetteerDraft.soundCountries.contains(GazetteerLayout.country(country))
  }

  private func isChance(
    alias answer: Answer, _ place: PlaceRecord, letters: Int, isHome: Bool, isMarked: Bool
  ) -> Bool {
    let alias = data.text(answer.placeSpelling ?? 0)
    // "WAS" is the code of an airport, "syn" a machine's spelling: no names that people write.
    let isCode = letters <= 3 && alias == alias.uppercased()
    if isCode || alias.first?.isLowercase == true { return words(of: answer) != alias || !isCode }
    let isCyrillic = alias.isCyrillic
    let isOwnAlphabet =
      isCyrillic == LocalSpelling.cyrillicCountries.contains(GazetteerLayout.country(place.country))
    if isCyrillic, isOwnAlphabet, isName(alias, of: place) { return false }
    let population = Int(place.population)
    if isMarked { return !isHome && letters <= 5 && population < 500_000 }
    // Without its marks a name is a word of fewer languages: "human" is not Humań.
    if !isLetterForLetter(answer), letters <= 6 || !isHome { return population < 500_000 }
    let isNear = isOwnAlphabet && Self.europe.contains(place.coordinate)
    switch letters {
    case ...4: return population < (isHome ? 200_000 : isNear ? 500_000 : .max)
    case 5: return population < (isHome ? 100_000 : isNear ? 300_000 : 1_000_000)
    case 6: return population < (isHome ? 20_000 : isNear ? 100_000 : 500_000)
    default: return population < (isHome ? 0 : isNear ? 20_000 : isOwnAlphabet ? 500_000 : 100_000)
    }
  }

  /// Where other names of towns are likely to be meant.
  private static let europe = BoundingBox(south: 34, west: -25, north: 72, east: 60)

  /// Ліда and Лида: the name in one or another language of the country.
  private func isName(_ alias: String, of place: PlaceRecord) -> Bool {
    guard place.cyrillic != 0 else { return false }
    let own = data.text(place.cyrillic)
    return alias == own
      || abs(alias.count - own.count) <= 1 && TextFolding.skeleton(alias) == TextFolding.skeleton(own)
  }

  /// The words are a name of the place with all its letters, not only folded.
  private func isLetterForLetter(_ answer: Answer) -> Bool {
    guard let spelling = answer.placeSpelling, let row = answer.place else { return false }
    let said = words(of: answer).lowercased()
    let key = TextFold.fold(data.text(spelling))
    return data.postings(place: key).contains {
      $0.reference == row && $0.kind <= GazetteerDraft.NameKind.placeAlias.rawValue
        && Self.lettersOnly(data.text($0.spelling).lowercased()) == Self.lettersOnly(said)
    }
  }

  private static func lettersOnly(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }

  /// Letters in which the words differ from the place's own name, in either alphabet; nil for more than two.
  private func slips(in answer: Answer, _ place: PlaceRecord) -> Int? {
    let typed = TextLetters.letters(ofFolded: TextFold.fold(words(of: answer)))
    return [place.name, place.cyrillic].compactMap { name in
      EditDistance.between(typed, TextLetters.letters(ofFolded: TextFold.fold(data.text(name))), limit: 2)
    }.min()
  }

  /// Of small places the file does not know all of one name: less for one that nothing but its name points to.
  private func namesakes(of answer: Answer) -> Double {
    guard answer.street == nil, answer.subdivision == nil, let row = answer.place,
      let place = data.place(row),
      place.population < 10_000, !isSupported(answer, row, place)
    else { return 1 }
    return place.population < 2000 ? 0.75 : 0.82
  }

  /// The words that name the place, as typed.
  private func words(of answer: Answer) -> String {
    let tokens = answer.placeTokens.clamped(to: text.tokens.startIndex..<text.tokens.endIndex)
    guard !tokens.isEmpty else { return query.components.city ?? "" }
    return text.tokens[tokens].map(\.raw).joined(separator: " ")
  }

  private func letters(of answer: Answer) -> Int { words(of: answer).count { $0.isLetter || $0.isNumber } }

  /// Something besides the name speaks for the place.
  private func isSupported(_ answer: Answer, _ row: UInt32, _ place: PlaceRecord) -> Bool {
    if answer.street != nil, !answer.placeTokens.isEmpty || query.components.city != nil { return true }
    if country != 0 || hint != 0 && place.country == hint { return true }
    if answer.hasRegionBeside || postcodePlaces.contains(row) { return true }
    if !regions.isEmpty || !districts.isEmpty { return agreement(of: row) > 0.7 }
    return query.near.map { GreatCircle.metres($0, place.coordinate) < 100_000 } ?? false
  }
}

/// What a score is worth: the share of answers that are right, as measured on the answers of the benchmark, of which
/// two random halves agree (`geocode` in Benchmarks/README.md). Below a half nothing is changed: what is doubtful stays
/// so. What is right less often than 98 in 100 times stays under 0.9, and nothing is told as certain.
enum ScoreCalibration {
  /// Rising corners: score before, score told.
  static let corners: [(raw: Double, told: Double)] = [
    (0, 0), (0.5, 0.5), (0.54, 0.82), (0.6, 0.86), (0.795, 0.898), (0.82, 0.96), (0.88, 0.985), (1, 0.994),
  ]

  static func calibrated(_ score: Double) -> Double {
    guard let k = corners.indices.dropFirst().first(where: { score <= corners[$0].raw }) else {
      return corners.last?.told ?? score
    }
    let (low, high) = (corners[k - 1], corners[k])
    return low.told + (high.told - low.told) * (max(score, 0) - low.raw) / (high.raw - low.raw)
  }
}

extension String {
  /// A letter of the text is Cyrillic.
  var isCyrillic: Bool { unicodeScalars.contains { (0x0400...0x04FF).contains($0.value) } }
}
