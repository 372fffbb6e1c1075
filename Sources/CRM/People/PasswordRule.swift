import Geo

/// What a password must be. Length is what counts (NIST SP 800-63B §5.1.1.2): no rules about kinds of characters.
public enum PasswordRule {
  /// Unicode scalars.
  public static let length = 12...128

  /// - Parameters:
  ///   - isKnown: whether the password stands in a list of those that were published.
  ///   - words: what it must not be made of alone: login, name, e-mail.
  /// - Throws: ``PasswordError``.
  public static func check(
    _ password: String, words: [String] = [], isKnown: (String) -> Bool
  ) throws(PasswordError) {
    let count = password.unicodeScalars.count
    guard count >= length.lowerBound else { throw .tooShort(count) }
    guard count <= length.upperBound else { throw .tooLong(count) }
    let folded = TextFolding.fold(password)
    let distinct = Set(password.unicodeScalars).count
    guard distinct >= 5 else { throw .tooSimple }
    // A known password stays known with digits and signs around it, and said twice.
    let core = String(String.UnicodeScalarView(password.unicodeScalars.drop { !$0.properties.isAlphabetic }))
    let end = core.unicodeScalars.lastIndex { $0.properties.isAlphabetic }
    let bare = end.map { String(core.unicodeScalars[...$0]) } ?? ""
    let half = String(bare.unicodeScalars.prefix(bare.unicodeScalars.count / 2))
    let known = [password, bare] + (half + half == bare ? [half] : [])
    guard !known.contains(where: { $0.unicodeScalars.count >= 4 && isKnown($0) }) else { throw .known }
    for word in words where word.unicodeScalars.count >= 4 {
      let rest = folded.split(separator: TextFolding.fold(word)).joined()
      guard rest.unicodeScalars.count * 2 > folded.unicodeScalars.count else { throw .namesOwner }
    }
  }
}

public enum PasswordError: CodedError, Equatable {
  case tooShort(Int)
  case tooLong(Int)
  case tooSimple
  case known
  case namesOwner

  public var code: String {
    switch self {
    case .tooShort: "password.tooShort"
    case .tooLong: "password.tooLong"
    case .tooSimple: "password.tooSimple"
    case .known: "password.known"
    case .namesOwner: "password.namesOwner"
    }
  }
  public var message: String {
    switch self {
    case .tooShort(let count):
      "the password has \(count) characters, at least \(PasswordRule.length.lowerBound) are needed"
    case .tooLong(let count):
      "the password has \(count) characters, at most \(PasswordRule.length.upperBound) are taken"
    case .tooSimple: "the password repeats a few characters"
    case .known: "the password stands in lists of published passwords"
    case .namesOwner: "the password is mostly the name, login or e-mail of its owner"
    }
  }
  public var hint: String { "take four or five words that do not belong together" }
}
