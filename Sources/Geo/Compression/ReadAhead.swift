import Foundation

/// Reads and unpacks a file on a thread of its own, a few pieces ahead of the one who takes them.
///
/// Call ``stop()`` when no more is wanted: the thread waits for room as long as nobody does.
final class ReadAhead: @unchecked Sendable {
  struct Piece {
    var bytes: [UInt8]
    /// The bytes of the file it was unpacked from, roughly.
    var source: Range<Int>
  }

  /// Pieces that wait to be taken, at most.
  static let depth = 3

  // Touched by the thread alone.
  private let reader: UnpackingReader
  private let pieceSize: Int
  // Everything below is touched under the lock.
  private let lock = NSCondition()
  private var pieces: [Piece] = []
  private var fault: ReadFault?
  private var isFinished = false
  private var isStopped = false

  init(_ reader: UnpackingReader, pieceSize: Int) {
    self.reader = reader
    self.pieceSize = pieceSize
    Thread { self.run() }.start()
  }

  private func run() {
    while true {
      let start = reader.fileOffset
      var piece: Piece?
      var fault: ReadFault?
      do throws(ReadFault) {
        let bytes = try reader.next(pieceSize)
        if !bytes.isEmpty { piece = Piece(bytes: bytes, source: start..<reader.fileOffset) }
      } catch {
        fault = error
      }
      lock.lock()
      defer { lock.unlock() }
      while pieces.count >= Self.depth, !isStopped { lock.wait() }
      if let piece { pieces.append(piece) }
      self.fault = fault
      isFinished = piece == nil || isStopped
      lock.broadcast()
      if isFinished { return }
    }
  }

  /// Bytes of the pieces that wait to be taken.
  var waiting: Int {
    lock.lock()
    defer { lock.unlock() }
    return pieces.reduce(0) { $0 + $1.bytes.count }
  }

  /// The next piece, nil at the end. What went wrong in reading is told after all pieces before it.
  func next() throws(ReadFault) -> Piece? {
    lock.lock()
    defer { lock.unlock() }
    while pieces.isEmpty, !isFinished { lock.wait() }
    if pieces.isEmpty {
      if let fault { throw fault }
      return nil
    }
    lock.broadcast()
    return pieces.removeFirst()
  }

  /// Ends the thread. Nothing can be taken afterwards.
  func stop() {
    lock.lock()
    defer { lock.unlock() }
    isStopped = true
    lock.broadcast()
  }
}
