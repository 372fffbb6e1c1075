import Foundation

extension Writer {
  /// Forgets sessions and links that have run out, and attempts to sign in that count no more.
  /// - Returns: how many rows.
  @discardableResult
  public func forgetSignIns() throws -> Int {
    func before(_ seconds: TimeInterval) -> SQLValue { .date(at.addingTimeInterval(-seconds)) }
    try db.run(
      "DELETE FROM session WHERE used_at <= ? OR made_at <= ?", before(SessionLife.idle),
      before(SessionLife.total))
    var count = db.changedRows
    try db.run("DELETE FROM sign_in_link WHERE expires_at <= ?", .date(at))
    count += db.changedRows
    // The longest span that attempts are counted over is an hour.
    try db.run("DELETE FROM sign_in_attempt WHERE at <= ?", before(86_400))
    return count + db.changedRows
  }
}
