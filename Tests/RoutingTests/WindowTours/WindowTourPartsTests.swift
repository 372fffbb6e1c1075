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
