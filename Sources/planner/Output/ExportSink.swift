import ArgumentParser
import Exchange
import Foundation
import Geo

/// Where an export goes: a file replaced as a whole when it is complete, or standard output.
final class ExportSink {
  private let file: OutputFile?
  private(set) var bytes = 0

  /// Touches nothing yet.
  /// - Parameter kept: files the command reads or keeps, which the export must not replace.
  init(_ path: String?, keeping kept: [String]) throws {
    file = try path.map { try OutputFile($0, keeping: kept) }
  }

  func write(_ chunk: [UInt8]) throws {
    bytes += chunk.count
    guard let file else { return Session.write(chunk) }
    try file.write(chunk)
  }

  /// Puts the whole file in its place.
  func commit() throws { try file?.commit() }
}

struct ExportOptions: ParsableArguments {
  @Option(help: ArgumentHelp("File to write (default: standard output).", valueName: "FILE")) var output:
    String?
}

enum ExportText {
  struct Answer: Encodable {
    var output: String
    var bytes: Int
  }

  /// Says what was written, unless the content itself went to standard output.
  static func report(_ path: String?, what: String, bytes: Int, json: Bool) throws {
    guard let path else { return }
    if json { return try JSONOutput.print(Answer(output: path, bytes: bytes)) }
    Session.print("\(what) → \(path)")
  }
}
