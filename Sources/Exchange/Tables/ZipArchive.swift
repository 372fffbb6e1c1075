import CZlib
import Foundation

/// The directory of a ZIP file (PKWARE APPNOTE 6.3), as far as office documents use it: stored and deflated entries,
/// no encryption, no ZIP64. Reads nothing but the directory until an entry is opened.
struct ZipArchive {
  struct Entry {
    var name: String
    var method: UInt16
    var packed: Int
    var unpacked: Int
    var headerOffset: Int
    var encrypted: Bool
  }

  let file: InputFile
  let entries: [String: Entry]

  init(_ file: InputFile) throws(TableError) {
    self.file = file
    func corrupt(_ detail: String) -> TableError { .corrupt(path: file.path, detail: detail) }
    // The end record is followed by a comment of at most 65,535 bytes.
    let tailLength = min(file.size, 22 + 65_535)
    let tail = try file.read(at: file.size - tailLength, count: tailLength)
    var end: Int?
    var i = tail.count - 22
    while i >= 0 {
      if tail[i] == 0x50, tail[i + 1] == 0x4B, tail[i + 2] == 5, tail[i + 3] == 6 {
        end = i
        break
      }
      i -= 1
    }
    guard let end else { throw corrupt("the ZIP directory is missing; the file may be cut off") }
    let count = Self.number16(tail, end + 10)
    let length = Self.number32(tail, end + 12)
    let start = Self.number32(tail, end + 16)
    guard count < 10_000, length < 16 << 20, start + length <= file.size else {
      throw corrupt("the ZIP directory is out of bounds")
    }
    let directory = try file.read(at: start, count: length)
    guard directory.count == length else { throw corrupt("the ZIP directory is cut off") }
    var entries: [String: Entry] = [:]
    var at = 0
    for _ in 0..<count {
      guard at + 46 <= directory.count, Self.number32(directory, at) == 0x0201_4B50 else {
        throw corrupt("the ZIP directory is damaged")
      }
      let nameLength = Self.number16(directory, at + 28)
      let next = at + 46 + nameLength + Self.number16(directory, at + 30) + Self.number16(directory, at + 32)
      guard next <= directory.count else { throw corrupt("the ZIP directory is damaged") }
      let name = String(decoding: directory[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
      let sizes = [20, 24, 42].map { Self.number32(directory, at + $0) }
      // ZIP64 keeps larger numbers elsewhere; no partner list needs them.
      guard !sizes.contains(0xFFFF_FFFF) else { throw corrupt("\(name) is kept in the ZIP64 form") }
      entries[name] = Entry(
        name: name, method: UInt16(Self.number16(directory, at + 10)), packed: sizes[0], unpacked: sizes[1],
        headerOffset: sizes[2], encrypted: Self.number16(directory, at + 8) & 1 != 0)
      at = next
    }
    self.entries = entries
  }

  /// A stream over one entry, or nil when there is none of that name.
  func open(_ name: String, limits: TableLimits) throws(TableError) -> ZipStream? {
    guard let entry = entries[name] else { return nil }
    guard !entry.encrypted else { throw .encrypted(path: file.path) }
    guard entry.method == 0 || entry.method == 8 else {
      throw .corrupt(path: file.path, detail: "\(name) is packed by method \(entry.method)")
    }
    let header = try file.read(at: entry.headerOffset, count: 30)
    guard header.count == 30, Self.number32(header, 0) == 0x0403_4B50 else {
      throw .corrupt(path: file.path, detail: "\(name) is not where the directory says")
    }
    let start = entry.headerOffset + 30 + Self.number16(header, 26) + Self.number16(header, 28)
    guard start + entry.packed <= file.size else {
      throw .corrupt(path: file.path, detail: "\(name) is cut off")
    }
    return ZipStream(file, entry, start: start, limits: limits)
  }

  private static func number16(_ b: [UInt8], _ i: Int) -> Int { Int(b[i]) | Int(b[i + 1]) << 8 }
  private static func number32(_ b: [UInt8], _ i: Int) -> Int {
    number16(b, i) | number16(b, i + 2) << 16
  }
}

/// Unpacks one entry block by block, within bounds: what a bomb claims or does is not believed.
final class ZipStream {
  private let file: InputFile
  private let entry: ZipArchive.Entry
  private let limit: Int
  private var offset: Int
  private var left: Int
  private var produced = 0
  private var finished = false
  private var stream = z_stream()
  private var inflating = false

  init(_ file: InputFile, _ entry: ZipArchive.Entry, start: Int, limits: TableLimits) {
    self.file = file
    self.entry = entry
    offset = start
    left = entry.packed
    // `packed` has 32 bits, so the product fits.
    limit = min(limits.unpackedBytes, max(1 << 20, entry.packed * limits.compressionRatio))
    if entry.method == 8 {
      // Negative window bits: raw deflate, no zlib header.
      inflating = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }
  }

  deinit { if inflating { inflateEnd(&stream) } }

  /// The next block, empty at the end.
  func next() throws(TableError) -> [UInt8] {
    while !finished {
      let block = try file.read(at: offset, count: min(left, 1 << 16))
      offset += block.count
      left -= block.count
      if entry.method == 0 {
        if block.isEmpty { finished = true }
        try count(block.count)
        return block
      }
      guard inflating, !block.isEmpty else {
        throw .corrupt(path: file.path, detail: "\(entry.name) ends too early")
      }
      let out = try unpack(block)
      if !out.isEmpty { return out }
    }
    return []
  }

  private func unpack(_ block: [UInt8]) throws(TableError) -> [UInt8] {
    var out: [UInt8] = []
    var input = block
    var status = Z_OK
    var overflow = false
    let room = 1 << 17
    var chunk = [UInt8](repeating: 0, count: room)
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      repeat {
        let made = chunk.withUnsafeMutableBufferPointer { target -> Int in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = inflate(&stream, Z_NO_FLUSH)
          return target.count - Int(stream.avail_out)
        }
        out.append(contentsOf: chunk[0..<made])
        overflow = produced + out.count > limit
      } while status == Z_OK && !overflow && (stream.avail_in > 0 || stream.avail_out == 0)
    }
    if overflow { throw .unpacksTooLarge(part: entry.name, limit: limit) }
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw .corrupt(path: file.path, detail: "\(entry.name) does not unpack")
    }
    try count(out.count)
    if status == Z_STREAM_END { finished = true }
    return out
  }

  private func count(_ bytes: Int) throws(TableError) {
    produced += bytes
    guard produced <= limit else { throw .unpacksTooLarge(part: entry.name, limit: limit) }
  }
}
