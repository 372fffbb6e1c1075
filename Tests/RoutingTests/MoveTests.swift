import Geo
import Testing

@testable import Routing

@Suite("Moves")
struct MoveTests {
  /// A random state with several visits on each day, asymmetric, without holes or limits.
  static func state(
    seed: UInt64, nights: [TripProblem.Night] = [.home], holes: Bool = false
  ) -> (TripState, SearchModel) {
    var source = RandomProblem(seed: seed)
    source.visits = 9...9
    source.days = 3...3
    source.windows = false
    source.lunch = false
    source.holes = holes
    source.roomy = true
    source.nights = nights
    let model = SearchModel(source.next())
    var state = TripState(model)
    for visit in 0..<model.visits {
      let day = source.pick(0...2)
      state.days[day].insert(visit, at: source.pick(0...state.days[day].count))
      state.dayOf[visit] = day
    }
    _ = state.refreshAll(model)
    return (state, model)
  }

  static func cost(_ state: TripState, _ model: SearchModel, _ changes: [(Int, [Int])]) -> Int {
    var trial = state
    for (day, order) in changes { trial.days[day] = order }
    return trial.totalCost(model) - state.totalCost(model)
  }

  @Test("predicted changes of cost are exact within a day", arguments: 1...30)
  func withinADay(seed: UInt64) {
    let (state, model) = Self.state(seed: seed, nights: [.home, .away], holes: seed % 3 == 0)
    for day in state.days.indices {
      let path = DayPath(state, day: day, model)
      let order = state.days[day]
      guard path.stops > 1 else { continue }
      for i in 1...path.stops {
        for j in i...path.stops {
          if j > i {
            var turned = order
            turned[(i - 1)...(j - 1)].reverse()
            #expect(TwoOpt.delta(path, i, j, model) == Self.cost(state, model, [(day, turned)]))
          }
          for k in 0...path.stops where k < i - 1 || k > j {
            for reversed in [false, true] {
              var piece = Array(order[(i - 1)...(j - 1)])
              if reversed { piece.reverse() }
              var moved = order
              moved.removeSubrange((i - 1)...(j - 1))
              moved.insert(contentsOf: piece, at: k < i ? k : k - (j - i + 1))
              let delta = OrOpt.delta(path, i, j, to: k, turned: reversed, model)
              #expect(delta == Self.cost(state, model, [(day, moved)]))
            }
          }
        }
      }
    }
  }

  @Test("predicted changes of cost are exact between days at home", arguments: 1...30)
  func betweenDays(seed: UInt64) {
    let (state, model) = Self.state(seed: seed &+ 100, holes: seed % 3 == 0)
    for a in state.days.indices {
      for b in state.days.indices where a != b {
        let path = DayPath(state, day: a, model)
        let other = DayPath(state, day: b, model)
        for i in 0...path.stops {
          for j in 0...other.stops {
            let first = Array(state.days[a][..<i] + state.days[b][j...])
            let second = Array(state.days[b][..<j] + state.days[a][i...])
            // Where another day becomes the last, `change` decides.
            func keepsLast(_ first: [Int], _ second: [Int]) -> Bool {
              var days = state.days
              (days[a], days[b]) = (first, second)
              return !model.lastDayDiffers
                || days.lastIndex { !$0.isEmpty } == state.days.lastIndex { !$0.isEmpty }
            }
            guard keepsLast(first, second) else { continue }
            #expect(
              TwoOptStar.delta(path, i, other, j, model)
                == Self.cost(state, model, [(a, first), (b, second)]))
            guard i > 0 else { continue }
            var from = state.days[a]
            let visit = from.remove(at: i - 1)
            var to = state.days[b]
            to.insert(visit, at: j)
            guard keepsLast(from, to) else { continue }
            #expect(
              Relocate.delta(path, i, i, into: other, at: j, turned: false, model)
                == Self.cost(state, model, [(a, from), (b, to)]))
            guard j > 0 else { continue }
            var x = state.days[a]
            var y = state.days[b]
            (x[i - 1], y[j - 1]) = (y[j - 1], x[i - 1])
            #expect(Swap.delta(path, i, other, j, model) == Self.cost(state, model, [(a, x), (b, y)]))
          }
        }
      }
    }
  }

  @Test("no move makes a plan worse, loses a visit or breaks a constraint", arguments: 1...40)
  func soundness(seed: UInt64) {
    var source = RandomProblem(seed: seed &+ 500)
    source.visits = 8...14
    source.days = 1...4
    let problem = source.next()
    let model = SearchModel(problem)
    var state = TripState(model)
    NearestNeighbour.fill(&state, model)
    let moves: [(String, (inout TripState, SearchModel) -> Bool)] = [
      ("2-opt", TwoOpt.improve), ("Or-opt", OrOpt.improve), ("relocate", Relocate.improve),
      ("swap", Swap.improve), ("2-opt*", TwoOptStar.improve), ("replace", Replace.improve),
    ]
    for (name, improve) in moves + moves {
      let before = Score(state, model)
      let found = improve(&state, model)
      let after = Score(state, model)
      #expect(after.mustLeftOut <= before.mustLeftOut && after.leftOut == before.leftOut, "\(name)")
      #expect(found ? after.cost < before.cost : after.cost == before.cost, "\(name)")
      #expect(state.cost == state.totalCost(model), "\(name)")
      let plan = TripSolver.plan(state.days, model)
      let violations = PlanChecker.violations(of: plan, in: problem).filter { $0.kind != .mustVisit }
      #expect(violations.isEmpty, "\(name), seed \(seed): \(violations)")
    }
  }

  @Test("what the deadlines say about a place is what timing the whole plan says", arguments: 1...60)
  func deadlines(seed: UInt64) {
    var source = RandomProblem(seed: seed &+ 900)
    source.visits = 6...10
    source.days = 1...3
    let problem = source.next()
    let model = SearchModel(problem)
    var state = TripState(model)
    NearestNeighbour.fill(&state, model)
    for visit in state.leftOut {
      for day in state.days.indices {
        for position in 0...state.days[day].count {
          let start = state.before(day, model)
          var trial = state.days
          trial[day].insert(visit, at: position)
          let holds = state.holds(visit, day: day, position: position, from: start, model)
          #expect(holds == PlainSchedule.allDaysFit(trial, in: problem), "seed \(seed)")
        }
      }
    }
  }
}
