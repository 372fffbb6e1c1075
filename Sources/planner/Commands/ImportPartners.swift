import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Store

struct ImportPartners: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partners",
    abstract: "Brings in a partner list: CSV or XLSX, columns guessed from their headings.",
    discussion: """
      Rows are created, updated, skipped, or reported as conflicts and left alone. Addresses are placed by the \
      gazetteer. --dry-run counts without keeping anything; --undo takes a whole run back.
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "CSV or XLSX file.") var file: String?
  @Option(help: ArgumentHelp("YAML that names columns and rules.", valueName: "FILE.yaml")) var mapping:
    String?
  @Flag(help: "Count what would happen, keep nothing.") var dryRun = false
  @Option(help: ArgumentHelp("Take an import run back.", valueName: "RUN")) var undo: String?
  @Option(help: ArgumentHelp("Write what became of each row (.csv, .jsonl, .json).", valueName: "FILE"))
  var report: String?
  @Option(help: "Country of rows that do not say, by code or name.", transform: OptionValue.country)
  var country: String?
  @Option(help: "Name of the system the key column belongs to.") var system: String?
  @Flag(help: "Do not look addresses up.") var noGeocode = false

  struct Undone: Encodable {
    var run: String
    var removed: Int
    var restored: Int
  }

  func validate() throws {
    guard (file == nil) != (undo == nil) else { throw ValidationError("give a FILE, or --undo RUN") }
  }

  func run() async throws {
    let workspace = Workspace(global)
    let at = Session.current.now()
    if let undo {
      let database = try workspace.existingDatabase()
      let done = try PartnerImport.undo(run: undo, database: database, at: at)
      let answer = Undone(run: undo, removed: done.removed, restored: done.restored)
      if global.json { return try JSONOutput.print(answer) }
      Session.print("Undone: \(Counted.text(done.removed, "partner")) removed, \(done.restored) restored")
      return
    }
    guard let file else { return }
    let mappingFile = mapping
    let mapping = try mapping.map { try ImportMapping(path: $0) } ?? ImportMapping()
    let geocoder = noGeocode ? nil : try workspace.geocoder()
    var options = PartnerImport.Options(dryRun: dryRun, at: at)
    options.country = country
    options.system = system
    options.reportPath = report
    options.started = { run, rows in
      // One transaction cannot end half-way; a run of several can, and then its id is wanted.
      guard Session.current.interactive || rows > PartnerImport.Options().batchSize else { return }
      Session.printError("Run \(run)")
    }
    options.keptFiles = workspace.files + [mappingFile].compactMap { $0 }
    let progress = Progress("imported")
    defer { progress.finish() }
    let result = try await PartnerImport.run(
      file: file, mapping: mapping, database: try database(of: workspace), geocoder: geocoder,
      options: options, progress: { progress.report($0.rows, of: $0.total) })
    progress.finish()
    if global.json {
      Session.write(result.json.bytes + [UInt8(ascii: "\n")])
    } else {
      Session.print(ImportText.summary(result))
    }
  }

  /// A dry run leaves no file behind: without a database it counts against an empty one.
  private func database(of workspace: Workspace) throws -> Database {
    guard dryRun else { return try workspace.database() }
    return FileManager.default.fileExists(atPath: workspace.databasePath)
      ? try workspace.existingDatabase() : try Database.temporary()
  }
}

/// A count with its noun: `1 warning`, `2 warnings`.
enum Counted {
  static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

enum ImportText {
  static func summary(_ report: ImportReport) -> String {
    var lines = [
      (report.dryRun ? "Would be: " : "")
        + "\(report.created) created, \(report.updated) updated, \(report.skipped) skipped, "
        + Counted.text(report.conflicts, "conflict")
    ]
    let located = ImportReport.Level.allCases.compactMap { level in
      report.located[level].map { "\($0) \(level.rawValue)" }
    }
    if !located.isEmpty { lines.append("Located: " + located.joined(separator: ", ")) }
    if !report.unusedColumns.isEmpty {
      let columns = report.unusedColumns.map { heading in
        ImportField.whyNotRead(heading).map { "\(heading) (\($0))" } ?? heading
      }
      lines.append("Columns not read: " + columns.joined(separator: ", "))
    }
    for row in report.firstConflicts.prefix(10) {
      let why = row.issue.map { "\($0.code): \($0.message)" } ?? ""
      lines.append(DisplayWidth.fit("Row \(row.row), \(row.name): \(why)", columns: TextTable.maximumWidth))
    }
    if report.warnings > 0 {
      lines.append(Counted.text(report.warnings, "warning") + " (--report FILE lists them)")
    }
    if let run = report.run {
      lines.append("Run \(run); `planner import partners --undo \(run)` takes it back")
    }
    return lines.joined(separator: "\n")
  }
}
