/// Comparison keys of towns: what `г. Гродно`, `Гродно` and `Grodno` share.
public enum TownName {
  /// The folded name without words that only say "a town follows" (`г.`, `аг.`, `город`, `City`), kept where nothing else
  /// would be left. Empty when the text has no letter or digit.
  public static func folded(_ text: String) -> String {
    var words = TextFolding.words(text)[...]
    while words.count > 1 {
      if words.count > 2, AddressWords.settlements.contains(words.prefix(2).joined(separator: " ")) {
        words = words.dropFirst(2)
      } else if AddressWords.settlements.contains(words[words.startIndex]) {
        words = words.dropFirst()
      } else if let last = words.last, trailing.contains(last) {
        words = words.dropLast()
      } else {
        break
      }
    }
    return words.joined(separator: " ")
  }

  /// ``folded(_:)`` by sound, the same for Cyrillic and Latin spellings; the folded name where sound leaves nothing.
  public static func sound(_ text: String) -> String {
    let name = folded(text)
    let sound = TextFolding.skeleton(name)
    return sound.isEmpty ? name : sound
  }

  /// One town for certain as far as names go: spelt alike, or alike by sound in different alphabets.
  public static func isSame(_ a: String, _ b: String) -> Bool {
    let (x, y) = (folded(a), folded(b))
    guard !x.isEmpty else { return false }
    return x == y || isCyrillic(x) != isCyrillic(y) && sound(a) == sound(b)
  }

  /// Spelt or sounding alike, in whatever alphabet: `Баранавічы` and `Барановичи`, but other towns too.
  public static func isAlike(_ a: String, _ b: String) -> Bool {
    let name = sound(a)
    return !name.isEmpty && name == sound(b)
  }

  /// Two texts of one address: the same words, whatever stands for "town", in whatever alphabet.
  public static func isSameAddress(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    let (x, y) = (addressWords(a), addressWords(b))
    return !x.isEmpty && x.count == y.count
      && zip(x, y).allSatisfy { one, other in
        one == other
          || isCyrillic(one) != isCyrillic(other) && one.utf8.allSatisfy { !(0x30...0x39).contains($0) }
            && TextFolding.skeleton(one) == TextFolding.skeleton(other)
      }
  }

  /// Addresses that are the same by ``isSameAddress(_:_:)`` share it.
  public static func addressKey(_ text: String) -> String {
    addressWords(text).map { word in
      let hasDigit = word.utf8.contains { (0x30...0x39).contains($0) }
      let sound = hasDigit ? "" : TextFolding.skeleton(word)
      return sound.isEmpty ? word : sound
    }.joined(separator: " ")
  }

  private static func addressWords(_ text: String) -> [String] {
    TextFolding.words(text).filter { !signs.contains($0) }
  }

  private static func isCyrillic(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x0400...0x04FF).contains($0.value) }
  }

  /// Stand behind a name as well.
  private static let trailing = AddressWords.words("г, город, city, town, gorod, miasto, horad, горад")
  /// In an address these say nothing but "a settlement"; shorter ones are streets and houses too.
  private static let signs = AddressWords.words(
    """
    г, гор, город, горад, gorod, horad, city, town, miasto, аг, агрогородок, аграгарадок, гп, пгт, дер, деревня, веска,
    пос, поселок, пасёлак, село
    """)
}
