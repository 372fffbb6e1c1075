import ArgumentParser
import Foundation
import Geo

/// Where an export goes: a file replaced as a whole when it is complete, or standard output.
final class ExportSink {
  private let path: String?
  private let temporary: String
  private var file: FileHandle?
  private(set) var bytes = 0

  init(_ path: String?) throws {
    self.path = path
    temporary = (path ?? "") + ".part"
    guard let path else { return }
    try Workspace.makeFolder(of: path)
    guard FileManager.default.createFile(atPath: temporary, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary)
    else { throw WorkspaceError.unwritable(path) }
    file = handle
  }

  func write(_ chunk: [UInt8]) throws {
    bytes += chunk.count
    guard let file else { return Session.write(chunk) }
    do {
      try file.write(contentsOf: Data(chunk))
    } catch {
      throw WorkspaceError.unwritable(path ?? "")
    }
  }

  /// Puts the whole file in its place.
  func commit() throws {
    guard let path, let file else { return }
    do {
      try file.synchronize()
      try file.close()
    } catch {
      throw WorkspaceError.unwritable(path)
    }
    self.file = nil
    guard rename(temporary, path) == 0 else { throw WorkspaceError.unwritable(path) }
  }

  deinit {
    guard let file else { return }
    try? file.close()
    unlink(temporary)
  }
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
