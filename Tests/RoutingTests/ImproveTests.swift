import Testing

@testable import Routing

@Suite("A given plan is improved")
struct ImproveTests {
  @Test("never made worse, and no worse than a plan made anew; a plan that breaks rules is replaced")
  func improved() {
    var source = RandomProblem(seed: 4100)
    source.visits = 4...12
    source.days = 1...3
    var better = 0
    for number in 0..<80 {
      let problem = source.next()
      let model = SearchModel(problem)
      func score(_ plan: TripPlan) -> Score? {
        var state = TripState(model)
        return state.take(plan.days.map { $0.stops.map(\.visit) }, model) ? Score(state, model) : nil
      }
      let given = TripSolver.solve(problem, .init(iterations: 30, method: .nn2opt))
      let options = TripSolver.Options(iterations: 30)
      let improved = TripSolver.improve(problem, order: given.days.map { $0.stops.map(\.visit) }, options)
      let anew = TripSolver.solve(problem, options)
      #expect(PlanChecker.violations(of: improved, in: problem).isEmpty, "problem \(number)")
      guard let before = score(given), let after = score(improved), let fresh = score(anew) else {
        Issue.record("problem \(number) breaks a rule")
        continue
      }
      #expect(!(before < after) && !(fresh < after), "problem \(number)")
      better += after < before ? 1 : 0
    }
    #expect(better > 20)
    let problem = source.next()
    let all = [problem.visits.indices.map { $0 }] + Array(repeating: [], count: problem.days.count - 1)
    let plan = TripSolver.improve(problem, order: all, .init(iterations: 30))
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
  }
}
