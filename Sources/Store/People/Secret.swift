import CArgon2
import Crypto
import Foundation

/// A secret that stands for a person: a session, an API token, a link to set a password. 256 random bits; whoever
/// reads the database finds only its SHA-256.
public struct Secret: Sendable, Hashable {
  /// What kind it is can be read off its first letters, so that a leaked one is told apart from other text.
  public enum Kind: String, Sendable, CaseIterable {
    case session = "pls_"
    case token = "plt_"
    case link = "pll_"
    case calendar = "plc_"
  }

  /// ASCII letters, digits, `-`, `_`.
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func new(_ kind: Kind) -> Secret {
    let key = SymmetricKey(size: .bits256)
    let bytes = key.withUnsafeBytes { Data($0) }
    let code = bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
    return Secret(kind.rawValue + code)
  }

  /// What the file keeps.
  public var hash: [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }

  /// A code that pages of a session carry and other sites cannot know (a synchroniser token derived from the session,
  /// OWASP Cross-Site Request Forgery Prevention).
  public var pageCode: String {
    let key = SymmetricKey(data: Data(text.utf8))
    let code = HMAC<SHA256>.authenticationCode(for: Data("page".utf8), using: key)
    return Data(code).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// Compares without telling by its time where two texts differ.
  public static func equal(_ a: String, _ b: String) -> Bool {
    let a = SHA256.hash(data: Data(a.utf8))
    return a == SHA256.hash(data: Data(b.utf8))
  }
}

/// Passwords as Argon2id hashes (RFC 9106) in the encoded form of its reference implementation.
public enum PasswordHash {
  /// OWASP's first choice for memory-bound servers: 19 MiB, two passes, one lane; about 30 ms.
  private static let passes: UInt32 = 2
  private static let kibibytes: UInt32 = 19 * 1024

  /// Slow on purpose: keep it off threads that carry connections.
  public static func make(_ password: String) throws -> String {
    let salt = SymmetricKey(size: .bits128).withUnsafeBytes { [UInt8]($0) }
    var encoded = [CChar](repeating: 0, count: 128)
    let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
    let code = argon2id_hash_encoded(
      passes, kibibytes, 1, bytes, bytes.count, salt, salt.count, 32, &encoded, encoded.count)
    guard code == ARGON2_OK.rawValue else {
      throw StoreError.sql(code: Int(code), detail: "the password could not be hashed")
    }
    return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  public static func verify(_ password: String, against encoded: String) -> Bool {
    let bytes = Array(password.precomposedStringWithCompatibilityMapping.utf8)
    return argon2id_verify(encoded, bytes, bytes.count) == ARGON2_OK.rawValue
  }

  /// The hash of a password nobody has: checking against it takes as long as against a real one, so that an unknown
  /// login is not told by its haste.
  public static let nobody: String =
    (try? make(Secret.new(.session).text)) ?? ""
}
