import Crypto
import Foundation
import Geo

/// Signatures of calls as the Standard Webhooks specification has them (version 1.0.0): HMAC-SHA256 with the shared
/// secret over `id.timestamp.body`, written `v1,` and base64. Several stand beside each other, parted by blanks.
public enum WebhookSignature {
  public static let idHeader = "webhook-id"
  public static let timestampHeader = "webhook-timestamp"
  public static let signatureHeader = "webhook-signature"

  /// How far the clocks of two sides may be apart.
  public static let tolerance: Duration = .seconds(300)

  /// Secrets hold so many bytes.
  static let lengths = 24...64
  private static let prefix = "whsec_"

  /// A new secret of 32 random bytes: `whsec_` and base64.
  public static func newSecret() -> String {
    prefix + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
  }

  /// The key in a secret, with or without `whsec_` in front of it.
  /// - Throws: ``WebhookSignatureError/badSecret``.
  static func key(_ secret: String) throws(WebhookSignatureError) -> SymmetricKey {
    let text = secret.hasPrefix(prefix) ? String(secret.dropFirst(prefix.count)) : secret
    guard let bytes = Data(base64Encoded: text), lengths.contains(bytes.count) else { throw .badSecret }
    return SymmetricKey(data: bytes)
  }

  /// The value of the signature header.
  /// - Parameters:
  ///   - id: of the message, the same at each attempt; without a dot.
  ///   - timestamp: of the attempt, in seconds since 1970.
  ///   - secrets: the newest first; after a change the former one too.
  public static func sign(
    id: String, timestamp: Int, body: [UInt8], secrets: [String]
  ) throws(WebhookSignatureError) -> String {
    var signatures: [String] = []
    for secret in secrets {
      let code = HMAC<SHA256>.authenticationCode(
        for: signed(id, "\(timestamp)", body), using: try key(secret))
      signatures.append("v1," + Data(code).base64EncodedString())
    }
    return signatures.joined(separator: " ")
  }

  /// Checks a call that came in. Each signature given is compared with that of each secret, in a time that does not
  /// tell how much of it is right.
  /// - Throws: ``WebhookSignatureError`` naming what is wrong.
  public static func verify(
    id: String?, timestamp: String?, signature: String?, body: [UInt8], secrets: [String], now: Date,
    tolerance: Duration = tolerance
  ) throws(WebhookSignatureError) {
    guard let id, !id.isEmpty, let timestamp, let signature else { throw .missing }
    guard timestamp.utf8.count <= 15, timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let seconds = Int64(timestamp)
    else { throw .badTimestamp }
    let age = now.timeIntervalSince1970 - Double(seconds)
    let allowed = tolerance / .seconds(1)
    guard age <= allowed else { throw .tooOld }
    guard age >= -allowed else { throw .tooNew }
    // At most so many are looked at: a long header must not make long work.
    let given = signature.split(separator: " ").prefix(20).compactMap { part -> Data? in
      let fields = part.split(separator: ",", maxSplits: 1)
      return fields.count == 2 && fields[0] == "v1" ? Data(base64Encoded: String(fields[1])) : nil
    }
    let text = signed(id, timestamp, body)
    var isRight = false
    for secret in secrets {
      let key = try key(secret)
      for code in given where HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: text, using: key) {
        isRight = true
      }
    }
    guard isRight else { throw .wrong }
  }

  private static func signed(_ id: String, _ timestamp: String, _ body: [UInt8]) -> Data {
    Data("\(id).\(timestamp).".utf8) + Data(body)
  }
}

/// Why a call is not believed.
public enum WebhookSignatureError: CodedError, Equatable {
  case missing, badTimestamp, tooOld, tooNew, wrong, badSecret

  public var code: String {
    switch self {
    case .missing: "webhook.signature.missing"
    case .badTimestamp: "webhook.signature.badTimestamp"
    case .tooOld: "webhook.signature.tooOld"
    case .tooNew: "webhook.signature.tooNew"
    case .wrong: "webhook.signature.wrong"
    case .badSecret: "webhook.secret.bad"
    }
  }
  public var message: String {
    switch self {
    case .missing: "webhook-id, webhook-timestamp and webhook-signature are needed"
    case .badTimestamp: "webhook-timestamp is no number of seconds"
    case .tooOld: "webhook-timestamp is more than five minutes ago"
    case .tooNew: "webhook-timestamp is more than five minutes ahead"
    case .wrong: "no signature is right"
    case .badSecret: "a secret is whsec_ and 24 to 64 bytes in base64"
    }
  }
  public var hint: String {
    switch self {
    case .tooOld, .tooNew: "check the clocks of both computers"
    case .badSecret: "leave the secret out and one is made"
    case .missing, .badTimestamp, .wrong: "sign id.timestamp.body with the secret, as Standard Webhooks says"
    }
  }
}
