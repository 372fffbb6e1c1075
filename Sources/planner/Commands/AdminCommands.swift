import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Brings the database to this version's schema; makes it when there is none.")
  @OptionGroup var global: GlobalOptions

  struct Answer: Encodable {
    var database: String
    var partners: Int
    var regions: Int
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.database()
    let answer = try database.read { reader in
      Answer(
        database: workspace.databasePath, partners: try reader.partnerCount(),
        regions: try reader.regionCount())
    }
    if global.json { return try JSONOutput.print(answer) }
    Session.print("\(answer.database) is up to date: \(answer.partners) partners, \(answer.regions) regions")
  }
}

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Looks for what is missing or in need of repair, with a hint for each.")
  @OptionGroup var global: GlobalOptions

  struct Finding: Encodable {
    var what: String
    var ok: Bool
    var detail: String
    var hint: String?
  }

  func run() async throws {
    let workspace = Workspace(global)
    var findings: [Finding] = []
    func look(_ what: String, hint: String, _ body: () throws -> String) {
      lookAtEach(what, hint: hint) { (try body(), []) }
    }
    /// `body` gives what is to be said when all is well, and what is not well, each with a hint of its own.
    func lookAtEach(
      _ what: String, hint: String,
      _ body: () throws -> (fine: String, faults: [(detail: String, hint: String)])
    ) {
      do {
        let (fine, faults) = try body()
        if faults.isEmpty { findings.append(Finding(what: what, ok: true, detail: fine, hint: nil)) }
        findings += faults.map { Finding(what: what, ok: false, detail: $0.detail, hint: $0.hint) }
      } catch let error as any CodedError {
        findings.append(
          Finding(what: what, ok: false, detail: error.message, hint: error.hint.isEmpty ? hint : error.hint))
      } catch {
        findings.append(Finding(what: what, ok: false, detail: "\(error)", hint: hint))
      }
    }
    look("data", hint: "set PLANNER_DATA") { try workspace.dataFolder() }
    look("gazetteer", hint: "planner import gazetteer") { try workspace.gazetteer().path }
    look("roads", hint: "planner import roads --force") {
      guard let graph = try workspace.roadRouter()?.graph else { return "none: drives are estimated" }
      let made = graph.meta.sources.compactMap(\.timestamp).min()
        .map { ", data of \(LocalDate(daysSinceEpoch: $0 / 86_400))" }
      return "\(graph.path), \(graph.meta.profile), \(graph.meta.sources.map(\.name).joined(separator: ", "))"
        + (made ?? "")
    }
    var database: Database?
    look("database", hint: "planner migrate") {
      database = try workspace.existingDatabase()
      return workspace.databasePath
    }
    if let database {
      look("integrity", hint: "restore the latest backup") {
        let found = try database.integrityFindings()
        guard found.isEmpty else { throw DoctorError.unsound(found) }
        return "sound"
      }
      lookAtEach("rules", hint: "restore the latest backup") {
        let broken = try database.read { try $0.ruleBreaches() }
        return (
          "kept",
          broken.map {
            ("\($0.rule.rawValue): " + $0.records.joined(separator: "; "), $0.rule.hint)
          }
        )
      }
      lookAtEach("imports", hint: "planner import runs") {
        let runs = try database.read { try $0.importRuns() }
        return (
          "\(runs.count) run\(runs.count == 1 ? "" : "s"), none interrupted",
          runs.filter { $0.state == .interrupted }.map {
            (
              "run \($0.id) of \($0.source) was interrupted after \($0.created) created, \($0.updated) updated",
              ImportRunText.interrupted($0)
            )
          }
        )
      }
      look("regions", hint: "planner import regions") {
        let count = try database.read { try $0.regionCount() }
        guard count > 0 else { throw DoctorError.noRegions }
        return "\(count)"
      }
      look("partners", hint: "planner import partners FILE") {
        let (count, review) = try database.read { reader in
          (try reader.partnerCount(), try reader.partnersToReview(limit: 100_000).count)
        }
        return "\(count), \(review) to review"
      }
    }
    if global.json {
      try JSONOutput.print(["findings": findings])
    } else {
      for finding in findings {
        Session.print("\(finding.ok ? "ok  " : "FAIL") \(finding.what): \(finding.detail)")
        if let hint = finding.hint { Session.print("     hint: \(hint)") }
      }
    }
    if findings.contains(where: { !$0.ok }) { throw ExitCode(1) }
  }
}

enum DoctorError: CodedError, Equatable {
  case unsound([String])
  case noRegions

  var code: String {
    switch self {
    case .unsound: "doctor.database.unsound"
    case .noRegions: "doctor.regions.none"
    }
  }
  var message: String {
    switch self {
    case .unsound(let list): list.joined(separator: "; ")
    case .noRegions: "there are none"
    }
  }
  var hint: String {
    switch self {
    case .unsound: "restore the latest backup"
    case .noRegions: "`planner import regions` makes them from the shipped data"
    }
  }
}
