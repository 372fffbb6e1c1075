import CRM
import Foundation
import Geo

/// Single cells as people fill them, each to its value or nil.
enum CellValues {
  // MARK: - Words

  static func kind(_ text: String) -> PartnerKind? {
    let folded = TextFolding.fold(text)
    if let exact = PartnerKind(rawValue: folded) { return exact }
    for (kind, stems) in kindStems
    where stems.contains(where: { folded.hasPrefix($0) || folded.contains(" " + $0) }) {
      return kind
    }
    return nil
  }

  private static let kindStems: [(PartnerKind, [String])] = [
    (
      .agency,
      [
        "турагент", "тураген", "туристическое аген", "туристическое бюро", "турфирм", "туркомпан", "агентств",
        "агент", "турбюро",
        "travel agen", "travel_agen", "agency", "agencies", "agent", "biuro podrozy", "biuro", "reiseburo",
        "reisebur",
      ].map { TextFolding.fold($0) }
    ),
    (
      .hotel,
      [
        "отел", "гостиниц", "гостев", "хостел", "усадьб", "агроусадьб", "мотел", "апарт", "санатори",
        "пансионат", "база отдыха",
        "hotel", "hostel", "guest", "motel", "apartment", "pension", "chalet", "alpine hut", "camp", "b b",
        "gasthaus", "gasthof", "pensjonat", "schronisko", "sanatori", "resort",
      ].map { TextFolding.fold($0) }
    ),
    (
      .carrier,
      ["перевоз", "авиакомпан", "автобус", "транспорт", "carrier", "airline", "bus", "transport", "przewoz"]
        .map {
          TextFolding.fold($0)
        }
    ),
    (
      .corporate,
      [
        "корпоратив", "юрлиц", "юридическое лицо", "предприяти", "corporate", "company", "firma",
        "unternehmen",
      ].map {
        TextFolding.fold($0)
      }
    ),
    (
      .supplier,
      [
        "поставщ", "музе", "экскурс", "гид", "страхов", "туроператор", "информацион", "supplier", "vendor",
        "museum", "muzeum",
        "guide", "insur", "information", "attraction", "gallery", "galerie", "dostawc", "lieferant",
        "tour operator",
      ].map { TextFolding.fold($0) }
    ),
  ]

  static func status(_ text: String) -> PartnerStatus? { statuses[TextFolding.fold(text)] }

  private static let statuses: [String: PartnerStatus] = {
    var table: [String: PartnerStatus] = [:]
    for status in PartnerStatus.allCases { table[TextFolding.fold(status.rawValue)] = status }
    let words: [(PartnerStatus, [String])] = [
      (
        .active,
        [
          "активный", "активен", "активна", "активная", "актив", "действующий", "действует", "в работе",
          "работает", "работаем",
          "постоянный", "клиент", "да", "aktywny", "aktywna", "aktiv", "enabled", "yes", "customer", "true",
        ]
      ),
      (
        .prospect,
        [
          "потенциальный", "новый", "новая", "перспективный", "лид", "кандидат", "new", "lead", "potential",
          "potencjalny", "nowy",
          "interessent",
        ]
      ),
      (
        .paused,
        [
          "приостановлен", "приостановлена", "пауза", "на паузе", "временно не работает", "заморожен",
          "on hold", "hold",
          "suspended", "pause", "wstrzymany", "pausiert",
        ]
      ),
      (
        .closed,
        [
          "закрыт", "закрыта", "закрыто", "неактивный", "неактивен", "не активен", "не активный",
          "не работает", "архив",
          "ликвидирован", "отказ", "нет", "inactive", "archived", "disabled", "no", "false", "zamknięty",
          "nieaktywny",
          "geschlossen", "inaktiv",
        ]
      ),
    ]
    for (status, list) in words { for word in list { table[TextFolding.fold(word)] = status } }
    return table
  }()

  // MARK: - Spans

