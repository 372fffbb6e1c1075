import Foundation
import Testing

@testable import Routing

/// Small instances, and the truth about them by trying every plan of one day after another.
enum OrienteeringCases {
  static func random(_ random: inout SeededRandom, count n: Int, days: Int, alike: Bool)
    -> OrienteeringProblem
  {
    let points = (0..<n).map { _ in (Double(random.below(40)), Double(random.below(40))) }
    var times = [Int](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n where i != j {
        let (dx, dy) = (points[i].0 - points[j].0, points[i].1 - points[j].1)
        times[i * n + j] = Int((dx * dx + dy * dy).squareRoot().rounded(.up))
      }
    }
    func windows() -> [OrienteeringProblem.Window] {
      (0..<n).map { _ in
        if random.below(6) == 0 { return .closed }
        let open = random.below(70)
        return .init(open: open, close: open + 10 + random.below(60))
      }
    }
    let first = windows()
    return try! OrienteeringProblem(
      count: n, times: times, service: (0..<n).map { $0 < 2 ? 0 : random.below(12) },
      score: (0..<n).map { $0 < 2 ? 0 : 1 + random.below(20) }, start: 0, end: random.below(2),
      days: [OrienteeringProblem.Window](repeating: .init(open: 0, close: 130), count: days),
      windows: (0..<days).map { $0 == 0 || alike ? first : windows() })
  }

  static func exhaust(_ problem: OrienteeringProblem) -> Int {
    let n = problem.count
    var best = 0
    func go(_ day: Int, _ here: Int, _ clock: Int, _ score: Int, _ seen: Set<Int>) {
      let home =
        clock + (here == problem.start ? 0 : problem.service[here]) + problem.times[here * n + problem.end]
      if home <= problem.days[day].close {
        best = max(best, score)
        if day + 1 < problem.days.count {
          go(day + 1, problem.start, problem.days[day + 1].open, score, seen)
        }
      }
      for next in 0..<n where next != problem.start && next != problem.end && !seen.contains(next) {
        let arrival =
          clock + (here == problem.start ? 0 : problem.service[here]) + problem.times[here * n + next]
        let window = problem.windows[day][next]
        if window.close < window.open || arrival > window.close { continue }
        go(day, next, max(arrival, window.open), score + problem.score[next], seen.union([next]))
      }
    }
    go(0, problem.start, problem.days[0].open, 0, [])
    return best
  }
}

@Suite("Orienteering")
struct OrienteeringTests {
  @Test("small instances of one and two days collect as much as the best plan of all")
  func exhaustive() {
    var random = SeededRandom(seed: 5)
    for round in 0..<40 {
      let problem = OrienteeringCases.random(
        &random, count: 4 + round % 5, days: 1 + round % 2, alike: round % 4 < 2)
      let answer = OrienteeringSolver.solve(
        problem, .init(seed: UInt64(round), budget: .init(iterations: 4_000)))
      #expect(OrienteeringChecker.faults(answer, problem).isEmpty, "round \(round)")
      #expect(answer.score == OrienteeringCases.exhaust(problem), "round \(round)")
    }
  }

  @Test("plans of 60 nodes on three days can be driven, and two runs of a seed are the same")
  func repeatable() {
    var random = SeededRandom(seed: 9)
    for alike in [true, false] {
      let problem = OrienteeringCases.random(&random, count: 60, days: 3, alike: alike)
      let options = OrienteeringSolver.Options(seed: 4, budget: .init(iterations: 2_500))
      let answer = OrienteeringSolver.solve(problem, options)
      #expect(OrienteeringChecker.faults(answer, problem).isEmpty)
      #expect(OrienteeringSolver.solve(problem, options) == answer)
    }
  }

  @Test("no more of the score than there is, no more iterations than allowed, nothing where nothing fits")
  func corners() throws {
    let day = OrienteeringProblem.Window(open: 0, close: 10)
    let far = try OrienteeringProblem(
      count: 2, times: [0, 6, 6, 0], service: [0, 0], score: [0, 5], start: 0, end: 0, days: [day],
      windows: [[day, day]])
    #expect(OrienteeringSolver.solve(far).days == [[]])
    #expect(OrienteeringSolver.solve(far).isOptimal)
    let alone = try OrienteeringProblem(
      count: 1, times: [0], service: [0], score: [3], start: 0, end: 0, days: [day], windows: [[day]])
    #expect(OrienteeringSolver.solve(alone).score == 0)
    let hole = try OrienteeringProblem(
      count: 2, times: [0, 1, -1, 0], service: [0, 0], score: [0, 5], start: 0, end: 0, days: [day],
      windows: [[day, day]])
    #expect(OrienteeringSolver.solve(hole).score == 0)
  }

