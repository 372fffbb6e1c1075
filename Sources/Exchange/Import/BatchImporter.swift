import CRM
import Foundation
import Geo
import Store

/// A row with what could be found out about it before its transaction.
struct PreparedRow: Sendable {
  var draft: PartnerDraft
  /// Where its address lies; nil when it was not looked up, or not found.
  var found: GeocodeCandidate?
  var wasLookedUp = false
}

/// Writes batches of rows. ``prepare(_:)`` may run beside ``write(_:)``, a batch ahead of it; nothing it finds is trusted
/// but places of addresses.
final class BatchImporter {
  private let database: Database
  private let run: ImportRunID
  private let matcher: PartnerMatcher
  private let merge: PartnerMerge
  private let pool: GeocodePool?
  private let options: PartnerImport.Options
  /// By folded login and folded name; nil where two users share a name.
  private let users: [String: UserID?]
  /// Folded logins and names of those who get no new work.
  private let disabled: Set<String>
  /// With an empty database every address has to be looked up anyway.
  private let startsEmpty: Bool
  /// The row that was about a partner. Only ``write(_:)`` touches it.
  private var rowOf = SeenPartners()

  init(
    database: Database, run: ImportRunID, mapping: ImportMapping, pool: GeocodePool?,
    options: PartnerImport.Options
  ) throws {
    self.database = database
    self.run = run
    self.pool = pool
    self.options = options
    matcher = PartnerMatcher(rules: mapping.rules, scope: options.scope)
    merge = PartnerMerge(mapping: mapping, at: options.at)
    let all = try database.read { try $0.users() }
    var users: [String: UserID?] = [:]
    for user in all where !user.disabled {
      let name = TextFolding.fold(user.name)
      users[name] = users[name] == nil ? .some(user.id) : .some(nil)
    }
    for user in all where !user.disabled { users[TextFolding.fold(user.login)] = .some(user.id) }
    self.users = users
    disabled = Set(
      all.filter(\.disabled).flatMap { [TextFolding.fold($0.login), TextFolding.fold($0.name)] })
    startsEmpty = try database.read { try $0.partnerCount() } == 0
  }

  // MARK: - Before the transaction

  /// Looks up the addresses that will be needed, several at once.
  func prepare(_ drafts: [PartnerDraft]) async throws -> [PreparedRow] {
    var rows = drafts.map { PreparedRow(draft: $0) }
    guard let pool else { return rows }
    var needed = rows.indices.filter { merge.needsPlace(rows[$0].draft, for: nil) }
    if !startsEmpty {
      // Rows whose partner stands where it stood need no geocoder; rows of an own export may lose their coordinates.
      needed = try database.read { reader in
        try rows.indices.filter { index in
          let draft = rows[index].draft
          guard draft.plannerID != nil || merge.needsPlace(draft, for: nil) else { return false }
          let partner = try likelyPartner(draft, reader)
          if let partner { rows[index].draft = merge.withoutLeftovers(draft, of: partner) }
          return merge.needsPlace(rows[index].draft, for: partner)
        }
      }
    }
    let queries = needed.compactMap { rows[$0].draft.geocodeQuery }
    for (index, found) in zip(needed, try await pool.places(queries)) {
      rows[index].found = found
      rows[index].wasLookedUp = true
    }
    return rows
  }

  /// The partner the first exact rule that finds one points at.
  private func likelyPartner(_ draft: PartnerDraft, _ reader: Reader) throws -> Partner? {
    for rule in matcher.rules {
      if let id = try matcher.hits(draft, rule, reader).first { return try reader.partner(id) }
    }
    return nil
  }

  // MARK: - The transaction

  /// Writes a batch in one transaction; when a row breaks a rule of the store, the batch is undone and its rows go one by
  /// one, so that only that row is left out.
  func write(_ batch: [PreparedRow]) async throws -> [ImportRow] {
    do {
      return try await commit(batch)
    } catch let error as StoreError where Self.isAboutOneRow(error) {
      var results: [ImportRow] = []
      for row in batch {
        do {
          results += try await commit([row])
        } catch let error as StoreError where Self.isAboutOneRow(error) {
          results.append(conflict(row.draft, ImportIssue(code: error.code, message: error.message)))
        }
      }
      return results
    }
  }

  /// A row whose address was not looked up turned out to need its place: no geocoder is awaited in a transaction.
  private struct PlaceNeeded: Error {}

  private func commit(_ batch: [PreparedRow]) async throws -> [ImportRow] {
    do {
      return try transaction(batch)
    } catch is PlaceNeeded {
      var rows = batch
      for index in rows.indices where needsLookUp(rows[index]) {
        rows[index].wasLookedUp = true
        guard let pool, let query = rows[index].draft.geocodeQuery else { continue }
        rows[index].found = try await pool.place(query)
      }
      return try transaction(rows)
    }
  }

  private static func isAboutOneRow(_ error: StoreError) -> Bool {
    switch error {
    case .constraint, .duplicate, .badValue, .staleVersion, .unreadable: true
    default: false
    }
  }

  private func transaction(_ batch: [PreparedRow]) throws -> [ImportRow] {
    var seen: [PartnerID: Int] = [:]
    let results = try database.write(as: options.actor, at: options.at) { writer in
      try batch.map { row in
        let result = try self.row(row, seen, writer)
        if let partner = result.partner, result.result != .conflict { seen[partner] = result.row }
        return result
      }
    }
    // Only what is committed counts.
    for (partner, row) in seen { try rowOf.insert(partner, row: row) }
    return results
  }

