import Foundation
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

  @Test("a cell of 10 MB is refused with its row and column")
  func hugeCell() async throws {
    var bytes = Array("Название;Адрес\nТур;\"".utf8)
    bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20)
    bytes += Array("\"\n".utf8)
    let (outcome, changed) = try await importing(bytes)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("error: table."), "\(outcome.errors)")
    #expect(!changed)
  }

  @Test("bytes that are no text in any encoding lists come in are refused")
  func noText() async throws {
    let bytes: [UInt8] = Array("Название;Адрес\n".utf8) + [0xFF, 0xFE, 0x00, 0xC3, 0x28, 0x98, 0x00] + [10]
    let (outcome, changed) = try await importing(bytes)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
    #expect(!changed)
  }

  @Test("an .xlsx that is no archive is refused")
  func brokenArchive() async throws {
    let (outcome, changed) = try await importing(Array("PK\u{3}\u{4} no archive".utf8), name: "list.xlsx")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("error: table."), "\(outcome.errors)")
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
}
