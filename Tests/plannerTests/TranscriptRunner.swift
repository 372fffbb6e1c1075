import CRM
import Foundation
import Geo
import Store

@testable import planner

/// Runs transcripts: files of command lines with the output and exit status they must have.
///
///     # a comment
///     file partners.csv            makes a file in the transcript's own folder;
///     | name;city                  its lines follow
///     $ planner user list          runs a command, in-process
///     anna  Анна                   standard output, exact
///     ! error: …                   standard error
///     ? 1                          exit status; 0 when absent
///
/// A file `stdin.txt` is what commands read on standard input. `TMP` stands for the transcript's folder, `DATA` for the
/// shipped data. Identifiers are numbered as they
/// appear: `<1>` in output, `@1` in a command. A line `…` stands for any lines. The clock stands at Friday
/// 2026-05-29 08:00 UTC, 11:00 in Minsk, where the computer is.
struct TranscriptRunner {
  struct Mismatch: Error, CustomStringConvertible {
    var description: String
  }

  struct Outcome: Equatable {
    var output: String
    var errors: String
    var status: Int32
  }

  let folder: URL
  /// Variables beyond those that say where the files are.
  var environment: [String: String] = [:]
  private(set) var identifiers: [String] = []
  static let now = Date(timeIntervalSince1970: 1_780_041_600)

  static var packageRoot: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("planner-transcript-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Runs one command line in-process and returns what it printed, as it printed it.
  func run(_ arguments: [String], interactive: Bool = false) async -> Outcome {
    let output = Collector()
    let errors = Collector()
    let session = Session(
      output: { output.add($0) }, errors: { errors.add(Array($0.utf8)) },
      environment: [
        "PLANNER_DATABASE": folder.appendingPathComponent("planner.sqlite").path,
        "PLANNER_GAZETTEER": folder.appendingPathComponent("gazetteer.bin").path,
        "PLANNER_DATA": Self.packageRoot.appendingPathComponent("data").path,
      ].merging(roads(arguments)) { _, given in given }.merging(environment) { _, given in given },
      now: { Self.now }, zone: TimeZone(identifier: "Europe/Minsk")!, interactive: interactive,
      input: { [folder] _ in
        (try? String(contentsOf: folder.appendingPathComponent("stdin.txt"), encoding: .utf8)) ?? ""
      })
    let status = await Session.$current.withValue(session) { await CommandRunner.run(arguments) }
    return Outcome(output: output.text, errors: errors.text, status: status)
  }

  /// Where the road graph is, once there is one: whoever names one that is missing makes an error.
  private func roads(_ arguments: [String]) -> [String: String] {
    let path = folder.appendingPathComponent("roads/car.roads").path
    let isMade = arguments.starts(with: ["import", "roads"]) || FileManager.default.fileExists(atPath: path)
    return ["PLANNER_ROADS": isMade ? path : "none"]
  }

  /// Runs a command line with `TMP`, `DATA` and `@n` filled in; output comes with them put back.
  mutating func run(line: String) async -> Outcome {
    let arguments = Self.words(line).map { word in
      var text = word.replacingOccurrences(of: "TMP", with: folder.path)
        .replacingOccurrences(of: "DATA", with: Self.packageRoot.appendingPathComponent("data").path)
      for (index, id) in identifiers.enumerated().reversed() {
        text = text.replacingOccurrences(of: "@\(index + 1)", with: id)
      }
      return text
    }
    var outcome = await run(Array(arguments.dropFirst()))
    outcome.output = normalised(outcome.output)
    outcome.errors = normalised(outcome.errors)
    return outcome
  }

  /// Everything the database holds, to show that a refused command changed nothing.
  func contents() throws -> String {
    let path = folder.appendingPathComponent("planner.sqlite").path
    guard FileManager.default.fileExists(atPath: path) else { return "no file" }
    let database = try Database(path: path, mode: .existing)
    defer { try? database.close() }
    return try database.read { reader in
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      func json(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
      }
      var lines = ["audit \(try reader.auditCount())", "regions \(try reader.regionCount())"]
      for summary in try reader.summaries(.all) { lines.append(try json(try reader.partner(summary.id))) }
      for trip in try reader.trips() { lines.append(try json(try reader.trip(trip.id))) }
      for task in try reader.tasks() { lines.append(try json(try reader.task(task.id))) }
      lines += try reader.savedSelections().map { try json($0) }
      lines += try reader.users().map { try json($0) }
      return lines.joined(separator: "\n")
    }
  }

  private mutating func normalised(_ text: String) -> String {
    var text = text.replacingOccurrences(of: folder.path, with: "TMP")
      .replacingOccurrences(of: Self.packageRoot.appendingPathComponent("data").path, with: "DATA")
    text = text.replacingOccurrences(of: "\r\n", with: "\n")
    let pattern = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/
    while let match = text.firstMatch(of: pattern) {
      let id = String(match.output)
      let number: Int
      if let known = identifiers.firstIndex(of: id) {
        number = known + 1
      } else {
        identifiers.append(id)
        number = identifiers.count
      }
      text = text.replacingOccurrences(of: id, with: "<\(number)>")
    }
    return text
  }

  /// Words of a command line: blanks part them, single and double quotes hold them together.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    return words
  }
}

/// Collects what is printed, from any thread.
final class Collector: @unchecked Sendable {
  private let lock = NSLock()
  private var bytes: [UInt8] = []
  func add(_ more: [UInt8]) { lock.withLock { bytes += more } }
  var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }
}
