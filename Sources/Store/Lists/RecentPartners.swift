import CRM
import Foundation
import Synchronization

/// What was read of partners lately, by row, each with the number of the change it is as of. A value counts only while the
/// partner's last change has that number (`partner_change`), so nothing needs to be taken out when something changes.
final class RecentPartners<Value: Sendable>: Sendable {
  private let limit: Int
  private let kept = Mutex<[Int64: (change: Int64, value: Value)]>([:])

  init(limit: Int) { self.limit = limit }

  func value(row: Int64, change: Int64) -> Value? {
    kept.withLock { kept in
      guard let found = kept[row], found.change == change else { return nil }
      return found.value
    }
  }

  /// Several at once; nil where none is known.
  func values(_ keys: [(row: Int64, change: Int64)]) -> [Value?] {
    kept.withLock { kept in
      keys.map { key in
        guard let found = kept[key.row], found.change == key.change else { return nil }
        return found.value
      }
    }
  }

  func keep(_ values: [(row: Int64, change: Int64, value: Value)]) {
    guard !values.isEmpty else { return }
    kept.withLock { kept in
      // Rather all anew now and then than a list of which is oldest.
      if kept.count + values.count > limit { kept.removeAll(keepingCapacity: true) }
      for one in values { kept[one.row] = (one.change, one.value) }
    }
  }
}

/// A partner as lists show it, with the responsible user's row instead of the login.
struct SummaryRow: Sendable {
  var summary: PartnerSummary
  var responsible: Int64
}
