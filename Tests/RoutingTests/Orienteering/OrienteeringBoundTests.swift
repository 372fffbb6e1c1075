import Testing

@testable import Routing

@Suite("The bound on the score of an orienteering problem")
struct OrienteeringBoundTests {
  /// The bound after so much effort, begun from a plan without visits.
  private func bound(_ problem: OrienteeringProblem, iterations: Int = 20_000) -> OrienteeringBound {
    let model = OrienteeringModel(problem)
    let empty = OrienteeringState(model)
    defer { empty.free() }
    var bound = OrienteeringBound(model, best: empty)
    var effort = OrienteeringEffort(SearchDeadline(SearchBudget(iterations: iterations)), from: 0, until: 1)
    bound.tighten(&effort)
    return bound
  }

  private func answer(_ bound: OrienteeringBound) -> OrienteeringAnswer {
    OrienteeringAnswer(
      days: [bound.plan.map { $0.map { Int($0) } } ?? []], score: bound.score, upperBound: bound.upperBound,
      isOptimal: bound.isProven, iterations: 0)
  }

  @Test("of one day it finds the best plan of all by itself, and meets it")
  func single() {
    var random = SeededRandom(seed: 21)
    for round in 0..<60 {
      let problem = OrienteeringCases.random(&random, count: 4 + round % 6, days: 1, alike: true)
      let bound = bound(problem)
      #expect(bound.isProven, "round \(round)")
      #expect(bound.score == OrienteeringCases.exhaust(problem), "round \(round)")
      #expect(OrienteeringChecker.faults(answer(bound), problem).isEmpty, "round \(round)")
    }
  }

  @Test("of several days it is never below the best plan, and seldom far above")
  func several() {
    var random = SeededRandom(seed: 22)
    var (bounds, truths, sums) = (0, 0, 0)
    for round in 0..<40 {
      let problem = OrienteeringCases.random(
        &random, count: 5 + round % 4, days: 2 + round % 2, alike: round % 4 < 2)
      let truth = OrienteeringCases.exhaust(problem)
      let bound = bound(problem).upperBound
      #expect(bound >= truth, "round \(round)")
      bounds += bound
      truths += truth
      sums += problem.score.reduce(0, +)
    }
    #expect(Double(bounds - truths) < 0.25 * Double(sums - truths))
  }

  @Test("with little effort it is above the best plan as well")
  func interrupted() {
    var random = SeededRandom(seed: 23)
    for round in 0..<40 {
      let problem = OrienteeringCases.random(&random, count: 8, days: 1 + round % 2, alike: true)
      let truth = OrienteeringCases.exhaust(problem)
      for iterations in [0, 1, 2, 5, 20] {
        #expect(bound(problem, iterations: iterations).upperBound >= truth, "round \(round), \(iterations)")
      }
    }
  }

  @Test("a place without score that shortens the way is passed")
  func shortcut() throws {
    let day = OrienteeringProblem.Window(open: 0, close: 10)
    let problem = try OrienteeringProblem(
      count: 3, times: [0, 2, 9, 2, 0, 2, 5, 2, 0], service: [0, 0, 0], score: [0, 0, 6], start: 0, end: 0,
      days: [day], windows: [[day, day, day]])
    #expect(OrienteeringCases.exhaust(problem) == 6)
    let answer = OrienteeringSolver.solve(problem)
    #expect(answer.score == 6 && answer.isOptimal && answer.days == [[1, 2]])
    #expect(OrienteeringChecker.faults(answer, problem).isEmpty)
  }

  @Test("thirty places of one day are proven, and the proof is the same for any seed")
  func proof() {
    var random = SeededRandom(seed: 24)
    for _ in 0..<3 {
      let problem = OrienteeringCases.random(&random, count: 32, days: 1, alike: true)
      let answers = (1...2).map {
        OrienteeringSolver.solve(problem, .init(seed: UInt64($0), budget: .init(iterations: 20_000)))
      }
      #expect(answers.allSatisfy { $0.isOptimal && OrienteeringChecker.faults($0, problem).isEmpty })
      #expect(answers[0].score == answers[1].score)
      #expect(answers[0].upperBound < problem.score.reduce(0, +))
    }
  }

  @Test("a hundred places keep apart in two words")
  func places() {
    var set = PlaceSet()
    for place in [0, 63, 64, 127] { set = set | PlaceSet(place) }
    #expect((0..<130).filter { set.contains($0) } == [0, 63, 64, 127])
    #expect((set & PlaceSet(64)) == PlaceSet(64))
    #expect(PlaceSet(127).isSubset(of: set) && !PlaceSet(126).isSubset(of: set))
    #expect(PlaceSet(128) == PlaceSet())
  }
}
