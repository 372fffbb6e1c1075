import Testing

@testable import Routing

@Suite("Tours of directed costs")
struct AsymmetricTourTests {
  @Test(
    "every small tour is the one that trying all orders finds, for all shapes and with holes",
    arguments: 0..<60)
  func smallToursAreExact(seed: Int) {
    var random = ArcRandom(seed: UInt64(seed))
    let n = 2 + random.below(6)
    let costs = DirectedCosts.directed(n, holes: seed % 3 == 0 ? 25 : 0, &random)
    for shape in DirectedCosts.shapes(n) {
      let expected = AllOrders.cost(costs, n, shape)
      let answer = solve(costs, n, .init(shape: shape))
      #expect(answer.tour.isEmpty == (expected == nil))
      #expect(answer.isImpossible == (expected == nil))
      guard let expected else { continue }
      #expect(answer.isOptimal)
      #expect(answer.cost == expected)
      #expect(DirectedCosts.cost(answer.tour, costs, n, shape) == expected)
    }
  }

  @Test("the search and its proof agree with dynamic programming on 11 to 14 stops", arguments: 0..<24)
  func searchAgreesWithProgramme(seed: Int) {
    var random = ArcRandom(seed: UInt64(seed) &+ 500)
    let n = 11 + random.below(4)
    let costs =
      seed % 2 == 0
      ? DirectedCosts.directed(n, holes: seed % 4 == 0 ? 40 : 0, &random) : DirectedCosts.roads(n, &random)
    for shape in DirectedCosts.shapes(n) {
      let expected = programme(costs, n, shape)
      let answer = solve(costs, n, .init(shape: shape, seed: UInt64(seed), iterations: 2000))
      #expect(answer.tour.isEmpty == (expected == nil))
      guard let expected else { continue }
      #expect(answer.cost == expected)
      #expect(answer.isOptimal)
      #expect(answer.lowerBound == expected)
      #expect(DirectedCosts.cost(answer.tour, costs, n, shape) == expected)
    }
  }

  @Test("no bound is above the shortest tour", arguments: 0..<30)
  func boundsHold(seed: Int) {
    var random = ArcRandom(seed: UInt64(seed) &+ 900)
    let n = 11 + random.below(3)
    let costs = seed % 2 == 0 ? DirectedCosts.directed(n, holes: 0, &random) : DirectedCosts.roads(n, &random)
    let least = programme(costs, n, .round(start: 0))!
    let quick = solve(costs, n, .init(seed: 1, iterations: 0, proves: false))
    #expect(quick.lowerBound! <= least)
    #expect(quick.cost >= least)
    var matrix = ArcMatrix(count: n)
    defer { matrix.deallocate() }
    matrix.fill { costs[$0 * n + $1] }
    let scale = ArcTreeBound.scale(matrix)
    var bound = ArcTreeBound(capacity: n)
    defer { bound.deallocate() }
    bound.fill(matrix, scale: scale)
    let ascent = ArcTreeAscent(capacity: n)
    defer { ascent.deallocate() }
    let end = ascent.run(
      &bound, upper: least * scale, enough: .max, steps: 100, patience: 8, step: 1.3, finest: 0.001,
      ArcClock(nanoseconds: nil, threadTime: false))
    switch end {
    case .bound(let value): #expect(value <= least * scale)
    case .tour(let value): #expect(value == least * scale)
    case .none: Issue.record("there is a tour")
    }
  }

