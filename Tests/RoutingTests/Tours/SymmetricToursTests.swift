import Testing

@testable import Routing

@Suite("Tours of symmetric costs")
struct SymmetricToursTests {
  private static func points(_ count: Int, seed: UInt64, clusters: Int = 0) throws -> TourPoints {
    var random = SeededRandom(seed: seed)
    var (x, y): ([Double], [Double]) = ([], [])
    for k in 0..<count {
      let (cx, cy) =
        clusters == 0 ? (0.0, 0.0) : (Double(k % clusters) * 5000, Double(k % clusters % 3) * 9000)
      x.append(cx + Double(random.below(1000)))
      y.append(cy + Double(random.below(1000)))
    }
    return try TourPoints(x: x, y: y, metric: .euclidean)
  }

  private static func solve(_ points: TourPoints, _ iterations: Int, seed: UInt64 = 1) throws -> TourAnswer {
    try SymmetricTours.solve(points, TourOptions(seed: seed, budget: .iterations(iterations)))
  }

  @Test("Small tours are those of the engine that proves them, and the bound is below them")
  func small() throws {
    for seed in 1...25 as ClosedRange<UInt64> {
      let points = try Self.points(8 + Int(seed) % 12, seed: seed)
      let answer = try Self.solve(points, 500)
      let proven = try Tours.solve(.points(points), budget: SearchBudget(iterations: 2000))
      #expect(proven.isOptimal)
      #expect(answer.cost == proven.cost && points.length(of: answer.tour) == answer.cost, "seed \(seed)")
      #expect(answer.tour.sorted() == Array(0..<points.count))
      #expect(try #require(answer.lowerBound) <= answer.cost)
    }
  }

  @Test("The bound is below the best tour known, and not far below it")
  func bound() throws {
    let points = try Self.points(200, seed: 9)
    let answer = try Self.solve(points, 5000)
    let bound = try #require(answer.lowerBound)
    #expect(bound <= answer.cost && Double(bound) > 0.94 * Double(answer.cost))
  }

  @Test("Clusters are joined better than by nearest neighbours")
  func clusters() throws {
    let points = try Self.points(300, seed: 4, clusters: 7)
    let answer = try Self.solve(points, 3000)
    let plain = try Tours.solve(
      .points(points), budget: SearchBudget(iterations: 10_000), method: .nearestNeighbour2Opt)
    #expect(answer.cost < plain.cost)
  }

  @Test("The same seed and iterations give the same tour, more iterations no worse a one")
  func deterministic() throws {
    let points = try Self.points(150, seed: 2)
    let first = try Self.solve(points, 2000, seed: 7)
    #expect(try Self.solve(points, 2000, seed: 7) == first)
    #expect(try Self.solve(points, 8000, seed: 7).cost <= first.cost)
  }

  @Test("Places that stand on one another, in a line or far apart are no trouble")
  func degenerate() throws {
    let same = try TourPoints(
      x: [3, 3, 3, 3, 3, 3, 3, 3, 3, 3], y: [4, 4, 4, 4, 4, 4, 4, 4, 4, 4], metric: .euclidean)
    #expect(try Self.solve(same, 100).cost == 0)
    let line = try TourPoints(
      x: (0..<100).map { Double($0 * 37 % 100) }, y: [Double](repeating: 0, count: 100), metric: .euclidean)
    #expect(try Self.solve(line, 1000).cost == 198)
    let far = try TourPoints(
      x: (0..<70).map { Double($0 % 10) * 2e7 }, y: (0..<70).map { Double($0 / 10) * 2e7 }, metric: .euclidean
    )
    #expect(try Self.solve(far, 2000).cost == 70 * 20_000_000)
  }

  @Test("A matrix with holes is toured without them")
  func holes() throws {
    let n = 80
    var values = [Int32](repeating: -1, count: n * n)
    func set(_ a: Int, _ b: Int, _ value: Int32) {
      values[a * n + b] = value
      values[b * n + a] = value
    }
    for k in 0..<n { set(k, (k + 1) % n, 5) }
    for k in 0..<n / 2 { set(k, (k + n / 2) % n, 1) }
    let matrix = try TourMatrix(count: n, values: values)
    let answer = try Tours.solve(.matrix(matrix), budget: SearchBudget(iterations: 2000))
    #expect(matrix.length(of: answer.tour) == answer.cost)
    #expect(answer.cost <= 5 * n)
  }
}
