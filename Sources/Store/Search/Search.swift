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
    try search(query, scope: scope, keeper: nil)
  }

  /// As ``search(_:scope:)``, for somebody who asks: of selections his own and everybody's, whatever else he sees.
  public func search(_ query: SearchQuery, for viewer: Viewer) throws -> [SearchHit] {
    let row = try db.first("SELECT id FROM user WHERE uid = ?", viewer.user.blob) { $0.int64(0) }
    return try search(query, scope: viewer.scope, keeper: row ?? 0)
  }

  /// - Parameter keeper: whose selections are found beside everybody's; nil for those that `scope` shows.
  private func search(_ query: SearchQuery, scope: RecordScope, keeper: Int64?) throws -> [SearchHit] {
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
    for index in SearchIndex.allCases {
      let group = kinds.intersection(index.kinds)
      guard !group.isEmpty else { continue }
      found += try candidates(
        SearchScale(terms), in: index, restriction(group, in: index, users, keeper), enough: query.limit)
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
  private func restriction(
    _ kinds: Set<SearchKind>, in index: SearchIndex, _ users: Set<Int64>?, _ keeper: Int64?
  ) -> [String] {
    func among(_ keys: [String]) -> String {
      "scope : (\(keys.sorted().map { "\"\($0)\"" }.joined(separator: " OR ")))"
    }
    func conditions(_ kinds: Set<SearchKind>, _ users: Set<Int64>?) -> [String] {
      (kinds == index.kinds ? [] : [among(kinds.map { "k\($0.code)" })])
        + (users.map { [among($0.map { "u\($0)" } + ["any"])] } ?? [])
    }
    guard let keeper, kinds.contains(.selection) else { return conditions(kinds, users) }
    let kept = conditions([.selection], [keeper])
    let others = kinds.subtracting([.selection])
    guard !others.isEmpty else { return kept }
    let either = [conditions(others, users), kept].map { "(\($0.joined(separator: " AND ")))" }
    return ["(\(either.joined(separator: " OR ")))"]
  }

  /// Entries that may be shown, those that are found best among them. Finding all that is found in any way takes one
  /// question, and mostly these are few; only where they are many is it asked for better and better ones first.
  private func candidates(
    _ scale: SearchScale, in index: SearchIndex, _ restriction: [String], enough: Int
  ) throws -> [Candidate] {
    var seen: Set<Int64> = []
    var found: [Candidate] = []
    func ask(_ expressions: [String?], most: Int) throws -> [Int64] {
      guard expressions.allSatisfy({ $0 != nil }) else { return [] }
      let text = (expressions.compactMap { $0 } + restriction).joined(separator: " AND ")
      return try db.all(
        "SELECT rowid FROM \(index.words) WHERE \(index.words) MATCH ? LIMIT ?", .text(text), .int(most)
      ) { $0.int64(0) }
    }
    func look(at ids: [Int64]) throws {
      for id in ids where seen.insert(id).inserted {
        if let candidate = try candidate(id, in: index, scale) { found.append(candidate) }
      }
    }
    let most = Self.candidatesAsked
    try look(at: ask(["begin : \"\(scale.whole)\""], most: most))
    let everywhere = "name place other"
    let widest: SearchTerm.Reach = scale.terms.allSatisfy(\.slips.isEmpty) ? .prefix : .slip
    let all = try ask(scale.terms.map { $0.expression(everywhere, widest) }, most: most + 1)
    if all.count <= most {
      try look(at: all)
      return found
    }
    for (columns, reach) in [("name", SearchTerm.Reach.exact), ("name", .prefix), (everywhere, .prefix)] {
      try look(at: ask(scale.terms.map { $0.expression(columns, reach) }, most: most))
      if found.count >= max(enough, most) { return found }
    }
    // What is found with slips comes behind what was found without.
    if found.count < enough { try look(at: all) }
    return found
  }

  /// How many are looked at closer at each step.
  private static var candidatesAsked: Int { 150 }

  private func candidate(_ id: Int64, in index: SearchIndex, _ scale: SearchScale) throws -> Candidate? {
    let columns = "name, place, other, number, begin"
    return try db.first("SELECT \(columns) FROM \(index.entries) WHERE id = ?", .int(id)) { c in
      let (score, match) = scale.score(
        texts: (c.bytes(0), c.bytes(1), c.bytes(2)), numbers: c.bytes(3), begin: c.bytes(4))
      return Candidate(id: id, score: score, match: match)
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
