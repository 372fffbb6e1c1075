import Foundation
import Geo
import Testing

@testable import Routing

@Suite("The hierarchy against slow references")
struct RoadHierarchyTests {
  static let batches = 20
  static let maps = 2000

  /// A built graph of a random network, and its file's folder.
  final class Built {
    let roads: RandomRoads
    let graph: RoadGraph
    private let path: String

    init(seed: Int, threads: Int = 1) throws {
      roads = RandomRoads(seed: UInt64(seed))
      path = FileManager.default.temporaryDirectory.path + "/random-\(seed)-\(UUID().uuidString).roads"
      _ = try RoadGraphBuilder.build(roads.draft, profile: .car, output: path, threads: threads)
      graph = try RoadGraph(path: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Open segments at random, some twice.
    func positions(_ count: Int, _ random: inout SeededRandom) -> [RoadPosition] {
      let open = graph.segments.indices.filter {
        graph.segments[$0].forward >= 0 || graph.segments[$0].backward >= 0
      }
      var list: [RoadPosition] = []
      for k in 0..<count {
        let segment = k % 4 == 3 ? list[k - 1].segment : open[random.below(open.count)]
        let fraction = [0, 1, 0.5, random.unit(), random.unit(), random.unit()][random.below(6)]
        list.append(RoadPosition(testing: segment, fraction, on: graph))
      }
      return list
    }
  }

  @Test("A list of arcs that grows piece by piece holds them in order")
  func arcs() {
    var list = Contraction.Arcs()
    for k in 0..<200_000 {
      list.append(
        Contraction.Arc(
          ContractionGraph.Arc(end: UInt32(k), weight: Int32(k) * 2, time: 1, length: 1, middle: 0, hops: 1)))
    }
    #expect(list.count == 200_000)
    #expect((0..<list.count).allSatisfy { list[$0].end == UInt32($0) && list[$0].weight == Int32($0) * 2 })
  }

  @Test(
    "2,000 random maps: paths, tables and their lengths are those of plain Dijkstra", arguments: 0..<batches)
  func randomMaps(_ batch: Int) throws {
    var pairs = 0
    var routes = 0
    var otherLengths = 0
    for seed in batch * Self.maps / Self.batches..<(batch + 1) * Self.maps / Self.batches {
      let built = try Built(seed: seed)
      let graph = built.graph
      var random = SeededRandom(seed: UInt64(seed) &+ 77)
      let places = built.positions(9, &random)
      let table = RoadTable(graph, sources: places, targets: places, threads: 1)
      for (i, source) in places.enumerated() {
        let sources = graph.ends(at: source)
        let plain = PlainDijkstra(graph, from: graph.seeds(from: sources))
        for (j, target) in places.enumerated() {
          let targets = graph.ends(at: target)
          let wanted = [plain.best(to: graph.seeds(to: targets)), graph.direct(sources, targets)?.weight]
            .compactMap { $0 }.min()
          let path = graph.path(from: source, to: target)
          try #require(path?.weight == wanted, "map \(seed), place \(i) to \(j)")
          let cell = i * places.count + j
          try #require(table.weights[cell] == wanted ?? -1, "map \(seed), place \(i) to \(j)")
          pairs += 1
          guard let path else {
            try #require(table.decimetres[cell] == -1 && table.milliseconds[cell] == -1)
            continue
          }
          routes += 1
          try #require(Self.isWhole(path, in: graph), "map \(seed), place \(i) to \(j)")
          // Two drives that count the same may differ in time and length.
          if table.decimetres[cell] != path.decimetres || table.milliseconds[cell] != path.milliseconds {
            otherLengths += 1
          }
        }
      }
    }
    #expect(pairs == 81 * Self.maps / Self.batches)
    #expect(routes > pairs / 3)
    #expect(otherLengths * 200 < routes, "\(otherLengths) of \(routes) lengths differ")
  }

  /// Whether a path is a chain of turns whose weights and lengths add up to what it says.
  static func isWhole(_ path: RoadPath, in graph: RoadGraph) -> Bool {
    guard path.edges.first == path.from.edge, path.edges.last == path.to.edge,
      path.vertices.count == path.edges.count - 1,
      path.vertices.map({ graph.vertexEdges[Int($0)] }) == Array(path.edges.dropFirst())
    else { return false }
    if path.vertices.isEmpty {
      return path.weight == path.to.weight - path.from.weight
        && path.milliseconds == path.to.milliseconds - path.from.milliseconds
        && path.decimetres == path.to.decimetres - path.from.decimetres
    }
    var vertex = graph.edgeStarts[Int(path.from.edge)]
    var (weight, milliseconds) = (path.from.weightLeft, path.from.millisecondsLeft)
    var decimetres = path.from.decimetresLeft
    for next in path.vertices {
      guard let turn = graph.turns(of: vertex).first(where: { $0.head == next }) else { return false }
      let edge = graph.vertexEdges[Int(next)]
      let segment = graph.segments[Int(edge >> 1)]
      weight += turn.weight
      milliseconds += turn.weight - segment.weight(Int(edge & 1)) + graph.milliseconds(edge)
      decimetres += graph.segments[Int(graph.vertexEdges[Int(next)] >> 1)].decimetres
      vertex = next
    }
    return weight - path.to.weightLeft == path.weight
      && milliseconds - path.to.millisecondsLeft == path.milliseconds
      && decimetres - path.to.decimetresLeft == path.decimetres
  }

  @Test("Small random maps: drives are those found with the rules alone", arguments: 0..<batches)
  func bruteForce(_ batch: Int) throws {
    var maps = 0
    var found = 0
    for seed in batch * Self.maps / Self.batches..<(batch + 1) * Self.maps / Self.batches {
      guard maps < 40 else { break }
      let roads = RandomRoads(seed: UInt64(seed))
      guard roads.draft.nodeIDs.count <= 36 else { continue }
      maps += 1
      let built = try Built(seed: seed)
      let graph = built.graph
      let reference = RoadBruteForce(roads, profile: .car)
      var random = SeededRandom(seed: UInt64(seed) &+ 99)
      let places = built.positions(8, &random)
      for (i, source) in places.prefix(4).enumerated() {
        let sources = graph.ends(at: source)
        let reached = reference.drive(
          from: sources.map { (Int($0.edge), Int($0.weightLeft)) })
        for (j, target) in places.enumerated() {
          let targets = graph.ends(at: target)
          var wanted = targets.compactMap { end in
            reached[Int(end.edge)].map { $0 - Int(end.weightLeft) }
          }
          for a in sources {
            for b in targets where a.edge == b.edge && b.weight >= a.weight {
              wanted.append(Int(b.weight - a.weight))
            }
          }
          let path = graph.path(from: source, to: target)
          try #require(path.map { Int($0.weight) } == wanted.min(), "map \(seed), place \(i) to \(j)")
          guard let path, path.edges.count > 1 else { continue }
          found += 1
          let cost = reference.cost(of: path.edges.map { Int($0) })
          try #require(
            cost.map { $0 + Int(path.from.weightLeft) - Int(path.to.weightLeft) }
              == Int(path.weight), "map \(seed), place \(i) to \(j)")
        }
      }
    }
    #expect(maps >= 20)
    #expect(found > maps * 5)
  }

  @Test("The random maps hold what they are for")
  func variety() {
    var (restrictions, overWays, endsOnly, oneways) = (0, 0, 0, 0)
    for seed in 0..<200 {
      let roads = RandomRoads(seed: UInt64(seed))
      restrictions += roads.rules.count
      overWays += roads.rules.count { !$0.through.isEmpty }
      endsOnly += roads.draft.kinds.count(where: \.isEndsOnly)
      oneways += roads.draft.kinds.count {
        $0.forwardKilometresPerHour == 0 || $0.backwardKilometresPerHour == 0
      }
    }
    #expect(restrictions > 2000)
    #expect(overWays > 500)
    #expect(endsOnly > 1000)
    #expect(oneways > 2000)
  }
}
