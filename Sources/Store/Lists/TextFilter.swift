import CRM
import Geo

extension ReadAccess {
  /// Partners whose name, addresses, contacts or numbers have every word of `text` as the beginning of one of their words,
  /// by sound and without slips; nil for a text without words.
  func partnerRows(matching text: String) throws -> RowSet? {
    let terms = try searchTerms(text)
    guard !terms.isEmpty else { return nil }
    var rows = RowSet()
    let expressions = terms.compactMap { $0.expression("name place other", .prefix) }
    try db.rows(
      "SELECT rowid FROM search WHERE search MATCH ?", .text(expressions.joined(separator: " AND "))
    ) {
      rows.insert($0.int64(0) >> 3)
    }
    return rows
  }
}
