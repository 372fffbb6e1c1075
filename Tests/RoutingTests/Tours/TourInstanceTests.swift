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

  @Test("Files come with a byte order mark, and in UTF-16")
  func encodings() throws {
    let plain = Array(Self.square.utf8)
    #expect(try InstanceEncoding.utf8(plain) == plain)
    #expect(try InstanceEncoding.utf8([0xEF, 0xBB, 0xBF] + plain) == plain)
    let units = Array((Self.square + "é😀").utf16)
    let wide = Array((Self.square + "é😀").utf8)
    #expect(
      try InstanceEncoding.utf8([0xFF, 0xFE] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == wide)
    #expect(
      try InstanceEncoding.utf8([0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) == wide)
    let broken: [[UInt8]] = [
      [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF], [0xFF, 0xFE, 65], [0xFF, 0xFE, 0, 0xD8, 65, 0],
      [0xFE, 0xFF, 0xDC, 0],
    ]
    for bytes in broken {
      let error = #expect(throws: InstanceFileError.self) { try InstanceEncoding.utf8(bytes) }
      #expect(error?.code == "routing.instance.encoding")
    }
  }

  @Test("Open tours are asked for by the numbers of the file, and say that they are open")
  func ends() throws {
    let instance = try TourInstance(Array(Self.square.utf8))
    func solve(_ ends: TourInstance.Ends) throws -> TourInstance.Answer {
      var options = Self.options()
      options.ends = ends
      return try instance.solve(options)
    }
    let free = try solve(.open(first: nil, last: nil))
    #expect(free.objective == 30 && free.isOpen && free.isOptimal)
    let both = try solve(.open(first: 15, last: 12))
    #expect(both.tour.first == 15 && both.tour.last == 12 && both.tour.sorted() == [11, 12, 13, 14, 15])
    #expect(try solve(.open(first: 13, last: nil)).tour.first == 13)
    #expect(try solve(.open(first: nil, last: 13)).tour.last == 13)
    #expect(try !solve(.round).isOpen)
    #expect(throws: TourError.noNode(number: 3)) { try solve(.open(first: 3, last: nil)) }
  }

  @Test("Windows that cannot all be met are said to be, with who is in whose way")
  func conflicts() throws {
    func message(_ text: String) throws -> String? {
      let instance = try TourInstance(Array(text.utf8))
      let error = #expect(throws: TourError.self) { try instance.solve(Self.options()) }
      #expect(error?.code == "routing.tours.windows")
      return error?.message
    }
    let matrix = "3\n0 1 2\n1 0 1.5\n2 1.5 0\n"
    #expect(
      try message(matrix + "0 100\n0 1\n0 1\n")
        == "the windows cannot all be met: node 2 closes at 1, from node 0 it is reached at 2 at the earliest"
    )
    #expect(
      try message(matrix + "0 3\n0 9\n1.5 9\n")
        == "the windows cannot all be met: node 0 closes at 3, by way of node 2 it is reached at 4 at the earliest"
    )
    #expect(
      try message(matrix + "0 9\n2 2\n2 3\n")
        == "the windows cannot all be met: of nodes 1 and 2 neither can be served after the other")
    #expect(
      try message("3\n0 1 -1\n1 0 -1\n1 1 0\n0 9\n0 9\n0 9\n")
        == "the windows cannot all be met: no drive leads from node 0 to node 2 and back")
    // Each pair can be served, all three cannot.
    #expect(
      try message("4\n0 1 1 1\n1 0 1 1\n1 1 0 1\n1 1 1 0\n0 9\n1 2\n1 2\n1 2\n")?.contains(
        "no two nodes alone") == true)
  }

  @Test("A budget that does not reach the end is no plan of score 0")
  func noWay() throws {
    let instance = try TourInstance(Array("5.5\t1\n0 0 0\n10 0 0\n1 1 5\n".utf8))
    #expect(throws: TourError.noWay(start: 0, end: 1, takes: "10", day: "5.5")) {
      try instance.solve(Self.options())
    }
    let exact = try TourInstance(Array("10\t1\n0 0 0\n10 0 0\n1 1 5\n".utf8)).solve(Self.options())
    #expect(exact.objective == 0 && exact.tour == [0, 1])
  }

  @Test("Tiny instances are proven at once, whatever time there is", .timeLimit(.minutes(1)))
  func tiny() throws {
    let options = TourInstance.Options(seed: 1, budget: SearchBudget(seconds: 1e6))
    for text in [
      "2\n0 5\n5 0\n0 100\n0 100\n", "3\n0 10 10\n10 0 1\n10 1 0\n0 1000\n50 60\n0 1000\n",
      "10 1\n0 0 0\n0 0 0\n1 0 5\n2 0 7\n100 0 50\n", "10 2\n0 0 0\n0 0 0\n4 0 5\n0 4 7\n-4 0 5\n",
      Self.square,
    ] {
      #expect(try TourInstance(Array(text.utf8)).solve(options).isOptimal)
    }
    var random = SeededRandom(seed: 2)
    var text = "14\n"
    for _ in 0..<14 { text += (0..<14).map { _ in "\(10 + random.below(50))" }.joined(separator: " ") + "\n" }
    text += "0 5000\n"
    for k in 0..<13 { text += "\(k * 20) \(k * 20 + 400)\n" }
    #expect(try TourInstance(Array(text.utf8)).solve(options).isOptimal)
  }

  @Test("Who watches is told the objective of the answer, and the answer is the same")
  func watched() throws {
    var random = SeededRandom(seed: 4)
    var text = "NAME: x\nTYPE: TSP\nDIMENSION: 80\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n"
    for k in 1...80 { text += "\(k) \(random.below(999)) \(random.below(999))\n" }
    let round = try TourInstance(Array(text.utf8))
    let windows = try TourInstance(
      Array("4\n0 1.5 2 2\n1 0 1 3\n2 2 0 1\n1 2 3 0\n0 100\n0 90\n0 90\n0 90\n".utf8))
    for instance in [round, windows] {
      let watch = SearchWatch()
      let answer = try SearchWatch.$current.withValue(watch) { try instance.solve(Self.options()) }
      #expect(try instance.solve(Self.options()) == answer)
      if let told = watch.standing.objective { #expect(told == answer.objective) }
    }
    let watch = SearchWatch()
    _ = try SearchWatch.$current.withValue(watch) { try round.solve(Self.options()) }
    #expect(watch.standing.objective != nil)
  }
}
