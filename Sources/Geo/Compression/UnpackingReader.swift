import CBzip2
import CZlib
import Foundation

/// How a file is packed, told by its first bytes.
public enum Packing: Sendable, Equatable {
  case none, gzip, bzip2

  init(_ head: some Sequence<UInt8>) {
    let head = Array(head.prefix(4))
    if head.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if head.count == 4, head.starts(with: "BZh".utf8), (0x31...0x39).contains(head[3]) {
      self = .bzip2
    } else {
      self = .none
    }
  }
}

/// Why the content of a file could not be read.
enum ReadFault: Error {
  case system(SystemFault)
  case packing(CompressionError)
}

/// The content of a file from its beginning to its end, unpacked piece by piece: all members of a gzip file, all
/// streams of a bzip2 file, any other file as it stands. Holds some hundred kilobytes, bzip2 a few megabytes.
final class UnpackingReader {
  let packing: Packing
  /// Bytes of the file that went into the content read so far.
  private(set) var fileOffset = 0

  private let file: OSMFile
  private let decoder: (any StreamDecoder)?
  /// Packed bytes that were read and not all decoded.
  private var input: [UInt8] = []
  private var used = 0
  private var inputEnds = false
  /// Between two streams, or before the first.
  private var isBetween = true
  /// Told once the content before it was handed on.
  private var fault: ReadFault?

  private static let inputSize = 1 << 17

  init(_ file: OSMFile) throws(SystemFault) {
    self.file = file
    packing = Packing(try file.bytes(at: 0, count: 4))
    switch packing {
    case .none: decoder = nil
    case .gzip: decoder = GzipDecoder()
    case .bzip2: decoder = Bzip2Decoder()
    }
  }

  /// The next bytes of the content, `count` of them unless it ends before; none at the end.
  func next(_ count: Int) throws(ReadFault) -> [UInt8] {
    if let fault { throw fault }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ReadFault) {
        if let decoder {
          while filled < buffer.count, try decode(decoder, into: buffer, &filled) {}
        } else {
          do throws(SystemFault) {
            filled = try file.read(into: buffer, at: fileOffset)
          } catch {
            throw .system(error)
          }
          fileOffset += filled
        }
      } catch {
        fault = error
      }
    }
    if bytes.isEmpty, let fault { throw fault }
    return bytes
  }

  /// Decodes some bytes; false at the end of the content.
  private func decode(
    _ decoder: any StreamDecoder, into buffer: UnsafeMutableBufferPointer<UInt8>, _ filled: inout Int
  ) throws(ReadFault) -> Bool {
    if used == input.count, !inputEnds {
      do throws(SystemFault) {
        input = try file.bytes(at: fileOffset, count: Self.inputSize)
      } catch {
        throw .system(error)
      }
      used = 0
      inputEnds = input.isEmpty
    }
    if isBetween {
      // Tapes and block devices leave zeros behind a stream.
      while used < input.count, input[used] == 0 { move(1) }
      if used == input.count { return !inputEnds }
      guard decoder.begin() else { throw .packing(.corrupt(offset: fileOffset)) }
      isBetween = false
    }
    let step = input.withUnsafeMutableBufferPointer { input in
      decoder.decode(
        UnsafeMutableBufferPointer(rebasing: input[used...]),
        into: UnsafeMutableBufferPointer(rebasing: buffer[filled...]))
    }
    move(step.consumed)
    filled += step.produced
    switch step.state {
    case .ended: isBetween = true
    case .damaged: throw .packing(.corrupt(offset: fileOffset))
    case .going where step.consumed == 0 && step.produced == 0:
      throw .packing(inputEnds ? .truncated(offset: fileOffset) : .corrupt(offset: fileOffset))
    case .going: break
    }
    return true
  }

  private func move(_ count: Int) {
    used += count
    fileOffset += count
  }
}

extension Packing {
  /// How a file is packed, and the first `count` bytes of its content, fewer when it is shorter.
  /// - Throws: ``CompressionError``, or the system's reason when the file cannot be read.
  public static func beginning(ofFile path: String, count: Int) throws -> (packing: Packing, bytes: Data) {
    do {
      let reader = try UnpackingReader(try OSMFile(path))
      var bytes = Data()
      while bytes.count < count {
        let piece = try reader.next(count - bytes.count)
        if piece.isEmpty { break }
        bytes.append(contentsOf: piece)
      }
      return (reader.packing, bytes)
    } catch ReadFault.packing(let error) {
      throw error
    } catch ReadFault.system(let fault) {
      throw fault
    }
  }
}

// MARK: Decoders

/// What one call of a decoder did.
private struct DecodeStep {
  enum State { case going, ended, damaged }
  var consumed: Int
  var produced: Int
  var state: State
}

/// Unpacks streams one after another. Its state must not move in memory, hence a class.
private protocol StreamDecoder: AnyObject {
  /// Makes ready for a stream; false when there is no memory for it.
  func begin() -> Bool
  func decode(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> DecodeStep
}

private final class GzipDecoder: StreamDecoder {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isOpen = false

  init() { stream.initialize(to: z_stream()) }
  deinit {
    if isOpen { inflateEnd(stream) }
    stream.deallocate()
  }

  func begin() -> Bool {
    if isOpen { return inflateReset(stream) == Z_OK }
    // 31 = the largest window, with a gzip header.
    isOpen = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    return isOpen
  }

  func decode(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> DecodeStep {
    stream.pointee.next_in = input.baseAddress
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress
    stream.pointee.avail_out = UInt32(output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    return DecodeStep(
      consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out),
      state: status == Z_STREAM_END ? .ended : status == Z_OK || status == Z_BUF_ERROR ? .going : .damaged)
  }
}

private final class Bzip2Decoder: StreamDecoder {
  private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
  private var isOpen = false

  init() { stream.initialize(to: bz_stream()) }
  deinit {
    if isOpen { BZ2_bzDecompressEnd(stream) }
    stream.deallocate()
  }

  func begin() -> Bool {
    if isOpen { BZ2_bzDecompressEnd(stream) }
    stream.pointee = bz_stream()
    isOpen = BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK
    return isOpen
  }

  func decode(
    _ input: UnsafeMutableBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> DecodeStep {
    let status = input.withMemoryRebound(to: CChar.self) { packed in
      output.withMemoryRebound(to: CChar.self) { plain in
        stream.pointee.next_in = packed.baseAddress
        stream.pointee.avail_in = UInt32(packed.count)
        stream.pointee.next_out = plain.baseAddress
        stream.pointee.avail_out = UInt32(plain.count)
        return BZ2_bzDecompress(stream)
      }
    }
    return DecodeStep(
      consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out),
      state: status == BZ_STREAM_END ? .ended : status == BZ_OK ? .going : .damaged)
  }
}
