import Foundation
import Testing

@testable import planner

@Suite("Commands print what their transcripts say")
struct TranscriptTests {
  static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Transcripts")
  }

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test("a transcript holds", arguments: names)
  func holds(_ name: String) async throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    for part in Transcript(text).parts {
      switch part {
      case .file(let name, let lines):
        try lines.joined(separator: "\n").appending("\n")
          .write(to: runner.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
      case .step(let step):
        let before = step.status == 0 ? "" : try runner.contents()
        let outcome = await runner.run(line: step.command)
        let comment: Comment = "\(name):\(step.line): \(step.command)"
        #expect(outcome.status == step.status, comment)
        #expect(
          Transcript.matches(step.output, outcome.output), "\(name):\(step.line) printed\n\(outcome.output)")
        #expect(
          Transcript.matches(step.errors, outcome.errors),
          "\(name):\(step.line) printed on standard error\n\(outcome.errors)")
        if step.status != 0 {
          // A refused command leaves the database as it was.
          #expect(try runner.contents() == before, comment)
        }
      }
    }
  }

  @Test("the transcripts are there")
  func present() { #expect(Self.names.count >= 5) }

  @Test("a wrong line, a missing line and a line too many are told apart from right ones")
  func matching() {
    #expect(Transcript.matches(["a", "b"], "a\nb\n"))
    #expect(!Transcript.matches(["a", "c"], "a\nb\n"))
    #expect(!Transcript.matches(["a", "b"], "a\n"))
    #expect(!Transcript.matches(["a"], "a\nb\n"))
    #expect(Transcript.matches(["a", "…", "d"], "a\nb\nc\nd\n"))
    #expect(!Transcript.matches(["a", "…", "d"], "a\nb\nc\n"))
    #expect(Transcript.matches(["trip …"], "trip 1\n"))
  }
}
