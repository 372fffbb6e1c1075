import Foundation
import Geo
import Testing

@testable import planner

@Suite("Streets of towns under the route")
struct TownBasemapTests {
  @Test("an extract becomes streets, water and green with names and classes")
  func extract() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../data/osm").standardizedFileURL
    let extracts = TownBasemap.extracts(in: folder)
    #expect(extracts.count == 3)
    let town = try #require(extracts.first { $0.lastPathComponent.hasPrefix("neubrandenburg") })
    var features: [GeoJSON.Feature] = []
    try TownBasemap.forEachFeature(of: [town]) { features.append($0) }
    let kinds = Dictionary(grouping: features) { $0["kind"]?.text ?? "" }.mapValues(\.count)
    #expect(kinds["street", default: 0] > 1000)
    #expect(kinds["water", default: 0] > 5)
    #expect(kinds["green", default: 0] > 50)
    #expect(
      features.contains { $0["name"]?.text == "Friedrich-Engels-Ring" && $0["class"]?.number == 1 })
  }

  @Test("a folder that is not there has no extracts")
  func missing() {
    #expect(TownBasemap.extracts(in: nil).isEmpty)
    #expect(TownBasemap.extracts(in: URL(fileURLWithPath: "/nonexistent")).isEmpty)
  }
}
