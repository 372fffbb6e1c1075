/// Proof that a plan with nights at home drives least, or a better one: all days that a better plan could have are listed,
/// and the best choice of them is found (route enumeration; Baldacci, Christofides and Mingozzi 2008, "An exact algorithm
/// for the vehicle routing problem based on the set partitioning formulation with additional cuts").
///
/// Prices come from a linear program over the cheapest days listed so far, which are listed anew at its prices, until
/// these bound plans no better (column generation). Where it uses a fraction of a day, fewer and more days are looked at
/// apart.
struct RouteProof {
  /// Labels that a list may have: few while prices are looked for, then more.
  private static let mostLabels = [15_000, 100_000, 400_000]
  private static let mostColumns = 500

  private let relaxation: RouteRelaxation
  private let pricing: RoutePricing
  private var visits: Int { relaxation.visits.count }
  /// Driving of the best plan known and what no plan drives less than, in parts of a second.
  private var known: Int
  private var bound: Int
  /// Visits of each day of a better plan, as far as one was found.
  private(set) var orders: [[Int]]?
  /// Seconds that no plan drives less than.
  var driving: Int { (min(bound, known) + RouteRelaxation.scale - 1) / RouteRelaxation.scale }
  /// What plans that are no better than the one known cost at least.
  private var enough: Int { known - RouteRelaxation.scale + 1 }

  /// Plans that are looked at together.
  private struct Case {
    /// The kinds of days that they have, and whether the trip ends there.
    var kinds: [(kind: Int, isLast: Bool)]
    /// The day that each kind stands on.
    var days: [[Int]]
    var counts: DayCounts
    var prices: [Int32]
    var bound: Int
  }

  /// Days listed at some prices.
  private struct Listed {
    var lists: [DayEnumeration] = []
    /// What a plan costs at least.
    var bound: Int
    var base: Int
    /// The cheapest day of each kind.
    var least: [Int] = []
    /// All plans that cost less have their days listed.
    var limit: Int
  }

  /// - Parameters:
  ///   - known: driving seconds of a plan.
  ///   - bound: what no plan drives less than.
  init(_ relaxation: RouteRelaxation, known: Int, bound: Int) {
    self.relaxation = relaxation
    self.known = known * RouteRelaxation.scale
    self.bound = bound * RouteRelaxation.scale
    pricing = RoutePricing(
      near: RouteRelaxation.near(relaxation.visits, memory: 8, relaxation.model), grain: 60,
      mostLabels: 400_000)
  }

  /// Raises the bound as far as the effort goes.
  mutating func run(from prices: [Int32], _ effort: inout RouteRelaxation.Effort) {
    var open = cases(prices)
    var closed = Int.max
    while let k = open.indices.min(by: { open[$0].bound < open[$1].bound }) {
      var next = open.remove(at: k)
      let parts = look(at: &next, &effort)
      if let parts { open += parts } else { closed = min(closed, next.bound) }
      bound = max(bound, min(closed, open.reduce(Int.max) { min($0, $1.bound) }))
      if next.bound < enough && parts == nil { return }
    }
  }

  private func cases(_ prices: [Int32]) -> [Case] {
    let kindOf = relaxation.kindOf
    let all = Array(kindOf.indices)
    let floor = bound
    func make(_ groups: [(kind: Int, isLast: Bool, days: [Int])]) -> Case {
      let groups = groups.filter { !$0.days.isEmpty }
      let most = groups.map(\.days.count)
      let least = groups.map { $0.isLast ? 1 : 0 }
      return Case(
        kinds: groups.map { ($0.kind, $0.isLast) }, days: groups.map(\.days),
        counts: DayCounts(least: least, most: most, total: 1...max(1, most.reduce(0, +))),
        prices: prices,
        bound: floor)
    }
    let kinds = relaxation.kinds.indices
    guard relaxation.model.lastDayDiffers else {
      return [make(kinds.map { kind in (kind, false, all.filter { kindOf[$0] == kind }) })]
    }
    return all.filter { last in !all.contains { $0 > last && kindOf[$0] == kindOf[last] } }.map {
      last in
      make(
        kinds.map { kind in (kind, false, all[..<last].filter { kindOf[$0] == kind }) } + [
          (kindOf[last], true, [last])
        ])
    }
  }

