import Geo

/// What of a partner's name tells it from others: without legal form and without the words half the trade has in its
/// name. `ООО «Турагентство Вояж»` and `Вояж` have the same significant words.
public enum PartnerName {
  /// The words that count, of a folded name (``TextFolding/fold(_:)``), in order; all of them when none would be left.
  public static func significantWords(ofFolded folded: String) -> [String] {
    let words = folded.split(separator: " ").map(String.init)
    let kept = words.enumerated().filter { i, word in
      if legalForms.contains(word) || tradeWords.contains(word) { return false }
      // The letters of "Sp. z o.o." and "e. K.".
      let single = word.utf8.count == 1 && !(0x30...0x39).contains(word.utf8.first!)
      return !(single && i > 0 && words.contains { ["sp", "kg", "k"].contains($0) })
    }
    return kept.isEmpty ? words : kept.map(\.element)
  }

  /// True when two folded names hold the same numbers: `Вояж 1` is not `Вояж 2`, and not `Вояж`.
  public static func sameNumbers(_ a: String, _ b: String) -> Bool { numbers(a) == numbers(b) }

  private static func numbers(_ folded: String) -> [[UInt8]] {
    folded.utf8.split { !(0x30...0x39).contains($0) }.map { Array($0) }.sorted {
      $0.lexicographicallyPrecedes($1)
    }
  }

  private static let legalForms: Set<String> = Set(
    [
      "ооо", "оао", "зао", "пао", "ао", "нао", "ип", "чуп", "чтуп", "чп", "уп", "куп", "руп", "гуп", "муп",
      "дуп", "суп",
      "одо", "тоо", "тов", "фоп", "пп", "таа", "тдв", "сооо", "иооо", "чсуп", "тчуп", "унитарное",
      "предприятие", "частное",
      "общество", "ограниченной", "ответственностью", "индивидуальный", "предприниматель", "ltd", "llc",
      "inc", "plc", "co",
      "gmbh", "ug", "ag", "kg", "ohg", "mbh", "gbr", "sp", "zoo", "uab", "mb", "sia", "as", "ou", "oy", "ab",
      "spol", "sro",
    ].map { TextFolding.fold($0) })

  private static let tradeWords: Set<String> = Set(
    [
      "турагентство", "турагенство", "турфирма", "туркомпания", "турбюро", "агентство", "агенство",
      "туристическое",
      "туристическая", "туристический", "компания", "фирма", "бюро", "путешествий", "партнёр", "контрагент",
      "офис", "филиал",
      "отель", "гостиница", "хостел", "travel", "agency", "agencja", "turystyczne", "turystyczna", "biuro",
      "podróży",
      "reisebüro", "partner", "company", "office", "hotel", "hostel", "customer", "client", "клиент",
      "турыстычнае",
    ].map { TextFolding.fold($0) })
}
