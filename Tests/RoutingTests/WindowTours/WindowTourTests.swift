import Foundation
import Testing

@testable import Routing

/// Small instances with a known feasible tour, and the truth about them by trying every order.
enum WindowTourCases {
  static func random(_ random: inout SeededRandom, count n: Int, width: Int, holes: Bool = false)
    -> WindowTourProblem
  {
    let points = (0..<n).map { _ in (Double(random.below(50)), Double(random.below(50))) }
    var times = [Int32](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n where i != j {
        let (dx, dy) = (points[i].0 - points[j].0, points[i].1 - points[j].1)
        times[i * n + j] = Int32((dx * dx + dy * dy).squareRoot()) + Int32(random.below(5))
        if holes, random.below(6) == 0 { times[i * n + j] = WindowTourProblem.hole }
      }
    }
    var order = Array(1..<n)
    random.shuffle(&order)
    var open = [Int](repeating: 0, count: n)
    var close = [Int](repeating: 0, count: n)
    var clock = 0
    var here = 0
    for node in order {
      clock += max(10, Int(times[here * n + node]))
      open[node] = max(0, clock - random.below(width + 1))
      close[node] = clock + random.below(width + 1)
      here = node
    }
    close[0] = clock + 200
    return try! WindowTourProblem(count: n, times: times, open: open, close: close)
  }

  /// The best travel and makespan over all orders, nil where none is feasible.
  static func exhaust(_ problem: WindowTourProblem) -> (travel: Int, makespan: Int)? {
    var best: (Int, Int)?
    func go(_ here: Int, _ clock: Int, _ travel: Int, _ left: Set<Int>) {
      for next in left.isEmpty ? [0] : left.sorted() {
        let time = Int(problem.times[here * problem.count + next])
        if time < 0 || clock + time > problem.close[next] { continue }
        if next == 0 {
          best = (min(best?.0 ?? .max, travel + time), min(best?.1 ?? .max, clock + time))
        } else {
          go(next, max(clock + time, problem.open[next]), travel + time, left.subtracting([next]))
        }
      }
    }
    go(0, problem.open[0], 0, Set(1..<problem.count))
    return best
  }
}

@Suite("Tours with time windows")
struct WindowTourTests {
  @Test("small instances are proven with the value of the best order, or proven to have none")
  func exhaustive() {
    var random = SeededRandom(seed: 7)
    for round in 0..<60 {
      let problem = WindowTourCases.random(
        &random, count: 2 + round % 6, width: [5, 30, 120][round % 3], holes: round % 4 == 3)
      let truth = WindowTourCases.exhaust(problem)
      for objective in WindowTourObjective.allCases {
        let answer = WindowTourSolver.solve(
          problem, .init(objective: objective, seed: UInt64(round), budget: .init(iterations: 300)))
        if let truth {
          #expect(answer.value == (objective == .travel ? truth.travel : truth.makespan), "round \(round)")
          #expect(answer.isOptimal && answer.lowerBound == answer.value)
          #expect(WindowTourChecker.faults(answer, problem).isEmpty, "round \(round)")
        } else {
          #expect(!answer.isFeasible && !answer.isOptimal, "round \(round)")
        }
      }
    }
  }

  @Test(
    "bounds with slots of any width stay below the best tour, and none of it is ruled out",
    arguments: [4, 40, 4_000])
  func bounds(_ slots: Int) {
    var random = SeededRandom(seed: 11)
    for round in 0..<60 {
      let problem = WindowTourCases.random(&random, count: 4 + round % 4, width: [30, 120, 300][round % 3])
      let truth = WindowTourCases.exhaust(problem)!
      for objective in WindowTourObjective.allCases {
        let best = objective == .travel ? truth.travel : truth.makespan
        var tight = WindowTightening(problem)
        let model = WindowTourModel(problem, tight, objective, ranked: false)
        let bound = WindowTourBound(model, tight, mostSlots: slots, atLast: slots * 2)
        bound.ascend(rounds: 20, upper: best + 20, first: 1, expired: { false })
        #expect(bound.lowerBound <= best, "round \(round)")
        _ = tight.restrict(WindowTourElimination(bound, upper: best + 1))
        #expect(!tight.infeasible, "round \(round)")
        let exact = WindowTourExact(model, tight, bound, upper: best + 1)
        guard case .complete(let tour?) = exact.run(width: 100_000, expired: { false }) else {
          Issue.record("round \(round): the best tour is lost")
          continue
        }
        var state = WindowTourState(model)
        defer { state.free() }
        #expect(state.take(tour) && state.value == best, "round \(round)")
      }
    }
  }

  @Test("tours of 30 nodes hold their windows, and two runs of a seed are the same")
  func repeatable() {
    var random = SeededRandom(seed: 3)
    for width in [20, 80, 300] {
      let problem = WindowTourCases.random(&random, count: 30, width: width)
      let options = WindowTourSolver.Options(seed: 5, budget: .init(iterations: 400))
      let answer = WindowTourSolver.solve(problem, options)
      #expect(answer.isFeasible)
      #expect(WindowTourChecker.faults(answer, problem).isEmpty)
      #expect(WindowTourSolver.solve(problem, options) == answer)
    }
  }