  /// Days between visits: `30`, `2 недели`, `раз в месяц`, `2 раза в месяц`, `ежеквартально`, `monthly`.
  /// - Parameter unit: of a bare number, as the heading has it.
  static func callIntervalDays(_ text: String, unit heading: HeadingUnit? = nil) -> Int? {
    let folded = TextFolding.fold(text)
    if let days = wholeIntervals[folded] { return days }
    if let number = Int(folded), let heading, let unit = [.weeks: 7, .months: 30][heading] {
      return (1...3650 / unit).contains(number) ? number * unit : nil
    }
    let words = folded.split(separator: " ").map(String.init)
    var numbers: [Int] = []
    var unit: Int?
    var timesPer = false
    for word in words {
      if let number = Int(word) {
        numbers.append(number)
      } else if word.hasPrefix("раз") || word.hasPrefix("times") || word == "per" || word == "razy"
        || word == "mal"
      {
        if word.hasPrefix("раз") || word.hasPrefix("times") || word == "razy" || word == "mal" {
          timesPer = true
        }
      } else if let days = unitDays(word) {
        unit = days
      } else if ![
        "в", "each", "every", "каждые", "каждыи", "каждую", "a", "in", "w", "co", "alle", "pro", "на",
      ].contains(word) {
        return nil
      }
    }
    let days: Int
    if timesPer {
      // "2 раза в месяц", "раз в 2 недели", "1 раз в 10 дней"
      guard let unit else { return nil }
      let startsWithNumber = words.first.flatMap { Int($0) } != nil
      let times = startsWithNumber ? numbers.first ?? 1 : 1
      let spans = numbers.count > (startsWithNumber ? 1 : 0) ? numbers[startsWithNumber ? 1 : 0] : 1
      guard times > 0 else { return nil }
      days = max(1, unit * spans / times)
    } else {
      guard let number = numbers.first ?? (unit != nil ? 1 : nil), numbers.count <= 1, number <= 10_000 else {
        return nil
      }
      days = number * (unit ?? 1)
    }
    return (1...3660).contains(days) ? days : nil
  }

  private static let wholeIntervals: [String: Int] = {
    let words: [(Int, [String])] = [
      (1, ["ежедневно", "daily", "codziennie", "täglich"]),
      (7, ["еженедельно", "weekly", "co tydzień", "wöchentlich"]),
      (14, ["biweekly", "fortnightly", "раз в две недели"]),
      (30, ["ежемесячно", "monthly", "miesięcznie", "co miesiąc", "monatlich"]),
      (91, ["ежеквартально", "quarterly", "kwartalnie", "vierteljährlich"]),
      (182, ["раз в полгода", "полугодие", "half yearly"]),
      (365, ["ежегодно", "yearly", "annually", "rocznie", "jährlich"]),
    ]
    var table: [String: Int] = [:]
    for (days, list) in words { for word in list { table[TextFolding.fold(word)] = days } }
    return table
  }()

  private static func unitDays(_ word: String) -> Int? {
    for (stem, days) in [
      ("дн", 1), ("ден", 1), ("day", 1), ("dni", 1), ("dzien", 1), ("tag", 1), ("d", 1), ("нед", 7),
      ("week", 7),
      ("tyg", 7), ("woche", 7), ("w", 7), ("мес", 30), ("month", 30), ("mies", 30), ("monat", 30),
      ("кварт", 91), ("quarter", 91),
      ("kwart", 91), ("quartal", 91), ("полгод", 182), ("год", 365), ("лет", 365), ("year", 365),
      ("rok", 365), ("jahr", 365),
    ] where stem.utf8.count > 1 ? word.hasPrefix(stem) : word == stem {
      return days
    }
    return nil
  }

