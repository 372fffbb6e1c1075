import CRM
import Foundation
import Geo

extension ReadAccess {
  /// Looks for a text across everything that `scope` shows: names, titles, addresses, people, tags, telephone numbers,
  /// e-mails, register numbers and outside keys.
  ///
  /// All words of the text are to be found. Words meet by their sound, so either alphabet finds the other; the beginning of
  /// a word is enough, and one slip is forgiven in words of four letters, two from eight. Numbers of five digits and more
  /// find telephones however they are grouped and dialled. Ranked: found as typed, then as a beginning, then with slips;
  /// in a name, then in an address, then elsewhere.
  /// - Returns: at most `limit` hits, grouped by kind in the order of ``SearchKind``, the best of each first.
  /// - Throws: ``StoreError/badValue(field:detail:)`` for a limit out of range or more than 400 letters.
  public func search(_ query: SearchQuery, scope: RecordScope) throws -> [SearchHit] {
    guard (1...SearchQuery.maximumLimit).contains(query.limit) else {
      throw StoreError.badValue(
        field: "limit", detail: "\(query.limit) is not within 1 … \(SearchQuery.maximumLimit)")
    }
    let terms = try searchTerms(query.text)
    guard !terms.isEmpty else { return [] }
    let kinds = query.kinds.isEmpty ? Set(SearchKind.allCases) : query.kinds
    let users = try userRows(of: scope)
    // Partners are many and would crowd out everything else.
    var found: [Candidate] = []
    for group in [kinds.intersection([.partner]), kinds.subtracting([.partner])] where !group.isEmpty {
      found += try candidates(terms, restriction(group, users), enough: query.limit)
    }
    found.sort { ($1.score, $0.id) < ($0.score, $1.id) }
    return try shown(found, limit: query.limit)
  }

  func searchTerms(_ text: String) throws -> [SearchTerm] {
    guard text.unicodeScalars.count <= 400 else {
      throw StoreError.badValue(field: "text", detail: "more than 400 letters")
    }
    var words: [SearchText.Word]
    if let number = SearchText.number(text) {
      words = [SearchText.Word(key: number, folded: number, hasDigits: true)]
    } else {
      words = Array(SearchText.words(text).prefix(8))
    }
    var seen: Set<String> = []
    words = words.filter { seen.insert($0.key).inserted }
    guard !words.isEmpty else { return [] }
    let vocabulary = try searchVocabulary()
    return words.map { SearchTerm($0, in: vocabulary) }
  }

  /// Of which kinds, and whose.
  private func restriction(_ kinds: Set<SearchKind>, _ users: Set<Int64>?) -> [String] {
    func among(_ keys: [String]) -> String {
      "scope : (\(keys.sorted().map { "\"\($0)\"" }.joined(separator: " OR ")))"
    }
    let all = kinds.count == SearchKind.allCases.count
    return (all ? [] : [among(kinds.map { "k\($0.code)" })])
      + (users.map { [among($0.map { "u\($0)" } + ["any"])] } ?? [])
  }

  private func candidates(
    _ terms: [SearchTerm], _ restriction: [String], enough: Int
  ) throws -> [Candidate] {
    var seen: Set<Int64> = []
    var found: [Candidate] = []
    func ask(_ expressions: [String?]) throws {
      guard expressions.allSatisfy({ $0 != nil }) else { return }
      let text = (expressions.compactMap { $0 } + restriction).joined(separator: " AND ")
      let ids = try db.all(
        "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", .text(text), .int(Self.candidatesAsked)
      ) { $0.int64(0) }
      for id in ids where seen.insert(id).inserted {
        if let candidate = try candidate(id, terms) { found.append(candidate) }
      }
    }
    try ask(["begin : \"\(SearchText.whole(terms.map(\.word)))\""])
    let everywhere = "name place other"
    for (columns, reach) in [
      ("name", SearchTerm.Reach.exact), ("name", .prefix), (everywhere, .prefix), (everywhere, .slip),
    ] {
      if reach == .slip, terms.allSatisfy(\.slips.isEmpty) { break }
      try ask(terms.map { $0.expression(columns, reach) })
      if found.count >= max(enough, Self.candidatesAsked) { break }
      // What is found with slips comes behind what was found without.
      if columns == everywhere, found.count >= enough { break }
    }
    return found
  }

  /// How many are looked at closer at each step.
  private static var candidatesAsked: Int { 150 }

  private func candidate(_ id: Int64, _ terms: [SearchTerm]) throws -> Candidate? {
    try db.first("SELECT name, place, other, number, begin FROM search_entry WHERE id = ?", .int(id)) { c in
      let columns = (0..<4).map { c.text(Int32($0)).split(separator: " ") }
      let isWhole = c.text(4).split(separator: " ").contains { $0 == SearchText.whole(terms.map(\.word)) }
      var sum = 0.0
      var worst = SearchHit.Match.exact
      for term in terms {
        var best = 0.0
        var match = SearchHit.Match.typo
        for (keys, weight) in zip(columns, [1, 0.6, 0.5]) {
          var one = SearchHit.Match.typo
          let worth = term.worth(in: keys, match: &one) * weight
          if worth > best { (best, match) = (worth, one) }
        }
        let number = term.worth(inNumbers: columns[3])
        if number > best { (best, match) = (number, number == 1 ? .exact : .prefix) }
        // One or two letters are a beginning.
        if best == 0 { (best, match) = (0.5, .prefix) }
        sum += best
        worst = max(worst, match)
      }
      // Of equal ones the name with fewer other words.
      let brevity = 0.02 / Double(1 + columns[0].count)
      return Candidate(
        id: id, score: sum / Double(terms.count) + (isWhole ? 0.3 : 0) + brevity, match: worst)
    }
  }

  private func shown(_ found: [Candidate], limit: Int) throws -> [SearchHit] {
    // Other kinds get up to half of the room when there is not enough for all.
    let partners = found.filter { $0.id & 7 == SearchKind.partner.code }
    let others = found.filter { $0.id & 7 != SearchKind.partner.code }
    let roomForOthers = max(limit - partners.count, limit / 2)
    var hits: [SearchHit] = []
    for candidate in others.prefix(roomForOthers) { if let hit = try hit(candidate) { hits.append(hit) } }
    for candidate in partners where hits.count < limit {
      if let hit = try hit(candidate) { hits.append(hit) }
    }
    return SearchKind.allCases.flatMap { kind in hits.filter { $0.kind == kind } }
  }

  /// Nil for an entry whose record is gone.
  private func hit(_ candidate: Candidate) throws -> SearchHit? {
    guard let kind = SearchKind(entry: candidate.id) else { return nil }
    let sql =
      switch kind {
      case .partner:
        """
        SELECT uid, name, ifnull((SELECT a.text FROM address a WHERE a.partner_id = p.id
          ORDER BY a.type <> 'physical', a.position LIMIT 1), '') FROM partner p WHERE p.id = ?
        """
      case .task: "SELECT uid, title, state FROM task WHERE id = ?"
      case .trip: "SELECT uid, title, state FROM trip WHERE id = ?"
      case .user: "SELECT uid, name, login FROM user WHERE id = ?"
      case .selection: "SELECT uid, name, '' FROM selection WHERE id = ?"
      }
    return try db.first(sql, .int(candidate.id >> 3)) { c in
      SearchHit(
        kind: kind, id: c.id(0, of: Partner.self).uuid, label: c.text(1), detail: c.text(2),
        match: candidate.match, score: candidate.score)
    }
  }
}

/// An entry that may be shown.
private struct Candidate {
  var id: Int64
  var score: Double
  var match: SearchHit.Match
}
