import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct OSMReaderTests {
  private func temporary(_ bytes: some Sequence<UInt8>, _ name: String = "x.osm.pbf") throws -> String {
    let path = try GazetteerFixture.temporaryFolder() + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func blocks(_ path: String) throws -> [OSMBlock] {
    var result: [OSMBlock] = []
    try OSMReader(path: path).forEachBlock { result.append($0) }
    return result
  }

  @Test(
    "plain and dense nodes, ways and relations are read with their offsets and scale",
    arguments: [true, false])
  func sample(packed: Bool) throws {
    var file = PBFWriter()
    file.blob("OSMHeader", PBFWriter.header(), packed: packed)
    file.blob("Unknown", [1, 2, 3], packed: false)
    file.blob("OSMData", PBFWriter.sampleBlock(), packed: packed)
    let block = try #require(try blocks(temporary(file.bytes)).first)
    #expect(block.nodeIDs == [1, -2, 10, 11, 8])
    #expect(block.nodeLatitudes == [535_000_000, -20_000_000, 530_000_000, 530_010_000, 530_000_000])
    #expect(block.nodeLongitudes == [265_000_000, 5_000_000, 270_000_000, 270_010_000, 270_015_000])
    #expect(block.nodeTags(0) == ["name": "Мир"])
    #expect(block.nodeTags(3) == [:])
    #expect(block.nodeTags(4) == ["highway": "residential"])
    #expect(Array(block.wayNodes(0)) == [10, 11, 8])
    #expect(block.wayTags(0) == ["name": "Мир", "highway": "residential"])
    #expect(block.relationIDs == [99])
    #expect(block.memberReferences == [77])
    #expect(block.string(block.memberRoles[0]) == "outer")
  }

  private static let xml = """
    <?xml version='1.0' encoding='UTF-8'?>
    <osm version="0.6"><!-- a > b -->
      <bounds minlat="1" minlon="2" maxlat="3" maxlon="4"/>
      <node id="1" lat="53.5" lon="26.5"><tag k="name" v="&quot;Мир&quot; &amp; &#x41;&#66;"/></node>
      <node id='2' lat='-2' lon='0.5' />
      <way id="77"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
      <relation id="99"><member type="way" ref="77" role="outer"/><tag k="type" v="multipolygon"/></relation>
    </osm>
    """

  @Test("XML is read, packed or not, with entities and either quote")
  func xml() throws {
    for data in [Data(Self.xml.utf8), Gzip.deflate(Data(Self.xml.utf8))] {
      let block = try #require(try blocks(temporary(data, "x.osm")).first)
      #expect(block.nodeIDs == [1, 2])
      #expect(block.nodeTags(0) == ["name": "\"Мир\" & AB"])
      #expect(block.nodeLatitudes == [535_000_000, -20_000_000])
      #expect(Array(block.wayNodes(0)) == [1, 2])
      #expect(block.relationTags(0) == ["type": "multipolygon"])
      #expect(block.memberKinds == [1])
    }
  }

  @Test("XML cut anywhere is an error, never half an answer taken for whole")
  func xmlTruncated() throws {
    let bytes = Array(Self.xml.utf8)
    for length in stride(from: 1, to: bytes.count - 6, by: 7) {
      #expect(throws: OSMError.self) { try blocks(temporary(bytes.prefix(length), "x.osm")) }
    }
  }

  @Test("the shipped town is read whole")
  func town() throws {
    let all = try blocks(GazetteerFixture.data + "/osm/neubrandenburg.osm.pbf")
    #expect(all.reduce(0) { $0 + $1.nodeIDs.count } > 100_000)
    let drivable = all.reduce(0) { sum, block in
      sum
        + block.wayIDs.indices.filter {
          ["residential", "primary", "secondary", "tertiary", "service"].contains(
            block.wayTags($0)["highway"])
        }.count
    }
    #expect(drivable > 3000)
  }

  @Test("a file cut anywhere is a coded error with an offset inside the file")
  func truncated() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: GazetteerFixture.data + "/osm/monaco_2023.osm.pbf"))
    var random = SplitMix(seed: 11)
    for _ in 0..<12 {
      let length = 1 + random.below(data.count - 2)
      do {
        _ = try blocks(temporary(data.prefix(length)))
        Issue.record("cut at \(length) went unseen")
      } catch let error as OSMError {
        switch error {
        case .truncated(_, let offset), .corrupt(_, let offset, _): #expect(offset <= length)
        case .unknownFormat: #expect(length < 200)
        default: Issue.record("\(error)")
        }
      }
    }
  }

  @Test("damaged bytes never trap: an error, or another reading of sound bytes")
  func damaged() throws {
    var file = PBFWriter()
    file.blob("OSMHeader", PBFWriter.header(), packed: false)
    file.blob("OSMData", PBFWriter.sampleBlock(), packed: false)
    var random = SplitMix(seed: 5)
    var failures = 0
    for _ in 0..<3000 {
      var bytes = file.bytes
      for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
      do { _ = try blocks(temporary(bytes)) } catch {
        #expect(error is OSMError)
        failures += 1
      }
    }
    #expect(failures > 500)
  }

  @Test("what the file needs and is not known here is named")
  func features() throws {
    var file = PBFWriter()
    file.blob("OSMHeader", PBFWriter.header(features: ["HistoricalInformation"]), packed: false)
    let path = try temporary(file.bytes)
    #expect(throws: OSMError.unsupported(path: path, feature: "HistoricalInformation")) { try blocks(path) }
  }

  @Test("other files are told apart", arguments: ["", "hello, this is no map at all", "<html></html>"])
  func unknown(text: String) throws {
    #expect(throws: OSMError.self) { try blocks(temporary(Array(text.utf8))) }
    #expect(throws: OSMError.self) { try blocks("/nowhere/x.osm.pbf") }
  }

  @Test("areas stand at their centroid, lines half way")
  func middles() throws {
    func c(_ y: Double, _ x: Double) -> Coordinate { Coordinate(trustedLatitude: y, longitude: x) }
    let square = [c(0, 0), c(0, 0.002), c(0.002, 0.002), c(0.002, 0), c(0, 0)]
    let middle = try #require(OSMFeatureScan.middle(of: square))
    #expect(abs(middle.latitude - 0.001) < 1e-9 && abs(middle.longitude - 0.001) < 1e-9)
    let line = try #require(OSMFeatureScan.middle(of: [c(0, 0), c(0, 0.001), c(0, 0.004)]))
    #expect(abs(line.longitude - 0.002) < 1e-9)
    #expect(OSMFeatureScan.middle(of: []) == nil)
  }
}