  /// How long a visit takes: `45` (minutes), `30 мин`, `1 ч`, `1 ч 15 мин`, `1,5 часа`, `1:30`, `полчаса`. A small
  /// fraction without a unit (`0.5`, `1.5`) may mean hours, minutes or days, and is none.
  /// - Parameter unit: of a bare number, as the heading has it.
  static func visitLength(_ text: String, unit heading: HeadingUnit? = nil) -> Seconds? {
    let lower = TextFolding.composed(text.lowercased())
    if let number = bareNumber(lower) {
      if heading == .hours { return length(minutes: number * 60) }
      return number < 10 && number != number.rounded() ? nil : length(minutes: number)
    }
    if lower.contains("полчаса") || lower.contains("пол часа") { return Seconds(minutes: 30) }
    if lower.contains("полтора часа") { return Seconds(minutes: 90) }
    var minutes = 0.0
    var number = ""
    var read = false
    var pending: Double?
    func value() -> Double? { number.isEmpty ? nil : Double(number) }
    var word = ""
    func unit(_ word: String) -> Double? {
      if word.hasPrefix("ч") || word.hasPrefix("h") || word.hasPrefix("г") || word.hasPrefix("st") {
        return 60
      }
      if word.hasPrefix("м") || word.hasPrefix("m") || word.hasPrefix("хв") { return 1 }
      if word.hasPrefix("с") || word.hasPrefix("s") { return 1 / 60 }
      return nil
    }
    let colon = lower.split(separator: ":")
    if colon.count >= 2, colon.count <= 3, let h = Int(colon[0]), let m = Int(colon[1]), (0...24).contains(h),
      (0..<60).contains(m)
    {
      return length(minutes: Double(h * 60 + m))
    }
    for scalar in lower.unicodeScalars.map({ $0 }) + [" "] {
      switch scalar {
      case "0"..."9":
        if !word.isEmpty {
          guard apply(&pending, word) else { return nil }
          word = ""
        }
        number.unicodeScalars.append(scalar)
      case ".", ",":
        if number.isEmpty { continue }
        number.append(".")
      default:
        if !number.isEmpty {
          if number.hasSuffix(".") { number.removeLast() }
          guard pending == nil, let v = value() else { return nil }
          pending = v
          number = ""
        }
        if scalar.properties.isAlphabetic {
          word.unicodeScalars.append(scalar)
        } else if !word.isEmpty {
          guard apply(&pending, word) else { return nil }
          word = ""
        }
      }
    }
    func apply(_ pending: inout Double?, _ word: String) -> Bool {
      guard let v = pending, let factor = unit(word) else { return false }
      minutes += v * factor
      pending = nil
      read = true
      return true
    }
    if let pending { minutes += read && pending < 60 ? pending : read ? .nan : pending }
    return length(minutes: minutes)
  }

