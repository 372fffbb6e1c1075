import Foundation

/// A file without a name in the temporary folder, gone with its last reference: for what grows with the input and so
/// must not stand in memory. It is made by the first write; what was never written reads as zeros.
final class ScratchFile {
  private let folder: String
  private var descriptor: Int32 = -1

  init(folder: String = FileManager.default.temporaryDirectory.path) { self.folder = folder }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills `target` with the bytes from `offset` on.
  func read(_ target: UnsafeMutableRawBufferPointer, at offset: Int) throws(TableError) {
    var filled = 0
    while descriptor >= 0, filled < target.count {
      let n = pread(descriptor, target.baseAddress! + filled, target.count - filled, off_t(offset + filled))
      if n < 0, errno == EINTR { continue }
      if n < 0 { throw failure() }
      if n == 0 { break }
      filled += n
    }
    if filled < target.count { memset(target.baseAddress! + filled, 0, target.count - filled) }
  }

  func write(_ source: UnsafeRawBufferPointer, at offset: Int) throws(TableError) {
    if descriptor < 0 { try make() }
    var done = 0
    while done < source.count {
      let n = pwrite(descriptor, source.baseAddress! + done, source.count - done, off_t(offset + done))
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { throw failure() }
      done += n
    }
  }

  private func make() throws(TableError) {
    var name = Array("\(folder)/planner-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw failure() }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  private func failure() -> TableError {
    .temporaryFile(folder: folder, detail: String(cString: strerror(errno)))
  }
}

/// Bytes that only grow at the end and are read anywhere. A bounded part stands in memory: the newest, not yet written,
/// and the pages read last; the rest stands in a ``ScratchFile``.
struct SpilledBytes {
  private static let pageSize = 1 << 14
  private static let pageCount = 32
  /// As long as everything fits here no file is made.
  private static let tailLimit = 1 << 18

  private let file = ScratchFile()
  private(set) var count = 0
  /// The bytes from `written` on.
  private var tail: [UInt8] = []
  private var written = 0
  /// Pages of the file by their number modulo ``pageCount``.
  private var pages: [(number: Int, bytes: [UInt8])] = Array(repeating: (-1, []), count: pageCount)

  /// Bytes that stand in memory now.
  var held: Int { tail.capacity + pages.reduce(0) { $0 + $1.bytes.count } }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(TableError) {
    tail.append(contentsOf: bytes)
    count += bytes.count
    guard tail.count > Self.tailLimit else { return }
    // Whole pages, so that a page read once never changes.
    let whole = tail.count / Self.pageSize * Self.pageSize
    let failure = tail.withUnsafeBytes { all -> TableError? in
      do throws(TableError) {
        try file.write(UnsafeRawBufferPointer(rebasing: all[..<whole]), at: written)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    tail.removeFirst(whole)
    written += whole
  }

  /// - Precondition: the range lies within what was appended.
  mutating func read(_ range: Range<Int>) throws(TableError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var at = range.lowerBound
    while at < min(range.upperBound, written) {
      let number = at / Self.pageSize
      let slot = number % Self.pageCount
      if pages[slot].number != number { pages[slot] = (number, try page(number)) }
      let start = at - number * Self.pageSize
      let end = min(
        Self.pageSize, range.upperBound - number * Self.pageSize, written - number * Self.pageSize)
      result.append(contentsOf: pages[slot].bytes[start..<end])
      at = number * Self.pageSize + end
    }
    if at < range.upperBound {
      result.append(contentsOf: tail[(at - written)..<(range.upperBound - written)])
    }
    return result
  }

  private func page(_ number: Int) throws(TableError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.pageSize)
    let failure = bytes.withUnsafeMutableBytes { target -> TableError? in
      do throws(TableError) {
        try file.read(target, at: number * Self.pageSize)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
