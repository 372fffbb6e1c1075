import Foundation
import Testing

@testable import Outbound

@Suite struct WebhookSignatureTests {
  /// The example of the Standard Webhooks specification's own libraries.
  static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  static let timestamp = 1_614_265_330
  static let body = Array(#"{"test": 2432232314}"#.utf8)
  static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

  let now = Date(timeIntervalSince1970: Double(timestamp))

  func verify(
    id: String? = Self.id, timestamp: String? = "\(Self.timestamp)", signature: String? = Self.signature,
    body: [UInt8] = Self.body, secrets: [String] = [Self.secret], after seconds: Double = 0
  ) -> String {
    do {
      try WebhookSignature.verify(
        id: id, timestamp: timestamp, signature: signature, body: body, secrets: secrets,
        now: now.addingTimeInterval(seconds))
      return "right"
    } catch { return error.code.split(separator: ".").last.map(String.init) ?? "" }
  }

  @Test("the published example is signed and believed")
  func example() throws {
    #expect(
      try WebhookSignature.sign(
        id: Self.id, timestamp: Self.timestamp, body: Self.body, secrets: [Self.secret])
        == Self.signature)
    #expect(verify() == "right")
    #expect(verify(secrets: [String(Self.secret.dropFirst(6))]) == "right")
  }

  @Test("anything changed is not believed")
  func changed() {
    #expect(verify(id: "msg_x") == "wrong")
    #expect(verify(body: Self.body + [0x20]) == "wrong")
    #expect(verify(secrets: [WebhookSignature.newSecret()]) == "wrong")
    #expect(verify(secrets: []) == "wrong")
    for signature in [
      "", "v1", "v1,", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1,g0hM9SsE", "v1,!!!",
      "V1" + Self.signature.dropFirst(2),
    ] {
      #expect(verify(signature: signature) == "wrong", "\(signature)")
    }
    for timestamp in [
      "", "x", "-1614265330", "1614265330.5", "+1614265330", "99999999999999999999", "١٦١٤٢٦٥٣٣٠",
    ] {
      #expect(["badTimestamp", "wrong"].contains(verify(timestamp: timestamp)), "\(timestamp)")
    }
    #expect(
      verify(id: nil) == "missing" && verify(timestamp: nil) == "missing"
        && verify(signature: nil) == "missing")
  }

  @Test("a call is believed for five minutes, before and after")
  func time() {
    #expect(verify(after: 300) == "right" && verify(after: -300) == "right")
    #expect(verify(after: 301) == "tooOld" && verify(after: -301) == "tooNew")
  }

  @Test("in the time of a change of the secret either is believed, and calls bear both signatures")
  func rotation() throws {
    let new = WebhookSignature.newSecret()
    let both = try WebhookSignature.sign(
      id: Self.id, timestamp: Self.timestamp, body: Self.body, secrets: [new, Self.secret])
    #expect(both.split(separator: " ").count == 2 && both.hasSuffix(Self.signature))
    #expect(verify(signature: both) == "right")
    #expect(verify(signature: both, secrets: [new]) == "right")
    #expect(verify(secrets: [new, Self.secret]) == "right")
    // What is right far behind is not looked for.
    let long = Array(repeating: "v1,AAAA", count: 20).joined(separator: " ") + " " + Self.signature
    #expect(verify(signature: long) == "wrong")
  }

  @Test(
    "secrets are whsec_ and 24 to 64 bytes",
    arguments: ["", "whsec_", "whsec_AAAA", "geheim", "whsec_" + String(repeating: "AAAA", count: 22)])
  func badSecrets(_ secret: String) {
    #expect(throws: WebhookSignatureError.badSecret) {
      try WebhookSignature.sign(id: "a", timestamp: 1, body: [], secrets: [secret])
    }
  }
}
