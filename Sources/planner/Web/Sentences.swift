import CRM
import Geo

/// Says in another language what the planner keeps in English: the sentences with numbers beside a reason code.
///
/// A language lists the sentences by their English form, `{0}`, `{1}` … standing for values: "the visit takes {0},
/// day {1} has {2}". Lengths of time, days and listed words among the values are written as the language writes them.
struct Sentences {
  private let language: Language
  private let forms: [(literals: [Substring], own: String)]

  /// - Parameter forms: own sentences by their English form; the planner's when nil.
  init(in language: Language, forms: [String: String]? = nil) {
    self.language = language
    self.forms = (forms ?? language.phrases.details).map { english, own in (Self.literals(english), own) }
      // The form that says more is the better match; of two alike the order is the same each time.
      .sorted { a, b in
        let (long, short) = (a.0.joined(), b.0.joined())
        return long.utf8.count == short.utf8.count ? long < short : long.utf8.count > short.utf8.count
      }.map { (literals: $0.0, own: $0.1) }
  }

  /// Nil for a text of no known form; English stays as it is, but for lengths that must not break over two lines.
  func translated(_ text: String) -> String? {
    guard language.code != Language.english.code, !text.isEmpty else {
      return text.replacing(/([0-9]) (h|min)(?: ([0-9]+) (min))?\b/) { match in
        let rest = match.3.flatMap { number in match.4.map { "\u{A0}\(number)\u{A0}\($0)" } } ?? ""
        return "\(match.1)\u{A0}\(match.2)\(rest)"
      }
    }
    // Several sentences in a row; a semicolon inside a name makes none.
    let parts = text.split(separator: "; ").map { one(String($0)) }
    return parts.contains(nil) ? one(text) : parts.compactMap { $0 }.joined(separator: "; ")
  }

  private func one(_ text: String) -> String? {
    for form in forms {
      guard let values = Self.values(of: text, form.literals) else { continue }
      var result = form.own
      for (number, value) in values.enumerated() {
        result = result.replacing("{\(number)}", with: written(value))
      }
      return result
    }
    return nil
  }

  /// What stands between the literals; nil when they do not occur in this order from end to end.
  private static func values(of text: String, _ literals: [Substring]) -> [Substring]? {
    guard let first = literals.first, let last = literals.last, text.hasPrefix(first) else { return nil }
    var rest = text.dropFirst(first.count)
    guard literals.count > 1 else { return rest.isEmpty ? [] : nil }
    var values: [Substring] = []
    for literal in literals.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: literal) else { return nil }
      values.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    guard rest.hasSuffix(last) else { return nil }
    values.append(rest.dropLast(last.count))
    return values.contains { $0.isEmpty } ? nil : values
  }

  private static func literals(_ form: String) -> [Substring] {
    form.split(separator: /\{[0-9]\}/, omittingEmptySubsequences: false)
  }

  /// A value as the language writes it.
  private func written(_ value: Substring) -> String {
    let words = language.phrases
    if let word = words.detailValues[String(value)] { return word }
    if let holiday = words.holiday(String(value)) { return holiday }
    if let day = LocalDate(String(value)) { return language.date(day) }
    if let span = value.wholeMatch(of: /(?:(\d+) h)? ?(?:(\d+) min)?/) {
      let hours = span.1.flatMap { Int($0) } ?? 0
      let minutes = span.2.flatMap { Int($0) } ?? 0
      if span.1 != nil || span.2 != nil { return language.duration(Seconds(minutes: hours * 60 + minutes)) }
    }
    if let way = value.wholeMatch(of: /(\d+(?:\.\d+)?) km/), let kilometres = Double(way.1) {
      return language.distance(Metres(kilometres: kilometres))
    }
    if let name = value.wholeMatch(of: /"(.*)"/) {
      return words.quoted(words.holiday(String(name.1)) ?? String(name.1))
    }
    return String(value)
  }
}
