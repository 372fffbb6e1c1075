/// Telephone numbers as people type them, brought to E.164 (`+375291234567`) so that equal numbers are equal text.
public enum PhoneNumber {
  /// One number of a cell: as typed, and in E.164 when it could be completed.
  public struct Entry: Hashable, Sendable {
    public var value: String
    public var normalised: String?
    public init(value: String, normalised: String?) {
      self.value = value
      self.normalised = normalised
    }
  }

  /// How numbers are dialled inside one country (ITU-T E.164 national numbering plans).
  struct Plan: Sendable {
    var callingCode: String
    /// Prefixes dialled before the national number at home, longest first.
    var trunks: [String]
    /// Digits of the national number, without trunk prefix.
    var lengths: ClosedRange<Int>
  }

  static let plans: [String: Plan] = [
    "BY": Plan(callingCode: "375", trunks: ["80", "8", "0"], lengths: 9...9),
    "RU": Plan(callingCode: "7", trunks: ["8"], lengths: 10...10),
    "KZ": Plan(callingCode: "7", trunks: ["8"], lengths: 10...10),
    "PL": Plan(callingCode: "48", trunks: ["0"], lengths: 9...9),
    "LT": Plan(callingCode: "370", trunks: ["8", "0"], lengths: 8...8),
    "LV": Plan(callingCode: "371", trunks: ["8"], lengths: 8...8),
    "EE": Plan(callingCode: "372", trunks: ["0"], lengths: 7...8),
    "UA": Plan(callingCode: "380", trunks: ["80", "0"], lengths: 9...9),
    "DE": Plan(callingCode: "49", trunks: ["0"], lengths: 6...11),
    "MD": Plan(callingCode: "373", trunks: ["0"], lengths: 8...8),
    "GE": Plan(callingCode: "995", trunks: ["0"], lengths: 9...9),
    "AM": Plan(callingCode: "374", trunks: ["0"], lengths: 8...8),
    "AZ": Plan(callingCode: "994", trunks: ["0"], lengths: 9...9),
    "UZ": Plan(callingCode: "998", trunks: ["8", "0"], lengths: 9...9),
    "KG": Plan(callingCode: "996", trunks: ["0"], lengths: 9...9),
    "CZ": Plan(callingCode: "420", trunks: [], lengths: 9...9),
    "SK": Plan(callingCode: "421", trunks: ["0"], lengths: 9...9),
    "FI": Plan(callingCode: "358", trunks: ["0"], lengths: 5...12),
    "SE": Plan(callingCode: "46", trunks: ["0"], lengths: 7...10),
    "AT": Plan(callingCode: "43", trunks: ["0"], lengths: 4...13),
    "FR": Plan(callingCode: "33", trunks: ["0"], lengths: 9...9),
    "MC": Plan(callingCode: "377", trunks: ["0"], lengths: 8...9),
    "IT": Plan(callingCode: "39", trunks: [], lengths: 6...11),
    "GB": Plan(callingCode: "44", trunks: ["0"], lengths: 9...10),
    "TR": Plan(callingCode: "90", trunks: ["0"], lengths: 10...10),
    "US": Plan(callingCode: "1", trunks: ["1"], lengths: 10...10),
  ]

  /// The number in E.164, or nil when the text holds no complete number.
  ///
  /// `country` (ISO 3166-1 alpha-2) says how a number without a country code is dialled. Understood besides
  /// `+…`: `00…`, the old `8~10…`, a country code without plus, trunk prefixes (`8 029 …`, `8 (0152) …`,
  /// `0395 …`) and a superfluous trunk zero after the country code (`+375 (029) …`, `+49 (0) 395 …`). Extensions
  /// (`доб. 12`, `ext 12`) are left out.
  public static func normalise(_ text: String, country: String?) -> String? {
    let digits = significantDigits(of: text)
    guard (5...20).contains(digits.count) else { return nil }
    let home = country.flatMap { plans[$0.uppercased()] }
    if hasPlus(text) {
      if let found = international(digits) { return found }
      // "+8 029 …": a plus before the trunk prefix.
      return home.flatMap { national(digits, $0) }
    }
    if digits.hasPrefix("00"), let found = international(String(digits.dropFirst(2))) { return found }
    if let home, let found = national(digits, home) { return found }
    if digits.hasPrefix("810"), let found = international(String(digits.dropFirst(3))) { return found }
    if let found = withoutPlus(digits) { return found }
    return nil
  }

  /// Every number of a cell that may hold several, in order, each kept as typed.
  ///
  /// Numbers stand apart by `,` `;` `/` `|`, a line break, the words `и`, `или`, `and`, `or`, or a new `+`. A
  /// short one (`45-67-90` after `8 (0152) 45-67-89`) takes the leading digits of the one before it.
  public static func entries(in text: String, country: String?) -> [Entry] {
    var result: [Entry] = []
    var previous: String?
    for piece in pieces(of: text) {
      var normalised = normalise(piece, country: country)
      if normalised == nil, let before = previous {
        let digits = significantDigits(of: piece)
        if (5...7).contains(digits.count), !hasPlus(piece), before.utf8.count > digits.count + 3 {
          normalised = String(before.dropLast(digits.count)) + digits
        }
      }
      if let normalised { previous = normalised }
      guard normalised != nil || !significantDigits(of: piece).isEmpty else { continue }
      if let normalised, result.contains(where: { $0.normalised == normalised }) { continue }
      result.append(Entry(value: piece, normalised: normalised))
    }
    return result
  }

  // MARK: - Parts