  /// - Parameter seen: rows of this transaction by their partner.
  private func row(_ row: PreparedRow, _ seen: [PartnerID: Int], _ writer: Writer) throws -> ImportRow {
    var draft = row.draft
    let responsible = self.responsible(&draft)
    let doubt = PlaceDoubt.of(row)
    let found = doubt == nil ? row.found : nil
    func earlier(_ partner: PartnerID) throws -> Int? { try seen[partner] ?? rowOf.row(of: partner) }
    let match = try matcher.match(draft, place: place(draft, found), in: writer) { try earlier($0) != nil }
    switch match {
    case .conflict(let issue): return conflict(draft, issue)
    case .none:
      // The partner expected when the batch was prepared may be gone: only the name can tell, and it needs the place.
      if needsLookUp(row) { throw PlaceNeeded() }
      // What cannot make a new partner may still say something about a known one.
      if let fault = draft.fault { return conflict(draft, fault) }
      draft.warnings += PlaceDoubt.warnings(doubt, draft, found)
      let partner = merge.partner(from: draft, responsible: responsible, found: found)
      try writer.insert(partner)
      try writer.importChange(run, partner: partner.id, before: nil)
      return ImportRow(
        row: draft.row, result: .create, partner: partner.id, name: partner.name, rule: nil,
        level: partner.location?.level, issue: nil, changed: [], warnings: draft.warnings)
    case .one(let partner, let rule):
      if let earlier = try earlier(partner.id) {
        return conflict(
          draft,
          ImportIssue(
            code: "partner.import.duplicateInFile",
            message: "row \(earlier) is about the same partner, \(partner.name) (\(partner.id)), "
              + "by \(matcher.words(rule))"),
          partner.id, rule)
      }
      if matcher.isHidden(partner) { return conflict(draft, matcher.outOfSight(rule), nil, rule) }
      return try update(partner, rule, draft, row, responsible, writer)
    }
  }

  private func update(
    _ partner: Partner, _ rule: ImportMapping.Rule, _ draft: PartnerDraft, _ row: PreparedRow,
    _ responsible: UserID?, _ writer: Writer
  ) throws -> ImportRow {
    let draft = merge.withoutLeftovers(draft, of: partner)
    let needsPlace = merge.needsPlace(draft, for: partner)
    if needsPlace, needsLookUp(row) { throw PlaceNeeded() }
    let doubt = needsPlace ? PlaceDoubt.of(row) : nil
    let found = needsPlace && doubt == nil ? row.found : nil
    let (after, changed, mergeWarnings) = merge.merged(
      partner, draft, responsible: responsible, found: found)
    let isNewPlace = partner.location == nil || changed.contains("address")
    let warnings = mergeWarnings + (isNewPlace ? PlaceDoubt.warnings(doubt, draft, found) : [])
    var result = ImportRow(
      row: draft.row, result: .skip, partner: partner.id, name: after.name, rule: rule,
      level: after.location?.level, issue: nil, changed: changed, warnings: draft.warnings + warnings)
    guard !changed.isEmpty else { return result }
    let image = try writer.image(of: partner.id)
    guard try writer.update(after) else {
      result.changed = []
      return result
    }
    try writer.importChange(run, partner: partner.id, before: image)
    result.result = .update
    return result
  }

  // MARK: - Parts

  private func needsLookUp(_ row: PreparedRow) -> Bool {
    pool != nil && !row.wasLookedUp && merge.needsPlace(row.draft, for: nil)
  }

  /// A place named only by its region says nothing about neighbours.
  private func place(_ draft: PartnerDraft, _ found: GeocodeCandidate?) -> PartnerMatcher.Place {
    let found = found.flatMap { $0.level >= .locality ? $0 : nil }
    let address = draft.visitAddress
    var towns = [address?.components.city, found?.components.city].compactMap { $0 }
    if towns.count == 2, towns[0] == towns[1] { towns.removeLast() }
    return .init(
      coordinate: draft.coordinate ?? found?.coordinate, towns: towns,
      address: address.flatMap { $0.text.isEmpty ? nil : $0.text })
  }

  private func responsible(_ draft: inout PartnerDraft) -> UserID? {
    guard let text = draft.responsible else { return nil }
    let key = TextFolding.fold(text)
    switch users[key] {
    case .some(.some(let id)): return id
    case .some(.none):
      draft.warnings.append(
        ImportIssue(
          code: "partner.import.ambiguousResponsible", message: "several users are called \"\(text)\""))
    case .none where disabled.contains(key):
      draft.warnings.append(
        ImportIssue(code: "partner.import.disabledResponsible", message: "the user \"\(text)\" is disabled"))
    case .none:
      draft.warnings.append(
        ImportIssue(code: "partner.import.unknownResponsible", message: "there is no user \"\(text)\""))
    }
    return nil
  }

  private func conflict(
    _ draft: PartnerDraft, _ issue: ImportIssue, _ partner: PartnerID? = nil,
    _ rule: ImportMapping.Rule? = nil
  ) -> ImportRow {
    ImportRow(
      row: draft.row, result: .conflict, partner: partner, name: draft.name ?? "", rule: rule, level: nil,
      issue: issue,
      changed: [], warnings: draft.warnings)
  }
}
