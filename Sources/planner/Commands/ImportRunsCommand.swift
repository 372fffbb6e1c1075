import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct ImportRuns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Import runs of partner lists, newest first: what each did and whether it came to its end.")
  @OptionGroup var global: GlobalOptions

  struct Row: Encodable {
    var id: String
    var file: String
    var state: String
    var startedAt: String
    @OrNull var finishedAt: String?
    var created: Int
    var updated: Int

    init(_ run: ImportRun) {
      id = run.id.description
      file = run.source
      state = run.state.rawValue
      startedAt = JSONOutput.time(run.startedAt, in: .gmt)
      finishedAt = run.finishedAt.map { JSONOutput.time($0, in: .gmt) }
      created = run.created
      updated = run.updated
    }
  }

  func run() async throws {
    let runs = try Workspace(global).existingDatabase().read { try $0.importRuns() }
    if global.json { return try JSONOutput.print(["runs": runs.map(Row.init)]) }
    guard !runs.isEmpty else { return Session.print("No import run") }
    var table = TextTable([
      .init(title: "Run"), .init(title: "File", shrinksTo: 20), .init(title: "State"),
      .init(title: "Started (UTC)"), .init(title: "Created"), .init(title: "Updated"),
    ])
    for run in runs {
      table.add([
        run.id.description, run.source, run.state.rawValue,
        String(JSONOutput.time(run.startedAt, in: .gmt).prefix(16)).replacingOccurrences(of: "T", with: " "),
        "\(run.created)", "\(run.updated)",
      ])
    }
    Session.print(table.render())
    for run in runs where run.state == .interrupted {
      Session.print("\(run.id) was interrupted: \(ImportRunText.interrupted(run))")
    }
  }
}

enum ImportRunText {
  /// What can be done about a run whose process ended before it did.
  static func interrupted(_ run: ImportRun) -> String {
    "import the file again to go on (rows that are in are skipped), "
      + "or take it back with `planner import partners --undo \(run.id)`"
  }
}
