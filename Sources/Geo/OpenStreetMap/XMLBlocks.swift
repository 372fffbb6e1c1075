import Foundation
import Kernels

/// The blocks of one XML file, packed or not, scanned through a window that slides over the text.
struct XMLBlocks {
  let path: String
  let file: OSMFile
  /// Bytes of text read at a time.
  var pieceSize = 1 << 20
  /// Bytes of an element or comment at most.
  var elementLimit = OSMXMLScanner.elementLimit

  /// Calls `body` with each block, in order.
  /// - Returns: the most bytes of text that were held at a time, those read ahead included.
  /// - Throws: ``OSMError``, and what `body` throws.
  @discardableResult
  func read(_ body: (OSMBlock) throws -> Void) throws -> Int {
    try scan(OSMXMLScanner(elementLimit: elementLimit), body).largest
  }

  /// What the file says about itself before its first object.
  /// - Throws: ``OSMError``
  func head() throws -> OSMXMLHead {
    try scan(OSMXMLScanner(elementLimit: elementLimit, headOnly: true)) { _ in }.head
  }

  private func scan(
    _ scanner: OSMXMLScanner, _ body: (OSMBlock) throws -> Void
  ) throws -> (head: OSMXMLHead, largest: Int) {
    var scanner = scanner
    let reader: UnpackingReader
    do throws(SystemFault) {
      reader = try UnpackingReader(file)
    } catch {
      throw OSMError.unreadable(path: path, reason: error.reason)
    }
    let ahead = ReadAhead(reader, pieceSize: pieceSize)
    defer { ahead.stop() }
    var window = TextWindow()
    var largest = 0
    while true {
      let step: OSMXMLScanner.Step
      do throws(OSMFault) {
        step = try window.bytes.withUnsafeBufferPointer { bytes throws(OSMFault) in
          try scanner.next(bytes, isLast: window.isWhole)
        }
      } catch {
        throw corrupt(error, window, reader.packing)
      }
      switch step {
      case .block(let block): try body(block)
      case .end: return (scanner.head, largest)
      case .more(let used):
        let isFirst = window.end == 0
        try fill(&window, dropping: used, from: ahead)
        if isFirst, !OSMReader.looksLikeXML(window.bytes.prefix(64)) {
          throw OSMError.unknownFormat(path: path)
        }
        largest = max(largest, window.bytes.count + ahead.waiting)
      }
    }
  }

  private func fill(_ window: inout TextWindow, dropping used: Int, from ahead: ReadAhead) throws(OSMError) {
    do throws(ReadFault) {
      window.slide(dropping: used, to: try ahead.next())
    } catch {
      switch error {
      case .system(let fault): throw .unreadable(path: path, reason: fault.reason)
      case .packing(let error): throw .packing(path: path, error)
      }
    }
  }

  private func corrupt(_ fault: OSMFault, _ window: TextWindow, _ packing: Packing) -> OSMError {
    if packing == .none { return .corrupt(path: path, offset: fault.offset, reason: fault.reason) }
    return .corrupt(
      path: path, offset: window.source(of: fault.offset),
      reason: "\(fault.reason), at byte \(fault.offset) of the unpacked text")
  }
}

/// The part of a text that is being scanned.
private struct TextWindow {
  private(set) var bytes: [UInt8] = []
  /// Where the window ends in the text.
  private(set) var end = 0
  /// True once nothing follows.
  private(set) var isWhole = false
  /// Where each piece that the window still holds a part of starts in the text, and where it stands in the file.
  private var pieces: [(start: Int, count: Int, source: Range<Int>)] = []

  /// Takes the piece that follows, nil when there is none, and lets go of the first `used` bytes.
  mutating func slide(dropping used: Int, to piece: ReadAhead.Piece?) {
    bytes.removeSubrange(..<used)
    let start = end - bytes.count
    pieces.removeAll { $0.start + $0.count <= start }
    guard let piece else {
      isWhole = true
      return
    }
    pieces.append((end, piece.bytes.count, piece.source))
    bytes.append(contentsOf: piece.bytes)
    end += piece.bytes.count
  }

  /// About where a byte of the text stands in the file.
  func source(of offset: Int) -> Int {
    guard let piece = pieces.last(where: { $0.start <= offset }) ?? pieces.first else { return 0 }
    let share = Double(min(max(offset - piece.start, 0), piece.count)) / Double(max(piece.count, 1))
    return piece.source.lowerBound + Int(share * Double(piece.source.count))
  }
}