  private static func hasPlus(_ text: String) -> Bool {
    for scalar in text.unicodeScalars {
      if scalar == "+" || scalar == "\u{FF0B}" { return true }
      if (48...57).contains(scalar.value) { return false }
    }
    return false
  }

  /// The digits before an extension mark. Other alphabets' digits do not count.
  static func significantDigits(of text: String) -> String {
    let lower = text.lowercased()
    var digits = ""
    var word = ""
    for scalar in lower.unicodeScalars {
      if (48...57).contains(scalar.value) {
        if digits.utf8.count >= 5, extensionWords.contains(word) { break }
        word = ""
        digits.unicodeScalars.append(scalar)
      } else if scalar.properties.isAlphabetic {
        word.unicodeScalars.append(scalar)
      } else if scalar == "#" {
        if digits.utf8.count >= 5 { break }
      } else if scalar == ".", extensionWords.contains(word) {
        continue
      } else if scalar != " ", scalar != "\u{A0}", scalar != ".", scalar != ":" {
        word = ""
      }
    }
    return digits
  }

  private static let extensionWords: Set<String> = [
    "доб", "добавочный", "вн", "внутр", "ext", "extension", "x", "wew", "durchwahl", "дод",
  ]

  private static func national(_ digits: String, _ plan: Plan) -> String? {
    if digits.hasPrefix(plan.callingCode) {
      let rest = String(digits.dropFirst(plan.callingCode.utf8.count))
      if plan.lengths.upperBound == plan.lengths.lowerBound, plan.lengths.contains(rest.utf8.count) {
        return "+" + digits
      }
    }
    for trunk in plan.trunks where digits.hasPrefix(trunk) {
      let rest = String(digits.dropFirst(trunk.utf8.count))
      if plan.lengths.contains(rest.utf8.count), !rest.hasPrefix("0") {
        return "+" + plan.callingCode + rest
      }
    }
    // Without trunk prefix a number of varying length cannot be told from a local one.
    let exact = plan.lengths.upperBound - plan.lengths.lowerBound <= 1
    if exact, plan.lengths.contains(digits.utf8.count), !digits.hasPrefix("0") {
      return "+" + plan.callingCode + digits
    }
    return nil
  }

  /// `digits` begin with a country code.
  private static func international(_ digits: String) -> String? {
    guard (8...15).contains(digits.utf8.count) || digits.utf8.count == 16, !digits.hasPrefix("0")
    else { return nil }
    for plan in plansByCode where digits.hasPrefix(plan.callingCode) {
      let rest = String(digits.dropFirst(plan.callingCode.utf8.count))
      if plan.lengths.contains(rest.utf8.count), !rest.hasPrefix("0") || plan.trunks.isEmpty {
        return "+" + digits
      }
      for trunk in plan.trunks where rest.hasPrefix(trunk) {
        let inner = rest.dropFirst(trunk.utf8.count)
        if plan.lengths.contains(inner.utf8.count), !inner.hasPrefix("0") {
          return "+" + plan.callingCode + inner
        }
      }
      return nil
    }
    // A country whose plan is not listed: E.164 bounds are all that can be checked.
    return digits.utf8.count <= 15 && digits.hasPrefix("8") == false ? "+" + digits : unlisted(digits)
  }

  /// Codes that begin with 8 exist only as 81, 82, 84, 85x, 86, 88x; `80…` is a trunk prefix someone put a plus to.
  private static func unlisted(_ digits: String) -> String? {
    digits.utf8.count <= 15 && !digits.hasPrefix("80") && !digits.hasPrefix("83") && !digits.hasPrefix("89")
      ? "+" + digits : nil
  }

  /// A country code typed without plus, believed only where the length fits a listed plan exactly.
  private static func withoutPlus(_ digits: String) -> String? {
    for plan in plansByCode where plan.callingCode.utf8.count >= 2 || digits.utf8.count == 11 {
      guard digits.hasPrefix(plan.callingCode), plan.lengths.lowerBound == plan.lengths.upperBound else {
        continue
      }
      let rest = digits.dropFirst(plan.callingCode.utf8.count)
      if rest.utf8.count == plan.lengths.lowerBound, !rest.hasPrefix("0") { return "+" + digits }
    }
    return nil
  }

  private static let plansByCode: [Plan] = plans.values.sorted {
    ($1.callingCode.utf8.count, $0.callingCode) < ($0.callingCode.utf8.count, $1.callingCode)
  }

  private static func pieces(of text: String) -> [String] {
    var pieces: [String] = []
    var current = String.UnicodeScalarView()
    func flush() {
      let trimmed = String(current).trimmingWhitespace()
      if !trimmed.isEmpty { pieces.append(trimmed) }
      current = .init()
    }
    var digits = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case ",", ";", "/", "|", "\n", "\r", "\\":
        flush()
        digits = 0
      case "+" where digits >= 5:
        flush()
        digits = 0
        current.append(scalar)
      default:
        if (48...57).contains(scalar.value) { digits += 1 }
        current.append(scalar)
      }
    }
    flush()
    return pieces.flatMap(splitAtWords)
  }

  /// Splits at a lone "и", "или", "and", "or" between two numbers.
  private static func splitAtWords(_ piece: String) -> [String] {
    let words = piece.split(separator: " ", omittingEmptySubsequences: true)
    var result: [[Substring]] = [[]]
    for word in words {
      if ["и", "или", "and", "or", "und", "oder", "i", "lub"].contains(word.lowercased()) {
        result.append([])
      } else {
        result[result.count - 1].append(word)
      }
    }
    if result.count == 1 { return [piece] }
    return result.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
  }
}
