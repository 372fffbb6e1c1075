import CRM
import Foundation
import Geo
import Store

/// Brings a partner list from another system into the database.
///
/// For each row: find the partner it is about (``ImportMapping/Rule``), create it, update what the row carries, skip it
/// when nothing differs, or report a conflict with its reason and leave it alone. Addresses are geocoded on the way.
///
/// The whole file is read once before anything is written, so that a file that cannot be read changes nothing. Then
/// batches are committed one by one, each with its journal: a run that was killed keeps what it committed and can be
/// undone, or run again, since rows that are in already are skipped. A dry run is the same code on a temporary copy of
/// the database, which is thrown away: it counts what the real run would, takes no lock on the file and little memory.
///
/// Memory grows with neither file nor database: which row was about which partner, and the shared texts of an XLSX file,
/// stand in temporary files.
public enum PartnerImport {
  public struct Options: Sendable {
    /// Counts and reports, but keeps nothing.
    public var dryRun = false
    /// ISO 3166-1 alpha-2 of rows that do not say; the mapping's wins.
    public var country: String?
    /// Whose keys the key column holds; the mapping's wins.
    public var system: String?
    public var actor = Actor(name: "import")
    /// Whose partners rows may be about; what is out of sight is neither changed nor told of.
    public var scope = RecordScope.all
    /// What the journal of runs calls the file; its path when nil.
    public var sourceName: String?
    /// When the import happens, for audit and geocode results.
    public var at: Date
    /// Per-row report: `.csv`, `.jsonl`, or one JSON document.
    public var reportPath: String?
    /// Called with the run and the number of rows before the first is written; not of a dry run.
    public var started: (@Sendable (ImportRunID, Int) -> Void)?
    /// Files that the report must not replace, beside the list itself: the database, the gazetteer, the mapping.
    public var keptFiles: [String] = []
    /// Rows of one transaction. Whoever else writes waits for one of them at most, a tenth of a second or less.
    public var batchSize = 250
    /// Addresses looked up at once.
    public var workers = max(1, min(4, ProcessInfo.processInfo.activeProcessorCount))

    public init(dryRun: Bool = false, at: Date = Date()) {
      self.dryRun = dryRun
      self.at = at
    }
  }

  /// How far an import has come.
  public struct Progress: Sendable, Hashable {
    /// Rows done and rows in all, without headings and blank rows.
    public var rows: Int
    public var total: Int
    public var created: Int
    public var updated: Int
    public var skipped: Int
    public var conflicts: Int
  }

  /// Imports a file.
  /// - Parameters:
  ///   - database: opened, or made, only once the file is known to be readable.
  ///   - geocoder: asked for several addresses at once; nil leaves rows without coordinates unlocated.
  ///   - progress: called after each batch; what it throws ends the import there, with all committed batches kept.
  /// - Throws: ``OutputError``, ``TableError`` and ``ImportError`` before anything was changed; `StoreError`, and what the
  ///   geocoder throws, with the batches before it kept.
  public static func run(
    file: String, mapping: ImportMapping = .init(), database: @autoclosure () throws -> Database,
    geocoder: (any GeocodingProvider)?, options: Options = .init(),
    progress: ((Progress) throws -> Void)? = nil
  ) async throws -> ImportReport {
    let kept = [file] + options.keptFiles
    if let report = options.reportPath { try OutputFile.check(report, keeping: kept) }
    let total = try TableFile.check(file, options: mapping.table)
    let source = try ImportSource(file: file, mapping: mapping, options: options)
    let writer = try options.reportPath.map { try ImportReportWriter(path: $0, keeping: kept) }
    let database = try database()
    let target = options.dryRun ? try database.temporaryCopy() : database
    let run = try target.write(as: options.actor, at: options.at) { writer in
      try writer.beginImportRun(source: options.sourceName ?? file, options: Self.json(options, mapping))
    }
    if !options.dryRun { options.started?(run, total) }
    let pool = geocoder.map { GeocodePool($0, workers: options.workers) }
    let importer = try BatchImporter(
      database: target, run: run, mapping: mapping, pool: pool, options: options)
    var report = ImportReport(run: options.dryRun ? nil : run, dryRun: options.dryRun)
    report.unusedColumns = source.parser.map.unused.map { source.parser.map.headings[$0] }
    let header = 1 + source.skippedRows
    let batches = Prefetch { () async throws -> [PreparedRow]? in
      let rows = try source.next(options.batchSize)
      return rows.isEmpty ? nil : try await importer.prepare(rows)
    }
    while let batch = try await batches.next() {
      let results = try await importer.write(batch)
      for result in results { report.add(result) }
      try writer?.write(results)
      try progress?(
        Progress(
          rows: report.rows, total: max(report.rows, total - header), created: report.created,
          updated: report.updated, skipped: report.skipped, conflicts: report.conflicts))
    }
    let summary = String(decoding: report.json.bytes, as: UTF8.self)
    try target.write(as: options.actor, at: options.at) { try $0.finishImportRun(run, report: summary) }
    try writer?.finish(report)
    return report
  }

