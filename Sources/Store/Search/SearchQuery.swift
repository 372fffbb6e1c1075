import CRM
import Foundation
import Geo

/// What is looked for across everything.
public struct SearchQuery: Sendable, Hashable {
  public var text: String
  /// Only these kinds; all when empty.
  public var kinds: Set<SearchKind> = []
  /// 1 … 50.
  public var limit = 50

  public static let maximumLimit = 50

  public init(_ text: String, kinds: Set<SearchKind> = [], limit: Int = 50) {
    self.text = text
    self.kinds = kinds
    self.limit = limit
  }
}

/// A record that was found.
public struct SearchHit: Sendable, Hashable {
  /// How the words of the query were found, of the word that was found worst.
  public enum Match: String, Sendable, Hashable, Comparable {
    case exact, prefix, typo

    var rank: Int {
      switch self {
      case .exact: 0
      case .prefix: 1
      case .typo: 2
      }
    }
    public static func < (a: Match, b: Match) -> Bool { a.rank < b.rank }
  }
  public var kind: SearchKind
  /// The record's identifier.
  public var id: UUID
  /// Its name or title.
  public var label: String
  /// What tells it from others of that name: address, state and deadline, login; may be empty.
  public var detail: String
  public var match: Match
  /// The higher the better; comparable within one answer only.
  public var score: Double
}
