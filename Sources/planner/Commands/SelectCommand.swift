import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct SelectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "Lists the partners of a region, an area or a filter, with counts.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions

  @Option(help: "Keep the selection under a name that is not taken.")
  var saveAs: String?

  @Flag(help: "With --save-as: replace the selection that has the name.")
  var replace = false

  @Option(help: "Most rows in the table; JSON has all.")
  var limit = 50

  func validate() throws {
    if replace && saveAs == nil { throw ValidationError("--replace needs --save-as NAME") }
    try ListLimit.check(limit)
  }

  func run() async throws {
    let saveAs = try saveAs.map { try OptionValue.name($0, option: "--save-as") }
    let database = try Workspace(global).existingDatabase()
    let (value, result) = try database.read { reader in
      let value = try selection.resolve(in: reader, workspace: Workspace(global))
      return (value, try reader.select(value, by: .session))
    }
    if let saveAs {
      try database.write(as: .commandLine, at: Session.current.now()) { writer in
        let known = try writer.savedSelection(named: saveAs)
        if let known, !replace { throw WorkspaceError.selectionExists(known.name) }
        try writer.save(
          selection: SavedSelection(id: known?.id ?? .new(), name: saveAs, selection: value))
      }
    }
    if global.json {
      try JSONOutput.print(SelectJSON(result))
    } else {
      Session.print(SelectText.table(result, limit: limit))
      if let saveAs { Session.print("Saved as \"\(saveAs)\"") }
    }
  }
}

extension DayClock {
  /// The session's clock, in the computer's zone (`TZ`, where it is set).
  static var session: DayClock { DayClock(now: Session.current.now(), zone: Session.current.zone) }
}

extension LocalDate {
  /// The day it is now on the session's clock.
  static var today: LocalDate { DayClock.session.today }
}

extension Actor {
  static let commandLine = Actor(name: "cli")
}

struct SelectJSON: Encodable {
  struct Row: Encodable {
    var id: String
    var name: String
    var kind: String
    var status: String
    var responsible: String?
    var address: String?
    var phone: String?
    var latitude: Double?
    var longitude: Double?
    var level: String?
    var stale: Bool
    var lastVisit: String?
    var tags: [String]

    init(_ partner: PartnerSummary) {
      id = partner.id.description
      name = partner.name
      kind = partner.kind.rawValue
      status = partner.status.rawValue
      responsible = partner.responsible
      address = partner.address
      phone = partner.phone
      latitude = partner.coordinate?.latitude
      longitude = partner.coordinate?.longitude
      level = partner.level?.rawValue
      stale = partner.stale
      lastVisit = partner.lastVisit.map { JSONOutput.time($0, in: .gmt) }
      tags = partner.tags
    }
  }

  var count: Int
  var byStatus: [String: Int]
  var byResponsible: [String: Int]
  var partners: [Row]

  init(_ result: SelectionResult) {
    count = result.count
    byStatus = result.byStatus
    byResponsible = result.byResponsible
    partners = result.partners.map(Row.init)
  }
}

enum SelectText {
  static func table(_ result: SelectionResult, limit: Int) -> String {
    guard result.count > 0 else { return "No partner" }
    var lines = [
      "\(result.count) partner\(result.count == 1 ? "" : "s")",
      "By status: " + counts(result.byStatus), "By responsible: " + counts(result.byResponsible), "",
      partners(result.partners.prefix(limit)),
    ]
    if let note = ListLimit.note(shown: min(limit, result.count), of: result.count) { lines.append(note) }
    return lines.joined(separator: "\n")
  }

  static func partners(_ list: some Sequence<PartnerSummary>) -> String {
    let zone = DayClock.session.zone
    return TextTable(
      [
        .init(title: "Partner", shrinksTo: 24), .init(title: "Kind"), .init(title: "Status"),
        .init(title: "Responsible", shrinksTo: 11), .init(title: "Address", shrinksTo: 28),
        .init(title: "Located"), .init(title: "Last visit"),
      ],
      list.map { partner in
        [
          partner.name, partner.kind.rawValue, partner.status.rawValue, partner.responsible ?? "—",
          partner.address ?? "—", (partner.level?.rawValue ?? "no") + (partner.stale ? " (stale)" : ""),
          partner.lastVisit.map { LocalDate($0, in: zone).description } ?? "never",
        ]
      }
    ).render()
  }

  private static func counts(_ list: [String: Int]) -> String {
    list.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key.isEmpty ? "nobody" : $0.key) \($0.value)" }.joined(separator: ", ")
  }
}
