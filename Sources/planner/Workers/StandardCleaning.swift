import Foundation
import Store

/// What of signing in and of repeated requests is forgotten every hour.
enum StandardCleaning {
  /// Answers to requests with an `Idempotency-Key` are kept so long.
  static let answerLife: TimeInterval = 86_400

  static func all(_ database: Database) -> [(name: String, clean: @Sendable (Date) throws -> Int)] {
    [
      (
        "ended sessions and links",
        { date in try database.write(as: .worker, at: date) { try $0.removeEndedSignIns() } }
      ),
      (
        "kept answers",
        { date in
          try database.write(as: .worker, at: date) {
            try $0.forgetAnswers(before: date.addingTimeInterval(-answerLife))
          }
        }
      ),
    ]
  }
}
