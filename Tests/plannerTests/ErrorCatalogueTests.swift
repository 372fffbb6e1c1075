import Foundation
import Store
import Testing

@testable import planner

/// Faults that a transcript cannot write down: bytes, sizes, a process that ends half-way.
@Suite("Bad input is a coded error and changes nothing")
struct ErrorCatalogueTests {
  /// Imports `bytes` as a file into a database with one partner and returns what was printed.
  func importing(_ bytes: [UInt8], name: String = "list.csv") async throws -> (
    outcome: TranscriptRunner.Outcome, changed: Bool
  ) {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    try Data("Название;Широта;Долгота\nБыл;53,9;27,5\n".utf8)
      .write(to: runner.folder.appendingPathComponent("first.csv"))
    #expect(await runner.run(line: "planner import partners TMP/first.csv --no-geocode").status == 0)
    let before = try runner.contents()
    try Data(bytes).write(to: runner.folder.appendingPathComponent(name))
    let outcome = await runner.run(line: "planner import partners TMP/\(name) --no-geocode --json")
    return (outcome, try runner.contents() != before)
  }

  /// A file that is refused, with the exact answer.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var what: String
    var bytes: [UInt8]
    var name = "list.csv"
    var error: String
    var hint: String
    var testDescription: String { what }
  }

  static let refusals: [Refusal] = {
    let head = Array("Название;Адрес\n".utf8)
    let mb10 = [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
    let encodingHint = "save the file as UTF-8, or name its encoding under \"encoding\" in the mapping"
    let cellHint = "a quote may be missing there; shorten the cell otherwise"
    return [
      Refusal(
        what: "no bytes", bytes: [], error: "table.file.empty: TMP/list.csv is empty",
        hint: "export the list again"),
      Refusal(
        what: "blank lines only", bytes: Array("\n \n\n".utf8),
        error: "table.file.empty: TMP/list.csv is empty", hint: "export the list again"),
      Refusal(
        what: "a quoted cell of 10 MB", bytes: head + Array("Тур;\"".utf8) + mb10 + Array("\"\n".utf8),
        error: "table.cell.tooLarge: row 2, column 2: the cell is longer than 1048576 bytes", hint: cellHint),
      Refusal(
        what: "a bare cell of 10 MB", bytes: head + Array("Тур;".utf8) + mb10,
        error: "table.cell.tooLarge: row 2, column 2: the cell is longer than 1048576 bytes", hint: cellHint),
      Refusal(
        what: "a quote that is never closed", bytes: head + Array("Тур;\"Минск\nВояж;Брест\n".utf8),
        error: "table.csv.unclosedQuote: row 2, column 2: a quote is opened and never closed",
        hint: "close the quote, or double a quote that belongs to the text"),
      Refusal(
        what: "two encodings in one file", bytes: head + Array("Тур;Минск\n".utf8) + [0xC2, 0xEE, 0xFF, 10],
        error:
          "table.encoding.wrong: TMP/list.csv, row 3, column 1: a byte that is not UTF-8, in a file that is "
          + "UTF-8 elsewhere", hint: encodingHint),
      Refusal(
        what: "KOI8-R",
        bytes: [
          0xEE, 0xC1, 0xDA, 0xD7, 0xC1, 0xCE, 0xC9, 0xC5, 0x3B, 0xE1, 0xC4, 0xD2, 0xC5, 0xD3, 0x0A,
          0xF4, 0xD5, 0xD2, 0x3B, 0xED, 0xC9, 0xCE, 0xD3, 0xCB, 0x0A,
        ],
        error: "table.encoding.wrong: TMP/list.csv, row 1, column 1: the text is neither UTF-8, UTF-16 nor "
          + "Windows-1251", hint: encodingHint),
      Refusal(
        what: "no column of names", bytes: Array("Код;Цвет\n1;2\n".utf8),
        error:
          "partner.import.nameColumnMissing: no column holds the partners' names; the headings are \"Код\", "
          + "\"Цвет\"", hint: "name the column in a mapping file: columns: {name: \"…\"}"),
      Refusal(
        what: "an .xlsx that is no archive", bytes: Array("PK\u{3}\u{4} no archive".utf8), name: "list.xlsx",
        error:
          "table.xlsx.corrupt: TMP/list.xlsx is damaged: the ZIP directory is missing; the file may be cut off",
        hint: "open it in a spreadsheet program and save it again"),
      Refusal(
        what: "a workbook of Excel 97",
        bytes: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 600),
        name: "list.xls",
        error: "table.xls.legacy: TMP/list.xls is a spreadsheet in the format of Excel 97–2003",
        hint: "open it in a spreadsheet program and save it as .xlsx or .csv"),
    ]
  }()

  @Test("a file that cannot be a list is refused with what and where, and how to go on", arguments: refusals)
  func refused(_ refusal: Refusal) async throws {
    let (outcome, changed) = try await importing(refusal.bytes, name: refusal.name)
    #expect(outcome.status == 1)
    #expect(outcome.errors == "error: \(refusal.error)\nhint: \(refusal.hint)\n")
    #expect(outcome.output.isEmpty)
    #expect(!changed)
  }

  @Test("Windows-1251 is read as it was written")
  func windows1251() async throws {
    // "Название;Город" and "Тур;Брест" in Windows-1251.
    let bytes: [UInt8] =
      [0xCD, 0xE0, 0xE7, 0xE2, 0xE0, 0xED, 0xE8, 0xE5, 0x3B, 0xC3, 0xEE, 0xF0, 0xEE, 0xE4, 0x0A]
      + [0xD2, 0xF3, 0xF0, 0x3B, 0xC1, 0xF0, 0xE5, 0xF1, 0xF2, 0x0A]
    let (outcome, changed) = try await importing(bytes)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"created\":1"))
    #expect(changed)
  }

  @Test("cells that look like formulas and control characters do not get out of their cell")
  func formulas() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    let name = "=HYPERLINK(\"\"http://x\"\")\u{7}"
    try Data("Название;Широта;Долгота\n\"\(name)\";53,9;27,5\n".utf8)
      .write(to: runner.folder.appendingPathComponent("list.csv"))
    #expect(await runner.run(line: "planner import partners TMP/list.csv --no-geocode").status == 0)
    let table = await runner.run(line: "planner select").output
    #expect(table.contains("=HYPERLINK"))
    #expect(!table.unicodeScalars.contains("\u{7}"))
    let csv = await runner.run(line: "planner export partners --format csv").output
    #expect(csv.contains("'=HYPERLINK"))
  }

  @Test("a plan's keys are there when nothing is known of them")
  func nullKeys() throws {
    struct Bare: Encodable { @OrNull var key: Int? }
    #expect(String(decoding: try JSONEncoder().encode(Bare(key: nil)), as: UTF8.self) == "{\"key\":null}")
    #expect(String(decoding: try JSONEncoder().encode(Bare(key: 1)), as: UTF8.self) == "{\"key\":1}")
  }

  @Test("a dry run without a database makes none")
  func dryRun() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    try Data("Название\nТур\n".utf8).write(to: runner.folder.appendingPathComponent("list.csv"))
    let outcome = await runner.run(line: "planner import partners TMP/list.csv --no-geocode --dry-run")
    #expect(outcome.status == 0)
    #expect(try runner.contents() == "no file")
  }

  @Test("coordinates out of range and NaN in a list do not place a partner anywhere")
  func badCoordinates() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    try Data("Название;Широта;Долгота\nДалеко;127;27,5\nНигде;NaN;27,5\n".utf8)
      .write(to: runner.folder.appendingPathComponent("list.csv"))
    let outcome = await runner.run(line: "planner import partners TMP/list.csv --no-geocode --json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"given\":0"), "\(outcome.output)")
    let list = await runner.run(line: "planner select --json").output
    #expect(!list.contains("latitude"))
  }

  @Test("a command that fails leaves no half-written file")
  func exports() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    _ = await runner.run(line: "planner migrate")
    try Data("old".utf8).write(to: runner.folder.appendingPathComponent("out.geojson"))
    let outcome = await runner.run(
      line: "planner export partners --region Nirgends --output TMP/out.geojson")
    #expect(outcome.status == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: runner.folder.path)
    #expect(!files.contains { $0.hasSuffix(".part") })
    let kept = try String(contentsOf: runner.folder.appendingPathComponent("out.geojson"), encoding: .utf8)
    #expect(kept == "old")
  }

  static let variable = "PLANNER_TEST_KILLED_IMPORT"

  @Test(
    "the import of the killed-process test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() async throws {
    let folder = try #require(ProcessInfo.processInfo.environment[Self.variable])
    _ = await CommandRunner.run([
      "import", "partners", "\(folder)/list.csv", "--no-geocode",
      "--database", "\(folder)/planner.sqlite",
    ])
  }

  @Test("an import killed half-way keeps whole batches, goes on where it was, and can be taken back")
  func killed() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    let list = (1...10_000).map { "\($0);Партнёр \($0)" }.joined(separator: "\n")
    try Data("Код;Название\n\(list)\n".utf8).write(to: runner.folder.appendingPathComponent("list.csv"))
    _ = await runner.run(line: "planner migrate")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--testing-library", "swift-testing", "--filter", "ErrorCatalogueTests.child"]
    process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: runner.folder.path]) {
      $1
    }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    // The first batch that is committed is the sign to kill; nine more are to come.
    let path = runner.folder.appendingPathComponent("planner.sqlite").path
    let watching = try Database(path: path)
    while try watching.read({ try $0.partnerCount() }) == 0, process.isRunning {}
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try watching.close()

    let count = await runner.run(line: "planner select --json").output
    let kept = try #require(count.firstMatch(of: /"count":([0-9]+)/).flatMap { Int($0.1) })
    #expect(kept > 0 && kept < 10_000 && kept % 250 == 0)
    let again = await runner.run(line: "planner import partners TMP/list.csv --no-geocode")
    #expect(again.output.hasPrefix("\(10_000 - kept) created, 0 updated, \(kept) skipped, 0 conflicts\n"))
    let database = try Database(path: path)
    let runs = try database.read { try $0.importRuns() }
    try database.close()
    #expect(runs.map(\.state) == [.finished, .interrupted])
    for run in runs {
      let undone = await runner.run(["import", "partners", "--undo", run.id.description])
      #expect(undone.status == 0, "\(undone.errors)")
    }
    #expect(await runner.run(line: "planner select").output == "No partner\n")
  }
}
