import Foundation
import Geo
import Outbound
import Store

/// Secrets of signatures between planner and another program, as the commands and the API give them: each once.
enum SigningSecret {
  /// How long the former secret is right too after a change of it.
  static let overlap: TimeInterval = 86_400

  /// Makes a secret and hands it over with the instant at which the former one ends.
  /// - Returns: the new secret.
  static func rotate(at: Date, _ keep: (_ secret: String, _ former: Date) throws -> Void) rethrows -> String {
    let secret = WebhookSignature.newSecret()
    try keep(secret, at.addingTimeInterval(overlap))
    return secret
  }

  /// The answer to the request that changed a secret.
  static func answer(_ secret: String, of address: String) -> APIAnswer {
    .created(.object([("secret", .string(secret))]), at: address)
  }

  /// The answer to the request that made a record with a secret.
  static func answer(_ secret: String, of address: String, made record: JSONValue, version: Int) -> APIAnswer
  {
    guard case .object(let members) = record else { return answer(secret, of: address) }
    return .created(.object(members + [JSONMember("secret", .string(secret))]), at: address, version: version)
  }

  /// Prints a secret, with `--json` beside its record under the record's name, without it behind a line of its own.
  static func print(
    _ secret: String, of record: some Encodable, named name: String, json: Bool, line: String? = nil
  ) throws {
    if json { return try JSONOutput.print(WithSecret(name: name, record: record, secret: secret)) }
    if let line { Session.print(line) }
    Session.print("Secret, shown this once: \(secret)")
  }
}

private struct WithSecret<Record: Encodable>: Encodable {
  var name: String
  var record: Record
  var secret: String

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(record, forKey: Key(name))
    try container.encode(secret, forKey: Key("secret"))
  }
}
