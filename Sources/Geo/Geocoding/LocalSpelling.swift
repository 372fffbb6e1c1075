/// How a country's own language writes a name that the source has in plain letters too.
enum LocalSpelling {
  /// Letters with marks in the languages of the countries whose names the sources often write without.
  private static let letters: [String: Set<Character>] = [
    "PL": Set("ąćęłńóśźż"), "LT": Set("ąčęėįšųūž"), "LV": Set("āčēģīķļņšūž"), "EE": Set("äõöüšž"),
    "CZ": Set("áčďéěíňóřšťúůýž"), "SK": Set("áäčďéíĺľňóôŕšťúýž"), "DE": Set("äöü"), "AT": Set("äöü"),
  ]

  /// "Bielsko-Biała" for "Bielsko-Biala" in Poland: of the other names, parted by `|`, the only one that is the same name
  /// with that country's letters; else the name itself.
  static func best(of name: String, among others: String, country: String) -> String {
    guard let letters = letters[country], name.utf8.allSatisfy({ $0 < 0x80 }) else { return name }
    let key = TextFolding.fold(name)
    let own = others.split(separator: "|").filter { other in
      other.utf8.contains { $0 >= 0x80 }
        && other.lowercased().allSatisfy { $0.isASCII || letters.contains($0) }
        && TextFolding.fold(String(other)) == key
    }
    return own.count == 1 ? String(own[0]) : name
  }

  /// The text has letters with marks, and all of them are the country's own: München, but not Róma.
  static func hasMarks(of country: String, _ text: String) -> Bool {
    guard hasMarks(text), let letters = letters[country] else { return false }
    return text.lowercased().allSatisfy { $0.isASCII || letters.contains($0) }
  }

  /// The text has Latin letters with marks (U+00C0 … U+017F) and no apostrophes of a transliteration.
  static func hasMarks(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0xC0...0x17F).contains($0.value) }
      && !text.unicodeScalars.contains {
        $0 == "'" || (0x2018...0x2019).contains($0.value) || $0.value == 0x2BC
      }
  }

  /// Where a language (two or three letters) is at home.
  static func isSpoken(_ language: String, in country: String) -> Bool {
    switch language {
    case "de": ["DE", "AT", "CH", "LI", "LU"].contains(country)
    case "cs": country == "CZ"
    case "et": country == "EE"
    case "uk": country == "UA"
    case "be": country == "BY"
    case "ru": ["RU", "BY", "KZ", "KG"].contains(country)
    // Most languages share their code with their country: pl, lt, lv, sk, fr, it …
    default: language.uppercased() == country
    }
  }

  /// Languages that are written in Cyrillic.
  static let cyrillic: Set<String> = [
    "ru", "be", "uk", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "rus", "bel", "ukr",
  ]
  /// Countries whose own names are written in Cyrillic.
  static let cyrillicCountries: Set<String> = ["RU", "BY", "UA", "KZ", "KG", "BG", "RS", "MK", "MN", "TJ"]
}