  /// `45`, `1,5`.
  private static func bareNumber(_ text: String) -> Double? {
    let plain = text.replacingOccurrences(of: ",", with: ".")
    return plain.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } ? Double(plain) : nil
  }

  private static func length(minutes: Double) -> Seconds? {
    guard minutes.isFinite, minutes > 0, minutes <= 1440 else { return nil }
    return Seconds(rounding: minutes * 60)
  }

  // MARK: - Dates and clocks

  /// The house number a spreadsheet took for a date: `1/5` became 1 May, which a file has as `2026-05-01`, `01.05.2026`
  /// or `01.май`, and `1/25` became January 2025, `янв.25`. Nil for anything else.
  static func houseMadeDate(_ text: String) -> String? {
    if let date = LocalDate(text) {
      return "\(date.day)/\(date.month)"
    }
    let parts = text.lowercased().split { " .-/".contains($0) }.map(String.init)
    func number(_ text: String) -> Int? { text.utf8.count <= 2 ? Int(text) : nil }
    func month(_ text: String) -> Int? {
      text.unicodeScalars.count < 3
        ? nil : months.firstIndex { $0.contains { text.hasPrefix($0) } }.map { $0 + 1 }
    }
    if parts.count == 3, parts[2].utf8.count == 4, text.contains("."), let date = date(text) {
      return "\(date.day)/\(date.month)"
    }
    guard parts.count == 2 else { return nil }
    if let day = number(parts[0]), (1...31).contains(day), let month = month(parts[1]) {
      return "\(day)/\(month)"
    }
    if let year = number(parts[1]), let month = month(parts[0]) { return "\(month)/\(year)" }
    return nil
  }

  private static let months: [[String]] = [
    ["янв", "сту", "jan", "sty", "jän"], ["фев", "лют", "feb", "lut"], ["мар", "сак", "mar", "mär"],
    ["апр", "кра", "apr", "kwi"], ["май", "мая", "тра", "may", "maj", "mai"], ["июн", "чэр", "jun", "cze"],
    ["июл", "ліп", "jul", "lip"], ["авг", "жні", "aug", "sie"], ["сен", "вер", "sep", "wrz"],
    ["окт", "кас", "oct", "paź", "okt"], ["ноя", "ліс", "nov", "lis"], ["дек", "сне", "dec", "gru", "dez"],
  ]

  /// Opening or closing time as a cell has it: a spreadsheet's fraction of a day (`0.375`) becomes a clock time, of a date
  /// with a time the time stays; anything else is left to whoever reads opening hours.
  static func clock(_ text: String) -> String {
    let plain = text.replacingOccurrences(of: ",", with: ".")
    if plain.utf8.contains(UInt8(ascii: ".")), let day = Double(plain), (0..<1).contains(day) {
      let minutes = Int((day * 1440).rounded())
      return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
    }
    if let space = text.unicodeScalars.lastIndex(of: " "), LocalDate(String(text[..<space])) != nil {
      return TextFolding.clean(String(text[space...]))
    }
    return text
  }

  /// `2026-12-31`, `31.12.2026`, `до 31.12.2026`.
  static func date(_ text: String) -> LocalDate? {
    let word = text.split(separator: " ").last.map(String.init) ?? text
    if let date = LocalDate(word) { return date }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[2].utf8.count == 4, parts[0].utf8.count <= 2, parts[1].utf8.count <= 2
    else { return nil }
    func two(_ part: String) -> String { part.utf8.count < 2 ? "0" + part : part }
    return LocalDate("\(parts[2])-\(two(parts[1]))-\(two(parts[0]))")
  }

  /// A ban on visits: its last day, or any word for yes; nil for a word for no. Whatever else stands there is the reason.
  static func ban(_ text: String, reason: String?) -> DoNotVisit? {
    if let until = date(text) { return DoNotVisit(until: until, reason: reason ?? "") }
    let word = TextFolding.fold(text)
    if ["no", "нет", "не", "false", "0", "nie", "nein"].contains(word) { return nil }
    let yes = [
      BanText.endless, "да", "true", "1", "x", "х", "tak", "ja", "так", "не посещать", "навсегда", "всегда",
    ]
    if word.isEmpty || yes.contains(word) { return DoNotVisit(reason: reason ?? "") }
    return DoNotVisit(reason: [text, reason].compactMap { $0 }.joined(separator: "; "))
  }

  // MARK: - Numbers and lists

  /// Letters and digits in upper case: `УНП 190-123-456` → `190123456`, `PL 526-000-12-46` → `PL5260001246`,
  /// `7707083893/770701001` → `7707083893`.
  static func registrationNumber(_ text: String) -> String? {
    var upper = TextFolding.composed(text.uppercased()).trimmingCharacters(
      in: .whitespacesAndNewlines)
    for label in [
      "УНП", "ИНН/КПП", "ИНН", "УНН", "ОГРН", "NIP", "VAT", "REGON", "UNP", "INN", "БИН", "ЕДРПОУ",
    ]
    where upper.hasPrefix(label) {
      upper = String(upper.dropFirst(label.count))
      break
    }
    if upper.hasSuffix(".0") { upper = String(upper.dropLast(2)) }
    var result = String.UnicodeScalarView()
    for scalar in upper.unicodeScalars {
      if scalar == "/" || scalar == "," || scalar == ";" {
        if !result.isEmpty { break }
        continue
      }
      if (48...57).contains(scalar.value) || scalar.properties.isAlphabetic { result.append(scalar) }
    }
    let number = String(result)
    guard (4...32).contains(number.unicodeScalars.count),
      number.utf8.contains(where: { (0x30...0x39).contains($0) })
    else { return nil }
    return number
  }

  /// Lower-case tags, at most 60 scalars each.
  static func tags(_ text: String) -> [String] {
    text.unicodeScalars.split { ",;|/\n\r".unicodeScalars.contains($0) }.compactMap { piece in
      var tag = TextFolding.clean(String(piece), limit: 60).lowercased()
      if tag.hasPrefix("#") { tag = String(tag.dropFirst()) }
      return tag.isEmpty ? nil : tag
    }
  }
}
