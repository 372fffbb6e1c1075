import Foundation
import Geo

/// The pieces opening hours are written with, whatever the language.
enum OpeningHoursToken: Hashable, Sendable {
  /// Monday = 0.
  case day(Int)
  /// "weekdays", "daily", "weekend".
  case days(Set<Int>)
  /// Seconds after midnight.
  case time(Int)
  case dash
  case comma
  /// `;` or a line break: what follows is a rule of its own.
  case semicolon
  case closed
  case allDay
  /// A lunch break follows.
  case breakTime
  /// "no break", "no days off": said for reassurance, changes nothing.
  case reassurance
  case except
  /// "выходные": the weekend where times follow, "closed" elsewhere.
  case weekendOrClosed
  /// Public or school holidays: tolerated, not used.
  case holiday
}

struct OpeningHoursLexer {
  /// Letters, digits or one mark, lower-case.
  fileprivate enum Piece: Hashable {
    case word(String)
    case number(String)
    case mark(Unicode.Scalar)
  }

  /// - Throws: ``OpeningHoursError/unknownWord(_:text:)`` and ``OpeningHoursError/badTime(_:text:)``.
  static func tokens(of text: String) throws(OpeningHoursError) -> [OpeningHoursToken] {
    let pieces = split(text)
    let context = Context(pieces)
    var tokens: [OpeningHoursToken] = []
    var index = 0
    var dayNumbers = false
    while index < pieces.count {
      switch pieces[index] {
      case .number(let digits):
        if let (days, used) = DayNumbers.read(at: index, in: pieces, wereRead: dayNumbers) {
          tokens.append(contentsOf: days)
          dayNumbers = true
          index += used
          continue
        }
        let (read, used) = try time(at: index, in: pieces, digits: digits, text: text)
        tokens.append(contentsOf: read)
        index += used
      case .mark(let mark):
        switch mark {
        case "-": if tokens.last != .dash { tokens.append(.dash) }
        case ",", "&", "/": tokens.append(.comma)
        case "+" where nextWords(pieces, index + 1).first.map { OpeningHoursWords.token($0) != nil } == true:
          // "Sa+So"; behind a time it would leave the end open.
          tokens.append(.comma)
        case ";", "\n", "|": tokens.append(.semicolon)
        case ".", ":", "(", ")", "[", "]", "\"", "'", "!", "*", "_": break
        default: throw .unknownWord(String(mark), text: text)
        }
        index += 1
      case .word(let word):
        let phrase = nextWords(pieces, index)
        if let (token, used) = context.day(at: index, in: pieces) {
          tokens.append(token)
          index += used
        } else if let (token, used) = phraseToken(phrase) {
          if let token { tokens.append(token) }
          index += used
        } else if word == "do" {
          // German Thursday or Polish "until".
          if case .time = tokens.last {
            tokens.append(.dash)
          } else {
            tokens.append(context.isPolish ? .dash : .day(3))
          }
          index += 1
        } else if let token = OpeningHoursWords.token(word) {
          tokens.append(token)
          index += 1
        } else if OpeningHoursWords.isFiller(word) {
          index += 1
        } else {
          throw .unknownWord(word, text: text)
        }
      }
    }
    return settled(tokens)
  }

  /// Decides what "выходные" means by what follows it.
  private static func settled(_ tokens: [OpeningHoursToken]) -> [OpeningHoursToken] {
    var result: [OpeningHoursToken] = []
    for (index, token) in tokens.enumerated() {
      guard token == .weekendOrClosed else {
        result.append(token)
        continue
      }
      let next = tokens[(index + 1)...].first { $0 != .dash && $0 != .comma }
      switch (result.last { $0 != .dash && $0 != .comma }, next) {
      case (.except, _): result.append(.days([5, 6]))
      case (_, .time), (_, .allDay): result.append(.days([5, 6]))
      case (.day, _), (.days, _), (_, .day), (_, .days): result.append(.closed)
      default: result += [.days([5, 6]), .closed]
      }
    }
    return result
  }

  /// What the whole text tells about words that are ambiguous alone.
  private struct Context {
    /// Roman numerals for days are used.
    private let isRoman: Bool
    /// Lithuanian abbreviations are used: `pn` is a Friday then, not a Polish Monday.
    private let isLithuanian: Bool
    /// Polish days or "od … do": `do` is "until" then, not a German Thursday.
    let isPolish: Bool