  @Test("TOPTW: distances are cut to one decimal for Solomon's layout and to two for Cordeau's")
  func cutting() throws {
    let solomon = try OrienteeringFile.parse(
      "4 1 2 1\n0 200\n0 0.00 0.00 0.00 0.00 0 0 0 230\n1 1.00 1.00 10.00 7.00 1 1 1 0 204\n2 2 2 10 8 1 1 1 5 100\n",
      days: 2)
    #expect(
      solomon.scale == 10 && solomon.times[1] == 14 && solomon.times[2] == 28 && solomon.days.count == 2)
    #expect(solomon.service == [0, 100, 100] && solomon.windows[1][2] == .init(open: 50, close: 1_000))
    let cordeau = try OrienteeringFile.parse(
      "5 1 1 4\n480 195\n0 0.5 0.5 0 0 0 0 0 1000\n1 1.5 1.5 12 4 4 1 15 389 536\n")
    #expect(cordeau.scale == 100 && cordeau.times[1] == 141 && cordeau.score[1] == 4)
  }

  @Test("tourist trips: the windows follow the weekdays from the start day on")
  func weekdays() throws {
    let text =
      "20 2 6 1 9 250 1 1 1 1 1 1 1 1 1 1\n0 43 78 0 0 510 1210\n1 12.5 88 10 7 4 1 2 3 4 5 6 7 8 9 10 11 12 13 14 0\n"
    let problem = try OrienteeringFile.parse(text)
    #expect(problem.days == [.init(open: 51_000, close: 121_000), .init(open: 51_000, close: 121_000)])
    #expect(
      problem.windows.map { $0[1] } == [.init(open: 1_300, close: 1_400), .init(open: 100, close: 200)])
  }

  @Test(
    "files that are none are refused with a reason",
    arguments: [
      "", "5 1", "x", "5 1\n1 2\n", "5 1\n0 0 0\n1 1 q\n", "5 1\n0 0 0\n1 1 -4\n", "-5 1\n0 0 0\n1 1 1\n",
      "5 999999\n0 0 0\n1 1 1\n", "4 1 2 1\n0 200\n0 0 0 0 0 0 0 0 230\n",
      "4 1 1 1\n0 0\n0 0 0 0 0 0 0 9 1\n1 1 1 1 1 1 1 1 0 9\n",
      "20 1 9 1 9 250 1 1 1 1 1 1 1 1 1 1\n0 43 78 0 0 510 1210\n", "1e9 1\n1e9 1e9 1\n0 0 0\n",
      "5 1\n1e15 0 0\n0 0 0\n",
    ])
  func badFiles(_ text: String) {
    let error = #expect(throws: InstanceFileError.self) { try OrienteeringFile.parse(text) }
    #expect(error?.message.isEmpty == false && error?.code.hasPrefix("routing.instance.") == true)
  }

  @Test("the checker finds a stop made twice, a late one, a closed one and a wrong score")
  func checker() throws {
    let day = OrienteeringProblem.Window(open: 0, close: 20)
    let problem = try OrienteeringProblem(
      count: 3, times: [0, 5, 5, 5, 0, 5, 5, 5, 0], service: [0, 2, 2], score: [0, 3, 4], start: 0, end: 0,
      days: [day, day], windows: [[day, .init(open: 0, close: 5), day], [day, day, .closed]])
    func faults(_ days: [[Int]], _ score: Int) -> [OrienteeringFault] {
      OrienteeringChecker.faults(
        OrienteeringAnswer(days: days, score: score, upperBound: 7, isOptimal: false, iterations: 0), problem)
    }
    #expect(faults([[1, 2], []], 7).isEmpty)
    #expect(faults([[1, 2], []], 6) == [.scoreDiffers(counted: 7)])
    #expect(faults([[2, 1], []], 7) == [.late(node: 1, day: 0, at: 12)])
    #expect(faults([[1], [1]], 6).contains(.visitedTwice(1)))
    #expect(faults([[1], [2]], 7).contains(.closed(node: 2, day: 1)))
    #expect(faults([[1]], 3) == [.daysDiffer(found: 1)])
  }

  @Test("Tsiligirides' first problem reaches its proven optima", .enabled(if: PublishedInstances.areThere))
  func tsiligirides() throws {
    for (budget, optimum) in [("20", 65), ("46", 175), ("85", 285)] {
      let path = "orienteering/Tsiligirides_1/tsiligirides_problem_1_budget_\(budget).txt"
      let problem = try OrienteeringFile.parse(PublishedInstances.text(path))
      let answer = OrienteeringSolver.solve(problem, .init(budget: .init(iterations: 30_000)))
      #expect(answer.score == optimum, "budget \(budget)")
      #expect(OrienteeringChecker.faults(answer, problem).isEmpty)
    }
  }
}