  @Test("how wide the proof may grow bounds it without a clock, and the tour is as good without it")
  func widest() {
    var random = SeededRandom(seed: 5)
    let problem = WindowTourCases.random(&random, count: 25, width: 120)
    var options = WindowTourSolver.Options(seed: 2, budget: .init(iterations: 2_000))
    let proven = WindowTourSolver.solve(problem, options)
    #expect(proven.isOptimal)
    options.widest = 0
    let searched = WindowTourSolver.solve(problem, options)
    #expect(!searched.isOptimal && searched.lowerBound == 0 && searched.iterations >= 2_000)
    #expect(searched.value == proven.value && WindowTourSolver.solve(problem, options) == searched)
  }

  @Test("a descent keeps every window and never lengthens the tour")
  func descent() {
    var random = SeededRandom(seed: 11)
    for objective in WindowTourObjective.allCases {
      for _ in 0..<20 {
        let problem = WindowTourCases.random(&random, count: 12, width: 150)
        let model = WindowTourModel(problem, WindowTightening(problem), objective)
        var search = WindowTourRuin(model, seed: 1)
        defer { search.free() }
        search.construct()
        var state = WindowTourState(model)
        defer { state.free() }
        state.copy(search.best)
        let before = state.value
        WindowTourDescent.run(&state)
        #expect(state.value <= before && state.isFeasible && state.served == search.best.served)
        let travel = state.travel
        state.refresh()
        #expect(state.travel == travel)
      }
    }
  }

  @Test("the checker finds a late stop, a stop made twice, a missing one and wrong sums")
  func checker() throws {
    let problem = try WindowTourProblem(
      count: 3, times: [0, 5, 9, 5, 0, 4, 9, 4, 0], open: [0, 0, 0], close: [100, 5, 9])
    func answer(_ tour: [Int], travel: Int = 18, makespan: Int = 18) -> WindowTourAnswer {
      WindowTourAnswer(
        tour: tour, leftOut: [], travel: travel, makespan: makespan, objective: .travel, lowerBound: 0,
        isOptimal: false, isInfeasible: false, iterations: 0)
    }
    #expect(WindowTourChecker.faults(answer([0, 1, 2]), problem).isEmpty)
    #expect(WindowTourChecker.faults(answer([0, 2, 1]), problem) == [.late(node: 1, at: 13)])
    #expect(WindowTourChecker.faults(answer([0, 1]), problem).contains(.missing(2)))
    #expect(WindowTourChecker.faults(answer([0, 1, 2, 1]), problem).contains(.visitedTwice(1)))
    #expect(
      WindowTourChecker.faults(answer([0, 1, 2], travel: 17), problem) == [.travelDiffers(counted: 18)])
    #expect(WindowTourChecker.faults(answer([1, 2]), problem) == [.startsElsewhere])
  }

  @Test("decimals are kept exactly, holes and comments are read")
  func reading() throws {
    let text = "3\n0 1.25 2\r\n1 0 -1\n3 1e1 0\n0 100.5\n0 50\n1 60\n# a remark"
    let problem = try WindowTourFile.parse(text)
    #expect(problem.scale == 100)
    #expect(problem.times == [0, 125, 200, 100, 0, -1, 300, 1000, 0])
    #expect(problem.close == [10_050, 5_000, 6_000])
  }

  @Test(
    "files that are none name the line and the reason",
    arguments: [
      ("", 0), ("x", 1), ("2 3", 1), ("0", 1), ("99999999999999999999", 1), ("2\n0 1\n1 0\n0 9", 4),
      ("2\n0 1\n1 0\n0 9\n9 0", 5), ("2\n0 -7\n1 0\n0 9\n0 9", 2), ("2\n0 1\n1 0\n0 9\n0 9\n7", 6), ("-1", 1),
      ("2\n0 \u{301}\n", 2), ("1e15", 1), ("2\n0 1e14\n1 0\n0 9\n0 9", 2),
    ])
  func badFiles(_ text: String, _ line: Int) {
    let error = #expect(throws: InstanceFileError.self) { try WindowTourFile.parse(text) }
    guard case .format(let found, let reason) = error else { return }
    #expect(found == line && !reason.isEmpty)
  }

  @Test("published instances reach their best known values", .enabled(if: PublishedInstances.areThere))
  func published() throws {
    for (name, value) in [
      ("n20w20.001.txt", 378), ("n40w40.002.txt", 461), ("rbg017a.tw", 4296), ("rbg035a.tw", 2144),
    ] {
      let problem = try WindowTourFile.parse(PublishedInstances.text("tsptw/" + name))
      let answer = WindowTourSolver.solve(problem, .init(budget: .init(iterations: 3_000)))
      #expect(answer.value == value && answer.isOptimal, "\(name)")
      #expect(WindowTourChecker.faults(answer, problem).isEmpty)
    }
  }
}

/// The benchmark files beside the project, where they are.
enum PublishedInstances {
  static let folder = ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data"
  static var areThere: Bool { FileManager.default.fileExists(atPath: folder + "/tsptw/best_known.csv") }
  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
  }
}
