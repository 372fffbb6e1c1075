import Testing

@testable import Routing

@Suite("Parts of the search for tours with time windows")
struct WindowTourPartsTests {
  /// What a state holds, in order of its positions.
  private func content(_ state: WindowTourState) -> [[Int]] {
    let all = 0...state.stops
    var content = [
      all.map { Int(state.order[$0]) }, all.map { state.start[$0] }, all.map { state.latest[$0] },
    ]
    content.append([state.travel] + all.dropFirst().map { state.leg[$0] })
    if state.model.objective == .makespan {
      content += [all.map { state.drive[$0] }, all.map { state.floor[$0] }]
    }
    return content
  }

  private func expectExact(_ state: WindowTourState, _ what: String) {
    var again = WindowTourState(state.model)
    defer { again.free() }
    again.copy(state)
    again.refresh()
    #expect(content(again) == content(state), "\(what)")
    #expect(again.isFeasible, "\(what)")
  }

  @Test("what is put in, taken out or exchanged leaves the times that a whole count gives")
  func changes() {
    var random = SeededRandom(seed: 17)
    for objective in WindowTourObjective.allCases {
      for round in 0..<40 {
        let problem = WindowTourCases.random(&random, count: 14, width: [20, 100, 400][round % 3])
        let model = WindowTourModel(problem, WindowTightening(problem), objective)
        var state = WindowTourState(model)
        defer { state.free() }
        for step in 0..<60 {
          let node = Int32(1 + random.below(13))
          state.rank()
          if state.position[Int(node)] < 0 {
            let place = state.cheapestPlace(of: node, blink: 0, &random).place
            if place > 0 { state.insert(node, at: place) }
          } else if step % 3 == 0 {
            state.position[Int(node)] = -1
            state.position[1 + random.below(13)] = -1
            state.compact()
          } else if objective == .travel {
            let before = state.travel
            let change = SegmentExchange.propose(&state, Int32(random.below(14)), node, below: 30)
            #expect(state.travel == before + (change ?? 0) && (change ?? 0) < 30)
            for p in 1..<state.stops { #expect(Int(state.position[Int(state.order[p])]) == p) }
          }
          expectExact(state, "\(objective) round \(round) step \(step)")
        }
      }
    }
  }

  @Test("an exchange finds the one order that is better")
  func exchange() throws {
    // On a line at 0, 10, 20, 30, 40, one way only: any other order drives back.
    let places = [0, 10, 20, 30, 40]
    let times = places.flatMap { from in places.map { Int32($0 >= from ? $0 - from : 200) } }
    let problem = try WindowTourProblem(
      count: 5, times: times, open: [0, 0, 0, 0, 0], close: [900, 900, 900, 900, 900])
    let model = WindowTourModel(problem, WindowTightening(problem), .travel)
    var state = WindowTourState(model)
    defer { state.free() }
    for (node, next): (Int32, Int32) in [(0, 1), (2, 3)] {
      let taken = state.take([0, 3, 4, 1, 2])
      let change = SegmentExchange.propose(&state, node, next, below: -100)
      #expect(taken && change == -210)
      #expect((0..<5).map { Int(state.order[$0]) } == [0, 1, 2, 3, 4])
    }
  }

  @Test(
    "no arc is told to cost more than a tour over it, and dynamic programming drives only the arcs it is given"
  )
  func arcs() {
    var random = SeededRandom(seed: 17)
    for _ in 0..<20 {
      let problem = WindowTourCases.random(&random, count: 9, width: 70)
      let n = problem.count
      let answer = WindowTourSolver.solve(problem, .init(budget: .init(iterations: 200)))
      #expect(answer.isOptimal)
      let tight = WindowTightening(problem)
      let model = WindowTourModel(problem, tight, .travel)
      let bound = WindowTourBound(model, tight)
      bound.ascend(rounds: 20, upper: answer.travel + 1, first: 1, expired: { false })
      let through = WindowTourElimination(bound, upper: answer.travel + 1).through
      var driven = [Bool](repeating: false, count: n * n)
      for (k, node) in answer.tour.enumerated() {
        let arc = node * n + answer.tour[(k + 1) % n]
        driven[arc] = true
        #expect(through[arc] + bound.constant <= answer.travel * WindowTourBound.unit)
      }
      func best() -> [Int]? {
        let exact = WindowTourExact(model, tight, bound, upper: answer.travel + 1, arcs: driven)
        guard case .complete(let tour) = exact.run(width: 1_000, expired: { false }) else { return [] }
        return tour
      }
      #expect(best() == answer.tour)
      driven[answer.tour[4] * n + answer.tour[5]] = false
      #expect(best() == nil)
    }
  }

  @Test("the arcs of the tours that a search comes by are remembered, and it keeps to those a bound prefers")
  func remembered() {
    var random = SeededRandom(seed: 21)
    let problem = WindowTourCases.random(&random, count: 30, width: 200)
    let model = WindowTourModel(problem, WindowTightening(problem), .travel)
    var search = WindowTourRuin(model, seed: 3)
    defer { search.free() }
    search.construct()
    let deadline = SearchDeadline(SearchBudget(iterations: 400))
    search.run(deadline, from: 0, until: 0.5, stopAt: 0)
    #expect(search.isFeasible && search.seen.isEmpty)
    let before = search.best.value
    search.prefer([Int](repeating: 1, count: 900))
    search.remember()
    search.run(deadline, from: 0.5, until: 1, stopAt: 0)
    #expect(search.best.value <= before && search.iterations == 400)
    let best = (0..<search.best.stops).map {
      Int(search.best.order[$0]) * 30 + Int(search.best.order[$0 + 1])
    }
    #expect(best.allSatisfy { search.seen[$0] } || search.best.value == before)
    #expect(search.seen.filter { $0 }.count >= 30)
  }

  @Test("sets of nodes hold what was put in, and nothing else", arguments: [63, 127, 255])
  func sets(_ most: Int) {
    func check<Nodes: NodeSet>(_: Nodes.Type) {
      var random = SeededRandom(seed: 3)
      var (set, truth, half) = (Nodes(), Set<Int>(), Nodes())
      #expect(Nodes.capacity == most + 1)
      for k in 0..<40 {
        let number = k == 0 ? most : random.below(most + 1)
        set.insert(number)
        truth.insert(number)
        if k % 2 == 0 { half.insert(number) }
        #expect((0...most).filter(set.contains) == truth.sorted())
        #expect(set.isSuperset(of: half))
      }
      #expect(!half.isSuperset(of: set) && half != set)
    }
    switch most {
    case 63: check(NodeSet64.self)
    case 127: check(NodeSet128.self)
    default: check(NodeSet256.self)
    }
  }
}
