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

  func run() async throws {
    let findings = Doctor.run(Workspace(global), now: Session.current.now())
    if global.json {
      try JSONOutput.print(["findings": findings])
    } else {
      for finding in findings {
        let mark =
          switch finding.level {
          case .fine: "ok  "
          case .note: "note"
          case .fault: "FAIL"
          }
        Session.print("\(mark) \(finding.what): \(finding.detail)")
        if let hint = finding.hint { Session.print("     hint: \(hint)") }
      }
    }
    if findings.contains(where: { !$0.ok }) { throw ExitCode(1) }
  }
}
