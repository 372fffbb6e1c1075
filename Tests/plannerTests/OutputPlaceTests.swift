import CRM
import Exchange
import Foundation
import Geo
import Store
import Testing

@testable import planner

@Suite("No command destroys a file it reads or keeps by writing over it")
struct OutputPlaceTests {
  @Test(
    "an output that is an input, the database or the gazetteer is refused with its code and stays as it is",
    arguments: [
      "planner import partners TMP/list.csv --no-geocode --report TMP/list.csv",
      "planner import partners TMP/list.csv --no-geocode --dry-run --report TMP/hard.csv",
      "planner import partners TMP/list.csv --no-geocode --mapping TMP/map.yaml --report TMP/map.yaml",
      "planner import partners TMP/list.csv --no-geocode --report TMP/planner.sqlite",
      "planner import partners TMP/list.csv --no-geocode --database TMP/new.sqlite --report TMP/new.sqlite",
      "planner import partners TMP/list.csv --no-geocode --report TMP/link.sqlite",
      "planner import partners TMP/list.csv --no-geocode --report TMP/gazetteer.bin",
      "planner import partners TMP/list.csv --no-geocode --report TMP/other.sqlite",
      "planner export partners --output TMP/planner.sqlite",
      "planner export partners --output TMP/./link.sqlite --format csv",
      "planner export partners --output TMP/other.sqlite",
      "planner export partners --polygon TMP/area.geojson --output TMP/area.geojson",
      "planner export partners --corridor TMP/line.geojson,500 --output TMP/line.geojson",
      "planner export partners --selection TMP/area.geojson --output TMP/area.geojson",
      "planner export regions --output TMP/planner.sqlite",
      "planner export trip 0190 --output TMP/planner.sqlite",
      "planner geocode --batch TMP/list.csv --column Город --output TMP/list.csv",
      "planner geocode --batch TMP/list.csv --column Город --output TMP/planner.sqlite",
      "planner geocode --batch TMP/list.csv --column Город --output TMP/new.csv --review TMP/list.csv",
      "planner geocode --batch TMP/list.csv --column Город --output TMP/gazetteer.bin",
      "planner extract partners TMP/list.csv --output TMP/list.csv",
      "planner extract sample-agencies --output TMP/planner.sqlite",
      "planner import gazetteer --gazetteer TMP/planner.sqlite",
      "planner import gazetteer --gazetteer TMP/other.sqlite",
      "planner import gazetteer --gazetteer TMP/list.csv",
      "planner demo --no-serve --database TMP/demo.geojson",
      "planner demo --no-serve --database TMP/d.sqlite --gazetteer TMP/d.sqlite",
      "planner demo --no-serve --database TMP/d.sqlite --gazetteer TMP/other.sqlite",
    ])
  func refused(_ line: String) async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    let folder = runner.folder
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    for (name, text) in [
      ("list.csv", "Название;Город\nТур;Брест\n"), ("map.yaml", "country: BY\n"),
      ("area.geojson", #"{"type":"Polygon","coordinates":[[[23,51],[27,51],[27,53],[23,51]]]}"#),
      ("line.geojson", #"{"type":"LineString","coordinates":[[23,51],[27,51]]}"#),
    ] {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    for name in ["planner.sqlite", "other.sqlite"] { try Database(path: path(name)).close() }
    try Data("PLNRGAZ\n of the gazetteer".utf8).write(
      to: folder.appendingPathComponent("gazetteer.bin"))
    try FileManager.default.linkItem(atPath: path("list.csv"), toPath: path("hard.csv"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link.sqlite"), withDestinationPath: "planner.sqlite")
    func contents() throws -> [String: Data] {
      var result: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
      where !name.hasSuffix("-lock") {
        result[name] = FileManager.default.contents(atPath: path(name))
      }
      return result
    }
    let before = try contents()
    let outcome = await runner.run(line: line)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasPrefix("error: file.output.") || outcome.errors.hasPrefix("error: gazetteer.notA"),
      "\(outcome.errors)")
    #expect(outcome.errors.contains("\nhint: "))
    #expect(try contents() == before)
  }

  @Test("the message names the output and the file it is")
  func bothNames() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    _ = await runner.run(line: "planner migrate")
    let outcome = await runner.run(line: "planner export partners --output TMP/./planner.sqlite")
    #expect(
      outcome.errors == """
        error: file.output.inUse: TMP/./planner.sqlite cannot be the output: it is TMP/planner.sqlite, which this command uses
        hint: name another file for the output; that one is as it was

        """)
  }

  @Test("a selection of too many levels is refused by its code")
  func deepSelection() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    _ = await runner.run(line: "planner migrate")
    func nested(_ depth: Int) -> String {
      String(repeating: #"{"not":"#, count: depth) + #"{"all":true}"# + String(repeating: "}", count: depth)
    }
    let fits = await runner.run(["select", "--selection", nested(32)])
    #expect(fits.status == 0, "\(fits.errors)")
    let refused = await runner.run(["select", "--selection", nested(60)])
    #expect(refused.status == 1)
    #expect(refused.errors.hasPrefix("error: selection.unreadable: "), "\(refused.errors)")
    #expect(refused.errors.contains("32 deep"))
    // One level more than fits, by the way options are put together.
    let wrapped = await runner.run(["select", "--selection", nested(32), "--status", "active"])
    #expect(wrapped.errors.hasPrefix("error: store.value.bad: selection"), "\(wrapped.errors)")
  }
}

@Suite("Every error says what to do about it")
struct HintTests {
  @Test("errors have a code, a message and a hint, whatever they carry")
  func constructed() {
    let partners = [StoreError.UndoConflict(partner: .new(), name: "Тур", reason: .inTrip)]
    let errors: [any CodedError] =
      [
        StoreError.fileMissing(path: "p"), StoreError.folderMissing(path: "p"),
        StoreError.readOnly(path: "p"),
        StoreError.corrupt(path: "p", detail: "d"), StoreError.notPlanner(path: "p"),
        StoreError.newerFile(path: "p", unknown: []), StoreError.diskFull(path: "p"),
        StoreError.busy(path: "p"),
        StoreError.constraint(detail: "d"), StoreError.sql(code: 1, detail: "d"),
        StoreError.schemaRefused(statement: "s"), StoreError.unreadable(table: "t", detail: "d"),
        StoreError.notFound(entity: "partner", id: "1"),
        StoreError.staleVersion(entity: "partner", id: "1", expected: 1, actual: 2),
        StoreError.duplicate(entity: "user", key: "anna"), StoreError.unknownRegion("X", choices: []),
        StoreError.badValue(field: "f", detail: "d"), StoreError.stopHasVisit(stops: []),
        StoreError.itemIsNoStop(id: "1"), StoreError.itemIsNoVisit(id: "1"),
        StoreError.itemChanged(id: "1", state: .done, outcome: "o"),
        StoreError.importNotRunning(run: "1", state: "undone"),
        StoreError.importRunning(run: "1"), StoreError.importAlreadyUndone(run: "1"),
        StoreError.undoConflict(run: "1", partners: partners),
        RegionError.unreadable(file: "f", detail: "d"), RegionError.badOverride(row: 1, detail: "d"),
        RegionError.unknownPolygon("X", near: []), RegionError.unknownPolygon("X", near: ["Y"]),
        OutputError.isKept(path: "a", file: "b"), OutputError.isDatabase(path: "a"),
        OutputError.unwritable(path: "a", detail: "d"), OutputError.unwritable(path: "a"),
        WorkspaceError.unknownUser("a", known: []), WorkspaceError.disabledUser("a", active: []),
        WorkspaceError.unknownSelection("a", known: []), WorkspaceError.notAGazetteer("a"),
        GeocodeBatchError.empty("f"), GeocodeBatchError.noColumn("c", columns: []),
        GeocodeBatchError.unfinished("p"), GeocodeBatchError.otherRun("p", differs: ["--column"]),
        GeocodeBatchError.notOurs("p"), GeocodeBatchError.running("p"),
        GazetteerFileError.unknown("p", found: "f"),
        BackupError.occupied(path: "a"), BackupError.missing(path: "a"),
        BackupError.notABackup(path: "a", detail: "b"), BackupError.unsound(path: "a", findings: ["b"]),
        BackupError.foreignSchema(path: "a", objects: ["b"]), BackupError.inUse(path: "a"),
        BackupError.unwritable(path: "a", detail: "b"), StoreError.keyMissing(path: "a"),
        StoreError.keyDamaged(path: "a", detail: "d"),
        StoreError.keyWrong(path: "a"), StoreError.sealBroken(table: "t", record: "r", field: "f"),
        StoreError.auditBroken(detail: "d"),
        ReverseError.nothingNear("1,1"),
        ServerError.cannotListen(host: "h", port: 1, reason: "r"), ServerError.residentElsewhere(host: "h"),
        ServerError.residentBehindProxy,
        RegionNameError.unknown("X", suggestions: []), RegionNameError.ambiguous("X", choices: ["Y"]),
        RegionFileError.noCode(file: "f", feature: 1), RegionFileError.empty(file: "f"),
        ImportError.reportUnwritable(path: "p", detail: "d"), ImportError.headerMissing,
        GazetteerError.missing(path: "p"), CompressionError.tooLarge(limit: 1),
        CoordinateError.unreadable("x"),
        GeometryError.empty, OSMError.unknownFormat(path: "p"), TableError.empty(path: "p"),
        OpeningHoursError.empty,
      ]
    for error in errors {
      #expect(!error.code.isEmpty && !error.message.isEmpty && !error.hint.isEmpty, "\(error.code)")
    }
  }

  @Test("no hint in the sources is empty text")
  func sources() throws {
    let root = TranscriptRunner.packageRoot.appendingPathComponent("Sources")
    let names = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
    var found = 0
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
      guard text.contains("CodedError"), let start = text.range(of: "var hint: String {") else { continue }
      found += 1
      let end = text.range(of: "\n  }", range: start.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex
      #expect(text[start.upperBound..<end].firstMatch(of: /[:?] ""\s/) == nil, "\(name)")
    }
    #expect(found >= 15)
  }
}