  /// Puts everything back as it was before the run.
  /// - Returns: how many partners were removed and how many restored.
  /// - Throws: `StoreError` when there is no such run, it was undone before, or partners were changed since.
  @discardableResult
  public static func undo(
    run: ImportRunID, database: Database, actor: Actor = Actor(name: "import"), at: Date = Date()
  ) throws -> (removed: Int, restored: Int) {
    try database.write(as: actor, at: at) { try $0.undoImportRun(run) }
  }

  /// The same by the run's id as text.
  @discardableResult
  public static func undo(
    run: String, database: Database, actor: Actor = Actor(name: "import"), at: Date = Date()
  ) throws -> (removed: Int, restored: Int) {
    guard let id = ImportRunID(run) else { throw ImportError.badRun(run) }
    return try undo(run: id, database: database, actor: actor, at: at)
  }

  private static func json(_ options: Options, _ mapping: ImportMapping) -> String {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    let value = JSONValue.object([
      ("dryRun", .bool(options.dryRun)), ("country", text(mapping.country ?? options.country)),
      ("system", .string(ImportSource.system(mapping, options))),
      ("match", .array(mapping.rules.map { .string($0.rawValue) })),
    ])
    return String(decoding: value.bytes, as: UTF8.self)
  }
}

/// The data rows of a file, as drafts.
final class ImportSource {
  let parser: RowParser
  /// Rows above the headings that hold something.
  let skippedRows: Int
  private let reader: any TableReader
  /// Rows read while the headings were looked for.
  private var waiting: [TableRow]

  /// Headings are looked for among this many rows.
  private static let searchedRows = 20

  init(file: String, mapping: ImportMapping, options: PartnerImport.Options) throws {
    reader = try TableFile.open(file, options: mapping.table)
    var head: [TableRow] = []
    while head.count < Self.searchedRows, let row = try reader.next() { head.append(row) }
    let (map, header) = try ColumnMap.find(in: head, mapping)
    skippedRows = head.filter { $0.number < header && !$0.isBlank }.count
    waiting = head.filter { $0.number > header }
    parser = RowParser(
      map: map, mapping: mapping, country: mapping.country ?? options.country?.uppercased(),
      system: Self.system(mapping, options))
  }

  static func system(_ mapping: ImportMapping, _ options: PartnerImport.Options) -> String {
    for name in [mapping.system, options.system] {
      if let name, !TextFolding.clean(name).isEmpty { return TextFolding.clean(name, limit: 100) }
    }
    return "import"
  }

  /// Up to `count` drafts, empty at the end. Blank rows are passed over.
  func next(_ count: Int) throws(TableError) -> [PartnerDraft] {
    var drafts: [PartnerDraft] = []
    drafts.reserveCapacity(count)
    while drafts.count < count {
      let row: TableRow?
      if waiting.isEmpty { row = try reader.next() } else { row = waiting.removeFirst() }
      guard let row else { break }
      if !row.isBlank { drafts.append(parser.draft(row)) }
    }
    return drafts
  }
}
