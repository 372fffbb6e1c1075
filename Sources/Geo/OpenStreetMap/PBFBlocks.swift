import Foundation
import Kernels

/// The blocks of one PBF file.
struct PBFBlocks {
  let path: String
  let file: OSMFile
  let kinds: OSMKinds
  let known: [OSMKinds]

  /// Largest header and blob the format allows.
  private static let headerLimit = 64 * 1024
  private static let blobLimit = 32 * 1024 * 1024
  /// Blobs decoded at a time: so many, or fewer once they come to so many bytes unpacked.
  private static let batchCount = 8
  private static let batchBytes = 8 * 1024 * 1024

  /// A blob as it stands in the file.
  fileprivate struct Blob {
    var isHeader: Bool
    /// Where its bytes start in the file.
    var offset: Int
    var bytes: [UInt8]
  }

  /// Where reading has come to.
  private struct Place {
    var position = 0
    var isFirst = true
    /// Of the next block of data.
    var number = 0
  }

  func forEach(_ body: (OSMBlock) throws -> Void) throws {
    var place = Place()
    var fault: (any Error)?
    // What went wrong in reading is told after all blocks before it were handed on.
    func next() -> DecodeJob? {
      var batch: [Blob] = []
      var bytes = 0
      do {
        while fault == nil, batch.count < Self.batchCount, bytes < Self.batchBytes,
          let blob = try blob(&place)
        {
          batch.append(blob)
          bytes += max(blob.bytes.count, Self.rawSize(of: blob) ?? Self.blobLimit)
        }
      } catch {
        fault = error
      }
      return batch.isEmpty ? nil : DecodeJob(batch, self)
    }
    var job = next()
    while let current = job {
      let following = next()
      for result in current.results() {
        if let block = try result.get() { try body(block) }
      }
      job = following
    }
    if let fault { throw fault }
    if place.isFirst { throw OSMError.unknownFormat(path: path) }
  }

  /// The next blob with content that is wanted; nil at the end.
  private func blob(_ place: inout Place) throws -> Blob? {
    while place.position < file.size {
      let position = place.position
      guard file.size - position >= 4 else { throw OSMError.truncated(path: path, offset: position) }
      let length = try read(at: position, count: 4).reduce(0) { $0 << 8 | Int($1) }
      guard length > 0, length <= Self.headerLimit else {
        if place.isFirst { throw OSMError.unknownFormat(path: path) }
        throw OSMError.corrupt(path: path, offset: position, reason: "impossible header length")
      }
      let headerStart = position + 4
      guard file.size - headerStart >= length else {
        if place.isFirst { throw OSMError.unknownFormat(path: path) }
        throw OSMError.truncated(path: path, offset: position)
      }
      let (type, size): (String, Int)
      do {
        (type, size) = try read(at: headerStart, count: length).withUnsafeBufferPointer { bytes in
          var header = ProtobufCursor(bytes)
          return try located(headerStart) { () throws(OSMFault) in try Self.blobHeader(&header) }
        }
      } catch {
        if place.isFirst { throw OSMError.unknownFormat(path: path) }
        throw error
      }
      if place.isFirst && type != "OSMHeader" { throw OSMError.unknownFormat(path: path) }
      place.isFirst = false
      let blobStart = headerStart + length
      guard size >= 0, size <= Self.blobLimit else {
        throw OSMError.corrupt(path: path, offset: headerStart, reason: "impossible block length")
      }
      guard file.size - blobStart >= size else { throw OSMError.truncated(path: path, offset: blobStart) }
      place.position = blobStart + size
      if type == "OSMData" {
        let number = place.number
        place.number += 1
        if number < known.count, known[number].isDisjoint(with: kinds) { continue }
      } else if type != "OSMHeader" {
        continue
      }
      return Blob(
        isHeader: type == "OSMHeader", offset: blobStart, bytes: try read(at: blobStart, count: size))
    }
    return nil
  }

