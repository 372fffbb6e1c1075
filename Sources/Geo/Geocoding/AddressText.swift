/// An address text taken apart by the words in it alone, before any look at the gazetteer.
public struct AddressText: Sendable, Hashable {
  /// Scalars of the text that are looked at; the rest is cut.
  public static let limit = 500
  /// Words that are looked at.
  static let tokenLimit = 48

  /// ISO 3166-1 alpha-2 of a country named in the text.
  public internal(set) var country: String?
  /// Folded, as written: some countries share their name with a town (Monaco).
  public internal(set) var countryWord: String?
  /// Folded names said to be first-level subdivisions (`брестская`).
  public internal(set) var regions: [String] = []
  /// Folded names said to be second-level subdivisions.
  public internal(set) var districts: [String] = []
  /// Folded words behind a sign of a settlement (`г.`, `аг.`); the last words may belong to a street.
  public internal(set) var localities: [[String]] = []
  /// Folded words of the street with its kind; nil when no word says "street".
  public internal(set) var street: [String]?
  /// The street's kind stood behind its name, so words of a settlement may stand before it.
  public internal(set) var streetMayHoldLocality = false
  /// House number as typed, with corpus and letter.
  public internal(set) var house: String?
  /// Folded.
  public internal(set) var postcode: String?
  /// Words that no sign explains, by segment.
  public internal(set) var free: [[String]] = []
  /// Which of `free` the house number stood in or behind.
  public internal(set) var freeWithHouse: Int?

  /// Takes the text apart. Any text is accepted; what is not understood is in `free`.
  public init(_ text: String) {
    var parser = AddressParser(text)
    self = parser.parse()
  }

  init() {}
}

/// Marks each token with its role, most telling signs first.
struct AddressParser {
  private let tokens: [AddressToken]
  private var used: [Bool]
  private var result = AddressText()
  private var houseToken: Int?

  init(_ text: String) {
    tokens = AddressToken.tokens(of: text)
    used = [Bool](repeating: false, count: tokens.count)
  }

  mutating func parse() -> AddressText {
    takePostcode()
    takeCountry()
    takeUnits()
    takeSubdivisions()
    takeStreet()
    takeHouse()
    takeSettlements()
    takeRest()
    return result
  }

  // MARK: Helpers

  /// The token is there, unused and in the segment.
  private func isFree(_ i: Int, in segment: Int) -> Bool {
    tokens.indices.contains(i) && !used[i] && tokens[i].segment == segment
  }

  /// A word that may be part of a name.
  private func isName(_ i: Int, in segment: Int) -> Bool {
    isFree(i, in: segment) && !tokens[i].startsWithDigit
  }

