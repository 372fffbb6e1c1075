/// Fills one day after another: always on to the nearest visit that the rest of the day can hold.
///
/// The nearest-neighbour rule of Rosenkrantz, Stearns and Lewis 1977, "An analysis of several heuristics for the
/// traveling salesman problem", with every constraint of a day looked at before going on; must-visits first.
enum NearestNeighbour {
  static func fill(_ state: inout TripState, _ model: SearchModel) {
    for must in model.must.contains(true) ? [true, false] : [false] {
      for day in state.days.indices {
        while let next = nearest(to: day, must: must, state, model) {
          let position = state.days[day].count
          let from = state.days[day].last ?? state.before(day, model)
          let after = state.after(day, model)
          let join = state.joinCost(day, from, after, model)
          let delta =
            model.cost(from, next) + model.cost(next, after) - join + (state.handover(to: day, model) ?? 0)
          state.insert(next, at: InsertionPlace(day: day, position: position, delta: delta), model)
        }
      }
    }
  }

  private static func nearest(
    to day: Int, must: Bool, _ state: TripState, _ model: SearchModel
  ) -> Int? {
    let start = state.before(day, model)
    let here = state.days[day].last ?? start
    let position = state.days[day].count
    var best: Int?
    for visit in state.dayOf.indices where state.dayOf[visit] < 0 && (model.must[visit] || !must) {
      let cost = model.cost(here, visit)
      guard cost < SearchModel.hole, best == nil || cost < model.cost(here, best!) else { continue }
      guard model.cost(visit, state.after(day, model)) < SearchModel.hole else { continue }
      guard state.places(for: visit, on: day, model)?.contains(position) == true else { continue }
      if state.holds(visit, day: day, position: position, from: start, model) { best = visit }
    }
    return best
  }
}
