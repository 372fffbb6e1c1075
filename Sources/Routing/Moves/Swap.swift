/// Exchanges a stop of one day with a stop of another, each taking the other's place.
///
/// The exchange move of Savelsbergh 1992.
enum Swap: Move {
  /// Change of cost from exchanging `nodes[i]` of `path` with `nodes[j]` of `other`. Exact but for nights away
  /// between neighbouring days, where the two paths share a node; `change` then decides.
  static func delta(_ path: DayPath, _ i: Int, _ other: DayPath, _ j: Int, _ model: SearchModel) -> Int {
    let p = path.nodes
    let q = other.nodes
    return model.cost(p[i - 1], q[j]) + model.cost(q[j], p[i + 1]) - path.along(i - 1, i + 1)
      + model.cost(q[j - 1], p[i]) + model.cost(p[i], q[j + 1]) - other.along(j - 1, j + 1)
  }

  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool {
    var found = false
    for day in state.days.indices {
      for target in (day + 1)..<max(day + 1, state.days.count) {
        while improveOnce(&state, day, target, model) { found = true }
      }
    }
    return found
  }

  private static func improveOnce(
    _ state: inout TripState, _ day: Int, _ target: Int, _ model: SearchModel
  ) -> Bool {
    guard !state.days[day].isEmpty, !state.days[target].isEmpty else { return false }
    let path = DayPath(state, day: day, model)
    let other = DayPath(state, day: target, model)
    for i in 1...path.stops {
      for j in 1...other.stops where delta(path, i, other, j, model) < 0 {
        var a = state.days[day]
        var b = state.days[target]
        (a[i - 1], b[j - 1]) = (b[j - 1], a[i - 1])
        if state.change(to: [(day, a), (target, b)], model) { return true }
      }
    }
    return false
  }
}
