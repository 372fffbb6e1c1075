import Geo

/// A driving time that no plan making the same visits on the same days can beat, hours and windows looked at.
///
/// Each visit has a price that whoever makes it is paid; the prices less what the cheapest days earn by them bound every
/// plan (Lagrangian relaxation of set partitioning; Christofides, Mingozzi and Toth 1981, "Exact algorithms for the
/// vehicle routing problem, based on spanning tree and shortest path relaxations"). Days may make a visit twice, but
/// not while they remember it: they forget it on reaching a place to which it is no near one (ng-routes; Baldacci,
/// Mingozzi and Roberti 2011, "New route relaxation and pricing strategies for the vehicle routing problem"). Prices
/// are raised and lowered by a deflected subgradient.
///
/// Lunch, windows, limits of driving and distance, set-up and overtime bind as the ``SearchModel`` says; the order of
/// visits, waiting and places twice a day do not. Nights away make one path over all days. Times are rounded down to
/// ``Options/grain``, which only lowers the bound.
struct RouteRelaxation {
  struct Options {
    /// Seconds that times are rounded down to.
    var grain = 300
    /// How many near visits each one remembers.
    var memory = 8
    /// Steps of the subgradient.
    var steps = 60
    /// Legs that days are taken further by in all, and when to stop; what is known by then is the bound.
    var extensions = 4_000_000
    var deadline: ContinuousClock.Instant?

    init(grain: Int = 300, memory: Int = 8, steps: Int = 60) {
      self.grain = grain
      self.memory = memory
      self.steps = steps
    }

    init(memory: Int, steps: Int, _ effort: Effort) {
      self.init(memory: memory, steps: steps)
      extensions = effort.extensions
      deadline = effort.deadline
    }
  }

  /// What a search may spend on a bound.
  struct Effort {
    var extensions: Int
    var deadline: ContinuousClock.Instant?

    var isOver: Bool { extensions <= 0 || (deadline.map { .now >= $0 } ?? false) }
  }

  /// The bound of a plan: first prices from days of little memory, then, at home, a proof by listing days
  /// (``RouteProof``); where that does not come to anything, more memory.
  /// - Parameter known: driving seconds of the plan.
  /// - Returns: the bound, 0 where it does not apply, and the orders of days of a plan that drives less, as far as one was
  ///   found; it may break what the bound does not look at.
  static func bound(
    of orders: [[Int]], known: Int, _ model: SearchModel, _ effort: Effort
  ) -> (driving: Int, better: [[Int]]?) {
    guard applies(to: orders.flatMap { $0 }, model) else { return (0, nil) }
    var effort = effort
    var relaxation = RouteRelaxation(orders, model, Options(memory: 3, steps: 40, effort))
    var best = relaxation.bound(below: known)
    effort.extensions -= relaxation.extensions
    guard best < known else { return (best, nil) }
    if model.home {
      var proof = RouteProof(relaxation, known: known, bound: best)
      proof.run(from: relaxation.prices, &effort)
      best = max(best, proof.driving)
      if best == known || proof.orders != nil { return (best, proof.orders) }
    }
    let prices = relaxation.prices
    relaxation = RouteRelaxation(orders, model, Options(memory: 8, steps: 150, effort))
    relaxation.prices = prices
    return (max(best, relaxation.bound(below: known)), nil)
  }

  /// Prices and costs count in this part of a second.
  static let scale = 8

  let model: SearchModel
  let visits: [Int]
  let options: Options
  private(set) var prices: [Int32]
  let pricing: RoutePricing
  /// Each kind of day once, and which kind a day is.
  let kinds: [RouteDay]
  let kindOf: [Int]
  var extensions: Int { pricing.extensions }

  /// Visits whose making takes no time could be made again and again; more than 128 are not looked at.
  static func applies(to visits: [Int], _ model: SearchModel) -> Bool {
    visits.count > 1 && visits.count <= 128 && model.standing == nil && !model.remaining.underway
      && visits.allSatisfy { model.service[$0] >= 30 }
  }

