import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct XMLBlocksTests {
  private static let xml = """
    <?xml version='1.0' encoding='UTF-8'?>
    <osm version="0.6"><!-- a > b -- > --><note>some text</note>
      <node id="1" lat="53.5" lon="26.5"><tag k="name" v="&quot;Мир&quot; > &amp; &#x41;"/></node>
      <node id='2' lat='-2' lon='0.5' />
      <way id="77"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
      <relation id="99"><member type="way" ref="77" role="outer"/><tag k="type" v="multipolygon"/></relation>
    </osm>

    """

  /// Everything in the blocks, which reads every array by its starts.
  private func dump(_ blocks: XMLBlocks) throws -> [String] {
    var lines: [String] = []
    try blocks.read { lines += $0.dump }
    return lines
  }

  private func blocks(_ path: String, piece: Int = 1 << 20, limit: Int = 1 << 20) throws -> XMLBlocks {
    try XMLBlocks(path: path, file: OSMFile(path), pieceSize: piece, elementLimit: limit)
  }

  @Test("the text is read the same wherever the window is cut")
  func cuts() throws {
    let path = try Packed.file(Self.xml.utf8)
    let whole = try dump(blocks(path))
    #expect(whole.count == 4)
    #expect(whole[0] == #"node 1 535000000 265000000 ["name": "\"Мир\" > & A"]"#)
    #expect(whole[3] == #"relation 99 [1 77 outer] ["type": "multipolygon"]"#)
    for piece in 1..<Self.xml.utf8.count { #expect(try dump(blocks(path, piece: piece)) == whole) }
  }

  @Test("memory does not grow with the file", arguments: ["osm", "gz", "bz2"])
  func bounded(kind: String) throws {
    let nodes = (0..<500).map {
      "<node id=\"\($0)\" lat=\"53.5\" lon=\"26.5\"><tag k=\"name\" v=\"Мир\"/></node>\n"
    }
    .joined()
    let text = "<osm>\n" + String(repeating: nodes, count: 400) + "</osm>\n"
    let bytes = Array(text.utf8)
    let path = try Packed.file(
      kind == "gz" ? Packed.gzip(bytes) : kind == "bz2" ? Packed.bzip2(bytes) : bytes)
    let piece = 1 << 16
    var (count, largestBlock) = (0, 0)
    let largest = try blocks(path, piece: piece).read {
      count += $0.nodeIDs.count
      largestBlock = max(largestBlock, $0.nodeIDs.count)
    }
    #expect(count == 200_000 && largestBlock <= 8000)
    // The piece in the window, the beginning of an element left from the one before, and what waits.
    #expect(bytes.count > 10_000_000 && largest <= piece * (1 + ReadAhead.depth) + 100)
  }

  @Test("blocks are cut by bytes as well as by objects")
  func largeObjects() throws {
    let tags = (0..<40_000).map { "<tag k=\"k\" v=\"\($0)\"/>" }.joined()
    let ways = (0..<60).map { "<way id=\"\($0)\">\(tags)</way>" }.joined()
    let path = try Packed.file("<osm>\(ways)</osm>".utf8)
    var sizes: [Int] = []
    try blocks(path).read { sizes.append($0.wayIDs.count) }
    #expect(sizes.reduce(0, +) == 60 && sizes.count >= 3)
  }

  @Test("an element, a comment and an object beyond their limits are errors that name their place")
  func limits() throws {
    let long = String(repeating: "x", count: 200)
    for (inner, what) in [
      ("<tag k=\"a\" v=\"\(long)\"/>", "element"), ("<!-- \(long) -->", "comment"),
      ("<tag k=\"a\" v=\"\(long)", "element"),
    ] {
      for piece in [10, 100, 1 << 20] {
        let path = try Packed.file("<osm><node id=\"1\" lat=\"1\" lon=\"1\">\(inner)</node></osm>".utf8)
        #expect {
          try dump(blocks(path, piece: piece, limit: 150))
        } throws: { error in
          guard case OSMError.corrupt(_, 34, let reason) = error else { return false }
          return reason.hasPrefix(what) && reason.hasSuffix("larger than 150 bytes")
        }
      }
    }
    let endless =
      "<osm><way id=\"1\">" + String(repeating: "<nd ref=\"1234567890123456789\"/>", count: 2_200_000)
    let path = try Packed.file(Packed.gzip(Array(endless.utf8)))
    #expect {
      try dump(blocks(path))
    } throws: { error in
      guard case OSMError.corrupt(_, _, let reason) = error else { return false }
      return reason.hasPrefix("an object larger than")
    }
  }

  @Test(
    "objects that do not end, or begin within others, are errors",
    arguments: [
      "<osm><node id='1' lat='1' lon='1'><node id='2' lat='1' lon='1'/></node></osm>",
      "<osm><node id='1' lat='1' lon='1'></way></osm>", "<osm></node></osm>",
      "<osm><way id='1'></osm>", "<osm><osm></osm></osm>", "</osm>",
      "<osm></osm><node id='1' lat='1' lon='1'/>",
      "<osm><node id='1' lat='1'/></osm>", "<osm><way id='1'><nd/></way></osm>", "<osm/><", "<osm>",
    ])
  func nesting(text: String) throws {
    #expect(throws: OSMError.self) { try dump(blocks(Packed.file(text.utf8))) }
  }

  @Test("damage in a packed text is told by the byte of the packed file")
  func place() throws {
    var random = SplitMix(seed: 41)
    var text = "<osm>"
    for k in 0..<60_000 { text += "<node id='\(k)' lat='\(random.below(90))' lon='\(random.below(180))'/>\n" }
    let broken = text.utf8.count
    text += "<node id='x'/></osm>"
    let packed = Packed.gzip(Array(text.utf8))
    let path = try Packed.file(packed)
    #expect {
      try dump(blocks(path))
    } throws: { error in
      guard case OSMError.corrupt(_, let offset, let reason) = error else { return false }
      return offset > packed.count * 9 / 10 && offset <= packed.count
        && reason == "id missing or no number, at byte \(broken + 1) of the unpacked text"
    }
    let cut = try Packed.file(packed.prefix(packed.count / 2))
    let expected = OSMError.packing(path: cut, .truncated(offset: packed.count / 2))
    #expect(throws: expected) { try dump(blocks(cut)) }
    #expect(
      expected.code == "geo.osm.truncated" && expected.message.contains("packed byte \(packed.count / 2)"))
  }

  @Test("what the receiver throws passes through and ends the reading")
  func thrown() throws {
    struct Enough: Error {}
    let nodes = String(repeating: "<node id='1' lat='1' lon='1'/>\n", count: 200_000)
    let path = try Packed.file(Packed.gzip(Array("<osm>\(nodes)</osm>".utf8)))
    #expect(throws: Enough.self) { try blocks(path, piece: 4096).read { _ in throw Enough() } }
  }

  @Test("packed files of anything else are told apart")
  func unknown() throws {
    let pbf = try Data(contentsOf: URL(fileURLWithPath: GazetteerFixture.data + "/osm/monaco_2023.osm.pbf"))
    for content in [Array("1\tMir\n".utf8), Array(pbf), []] {
      for packed in [Packed.gzip(content), Packed.bzip2(content)] {
        let path = try Packed.file(packed)
        #expect(throws: OSMError.unknownFormat(path: path)) {
          try OSMReader(path: path).forEachBlock { _ in }
        }
        #expect(throws: OSMError.unknownFormat(path: path)) { try OSMReader(path: path).header() }
      }
    }
  }
}

extension OSMBlock {
  /// A line for each object.
  var dump: [String] {
    func text(_ tags: [String: String]) -> String {
      "["
        + tags.sorted { $0.key < $1.key }.map { "\($0.key.debugDescription): \($0.value.debugDescription)" }
        .joined(separator: ", ") + "]"
    }
    return nodeIDs.indices.map {
      "node \(nodeIDs[$0]) \(nodeLatitudes[$0]) \(nodeLongitudes[$0]) \(text(nodeTags($0)))"
    }
      + wayIDs.indices.map { "way \(wayIDs[$0]) \(Array(wayNodes($0))) \(text(wayTags($0)))" }
      + relationIDs.indices.map { i in
        let members = relationMembers(i).map {
          "\(memberKinds[$0]) \(memberReferences[$0]) \(string(memberRoles[$0]))"
        }
        return "relation \(relationIDs[i]) [\(members.joined(separator: ", "))] \(text(relationTags(i)))"
      }
  }
}
