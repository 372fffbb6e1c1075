import Foundation
import Kernels

/// A batch of OpenStreetMap objects in flat arrays.
public typealias OSMBlock = Kernels.OSMBlock
/// Kinds of OpenStreetMap objects.
public typealias OSMKinds = Kernels.OSMKinds

/// Reads OpenStreetMap extracts: PBF (`.osm.pbf`) and XML as it stands (`.osm`) or packed (`.osm.gz`, `.osm.bz2`). The
/// format is told by the content, not by the name.
///
/// Blocks are handed on one by one in the file's order; a block holds some thousand objects. Memory does not grow with
/// the file: of PBF a few blocks at a time are there, unpacked on all cores while the ones before are looked at; of XML
/// a few megabytes of text, unpacked on a thread of its own ahead of the one that scans it. Every length, string index
/// and coordinate is checked: a damaged file is an ``OSMError``, never a trap.
public struct OSMReader: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  /// Calls `body` with each block, in order. What `body` throws passes through. Of a file that is cut off or damaged
  /// the blocks before the damage are handed on before the error is thrown.
  ///
  /// - Parameters:
  ///   - kinds: what `body` needs; of a PBF file nothing else is decoded.
  ///   - known: the ``OSMBlock/contents`` of the blocks as an earlier call gave them; the content of blocks of a PBF
  ///     file that have nothing of `kinds` is then not read, and `body` not called for them.
  /// - Throws: ``OSMError``
  public func forEachBlock(
    _ kinds: OSMKinds = .all, known: [OSMKinds] = [], _ body: (OSMBlock) throws -> Void
  ) throws {
    let (file, isXML) = try open()
    if isXML {
      try XMLBlocks(path: path, file: file).read(body)
    } else {
      try PBFBlocks(path: path, file: file, kinds: kinds, known: known).forEach(body)
    }
  }

  /// What the file says about itself; only its beginning is read.
  /// - Throws: ``OSMError``; ``OSMError/unsupported(path:feature:)`` for a PBF file that needs what is not known here.
  public func header() throws -> OSMHeader {
    let (file, isXML) = try open()
    if isXML { return OSMHeader(try XMLBlocks(path: path, file: file).head()) }
    return try PBFBlocks(path: path, file: file, kinds: .all, known: []).header()
  }

  /// XML may be packed; PBF is packed within and never as a whole.
  private func open() throws(OSMError) -> (file: OSMFile, isXML: Bool) {
    do throws(SystemFault) {
      let file = try OSMFile(path)
      let head = try file.bytes(at: 0, count: 64)
      return (file, Packing(head) != .none || Self.looksLikeXML(head))
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  static func looksLikeXML(_ head: some Sequence<UInt8>) -> Bool {
    head.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF } == UInt8(ascii: "<")
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