    private static let roman: [String: Int] = ["i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6]
    private static let lithuanian: [String: Int] = [
      "pr": 0, "an": 1, "tr": 2, "kt": 3, "pn": 4, "št": 5, "sk": 6,
    ]

    private static let polish: Set<String> = [
      "od", "pon", "pn", "wt", "śr", "czw", "pt", "sob", "niedz", "nd", "ndz", "codziennie", "godz", "dni",
    ]
    private static let polishStems = [
      "poniedz", "wtor", "środ", "srod", "czwart", "piąt", "piat", "sobot", "niedziel",
    ]

    init(_ pieces: [Piece]) {
      var words: Set<String> = []
      var romanRange = false
      for (index, piece) in pieces.enumerated() {
        guard case .word(let word) = piece else { continue }
        words.insert(word)
        if Self.roman[word] != nil, index + 2 < pieces.count, pieces[index + 1] == .mark("-"),
          case .word(let other) = pieces[index + 2], Self.roman[other] != nil
        {
          romanRange = true
        }
      }
      isRoman = romanRange || !words.isDisjoint(with: ["ii", "iii", "iv", "vi", "vii"])
      isLithuanian = !words.isDisjoint(with: ["pr", "an", "tr", "kt", "št", "sk"])
      isPolish = words.contains { word in
        Self.polish.contains(word) || Self.polishStems.contains(where: word.hasPrefix)
      }
    }

    /// The day a piece means in this context, and how many pieces it takes.
    func day(at index: Int, in pieces: [Piece]) -> (OpeningHoursToken, Int)? {
      func word(_ index: Int) -> String? {
        guard pieces.indices.contains(index), case .word(let word) = pieces[index] else { return nil }
        return word
      }
      guard let own = word(index) else { return nil }
      if isLithuanian, let day = Self.lithuanian[own] { return (.day(day), 1) }
      guard isRoman, let day = Self.roman[own] else { return nil }
      // "VI i VII" is a list.
      if own == "i", let before = word(index - 1), Self.roman[before] != nil, let after = word(index + 1),
        Self.roman[after] != nil
      {
        return (.comma, 1)
      }
      return (.day(day), 1)
    }
  }

  // MARK: - Splitting

