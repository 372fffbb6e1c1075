import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct UnpackingReaderTests {
  /// The content of a file read in pieces, and what ended it.
  private func read(_ bytes: [UInt8], piece: Int = 4096) throws -> (
    content: [UInt8], fault: CompressionError?
  ) {
    let path = try Packed.file(bytes)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reader = try UnpackingReader(OSMFile(path))
    var content: [UInt8] = []
    do {
      while true {
        let next = try reader.next(piece)
        if next.isEmpty { break }
        content += next
      }
    } catch ReadFault.packing(let error) {
      #expect(throws: ReadFault.self) { try reader.next(piece) }
      return (content, error)
    }
    #expect(reader.fileOffset == bytes.count)
    return (content, nil)
  }

  private static let text: [UInt8] = {
    var random = SplitMix(seed: 31)
    return (0..<3000).flatMap { Array("<nd ref=\"\($0)\"/>\(random.below(1000))\n".utf8) }
  }()

  typealias Pack = @Sendable ([UInt8]) -> [UInt8]
  private static let packs: [Pack] = [{ Packed.gzip($0) }, { Packed.bzip2($0) }]

  @Test("all members and streams are unpacked, in pieces of any size; zeros behind them are passed over")
  func whole() throws {
    let text = Self.text
    for pack in Self.packs {
      let parted = pack(Array(text.prefix(1000))) + pack([]) + pack(Array(text.dropFirst(1000)))
      for piece in [1, 7, 1000, 1 << 20] where piece > 1 || parted.count < 20_000 {
        let (content, fault) = try read(parted, piece: piece)
        #expect(content == text && fault == nil)
      }
      let padded = parted + [UInt8](repeating: 0, count: 1024)
      let (content, fault) = try read(padded)
      #expect(content == text && fault == nil)
      #expect(try read(pack([])).content == [])
    }
    #expect(try read(text).content == text)
    #expect(try read([]).content == [])
  }

  @Test("something else behind the packed content is damage, told at its place")
  func trailing() throws {
    for pack in Self.packs {
      let packed = pack(Self.text)
      let (content, fault) = try read(packed + Array("no packing".utf8))
      #expect(content == Self.text)
      guard case .corrupt(let offset) = fault else {
        Issue.record("\(String(describing: fault))")
        continue
      }
      #expect((packed.count...packed.count + 10).contains(offset))
    }
  }

  @Test("cut off anywhere it ends as truncated at its last byte, after what could be unpacked")
  func truncated() throws {
    var random = SplitMix(seed: 32)
    for pack in Self.packs {
      let one = pack(Self.text)
      let packed = one + pack(Self.text)
      for _ in 0..<150 {
        let length = 4 + random.below(packed.count - 4)
        let (content, fault) = try read(Array(packed.prefix(length)))
        #expect(content.elementsEqual((Self.text + Self.text).prefix(content.count)))
        #expect(fault == (length == one.count ? nil : .truncated(offset: length)))
      }
    }
  }

  @Test("a flipped byte is damage or changes nothing")
  func flipped() throws {
    var random = SplitMix(seed: 33)
    for pack in Self.packs {
      let packed = pack(Self.text)
      var faults = 0
      for _ in 0..<400 {
        var bytes = packed
        // What it is packed by stands in the first bytes.
        let place = 4 + random.below(packed.count - 4)
        bytes[place] ^= UInt8(1 + random.below(255))
        let (content, fault) = try read(bytes)
        if fault == nil { #expect(content == Self.text) } else { faults += 1 }
        if case .corrupt(let offset) = fault { #expect(offset <= bytes.count) }
      }
      #expect(faults > 350)
    }
  }

  @Test("the packing is told by the content")
  func packing() throws {
    #expect(Packing(Packed.gzip([])) == .gzip && Packing(Packed.bzip2([])) == .bzip2)
    for text in ["", "BZ", "BZh", "BZhx", "BZh0", "<osm", "\u{1F}"] { #expect(Packing(text.utf8) == .none) }
    let path = try Packed.file(Packed.bzip2(Self.text))
    let (packing, bytes) = try Packing.beginning(ofFile: path, count: 10)
    #expect(packing == .bzip2 && bytes.elementsEqual(Self.text.prefix(10)))
    let cut = try Packed.file(Packed.gzip(Self.text).dropLast())
    #expect(throws: CompressionError.self) { try Packing.beginning(ofFile: cut, count: 1 << 20) }
    #expect(try Packing.beginning(ofFile: cut, count: 10).bytes.count == 10)
    #expect(throws: (any Error).self) { try Packing.beginning(ofFile: "/nowhere", count: 10) }
  }
}