  @Test(
    "after any series of kicks and descents the length kept by deltas is the length of the order",
    arguments: 0..<12)
  func deltasAddUp(seed: Int) {
    var random = ArcRandom(seed: UInt64(seed) &+ 40)
    let n = 8 + random.below(60)
    let reverses = seed % 2 == 0
    let costs = seed % 3 == 0 ? DirectedCosts.directed(n, holes: 0, &random) : DirectedCosts.roads(n, &random)
    var matrix = ArcMatrix(count: n)
    matrix.fill { costs[$0 * n + $1] }
    let near = ArcCandidates(count: n, width: 6, breadth: 5)
    near.fill(matrix) { matrix.out[$0 * matrix.stride + $1] }
    var tour = ArcTour(matrix, reverses: reverses)
    defer {
      matrix.deallocate()
      near.deallocate()
      tour.deallocate()
    }
    tour.start((0..<n).map { Int32($0) })
    for round in 0..<200 {
      let before = tour.length
      ArcKick.kick(&tour, reach: 10, &random)
      #expect(tour.length == matrix.length(tour.order))
      let kicked = tour.length
      ArcDescent.run(&tour, near)
      #expect(tour.length <= kicked)
      #expect(tour.length == matrix.length(tour.order))
      #expect(Set((0..<n).map { tour.order[$0] }).count == n)
      for p in 0..<n { #expect(Int(tour.position[Int(tour.order[p])]) == p) }
      if round % 3 == 0 {
        tour.undo(length: before)
        #expect(tour.length == matrix.length(tour.order))
      } else {
        tour.keep()
      }
    }
  }

  @Test("the same seed and number of iterations give the same answer")
  func answersRepeat() {
    var random = ArcRandom(seed: 77)
    let n = 35
    let costs = DirectedCosts.roads(n, &random)
    let options = AsymmetricTours.Options(seed: 5, iterations: 300, proves: false)
    var first = solve(costs, n, options)
    var second = solve(costs, n, options)
    first.improvedAt = 0
    second.improvedAt = 0
    #expect(first == second)
    #expect(first.iterations <= 300)
  }

  @Test("a given tour is never made longer, and one of the wrong shape is left aside")
  func givenTourIsImproved() {
    var random = ArcRandom(seed: 78)
    let n = 20
    let costs = DirectedCosts.roads(n, &random)
    let best = solve(costs, n, .init(seed: 5))
    #expect(best.isOptimal)
    let again = solve(costs, n, .init(seed: 5, iterations: 0, proves: false, start: best.tour))
    #expect(again.cost == best.cost)
    let odd = solve(costs, n, .init(shape: .open(start: 3), seed: 5, start: best.tour.reversed()))
    #expect(odd.tour.first == 3)
  }

  @Test("stops that can be left but not reached are reported as having no tour")
  func unreachableStop() {
    var random = ArcRandom(seed: 79)
    let n = 24
    var costs = DirectedCosts.roads(n, &random)
    for i in 0..<n { costs[i * n + 7] = -1 }
    #expect(solve(costs, n, .init()).isImpossible)
    #expect(solve(costs, n, .init(shape: .open(start: 7))).tour.first == 7)
    // Two halves joined one way only: an open tour exists, a round trip does not.
    costs = DirectedCosts.roads(n, &random)
    for i in 12..<n { for j in 0..<12 { costs[i * n + j] = -1 } }
    let round = solve(costs, n, .init(iterations: 500))
    #expect(round.tour.isEmpty && round.isImpossible)
    let open = solve(costs, n, .init(shape: .open(start: 0), iterations: 500))
    #expect(DirectedCosts.cost(open.tour, costs, n, .open(start: 0)) == open.cost)
  }

  private func solve(_ costs: [Int32], _ n: Int, _ options: AsymmetricTours.Options) -> AsymmetricTours.Answer
  {
    costs.withUnsafeBufferPointer { AsymmetricTours.solve(count: n, costs: $0, options: options) }
  }

  private func programme(_ costs: [Int32], _ n: Int, _ shape: AsymmetricTourShape) -> Int? {
    let form = ArcClosedForm(shape, count: n)
    var matrix = ArcMatrix(count: form.count)
    defer { matrix.deallocate() }
    costs.withUnsafeBufferPointer { form.fill(&matrix, $0) }
    let tour = UnsafeMutablePointer<Int32>.allocate(capacity: form.count)
    defer { tour.deallocate() }
    return ArcSubsetProgramme.solve(matrix, into: tour)
  }
}
