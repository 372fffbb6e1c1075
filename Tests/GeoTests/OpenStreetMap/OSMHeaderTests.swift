import Foundation
import Testing

@testable import Geo

@Suite struct OSMHeaderTests {
  private func pbf(_ header: [UInt8]) throws -> OSMReader {
    var file = PBFWriter()
    file.blob("OSMHeader", header, packed: true)
    return OSMReader(path: try Packed.file(file.bytes))
  }

  private func box(_ sides: [Int64]) -> [UInt8] {
    PBFWriter.field(
      1, zip(1..., sides).flatMap { PBFWriter.varint(UInt64($0 << 3)) + PBFWriter.zigzag($1) })
  }

  @Test("a PBF file tells its bounds, its date and its program")
  func pbf() throws {
    let header = try pbf(
      box([7_408_000_000, 7_595_671_700, 43_752_310_000, -43_516_423_300]) + PBFWriter.header()
        + PBFWriter.field(5, Array("Sort.Type_then_ID".utf8)) + PBFWriter.field(16, Array("osmium/1.14".utf8))
        + PBFWriter.number(32, 1_696_190_436)
    ).header()
    let bounds = BoundingBox(south: -43.5164233, west: 7.408, north: 43.75231, east: 7.5956717)
    #expect(header.bounds == bounds && header.timestamp == 1_696_190_436 && header.generator == "osmium/1.14")
    let empty = try pbf(PBFWriter.header()).header()
    #expect(empty.bounds == nil && empty.timestamp == nil && empty.generator == nil)
  }

  @Test("bounds out of range are none, a broken header is damage, a feature not known is named")
  func wrong() throws {
    #expect(try pbf(box([0, 1, 91_000_000_000, 0])).header().bounds == nil)
    #expect(try pbf(box([0, 1, 0, 1])).header().bounds == nil)
    #expect(try pbf(box([0, 1, 0])).header().bounds == nil)
    #expect(throws: OSMError.self) { try pbf([0x0A, 0xFF]).header() }
    let needy = try pbf(PBFWriter.header(features: ["OsmSchema-V0.6", "HistoricalInformation"]))
    #expect(throws: OSMError.unsupported(path: needy.path, feature: "HistoricalInformation")) {
      try needy.header()
    }
    #expect(throws: OSMError.self) { try OSMReader(path: "/nowhere").header() }
    #expect(throws: OSMError.self) { try OSMReader(path: Packed.file([])).header() }
  }

  @Test("an XML file tells the same, packed or not, whatever comes after")
  func xml() throws {
    let text = """
      <?xml version="1.0"?><osm version="0.6" generator="Overpass &amp; API"><note>n</note>
      <meta osm_base="2023-10-01T20:00:36Z"/>
      <bounds minlat="55.8" minlon="-37.5" maxlat="55.9" maxlon="37.6"/>
      <node id="1" lat="broken"/>
      """
    for bytes in [Array(text.utf8), Packed.gzip(Array(text.utf8)), Packed.bzip2(Array(text.utf8))] {
      let header = try OSMReader(path: Packed.file(bytes)).header()
      #expect(header.bounds == BoundingBox(south: 55.8, west: -37.5, north: 55.9, east: 37.6))
      #expect(header.timestamp == 1_696_190_436 && header.generator == "Overpass & API")
    }
    func header(_ text: String) throws -> OSMHeader { try OSMReader(path: Packed.file(text.utf8)).header() }
    #expect(try header("<osm timestamp='1970-01-02T00:00:00Z'></osm>").timestamp == 86_400)
    #expect(try header("<osm timestamp='yesterday'/>") == header("<osm/>"))
    // The bounds of an object are not those of the file.
    let inner = "<osm><way id='1'><bounds minlat='1' minlon='1' maxlat='2' maxlon='2'/></way></osm>"
    #expect(try header(inner).bounds == nil)
    #expect(throws: OSMError.self) { try header("<osm version='0.6'>") }
    #expect(throws: OSMError.self) { try header("<html></html>") }
  }

  @Test("a shipped extract tells where it lies, what date it shows and what wrote it")
  func shipped() throws {
    let header = try OSMReader(path: GazetteerFixture.data + "/osm/monaco_2023.osm.pbf").header()
    #expect(
      header.bounds == BoundingBox(south: 43.72335, west: 7.409205, north: 43.75169, east: 7.448637))
    #expect(header.timestamp == 1_703_625_682 && header.generator == "osmium/1.14.0")
  }
}
