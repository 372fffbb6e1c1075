import Foundation
import Geo
import Store

/// A file that is written beside its place and renamed into it when it is whole: until then, and when it never comes so
/// far, what stood there before stays.
///
/// It never takes the place of a file the same command reads or keeps, by whatever name: path, link or device and inode;
/// nor of any database. What killed processes left half-written in the folder is removed.
public final class OutputFile {
  public let path: String
  private let kept: [String]
  private var file: FileHandle?
  /// Nil when the output is a pipe or a device, which is written straight.
  private var temporary: String?

  /// Looks whether the file may be written, and touches nothing yet.
  /// - Parameter kept: files that the command reads or keeps; they need not exist.
  /// - Throws: ``OutputError/isKept(path:file:)``, ``OutputError/isDatabase(path:)``.
  public init(_ path: String, keeping kept: [String] = []) throws(OutputError) {
    self.path = path
    self.kept = kept
    try Self.check(path, keeping: kept)
  }

  deinit {
    try? file?.close()
    if let temporary { unlink(temporary) }
  }

  /// Refuses a path that ``OutputFile`` would refuse.
  public static func check(_ path: String, keeping kept: [String]) throws(OutputError) {
    let identity = FileIdentity(path)
    if let same = kept.first(where: { FileIdentity($0) == identity }) {
      throw .isKept(path: path, file: same)
    }
    if FileIdentity.holdsDatabase(path) { throw .isDatabase(path: path) }
  }

  /// Makes the file beside its place, and its folder. Done by the first ``write(_:)``; before long work it tells early
  /// that nothing can be written.
  public func open() throws(OutputError) {
    guard file == nil else { return }
    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists && kind == S_IFDIR { throw .unwritable(path: path, detail: "it is a folder") }
    if exists && kind != S_IFREG {
      file = try handle(path, O_WRONLY | O_CLOEXEC)
      return
    }
    let folder = try makeFolder()
    // The name does not grow with the file's own, which may be as long as names can be.
    let prefix = (folder.isEmpty ? "" : folder + "/") + ".planner-"
    ProcessFiles.removeLeftovers(prefix, ".part")
    let temporary = ProcessFiles.path(prefix, ".part")
    let file = try handle(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
    if exists { fchmod(file.fileDescriptor, status.st_mode & 0o777) }
    self.file = file
    self.temporary = temporary
  }

  public func write(_ bytes: some Collection<UInt8>) throws(OutputError) {
    try open()
    do {
      try file?.write(contentsOf: Data(bytes))
    } catch {
      throw .unwritable(path: path, detail: Self.reason(error))
    }
  }

  /// Puts the whole file in its place.
  public func commit() throws(OutputError) {
    try open()
    guard let file else { return }
    do {
      if temporary != nil { try file.synchronize() }
      try file.close()
    } catch {
      throw .unwritable(path: path, detail: Self.reason(error))
    }
    self.file = nil
    guard let temporary else { return }
    // What must be kept may have come only now.
    try Self.check(path, keeping: kept)
    guard rename(temporary, target) == 0 else {
      throw .unwritable(path: path, detail: String(cString: strerror(errno)))
    }
    self.temporary = nil
  }

  /// Makes the folder the file goes into, and names it; empty for the current one.
  func makeFolder() throws(OutputError) -> String {
    let folder = (target as NSString).deletingLastPathComponent
    guard !folder.isEmpty else { return folder }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: path, detail: "its folder cannot be made")
    }
    return folder
  }

  /// A link stays and its file is replaced.
  var target: String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private func handle(_ path: String, _ flags: Int32) throws(OutputError) -> FileHandle {
    let descriptor = Foundation.open(path, flags, 0o666)
    guard descriptor >= 0 else {
      throw .unwritable(path: self.path, detail: String(cString: strerror(errno)))
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  static func reason(_ error: any Error) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    return cause.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(cause.code))) : cause.localizedDescription
  }
}

/// Which file a path leads to, whatever the way: `./a`, a link and `a` are the same. A file that is not there yet is told
/// by its folder and name.
public struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64
  /// What is still to be made below the device and inode.
  private let name: String

  public init(_ path: String) {
    var path = path
    var missing: [String] = []
    var links = 0
    while true {
      var status = stat()
      if stat(path, &status) == 0 {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        break
      }
      if links < 40, let next = Self.destination(of: path) {
        // A link to what is not there yet.
        links += 1
        path = next
        continue
      }
      let folder = (path as NSString).deletingLastPathComponent
      guard folder != path else {
        device = 0
        inode = 0
        break
      }
      missing.append((path as NSString).lastPathComponent)
      path = folder.isEmpty ? "." : folder
    }
    name = missing.reversed().joined(separator: "/")
  }

  private static func destination(of path: String) -> String? {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
    if link.hasPrefix("/") { return link }
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? link : folder + "/" + link
  }

  /// True for an SQLite file of whatever program, and for a journal that may hold part of one.
  static func holdsDatabase(_ path: String) -> Bool {
    var status = stat()
    // Never opens what is no plain file: opening a pipe waits for its other end.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let beginning = firstBytes(of: path, count: 16)
    else { return false }
    return beginning.starts(with: databaseMark) || beginning.starts(with: gazetteerMark)
      || writeAheadMarks.contains { beginning.starts(with: $0) }
  }

  /// Up to `count` bytes; nil when the file cannot be read.
  ///
  /// Not for a database that this process has open: closing any descriptor of a file ends the process's locks on it.
  private static func firstBytes(of path: String, count: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = read(descriptor, &bytes, count)
    return read < 0 ? nil : Array(bytes.prefix(read))
  }

  private static let databaseMark = Array("SQLite format 3\0".utf8)
  private static let gazetteerMark = Array("PLNRGAZ\n".utf8)
  /// SQLite, "WAL-mode File Format": the first four bytes by byte order of the checksums.
  private static let writeAheadMarks: [[UInt8]] = [[0x37, 0x7F, 0x06, 0x82], [0x37, 0x7F, 0x06, 0x83]]
}

/// Why an output file cannot be written.
public enum OutputError: CodedError, Hashable {
  /// The output is a file that the same command reads or keeps, maybe by another name.
  case isKept(path: String, file: String)
  /// The output is a database, which nothing but planner itself may replace.
  case isDatabase(path: String)
  case unwritable(path: String, detail: String? = nil)

  public var code: String {
    switch self {
    case .isKept: "file.output.inUse"
    case .isDatabase: "file.output.isDatabase"
    case .unwritable: "file.unwritable"
    }
  }

  public var message: String {
    switch self {
    case .isKept(let path, let file):
      path == file
        ? "\(path) cannot be the output: this command uses it"
        : "\(path) cannot be the output: it is \(file), which this command uses"
    case .isDatabase(let path): "\(path) cannot be the output: it is a database"
    case .unwritable(let path, let detail):
      "\(path) cannot be written" + (detail.map { ": \($0)" } ?? "")
    }
  }

  public var hint: String {
    switch self {
    case .isKept, .isDatabase: "name another file for the output; that one is as it was"
    case .unwritable: "check the folder, its permissions and the space left"
    }
  }
}
