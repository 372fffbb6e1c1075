/// Moves one to three stops that follow each other to another place of the same day, either way round.
///
/// Or 1976, "Traveling salesman-type combinatorial problems and their relation to the logistics of regional blood
/// banking".
enum OrOpt: Move {
  /// Change of cost from taking `nodes[i] … nodes[j]` out and putting it between `nodes[k]` and `nodes[k + 1]`,
  /// k < i - 1 or k > j.
  static func delta(
    _ path: DayPath, _ i: Int, _ j: Int, to k: Int, turned: Bool, _ model: SearchModel
  ) -> Int {
    let p = path.nodes
    let closed = model.cost(p[i - 1], p[j + 1]) - path.along(i - 1, j + 1)
    let first = turned ? p[j] : p[i]
    let last = turned ? p[i] : p[j]
    let inside = turned ? path.against(i, j) : path.along(i, j)
    return closed + model.cost(p[k], first) + inside + model.cost(last, p[k + 1]) - model.cost(p[k], p[k + 1])
  }

  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool {
    var found = false
    for day in state.days.indices where state.days[day].count > 1 {
      var path = DayPath(state, day: day, model)
      for length in 1...3 {
        var i = 1
        while i + length - 1 <= path.stops {
          let j = i + length - 1
          scan: for k in 0...path.stops where k < i - 1 || k > j {
            for turned in length > 1 ? [false, true] : [false]
            where delta(path, i, j, to: k, turned: turned, model) < 0 {
              var order = state.days[day]
              var piece = Array(order[(i - 1)...(j - 1)])
              if turned { piece.reverse() }
              order.removeSubrange((i - 1)...(j - 1))
              order.insert(contentsOf: piece, at: k < i ? k : k - length)
              if state.change(to: [(day, order)], model) {
                found = true
                path = DayPath(state, day: day, model)
                break scan
              }
            }
          }
          i += 1
        }
      }
    }
    return found
  }
}
