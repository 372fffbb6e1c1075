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
        guard metric == .euclideanCeiling || metric == .pseudoEuclidean else { continue }
        let ceiling = CeilingCosts(
          position: costs.position, divisor: metric == .pseudoEuclidean ? 10 : 1, penalty: costs.penalty,
          shift: 0)
        for b in 0..<150 {
          #expect(Int(ceiling.cost(Int32(a), Int32(b))) == points.cost(from: a, to: b), "\(metric) \(a) \(b)")
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
    let near = NearestNodes(costs, width: 8, arena)
    let start = arena.take(n, Int32(0))
    GreedyStart.tour(
      costs, Candidates(near, costs, count: n, width: 8, arena), count: n, into: start, arena)
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

  private static func greedyTour(_ points: TourPoints, near width: Int, candidates: Int) -> [Int] {
    let n = points.count
    let arena = Arena()
    let costs = TourCosts(points, identity(n), arena)
    let start = arena.take(n, Int32(0))
    let near = NearestNodes(costs, width: width, arena)
    GreedyStart.tour(
      costs, Candidates(near, costs, count: n, width: candidates, arena), count: n, into: start, arena)
    return withExtendedLifetime(arena) { (0..<n).map { Int(start[$0]) } }
  }

  @Test("The greedy start takes the cheapest pairs first, between the ends left over too")
  func greedy() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let n = 60
      let points = try Self.points(n, seed: seed)
      let tour = Self.greedyTour(points, near: 3, candidates: 3)
      #expect(tour.sorted() == Array(0..<n))
      // The same by all pairs: equal costs may be taken in another order.
      let exact = Double(Self.greedyLength(points))
      #expect(abs(Double(points.length(of: tour)) - exact) < 0.2 * exact)
    }
  }

  @Test("Between far clusters the greedy start is joined by savings where that is shorter")
  func savings() throws {
    var shorter = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let n = 100
      let middles = (0..<10).map { _ in (random.below(50_000), random.below(50_000)) }
      let x = (0..<n).map { Double(middles[$0 / 10].0 + random.below(2000)) }
      let y = (0..<n).map { Double(middles[$0 / 10].1 + random.below(2000)) }
      let points = try TourPoints(x: x, y: y, metric: .euclidean)
      let tour = Self.greedyTour(points, near: 8, candidates: 5)
      #expect(tour.sorted() == Array(0..<n))
      if Double(points.length(of: tour)) < 0.9 * Double(Self.greedyLength(points)) { shorter += 1 }
    }
    #expect(shorter > 3)
  }

  /// The length of the tour that takes all pairs by increasing cost.
  private static func greedyLength(_ points: TourPoints) -> Int {
    let n = points.count
    let pairs = (0..<n).flatMap { a in (0..<a).map { (points.cost(from: a, to: $0), a, $0) } }.sorted(by: <)
    var degree = [Int](repeating: 0, count: n)
    var path = Array(0..<n)
    var sum = 0
    for (cost, a, b) in pairs where degree[a] < 2 && degree[b] < 2 && path[a] != path[b] {
      let old = path[b]
      for node in 0..<n where path[node] == old { path[node] = path[a] }
      degree[a] += 1
      degree[b] += 1
      sum += cost
    }
    let ends = (0..<n).filter { degree[$0] < 2 }
    return sum + points.cost(from: ends[0], to: ends[1])
  }

  @Test("More paths than are joined at once still become one round trip")
  func manyPaths() throws {
    let n = 3000
    let points = try Self.points(n, seed: 4)
    let arena = Arena()
    let costs = TourCosts(points, Self.identity(n), arena)
    let start = arena.take(n, Int32(0))
    let near = NearestNodes(costs, width: 2, arena)
    GreedyStart.tour(costs, Candidates(near, costs, count: n, width: 1, arena), count: n, into: start, arena)
    #expect((0..<n).map { start[$0] }.sorted() == Self.identity(n))
    withExtendedLifetime(arena) {}
  }

  @Test(
    "Two exchanges that leave two cycles and two that join them are one round trip, with just these edges")
  func bridges() {
    let n = 24
    let arena = Arena()
    let move = SequentialMove(arena)
    var random = SeededRandom(seed: 9)
    for _ in 0..<300 {
      // (a,b) and (c,d) part the tour, (e,f) of the inner cycle and (g,h) of the outer one join it.
      let cuts = Array(Set((0..<12).map { _ in random.below(n) })).sorted().prefix(4).map { $0 }
      let turned = random.below(2) == 0
      func low(_ cut: Int) -> Int { cut }
      func high(_ cut: Int) -> Int { (cut + 1) % n }
      let inner = turned ? (high(cuts[1]), low(cuts[1])) : (low(cuts[1]), high(cuts[1]))
      let nodes = [
        low(cuts[0]), high(cuts[0]), low(cuts[2]), high(cuts[2]), inner.0, inner.1, low(cuts[3]),
        high(cuts[3]),
      ]
      let order = [cuts[0], cuts[2], cuts[1], cuts[3]]
      for k in 0..<4 {
        move.cut[k] = order[k]
        move.lowFirst[k] = nodes[2 * k] == low(order[k])
      }
      guard move.closes(4, split: 2) else {
        Issue.record("no round trip for \(cuts)")
        continue
      }
      let start = arena.take(n, Int32(0))
      for k in 0..<n { start[k] = Int32(k) }
      var tour = ArrayTour(
        TableCosts(values: arena.take(n * n, 0), count: n), start, count: n, arena)
      tour.rebuild(4, move.sorted, move.sequence)
      let edges = Set((0..<n).map { Set([tour.order[$0], tour.order[$0 + 1]]) })
      #expect((0..<n).map { tour.order[$0] }.sorted() == Self.identity(n))
      for (a, b) in [(1, 2), (3, 0), (5, 6), (7, 4)] {
        #expect(edges.contains([Int32(nodes[a]), Int32(nodes[b])]), "\(cuts) \(a) \(b)")
      }
    }
    withExtendedLifetime(arena) {}
  }

  @Test(
    "A descent tells by how much it shortened the tour, and seldom leaves a double bridge that would shorten it"
  )
  func descent() throws {
    let n = 40
    var left = 0
    for seed in 1...60 as ClosedRange<UInt64> {
      let points = try Self.points(n, seed: seed)
      let arena = Arena()
      let costs = TourCosts(points, Self.identity(n), arena)
      let near = NearestNodes(costs, width: 8, arena)
      let start = arena.take(n, Int32(0))
      for k in 0..<n { start[k] = Int32(k) }
      let candidates = Candidates(near, costs, count: n, width: 8, arena)
      var search = LinKernighan(candidates, ArrayTour(costs, start, count: n, arena), arena)
      search.depth = 3
      for k in 0..<n { search.push(Int32(k)) }
      let gain = search.descend()
      let tour = (0..<n).map { Int(search.tour.order[$0]) }
      #expect(tour.sorted() == Array(0..<n))
      #expect(points.length(of: Array(0..<n)) - gain == points.length(of: tour))
      if Self.hasBridge(tour, points) { left += 1 }
      withExtendedLifetime(arena) {}
    }
    #expect(left <= 3, "\(left) of 60")
  }

  /// Whether A D C B E is shorter than A B C D E for some cuts: the double bridge.
  private static func hasBridge(_ tour: [Int], _ points: TourPoints) -> Bool {
    let n = tour.count
    // costs[before * (n + 1) + at] is that of the edge from place before - 1 to place at.
    let costs = (0...n).flatMap { before in
      (0...n).map { before == 0 ? 0 : points.cost(from: tour[before - 1], to: tour[$0 % n]) }
    }
    return costs.withUnsafeBufferPointer { hasBridge($0, n) }
  }

  private static func hasBridge(_ costs: UnsafeBufferPointer<Int>, _ n: Int) -> Bool {
    func cost(_ before: Int, _ at: Int) -> Int { costs[before &* (n &+ 1) &+ at] }
    for i in 1..<(n - 2) {
      for j in (i + 1)..<(n - 1) {
        for k in (j + 1)..<n {
          for end in (k + 1)...n {
            let old = cost(i, i) + cost(j, j) + cost(k, k) + cost(end, end)
            let new = cost(i, k) + cost(end, j) + cost(k, i) + cost(j, end)
            if new < old { return true }
          }
        }
      }
    }
    return false
  }
}
