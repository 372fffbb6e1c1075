import Foundation

/// Other solvers, asked through `references.py` in a virtual environment under the scratch folder.
final class ReferenceSolvers {
  private let python: String

  init() throws {
    let scratch = ProcessInfo.processInfo.environment["SCRATCH"] ?? ".build"
    let folder = scratch + "/solvers-python"
    python = folder + "/bin/python"
    if !FileManager.default.fileExists(atPath: folder + "/ready") {
      _ = try Self.run("/usr/bin/env", ["python3", "-m", "venv", folder], input: "")
      _ = try Self.run(
        folder + "/bin/pip", ["install", "--quiet", "-r", "Benchmarks/Solvers/requirements.txt"], input: "")
      try "".write(toFile: folder + "/ready", atomically: true, encoding: .utf8)
    }
  }

  struct Answer: Decodable {
    var cost: Int?
    var score: Int?
    var milliseconds: Double?
  }

  /// One answer for each question, nil where it is none; empty where nothing answers at all.
  func ask(_ questions: [String]) -> [Answer?] {
    let text = try? Self.run(
      python, ["Benchmarks/Solvers/references.py"], input: questions.joined(separator: "\n") + "\n")
    return (text ?? "").split(separator: "\n").map {
      try? JSONDecoder().decode(Answer.self, from: Data($0.utf8))
    }
  }

  private static func run(_ program: String, _ arguments: [String], input: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (question, answer) = (Pipe(), Pipe())
    process.standardInput = question
    process.standardOutput = answer
    process.standardError = FileHandle.nullDevice
    try process.run()
    let writing = Thread {
      try? question.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? question.fileHandleForWriting.close()
    }
    writing.start()
    let text = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return text
  }
}
