import Foundation

/// Other solvers, asked through scripts beside this file, in a virtual environment under the scratch folder.
struct ReferencePython {
  private let python: String

  /// Makes the environment where there is none yet.
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

  /// Runs a script of this folder with a text as its input and gives what it prints.
  func run(_ script: String, _ input: String) throws -> String {
    try Self.run(python, ["Benchmarks/Solvers/\(script)"], input: input)
  }

  /// What `references.py` answers.
  struct Answer: Decodable {
    var cost: Int?
    var score: Int?
    var milliseconds: Double?
  }

  /// One answer of `references.py` for each question, nil where it is none; empty where nothing answers at all.
  func ask(_ questions: [String]) -> [Answer?] {
    let text = try? run("references.py", questions.joined(separator: "\n") + "\n")
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
