import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store
@testable import planner

@Suite("What doctor finds, each with a hint")
struct DoctorTests {
  struct Answer: Decodable {
    struct Finding: Decodable {
      var what: String
      var ok: Bool
      var detail: String
      var hint: String?
    }
    var findings: [Finding]
  }

  /// What doctor says of a database with two imported partners after `harm` was done to it, and then to its folder.
  func findings(
    beside: (URL) throws -> Void = { _ in }, harm: (Writer) throws -> Void
  ) async throws -> [String: Answer.Finding] {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    runner.environment["PLANNER_BACKUPS"] = runner.folder.appendingPathComponent("backups").path
    try FileManager.default.createDirectory(
      at: runner.folder.appendingPathComponent("backups"), withIntermediateDirectories: true)
    try Data("Название;Широта;Долгота\nОдин;53,9;27,5\nДва;52,1;23,7\n".utf8)
      .write(to: runner.folder.appendingPathComponent("list.csv"))
    #expect(await runner.run(line: "planner import partners TMP/list.csv --no-geocode").status == 0)
    let path = runner.folder.appendingPathComponent("planner.sqlite").path
    let database = try Database(path: path, mode: .existing)
    try database.write(as: .commandLine, at: TranscriptRunner.now, harm)
    try database.closeForMoving()
    try beside(runner.folder)
    let outcome = await runner.run(line: "planner doctor --json")
    let answer = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
    #expect(outcome.status == (answer.findings.allSatisfy(\.ok) ? 0 : 1))
    #expect(answer.findings.allSatisfy { $0.ok || $0.hint?.isEmpty == false })
    return Dictionary(answer.findings.map { ($0.what, $0) }) { first, _ in first }
  }

  @Test("a sound database keeps the rules and has no interrupted run")
  func sound() async throws {
    let found = try await findings { _ in }
    #expect(found["integrity"]?.detail == "sound")
    #expect(found["rules"]?.detail == "kept")
    #expect(found["imports"]?.detail == "1 run, none interrupted")
  }

