/// Drives a stretch of a day the other way round.
///
/// Croes 1958, "A method for solving traveling-salesman problems". For costs that differ by direction the turned
/// stretch is priced with running sums of the way back, as in Kanellakis and Papadimitriou 1980, so a move still
/// costs constant time to judge.
enum TwoOpt: Move {
  /// Change of cost from turning `nodes[i] … nodes[j]`, 1 ≤ i < j ≤ stops.
  static func delta(_ path: DayPath, _ i: Int, _ j: Int, _ model: SearchModel) -> Int {
    let p = path.nodes
    return model.cost(p[i - 1], p[j]) + path.against(i, j) + model.cost(p[i], p[j + 1])
      - path.along(i - 1, j + 1)
  }

  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool {
    var found = false
    for day in state.days.indices where state.days[day].count > 1 {
      var path = DayPath(state, day: day, model)
      var i = 1
      while i < path.stops {
        var j = i + 1
        while j <= path.stops {
          if delta(path, i, j, model) < 0 {
            var order = state.days[day]
            order[(i - 1)...(j - 1)].reverse()
            if state.change(to: [(day, order)], model) {
              found = true
              path = DayPath(state, day: day, model)
            }
          }
          j += 1
        }
        i += 1
      }
    }
    return found
  }
}