  /// - Parameter orders: the visits of each day of a plan, from which first prices are guessed.
  init(_ orders: [[Int]], _ model: SearchModel, _ options: Options) {
    self.model = model
    self.options = options
    let visits = orders.flatMap { $0 }
    self.visits = visits
    pricing = RoutePricing(
      near: Self.near(visits, memory: options.memory, model), grain: options.grain,
      mostLabels: 2_000_000)
    var first: [Int] = []
    kindOf = (0..<model.dayCount).map { day in
      if let same = first.firstIndex(where: { model.isSameDay($0, day) }) { return same }
      first.append(day)
      return first.count - 1
    }
    kinds = first.map { RouteDay($0, visits, model) }
    prices = [Int32](repeating: 0, count: visits.count)
    let place = Dictionary(uniqueKeysWithValues: visits.enumerated().map { ($1, $0) })
    for (from, to) in model.legs(of: orders) {
      let leg = min(model.seconds(from, to), 1 << 20) * Self.scale
      let ends = [place[from], place[to]].compactMap { $0 }
      for end in ends { prices[end] += Int32(leg / ends.count) }
    }
  }

  /// For each visit the set it remembers: as many near ones as told.
  static func near(_ visits: [Int], memory: Int, _ model: SearchModel) -> [(
    low: UInt64, high: UInt64
  )] {
    visits.map { visit in
      let keyed = visits.indices.map { k in
        (min(model.seconds(visit, visits[k]), model.seconds(visits[k], visit)), k)
      }
      return keyed.sorted { $0 < $1 }.prefix(memory + 1).reduce(
        into: (low: UInt64(0), high: UInt64(0))
      ) {
        if $1.1 < 64 { $0.low |= 1 << UInt64($1.1) } else { $0.high |= 1 << UInt64($1.1 - 64) }
      }
    }
  }

  /// - Parameter known: driving seconds of the plan.
  mutating func bound(below known: Int) -> Int {
    let n = visits.count
    var best = 0
    var step = 1.0
    var idle = 0
    var exact = prices.map(Double.init)
    var direction = [Double](repeating: 0, count: n)
    var bestPrices = prices
    let goal = Double(known * Self.scale)
    for _ in 0..<options.steps {
      guard extensions < options.extensions, !Task.isCancelled, options.deadline.map({ .now < $0 }) ?? true,
        let days = model.home ? daysAtHome() : path()
      else { break }
      let value = prices.reduce(0) { $0 + Int($1) } + days.cost
      if value > best {
        best = value
        bestPrices = prices
        idle = 0
      } else {
        idle += 1
        if idle == 4 {
          step *= 0.6
          idle = 0
          exact = bestPrices.map(Double.init)
        }
      }
      if (best + Self.scale - 1) / Self.scale >= known { break }
      let gradient = days.times.map { 1 - Double($0) }
      for k in 0..<n { direction[k] = gradient[k] + 0.3 * direction[k] }
      let length = direction.reduce(0) { $0 + $1 * $1 }
      guard length > 0.01 else { break }
      let stride = step * (goal * 1.001 - Double(value)) / length
      for k in 0..<n {
        exact[k] = min(max(exact[k] + stride * direction[k], -0x1p26), 0x1p26)
        prices[k] = Int32(exact[k].rounded())
      }
    }
    prices = bestPrices
    return min(known, (best + Self.scale - 1) / Self.scale)
  }

  /// Days at the prices they were found with.
  private struct Days {
    /// Driving less prices, in parts of a second.
    var cost: Int
    /// How often each visit is made.
    var times: [Int]
  }

  // MARK: Nights at home

  /// A day's cheapest way, nothing when none earns.
  private struct Closing {
    var cost = 0
    var visits: [Int] = []
  }

