import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The audit trail: whether it is whole, and what happened with a partner.",
    subcommands: [AuditVerify.self, AuditTimeline.self, AuditReseal.self])
}

struct AuditVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Reads the whole audit trail and names the first row that does not fit.",
    discussion: """
      Prints the end of the trail. Kept elsewhere and given by --anchor later, it shows that nothing up to there was \
      taken back, not even with the whole file.
      """)
  @OptionGroup var global: GlobalOptions
  @Option(
    help: ArgumentHelp("An end of the trail printed earlier.", valueName: "ROW:CODE"),
    transform: { text in
      guard let anchor = AuditAnchor(text) else { throw ValidationError("\"\(text)\" is no end of a trail") }
      return anchor
    }) var anchor: [AuditAnchor] = []

  struct Answer: Encodable {
    var rows: Int
    var earlierRows: Int
    var ok: Bool
    var end: String?
    var fault: Fault?
    struct Fault: Encodable {
      var kind: String
      var row: Int64?
      var detail: String
    }
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let found = try database.read { try $0.verifyAudit(anchors: anchor) }
    if global.json {
      try JSONOutput.print(
        Answer(
          rows: found.rows, earlierRows: found.earlierRows, ok: found.fault == nil,
          end: found.anchor?.description,
          fault: found.fault.map { .init(kind: $0.kind.rawValue, row: $0.row, detail: $0.detail) }))
    } else if let fault = found.fault {
      Session.print(fault.description)
    } else {
      Session.print("\(found.rows) rows, unbroken")
      if let end = found.anchor { Session.print("end \(end)") }
    }
    if found.fault != nil { throw ExitCode(1) }
  }
}

struct AuditReseal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reseal",
    abstract: "Begins the chain of the trail anew over what is there, and says so in it.",
    discussion:
      "The way on after a change past planner was looked into, or after the key was lost (--new-key).")
  @OptionGroup var global: GlobalOptions
  @Option(help: "Why: kept in the trail.") var reason: String
  @Flag(
    help: "The key was lost: take the one in the key file, or make one. What was sealed stays unreadable.")
  var newKey = false

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    try database.write(as: .commandLine, at: Session.current.now()) {
      try $0.resealAudit(reason: reason, newKey: newKey)
    }
    let found = try database.read { try $0.verifyAudit() }
    if global.json { return try JSONOutput.print(["rows": found.rows]) }
    Session.print("\(found.rows) rows, sealed anew")
  }
}

struct AuditTimeline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "What happened with a partner, newest first.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The partner's identifier.") var partner: String
  @Option(help: "How many entries, 1 to 500.") var limit = 50
  @Option(help: ArgumentHelp("Go on behind this entry.", valueName: "CURSOR")) var before: String?

  func validate() throws {
    guard (1...500).contains(limit) else { throw ValidationError("--limit is 1 to 500") }
    if let before, TimelineCursor(before) == nil { throw ValidationError("\"\(before)\" is no cursor") }
  }

  struct Entry: Encodable {
    var at: String
    var who: String
    var what: String
    var detail: String
    var cursor: String
  }

  func run() async throws {
    guard let id = PartnerID(partner) else {
      throw WorkspaceError.badIdentifier(partner, what: "partner")
    }
    let (line, names) = try Workspace(global).existingDatabase().read { reader in
      (
        try reader.timeline(of: id, before: before.flatMap { TimelineCursor($0) }, limit: limit),
        Dictionary(try reader.users().map { ($0.id, $0.login) }) { first, _ in first }
      )
    }
    let entries = line.map { entry -> Entry in
      let (what, detail) = Self.words(entry.content)
      return Entry(
        at: JSONOutput.time(entry.at, in: .gmt), who: entry.user.flatMap { names[$0] } ?? entry.actor,
        what: what, detail: detail, cursor: entry.cursor.description)
    }
    if global.json { return try JSONOutput.print(["entries": entries]) }
    TextTable(
      [
        .init(title: "At"), .init(title: "Who", shrinksTo: 8), .init(title: "What", shrinksTo: 12),
        .init(title: "Detail", shrinksTo: 30),
      ], entries.map { [$0.at, $0.who, $0.what, $0.detail] }
    ).print(orElse: "Nothing")
    if entries.count == limit, let last = entries.last { Session.print("more: --before \(last.cursor)") }
  }

  static func words(_ content: TimelineEntry.Content) -> (what: String, detail: String) {
    switch content {
    case .change(let action, let entity, _, let before, let after):
      let parts = [before.map { "from \($0)" }, after.map { "to \($0)" }].compactMap { $0 }
      return ("\(action) \(entity)", parts.joined(separator: " "))
    case .activity(let activity):
      let text = [activity.outcome, activity.text].filter { !$0.isEmpty }.joined(separator: ": ")
      return (activity.kind.rawValue, text)
    case .stop(let trip, _, let date, let visit, let outcome):
      return ("trip", "\(trip.title), \(date), \(visit.rawValue)" + (outcome.isEmpty ? "" : ": \(outcome)"))
    case .leftOut(let trip, let reason, _): return ("trip", "\(trip.title), left out: \(reason.rawValue)")
    }
  }
}
