/// What a search finds.
public enum SearchKind: String, Sendable, Hashable, CaseIterable {
  case partner, task, trip, user, selection

  /// The last three bits of an entry's number. Never changed: it stands in files.
  var code: Int64 {
    switch self {
    case .partner: 0
    case .task: 1
    case .trip: 2
    case .user: 3
    case .selection: 4
    }
  }

  /// The table, which bears the kind's name.
  var table: String { rawValue }

  init?(entry: Int64) {
    guard let kind = Self.allCases.first(where: { $0.code == entry & 7 }) else { return nil }
    self = kind
  }
}
