import Foundation
import Kernels

/// A batch of OpenStreetMap objects in flat arrays.
public typealias OSMBlock = Kernels.OSMBlock

/// Reads OpenStreetMap extracts: PBF (`.osm.pbf`), XML (`.osm`) and packed XML (`.osm.gz`). The format is told by
/// the content, not by the name.
///
/// The file is memory-mapped and handed on block by block in the file's order; a PBF block holds some thousand
/// objects. Every length, string index and coordinate is checked: a damaged file is an ``OSMError``, never a trap.
public struct OSMReader: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Calls `body` with each block, in order. What `body` throws passes through.
  /// - Throws: ``OSMError``
  public func forEachBlock(_ body: (OSMBlock) throws -> Void) throws {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw OSMError.unreadable(path: path, reason: SystemReason.text(of: error))
    }
    if Gzip.isGzip(data) {
      let unpacked: Data
      do throws(CompressionError) {
        unpacked = try Gzip.inflate(data)
      } catch {
        switch error {
        case .truncated(let offset): throw OSMError.truncated(path: path, offset: offset)
        case .corrupt(let offset): throw OSMError.corrupt(path: path, offset: offset, reason: "bad packing")
        case .tooLarge: throw OSMError.unreadable(path: path, reason: error.message)
        }
      }
      try readXML(unpacked, body)
    } else if Self.looksLikeXML(data) {
      try readXML(data, body)
    } else {
      try data.withUnsafeBytes { try readPBF($0.bindMemory(to: UInt8.self), body) }
    }
  }

  private static func looksLikeXML(_ data: Data) -> Bool {
    let head = data.prefix(64).filter { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }
    return head.first == UInt8(ascii: "<")
  }

  private func readXML(_ data: Data, _ body: (OSMBlock) throws -> Void) throws {
    try data.withUnsafeBytes { raw in
      var scanner = OSMXMLScanner(raw.bindMemory(to: UInt8.self))
      while let block = try located({ () throws(OSMFault) in try scanner.next() }) { try body(block) }
    }
  }

  /// Largest header and blob the format allows.
  private static let headerLimit = 64 * 1024
  private static let blobLimit = 32 * 1024 * 1024

  private func readPBF(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (OSMBlock) throws -> Void) throws {
    var position = 0
    var first = true
    while position < bytes.count {
      guard bytes.count - position >= 4 else { throw OSMError.truncated(path: path, offset: position) }
      let headerLength = (0..<4).reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
      guard headerLength > 0, headerLength <= Self.headerLimit else {
        if first { throw OSMError.unknownFormat(path: path) }
        throw OSMError.corrupt(path: path, offset: position, reason: "impossible header length")
      }
      let headerStart = position + 4
      guard bytes.count - headerStart >= headerLength else {
        if first { throw OSMError.unknownFormat(path: path) }
        throw OSMError.truncated(path: path, offset: position)
      }
      var header = ProtobufCursor(bytes, from: headerStart, to: headerStart + headerLength)
      let (type, size): (String, Int)
      do {
        (type, size) = try located { () throws(OSMFault) in try Self.blobHeader(&header) }
      } catch {
        if first { throw OSMError.unknownFormat(path: path) }
        throw error
      }
      if first && type != "OSMHeader" { throw OSMError.unknownFormat(path: path) }
      first = false
      let blobStart = headerStart + headerLength
      guard size >= 0, size <= Self.blobLimit else {
        throw OSMError.corrupt(path: path, offset: headerStart, reason: "impossible block length")
      }
      guard bytes.count - blobStart >= size else { throw OSMError.truncated(path: path, offset: blobStart) }
      position = blobStart + size
      guard type == "OSMHeader" || type == "OSMData" else { continue }
      let content = try unpack(ProtobufCursor(bytes, from: blobStart, to: position))
      try content.withUnsafeBufferPointer { unpacked in
        // Offsets within the unpacked block mean nothing to a reader: the block's own offset is named.
        if type == "OSMHeader" {
          try checkFeatures(unpacked, at: blobStart)
        } else {
          let block: OSMBlock
          do throws(OSMFault) {
            block = try OSMBlock(primitiveBlock: unpacked)
          } catch {
            throw OSMError.corrupt(path: path, offset: blobStart, reason: error.reason)
          }
          try body(block)
        }
      }
    }
    if first { throw OSMError.unknownFormat(path: path) }
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

  private func unpack(_ blob: ProtobufCursor) throws -> [UInt8] {
    let start = blob.position
    var blob = blob
    var rawSize = 0
    while !blob.isAtEnd {
      let (number, wire) = try located { () throws(OSMFault) in try blob.field() }
      switch (number, wire) {
      case (1, 2): return Array(try located { () throws(OSMFault) in try blob.nested() }.rest)
      case (2, 0): rawSize = Int(truncatingIfNeeded: try located { () throws(OSMFault) in try blob.varint() })
      case (3, 2):
        let packed = try located { () throws(OSMFault) in try blob.nested() }
        do throws(CompressionError) {
          return try Gzip.inflate(
            packed.rest, expected: min(max(rawSize, packed.end - packed.position), Self.blobLimit),
            limit: Self.blobLimit)
        } catch {
          throw OSMError.corrupt(path: path, offset: packed.position, reason: error.message)
        }
      case (4...7, 2): throw OSMError.unsupported(path: path, feature: "compression method \(number)")
      default: try located { () throws(OSMFault) in try blob.skip(wire: wire) }
      }
    }
    throw OSMError.corrupt(path: path, offset: start, reason: "block without content")
  }

  private func checkFeatures(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) throws {
    var cursor = ProtobufCursor(bytes)
    do throws(OSMFault) {
      while !cursor.isAtEnd {
        let (number, wire) = try cursor.field()
        guard number == 4, wire == 2 else {
          try cursor.skip(wire: wire)
          continue
        }
        let feature = String(decoding: try cursor.nested().rest, as: UTF8.self)
        guard ["OsmSchema-V0.6", "DenseNodes"].contains(feature) else {
          throw OSMFault(offset: -1, reason: feature)
        }
      }
    } catch {
      if error.offset < 0 { throw OSMError.unsupported(path: path, feature: error.reason) }
      throw OSMError.corrupt(path: path, offset: offset, reason: error.reason)
    }
  }

  private func located<T>(_ body: () throws(OSMFault) -> T) throws -> T {
    do throws(OSMFault) {
      return try body()
    } catch {
      throw OSMError.corrupt(path: path, offset: error.offset, reason: error.reason)
    }
  }
}

/// The plain reason in a system error, without its type and domain.
enum SystemReason {
  static func text(of error: any Error) -> String {
    if let coded = error as? any CodedError { return coded.message }
    let underlying = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error).map { $0 as NSError }
    if let underlying, underlying.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(underlying.code)))
    }
    return (error as NSError).localizedDescription
  }
}
