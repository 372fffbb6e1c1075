import Testing

@testable import Routing

@Suite("Instances of tours, each by the engine that suits it")
struct TourInstanceTests {
  private static func options(_ method: TourOptions.Method = .linKernighan) -> TourInstance.Options {
    TourInstance.Options(seed: 3, budget: SearchBudget(iterations: 2000), method: method)
  }

  private static let square = """
    NAME: square
    TYPE: TSP
    DIMENSION: 5
    EDGE_WEIGHT_TYPE: EUC_2D
    NODE_COORD_SECTION
    11 0 0
    12 10 10
    13 10 0
    14 0 10
    15 5 0
    EOF
    """

  @Test("TSPLIB is told by its keywords, and the tour by the numbers of the file")
  func tsplib() throws {
    let answer = try TourInstance(Array(Self.square.utf8)).solve(Self.options())
    #expect(answer.objective == 40 && answer.isOptimal && answer.lowerBound == 40)
    #expect(answer.tour.sorted() == [11, 12, 13, 14, 15] && answer.days == nil)
  }

  @Test("Time windows and orienteering are told by their columns")
  func guesses() {
    func guess(_ text: String) -> InstanceFormat? { InstanceFormat.guess(Array(text.utf8)) }
    #expect(guess(Self.square) == .tsplib)
    #expect(guess("2\n0 5\n5 0\n0 100\n0 100\n") == .tsptw)
    #expect(guess("15 1\n4.6 7.1 0\n5.7 11.4 20\n4.4 12.3 20\n") == .orienteering)
    #expect(guess("hello") == nil && guess("") == nil)
    #expect(guess(" {\"vehicles\": []}") == .vroom)
  }

  @Test("A tour with windows waits where it must, and makes the end or the travel least as asked")
  func windows() throws {
    let text = "3\n0 10 10\n10 0 1\n10 1 0\n0 1000\n50 60\n0 1000\n"
    var options = Self.options()
    let instance = try TourInstance(Array(text.utf8))
    let travel = try instance.solve(options)
    #expect(travel.objective == 21 && travel.isOptimal && travel.leftOut.isEmpty)
    options.isMakespan = true
    let makespan = try instance.solve(options)
    #expect(makespan.objective == 60 && makespan.tour == [0, 2, 1])
  }

  @Test("A score is bounded from above")
  func score() throws {
    let text = "10 1\n0 0 0\n0 0 0\n1 0 5\n2 0 7\n100 0 50\n"
    let answer = try TourInstance(Array(text.utf8)).solve(Self.options())
    #expect(answer.objective == 12 && answer.lowerBound == nil)
    #expect(try #require(answer.upperBound) >= 12)
    #expect(answer.days?.count == 1)
  }

  @Test("The plain method is no better than the other, and one of them is right by trying all orders")
  func plain() throws {
    var random = SeededRandom(seed: 11)
    for _ in 0..<20 {
      let n = 7
      var values = [Int32](repeating: 0, count: n * n)
      for k in values.indices { values[k] = Int32(random.below(100)) }
      let matrix = try TourMatrix(count: n, values: values)
      var best = Int.max
      func extend(_ tour: [Int], _ cost: Int) {
        if tour.count == n { best = min(best, cost + Int(values[tour[n - 1] * n])) }
        for next in 1..<n where !tour.contains(next) {
          extend(tour + [next], cost + Int(values[tour[tour.count - 1] * n + next]))
        }
      }
      extend([0], 0)
      let ours = try Tours.solve(.matrix(matrix), budget: SearchBudget(iterations: 500))
      let plain = try Tours.solve(
        .matrix(matrix), budget: SearchBudget(iterations: 500), method: .nearestNeighbour2Opt)
      #expect(ours.cost == best && ours.isOptimal)
      #expect(matrix.length(of: ours.tour) == ours.cost)
      #expect(plain.cost >= best && matrix.length(of: plain.tour) == plain.cost)
      // Turning round any stretch makes the plain tour no cheaper.
      for i in 0..<n - 2 {
        for j in i + 2..<n where !(i == 0 && j == n - 1) {
          var turned = plain.tour
          turned[i + 1...j].reverse()
          #expect(try #require(matrix.length(of: turned)) >= plain.cost)
        }
      }
    }
  }

  @Test("Pairs that cannot be driven are never used, and where no tour is left that is said")
  func holes() throws {
    let cross = try TourMatrix(count: 4, values: [0, 1, -1, 5, 1, 0, 2, -1, -1, 2, 0, 3, 5, -1, 3, 0])
    #expect(try Tours.solve(.matrix(cross), budget: SearchBudget(iterations: 100)).cost == 11)
    let star = try TourMatrix(count: 4, values: [0, 1, 1, 1, 1, 0, -1, -1, 1, -1, 0, -1, 1, -1, -1, 0])
    #expect(throws: TourError.noTour) {
      try Tours.solve(.matrix(star), budget: SearchBudget(iterations: 100))
    }
  }
}
