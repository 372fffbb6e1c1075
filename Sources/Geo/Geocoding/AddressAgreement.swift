import Kernels

/// How far an address from another source says what was asked: the ground for an honest score of answers that
/// bring none.
public struct AddressAgreement: Sendable, Hashable {
  public enum House: Sendable, Hashable {
    /// The question has no house number.
    case notAsked
    case agrees
    /// Another number, or none, in the answer.
    case differs
  }

  /// Share of the question's names and numbers that the answer explains, 0 … 1: words that only mark a part (`ул.`,
  /// `wieś`) and the answer's country count neither way, spellings in other alphabets and small slips count as said.
  public let share: Double
  public let house: House

  /// - Parameters:
  ///   - words: every name the answer has, in any alphabet.
  ///   - answer: the answer in parts; its house number, postcode and country are compared as such.
  public init(of query: GeocodeQuery, with words: [String], answer: AddressComponents) {
    let read = AddressText(query.text)
    let askedHouse = query.components.house ?? read.house
    if let askedHouse, !HouseNumber.key(askedHouse).isEmpty {
      house = HouseNumber.key(askedHouse) == answer.house.map(HouseNumber.key) ? .agrees : .differs
    } else {
      house = .notAsked
    }

    var keys = Set<[UInt8]>()
    for text in words + [answer.region, answer.district, answer.city, answer.street].compactMap({ $0 }) {
      for word in TextFolding.words(text) { keys.insert(Array(TextFolding.skeleton(word).utf8)) }
    }
    let countryWords = Set(read.country == answer.country ? TextFolding.words(read.countryWord ?? "") : [])
    let houseWords = Set(askedHouse.map(TextFolding.words) ?? [])
    let postcode = answer.postcode.map { $0.filter(\.isNumber) }

    var asked = 0
    var explained = 0
    let parts = [
      query.components.city, query.components.street, query.components.district, query.components.region,
    ]
    var seen = Set<String>()
    for word in ([query.text] + parts.compactMap { $0 }).flatMap(TextFolding.words) {
      guard seen.insert(word).inserted, !houseWords.contains(word), !countryWords.contains(word) else {
        continue
      }
      let hasDigit = word.utf8.contains { (0x30...0x39).contains($0) }
      if let read = read.postcode, TextFolding.fold(read).split(separator: " ").contains(Substring(word)) {
        // An answer without a postcode says nothing about it.
        guard let postcode, !postcode.isEmpty else { continue }
        asked += 1
        if postcode.contains(word) { explained += 1 }
        continue
      }
      if !hasDigit {
        guard word.unicodeScalars.count > 2, AddressWords.roles(of: word).isEmpty else { continue }
      }
      asked += 1
      if Self.isSaid(word, in: keys) { explained += 1 }
    }
    if house != .notAsked {
      asked += 1
      if house == .agrees { explained += 1 }
    }
    share = asked == 0 ? 0 : Double(explained) / Double(asked)
  }

  /// One slip is allowed in four letters and more, two from eight; a number must be the same.
  private static func isSaid(_ word: String, in keys: Set<[UInt8]>) -> Bool {
    let key = Array(TextFolding.skeleton(word).utf8)
    if keys.contains(key) { return true }
    guard !word.utf8.contains(where: { (0x30...0x39).contains($0) }), key.count >= 4 else { return false }
    let slips = key.count >= 8 ? 2 : 1
    return keys.contains { EditDistance.between(key, $0, limit: slips) != nil }
  }
}
