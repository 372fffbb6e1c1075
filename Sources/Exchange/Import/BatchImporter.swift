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

/// Writes batches of rows. ``prepare(_:)`` may run on another thread than ``write(_:)``, a batch ahead of it; nothing it
/// finds is trusted but places of addresses.
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
  private var rowOf: [PartnerID: Int] = [:]

  init(
    database: Database, run: ImportRunID, mapping: ImportMapping, pool: GeocodePool?,
    options: PartnerImport.Options
  ) throws {
    self.database = database
    self.run = run
    self.pool = pool
    self.options = options
    matcher = PartnerMatcher(rules: mapping.rules)
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
  func prepare(_ drafts: [PartnerDraft]) throws -> [PreparedRow] {
    var rows = drafts.map { PreparedRow(draft: $0) }
    guard let pool else { return rows }
    var needed = rows.indices.filter {
      merge.needsPlace(rows[$0].draft, for: nil)
    }
    if !startsEmpty {
      // Rows whose partner stands where it stood need no geocoder.
      needed = try database.read { reader in
        try needed.filter { index in
          guard let partner = try likelyPartner(rows[index].draft, reader) else { return true }
          return merge.needsPlace(rows[index].draft, for: partner)
        }
      }
    }
    let queries = needed.compactMap { rows[$0].draft.geocodeQuery }
    for (index, found) in zip(needed, pool.places(queries)) {
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
  func write(_ batch: [PreparedRow]) throws -> [ImportRow] {
    do {
      return try commit(batch)
    } catch let error as StoreError where Self.isAboutOneRow(error) {
      return try batch.map { row in
        do {
          return try commit([row])[0]
        } catch let error as StoreError where Self.isAboutOneRow(error) {
          return conflict(row.draft, ImportIssue(code: error.code, message: error.message))
        }
      }
    }
  }

  private static func isAboutOneRow(_ error: StoreError) -> Bool {
    switch error {
    case .constraint, .duplicate, .badValue, .staleVersion, .unreadable: true
    default: false
    }
  }

  private func commit(_ batch: [PreparedRow]) throws -> [ImportRow] {
    var seen: [PartnerID: Int] = [:]
    let results = try database.write(as: options.actor, at: options.at) { writer in
      try batch.map { row in
        let result = try self.row(row, seen, writer)
        if let partner = result.partner, result.result != .conflict { seen[partner] = result.row }
        return result
      }
    }
    // Only what is committed counts.
    rowOf.merge(seen) { first, _ in first }
    return results
  }

  /// - Parameter seen: rows of this transaction by their partner.
  private func row(_ row: PreparedRow, _ seen: [PartnerID: Int], _ writer: Writer) throws -> ImportRow {
    var draft = row.draft
    let responsible = self.responsible(&draft)
    var row = row
    var match = try matcher.match(draft, place: place(row), in: writer)
    if case .none = match, !row.wasLookedUp, draft.coordinate == nil {
      // The partner expected when the batch was prepared is gone: only the name can tell, and it needs the place.
      lookUp(&row)
      match = try matcher.match(draft, place: place(row), in: writer)
    }
    switch match {
    case .conflict(let issue): return conflict(draft, issue)
    case .none:
      // What cannot make a new partner may still say something about a known one.
      if let fault = draft.fault { return conflict(draft, fault) }
      let partner = merge.partner(from: draft, responsible: responsible, found: row.found)
      try writer.insert(partner)
      try writer.importChange(run, partner: partner.id, before: nil)
      return ImportRow(
        row: draft.row, result: .create, partner: partner.id, name: partner.name, rule: nil,
        level: partner.location?.level, issue: nil, changed: [], warnings: draft.warnings)
    case .one(let partner, let rule):
      if let earlier = rowOf[partner.id] ?? seen[partner.id] {
        return conflict(
          draft,
          ImportIssue(
            code: "partner.import.duplicateInFile",
            message: "row \(earlier) is about the same partner, \(partner.name) (\(partner.id))"),
          partner.id)
      }
      return try update(partner, rule, draft, row, responsible, writer)
    }
  }

  private func update(
    _ partner: Partner, _ rule: ImportMapping.Rule, _ draft: PartnerDraft, _ row: PreparedRow,
    _ responsible: UserID?, _ writer: Writer
  ) throws -> ImportRow {
    var row = row
    let needsPlace = merge.needsPlace(draft, for: partner)
    if needsPlace, !row.wasLookedUp { lookUp(&row) }
    let (after, changed) = merge.merged(
      partner, draft, responsible: responsible, found: needsPlace ? row.found : nil)
    var result = ImportRow(
      row: draft.row, result: .skip, partner: partner.id, name: after.name, rule: rule,
      level: after.location?.level, issue: nil, changed: changed, warnings: draft.warnings)
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

  private func lookUp(_ row: inout PreparedRow) {
    row.wasLookedUp = true
    guard let pool, let query = row.draft.geocodeQuery else { return }
    row.found = pool.place(query)
  }

  /// A place named only by its region says nothing about neighbours.
  private func place(_ row: PreparedRow) -> PartnerMatcher.Place? {
    let found = row.found.flatMap { $0.level >= .locality ? $0 : nil }
    let coordinate = row.draft.coordinate ?? found?.coordinate
    let town = row.draft.visitAddress?.components.city ?? found?.components.city
    return coordinate == nil && town == nil ? nil : .init(coordinate: coordinate, town: town)
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

  private func conflict(_ draft: PartnerDraft, _ issue: ImportIssue, _ partner: PartnerID? = nil) -> ImportRow
  {
    ImportRow(
      row: draft.row, result: .conflict, partner: partner, name: draft.name ?? "", rule: nil, level: nil,
      issue: issue,
      changed: [], warnings: draft.warnings)
  }
}
