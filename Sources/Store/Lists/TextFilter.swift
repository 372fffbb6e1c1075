import CRM
import Geo

extension ReadAccess {
  /// Partners whose folded name has every word of `text` as the beginning of one of its words; nil for a text without words.
  func partnerRows(matching text: String) throws -> RowSet? {
    let words = TextFolding.words(text)
    guard !words.isEmpty else { return nil }
    var rows = RowSet()
    try db.rows("SELECT id, name_key FROM partner") { c in
      let name = " " + c.text(1)
      if words.allSatisfy({ name.contains(" " + $0) }) { rows.insert(c.int64(0)) }
    }
    return rows
  }
}
