/// An error that a person can act on and a program can tell apart.
///
/// `code` is stable and public (`partner.import.duplicateKey`): two errors are the same error when their
/// codes are equal. `message` says what is wrong and where, `hint` says what to do about it.
/// Every error that leaves a module conforms; the command line prints
/// `error: <code>: <message>` with the hint below it, HTTP answers carry the same three as RFC 9457 members.
public protocol CodedError: Error, Sendable, CustomStringConvertible {
  /// Dotted lower-camel path, area first: `geo.coordinate.latitudeOutOfRange`.
  var code: String { get }
  /// One sentence: what is wrong and where.
  var message: String { get }
  /// One sentence: what to do about it. Empty when there is nothing to do.
  var hint: String { get }
  /// Near names to offer ("did you mean …"), best first. Empty when there are none.
  var choices: [String] { get }
}

extension CodedError {
  public var choices: [String] { [] }
  public var description: String {
    hint.isEmpty ? "\(code): \(message)" : "\(code): \(message)\n  hint: \(hint)"
  }
}
