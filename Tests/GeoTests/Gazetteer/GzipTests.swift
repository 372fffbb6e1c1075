import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct GzipTests {
  private let text = Data((0..<20_000).map { "line \($0 % 977)\n" }.joined().utf8)

  @Test("what was packed is unpacked, also when the stream has several members")
  func roundTrip() throws {
    let packed = Gzip.deflate(text)
    #expect(Gzip.isGzip(packed))
    #expect(packed.count < text.count / 5)
    #expect(try Gzip.inflate(packed) == text)
    #expect(try Gzip.inflate(packed + packed) == text + text)
    #expect(try Gzip.inflate(Gzip.deflate(Data())) == Data())
  }

  @Test("a stream that ends too early names the byte")
  func truncated() {
    let packed = Gzip.deflate(text)
    for length in [0, 1, 5, 20, packed.count / 2, packed.count - 1] {
      #expect(throws: CompressionError.truncated(offset: length)) {
        try Gzip.inflate(packed.prefix(length))
      }
    }
  }

  @Test("bytes that are no stream, or a damaged one, are an error and never a trap")
  func corrupt() {
    #expect(throws: CompressionError.self) { try Gzip.inflate(Data("not packed at all".utf8)) }
    var random = SplitMix(seed: 3)
    let packed = Gzip.deflate(text)
    for _ in 0..<200 {
      var damaged = packed
      damaged[10 + random.below(packed.count - 10)] ^= UInt8(1 + random.below(255))
      // Either the damage is found or (in the unused header bits) nothing changed.
      if let unpacked = try? Gzip.inflate(damaged) { #expect(unpacked == text) }
    }
  }

  @Test("unpacking stops at the limit")
  func limit() throws {
    let packed = Gzip.deflate(Data(count: 1 << 20))
    #expect(throws: CompressionError.tooLarge(limit: 1000)) { try Gzip.inflate(packed, limit: 1000) }
    #expect(try Gzip.inflate(packed, limit: 1 << 20).count == 1 << 20)
  }
}
