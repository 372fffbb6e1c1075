/// An address text taken apart by the words in it alone, before any look at the gazetteer: what is certain is taken
/// (postcode, country, region, district, flat), what could be a house number is listed, the rest stays words.
public struct AddressText: Sendable {
  /// Scalars of the text that are looked at; the rest is cut.
  public static let limit = 500
  /// Words that are looked at.
  static let tokenLimit = 48

  let tokens: [AddressToken]
  /// Which tokens are explained, by position; the others are names, signs and numbers still to be read.
  private(set) var used: [Bool]
  /// ISO 3166-1 alpha-2 of a country named in the text.
  public private(set) var country: String?
  /// Folded, as written: some countries share their name with a town (Monaco).
  public private(set) var countryWord: String?
  /// Folded names said to be first-level subdivisions (`брестская`).
  public private(set) var regions: [String] = []
  /// Folded names said to be second-level subdivisions.
  public private(set) var districts: [String] = []
  /// Folded.
  public private(set) var postcode: String?
  /// Readings of the house number, the likeliest first.
  private(set) var houses: [HouseReading] = []
  /// Words passed over: flats, floors, councils, notes.
  private(set) var ignored: [Int] = []

  /// A house number and where it stands.
  struct HouseReading: Sendable, Hashable {
    /// As typed, with corpus and letter.
    var text: String
    var tokens: Range<Int>
    /// A word said so: `д. 5`.
    var isMarked: Bool
  }

  /// Takes the text apart. Any text is accepted.
  public init(_ text: String) {
    tokens = AddressToken.tokens(of: text)
    used = [Bool](repeating: false, count: tokens.count)
    takePostcode()
    takeCountry()
    takeUnits()
    takeSubdivisions()
    takeNoise()
    readHouses()
  }

  /// The likeliest house number.
  public var house: String? { houses.first?.text }

  // MARK: Helpers

  /// The token is there, unused and in the segment.
  func isFree(_ i: Int, in segment: Int) -> Bool {
    tokens.indices.contains(i) && !used[i] && tokens[i].segment == segment
  }

  /// A word that may be part of a name.
  private func isName(_ i: Int, in segment: Int) -> Bool {
    isFree(i, in: segment) && !tokens[i].startsWithDigit
  }

  func has(_ i: Int, _ roles: WordRoles) -> Bool {
    tokens.indices.contains(i) && !tokens[i].roles.isDisjoint(with: roles)
  }

  private func isNumber(_ i: Int, in segment: Int) -> Bool {
    isFree(i, in: segment) && tokens[i].startsWithDigit
  }

  private mutating func use(_ range: some Sequence<Int>) {
    for i in range { used[i] = true }
  }

  // MARK: Postcode, country, flats

  private mutating func takePostcode() {
    for i in tokens.indices where tokens[i].looksLikePostcode {
      if has(i - 1, .unit) { continue }
      postcode = tokens[i].key
      used[i] = true
      // "PL 00-950", "LT-01103" in two words.
      if i > 0, tokens[i - 1].length == 2, tokens[i - 1].isCapital, !tokens[i - 1].isDotted,
        CountryNames.code(forFolded: tokens[i - 1].key) != nil
      {
        country = CountryNames.code(forFolded: tokens[i - 1].key)
        used[i - 1] = true
      }
      return
    }
  }

