/// One way of changing a plan for the better.
///
/// Contract of every move: `improve` looks at its whole neighbourhood once, applies each change that lowers the
/// cost and breaks nothing (first improvement), and says whether it applied any. What it predicts as the change
/// of cost is exact, holes included; only windows, lunch and limits are left to the state's clocks. Moves keep
/// the set of visits made unless they say otherwise.
protocol Move {
  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool
}

/// One day as a path between the two nodes it hangs on, with running sums in both directions, so that the cost of
/// any stretch, forwards or backwards, is a difference of two sums.
struct DayPath {
  /// The node before the day, its stops, the node after.
  let nodes: [Int]
  private let forward: [Int]
  private let backward: [Int]

  var stops: Int { nodes.count - 2 }

  init(_ state: TripState, day: Int, _ model: SearchModel) {
    var nodes = [state.before(day, model)]
    nodes.append(contentsOf: state.days[day])
    nodes.append(state.after(day, model))
    self.nodes = nodes
    var forward = [0]
    var backward = [0]
    for k in 1..<nodes.count {
      forward.append(forward[k - 1] + model.cost(nodes[k - 1], nodes[k]))
      // Nobody drives out of the end or into the start backwards: only stretches of stops are turned.
      let turnable = k > 1 && k < nodes.count - 1
      backward.append(backward[k - 1] + (turnable ? model.cost(nodes[k], nodes[k - 1]) : 0))
    }
    self.forward = forward
    self.backward = backward
  }

  /// Cost along `nodes[i] … nodes[j]`.
  func along(_ i: Int, _ j: Int) -> Int { forward[j] - forward[i] }
  /// Cost of the same stretch of stops driven from `j` to `i`.
  func against(_ i: Int, _ j: Int) -> Int { backward[j] - backward[i] }
}

/// Applies all moves in turn until none finds anything, putting left-out visits in as soon as there is room.
enum LocalSearch {
  static func run(_ state: inout TripState, _ model: SearchModel) {
    TripSolver.insertAll(into: &state, model)
    var again = true
    while again {
      again = false
      if TwoOpt.improve(&state, model) { again = true }
      if OrOpt.improve(&state, model) { again = true }
      if Relocate.improve(&state, model) { again = true }
      if Swap.improve(&state, model) { again = true }
      if TwoOptStar.improve(&state, model) { again = true }
      if Replace.improve(&state, model) { again = true }
      if again { TripSolver.insertAll(into: &state, model) }
    }
  }
}
