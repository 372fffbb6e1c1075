import CZlib
import Foundation

/// Why compressed bytes could not be read.
public enum CompressionError: CodedError, Equatable {
  /// Not a gzip or zlib stream, or damaged; `offset` counts compressed bytes.
  case corrupt(offset: Int)
  /// Ends before the stream does.
  case truncated(offset: Int)
  /// Would grow beyond the limit given.
  case tooLarge(limit: Int)

  public var code: String {
    switch self {
    case .corrupt: "geo.compression.corrupt"
    case .truncated: "geo.compression.truncated"
    case .tooLarge: "geo.compression.tooLarge"
    }
  }
  public var message: String {
    switch self {
    case .corrupt(let offset): "the compressed data is damaged near byte \(offset)"
    case .truncated(let offset): "the compressed data ends too early, at byte \(offset)"
    case .tooLarge(let limit): "the data grows beyond \(limit) bytes when unpacked"
    }
  }
  public var hint: String {
    switch self {
    case .corrupt, .truncated: "fetch the file again and compare its checksum"
    case .tooLarge: "unpack and split the file first"
    }
  }
}

/// Reading and writing of gzip (RFC 1952) and zlib (RFC 1950) streams through the system's zlib.
public enum Gzip {
  /// One GiB: more than any file this program ships or is meant to unpack in memory.
  public static let defaultLimit = 1 << 30

  /// True when the bytes start as a gzip stream does.
  public static func isGzip(_ data: Data) -> Bool {
    data.count >= 2 && data[data.startIndex] == 0x1F && data[data.startIndex + 1] == 0x8B
  }

  /// The unpacked bytes of a gzip stream (all its members) or of a zlib stream.
  /// - Throws: ``CompressionError``
  public static func inflate(_ data: Data, limit: Int = defaultLimit) throws(CompressionError) -> Data {
    let result: Result<[UInt8], CompressionError> = data.withUnsafeBytes { raw in
      do throws(CompressionError) {
        return .success(try inflate(raw.bindMemory(to: UInt8.self), expected: raw.count * 4, limit: limit))
      } catch {
        return .failure(error)
      }
    }
    return Data(try result.get())
  }

  /// The unpacked bytes of `input`; `expected` is a guess of their number.
  static func inflate(
    _ input: UnsafeBufferPointer<UInt8>, expected: Int, limit: Int
  ) throws(CompressionError) -> [UInt8] {
    guard !input.isEmpty, let base = input.baseAddress else { throw .truncated(offset: 0) }
    var stream = z_stream()
    // 47 = the largest window, with the gzip or zlib header told apart by itself.
    guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .corrupt(offset: 0)
    }
    defer { inflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: max(4096, min(expected, limit) + 1))
    var used = 0
    var consumed = 0
    while true {
      if used == output.count {
        guard used <= limit else { throw .tooLarge(limit: limit) }
        output.append(contentsOf: repeatElement(0, count: min(output.count, max(limit + 1 - used, 1))))
      }
      let inputChunk = min(input.count - consumed, Int(UInt32.max >> 1))
      let outputChunk = min(output.count - used, Int(UInt32.max >> 1))
      let status = output.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = UnsafeMutablePointer(mutating: base + consumed)
        stream.avail_in = UInt32(inputChunk)
        stream.next_out = buffer.baseAddress.map { $0 + used }
        stream.avail_out = UInt32(outputChunk)
        return CZlib.inflate(&stream, Z_NO_FLUSH)
      }
      consumed += inputChunk - Int(stream.avail_in)
      used += outputChunk - Int(stream.avail_out)
      guard used <= limit else { throw .tooLarge(limit: limit) }
      switch status {
      case Z_STREAM_END:
        // A gzip file may hold several members one after another.
        guard input.count - consumed >= 2, base[consumed] == 0x1F, base[consumed + 1] == 0x8B else {
          output.removeSubrange(used...)
          return output
        }
        guard inflateReset(&stream) == Z_OK else { throw .corrupt(offset: consumed) }
      case Z_OK, Z_BUF_ERROR:
        if consumed == input.count && stream.avail_out > 0 { throw .truncated(offset: consumed) }
      default: throw .corrupt(offset: consumed)
      }
    }
  }

  /// The bytes as one gzip member without a file name or time, so that equal input gives equal output.
  public static func deflate(_ data: Data, level: Int32 = 9) -> Data {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return Data() }
    defer { deflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(data.count))) + 32)
    let used = data.withUnsafeBytes { raw -> Int in
      output.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = UnsafeMutablePointer(mutating: raw.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(raw.count)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        _ = CZlib.deflate(&stream, Z_FINISH)
        return buffer.count - Int(stream.avail_out)
      }
    }
    return Data(output.prefix(used))
  }

  /// The file's bytes, unpacked when they are a gzip stream.
  /// - Throws: ``CompressionError``, or the system's error when the file cannot be read.
  public static func contents(ofFile path: String, limit: Int = defaultLimit) throws -> Data {
    let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    return isGzip(data) ? try inflate(data, limit: limit) : data
  }
}
