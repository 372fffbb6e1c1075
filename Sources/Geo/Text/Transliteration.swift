/// Cyrillic names in Latin letters and back, in the ways people of the region really write them.
///
/// Matching does not need it (``TextFolding/skeleton(_:)`` joins all schemes); labels, file names and the search
/// in foreign databases do.
public enum Transliteration {
  /// How Cyrillic is written in Latin letters.
  public enum Scheme: String, Sendable, CaseIterable {
    /// As on passports of Russia: `Zhodino`, `Shchuchin` (ICAO Doc 9303, without its signs).
    case passport
    /// As in letters and file names: `Jodino`, `Schuchin`.
    case casual
    /// As in Belarus by law from Belarusian: `Žodzina`, `Ščučyn`.
    case belarusian
    /// As Poles read it: `Żodino`, `Szczuczin`.
    case polish
    /// As Germans read it: `Schodino`, `Schtschutschin`.
    case german
  }

  private static let letters = Array("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіўєїґ".unicodeScalars)

  private static func row(_ scheme: Scheme) -> [String] {
    let text =
      switch scheme {
      case .passport:
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y - e iu ia i u ie i g"
      case .casual: "a b v g d e e j z i y k l m n o p r s t u f h c ch sh sch - y - e yu ya i u e i g"
      case .belarusian:
        "a b v h d je jo ž z i j k l m n o p r s t u f ch c č š šč - y - e ju ja i ŭ je ji g"
      case .polish:
        "a b w g d e jo ż z i j k ł m n o p r s t u f ch c cz sz szcz - y - e ju ja i u je ji g"
      case .german:
        "a b w g d e jo sch s i i k l m n o p r s t u f ch z tsch sch schtsch - y - e ju ja i u je ji g"
      }
    return text.split(separator: " ").map { $0 == "-" ? "" : String($0) }
  }

  private static let tables: [Scheme: [Unicode.Scalar: String]] = {
    var result: [Scheme: [Unicode.Scalar: String]] = [:]
    for scheme in Scheme.allCases {
      result[scheme] = Dictionary(uniqueKeysWithValues: zip(letters, row(scheme)))
    }
    return result
  }()

  /// The text with Cyrillic letters written in Latin ones; everything else stays. Case is kept: `Щучин` →
  /// `Shchuchin`, `ЩУЧИН` → `SHCHUCHIN`.
  public static func latin(_ text: String, scheme: Scheme = .passport) -> String {
    guard let table = tables[scheme] else { return text }
    let scalars = Array(TextNormalForm.composed(text))
    var result = ""
    for (i, scalar) in scalars.enumerated() {
      let lower = scalar.properties.lowercaseMapping.unicodeScalars
      guard lower.count == 1, let small = lower.first, let written = table[small] else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard scalar.properties.isUppercase else {
        result += written
        continue
      }
      let next = i + 1 < scalars.count ? scalars[i + 1] : nil
      let previous = i > 0 ? scalars[i - 1] : nil
      let isShouted =
        next?.properties.isUppercase == true
        || next?.properties.isAlphabetic != true && previous?.properties.isUppercase == true
      result += isShouted ? written.uppercased() : written.prefix(1).uppercased() + written.dropFirst()
    }
    return result
  }

  /// Latin letter groups and the Cyrillic they are usually meant for, longest first.
  private static let groups: [(latin: [Unicode.Scalar], cyrillic: String)] = [
    ("schtsch", "щ"), ("shch", "щ"), ("szcz", "щ"), ("tsch", "ч"), ("sch", "ш"), ("zh", "ж"), ("kh", "х"),
    ("ts", "ц"), ("ch", "ч"), ("cz", "ч"), ("sh", "ш"), ("sz", "ш"), ("rz", "ж"), ("yu", "ю"), ("ya", "я"),
    ("yo", "ё"), ("ye", "е"), ("ju", "ю"), ("ja", "я"), ("jo", "ё"), ("je", "е"), ("iu", "ю"), ("ia", "я"),
    ("ž", "ж"), ("ż", "ж"), ("č", "ч"), ("š", "ш"), ("ŭ", "ў"), ("ł", "л"), ("ń", "нь"), ("ć", "ць"),
    ("ś", "сь"), ("ź", "зь"), ("ó", "у"), ("a", "а"), ("b", "б"), ("c", "ц"), ("d", "д"), ("e", "е"),
    ("f", "ф"), ("g", "г"), ("h", "г"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"), ("m", "м"),
    ("n", "н"), ("o", "о"), ("p", "п"), ("q", "к"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"),
    ("v", "в"), ("w", "в"), ("x", "кс"), ("y", "ы"), ("z", "з"),
  ].map { (Array($0.0.unicodeScalars), $0.1) }

  /// A Russian reading of a name in Latin letters: `Baranovichi` → `Барановичи`. A guess, since the way there loses
  /// letters; signs that are no Latin letters stay.
  public static func cyrillic(_ text: String) -> String {
    let scalars = Array(TextNormalForm.composed(text))
    let lower = scalars.map { $0.properties.lowercaseMapping.unicodeScalars.first ?? $0 }
    var result = ""
    var i = 0
    while i < scalars.count {
      let match = groups.first { group in
        i + group.latin.count <= lower.count
          && group.latin.indices.allSatisfy { lower[i + $0] == group.latin[$0] }
      }
      guard let match else {
        result.unicodeScalars.append(scalars[i])
        i += 1
        continue
      }
      var written = match.cyrillic
      // A final y after a consonant is ы or и by taste; after a vowel it is й.
      if match.latin == ["y"], i > 0, "aeiou".unicodeScalars.contains(lower[i - 1]) { written = "й" }
      result +=
        scalars[i].properties.isUppercase ? written.prefix(1).uppercased() + written.dropFirst() : written
      i += match.latin.count
    }
    return result
  }
}