  private func has(_ i: Int, _ words: Set<String>) -> Bool {
    tokens.indices.contains(i) && words.contains(tokens[i].key)
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
      if i > 0, AddressWords.units.contains(tokens[i - 1].key) { continue }
      result.postcode = tokens[i].key
      used[i] = true
      return
    }
  }

  private mutating func takeCountry() {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < tokens.count {
      var end = start
      while end < tokens.count, tokens[end].segment == tokens[start].segment { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    let segments = Set(ranges)
    // A whole segment, or words at either end of the text.
    for n in 1...3 where tokens.count > n {
      ranges.append(tokens.count - n..<tokens.count)
      ranges.append(0..<n)
    }
    for range in ranges where range.count <= 4 && range.allSatisfy({ !used[$0] }) {
      let key = range.map { tokens[$0].key }.joined(separator: " ")
      let isCode = key.utf8.count == 2
      // "Am Anger" is not in Armenia: a code is a segment of its own, in capitals.
      let isUpper = tokens[range.lowerBound].raw.utf8.allSatisfy { $0 < 0x61 }
      if isCode, !segments.contains(range) || !isUpper { continue }
      guard let code = CountryNames.code(forFolded: key) else { continue }
      // The only words of a text are rather a place (Luxembourg, Singapore).
      if tokens.count == range.count { continue }
      result.country = code
      result.countryWord = key
      use(range)
      return
    }
  }

  private mutating func takeUnits() {
    for i in tokens.indices where !used[i] {
      let segment = tokens[i].segment
      if has(i, AddressWords.units) {
        let isPolishFlat = tokens[i].key == "m"
        if isPolishFlat, i == 0 || !tokens[i - 1].startsWithDigit { continue }
        if isNumber(i + 1, in: segment) {
          use(i...i + 1)
        } else if i > 0, isNumber(i - 1, in: segment), ["эт", "этаж", "паверх"].contains(tokens[i].key) {
          use(i - 1...i)
        }
      }
    }
  }

  // MARK: Oblast, raion, rural council

  private static let adjectiveEndings = [
    "ская", "цкая", "ская", "скии", "цкии", "скі", "цкі", "кая", "скае", "ски", "ska",
  ]
  private static let followed: Set<String> = [
    "powiat", "pow", "landkreis", "lkr", "kreis", "wojewodztwo", "woj", "obwod",
  ]

  private mutating func takeSubdivisions() {
    for i in tokens.indices where !used[i] {
      let isDistrict = has(i, AddressWords.districts)
      let isRegion = has(i, AddressWords.regions)
      let isCommune = has(i, AddressWords.communes)
      guard isDistrict || isRegion || isCommune else { continue }
      let segment = tokens[i].segment
      let before = i - 1
      let hasBefore = isName(before, in: segment) && !has(before, AddressWords.settlements)
      var after: [Int] = []
      while after.count < 2, isName(i + 1 + after.count, in: segment) {
        let next = i + 1 + after.count
        if isMarker(next) { break }
        after.append(next)
      }
      let isAdjective =
        hasBefore && Self.adjectiveEndings.contains { tokens[before].key.hasSuffix($0) }
      let name: [Int]
      if hasBefore, isAdjective || after.isEmpty || !Self.followed.contains(tokens[i].key) && isDistrict {
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
        result.districts.append(phrase)
      } else if isRegion {
        result.regions.append(phrase)
      }
      use(name + [i])
    }
  }

  /// A word that opens another part of the address.
  private func isMarker(_ i: Int) -> Bool {
    guard tokens.indices.contains(i) else { return false }
    let key = tokens[i].key
    if AddressWords.streetTypes[key] != nil, !AddressWords.trailingStreetTypes.contains(key) { return true }
    if AddressWords.settlements.contains(key) { return key.utf8.count > 2 || tokens[i].isDotted }
    return AddressWords.districts.contains(key) || AddressWords.regions.contains(key)
      || AddressWords.communes.contains(key)
  }

  // MARK: Street

  private mutating func takeStreet() {
    // Streets proper before quarters: "мкр. Текстильщик, ул. Гая".
    for wantsQuarter in [false, true] where result.street == nil {
      for i in tokens.indices where !used[i] && result.street == nil {
        guard let kind = AddressWords.streetTypes[tokens[i].key] else { continue }
        guard (kind == "quarter") == wantsQuarter else { continue }
        takeStreet(typeAt: i)
      }
    }
  }

  private static let articles: Set<String> = [
    "der", "des", "dem", "den", "zum", "zur", "am", "im", "nach", "d",
  ]

  private mutating func takeStreet(typeAt i: Int) {
    let segment = tokens[i].segment
    // "Brodaer Straße WH 1" has its name before, "Straße der Einheit 1" behind.
    let isGerman = ["strasse", "str"].contains(tokens[i].key)
    let hasArticle = tokens.indices.contains(i + 1) && Self.articles.contains(tokens[i + 1].key)
    let trailingOnly =
      AddressWords.trailingStreetTypes.contains(tokens[i].key)
      || isGerman && isName(i - 1, in: segment) && !hasArticle
    var name: [Int] = []
    if !trailingOnly {
      var j = i + 1
      while isFree(j, in: segment), name.count < 8 {
        if tokens[j].startsWithDigit {
          let goesOn =
            (name.isEmpty || tokens[j].isDotted || !tokens[j].looksLikeHouse)
            && isName(j + 1, in: segment) && !isHousePart(j + 1)
          guard goesOn || !tokens[j].looksLikeHouse else { break }
        } else if !name.isEmpty {
          if isHousePart(j) && tokens.indices.contains(j + 1) && tokens[j + 1].startsWithDigit { break }
          if isMarker(j), isName(j + 1, in: segment) || AddressWords.streetTypes[tokens[j].key] == nil {
            break
          }
        } else if isHousePart(j), tokens.indices.contains(j + 1), tokens[j + 1].startsWithDigit {
          break
        }
        name.append(j)
        j += 1
      }
    }
    if !name.isEmpty {
      result.street = ([i] + name).map { tokens[$0].key }.flatMap {
        $0.split(separator: " ").map(String.init)
      }
      use([i] + name)
      return
    }
    var j = i - 1
    while isFree(j, in: segment), name.count < 6 {
      if tokens[j].looksLikeHouse, !tokens[j].isDotted { break }
      if isMarker(j) { break }
      name.insert(j, at: 0)
      j -= 1
    }
    guard !name.isEmpty else { return }
    result.street = (name + [i]).map { tokens[$0].key }.flatMap { $0.split(separator: " ").map(String.init) }
    result.streetMayHoldLocality = name.count > 1
    use(name + [i])
  }

  private func isHousePart(_ i: Int) -> Bool {
    has(i, AddressWords.houses) || has(i, AddressWords.corpuses) || has(i, AddressWords.buildings)
      || has(i, AddressWords.units) || has(i, AddressWords.letters)
  }

  // MARK: House

  private mutating func takeHouse() {
    // By its word first; else the number right behind the street; else the last number that could be one.
    for i in tokens.indices where !used[i] && has(i, AddressWords.houses) {
      guard tokens.indices.contains(i + 1), !used[i + 1], tokens[i + 1].looksLikeHouse else { continue }
      used[i] = true
      return takeHouse(at: i + 1)
    }
    if result.street != nil, let last = lastOfStreet() {
      for i in (last + 1)..<max(tokens.count, last + 1) where !used[i] && tokens[i].looksLikeHouse {
        if tokens[i].segment <= tokens[last].segment + 1 { return takeHouse(at: i) }
      }
    }
    let numbers = tokens.indices.filter { i in
      guard !used[i], tokens[i].looksLikeHouse else { return false }
      // "1.Ringstraße", "50 лет Октября": a number before a word in its segment names a street.
      let segment = tokens[i].segment
      let leads = i == 0 || tokens[i - 1].segment != segment
      return !(leads && isName(i + 1, in: segment) && !isHousePart(i + 1))
    }
    // "Dorfstraße 11,13": the number that ends its words comes before one that stands alone.
    let behindName = numbers.first { i in
      isName(i - 1, in: tokens[i].segment) && !isName(i + 1, in: tokens[i].segment)
    }
    if let i = behindName ?? numbers.last(where: { $0 > 0 }) { takeHouse(at: i) }
  }

  private func lastOfStreet() -> Int? {
    let words = Set(result.street ?? [])
    return tokens.indices.last {
      used[$0] && words.contains(tokens[$0].key.split(separator: " ").first.map(String.init) ?? "")
    }
  }

  private mutating func takeHouse(at i: Int) {
    var text = tokens[i].raw
    houseToken = i
    used[i] = true
    var j = i + 1
    while tokens.indices.contains(j), !used[j], tokens[j].segment <= tokens[i].segment + 1 {
      let next = tokens.indices.contains(j + 1) && !used[j + 1] ? tokens[j + 1] : nil
      if has(j, AddressWords.corpuses), let next, next.startsWithDigit || next.key.unicodeScalars.count == 1 {
        text += " к" + next.raw
      } else if has(j, AddressWords.buildings), let next, next.startsWithDigit {
        text += " стр" + next.raw
      } else if has(j, AddressWords.letters), let next, next.key.unicodeScalars.count == 1 {
        text += next.raw
      } else if tokens[j].segment == tokens[i].segment, tokens[j].key.unicodeScalars.count == 1,
        !tokens[j].startsWithDigit, !tokens[j].isDotted
      {
        text += tokens[j].raw
        used[j] = true
        j += 1
        continue
      } else {
        break
      }
      use(j...j + 1)
      j += 2
    }
    result.house = text
  }

  // MARK: Settlements and the rest

  private mutating func takeSettlements() {
    for i in tokens.indices where !used[i] && has(i, AddressWords.settlements) {
      let segment = tokens[i].segment
      var j = i + 1
      // "г. п. Телеханы": two signs of one kind.
      if has(j, AddressWords.settlements), tokens[j].key.unicodeScalars.count == 1, isFree(j, in: segment) {
        j += 1
      }
      let isShort = tokens[i].key.unicodeScalars.count == 1
      guard isName(j, in: segment) else { continue }
      if isShort, !tokens[i].isDotted, !tokens[j].isCapital { continue }
      var name: [Int] = []
      while isName(j, in: segment), name.count < 4 {
        if !name.isEmpty, isMarker(j) { break }
        name.append(j)
        j += 1
      }
      result.localities.append(name.flatMap { tokens[$0].key.split(separator: " ").map(String.init) })
      use(Array(i..<name[0]) + name)
    }
  }

  private mutating func takeRest() {
    var last = -1
    for i in tokens.indices {
      if let houseToken, i == houseToken, tokens[i].segment == last, !result.free.isEmpty {
        result.freeWithHouse = result.free.count - 1
      }
      guard !used[i] else { continue }
      // Signs left alone say nothing.
      let alone = isHousePart(i) && tokens[i].key.unicodeScalars.count <= 2
      if alone { continue }
      if tokens[i].segment != last { result.free.append([]) }
      last = tokens[i].segment
      result.free[result.free.count - 1] += tokens[i].key.split(separator: " ").map(String.init)
    }
    // "Ackerstraße, 5": the number has a segment of its own behind the street.
    if result.freeWithHouse == nil, let houseToken, result.street == nil {
      var index = -1
      var segment = -1
      for i in 0..<houseToken where !used[i] {
        if tokens[i].segment != segment { index += 1 }
        segment = tokens[i].segment
      }
      if index >= 0, index < result.free.count, segment >= tokens[houseToken].segment - 1 {
        result.freeWithHouse = index
      }
    }
  }
}
