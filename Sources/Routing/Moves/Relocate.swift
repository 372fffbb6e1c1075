/// Moves one to three stops that follow each other to another day, either way round.
///
/// The relocate move of Savelsbergh 1992, "The vehicle routing problem with time windows: minimizing route
/// duration", with the segments of Or 1976.
enum Relocate: Move {
  /// Change of cost from moving `nodes[i] … nodes[j]` of `path` between `nodes[k]` and `nodes[k + 1]` of `other`.
  /// Exact but for nights away between neighbouring days, where the two paths share a node, and where another day
  /// becomes the last; `change` then decides.
  static func delta(
    _ path: DayPath, _ i: Int, _ j: Int, into other: DayPath, at k: Int, turned: Bool, _ model: SearchModel
  ) -> Int {
    let p = path.nodes
    let q = other.nodes
    let emptied = model.home && path.stops == j - i + 1
    let closed = (emptied ? 0 : model.cost(p[i - 1], p[j + 1])) - path.along(i - 1, j + 1)
    let first = turned ? p[j] : p[i]
    let last = turned ? p[i] : p[j]
    let inside = turned ? path.against(i, j) : path.along(i, j)
    let opened = model.home && other.stops == 0 ? 0 : model.cost(q[k], q[k + 1])
    return closed + model.cost(q[k], first) + inside + model.cost(last, q[k + 1]) - opened
  }

  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool {
    var found = false
    for day in state.days.indices {
      for target in state.days.indices where target != day {
        while improveOnce(&state, day, target, model) { found = true }
      }
    }
    return found
  }

  private static func improveOnce(
    _ state: inout TripState, _ day: Int, _ target: Int, _ model: SearchModel
  ) -> Bool {
    guard !state.days[day].isEmpty else { return false }
    let path = DayPath(state, day: day, model)
    let other = DayPath(state, day: target, model)
    for length in 1...min(3, path.stops) {
      for i in 1...(path.stops - length + 1) {
        let j = i + length - 1
        for k in 0...other.stops {
          for turned in length > 1 ? [false, true] : [false]
          where delta(path, i, j, into: other, at: k, turned: turned, model) < 0 {
            var from = state.days[day]
            var piece = Array(from[(i - 1)...(j - 1)])
            if turned { piece.reverse() }
            from.removeSubrange((i - 1)...(j - 1))
            var to = state.days[target]
            to.insert(contentsOf: piece, at: k)
            if state.change(to: [(day, from), (target, to)], model) { return true }
          }
        }
      }
    }
    return false
  }
}
