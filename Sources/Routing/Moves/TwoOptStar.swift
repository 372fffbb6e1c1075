/// Cuts two days in two and joins the first part of each with the second part of the other.
///
/// Potvin and Rousseau 1995, "An exchange heuristic for routeing problems with time windows". Keeps the order of
/// every part, so it suits opening windows.
enum TwoOptStar: Move {
  /// Change of cost, nights at home: the first `i` stops of `path` go on with the rest of `other`, whose first
  /// `j` stops go on with the rest of `path`. Each day keeps its end; `change` decides where another day becomes
  /// the last.
  static func delta(_ path: DayPath, _ i: Int, _ other: DayPath, _ j: Int, _ model: SearchModel) -> Int {
    let p = path.nodes
    let q = other.nodes
    // A day that ends up empty is not driven; one that was empty is not driven yet.
    let first = i == 0 && j == other.stops ? 0 : tail(p[i], q[(j + 1)...], endingAt: p.last!, model)
    let second = j == 0 && i == path.stops ? 0 : tail(q[j], p[(i + 1)...], endingAt: q.last!, model)
    let before = path.stops == 0 ? 0 : model.cost(p[i], p[i + 1])
    let beside = other.stops == 0 ? 0 : model.cost(q[j], q[j + 1])
    return first + second - before - beside
  }

  /// The leg from `node` to a tail of the other day, and what the tail's own last leg costs more to another end.
  @inline(__always)
  private static func tail(
    _ node: Int, _ rest: ArraySlice<Int>, endingAt end: Int, _ model: SearchModel
  ) -> Int {
    guard rest.count > 1 else { return model.cost(node, end) }
    let last = rest[rest.endIndex - 2]
    return model.cost(node, rest[rest.startIndex]) + model.cost(last, end)
      - model.cost(last, rest[rest.endIndex - 1])
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
    let path = DayPath(state, day: day, model)
    let other = DayPath(state, day: target, model)
    for i in 0...path.stops {
      for j in 0...other.stops {
        // With nights away the days between are driven after other stops: the state prices that itself.
        if model.home ? delta(path, i, other, j, model) >= 0 : !worthTrying(path, i, other, j, model) {
          continue
        }
        let a = state.days[day]
        let b = state.days[target]
        if state.change(to: [(day, Array(a[..<i] + b[j...])), (target, Array(b[..<j] + a[i...]))], model) {
          return true
        }
      }
    }
    return false
  }

  /// Nights away: one of the two new joints must be shorter than one of the old for the whole to be.
  private static func worthTrying(
    _ path: DayPath, _ i: Int, _ other: DayPath, _ j: Int, _ model: SearchModel
  ) -> Bool {
    let p = path.nodes
    let q = other.nodes
    return model.cost(p[i], q[j + 1]) + model.cost(q[j], p[i + 1])
      < model.cost(p[i], p[i + 1]) + model.cost(q[j], q[j + 1])
  }
}