  private func read(at offset: Int, count: Int) throws -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemFault) {
      bytes = try file.bytes(at: offset, count: count)
    } catch {
      throw OSMError.unreadable(path: path, reason: error.reason)
    }
    guard bytes.count == count else { throw OSMError.truncated(path: path, offset: offset) }
    return bytes
  }

  private static func blobHeader(_ cursor: inout ProtobufCursor) throws(OSMFault) -> (String, Int) {
    var (type, size) = ("", -1)
    while !cursor.isAtEnd {
      let (number, wire) = try cursor.field()
      switch (number, wire) {
      case (1, 2): type = String(decoding: try cursor.nested().rest, as: UTF8.self)
      case (3, 0): size = Int(truncatingIfNeeded: try cursor.varint())
      default: try cursor.skip(wire: wire)
      }
    }
    return (type, size)
  }

  // MARK: Content

  /// The block of a blob; nil for the header of the file.
  fileprivate func decode(_ blob: Blob) throws -> OSMBlock? {
    let content = try unpack(blob)
    return try content.withUnsafeBufferPointer { unpacked in
      // Offsets within the unpacked block mean nothing to a reader: the block's own offset is named.
      do {
        if blob.isHeader {
          try checkFeatures(OSMHeader(headerBlock: unpacked))
          return nil
        }
        return try OSMBlock(primitiveBlock: unpacked, kinds: kinds)
      } catch let fault as OSMFault {
        throw OSMError.corrupt(path: path, offset: blob.offset, reason: fault.reason)
      }
    }
  }

  /// What the file says about itself in its first block.
  func header() throws -> OSMHeader {
    var place = Place()
    // The first block of a file is its header, or `blob` throws.
    guard let blob = try blob(&place) else { throw OSMError.unknownFormat(path: path) }
    let header = try unpack(blob).withUnsafeBufferPointer { unpacked in
      do throws(OSMFault) {
        return try OSMHeader(headerBlock: unpacked)
      } catch {
        throw OSMError.corrupt(path: path, offset: blob.offset, reason: error.reason)
      }
    }
    try checkFeatures(header)
    return header
  }

  private func checkFeatures(_ header: OSMHeader) throws(OSMError) {
    let known = ["OsmSchema-V0.6", "DenseNodes"]
    if let feature = header.requiredFeatures.first(where: { !known.contains($0) }) {
      throw OSMError.unsupported(path: path, feature: feature)
    }
  }

  /// How large a blob is when unpacked, as it says itself, within what the format allows; nil when it does not say.
  private static func rawSize(of blob: Blob) -> Int? {
    blob.bytes.withUnsafeBufferPointer { bytes in
      var cursor = ProtobufCursor(bytes)
      while !cursor.isAtEnd, let (number, wire) = try? cursor.field() {
        if number == 2, wire == 0, let size = try? cursor.varint() {
          return Int(min(size, UInt64(blobLimit)))
        }
        if number == 1, wire == 2 { return blob.bytes.count }
        guard (try? cursor.skip(wire: wire)) != nil else { return nil }
      }
      return nil
    }
  }

  private func unpack(_ blob: Blob) throws -> [UInt8] {
    try blob.bytes.withUnsafeBufferPointer { bytes in
      var cursor = ProtobufCursor(bytes)
      let rawSize = Self.rawSize(of: blob)
      while !cursor.isAtEnd {
        let (number, wire) = try located(blob.offset) { () throws(OSMFault) in try cursor.field() }
        switch (number, wire) {
        case (1, 2):
          return Array(try located(blob.offset) { () throws(OSMFault) in try cursor.nested() }.rest)
        case (3, 2):
          let packed = try located(blob.offset) { () throws(OSMFault) in try cursor.nested() }
          do throws(CompressionError) {
            // A block is held to the size it tells: memory is planned by it.
            return try Gzip.inflate(
              packed.rest, expected: rawSize ?? (packed.end - packed.position) * 4,
              limit: rawSize ?? Self.blobLimit)
          } catch {
            throw OSMError.corrupt(path: path, offset: blob.offset + packed.position, reason: error.message)
          }
        case (4...7, 2): throw OSMError.unsupported(path: path, feature: "compression method \(number)")
        default: try located(blob.offset) { () throws(OSMFault) in try cursor.skip(wire: wire) }
        }
      }
      throw OSMError.corrupt(path: path, offset: blob.offset, reason: "block without content")
    }
  }

  /// - Parameter start: where the bytes that `body` reads begin in the file.
  private func located<T>(_ start: Int, _ body: () throws(OSMFault) -> T) throws -> T {
    do throws(OSMFault) {
      return try body()
    } catch {
      throw OSMError.corrupt(path: path, offset: start + error.offset, reason: error.reason)
    }
  }
}

/// Decodes blobs on all cores, beginning at once.
private final class DecodeJob: @unchecked Sendable {
  private let blobs: [PBFBlocks.Blob]
  /// Each decoded blob has a seat of its own: no two threads write to one, and they are read when all are done.
  private let seats: UnsafeMutableBufferPointer<Result<OSMBlock?, any Error>>
  private let group = DispatchGroup()

  init(_ blobs: [PBFBlocks.Blob], _ file: PBFBlocks) {
    self.blobs = blobs
    seats = .allocate(capacity: blobs.count)
    seats.initialize(repeating: .success(nil))
    for k in blobs.indices {
      DispatchQueue.global().async(group: group) { [self] in
        seats[k] = Result { try file.decode(blobs[k]) }
      }
    }
  }

  deinit { seats.deinitialize().deallocate() }

  /// One result a blob, in their order.
  func results() -> [Result<OSMBlock?, any Error>] {
    group.wait()
    return Array(seats)
  }
}
