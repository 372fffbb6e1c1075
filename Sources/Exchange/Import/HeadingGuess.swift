import Geo

/// Finds the field of a heading.
enum HeadingGuess {
  static func field(_ heading: String) -> ImportField? {
    let folded = TextFolding.fold(heading)
    guard !folded.isEmpty else { return nil }
    if let exact = exact[folded] { return exact }
    // "Интервал обзвона (дн.)", "Длительность визита, мин".
    let plain = HeadingUnit.removing(heading)
    if plain != folded, let exact = exact[plain] { return exact }
    // "Город/населённый пункт", when all its words mean one thing.
    let parts = heading.unicodeScalars.split { "/|\\".unicodeScalars.contains($0) }.map { String($0) }
    let meant = Set(parts.compactMap { exact[TextFolding.fold($0)] })
    if parts.count > 1, meant.count == 1 { return meant.first }
    // "Телефон 2", "Phone_1".
    var words = folded.split(separator: " ").map(String.init)
    while let last = words.last, last.utf8.allSatisfy({ (0x30...0x39).contains($0) }), words.count > 1 {
      words.removeLast()
    }
    if let numbered = exact[words.joined(separator: " ")], numbered.takesSeveral { return numbered }
    for (field, decisive) in foldedDecisive where words.contains(where: { decisive.contains($0) }) {
      return field
    }
    return nil
  }

  private static let exact: [String: ImportField] = {
    var table: [String: ImportField] = [:]
    for field in ImportField.allCases {
      table[TextFolding.fold(field.rawValue)] = field
      for heading in field.headings { table[TextFolding.fold(heading)] = field }
    }
    return table
  }()

  private static let foldedDecisive: [(ImportField?, Set<String>)] = ImportField.decisiveWords.map {
    ($0.0, Set($0.1.map { TextFolding.fold($0) }))
  }
}

extension ImportField {
  /// Why a column is not read although its heading is clear; nil when the heading says nothing to the import.
  public static func whyNotRead(_ heading: String) -> String? {
    let folded = " " + TextFolding.fold(heading) + " "
    return lastVisit.contains { folded.contains(" " + $0 + " ") }
      ? "visits are recorded when they are checked off, not imported" : nil
  }

  private static let lastVisit = [
    "последнего визита", "последний визит", "дата визита", "последнего посещения", "последнее посещение",
    "last visit",
    "ostatnia wizyta", "ostatniej wizyty", "letzter besuch",
  ].map { TextFolding.fold($0) }
}

/// The unit a heading names behind the field: `Длительность визита, ч`, `Интервал (нед.)`.
enum HeadingUnit {
  case minutes, hours, days, weeks, months

  /// Nil when it names none, or several, or counts something within it ("раз в месяц").
  init?(_ heading: String) {
    let words = TextFolding.words(heading)
    let named = Set(words.compactMap { Self.words[$0] })
    guard named.count == 1, Self.counts.isDisjoint(with: words), let unit = named.first else { return nil }
    self = unit
  }

  /// The folded heading without what stands in brackets and without units at its end.
  static func removing(_ heading: String) -> String {
    let all = TextFolding.words(heading)
    guard counts.isDisjoint(with: all) else { return all.joined(separator: " ") }
    var depth = 0
    var kept = String.UnicodeScalarView()
    for scalar in heading.unicodeScalars {
      if scalar == "(" || scalar == "[" { depth += 1 }
      if depth == 0 { kept.append(scalar) }
      if scalar == ")" || scalar == "]" { depth = max(0, depth - 1) }
    }
    var words = TextFolding.words(String(kept))
    while words.count > 1, let last = words.last, Self.words[last] != nil || ["в", "in", "w"].contains(last) {
      words.removeLast()
    }
    return words.joined(separator: " ")
  }

  private static let counts: Set<String> = ["раз", "раза", "per", "times", "razy", "mal", "pro"]

  private static let words: [String: HeadingUnit] = {
    let lists: [(HeadingUnit, String)] = [
      (.minutes, "мин минут минуты минутах хв min minutes minut minuty minuten"),
      (.hours, "ч час часа часов часы часах h hour hours hrs godz godziny godzin std stunden"),
      (.days, "дн дней дни день днях days day dni tage tagen d"),
      (.weeks, "нед недель недели неделя неделях week weeks tyg tygodni tygodnie wochen"),
      (.months, "мес месяц месяцев месяца месяцах month months mies miesiące miesięcy monate"),
    ]
    var table: [String: HeadingUnit] = [:]
    for (unit, list) in lists {
      for word in list.split(separator: " ") { table[TextFolding.fold(String(word))] = unit }
    }
    return table
  }()
}
