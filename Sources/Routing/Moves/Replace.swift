/// Makes a left-out visit instead of a planned one where that is worth more, or worth the same and cheaper.
///
/// The replace move of the orienteering problem (Vansteenwegen, Souffriau, Van Oudheusden 2011, "The orienteering
/// problem: a survey"). Changes which visits are made, never how many; a must-visit is never given up.
enum Replace: Move {
  /// Change of cost from making `visit` in place of `nodes[i]`.
  static func delta(_ path: DayPath, _ i: Int, by visit: Int, _ model: SearchModel) -> Int {
    let p = path.nodes
    return model.cost(p[i - 1], visit) + model.cost(visit, p[i + 1]) - path.along(i - 1, i + 1)
  }

  static func improve(_ state: inout TripState, _ model: SearchModel) -> Bool {
    var found = false
    for visit in state.leftOut {
      days: for day in state.days.indices where !state.days[day].isEmpty {
        let path = DayPath(state, day: day, model)
        for i in 1...path.stops {
          let old = path.nodes[i]
          let better = model.weight[visit] > model.weight[old]
          if !better && delta(path, i, by: visit, model) >= 0 { continue }
          if model.must[old] && !model.must[visit] || model.weight[visit] < model.weight[old] { continue }
          var order = state.days[day]
          order[i - 1] = visit
          if state.change(to: [(day, order)], forced: better, model) {
            state.dayOf[old] = -1
            found = true
            break days
          }
        }
      }
    }
    return found
  }
}
