/// Evens out the days of a finished plan where that costs next to nothing: a trip of two days should not be two
/// visits on the one and twenty on the other.
///
/// The price of unequal days is Σ length² ÷ (20 · mean length), in driving seconds, the mean being that of the days
/// with visits; a stretch of stops goes to another day when what it takes off that price is more than what it
/// adds in driving. No day is begun for it, so that none needs a night away, and all of it together costs at most
/// ten minutes of driving, or 2 % of it where that is more. The quadratic form of workload equity is measure V in Matl, Hartl and Vidal 2018, "Workload
/// equity in vehicle routing problems", Transportation Science 52(2). With nights away only stops at the border of
/// two neighbouring days change sides: the road stays the same.
///
/// Keeps the set of visits made and every constraint; the price of the plan falls with each change, so it ends.
enum LevelDays {
  static func run(_ state: inout TripState, _ model: SearchModel) {
    guard model.dayCount > 1, state.refreshAll(model) else { return }
    let total = lengths(state, model).reduce(0, +)
    let used = state.days.count { !$0.isEmpty }
    guard total > 0, used > 1 else { return }
    let unit =
      model.problem.metric == .time ? 1 : Double(state.cost) / Double(max(1, state.totalDriving(model)))
    let cost = Double(state.price(model))
    let price = Price(mean: max(1, total / used), most: cost + max(600 * unit, cost / 50), unit: unit)
    while improveOnce(&state, price, model) {}
  }

  struct Price {
    var mean: Int
    /// What the levelled trip may cost.
    var most: Double
    /// Cost per driving second, by the problem's metric.
    var unit: Double

    func of(_ lengths: [Int]) -> Double {
      unit * Double(lengths.reduce(0) { $0 + $1 * $1 }) / Double(20 * mean)
    }
  }

  /// From the start of work to the end of the day; 0 for a day without visits.
  static func lengths(_ state: TripState, _ model: SearchModel) -> [Int] {
    state.days.indices.map {
      state.days[$0].isEmpty ? 0 : max(0, state.ends[$0] - model.dayRules[$0].opens)
    }
  }

  /// Applies the change that lowers cost plus price the most; false when none does.
  private static func improveOnce(_ state: inout TripState, _ price: Price, _ model: SearchModel) -> Bool {
    let lengths = lengths(state, model)
    let now = price.of(lengths)
    var best: TripState?
    var bestGain = 0.5
    func consider(_ source: Int, _ from: [Int], _ target: Int, _ to: [Int]) {
      var trial = state
      trial.days[source] = from
      trial.days[target] = to
      guard model.keepsStanding(trial.days), trial.refreshAll(model) else { return }
      let after = Self.lengths(trial, model)
      guard Double(trial.price(model)) <= price.most, after[target] <= lengths[source] else { return }
      let gain =
        now - price.of(after) - Double(trial.price(model) - state.price(model))
      if gain > bestGain {
        bestGain = gain
        best = trial
      }
    }
    for source in state.days.indices where !state.days[source].isEmpty {
      for target in state.days.indices
      where target != source && !state.days[target].isEmpty && lengths[target] < lengths[source] {
        // Nothing moved between the two can save more than making them equal.
        let half = (lengths[source] + lengths[target]) / 2
        var equal = lengths
        equal[source] = half
        equal[target] = half
        let most = now - price.of(equal)
        guard most > bestGain else { continue }
        if model.home {
          stretches(state, source, target, most, model) { consider(source, $0, target, $1) }
        } else if abs(source - target) == 1 {
          borders(state, source, target) { consider(source, $0, target, $1) }
        }
      }
    }
    guard var found = best else { return false }
    for (day, order) in found.days.enumerated() { for visit in order { found.dayOf[visit] = day } }
    state = found
    return true
  }

  /// Stretches of the source day put anywhere into the target day, either way round, for less than `most`.
  private static func stretches(
    _ state: TripState, _ source: Int, _ target: Int, _ most: Double, _ model: SearchModel,
    _ body: ([Int], [Int]) -> Void
  ) {
    let path = DayPath(state, day: source, model)
    let other = DayPath(state, day: target, model)
    for i in 1...path.stops {
      for j in i...path.stops {
        // Only the cheapest place of a stretch is looked at closely.
        var cheapest: (delta: Int, at: Int, turned: Bool)?
        for k in 0...other.stops {
          for turned in i < j ? [false, true] : [false] {
            let delta = Relocate.delta(path, i, j, into: other, at: k, turned: turned, model)
            if delta < cheapest?.delta ?? .max { cheapest = (delta, k, turned) }
          }
        }
        guard let cheapest, Double(cheapest.delta) < most else { continue }
        var from = state.days[source]
        var piece = Array(from[(i - 1)...(j - 1)])
        if cheapest.turned { piece.reverse() }
        from.removeSubrange((i - 1)...(j - 1))
        var to = state.days[target]
        to.insert(contentsOf: piece, at: cheapest.at)
        body(from, to)
      }
    }
  }

  /// The source day's first or last stops joined to the neighbouring day they touch.
  private static func borders(
    _ state: TripState, _ source: Int, _ target: Int, _ body: ([Int], [Int]) -> Void
  ) {
    let order = state.days[source]
    for count in 1...order.count {
      if target > source {
        body(Array(order.dropLast(count)), Array(order.suffix(count)) + state.days[target])
      } else {
        body(Array(order.dropFirst(count)), state.days[target] + Array(order.prefix(count)))
      }
    }
  }
}
