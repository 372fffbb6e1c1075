import Foundation
import Geo

/// An output that grows as `OUTPUT.partial` beside its place and is renamed into it when it is whole. Other than with
/// ``OutputFile`` what was written stays when the process ends half-way, so that the next run can go on behind it.
///
/// A pipe or a device is written straight and nothing of it stays.
final class PartialFile {
  let output: OutputFile
  /// Where the unfinished file stands.
  let path: String
  private let kept: [String]
  private let isStraight: Bool
  private var file: FileHandle?

  /// Touches nothing yet.
  /// - Parameter kept: files that neither the output nor the unfinished file may replace.
  init(_ output: String, keeping kept: [String]) throws(OutputError) {
    self.output = try OutputFile(output, keeping: kept)
    self.kept = kept
    path = self.output.target + ".partial"
    var status = stat()
    isStraight = stat(output, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    if !isStraight { try OutputFile.check(path, keeping: kept + [output]) }
  }

  /// Bytes of the unfinished file; 0 when there is none.
  var size: Int {
    var status = stat()
    return !isStraight && stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Opens the unfinished file, or makes it, for this process alone; what is in it stays.
  /// - Throws: `OutputError`, ``GeocodeBatchError/running(_:)``.
  func open() throws {
    if isStraight { return try output.open() }
    _ = try output.makeFolder()
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else {
      throw OutputError.unwritable(path: path, detail: String(cString: strerror(errno)))
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var (opened, named) = (stat(), stat())
    // Another run may have finished between: then this is its output already.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &opened) == 0,
      stat(path, &named) == 0, opened.st_ino == named.st_ino, opened.st_dev == named.st_dev
    else { throw GeocodeBatchError.running(path) }
    self.file = file
  }

  /// Goes on behind the first `size` bytes; the rest is dropped.
  func cut(to size: Int) throws(OutputError) {
    guard let file else { return }
    do {
      try file.truncate(atOffset: UInt64(size))
      try file.seek(toOffset: UInt64(size))
    } catch {
      throw .unwritable(path: path, detail: OutputFile.reason(error))
    }
  }

  func write(_ bytes: [UInt8]) throws(OutputError) {
    guard let file else { return try output.write(bytes) }
    do {
      try file.write(contentsOf: Data(bytes))
    } catch {
      throw .unwritable(path: path, detail: OutputFile.reason(error))
    }
  }

  /// Puts the whole file in its place.
  func commit() throws(OutputError) {
    guard let file else { return try output.commit() }
    var status = stat()
    let target = output.target
    if stat(target, &status) == 0 { fchmod(file.fileDescriptor, status.st_mode & 0o777) }
    do {
      try file.synchronize()
      // What must be kept may have come only now.
      try OutputFile.check(output.path, keeping: kept)
      guard rename(path, target) == 0 else {
        throw OutputError.unwritable(path: output.path, detail: String(cString: strerror(errno)))
      }
      try file.close()
    } catch let error as OutputError {
      throw error
    } catch {
      throw .unwritable(path: output.path, detail: OutputFile.reason(error))
    }
    self.file = nil
  }

  /// Takes the unfinished file away.
  func remove() {
    guard file != nil else { return }
    unlink(path)
    file = nil
  }
}

/// The whole records of a file that ``CSVWriter`` began, one by one; a torn last one is not given.
struct WrittenRecords {
  private let file: InputFile
  private var block: [UInt8] = []
  private var position = 0
  private var offset = 0
  /// Bytes up to the end of the last record given.
  private(set) var end = 0

  init(_ path: String) throws(TableError) { file = try InputFile(path) }

  private mutating func byte() throws(TableError) -> UInt8? {
    if position == block.count {
      offset += block.count
      block = try file.read(at: offset, count: 1 << 16)
      position = 0
      if block.isEmpty { return nil }
    }
    defer { position += 1 }
    return block[position]
  }

  mutating func next() throws(TableError) -> [String]? {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    // A quote inside quotes: the end of them, or the first of a doubled one.
    var mayDouble = false
    var sawReturn = false
    while let b = try byte() {
      if sawReturn {
        guard b == 0x0A else { return nil }
        cells.append(String(decoding: cell, as: UTF8.self))
        end = offset + position
        return cells
      }
      if isQuoted {
        isQuoted = b != 0x22
        mayDouble = !isQuoted
        if isQuoted { cell.append(b) }
        continue
      }
      switch b {
      case 0x22:
        if mayDouble { cell.append(b) }
        isQuoted = true
      case UInt8(ascii: ","):
        cells.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
      case 0x0D: sawReturn = true
      default: cell.append(b)
      }
      mayDouble = false
    }
    return nil
  }
}
