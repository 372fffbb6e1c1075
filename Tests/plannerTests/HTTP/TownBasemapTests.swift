import Foundation
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
    let collection = try #require(
      try JSONSerialization.jsonObject(with: TownBasemap.geoJSON(extracts: [town])) as? [String: Any])
    let features = try #require(collection["features"] as? [[String: Any]])
    let properties = features.compactMap { $0["properties"] as? [String: Any] }
    let kinds = Dictionary(grouping: properties) { $0["kind"] as? String ?? "" }.mapValues(\.count)
    #expect(kinds["street", default: 0] > 1000)
    #expect(kinds["water", default: 0] > 5)
    #expect(kinds["green", default: 0] > 50)
    #expect(
      properties.contains { $0["name"] as? String == "Friedrich-Engels-Ring" && $0["class"] as? Int == 1 })
  }

  @Test("a folder that is not there has no extracts")
  func missing() {
    #expect(TownBasemap.extracts(in: nil).isEmpty)
    #expect(TownBasemap.extracts(in: URL(fileURLWithPath: "/nonexistent")).isEmpty)
  }
}
