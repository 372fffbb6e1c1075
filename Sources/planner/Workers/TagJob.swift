import CRM
import Foundation
import Store

/// A tag renamed, joined with another or taken away, for all partners that carry it, as a job.
struct TagJob: Codable, Sendable, Equatable {
  static let kind = "tags.change"

  var tag: String
  /// The tag that takes its place; nil for none.
  var to: String?

  /// What came of it.
  struct Result: Codable, Sendable, Equatable {
    var partners = 0
    var selections = 0
    var views = 0
  }

  /// Partners of one transaction: a tenth of a second, and others that write wait no longer.
  private static let batch = 100

  static func handler(_ database: Database, now: @escaping @Sendable () -> Date) -> JobHandler {
    JobHandler(kind: kind) { job, desk in
      let input = try JSONDecoder().decode(Self.self, from: Data(job.input.utf8))
      let actor = Actor(user: job.requestedBy, name: "tags")
      let total = try database.read { try $0.partnerCount(tagged: input.tag) }
      var result = Result()
      // Begun anew after a break it finds those that are left.
      while true {
        try desk.report(result.partners, of: max(total, result.partners))
        let count = try database.write(as: actor, at: now()) {
          try $0.replace(tag: input.tag, by: input.to, limit: batch)
        }
        result.partners += count
        if count < batch { break }
      }
      if let to = input.to {
        (result.selections, result.views) = try database.write(as: actor, at: now()) {
          try $0.replaceInKept(tag: input.tag, by: to)
        }
      }
      return String(decoding: try JSONEncoder().encode(result), as: UTF8.self)
    }
  }
}
