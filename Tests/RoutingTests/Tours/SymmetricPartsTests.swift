import Testing

@testable import Routing

@Suite("Parts of the search for symmetric tours")
struct SymmetricPartsTests {
  private static func points(
    _ count: Int, seed: UInt64, metric: TourPoints.Metric = .euclidean
  ) throws -> TourPoints {
    var random = SeededRandom(seed: seed)
    var (x, y): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      x.append(metric == .geographical ? Double(random.below(120)) - 60 + 0.37 : Double(random.below(400)))
      y.append(metric == .geographical ? Double(random.below(360)) - 180 + 0.12 : Double(random.below(400)))
    }
    return try TourPoints(x: x, y: y, metric: metric)
  }

  private static let identity: @Sendable (Int) -> [Int32] = { (0..<$0).map { Int32($0) } }

  @Test("Costs are those of the metric, geographical ones by the chord too")
  func costs() throws {
    for metric in TourPoints.Metric.allCases {
      let points = try Self.points(150, seed: 3, metric: metric)
      let arena = Arena()
      let costs = TourCosts(points, Self.identity(150), arena)
      for a in 0..<150 {
        for b in 0..<150 {
          #expect(Int(costs.cost(Int32(a), Int32(b))) == points.cost(from: a, to: b), "\(metric) \(a) \(b)")
        }
      }
      withExtendedLifetime(arena) {}
    }
  }

  @Test("Near nodes on the sphere cost what the formula says")
  func nearGeographical() throws {
    var random = SeededRandom(seed: 8)
    let x = (0..<200).map { _ in 48 + Double(random.below(60)) / 100 }
    let y = (0..<200).map { _ in 11 + Double(random.below(60)) / 100 }
    let points = try TourPoints(x: x, y: y, metric: .geographical)
    let arena = Arena()
    let costs = TourCosts(points, Self.identity(200), arena)
    for a in 0..<200 {
      for b in 0..<200 { #expect(Int(costs.cost(Int32(a), Int32(b))) == points.cost(from: a, to: b)) }
    }
    withExtendedLifetime(arena) {}
  }

  @Test("The nearest half is exact, and a node is listed in every quadrant that has one")
  func nearest() throws {
    let points = try Self.points(300, seed: 5)
    let arena = Arena()
    let costs = TourCosts(points, Self.identity(300), arena)
    let near = NearestNodes(costs, width: 10, arena)
    for node in 0..<300 {
      let row = (0..<10).map { Int(near.nodes[node * 10 + $0]) }
      #expect(Set(row).count == 10 && !row.contains(node))
      let order = (0..<300).filter { $0 != node }.map { costs.nearness(node, $0) }.sorted()
      #expect((0..<5).allSatisfy { costs.nearness(node, row[$0]) == order[$0] })
      #expect(zip(row, row.dropFirst()).allSatisfy { costs.nearness(node, $0) <= costs.nearness(node, $1) })
      func quadrant(_ other: Int) -> Int {
        (points.x[other] >= points.x[node] ? 1 : 0) + (points.y[other] >= points.y[node] ? 2 : 0)
      }
      let all = Set((0..<300).filter { $0 != node }.map(quadrant))
      #expect(Set(row.map(quadrant)) == all, "node \(node)")
    }
    withExtendedLifetime(arena) {}
  }

  @Test("Changes of the tour keep its edges' costs and can be taken back")
  func changes() throws {
    let n = 40
    let points = try Self.points(n, seed: 6)
    let arena = Arena()
    let costs = TourCosts(points, Self.identity(n), arena)
    let start = arena.take(n, Int32(0))
    for k in 0..<n { start[k] = Int32(k * 7 % n) }
    var tour = ArrayTour(costs, start, count: n, arena)
    tour.isLogging = true
    var random = SeededRandom(seed: 1)
    let cuts = arena.take(4, 0)
    let sequence = arena.take(4, 0)
    for _ in 0..<300 {
      let before = (0..<n).map { tour.order[$0] }
      tour.forget()
      for _ in 0..<3 {
        tour.reverse(from: random.below(n), 1 + random.below(n - 1))
        let places = Array(Set((0..<8).map { _ in random.below(n) })).sorted().prefix(4)
        guard places.count == 4 else { continue }
        for k in 0..<4 { cuts[k] = places[k] }
        for (k, piece) in [0, 6, 3, 4].enumerated() { sequence[k] = piece }
        tour.rebuild(4, cuts, sequence)
        for k in 0..<n {
          #expect(tour.place[Int(tour.order[k])] == Int32(k))
          #expect(tour.edge[k] == costs.cost(tour.order[k], tour.order[k + 1]))
        }
        #expect(tour.order[-1] == tour.order[n - 1] && tour.order[n] == tour.order[0])
        #expect(tour.edge[-1] == tour.edge[n - 1])
      }
      if random.below(2) == 0 {
        tour.undo()
        #expect((0..<n).map { tour.order[$0] } == before)
        for k in 0..<n { #expect(tour.edge[k] == costs.cost(tour.order[k], tour.order[k + 1])) }
      }
    }
    withExtendedLifetime(arena) {}
  }

  @Test("The least 1-tree of a graph of all pairs is that of the dense bound")
  func oneTree() throws {
    let n = 30
    let points = try Self.points(n, seed: 12)
    let arena = Arena()
    let costs = TourCosts(points, Self.identity(n), arena)
    let near = NearestNodes(costs, width: n - 1, arena)
    let start = arena.take(n, Int32(0))
    GreedyStart.tour(costs, near, width: 8, into: start, arena)
    let graph = CandidateGraph(near, width: n - 1, start, costs, arena)
    var tree = SparseOneTree(graph, arena)
    let pi = arena.take(n, Int32(0))
    let sparse = tree.build(pi)
    let dense = try #require(DenseOneTree.bound(costs, count: n, penalties: 0))
    // The special leaf of the sparse tree is the best one, so that its tree is no cheaper.
    #expect(sparse >= dense << Int(costs.finest))
    let answer = try SymmetricTours.solve(points, TourOptions(budget: .iterations(2000)))
    #expect(sparse <= answer.cost << Int(costs.finest))
    #expect(try #require(near.bound(costs)) <= answer.cost)
    withExtendedLifetime(arena) {}
  }

  @Test("The curve meets every point once, and near points soon after one another")
  func curve() throws {
    let points = try Self.points(2000, seed: 2)
    let order = SpaceFillingCurve.order(points.x, points.y)
    #expect(order.sorted() == Self.identity(2000))
    let length = points.length(of: order.map { Int($0) })
    let scattered = points.length(of: Array(0..<2000))
    #expect(length * 10 < scattered)
  }
}
