import Foundation

/// A file of arrays that is mapped to be read: a header, a table of sections, and each section an array of records as
/// they stand in memory. Written once, replaced by rename, never edited. Little-endian.
///
/// The header is 48 bytes: eight of magic, version (4), count of sections (4), length of the file (8), a checksum of all
/// that follows the header (8) and 16 of room. Then for each section its start and its bytes (8 and 8).
public enum SectionFile {
  static let headerSize = 48
  /// Sections start at multiples of this.
  static let alignment = 64

  /// Why a file cannot be used.
  public enum Fault: Error, Equatable, Sendable {
    case missing
    /// What the system says.
    case system(String)
    /// Begins with something else: a file of another kind.
    case foreign
    case version(found: Int)
    /// Shorter than it says, or a section lies outside of it.
    case damaged(String)
  }

  /// FNV-1a over words of eight bytes, then the bytes that are left; fast enough to check a file of any size.
  static func checksum(_ bytes: UnsafeRawBufferPointer, into start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64
  {
    var value = start
    let words = bytes.count / 8
    for k in 0..<words {
      value = (value ^ bytes.loadUnaligned(fromByteOffset: k * 8, as: UInt64.self)) &* 0x100_0000_01B3
    }
    for k in words * 8..<bytes.count { value = (value ^ UInt64(bytes[k])) &* 0x100_0000_01B3 }
    return value
  }
}

/// A section file mapped into memory. Nothing is read or copied at opening but the table. Any number of threads may read.
public final class SectionFileReader: @unchecked Sendable {
  private let file: MappedFile
  private let table: [(start: Int, bytes: Int)]
  public let storedChecksum: UInt64
  public var byteCount: Int { file.bytes.count }
  /// By the header, which the checksum does not cover: readers compare it with what they know.
  public var sectionCount: Int { table.count }

  public init(path: String, magic: String, version: Int) throws(SectionFile.Fault) {
    do throws(SystemFault) {
      file = try MappedFile(path)
    } catch {
      throw error.number == ENOENT ? .missing : .system(error.reason)
    }
    let bytes = file.bytes
    guard bytes.count >= SectionFile.headerSize, bytes.starts(with: magic.utf8.prefix(8)) else {
      throw .foreign
    }
    let found = Int(bytes.load(fromByteOffset: 8, as: UInt32.self))
    guard found == version else { throw .version(found: found) }
    let count = Int(bytes.load(fromByteOffset: 12, as: UInt32.self))
    guard count <= 1024, bytes.count >= SectionFile.headerSize + count * 16,
      bytes.load(fromByteOffset: 16, as: UInt64.self) == UInt64(bytes.count)
    else { throw .damaged("it is cut short") }
    storedChecksum = bytes.load(fromByteOffset: 24, as: UInt64.self)
    var table: [(start: Int, bytes: Int)] = []
    for k in 0..<count {
      let at = SectionFile.headerSize + k * 16
      let start = bytes.load(fromByteOffset: at, as: UInt64.self)
      let length = bytes.load(fromByteOffset: at + 8, as: UInt64.self)
      guard start <= UInt64(bytes.count), length <= UInt64(bytes.count) - start,
        start % UInt64(SectionFile.alignment) == 0
      else { throw .damaged("section \(k) lies outside the file") }
      table.append((Int(start), Int(length)))
    }
    self.table = table
  }

  /// The records of a section; empty when there is no such section. Valid as long as the reader lives.
  public func section<Record: BitwiseCopyable>(_ number: Int, of: Record.Type) -> UnsafeBufferPointer<Record>
  {
    guard number < table.count, table[number].bytes >= MemoryLayout<Record>.stride,
      let base = file.bytes.baseAddress
    else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(
      start: (base + table[number].start).assumingMemoryBound(to: Record.self),
      count: table[number].bytes / MemoryLayout<Record>.stride)
  }

  /// Reads the whole file and tells whether it is as it was written.
  public func isIntact() -> Bool {
    SectionFile.checksum(UnsafeRawBufferPointer(rebasing: file.bytes[SectionFile.headerSize...]))
      == storedChecksum
  }
}

/// Writes a section file: one section after another, the header last.
public final class SectionFileWriter {
  private let path: String
  private let descriptor: Int32
  private let magic: [UInt8]
  private let version: Int
  private var position: Int
  private var table: [(start: Int, bytes: Int)] = []
  private let sectionCount: Int

