import ArgumentParser
import Foundation
import Geo
import Store

struct WorkersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers",
    abstract: "What works behind the service: what each does, how its last run ended, when the next one is.",
    discussion: "`planner serve` runs them by themselves. --run runs one here and now, and waits for its end."
  )
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("Run this one now.", valueName: "NAME")) var run: String?

  struct Answer: Encodable {
    var worker: String
    var result: String
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let workers = try StandardWorkers.workers(
      workspace, database,
      publicURL: ServiceSettings(file: nil, environment: Session.current.environment).publicURL,
      now: Session.current.now)
    guard let name = run else { return try print(workers, in: database) }
    guard let worker = workers.first(where: { $0.name == name }) else {
      throw WorkerError.unknown(name, known: workers.map(\.name))
    }
    let result = try await WorkerSchedule.runOnce(worker, in: database, now: Session.current.now)
    if global.json { return try JSONOutput.print(Answer(worker: name, result: result)) }
    Session.print("\(name): \(result)")
  }

  private func print(_ workers: [Worker], in database: Database) throws {
    let status = try WorkerSchedule.status(of: workers, in: database)
    if global.json { return try JSONOutput.print(["workers": status]) }
    var table = TextTable([
      .init(title: "Worker"), .init(title: "Does", shrinksTo: 12, wraps: true), .init(title: "When"),
      .init(title: "Last run (UTC)"), .init(title: "Next run (UTC)"),
      .init(title: "Result", shrinksTo: 14, wraps: true),
    ])
    for worker in status {
      let time = worker.running ? "under way" : worker.lastFinishedAt.map(Self.short) ?? "never"
      let result = [worker.lastCode, worker.lastMessage].compactMap { $0 }.joined(separator: ": ")
      let next = worker.asked ? "asked for" : worker.nextAt.map(Self.short) ?? "—"
      table.add([worker.name, worker.about, worker.cadence, time, next, result])
    }
    Session.print(table.render())
  }

  static func short(_ time: String) -> String {
    String(time.prefix(16)).replacingOccurrences(of: "T", with: " ")
  }
}
