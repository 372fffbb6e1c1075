import CRM
import Foundation
import Geo

/// One import of partners, from its first row to its undo.
public struct ImportRun: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its process is still at it.
    case running
    /// Its process ended before the run did. What it committed is whole; undo it or run the import again.
    case interrupted
    case finished, undone
  }
  public var id: ImportRunID
  public var source: String
  /// JSON, as given.
  public var options: String
  public var state: State
  public var startedAt: Date
  public var finishedAt: Date?
  /// JSON, as given at the end.
  public var report: String?
  public var created: Int
  public var updated: Int
}

public typealias ImportRunID = Identifier<ImportRun>

extension ReadAccess {
  /// All runs, newest first.
  public func importRuns() throws -> [ImportRun] { try importRuns(where: "1", []) }

  public func importRun(_ id: ImportRunID) throws -> ImportRun? {
    try importRuns(where: "r.uid = ?", [id.blob]).first
  }

  func importRun(row: Int64) throws -> ImportRun? { try importRuns(where: "r.id = ?", [.int(row)]).first }

  private func importRuns(where condition: String, _ arguments: [SQLValue]) throws -> [ImportRun] {
    var runs: [ImportRun] = []
    try db.rows(
      """
      SELECT r.uid, r.source, r.options, r.state, r.process, r.started_at, r.finished_at, r.report,
        (SELECT count(*) FROM import_change c WHERE c.run_id = r.id AND c.image IS NULL),
        (SELECT count(*) FROM import_change c WHERE c.run_id = r.id AND c.image IS NOT NULL)
      FROM import_run r WHERE \(condition) ORDER BY r.id DESC
      """, arguments: arguments
    ) { c in
      var state: ImportRun.State = try c.value(3, in: "import_run")
      if state == .running && !ProcessMark.isAlive(c.text(4)) { state = .interrupted }
      runs.append(
        ImportRun(
          id: c.id(0), source: c.text(1), options: c.text(2), state: state, startedAt: c.date(5),
          finishedAt: c.dateOrNil(6), report: c.textOrNil(7), created: c.int(8), updated: c.int(9)))
    }
    return runs
  }
}

extension Writer {
  /// Opens a run. What it changes is journalled by ``importChange(_:partner:before:)``.
  /// - Parameter options: JSON.
  public func beginImportRun(source: String, options: String = "{}") throws -> ImportRunID {
    let id = ImportRunID.new()
    try db.run(
      """
      INSERT INTO import_run (uid, source, options, state, process, started_at)
      VALUES (?, ?, ?, 'running', ?, ?)
      """, id.blob, .text(source.composed), .text(options), .text(ProcessMark.current), .date(at))
    try audit("begin", entity: "importRun", id: id.description, after: options)
    return id
  }

  /// Notes that the run created (`before` is nil) or changed a partner; call it after the change, in the
  /// same transaction. When a run touches a partner twice, the first image stays.
  public func importChange(_ run: ImportRunID, partner: PartnerID, before: PartnerImage?) throws {
    let row = try runningRow(run)
    let changed = try db.first(
      "SELECT id, revision FROM partner WHERE uid = ?", partner.blob
    ) { (row: $0.int64(0), revision: $0.int64(1)) }
    guard let changed else { throw StoreError.notFound(entity: "partner", id: partner.description) }
    try db.run(
      """
      INSERT INTO import_change (run_id, partner_id, revision, image) VALUES (?, ?, ?, ?)
      ON CONFLICT (run_id, partner_id) DO UPDATE SET revision = excluded.revision
      """, .int(row), .int(changed.row), .int(changed.revision), before.map { .blob($0.bytes) } ?? .null)
  }

  /// Closes a run.
  /// - Parameter report: JSON.
  public func finishImportRun(_ run: ImportRunID, report: String) throws {
    let row = try runningRow(run)
    try db.run(
      "UPDATE import_run SET state = 'finished', finished_at = ?, report = ? WHERE id = ?", .date(at),
      .text(report), .int(row))
    try audit("finish", entity: "importRun", id: run.description, after: report)
  }

  private func runningRow(_ run: ImportRunID) throws -> Int64 {
    let found = try db.first("SELECT id, state FROM import_run WHERE uid = ?", run.blob) {
      (row: $0.int64(0), state: $0.text(1))
    }
    guard let found else { throw StoreError.notFound(entity: "importRun", id: run.description) }
    guard found.state == "running" else {
      throw StoreError.importNotRunning(run: run.description, state: found.state)
    }
    return found.row
  }

