import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Writes a whole, checked copy of the database while others work in it.",
    subcommands: [BackupMake.self, BackupList.self], defaultSubcommand: BackupMake.self)
}

struct BackupJSON: Encodable {
  var file: String
  var madeAt: String
  var bytes: Int
  var rows: [String: Int]
  var audit: String?

  init(_ backup: BackupFile) {
    file = backup.path
    madeAt = JSONOutput.time(backup.note.madeAt, in: .gmt)
    bytes = backup.bytes
    rows = backup.note.rows
    audit = backup.note.anchor
  }
}

struct BackupMake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Makes a backup (what `planner backup FILE` does).",
    discussion: """
      The key file is no part of it: keep a copy of that at another place. FILE may be an earlier backup, which is \
      replaced when the new one is whole. With --scheduled the backup gets a name by its time in FOLDER, and those that \
      --keep does not name are removed: the newest of each of the last so many days, weeks, months and years is kept.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The file to write.") var file: String?
  @Option(help: ArgumentHelp("Write into this folder and rotate.", valueName: "FOLDER")) var scheduled:
    String?
  @Option(help: "How many to keep, with --scheduled: daily=7,weekly=5,monthly=12,yearly=0.") var keep: String?

  func validate() throws {
    guard (file == nil) != (scheduled == nil) else {
      throw ValidationError("name a FILE, or a folder by --scheduled")
    }
    if keep != nil && scheduled == nil { throw ValidationError("--keep goes with --scheduled") }
    if let keep, BackupRotation(keep) == nil {
      throw ValidationError(
        "\"\(keep)\" does not say which backups to keep: write daily=7,weekly=5,monthly=12")
    }
  }

  struct Scheduled: Encodable {
    var backup: BackupJSON
    var kept: [String]
    var removed: [String]
    var unreadable: [String]
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let now = Session.current.now()
    if let folder = scheduled {
      let rotation = keep.flatMap { BackupRotation($0) } ?? BackupRotation()
      let run = try Backups(folder: folder, rotation: rotation).run(database, at: now)
      if global.json {
        return try JSONOutput.print(
          Scheduled(
            backup: BackupJSON(run.made), kept: run.kept, removed: run.removed, unreadable: run.unreadable))
      }
      Self.tell(run.made)
      Session.print(
        "\(run.kept.count) kept, \(run.removed.count) removed"
          + (run.unreadable.isEmpty ? "" : "; no backups: " + run.unreadable.joined(separator: ", ")))
      return
    }
    let made = try database.backup(to: file ?? "", at: now)
    if global.json { return try JSONOutput.print(BackupJSON(made)) }
    Self.tell(made)
  }

  static func tell(_ backup: BackupFile) {
    let rows = backup.note.rows
    Session.print(
      "\(backup.path): \(backup.bytes) bytes, \(rows["partner"] ?? 0) partners, \(rows["trip"] ?? 0) trips, "
        + "\(rows["audit"] ?? 0) audit rows")
  }
}

struct BackupList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The backups of a folder, newest first.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The folder.") var folder: String

  struct Answer: Encodable {
    var backups: [BackupJSON]
    var unreadable: [String]
  }

  func run() async throws {
    let (backups, unreadable) = try Backups(folder: folder).list()
    if global.json {
      return try JSONOutput.print(Answer(backups: backups.map(BackupJSON.init), unreadable: unreadable))
    }
    TextTable(
      [
        .init(title: "File", shrinksTo: 30), .init(title: "Made at"), .init(title: "MiB"),
        .init(title: "Partners"), .init(title: "Trips"),
      ],
      backups.map { backup in
        [
          (backup.path as NSString).lastPathComponent, JSONOutput.time(backup.note.madeAt, in: .gmt),
          GeoText.decimals(Double(backup.bytes) / 1_048_576, 1), "\(backup.note.rows["partner"] ?? 0)",
          "\(backup.note.rows["trip"] ?? 0)",
        ]
      }
    ).print(orElse: "No backup")
    for name in unreadable { Session.print("\(name) is no backup") }
  }
}

struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Puts a backup in the place of the database, or tries it out (--drill).",
    discussion: """
      The backup is read and checked first: pages, references, schema, audit trail, row counts. It needs the key file of \
      the database it was made of, beside --database or named in PLANNER_KEY_FILE. The database that is there is put \
      aside beside its place and never removed; no other process may have it open.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The backup.") var file: String
  @Flag(help: "Restore into a temporary folder, check all of it and print what is in it.") var drill = false

  struct Answer: Encodable {
    var backup: BackupJSON
    var rows: [String: Int]
    var auditRows: Int
    var auditFault: String?
    var seconds: Double?
    var database: String?
    var aside: String?
  }

  func run() async throws {
    let workspace = Workspace(global)
    let restore = try Restore(file, keyFile: workspace.keyFile)
    if drill {
      let found = try restore.drill()
      if global.json {
        try JSONOutput.print(
          Answer(
            backup: BackupJSON(found.backup), rows: found.rows, auditRows: found.audit.rows,
            auditFault: found.audit.fault?.description, seconds: found.seconds))
      } else {
        BackupMake.tell(found.backup)
        Session.print("made at \(JSONOutput.time(found.backup.note.madeAt, in: .gmt))")
        for (table, count) in found.rows.sorted(by: { $0.key < $1.key }) where count > 0 {
          Session.print("  \(table): \(count)")
        }
        Session.print("pages, references, schema and spatial indexes are sound")
        tell(found.audit)
        Session.print("restored and read in \(GeoText.decimals(found.seconds, 1)) s")
      }
      if found.audit.fault != nil { throw ExitCode(1) }
      return
    }
    try Workspace.makeFolder(of: workspace.databasePath)
    let report = try restore.run(to: workspace.databasePath, as: .commandLine, at: Session.current.now())
    if global.json {
      return try JSONOutput.print(
        Answer(
          backup: BackupJSON(restore.backup), rows: report.rows, auditRows: report.audit.rows,
          auditFault: report.audit.fault?.description, database: report.database, aside: report.aside))
    }
    Session.print(
      "\(report.database) is the backup of \(JSONOutput.time(restore.backup.note.madeAt, in: .gmt))")
    if let aside = report.aside { Session.print("what stood there is now \(aside)") }
    tell(report.audit)
  }

  private func tell(_ audit: AuditVerification) {
    if let fault = audit.fault {
      Session.print("AUDIT: \(fault.description)")
    } else {
      Session.print("the audit trail of \(audit.rows) rows is unbroken")
    }
  }
}