  /// Raises the bound of a case.
  /// - Returns: the cases it falls into; nil when it is done with or there is no more effort.
  private mutating func look(at plans: inout Case, _ effort: inout RouteRelaxation.Effort)
    -> [Case]?
  {
    var columns = Columns()
    var prices = plans.prices
    var box = Double(known) / Double(visits) / 6
    var (level, days) = (0, 0.0)
    while !effort.isOver {
      guard let listed = list(plans, prices, mostLabels: Self.mostLabels[level], &effort) else {
        return nil
      }
      let isBetter = listed.bound > plans.bound
      if isBetter { (plans.bound, plans.prices) = (listed.bound, prices) }
      if plans.bound >= enough { return nil }
      if level > 0 || listed.limit >= enough {
        guard choose(listed, plans, &effort) else { return nil }
        plans.bound = max(plans.bound, min(known, listed.limit))
        if plans.bound >= enough { return nil }
      }
      if level > 0 {
        if let parts = parts(of: plans, at: days) { return parts }
        level += 1
        if level == Self.mostLabels.count { return nil }
        continue
      }
      let isNew = columns.add(listed.lists, prices, most: Self.mostColumns)
      let program = DayProgram(
        visits: visits, plans.counts, columns.all, near: plans.prices.map(Double.init), box: box)
      guard let answer = program.solve() else { return nil }
      effort.extensions -= columns.all.count * 20
      days = answer.days
      if (!isBetter && !isNew) || Int(answer.value) - plans.bound < (known - plans.bound) / 20 {
        (level, prices) = (1, plans.prices)
      } else {
        box *= isBetter ? 2 : 0.5
        prices = answer.prices.map { Int32(min(max($0, -0x1p26), 0x1p26).rounded()) }
      }
    }
    return nil
  }

  /// Days that the linear program chooses from.
  private struct Columns {
    private struct Key: Hashable {
      var low: UInt64
      var high: UInt64
      var kind: Int
    }

    private(set) var all: [DayProgram.Column] = []
    private var present: Set<Key> = []

    /// The cheapest days of each list.
    /// - Returns: whether any was not there yet.
    mutating func add(_ lists: [DayEnumeration], _ prices: [Int32], most: Int) -> Bool {
      let before = all.count
      for (kind, list) in lists.enumerated() {
        for day in list.days.prefix(most)
        where present.insert(Key(low: day.low, high: day.high, kind: kind)).inserted {
          let cost = day.visits.reduce(Int(day.cost)) { $0 + Int(prices[$1]) }
          all.append(.init(day: day, kind: kind, cost: Double(cost)))
        }
      }
      return all.count > before
    }
  }

  /// Plans of fewer and of more days; nil when that is no fraction.
  private func parts(of plans: Case, at days: Double) -> [Case]? {
    let total = plans.counts.total
    let fewer = Int(days.rounded(.down))
    guard abs(days - days.rounded()) > 0.05, total.contains(fewer), total.contains(fewer + 1) else {
      return nil
    }
    return [total.lowerBound...fewer, fewer + 1...total.upperBound].map { range in
      var part = plans
      part.counts.total = range
      return part
    }
  }

  /// Lists days that are cheap at the prices.
  private func list(
    _ plans: Case, _ prices: [Int32], mostLabels: Int, _ effort: inout RouteRelaxation.Effort
  ) -> Listed? {
    let days = plans.kinds.map { relaxation.kinds[$0.kind] }
    let ends = zip(plans.kinds, days).map {
      $0.isLast || !relaxation.model.lastDayDiffers ? $1.end : $1.home
    }
    let before = pricing.extensions
    defer { effort.extensions -= pricing.extensions - before }
    var completions: [DayCompletion] = []
    for (day, end) in zip(days, ends) {
      guard let completion = DayCompletion(day, endingAt: end, prices: prices, pricing) else {
        return nil
      }
      completions.append(completion)
    }
    let base = prices.reduce(0) { $0 + Int($1) }
    var listed = Listed(
      bound: base, base: base, least: completions.map { Int($0.least) }, limit: known)
    var limits: [Int] = []
    for (k, completion) in completions.enumerated() {
      guard let others = plans.counts.using(k)?.cheapest(listed.least) else { return nil }
      let list = DayEnumeration(days[k], prices: prices, completion)
      let limit = max(Int(completion.least), min(known - base - others, 1 << 28))
      guard
        let reached = list.run(
          from: pricing.morning(days[k]), below: Int32(limit), endingAt: ends[k],
          mostLabels: mostLabels,
          effort,
          pricing)
      else { return nil }
      effort.extensions -= list.work
      listed.lists.append(list)
      limits.append(Int(reached))
      listed.least[k] = min(list.days.first.map { Int($0.cost) } ?? Int(reached), Int(reached))
    }
    listed.bound = plans.counts.cheapest(listed.least).map { base + $0 } ?? known
    for k in limits.indices {
      guard let others = plans.counts.using(k)?.cheapest(listed.least) else { continue }
      listed.limit = min(listed.limit, base + others + limits[k])
    }
    return listed
  }

  /// Looks for a better plan of the days listed.
  /// - Returns: whether plans that cost less than ``Listed/limit`` are no better then; false when that would be too much
  ///   work.
  private mutating func choose(
    _ listed: Listed, _ plans: Case, _ effort: inout RouteRelaxation.Effort
  )
    -> Bool
  {
    let partition = DayPartition(
      listed.lists.map(\.days), plans.counts, visits: visits, below: enough - listed.base,
      mostWork: min(effort.extensions, 20_000_000))
    effort.extensions -= partition.work
    if let best = partition.best {
      known = listed.base + best.cost
      var free = plans.days
      var orders = [[Int]](repeating: [], count: relaxation.model.dayCount)
      for (kind, day) in best.days {
        let list = listed.lists[kind]
        orders[free[kind].removeFirst()] = list.order(of: list.days[day]).map {
          relaxation.visits[$0]
        }
      }
      self.orders = orders
    }
    return partition.isComplete
  }
}
