import Testing

@testable import Routing

@Suite("Open tours, and tours of dear costs")
struct OpenToursTests {
  /// The cheapest tour of a shape by trying all orders; nil where none avoids the holes.
  private static func best(_ matrix: TourMatrix, _ shape: AsymmetricTourShape) -> Int? {
    var best: Int?
    func extend(_ tour: [Int]) {
      if tour.count == matrix.count {
        guard fits(tour, shape), let cost = matrix.length(of: tour, isOpen: shape.isOpen) else { return }
        best = min(best ?? .max, cost)
      }
      for next in 0..<matrix.count where !tour.contains(next) { extend(tour + [next]) }
    }
    extend([])
    return best
  }

  private static func fits(_ tour: [Int], _ shape: AsymmetricTourShape) -> Bool {
    switch shape {
    case .round, .free: true
    case .open(let start): tour.first == start
    case .ending(let end): tour.last == end
    case .between(let start, let end): tour.first == start && tour.last == end
    }
  }

  private static let shapes: [AsymmetricTourShape] = [
    .round(start: 0), .free, .open(start: 2), .ending(end: 1), .between(start: 3, end: 0),
  ]

  private static func matrix(
    _ n: Int, _ random: inout SeededRandom, symmetric: Bool, _ entry: (inout SeededRandom) -> Int
  ) throws -> TourMatrix {
    var values = [Int32](repeating: 0, count: n * n)
    for a in 0..<n {
      for b in 0..<n where a != b {
        values[a * n + b] = symmetric && b < a ? values[b * n + a] : Int32(entry(&random))
      }
    }
    return try TourMatrix(count: n, values: values)
  }

  @Test("Small open tours are the cheapest of all orders", arguments: [true, false])
  func small(symmetric: Bool) throws {
    var random = SeededRandom(seed: 7)
    for n in 4...6 {
      let matrix = try Self.matrix(n, &random, symmetric: symmetric) { $0.below(100) }
      for shape in Self.shapes {
        let answer = try Tours.solve(.matrix(matrix), shape: shape, budget: SearchBudget(iterations: 500))
        #expect(answer.cost == Self.best(matrix, shape) && answer.isOptimal)
        #expect(Self.fits(answer.tour, shape) && answer.tour.sorted() == Array(0..<n))
        #expect(matrix.length(of: answer.tour, isOpen: shape.isOpen) == answer.cost)
      }
    }
  }

  @Test("Two nodes and one are open tours as well")
  func tiny() throws {
    let two = try TourMatrix(count: 2, values: [0, 5, 7, 0])
    func solve(_ shape: AsymmetricTourShape) throws -> TourAnswer {
      try Tours.solve(.matrix(two), shape: shape, budget: SearchBudget(iterations: 10))
    }
    #expect(try solve(.free).cost == 5 && solve(.free).tour == [0, 1])
    #expect(try solve(.open(start: 1)).cost == 7 && solve(.ending(end: 0)).tour == [1, 0])
    #expect(try solve(.between(start: 1, end: 0)).cost == 7)
    let one = try TourMatrix(count: 1, values: [0])
    let alone = try Tours.solve(.matrix(one), shape: .free, budget: SearchBudget(iterations: 10))
    #expect(alone.cost == 0 && alone.tour == [0])
  }

  @Test(
    "Larger ones keep their ends, stay above their bound, and cost what the engine of directed costs finds")
  func larger() throws {
    var random = SeededRandom(seed: 5)
    let n = 90
    let x = (0..<n).map { _ in Double(random.below(1000)) }
    let y = (0..<n).map { _ in Double(random.below(1000)) }
    let points = try TourPoints(x: x, y: y, metric: .euclidean)
    var values = [Int32](repeating: 0, count: n * n)
    for k in values.indices { values[k] = Int32(points.cost(from: k / n, to: k % n)) }
    let matrix = try TourMatrix(count: n, values: values)
    for shape in Self.shapes where shape.isOpen {
      let answer = try Tours.solve(.points(points), shape: shape, budget: SearchBudget(iterations: 3000))
      #expect(Self.fits(answer.tour, shape) && answer.tour.sorted() == Array(0..<n))
      #expect(matrix.length(of: answer.tour, isOpen: true) == answer.cost)
      let other = try ProvenTours.solve(matrix, shape, 1, SearchBudget(iterations: 3000))
      #expect(answer.cost * 100 <= other.cost * 101 && other.cost * 100 <= answer.cost * 101)
      #expect(try #require(answer.lowerBound) <= other.cost)
      #expect(try #require(answer.lowerBound) * 2 >= other.cost)
    }
  }

  @Test("Too many coordinates for a matrix are refused, not tried")
  func tooLarge() throws {
    let n = OpenTours.mostNodes + 1
    let points = try TourPoints(
      x: (0..<n).map(Double.init), y: [Double](repeating: 0, count: n), metric: .euclidean)
    #expect(throws: TourError.openTooLarge(nodes: n)) {
      try Tours.solve(.points(points), shape: .free, budget: SearchBudget(iterations: 1))
    }
  }

  @Test(
    "Entries may be as large as they are said to be: the best of all orders is found, and proven only where it is"
  )
  func dear() throws {
    let largest = Int(TourMatrix.largest)
    var random = SeededRandom(seed: 3)
    let entries: [(inout SeededRandom) -> Int] = [
      { _ in largest }, { largest - $0.below(1000) }, { $0.below(largest + 1) },
      { $0.below(3) == 0 ? largest : $0.below(100) },
      { $0.below(2) == 0 ? largest / 4 + 1 : $0.below(largest / 4) },
      { $0.below(3) > 0 ? -1 : $0.below(largest) },
    ]
    for entry in entries {
      for shape in Self.shapes {
        let matrix = try Self.matrix(5, &random, symmetric: false, entry)
        let answer = try? Tours.solve(.matrix(matrix), shape: shape, budget: SearchBudget(iterations: 500))
        let best = Self.best(matrix, shape)
        #expect((answer == nil) == (best == nil))
        guard let answer, let best else { continue }
        #expect(matrix.length(of: answer.tour, isOpen: shape.isOpen) == answer.cost)
        #expect(answer.cost >= best && Double(answer.cost) <= Double(best) * 1.000_001 + 8)
        #expect(try #require(answer.lowerBound) <= best)
      }
    }
    // Beyond the engine of small tours too.
    let wide = try Self.matrix(70, &random, symmetric: true) { _ in largest }
    let answer = try Tours.solve(.matrix(wide), budget: SearchBudget(iterations: 50))
    #expect(answer.cost == 70 * largest)
  }
}
