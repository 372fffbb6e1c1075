import CRM
import Foundation
import Synchronization

/// So many requests a minute for each person, saved up to that number (a token bucket).
final class RateLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var at: Date
  }

  private let perMinute: Double
  private let now: @Sendable () -> Date
  private let buckets = Mutex<[UserID: Bucket]>([:])

  init(perMinute: Int, now: @escaping @Sendable () -> Date = { Date() }) {
    self.perMinute = Double(perMinute)
    self.now = now
  }

  /// - Throws: ``APIError/tooMany(retryAfter:)``.
  func take(_ user: UserID) throws {
    let at = now()
    let wait: Double? = buckets.withLock { buckets in
      var bucket = buckets[user] ?? Bucket(left: perMinute, at: at)
      bucket.left = min(
        perMinute, bucket.left + max(0, at.timeIntervalSince(bucket.at)) * perMinute / 60)
      bucket.at = at
      defer { buckets[user] = bucket }
      guard bucket.left >= 1 else { return (1 - bucket.left) * 60 / perMinute }
      bucket.left -= 1
      return nil
    }
    if let wait { throw APIError.tooMany(retryAfter: max(1, Int(wait.rounded(.up)))) }
  }
}