  /// Creates the file, which must not be there yet.
  /// - Throws: ``SectionFile/Fault/system(_:)``
  public init(path: String, magic: String, version: Int, sections: Int) throws(SectionFile.Fault) {
    self.path = path
    self.magic = Array(magic.utf8.prefix(8))
    self.version = version
    sectionCount = sections
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system(SystemFault(errno).reason) }
    position = SectionFile.headerSize + sections * 16
  }

  deinit { close(descriptor) }

  private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SectionFile.Fault) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw .system(SystemFault(errno).reason) }
      done += written
    }
  }

  /// Appends the next section.
  public func write<Record: BitwiseCopyable>(_ records: [Record]) throws(SectionFile.Fault) {
    precondition(table.count < sectionCount)
    position = (position + SectionFile.alignment - 1) / SectionFile.alignment * SectionFile.alignment
    table.append((position, 0))
    try extend(records)
  }

  /// Appends to the section written last, so that a large one need not be held in memory as a whole.
  public func extend<Record: BitwiseCopyable>(_ records: [Record]) throws(SectionFile.Fault) {
    precondition(!table.isEmpty)
    let result: Result<Int, SectionFile.Fault> = records.withUnsafeBytes { bytes in
      do throws(SectionFile.Fault) {
        try put(bytes, at: position)
        return .success(bytes.count)
      } catch {
        return .failure(error)
      }
    }
    let count = try result.get()
    table[table.count - 1].bytes += count
    position += count
  }

  /// Writes the table and the header with the checksum, and brings everything to the disk.
  /// - Returns: the checksum.
  @discardableResult
  public func finish() throws(SectionFile.Fault) -> UInt64 {
    precondition(table.count == sectionCount)
    var entries: [UInt64] = []
    for entry in table { entries += [UInt64(entry.start), UInt64(entry.bytes)] }
    func put(_ words: [UInt64], at offset: Int) throws(SectionFile.Fault) {
      let result: Result<Void, SectionFile.Fault> = words.withUnsafeBytes { bytes in
        do throws(SectionFile.Fault) {
          return .success(try self.put(bytes, at: offset))
        } catch {
          return .failure(error)
        }
      }
      try result.get()
    }
    try put(entries, at: SectionFile.headerSize)
    guard ftruncate(descriptor, off_t(position)) == 0 else { throw .system(SystemFault(errno).reason) }
    let checksum = try checksumOfWritten()
    var head = [UInt64](repeating: 0, count: SectionFile.headerSize / 8)
    head.withUnsafeMutableBytes { bytes in
      bytes.copyBytes(from: magic)
      bytes.storeBytes(of: UInt32(version), toByteOffset: 8, as: UInt32.self)
      bytes.storeBytes(of: UInt32(sectionCount), toByteOffset: 12, as: UInt32.self)
      bytes.storeBytes(of: UInt64(position), toByteOffset: 16, as: UInt64.self)
      bytes.storeBytes(of: checksum, toByteOffset: 24, as: UInt64.self)
    }
    try put(head, at: 0)
    guard fsync(descriptor) == 0 else { throw .system(SystemFault(errno).reason) }
    return checksum
  }

  /// Of all that follows the header, read back piece by piece: a mapped file would count as memory of this process.
  private func checksumOfWritten() throws(SectionFile.Fault) -> UInt64 {
    // A multiple of the checksum's words.
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
    defer { piece.deallocate() }
    var checksum = SectionFile.checksum(UnsafeRawBufferPointer(start: nil, count: 0))
    var offset = SectionFile.headerSize
    while offset < position {
      let wanted = min(piece.count, position - offset)
      var filled = 0
      while filled < wanted {
        let count = pread(descriptor, piece.baseAddress! + filled, wanted - filled, off_t(offset + filled))
        if count < 0, errno == EINTR { continue }
        guard count != 0 else { throw .damaged("it was cut short while it was written") }
        guard count > 0 else { throw .system(SystemFault(errno).reason) }
        filled += count
      }
      checksum = SectionFile.checksum(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece)[..<wanted]), into: checksum)
      offset += wanted
    }
    return checksum
  }
}
