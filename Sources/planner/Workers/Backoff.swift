import Foundation

/// How long to wait before the next attempt: growing steps, each shifted a little so that what failed together does not
/// come back together. Same seed and message, same times.
struct Backoff: Sendable {
  /// Before the second attempt, the third, …; after the last one there is none.
  var steps: [Duration]
  /// Share of a step by which it is lengthened at most.
  var jitter = 0.2
  var seed: UInt64 = 0

  /// Ten attempts in three days: what Standard Webhooks advises.
  static let webhook = Backoff(
    steps: [
      .seconds(5), .seconds(300), .seconds(1800), .seconds(7200), .seconds(18_000), .seconds(36_000),
      .seconds(50_400), .seconds(72_000), .seconds(86_400),
    ])
  /// Twelve attempts in four days, as RFC 5321 §4.5.4.1 advises: quickly at first, then a few times a day.
  static let mail = Backoff(
    steps: [
      .seconds(60), .seconds(300), .seconds(900), .seconds(1800), .seconds(3600), .seconds(7200),
      .seconds(14_400),
      .seconds(28_800), .seconds(57_600), .seconds(86_400), .seconds(86_400),
    ])

  /// - Parameters:
  ///   - attempt: how often it was tried, the last time included.
  ///   - key: of the message.
  /// - Returns: nil when there is no further attempt.
  func wait(after attempt: Int, key: String) -> Duration? {
    guard attempt >= 1, attempt <= steps.count else { return nil }
    // FNV-1a, then the mixing of SplitMix64.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = hash &+ UInt64(attempt) &* 0x9E37_79B9_7F4A_7C15
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    let share = Double((hash ^ (hash >> 31)) >> 11) * 0x1p-53
    return steps[attempt - 1] * (1 + jitter * share)
  }
}
