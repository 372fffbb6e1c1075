/// The two indexes of everything: partners, and all that is few beside them. A word that most partners have would have to
/// be followed through all of them to find one trip.
enum SearchIndex: CaseIterable {
  case partners, records

  init(entry: Int64) { self = entry & 7 == SearchKind.partner.code ? .partners : .records }

  var kinds: Set<SearchKind> {
    switch self {
    case .partners: [.partner]
    case .records: Set(SearchKind.allCases).subtracting([.partner])
    }
  }

  /// The table of entries.
  var entries: String {
    switch self {
    case .partners: "search_entry"
    case .records: "search_record_entry"
    }
  }

  /// The full-text index of their words.
  var words: String {
    switch self {
    case .partners: "search"
    case .records: "search_record"
    }
  }
}
