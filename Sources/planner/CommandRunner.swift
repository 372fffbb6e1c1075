import ArgumentParser
import Foundation
import Geo

/// Parses a command line, runs it and turns every failure into text and an exit status: 0 done, 2 wrong usage,
/// 1 failure with `error: <code>: <message>` and a hint on standard error.
enum CommandRunner {
  static func run(_ arguments: [String]) async -> Int32 {
    do {
      var command = try PlannerCommand.parseAsRoot(guardingCoordinates(hoistingGlobals(arguments)))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      return 0
    } catch {
      return report(error)
    }
  }

  /// Global options may stand before the command's name; the parser knows them after it.
  static func hoistingGlobals(_ arguments: [String]) -> [String] {
    let valued = ["--database", "--gazetteer", "--roads"]
    var moved: [String] = []
    var rest = arguments[...]
    while let first = rest.first, first.utf8.starts(with: "--".utf8) {
      if valued.contains(first), rest.count >= 2 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if first == "--json" || valued.contains(where: { first.utf8.starts(with: ($0 + "=").utf8) }) {
        moved.append(first)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    guard !moved.isEmpty, !rest.isEmpty else { return arguments }
    if let terminator = rest.firstIndex(of: "--") {
      return Array(rest[..<terminator]) + moved + Array(rest[terminator...])
    }
    return Array(rest) + moved
  }

  /// South of the equator a coordinate begins with a minus and would be taken for an option: a blank before it
  /// tells the parser that it is a value, and readers of coordinates pass blanks over.
  static func guardingCoordinates(_ arguments: [String]) -> [String] {
    let terminator = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments.enumerated().map { index, argument in
      index < terminator && argument.prefixMatch(of: /-\.?[0-9][0-9.]*\s*,/) != nil
        ? " " + argument : argument
    }
  }

  static func report(_ error: any Error) -> Int32 {
    if let coded = error as? any CodedError {
      Session.printError("error: \(coded.code): \(oneLine(coded.message))")
      if !coded.hint.isEmpty { Session.printError("hint: \(oneLine(coded.hint))") }
      return 1
    }
    if let status = error as? ExitCode { return status.rawValue }
    let code = PlannerCommand.exitCode(for: error)
    if code == .success {
      let text = PlannerCommand.fullMessage(for: error)
      if !text.isEmpty { Session.print(text) }
      return 0
    }
    if code == .validationFailure {
      Session.printError("error: usage: \(oneLine(PlannerCommand.message(for: error)))")
      Session.printError("hint: `planner --help` and `planner COMMAND --help` list what there is")
      return 2
    }
    Session.printError("error: internal: \(oneLine("\(error)"))")
    Session.printError("hint: nothing half-done was kept; report this with the command you ran")
    return 1
  }

  /// Text from files and arguments must not move the cursor or start a line of its own.
  private static func oneLine(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        result.append(" ")
      } else if scalar.properties.generalCategory != .control {
        result.append(scalar)
      }
    }
    return String(result)
  }
}
