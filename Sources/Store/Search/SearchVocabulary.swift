import Foundation
import Geo

extension ReadAccess {
  /// The vocabulary with at least the words of this snapshot.
  func searchVocabulary() throws -> Vocabulary {
    func read(after last: Int64) throws -> (words: [[UInt8]], last: Int64) {
      var words: [[UInt8]] = []
      var end = last
      try db.rows("SELECT id, word FROM search_word WHERE id > ? ORDER BY id", .int(last)) { c in
        end = c.int64(0)
        words.append(Array(c.text(1).utf8))
      }
      return (words, end)
    }
    // What a write sees may yet be rolled back, and its numbers be given to other words.
    if access.isWriting {
      let (words, last) = try read(after: 0)
      return Vocabulary(words, last: last)
    }
    let last = try db.first("SELECT max(id) FROM search_word") { $0.int64(0) } ?? 0
    return try shared.vocabulary.withLock { slot in
      if let known = slot {
        if known.last == last { return known }
        if known.last < last {
          let (words, last) = try read(after: known.last)
          let grown = Vocabulary(known, adding: words, last: last)
          slot =
            grown.recent.count > Vocabulary.mostRecent ? Vocabulary(grown.all, last: last) : grown
          return slot!
        }
      }
      // The first time, or the index was made anew.
      let (words, last) = try read(after: 0)
      slot = Vocabulary(words, last: last)
      return slot!
    }
  }
}
