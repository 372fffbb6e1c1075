import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct ExtractTests {
  private func file(_ text: String, _ name: String = "x.osm") throws -> String {
    let path = try GazetteerFixture.temporaryFolder() + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test("equal sources give equal bytes in every process, whatever its hash seed")
  func sameBytes() async throws {
    let folder = try GazetteerFixture.temporaryFolder()
    var nodes = ""
    for k in 0..<60 {
      let tags = [
        "addr:street": "улица Мира \(k % 7)", "addr:housenumber": "\(k)", "addr:city": "Новинка \(k % 9)",
        "addr:postcode": "12-\(100 + k)",
      ]
      let inner = tags.sorted { $0.key < $1.key }.map { "<tag k=\"\($0.key)\" v=\"\($0.value)\"/>" }.joined()
      nodes += "<node id=\"\(k)\" lat=\"\(43.7 + Double(k) * 0.01)\" lon=\"7.4\">\(inner)</node>"
    }
    try Data("<osm>\(nodes)</osm>".utf8).write(to: URL(fileURLWithPath: folder + "/x.osm"))
    var built: [Data] = []
    for run in 0..<2 {
      await #expect(processExitsWith: .success) { [folder = folder as String, run = run as Int] in
        var sources = GazetteerSources.standard(dataDirectory: GazetteerFixture.data)
        sources.countries = ["MC"]
        sources.extracts = [GazetteerFixture.data + "/osm/monaco_2023.osm.pbf", folder + "/x.osm"]
        try GazetteerBuilder.build(sources, at: folder + "/\(run).bin")
      }
      built.append(try Data(contentsOf: URL(fileURLWithPath: folder + "/\(run).bin")))
    }
    #expect(built[0].count > 100_000)
    #expect(built[0] == built[1])
  }

  @Test("an address on a multipolygon stands in the middle of its outer way")
  func multipolygon() throws {
    let path = try file(
      """
      <osm><node id="1" lat="50" lon="20"/><node id="2" lat="50" lon="20.002"/>
      <node id="4294967299" lat="50.002" lon="20.002"/><node id="-4" lat="50.002" lon="20"/>
      <way id="7"><nd ref="1"/><nd ref="2"/><nd ref="4294967299"/><nd ref="-4"/><nd ref="1"/></way>
      <relation id="9"><member type="way" ref="7" role="outer"/><tag k="type" v="multipolygon"/>
      <tag k="building" v="yes"/></relation>
      <relation id="10"><member type="way" ref="7" role="outer"/><tag k="building" v="yes"/></relation></osm>
      """)
    var found: [OSMFeature] = []
    try OSMFeatureScan.scan(path, wanted: { $0["building"] != nil }, visit: { found.append($0) })
    #expect(found.map(\.id) == ["relation/9"])
    let feature = try #require(found.first)
    #expect(feature.isArea && feature.tags == ["type": "multipolygon", "building": "yes"])
    #expect(abs(feature.coordinate.latitude - 50.001) < 1e-6)
    #expect(abs(feature.coordinate.longitude - 20.001) < 1e-6)
  }

  @Test("only blocks with what is asked for are decoded, and no others once they are known")
  func kinds() throws {
    let path = GazetteerFixture.data + "/osm/neubrandenburg.osm.pbf"
    let reader = OSMReader(path: path)
    var all: (nodes: Int, ways: Int) = (0, 0)
    try reader.forEachBlock { all = (all.nodes + $0.nodeIDs.count, all.ways + $0.wayIDs.count) }
    var contents: [OSMKinds] = []
    var ways = 0
    try reader.forEachBlock(.ways) { block in
      contents.append(block.contents)
      ways += block.wayIDs.count
      #expect(block.nodeIDs.isEmpty && block.relationIDs.isEmpty)
    }
    #expect(ways == all.ways)
    var (blocks, nodes) = (0, 0)
    try reader.forEachBlock(.nodes, known: contents) { block in
      blocks += 1
      nodes += block.nodeIDs.count
    }
    #expect(nodes == all.nodes)
    #expect(blocks == contents.count { $0.contains(.nodes) } && blocks < contents.count)
  }

  @Test("blocks before a damaged one are handed on, the damage is told at its place")
  func damagedLater() throws {
    var file = PBFWriter()
    file.blob("OSMHeader", PBFWriter.header(), packed: true)
    for _ in 0..<30 { file.blob("OSMData", PBFWriter.sampleBlock(), packed: true) }
    let whole = file.bytes.count
    file.blob("OSMData", PBFWriter.sampleBlock(), packed: true)
    file.bytes.replaceSubrange((file.bytes.count - 40)..., with: [UInt8](repeating: 0xFF, count: 40))
    file.blob("OSMData", PBFWriter.sampleBlock(), packed: true)
    let path = try GazetteerFixture.temporaryFolder() + "/x.osm.pbf"
    try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    var count = 0
    do {
      try OSMReader(path: path).forEachBlock { _ in count += 1 }
      Issue.record("the damage went unseen")
    } catch let error as OSMError {
      guard case .corrupt(_, let offset, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(offset > whole && offset < file.bytes.count)
    }
    #expect(count == 30)
  }

  @Test("the nearest point is found over cells and the 180th meridian, the first of equals")
  func neighbours() throws {
    var random = SplitMix(seed: 3)
    var points: [Coordinate] = []
    for _ in 0..<3000 {
      let longitude = 179.97 + Double(random.below(600)) * 1e-4
      points.append(
        try Coordinate(
          latitude: 65 + Double(random.below(300)) * 1e-4,
          longitude: longitude > 180 ? longitude - 360 : longitude))
    }
    let grid = NeighbourGrid(count: points.count) { $0 % 3 == 0 ? points[$0] : nil }
    for i in points.indices where i % 3 == 1 {
      let best = points.indices.filter { $0 % 3 == 0 }.map { (GreatCircle.metres(points[$0], points[i]), $0) }
        .min {
          $0 < $1
        }
      let expected = best.flatMap { $0.0 < 200 ? $0.1 : nil }
      #expect(grid.nearest(to: points[i], within: 200) { points[$0] } == expected)
    }
  }

  @Test("rows come by group, those of a group in their own order")
  func groups() {
    let groups: [UInt32?] = [2, 0, nil, 2, 0, 1, nil, 2]
    var order = GroupOrder(count: groups.count, groups: 4) { groups[$0] }
    #expect(order.rows == [1, 4, 5, 0, 3, 7])
    #expect(order.range(3).isEmpty && order.range(1) == 2..<3)
    order.sort(2) { $0 > $1 }
    #expect(order.rows == [1, 4, 5, 7, 3, 0])
  }
}
