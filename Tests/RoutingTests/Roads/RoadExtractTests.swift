import Foundation
import Geo
import Testing

@testable import Routing

@Suite("Roads of real extracts")
struct RoadExtractTests {
  /// Extracts of this project, and those that lie beside it.
  static let extracts: [String] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let shared =
      ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? root.path + "/../shared/data"
    var paths: [String] = []
    for folder in [root.path + "/data/osm", shared + "/osm"] {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        print("no extracts at \(folder)")
        continue
      }
      for name in names.sorted() where name.contains(".osm.") {
        guard !paths.contains(where: { $0.hasSuffix("/" + name) }) else { continue }
        paths.append(folder + "/" + name)
      }
    }
    return paths
  }()

  @Test("From a hundred places to every road, and back: the hierarchy is right", arguments: extracts)
  func everyRoad(_ extract: String) throws {
    let path = FileManager.default.temporaryDirectory.path + "/extract-\(UUID().uuidString).roads"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let meta = try RoadGraphBuilder.build(from: [extract], profile: .car, output: path)
    #expect(meta.segments > 500)
    let graph = try RoadGraph(path: path)
    #expect(graph.isIntact())
    let everywhere = graph.segments.indices.filter {
      graph.segments[$0].forward >= 0 || graph.segments[$0].backward >= 0
    }.map { RoadPosition(testing: $0, 0.5, on: graph) }
    var random = SeededRandom(seed: 5)
    let some = (0..<100).map { _ in
      RoadPosition(testing: everywhere[random.below(everywhere.count)].segment, random.unit(), on: graph)
    }
    let table = RoadTable(graph, sources: some, targets: everywhere, threads: 2)
    let targets = everywhere.map { place in (graph.ends(at: place), graph.seeds(to: graph.ends(at: place))) }
    var reached = 0
    for (i, source) in some.enumerated() {
      let sources = graph.ends(at: source)
      let plain = PlainDijkstra(graph, from: graph.seeds(from: sources))
      var wrong = 0
      plain.weights.withUnsafeBufferPointer { weights in
        for (j, target) in targets.enumerated() {
          var best = Int32.max
          for seed in target.1 where weights[Int(seed.vertex)] != .max {
            best = min(best, weights[Int(seed.vertex)] + seed.weight)
          }
          if everywhere[j].segment == source.segment, let direct = graph.direct(sources, target.0) {
            best = min(best, direct.weight)
          }
          if best != .max { reached += 1 }
          if table.weights[i * targets.count + j] != (best == .max ? -1 : best) { wrong += 1 }
        }
      }
      #expect(wrong == 0, "from segment \(source.segment) at \(source.fraction)")
    }
    #expect(reached > targets.count * some.count / 2)
    // Back, by the other side of the hierarchy.
    let back = RoadTable(graph, sources: everywhere, targets: some, threads: 2)
    for _ in 0..<2000 {
      let (i, j) = (random.below(everywhere.count), random.below(some.count))
      let path = graph.path(from: everywhere[i], to: some[j])
      #expect(path?.weight ?? -1 == back.weights[i * some.count + j])
      if let path { #expect(RoadHierarchyTests.isWhole(path, in: graph)) }
    }
  }
}
