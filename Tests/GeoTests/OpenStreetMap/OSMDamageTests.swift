import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite("Damaged extracts of every kind", .timeLimit(.minutes(5))) struct OSMDamageTests {
  enum Kind: String, CaseIterable { case pbf, osm, gz, bz2 }

  /// Several hundred objects as a file of the kind.
  private func sample(_ kind: Kind) -> [UInt8] {
    if kind == .pbf {
      var file = PBFWriter()
      file.blob("OSMHeader", PBFWriter.header(), packed: true)
      for k in 0..<12 { file.blob("OSMData", PBFWriter.sampleBlock(), packed: k % 3 > 0) }
      return file.bytes
    }
    var random = SplitMix(seed: 50)
    var text =
      "<?xml version='1.0'?>\n<osm version='0.6'><bounds minlat='1' minlon='2' maxlat='3' maxlon='4'/>\n"
    for k in 0..<200 {
      text += "<node id='\(k)' lat='\(random.below(90))' lon='\(random.below(180))'/>\n"
      text += "<way id='\(k)'><nd ref='\(k)'/><nd ref='3'/><tag k='name' v='Мир &amp; \(k)'/></way>\n"
    }
    text +=
      "<relation id='1'><member type='way' ref='7' role='outer'/><tag k='type' v='multipolygon'/></relation>"
    let bytes = Array((text + "</osm>").utf8)
    // Two members or streams.
    let (first, second) = (Array(bytes.prefix(5000)), Array(bytes.dropFirst(5000)))
    switch kind {
    case .pbf, .osm: return bytes
    case .gz: return Packed.gzip(first) + Packed.gzip(second)
    case .bz2: return Packed.bzip2(first) + Packed.bzip2(second)
    }
  }

  /// The objects, and the error that ended them. Anything but an `OSMError` is an issue.
  private func read(_ bytes: some Sequence<UInt8>, at path: String) throws -> (
    lines: [String], error: OSMError?
  ) {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var lines: [String] = []
    do {
      _ = try? OSMReader(path: path).header()
      try OSMReader(path: path).forEachBlock { lines += $0.dump }
    } catch let error as OSMError {
      return (lines, error)
    }
    return (lines, nil)
  }

  private func offset(_ error: OSMError) -> Int? {
    switch error {
    case .corrupt(_, let offset, _), .truncated(_, let offset), .packing(_, .corrupt(let offset)),
      .packing(_, .truncated(let offset)):
      offset
    default: nil
    }
  }

  @Test(
    "cut off anywhere: a coded error with an offset in the file, after a part of its objects",
    arguments: Kind.allCases)
  func truncated(kind: Kind) throws {
    let bytes = sample(kind)
    let path = try Packed.file([], "x")
    let whole = try read(bytes, at: path)
    #expect(whole.error == nil && whole.lines.count > 70)
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 400)) {
      let (lines, error) = try read(bytes.prefix(length), at: path)
      // A PBF file may end behind any block: nothing in it tells how many there are.
      guard let error else {
        #expect(kind == .pbf && lines.count % 7 == 0)
        continue
      }
      #expect(lines.elementsEqual(whole.lines.prefix(lines.count)))
      if let offset = offset(error) { #expect(offset <= length) } else { #expect(length < 100, "\(error)") }
    }
  }

  @Test(
    "flipped bytes: a coded error with an offset in the file, or objects that hold together",
    arguments: Kind.allCases)
  func flipped(kind: Kind) throws {
    let bytes = sample(kind)
    let path = try Packed.file([], "x")
    var random = SplitMix(seed: 51)
    var errors = 0
    for _ in 0..<700 {
      var damaged = bytes
      for _ in 0...random.below(3) { damaged[random.below(bytes.count)] ^= UInt8(1 + random.below(255)) }
      guard let error = try read(damaged, at: path).error else { continue }
      errors += 1
      if let offset = offset(error) { #expect(offset <= bytes.count) }
    }
    #expect(errors > 150)
  }

  @Test("a block that unpacks to more than it says is damage: memory is planned by what it says")
  func rawSize() throws {
    var file = PBFWriter()
    file.blob("OSMHeader", PBFWriter.header(), packed: true)
    file.blob("OSMData", PBFWriter.sampleBlock(), packed: true)
    let path = try Packed.file(file.bytes)
    #expect(try read(file.bytes, at: path).error == nil)
    let size = PBFWriter.number(2, UInt64(PBFWriter.sampleBlock().count))
    let place = try #require(file.bytes.indices.last { file.bytes[$0...].starts(with: size) })
    file.bytes[place + 1] -= 1
    guard case .corrupt = try read(file.bytes, at: path).error else {
      Issue.record("it went unseen")
      return
    }
  }
}