  private mutating func takeCountry() {
    guard country == nil else { return }
    var ranges: [Range<Int>] = []
    var start = 0
    while start < tokens.count {
      var end = start
      while end < tokens.count, tokens[end].segment == tokens[start].segment { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    let segments = ranges.count
    // A whole segment, or words at either end of the text.
    for n in 1...3 where tokens.count > n {
      ranges.append(tokens.count - n..<tokens.count)
      ranges.append(0..<n)
    }
    for (k, range) in ranges.enumerated() where range.count <= 4 && range.allSatisfy({ !used[$0] }) {
      guard !tokens[range.lowerBound].startsWithDigit else { continue }
      let key =
        range.count == 1
        ? tokens[range.lowerBound].key : range.map { tokens[$0].key }.joined(separator: " ")
      // "Am Anger" is not in Armenia: a code is a segment of its own, in capitals.
      let isUpper = tokens[range.lowerBound].raw.utf8.allSatisfy { $0 < 0x61 }
      if key.utf8.count == 2, k >= segments || !isUpper { continue }
      guard let code = CountryNames.code(forFolded: key) else { continue }
      // The only words of a text are rather a place (Luxembourg, Singapore).
      if tokens.count == range.count { continue }
      country = code
      countryWord = key
      use(range)
      return
    }
  }

  private mutating func takeUnits() {
    for i in tokens.indices where !used[i] && has(i, .unit) {
      let segment = tokens[i].segment
      // "10/12 m. 5": a flat in Poland, behind the house only; so is "p" a floor.
      if tokens[i].length == 1, i == 0 || !tokens[i - 1].startsWithDigit { continue }
      if isNumber(i + 1, in: segment) {
        use(i...i + 1)
        ignored += [i, i + 1]
      } else if isNumber(i - 1, in: segment), i > 1,
        ["эт", "этаж", "паверх", "stock", "pietro"].contains(tokens[i].key)
      {
        use(i - 1...i)
        ignored += [i - 1, i]
      }
    }
  }

  /// Words that stand beside an address, where no name goes on with them.
  private mutating func takeNoise() {
    for i in tokens.indices where !used[i] && has(i, .noise) && has(i, [.street, .settlement]) == false {
      used[i] = true
      ignored.append(i)
    }
  }

  // MARK: Oblast, raion, rural council

  private static let adjectiveEndings = [
    "ская", "цкая", "скии", "цкии", "скі", "цкі", "кая", "скае", "ски", "ska", "skaya", "skaja", "skaia",
    "skii", "skiy",
    "skij", "sky", "ski", "skiego", "skie", "ного", "ная",
  ]
  private static let followed: Set<String> = [
    "powiat", "pow", "landkreis", "lkr", "kreis", "wojewodztwo", "woj", "obwod", "республика", "респ",
    "respublika",
  ]

  private mutating func takeSubdivisions() {
    for i in tokens.indices where !used[i] {
      let isDistrict = has(i, .district)
      let isRegion = has(i, .region)
      let isCommune = has(i, .commune)
      guard isDistrict || isRegion || isCommune else { continue }
      // One letter is a sign only with a dot behind a name ("Vilniaus r.").
      if tokens[i].length == 1, !tokens[i].isDotted { continue }
      let segment = tokens[i].segment
      let before = i - 1
      let hasBefore =
        isName(before, in: segment) && (!has(before, .settlement) || tokens[before].length > 2)
      var after: [Int] = []
      while after.count < 2, isName(i + 1 + after.count, in: segment) {
        let next = i + 1 + after.count
        if opensPart(next) { break }
        after.append(next)
      }
      let isAdjective =
        hasBefore && Self.adjectiveEndings.contains { tokens[before].key.hasSuffix($0) }
      let name: [Int]
      if hasBefore,
        isAdjective || after.isEmpty || !Self.followed.contains(tokens[i].key) && isDistrict
          || !Self.followed.contains(tokens[i].key) && isRegion
      {
        name = [before]
      } else if !after.isEmpty {
        name = Self.followed.contains(tokens[i].key) || isRegion ? Array(after.prefix(1)) : after
      } else if hasBefore {
        name = [before]
      } else {
        continue
      }
      let phrase = name.map { tokens[$0].key }.joined(separator: " ")
      if isDistrict {
        districts.append(phrase)
      } else if isRegion {
        regions.append(phrase)
      } else {
        ignored += name + [i]
      }
      use(name + [i])
    }
  }

  /// A word that opens another part of the address.
  func opensPart(_ i: Int) -> Bool {
    guard tokens.indices.contains(i) else { return false }
    let token = tokens[i]
    if token.roles.contains(.street), !token.roles.contains(.trailingStreet) {
      return token.length > 1 || token.isDotted
    }
    if token.roles.contains(.settlement) { return token.length > 2 || token.isDotted }
    return !token.roles.isDisjoint(with: [.district, .region, .commune]) && token.length > 1
  }

  // MARK: House

  /// Each number that could be the house, with its corpus and letter: by its word first, then behind a name, then the
  /// later ones.
  private mutating func readHouses() {
    var readings: [(rank: Int, reading: HouseReading)] = []
    for i in tokens.indices where !used[i] && tokens[i].looksLikeHouse {
      let segment = tokens[i].segment
      let isMarked = isFree(i - 1, in: segment) && has(i - 1, .house)
      let range = houseRange(at: i)
      let hasNameBefore = isName(i - 1, in: segment) && !has(i - 1, .housePart) || isMarked
      let hasNameAfter =
        isName(range.upperBound, in: segment) && !has(range.upperBound, .housePart)
      let isOrdinal = tokens[i].isDotted && hasNameAfter
      // By its word; ending its words; alone in a segment; before a name ("12 Main Street"); leading the text.
      let rank =
        isMarked
        ? 0 : isOrdinal ? 5 : hasNameBefore && !hasNameAfter ? 1 : hasNameAfter ? (hasNameBefore ? 3 : 4) : 2
      let start = isMarked ? i - 1 : i
      let reading = HouseReading(
        text: houseText(range), tokens: start..<range.upperBound, isMarked: isMarked)
      readings.append((rank, reading))
    }
    // Of equals the later: "2-я линия 5", "1 Мая 4"; but "5, 17" in a list keeps the first behind a name.
    houses = readings.enumerated().sorted {
      ($0.element.rank, $0.element.rank == 1 ? $0.offset : -$0.offset)
        < ($1.element.rank, $1.element.rank == 1 ? $1.offset : -$1.offset)
    }.map(\.element.reading)
  }

  /// The tokens of a house number that starts at `i`: corpus, building and letter belong to it.
  private func houseRange(at i: Int) -> Range<Int> {
    var j = i + 1
    // "25, корп. 2, стр. 1": each part may stand in a segment of its own.
    while tokens.indices.contains(j), !used[j], tokens[j].segment <= tokens[j - 1].segment + 1 {
      let hasNext = tokens.indices.contains(j + 1) && !used[j + 1]
      let isSingle = tokens[j].length == 1
      if has(j, [.corpus, .building]), hasNext, tokens[j + 1].startsWithDigit || tokens[j + 1].length == 1,
        !isSingle || tokens[j + 1].startsWithDigit
      {
        j += 2
      } else if has(j, .letter), hasNext, tokens[j + 1].length == 1 {
        j += 2
      } else if tokens[j].segment == tokens[i].segment, isGluedPart(j) {
        j += 1
      } else if tokens[j].segment == tokens[i].segment, isSingle, !tokens[j].startsWithDigit,
        !tokens[j].isDotted,
        !(hasNext && tokens[j].roles.contains(.settlement) && tokens[j + 1].isCapital
          && tokens[j + 1].segment == tokens[j].segment)
      {
        j += 1
      } else {
        break
      }
    }
    return i..<j
  }

  /// `к2`, `с1`, `k2`, `корп2` behind a number.
  private func isGluedPart(_ j: Int) -> Bool {
    let scalars = Array(tokens[j].key.unicodeScalars)
    guard scalars.count >= 2, scalars.count <= 4, !tokens[j].startsWithDigit else { return false }
    guard ["к", "с", "k", "s", "c"].contains(scalars[0]) else { return false }
    // `кА`: a corpus by letter.
    if scalars.count == 2, tokens[j].raw.unicodeScalars.last?.properties.isUppercase == true,
      tokens[j].raw.unicodeScalars.first?.properties.isLowercase == true
    {
      return true
    }
    return scalars.dropFirst().allSatisfy { $0.value >= 0x30 && $0.value <= 0x39 }
  }

  private func houseText(_ range: Range<Int>) -> String {
    var text = ""
    for i in range {
      let token = tokens[i]
      if text.isEmpty {
        text = token.raw
      } else if token.length == 1, !token.startsWithDigit,
        !has(i, [.corpus, .building]) || i + 1 == range.upperBound
      {
        text += token.raw
      } else {
        text += " " + token.raw
      }
    }
    return text
  }
}
