import Foundation
import Kernels

/// A batch of OpenStreetMap objects in flat arrays.
public typealias OSMBlock = Kernels.OSMBlock
/// Kinds of OpenStreetMap objects.
public typealias OSMKinds = Kernels.OSMKinds

/// Reads OpenStreetMap extracts: PBF (`.osm.pbf`), XML (`.osm`) and packed XML (`.osm.gz`). The format is told by
/// the content, not by the name.
///
/// Blocks are handed on one by one in the file's order; a PBF block holds some thousand objects. Of a PBF file a few
/// blocks at a time are in memory, unpacked on all cores while the ones before are looked at; XML is held whole. Every
/// length, string index and coordinate is checked: a damaged file is an ``OSMError``, never a trap.
public struct OSMReader: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Calls `body` with each block, in order. What `body` throws passes through.
  ///
  /// - Parameters:
  ///   - kinds: what `body` needs; of a PBF file nothing else is decoded.
  ///   - known: the ``OSMBlock/contents`` of the blocks as an earlier call gave them; the content of blocks of a PBF
  ///     file that have nothing of `kinds` is then not read, and `body` not called for them.
  /// - Throws: ``OSMError``
  public func forEachBlock(
    _ kinds: OSMKinds = .all, known: [OSMKinds] = [], _ body: (OSMBlock) throws -> Void
  ) throws {
    let file: OSMFile
    let head: [UInt8]
    do throws(SystemFault) {
      file = try OSMFile(path)
      head = try file.bytes(at: 0, count: min(64, file.size))
    } catch {
      throw OSMError.unreadable(path: path, reason: error.reason)
    }
    if Gzip.isGzip(Data(head)) {
      let packed = try mapped()
      let unpacked: Data
      do throws(CompressionError) {
        unpacked = try Gzip.inflate(packed)
      } catch {
        switch error {
        case .truncated(let offset): throw OSMError.truncated(path: path, offset: offset)
        case .corrupt(let offset): throw OSMError.corrupt(path: path, offset: offset, reason: "bad packing")
        case .tooLarge: throw OSMError.unreadable(path: path, reason: error.message)
        }
      }
      try readXML(unpacked, body)
    } else if Self.looksLikeXML(head) {
      try readXML(try mapped(), body)
    } else {
      try PBFBlocks(path: path, file: file, kinds: kinds, known: known).forEach(body)
    }
  }

  private func mapped() throws(OSMError) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .unreadable(path: path, reason: SystemReason.text(of: error))
    }
  }

  private static func looksLikeXML(_ head: [UInt8]) -> Bool {
    head.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF } == UInt8(ascii: "<")
  }

  private func readXML(_ data: Data, _ body: (OSMBlock) throws -> Void) throws {
    try data.withUnsafeBytes { raw in
      var scanner = OSMXMLScanner(raw.bindMemory(to: UInt8.self))
      func next() throws(OSMError) -> OSMBlock? {
        do throws(OSMFault) {
          return try scanner.next()
        } catch {
          throw .corrupt(path: path, offset: error.offset, reason: error.reason)
        }
      }
      while let block = try next() { try body(block) }
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