  /// Puts everything back as it was before the run: partners it created are removed, partners it changed get
  /// their former rows. All or nothing.
  /// - Returns: how many partners were removed and how many restored.
  /// - Throws: ``StoreError/undoConflict(run:partners:)`` listing the partners that were changed since, are
  ///   part of a trip, have activities or a person the run brought of whom something is sealed;
  ///   ``StoreError/importAlreadyUndone(run:)``, ``StoreError/importRunning(run:)``.
  @discardableResult
  public func undoImportRun(_ run: ImportRunID) throws -> (removed: Int, restored: Int) {
    guard let found = try importRun(run) else {
      throw StoreError.notFound(entity: "importRun", id: run.description)
    }
    switch found.state {
    case .undone: throw StoreError.importAlreadyUndone(run: run.description)
    case .running where !ProcessMark.isOwn(try process(of: run)):
      throw StoreError.importRunning(run: run.description)
    case .running, .interrupted, .finished: break
    }
    let row = try db.first("SELECT id FROM import_run WHERE uid = ?", run.blob) { $0.int64(0) }!
    let conflicts = try undoConflicts(row: row)
    guard conflicts.isEmpty else {
      throw StoreError.undoConflict(run: run.description, partners: conflicts)
    }
    // Newest first, so that row ids come free in the order they were taken.
    let changes = try db.all(
      """
      SELECT c.partner_id, p.uid, c.image IS NULL FROM import_change c JOIN partner p ON p.id = c.partner_id
      WHERE c.run_id = ? ORDER BY c.partner_id DESC
      """, .int(row)
    ) { (row: $0.int64(0), id: $0.id(1, of: Partner.self), created: $0.bool(2)) }
    for change in changes {
      let before = try partner(row: change.row)
      if change.created {
        try db.run("DELETE FROM partner WHERE id = ?", .int(change.row))
      } else {
        let image = try db.first(
          "SELECT image FROM import_change WHERE run_id = ? AND partner_id = ?", .int(row),
          .int(change.row)
        ) { PartnerImage(bytes: $0.blob(0)) }!
        try restore(image, row: change.row)
      }
      let after = change.created ? nil : try partner(row: change.row)
      try eraseSealed(ofThoseGone: before?.people ?? [], after?.people ?? [])
      let images = before.flatMap { before in after.map { PartnerJSON.difference(before, $0) } }
      try audit(
        change.created ? "import.undo.remove" : "import.undo.restore", entity: "partner",
        id: change.id.description,
        before: images?.before ?? before.map { PartnerJSON.object(PartnerJSON.fields(of: $0)) },
        after: images?.after)
    }
    try db.run("UPDATE import_run SET state = 'undone' WHERE id = ?", .int(row))
    func image(_ state: ImportRun.State) throws -> String { try JSONText.encode(["state": state.rawValue]) }
    try audit(
      "undo", entity: "importRun", id: run.description, before: try image(found.state),
      after: try image(.undone))
    let removed = changes.count { $0.created }
    return (removed, changes.count - removed)
  }

  private func process(of run: ImportRunID) throws -> String {
    try db.first("SELECT process FROM import_run WHERE uid = ?", run.blob) { $0.text(0) } ?? ""
  }

  func undoConflicts(row: Int64) throws -> [StoreError.UndoConflict] {
    try db.all(
      """
      SELECT p.uid, p.name, CASE
          WHEN c.image IS NULL AND (EXISTS (SELECT 1 FROM stop s WHERE s.partner_id = p.id)
            OR EXISTS (SELECT 1 FROM unassigned_stop s WHERE s.partner_id = p.id)) THEN 'inTrip'
          WHEN c.image IS NULL AND EXISTS (SELECT 1 FROM activity a WHERE a.partner_id = p.id)
            THEN 'hasActivities'
          WHEN EXISTS (SELECT 1 FROM contact_person n JOIN protected_field f ON f.uid = n.uid
              AND f.entity = 'contactPerson'
            WHERE n.partner_id = p.id AND ifnull(instr(c.image, n.uid), 0) = 0) THEN 'hasProtected'
          ELSE 'changedSince' END AS reason
      FROM import_change c JOIN partner p ON p.id = c.partner_id
      WHERE c.run_id = ? AND (p.revision <> c.revision OR reason <> 'changedSince')
      ORDER BY p.id
      """, .int(row)
    ) { c in
      StoreError.UndoConflict(
        partner: c.id(0), name: c.text(1), reason: try c.value(2, in: "import_change"))
    }
  }
}