  private func daysAtHome() -> Days? {
    var found: [(last: Closing, before: Closing)] = []
    for kind in kinds {
      pricing.clear()
      guard let range = pricing.run(kind, starts: [pricing.morning(kind)], prices: prices) else {
        return nil
      }
      let last = closing(range, kind, endingAt: kind.end)
      found.append(
        (
          last,
          model.lastDayDiffers ? closing(range, kind, endingAt: kind.home) : last
        ))
    }
    func cost(last: Int) -> Int {
      (0..<last).reduce(found[kindOf[last]].last.cost) { $0 + found[kindOf[$1]].before.cost }
    }
    // Where the last day is like the others, all of them earn.
    let last =
      model.lastDayDiffers
      ? (0..<model.dayCount).min { cost(last: $0) < cost(last: $1) }! : model.dayCount - 1
    var days = Days(cost: cost(last: last), times: .init(repeating: 0, count: visits.count))
    for day in 0...last {
      let kind = found[kindOf[day]]
      for visit in (day == last ? kind.last : kind.before).visits { days.times[visit] += 1 }
    }
    return days
  }

  private func closing(_ range: Range<Int>, _ day: RouteDay, endingAt ends: DayEnd) -> Closing {
    var best = Closing()
    var end = -1
    for k in range {
      let label = pricing.labels.items[k]
      guard label.visit >= 0, label.visit < visits.count else { continue }
      let drive = ends.drives[Int(label.visit)]
      let cost = Int(label.cost) + Int(drive) * Self.scale
      guard cost < best.cost,
        pricing.canEnd(label, drive: drive, metres: ends.metres[Int(label.visit)], day)
      else {
        continue
      }
      (best.cost, end) = (cost, k)
    }
    best.visits = pricing.visits(endingIn: end)
    return best
  }

  // MARK: Nights away

  /// One path over all days.
  private func path() -> Days? {
    var best = (cost: Int.max, label: -1)
    var resting: [Int] = []
    pricing.clear()
    for day in 0..<model.dayCount {
      let kind = kinds[kindOf[day]]
      // Whoever has not begun may begin today.
      var starts = [pricing.morning(kind)]
      for k in resting {
        var label = pricing.labels.items[k]
        label.parent = Int32(k)
        (label.hungry, label.fed) = kind.morning
        (label.driving, label.metres, label.isMorning) = (0, 0, true)
        starts.append(label)
      }
      guard let today = pricing.run(kind, starts: starts, prices: prices) else { return nil }
      var places = [[Int]](repeating: [], count: visits.count)
      for k in resting { rest(k, among: &places) }
      for k in today {
        let label = pricing.labels.items[k]
        guard label.visit >= 0, label.visit < visits.count else { continue }
        let (drive, metres) = (kind.end.drives[Int(label.visit)], kind.end.metres[Int(label.visit)])
        // The way to the end may stand on a later day.
        if drive >= 0,
          day < model.dayCount - 1 || pricing.canEnd(label, drive: drive, metres: metres, kind)
        {
          let cost = Int(label.cost) + Int(drive) * Self.scale
          if cost < best.cost { best = (cost, k) }
        }
        if pricing.canEnd(label, drive: 0, metres: 0, kind) { rest(k, among: &places) }
      }
      resting = places.flatMap { $0 }
    }
    guard best.label >= 0 else { return nil }
    var days = Days(cost: best.cost, times: .init(repeating: 0, count: visits.count))
    for visit in pricing.visits(endingIn: best.label) { days.times[visit] += 1 }
    return days
  }

  /// Overnight only costs and memories differ.
  private func rest(_ k: Int, among places: inout [[Int]]) {
    let items = pricing.labels.items
    func beats(_ a: Int, _ b: Int) -> Bool {
      items[a].cost <= items[b].cost && items[a].low & ~items[b].low == 0
        && items[a].high & ~items[b].high == 0
    }
    let visit = Int(items[k].visit)
    if places[visit].contains(where: { beats($0, k) }) { return }
    places[visit].removeAll { beats(k, $0) }
    places[visit].append(k)
  }
}
