import ArgumentParser
import Foundation
import Testing

@testable import planner

@Suite("The command surface")
struct CommandSurfaceTests {
  /// Every command with the words that lead to it.
  static func paths(
    _ command: any ParsableCommand.Type = PlannerCommand.self, _ path: [String] = []
  ) -> [[String]] {
    let below = command.configuration.subcommands.flatMap { sub in
      paths(sub, path + [sub.configuration.commandName ?? ""])
    }
    return [path] + below
  }

  @Test("each command explains itself and exits with 0", arguments: paths())
  func help(_ path: [String]) async throws {
    let runner = try TranscriptRunner()
    defer { runner.remove() }
    let outcome = await runner.run(path + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("USAGE: planner" + path.map { " " + $0 }.joined()))
    #expect(outcome.errors.isEmpty)
  }

  @Test("each command that does something takes --json and --database", arguments: paths())
  func globals(_ path: [String]) async throws {
    let runner = try TranscriptRunner()
    defer { runner.remove() }
    let text = await runner.run(path + ["--help"]).output
    guard !text.contains("SUBCOMMANDS:"), !path.isEmpty else { return }
    #expect(text.contains("--json"))
    #expect(text.contains("--database"))
  }

  @Test("the commands of the published interface are there")
  func published() {
    let known = Set(Self.paths().map { $0.joined(separator: " ") })
    for path in [
      "demo", "import partners", "import gazetteer", "import addresses", "import regions", "geocode",
      "reverse", "suggest", "select", "plan", "trip show", "trip replan", "trip check", "task show",
      "task check",
      "export partners", "export regions", "export trip", "serve", "user add", "user disable",
      "user list", "selection list", "selection show", "selection remove", "import runs", "region list",
      "region remove", "migrate", "doctor", "backup make", "backup list", "restore", "audit verify",
      "audit timeline", "audit reseal",
      "protected list", "protected set", "protected reveal", "protected who-saw", "protected erase",
      "protected retention", "review", "pin", "extract partners", "extract sample-agencies",
    ] { #expect(known.contains(path), "\(path)") }
  }

  @Test("wrong usage exits with 2, names what is wrong and leads to the help")
  func usage() async throws {
    let runner = try TranscriptRunner()
    defer { runner.remove() }
    for arguments in [
      ["--nonsense"], ["plan"], ["select", "--status", "sleeping"],
      ["plan", "--start", "53,27", "--work", "x"],
      ["geocode"], ["select", "--replace"], ["nonsense"],
      ["user", "add", "a b", "--name", "x", "--role", "manager"],
    ] {
      let outcome = await runner.run(arguments)
      #expect(outcome.status == 2, "\(arguments)")
      #expect(outcome.errors.hasPrefix("error: usage: "), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains("\nhint: "), "\(arguments)")
      #expect(outcome.output.isEmpty, "\(arguments)")
    }
  }

  @Test("the table of workers says when each ran and when it runs next")
  func workers() async throws {
    let runner = try TranscriptRunner()
    defer { runner.remove() }
    _ = await runner.run(["user", "add", "anna", "--name", "Anna", "--role", "manager"])
    #expect(await runner.run(["workers", "--run", "mail"]).status == 0)
    let table = await runner.run(["workers"]).output.components(separatedBy: "\n")
    #expect(table.first?.contains("Last run (UTC)    Next run (UTC)") == true, "\(table)")
    let mail = table.first { $0.hasPrefix("mail ") }
    #expect(mail?.contains("2026-05-29 08:00  2026-05-29 08:00") == true, "\(table)")
    #expect(table.first { $0.hasPrefix("audit ") }?.contains("never             —") == true, "\(table)")
  }

  @Test("a coordinate that begins with a minus is told from options by a blank")
  func minus() {
    #expect(
      CommandRunner.guardingCoordinates(["pin", "ID", "-33.9,18.4", "--json", "--circle", "-.5, -7,9", "-h"])
        == ["pin", "ID", " -33.9,18.4", "--json", "--circle", " -.5, -7,9", "-h"])
    #expect(CommandRunner.guardingCoordinates(["geocode", "--", "-5,5"]) == ["geocode", "--", "-5,5"])
    #expect(CommandRunner.guardingCoordinates(["--limit", "-5", "-x,5"]) == ["--limit", "-5", "-x,5"])
  }

  @Test("a task without a trip has the computer's clock")
  func taskZone() throws {
    let newYork = try #require(TimeZone(identifier: "America/New_York"))
    var session = Session.current
    session.zone = newYork
    Session.$current.withValue(session) {
      let late = Date(timeIntervalSince1970: 1_780_277_400)  // 2026-06-01 01:30 UTC
      #expect(TaskText.moment(late, in: TaskText.zone(nil)) == "2026-05-31 21:30")
      #expect(TaskText.moment(late, in: TaskText.zone("Europe/Minsk")) == "2026-06-01 04:30")
    }
  }

  @Test("global options may stand before the command")
  func hoisting() {
    #expect(
      CommandRunner.hoistingGlobals(["--database", "a.sqlite", "--json", "select", "--limit", "3"])
        == ["select", "--limit", "3", "--database", "a.sqlite", "--json"])
    #expect(
      CommandRunner.hoistingGlobals(["--database=a", "trip", "list"]) == ["trip", "list", "--database=a"])
    #expect(
      CommandRunner.hoistingGlobals(["--roads", "none", "plan", "--days", "2"])
        == ["plan", "--days", "2", "--roads", "none"])
    #expect(CommandRunner.hoistingGlobals(["geocode", "--json", "x"]) == ["geocode", "--json", "x"])
    #expect(
      CommandRunner.hoistingGlobals(["--json", "geocode", "--", "-5"]) == ["geocode", "--json", "--", "-5"])
  }
}