  private static func split(_ text: String) -> [Piece] {
    var pieces: [Piece] = []
    var word = String.UnicodeScalarView()
    var number = ""
    func flush() {
      if !word.isEmpty { pieces.append(.word(String(word))) }
      if !number.isEmpty { pieces.append(.number(number)) }
      word = .init()
      number = ""
    }
    let lower = TextFolding.composed(text.lowercased())
      .replacingOccurrences(of: "нон-стоп", with: "нонстоп").replacingOccurrences(
        of: "non-stop", with: "nonstop"
      )
      .replacingOccurrences(of: "non stop", with: "nonstop")
    for scalar in lower.unicodeScalars {
      switch scalar {
      case "0"..."9":
        if !word.isEmpty { flush() }
        number.unicodeScalars.append(scalar)
      case "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹":
        // 9⁰⁰: minutes set small.
        if !number.isEmpty, superscriptStarts(pieces) {
          flush()
          pieces.append(.mark(":"))
        }
        number.append(String(superscript(scalar)))
      case "‐", "‑", "‒", "–", "—", "―", "−", "-", "~", "…":
        flush()
        pieces.append(.mark("-"))
      case "\r", "\n":
        flush()
        if pieces.last != .mark("\n") { pieces.append(.mark("\n")) }
      case "’", "ʼ", "'":
        if word.isEmpty { continue }
      default:
        if scalar.properties.isAlphabetic {
          if !number.isEmpty { flush() }
          word.append(scalar)
        } else if scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}" {
          flush()
        } else if scalar.properties.generalCategory == .nonspacingMark {
          continue
        } else {
          flush()
          pieces.append(.mark(scalar))
        }
      }
    }
    flush()
    return pieces
  }

  private static func superscriptStarts(_ pieces: [Piece]) -> Bool { pieces.last != .mark(":") }

  private static func superscript(_ scalar: Unicode.Scalar) -> Int {
    switch scalar {
    case "¹": 1
    case "²": 2
    case "³": 3
    default: Int(scalar.value) - 0x2070
    }
  }

  // MARK: - Times

  /// Reads a clock time, or a whole range where dashes stand both inside times and between them
  /// (`9-00-18-00`), at `index`.
  private static func time(
    at index: Int, in pieces: [Piece], digits: String, text: String
  ) throws(OpeningHoursError) -> ([OpeningHoursToken], Int) {
    func mark(_ offset: Int) -> Unicode.Scalar? {
      guard index + offset < pieces.count, case .mark(let m) = pieces[index + offset] else { return nil }
      return m
    }
    func number(_ offset: Int) -> String? {
      guard index + offset < pieces.count, case .number(let n) = pieces[index + offset] else { return nil }
      return n
    }
    func word(_ offset: Int) -> String? {
      guard index + offset < pieces.count, case .word(let w) = pieces[index + offset] else { return nil }
      return w
    }
    if digits == "24", mark(1) == "/" || ["x", "х"].contains(word(1)), ["7", "24"].contains(number(2)) {
      return ([.allDay], 3)
    }
    if digits == "24", let next = word(1),
      ["часа", "ч", "h", "hours", "stunden", "godziny", "час", "гадзіны"].contains(next)
    {
      return ([.allDay], 2)
    }
    if digits == "7", mark(1) == "/", number(2) == "7" { return ([.days(Set(0..<7))], 3) }
    if digits == "7", let next = word(1), ["дней", "дзён", "days", "dni", "tage", "днів"].contains(next) {
      return ([.days(Set(0..<7))], 2)
    }
    // 9-00-18-00, 9-00 - 18-00, 9-00 до 18-00
    if isMinutes(number(2)), mark(1) == "-" {
      if mark(3) == "-", number(4) != nil, isMinutes(number(6)), mark(5) == "-" {
        return (
          [
            .time(try clock(digits, number(2)!, text)), .dash,
            .time(try clock(number(4)!, number(6)!, text)),
          ], 7
        )
      }
      if let until = word(3), OpeningHoursWords.token(until) == .dash, number(4) != nil, mark(5) == "-",
        isMinutes(number(6))
      {
        return (
          [
            .time(try clock(digits, number(2)!, text)), .dash,
            .time(try clock(number(4)!, number(6)!, text)),
          ], 7
        )
      }
    }
    var used = 1
    var hours = digits
    var minutes = "00"
    if mark(1) == ",", let m = number(2), m == "00" || m == "30" {
      // 9,00: behind a comma that parts lists, neither would be an hour.
      minutes = m
      used = 3
    } else if mark(1) == ":" || mark(1) == ".", let m = number(2), m.utf8.count == 2 {
      minutes = m
      used = 3
      // Seconds: 09:00:00.
      if mark(1) == ":", mark(3) == ":", let s = number(4), s.utf8.count == 2 { used = 5 }
    } else if isMinutes(number(1)) {
      // 9 00
      minutes = number(1)!
      used = 2
    } else if (3...4).contains(digits.utf8.count) {
      // 0900
      minutes = String(digits.suffix(2))
      hours = String(digits.dropLast(2))
    } else if let h = word(1), ["h", "ч", "г"].contains(h), isMinutes(number(2)) {
      // 9h30
      minutes = number(2)!
      used = 3
    }
    // Past midnight as OpenStreetMap writes it, 26:00; "25" alone is a slip.
    if used == 1, hours == digits, let h = Int(hours), h > 24 { throw .badTime(hours, text: text) }
    var seconds = try clock(hours, minutes, text)
    if let half = word(used), OpeningHoursWords.partsOfDay.contains(half) {
      if OpeningHoursWords.evening.contains(half), (3600..<43_200).contains(seconds) { seconds += 43_200 }
      used += 1
    }
    if let half = word(used), ["am", "pm", "a", "p"].contains(half) {
      let dotted = half.utf8.count == 1
      if !dotted || mark(used + 1) == "." && word(used + 2) == "m" {
        guard (1...12).contains(seconds / 3600) else { throw .badTime("\(hours) \(half)", text: text) }
        if half.hasPrefix("p"), seconds < 43_200 { seconds += 43_200 }
        if half.hasPrefix("a"), seconds >= 43_200 { seconds -= 43_200 }
        used += dotted ? (mark(used + 3) == "." ? 4 : 3) : 1
      }
    }
    return ([.time(seconds)], used)
  }

  private static func isMinutes(_ digits: String?) -> Bool {
    guard let digits, digits.utf8.count == 2, let value = Int(digits) else { return false }
    return value < 60 && value % 5 == 0
  }

  private static func clock(_ hours: String, _ minutes: String, _ text: String) throws(OpeningHoursError)
    -> Int
  {
    guard let h = Int(hours), let m = Int(minutes), (0...30).contains(h), (0...59).contains(m),
      h < 30 || m == 0
    else { throw .badTime("\(hours):\(minutes)", text: text) }
    return h * 3600 + m * 60
  }

  // MARK: - Phrases

  private static func nextWords(_ pieces: [Piece], _ index: Int) -> [String] {
    var words: [String] = []
    for piece in pieces[index...].prefix(4) {
      guard case .word(let word) = piece else { break }
      words.append(word)
    }
    return words
  }

  /// A token that takes several words; a nil token is a phrase without effect.
  private static func phraseToken(_ words: [String]) -> (OpeningHoursToken?, Int)? {
    for (phrase, token) in OpeningHoursWords.phrases
    where words.count >= phrase.count && Array(words.prefix(phrase.count)) == phrase {
      return (token, phrase.count)
    }
    return nil
  }
}

