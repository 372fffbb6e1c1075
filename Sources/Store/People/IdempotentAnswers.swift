import CRM
import Foundation

/// Answers to requests that came with an `Idempotency-Key`, kept so that a repetition gets the same one. They are
/// written in the transaction of the change itself: either both are there or neither.
extension ReadAccess {
  /// The kept answer; nil when the key is new.
  /// - Parameter fingerprint: SHA-256 of what was asked.
  /// - Throws: ``StoreError/otherRequest(key:)`` when the key was used for another request.
  public func answer(to key: String, of user: UserID, fingerprint: [UInt8]) throws -> [UInt8]? {
    let found = try db.first(
      """
      SELECT fingerprint, answer FROM idempotent_answer
      WHERE user_id = (SELECT id FROM user WHERE uid = ?) AND key = ?
      """, user.blob, .text(key)
    ) { ($0.blob(0), $0.blob(1)) }
    guard let (asked, answer) = found else { return nil }
    guard asked == fingerprint else { throw StoreError.otherRequest(key: key) }
    return answer
  }
}

extension Writer {
  public func keep(answer: [UInt8], to key: String, of user: UserID, fingerprint: [UInt8]) throws {
    try db.run(
      "INSERT INTO idempotent_answer (user_id, key, fingerprint, at, answer) VALUES (?, ?, ?, ?, ?)",
      .int(try userRow(user)), .text(key), .blob(fingerprint), .date(at), .blob(answer))
  }

  /// - Returns: how many were forgotten.
  @discardableResult
  public func forgetAnswers(before instant: Date) throws -> Int {
    try db.run("DELETE FROM idempotent_answer WHERE at < ?", .date(instant))
    return db.changedRows
  }
}