  @Test("a damaged road graph is found, by doctor and before anything is planned with it")
  func damagedRoads() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    #expect(await runner.run(line: "planner migrate").status == 0)
    #expect(await runner.run(line: "planner import roads DATA/osm/monaco_2023.osm.pbf").status == 0)
    let sound = await runner.run(line: "planner doctor")
    #expect(sound.output.contains("ok   roads: ") && sound.output.contains("car, monaco_2023.osm.pbf"))
    let path = runner.folder.appendingPathComponent("roads/car.roads")
    let whole = try Data(contentsOf: path)
    var random = SplitMix(seed: 5)
    for _ in 0..<40 {
      var damaged = whole
      let place = 48 + Int(random.next() % UInt64(whole.count - 48))
      damaged[place] ^= UInt8(1 + random.next() % 255)
      try damaged.write(to: path)
      let outcome = await runner.run(line: "planner select --drive 43.7384,7.4246,5")
      #expect(outcome.status == 1 && outcome.errors.contains("routing.roads.damaged"), "byte \(place)")
    }
    let outcome = await runner.run(line: "planner doctor")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("FAIL roads: ") && outcome.output.contains("planner import roads"))
    #expect(await runner.run(line: "planner import roads --force").status == 0)
    #expect(await runner.run(line: "planner doctor").output.contains("ok   roads: "))
  }

  @Test("an interrupted run is named with how to go on or take it back")
  func interrupted() async throws {
    let found = try await findings { writer in
      let run = try writer.beginImportRun(source: "half.csv")
      try writer.db.run("UPDATE import_run SET process = '999999999:1' WHERE uid = ?", run.blob)
    }
    let imports = try #require(found["imports"])
    #expect(!imports.ok)
    #expect(imports.detail.contains("half.csv"))
    #expect(imports.hint?.contains("import the file again") == true)
    #expect(imports.hint?.contains("planner import partners --undo ") == true)
  }

  @Test("a place that is not its result's is named, written past the rules")
  func rules() async throws {
    let found = try await findings { writer in
      try writer.db.run("DROP TRIGGER place_due_partner_update")
      try writer.db.run("UPDATE partner SET location = MakePoint(1, 1, 4326) WHERE id = 1")
    }
    #expect(found["rules"]?.ok == false)
    #expect(found["rules"]?.detail.hasPrefix("partner.placeDiffers: partner ") == true)
    #expect(found["rules"]?.hint?.contains("planner pin") == true)
  }

  @Test("a partner missing from the index of places is named")
  func integrity() async throws {
    let found = try await findings { writer in
      try writer.db.run("DELETE FROM idx_partner_location WHERE pkid = 1")
    }
    #expect(found["integrity"]?.detail.contains("partners missing from the index of places: 1") == true)
  }

  @Test("a changed row of the audit trail is named, and one that no longer leads on from a backup")
  func audit() async throws {
    let sound = try await findings { _ in }
    #expect(
      sound["audit"]?.ok == true && sound["audit"]?.detail.hasPrefix("4 rows in an unbroken chain") == true)
    let found = try await findings { writer in
      try writer.db.run("DROP TRIGGER audit_never_changed")
      try writer.db.run("UPDATE audit SET actor = 'nobody' WHERE id = 2")
    }
    #expect(found["audit"]?.detail.hasPrefix("row 2 of the audit trail was changed: ") == true)
    #expect(found["audit"]?.hint?.contains("planner audit reseal") == true)
    #expect(found["schema"]?.detail.contains("trigger audit_never_changed") == true)
    let back = try await findings(
      beside: { folder in
        let path = folder.appendingPathComponent("planner.sqlite").path
        try FileManager.default.copyItem(atPath: path, toPath: path + ".old")
        let database = try Database(path: path)
        try database.write(as: .commandLine, at: TranscriptRunner.now) {
          try $0.add(user: User(login: "anna", name: "Анна", role: .manager))
        }
        _ = try Backups(folder: folder.path + "/backups").run(database, at: TranscriptRunner.now)
        try database.closeForMoving()
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".old", toPath: path)
      }, harm: { _ in })
    #expect(
      back["audit"]?.detail == "row 5 of the audit trail is not the one known from before: it ends at row 4")
    #expect(back["backups"]?.ok == true)
  }

  @Test(
    "a missing key, one that others may read, a trigger that is none of planner's and a clock ahead are found"
  )
  func beside() async throws {
    let key = "planner.sqlite-key"
    let missing = try await findings(
      beside: {
        try FileManager.default.removeItem(at: $0.appendingPathComponent(key))
      }, harm: { _ in })
    #expect(missing["key"]?.ok == false && missing["audit"]?.ok == false && missing["integrity"]?.ok == true)
    let open = try await findings(
      beside: {
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o644], ofItemAtPath: $0.appendingPathComponent(key).path)
      }, harm: { _ in })
    #expect(open["key"]?.detail.hasPrefix("others may read or change ") == true)
    let trigger = try await findings { writer in
      try writer.db.run("CREATE TRIGGER mine AFTER INSERT ON partner BEGIN DELETE FROM partner; END")
    }
    #expect(trigger["schema"]?.detail.contains("trigger mine") == true)
    let ahead = try await findings(
      beside: { folder in
        let database = try Database(path: folder.appendingPathComponent("planner.sqlite").path)
        try database.write(as: .commandLine, at: TranscriptRunner.now.addingTimeInterval(86_400)) {
          try $0.add(user: User(login: "anna", name: "Анна", role: .manager))
        }
        try database.close()
      }, harm: { _ in })
    #expect(ahead["clock"]?.ok == false)
    #expect(ahead["clock"]?.detail == "the last change is dated 2026-05-30T08:00:00Z, in the future")
  }

  @Test("of webhooks it tells secrets that do not open, and addresses")
  func lostWebhooks() async throws {
    for (column, what) in [
      ("secret = zeroblob(80)", "signing secrets"), ("url = 'sealed:AAAA'", "addresses"),
    ] {
      let found = try await findings { writer in
        let webhook = try writer.addWebhook(
          url: "https://a.example/x", note: "", events: WebhookEvents(["*"]), secret: "whsec_one")
        #expect(try writer.webhooksWithoutAddress().isEmpty)
        try writer.db.run("UPDATE webhook SET \(column) WHERE uid = ?", webhook.id.blob)
      }
      #expect(found["sealed"]?.ok == false)
      #expect(found["sealed"]?.detail.hasPrefix("\(what) that do not open: webhook ") == true)
    }
  }

  @Test("old backups, stale pins, places elsewhere in their index and sealed values of nobody are found")
  func rest() async throws {
    let old = try await findings(
      beside: { folder in
        let database = try Database(path: folder.appendingPathComponent("planner.sqlite").path)
        let backups = Backups(folder: folder.path + "/backups")
        _ = try backups.run(database, at: TranscriptRunner.now.addingTimeInterval(-3 * 86_400))
        try database.write(as: .commandLine) {
          try $0.db.run("UPDATE idx_partner_location SET xmin = 1, xmax = 2 WHERE pkid = 2")
        }
        try database.close()
      },
      harm: { writer in
        try writer.setPin(Coordinate(latitude: 53, longitude: 27), for: try writer.partner(row: 1)!.id)
        try writer.db.run("UPDATE geocode_result SET stale = 1 WHERE partner_id = 1 AND is_current = 1")
        try writer.setProtected(.passportNumber, of: .traveller(UUID()), value: "MP1234567")
        try writer.db.run("UPDATE protected_field SET entity = 'contactPerson'")
      })
    #expect(old["backups"]?.detail == "the newest of 1 is of 2026-05-26T08:00:00Z")
    #expect(old["pins"]?.ok == true && old["pins"]?.detail.hasPrefix("1 set by hand") == true)
    #expect(old["integrity"]?.detail == "partners elsewhere in the index of places: 1")
    #expect(old["orphans"]?.detail.hasPrefix("sealed values of people who are gone: contactPerson ") == true)
    #expect(old["sealed"]?.detail.contains("passportNumber of contactPerson ") == true)
    #expect(old["disk"]?.ok == true)
  }

  @Test("a signing secret that does not open is named with its webhook")
  func signingSecret() async throws {
    let found = try await findings { writer in
      for host in ["good", "bad"] {
        _ = try writer.addWebhook(
          url: "https://\(host).example/x", note: "", events: try WebhookEvents(["*"]),
          secret: "whsec_\(host)")
      }
      try writer.db.run(
        "UPDATE webhook SET secret = zeroblob(length(secret)) WHERE id = (SELECT max(id) FROM webhook)")
    }
    // The other one opens.
    let detail = found["sealed"]?.detail ?? ""
    #expect(found["sealed"]?.ok == false && detail.hasPrefix("signing secrets that do not open: webhook <"))
    #expect(!detail.contains(","), "\(detail)")
  }

  @Test("backups that are to be kept by a rule nobody can read are not rotated by another")
  func rotationMisspelt() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    runner.environment["PLANNER_BACKUPS"] = runner.folder.appendingPathComponent("backups").path
    try Data("Название\nОдин\n".utf8).write(to: runner.folder.appendingPathComponent("list.csv"))
    #expect(await runner.run(line: "planner import partners TMP/list.csv --no-geocode").status == 0)
    runner.environment["PLANNER_BACKUPS_KEEP"] = "seven days"
    let outcome = await runner.run(line: "planner workers")
    #expect(
      outcome.status != 0 && outcome.errors.contains("PLANNER_BACKUPS_KEEP: \"seven days\""),
      "\(outcome.errors)")
    runner.environment["PLANNER_BACKUPS_KEEP"] = "daily=3,weekly=2"
    #expect(await runner.run(line: "planner workers").status == 0)
  }

  @Test("the run of an import is told at its start when somebody watches or it takes several transactions")
  func startOfRun() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    func write(_ rows: Int) throws {
      let lines = (1...rows).map { "\(rows)-\($0);Партнёр \(rows) \($0)" }
      try Data(("Код;Название\n" + lines.joined(separator: "\n") + "\n").utf8)
        .write(to: runner.folder.appendingPathComponent("list.csv"))
    }
    let line = "planner import partners TMP/list.csv --no-geocode"
    try write(3)
    #expect(await runner.run(line: line).errors.isEmpty)
    try write(1001)
    let long = await runner.run(line: line)
    #expect(long.errors == "Run <1>\n" || long.errors == "Run <2>\n", "\(long.errors)")
    #expect(long.output.contains(long.errors.trimmingCharacters(in: .newlines) + ";"))
    try write(4)
    let arguments = ["import", "partners", runner.folder.path + "/list.csv", "--no-geocode"]
    #expect(await runner.run(arguments, interactive: true).errors.hasPrefix("Run "))
    let dry = await runner.run(arguments + ["--dry-run"], interactive: true)
    #expect(!dry.errors.contains("Run "))
  }
}
