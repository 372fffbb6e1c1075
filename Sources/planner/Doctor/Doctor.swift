import CRM
import Foundation
import Geo
import Store

/// What is looked for: one named thing each. The command prints what they find, and so may a page.
struct DoctorCheck: Sendable {
  /// What is looked at, as it is printed: `audit`.
  let name: String
  /// What helps when the look itself fails and its error does not say.
  let hint: String
  let look: @Sendable (DoctorRoom) throws -> [Finding]

  struct Finding: Sendable, Hashable, Encodable {
    enum Level: String, Sendable, Encodable {
      case fine
      /// Worth knowing, nothing is broken.
      case note
      case fault
    }

    var what = ""
    var ok: Bool { level != .fault }
    var level: Level
    var detail: String
    var hint: String?

    static func fine(_ detail: String) -> [Finding] { [Finding(level: .fine, detail: detail)] }
    static func note(_ detail: String, _ hint: String) -> [Finding] {
      [Finding(level: .note, detail: detail, hint: hint)]
    }
    static func fault(_ detail: String, _ hint: String) -> [Finding] {
      [Finding(level: .fault, detail: detail, hint: hint)]
    }

    private enum CodingKeys: String, CodingKey { case what, ok, level, detail, hint }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(what, forKey: .what)
      try container.encode(ok, forKey: .ok)
      try container.encode(level, forKey: .level)
      try container.encode(detail, forKey: .detail)
      try container.encodeIfPresent(hint, forKey: .hint)
    }
  }

  /// Runs the look; an error is a finding.
  func findings(_ room: DoctorRoom) -> [Finding] {
    var found: [Finding]
    do {
      found = try look(room)
    } catch let error as any CodedError {
      found = Finding.fault(error.message, error.hint.isEmpty ? hint : error.hint)
    } catch {
      found = Finding.fault("\(error)", hint)
    }
    for i in found.indices { found[i].what = name }
    return found
  }
}

/// What the checks look at.
struct DoctorRoom: Sendable {
  var workspace: Workspace
  /// Nil when it cannot be opened: the checks of what is in it are left out then.
  var database: Database?
  var now: Date
  /// Where backups are kept, when somebody said so: `PLANNER_BACKUPS`.
  var backups: String?

  init(workspace: Workspace, database: Database?, now: Date) {
    self.workspace = workspace
    self.database = database
    self.now = now
    backups = workspace.environment["PLANNER_BACKUPS"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// - Precondition: only asked by checks of ``Doctor/databaseChecks``.
  func read<T>(_ body: (Reader) throws -> T) throws -> T { try open().read(body) }

  func open() throws -> Database {
    guard let database else { throw StoreError.fileMissing(path: workspace.databasePath) }
    return database
  }
}

enum Doctor {
  /// What is looked at without the database.
  static let fileChecks: [DoctorCheck] = [.data, .gazetteer, .roads]
  /// What is looked at in the database and beside it.
  static let databaseChecks: [DoctorCheck] = [
    .integrity, .schema, .rules, .orphans, .imports, .regions, .partners, .search, .pins, .key, .sealed,
    .audit, .clock, .disk, .backups,
  ]

  /// All findings in order; the database that is open is used, otherwise it is opened.
  static func run(_ workspace: Workspace, database open: Database? = nil, now: Date) -> [DoctorCheck.Finding]
  {
    var room = DoctorRoom(workspace: workspace, database: open, now: now)
    var findings = fileChecks.flatMap { $0.findings(room) }
    let opening = DoctorCheck(name: "database", hint: "planner migrate") { room in
      if room.database == nil { _ = try room.workspace.existingDatabase() }
      return DoctorCheck.Finding.fine(room.workspace.databasePath)
    }
    let opened = opening.findings(room)
    findings += opened
    guard opened.allSatisfy(\.ok) else { return findings }
    if room.database == nil { room.database = try? workspace.existingDatabase() }
    return findings + databaseChecks.flatMap { $0.findings(room) }
  }
}
