import CRM
import Crypto
import Foundation

/// Codes of six digits that change every 30 seconds (TOTP, RFC 6238, with HMAC-SHA-1 as authenticator apps expect).
public enum OneTimeCode {
  public static let period = 30

  /// The number of the 30 seconds that an instant lies in.
  public static func step(at date: Date) -> Int { Int(date.timeIntervalSince1970) / period }

  /// - Parameter secret: the shared key's bytes.
  public static func code(_ secret: [UInt8], step: Int) -> String {
    let counter = withUnsafeBytes(of: UInt64(step).bigEndian) { Data($0) }
    let mac = Array(
      HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: Data(secret))))
    let at = Int(mac[19] & 15)
    let number = (0..<4).reduce(0) { $0 << 8 | Int(mac[at + $1]) } & 0x7FFF_FFFF
    return String(String(1_000_000 + number % 1_000_000).dropFirst())
  }

  /// 160 random bits, as RFC 4226 §4 recommends.
  public static func newSecret() -> [UInt8] {
    SymmetricKey(size: .init(bitCount: 160)).withUnsafeBytes { [UInt8]($0) }
  }

  /// RFC 4648 base 32 without padding, as apps take it.
  public static func base32(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var (buffer, count) = (0, 0)
    for byte in bytes {
      buffer = buffer << 8 | Int(byte)
      count += 8
      while count >= 5 {
        count -= 5
        text.append(letters[buffer >> count & 31])
      }
    }
    if count > 0 { text.append(letters[buffer << (5 - count) & 31]) }
    return text
  }
}

extension ReadAccess {
  /// Whether the user signs in with a code beside the password.
  public func hasSecondFactor(_ user: UserID) throws -> Bool {
    try db.first(
      """
      SELECT 1 FROM credential WHERE user_id = (SELECT id FROM user WHERE uid = ?) AND totp_confirmed = 1
      """, user.blob
    ) { _ in true } ?? false
  }

  private func secondFactor(of user: UserID) throws -> (secret: [UInt8], lastStep: Int)? {
    let found = try db.first(
      """
      SELECT totp_secret, totp_last_step FROM credential
      WHERE user_id = (SELECT id FROM user WHERE uid = ?) AND totp_secret IS NOT NULL
      """, user.blob
    ) { ($0.blob(0), $0.int(1)) }
    guard let (sealed, step) = found else { return nil }
    return ([UInt8](try vault().open(sealed, context: context(user))), step)
  }

  fileprivate func context(_ user: UserID) -> Vault.Context {
    Vault.Context(table: "credential", record: user.description, field: "totp_secret")
  }

  /// The step a code is of: this one, the one before or the one after, and none that was used before.
  fileprivate func step(of code: String, for user: UserID, at: Date) throws -> Int? {
    guard let (secret, last) = try secondFactor(of: user) else { return nil }
    let now = OneTimeCode.step(at: at)
    return [now, now - 1, now + 1].first { step in
      step > last && Secret.equal(OneTimeCode.code(secret, step: step), code)
    }
  }
}

extension Writer {
  /// Begins a second factor: it counts once a code of it was shown. One that was begun before is forgotten.
  /// - Returns: the secret, told this once.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when one counts already: it is taken away first.
  public func beginSecondFactor(for user: UserID) throws -> [UInt8] {
    guard try !hasSecondFactor(user) else {
      throw StoreError.duplicate(entity: "secondFactor", key: "of the user")
    }
    let secret = OneTimeCode.newSecret()
    try db.run(
      """
      INSERT INTO credential (user_id, totp_secret) VALUES (?, ?)
      ON CONFLICT (user_id) DO UPDATE SET totp_secret = excluded.totp_secret, totp_confirmed = 0, totp_last_step = 0
      """, .int(try userRow(user)), .blob(try vault().seal(Data(secret), context: context(user))))
    try audit("beginSecondFactor", entity: "user", id: user.description)
    return secret
  }

  /// Takes a code; each is good once. The first one makes the second factor count.
  /// - Returns: false when it is wrong.
  public func takeCode(_ code: String, of user: UserID) throws -> Bool {
    guard let step = try step(of: code, for: user, at: at) else { return false }
    let wasConfirmed = try hasSecondFactor(user)
    try db.run(
      "UPDATE credential SET totp_last_step = ?, totp_confirmed = 1 WHERE user_id = ?", .int(step),
      .int(try userRow(user)))
    if !wasConfirmed { try audit("confirmSecondFactor", entity: "user", id: user.description) }
    return true
  }

  /// Takes the second factor away; repeating changes nothing.
  public func removeSecondFactor(of user: UserID) throws {
    let row = try userRow(user)
    let isThere =
      try db.first("SELECT 1 FROM credential WHERE user_id = ? AND totp_secret IS NOT NULL", .int(row)) { _ in
        true
      } ?? false
    guard isThere else { return }
    try db.run(
      "UPDATE credential SET totp_secret = NULL, totp_confirmed = 0, totp_last_step = 0 WHERE user_id = ?",
      .int(row))
    try audit("removeSecondFactor", entity: "user", id: user.description)
  }
}