/// Days as numbers, Monday 1: `1-5 9-18, 6 10-14, 7 выходной`.
private enum DayNumbers {
  typealias Piece = OpeningHoursLexer.Piece

  /// Day numbers at `index` and how many pieces they take; nil when the numbers there are times. A text has them when it
  /// begins with several right before a range of times; then they may begin each of its parts.
  static func read(at index: Int, in pieces: [Piece], wereRead: Bool) -> ([OpeningHoursToken], Int)? {
    guard beginsPart(index, pieces, wereRead), let first = day(index, pieces) else { return nil }
    var tokens: [OpeningHoursToken] = [.day(first)]
    var next = index + 1
    var last = first
    while let mark = mark(next, pieces), mark == "-" || mark == ",", let day = day(next + 1, pieces),
      !isRange(next + 1, pieces) || isTimes(next + 2, pieces)
    {
      if mark == "-", day <= last { return nil }
      tokens += [mark == "-" ? .dash : .comma, .day(day)]
      last = day
      next += 2
    }
    guard tokens.count > 1 || wereRead else { return nil }
    if isTimes(next, pieces) { return (tokens, next - index) }
    // "7 — выходной"
    let behind = [":", "-", ","].contains(mark(next, pieces)) ? next + 1 : next
    if pieces.indices.contains(behind), case .word(let word) = pieces[behind],
      let meaning = OpeningHoursWords.token(word), [.closed, .weekendOrClosed, .allDay].contains(meaning)
    {
      return (tokens, behind - index)
    }
    return nil
  }

  private static func beginsPart(_ index: Int, _ pieces: [Piece], _ wereRead: Bool) -> Bool {
    if pieces[..<index].allSatisfy({ isFiller($0) || $0 == .mark(":") }) { return true }
    guard wereRead, index > 0 else { return false }
    switch pieces[index - 1] {
    case .mark(let mark): return mark != "-" && mark != ":"
    case .word(let word): return OpeningHoursWords.token(word) != .dash && !OpeningHoursWords.isFiller(word)
    case .number: return true
    }
  }

  /// A range of times, behind a mark or not: `9-18`, `: 9-18`, `, 9-18`.
  private static func isTimes(_ index: Int, _ pieces: [Piece]) -> Bool {
    isRange(index, pieces) || [":", "-", ","].contains(mark(index, pieces)) && isRange(index + 1, pieces)
  }

  private static func isFiller(_ piece: Piece) -> Bool {
    if case .word(let word) = piece { OpeningHoursWords.isFiller(word) } else { false }
  }

  private static func mark(_ index: Int, _ pieces: [Piece]) -> Unicode.Scalar? {
    guard pieces.indices.contains(index), case .mark(let mark) = pieces[index] else { return nil }
    return mark
  }

  /// A single digit 1 … 7; Monday is 0.
  private static func day(_ index: Int, _ pieces: [Piece]) -> Int? {
    guard pieces.indices.contains(index), case .number(let digits) = pieces[index], digits.utf8.count == 1,
      let day = Int(digits), (1...7).contains(day)
    else { return nil }
    return day - 1
  }

  /// A clock time, a dash or word for it, and a number.
  private static func isRange(_ index: Int, _ pieces: [Piece]) -> Bool {
    var next = index
    while pieces.indices.contains(next), isFiller(pieces[next]) { next += 1 }
    guard pieces.indices.contains(next), case .number = pieces[next] else { return false }
    next += 1
    if let mark = mark(next, pieces), mark == ":" || mark == ".", pieces.indices.contains(next + 1),
      case .number(let minutes) = pieces[next + 1], minutes.utf8.count == 2
    {
      next += 2
    }
    guard pieces.indices.contains(next + 1), case .number = pieces[next + 1] else { return false }
    switch pieces[next] {
    case .mark("-"): return true
    case .word(let word): return OpeningHoursWords.token(word) == .dash || word == "do"
    default: return false
    }
  }
}
