/// All days that cost less than a limit at given prices: for each set of visits its cheapest order.
///
/// Labels that remember all their visits, one more visit at a time; dropped when another of the same visits and the same
/// last one is no worse, or when a ``DayCompletion`` says that no rest makes the day cheap enough (Baldacci, Christofides
/// and Mingozzi 2008, "An exact algorithm for the vehicle routing problem based on the set partitioning formulation with
/// additional cuts").
final class DayEnumeration {
  /// A set of visits and what its cheapest day costs above the limit's base, in parts of a second.
  struct Day {
    var low: UInt64
    var high: UInt64
    var cost: Int32
    /// The label that ends the day.
    var label: Int32

    /// Positions of the visits in the order of their numbers.
    var visits: Visits { Visits(low: low, high: high) }

    struct Visits: Sequence, IteratorProtocol {
      var low: UInt64
      var high: UInt64

      @inline(__always)
      mutating func next() -> Int? {
        if low != 0 {
          defer { low &= low - 1 }
          return low.trailingZeroBitCount
        }
        guard high != 0 else { return nil }
        defer { high &= high - 1 }
        return 64 + high.trailingZeroBitCount
      }
    }
  }

  private let day: RouteDay
  private let prices: [Int32]
  private let completion: DayCompletion
  /// What the day costs at least that a label leads to.
  private var reach: [Int32] = [0]
  private var labels = RoutePricing.List(capacity: 1 << 10)
  /// First label of a hash of (visits, last visit), others by `next`.
  private var heads = [Int32](repeating: -1, count: 1 << 12)
  /// Steps taken and completions looked at.
  private(set) var work = 0
  /// Cheapest first; each set once.
  private(set) var days: [Day] = []

  init(_ day: RouteDay, prices: [Int32], _ completion: DayCompletion) {
    self.day = day
    self.prices = prices
    self.completion = completion
  }

  deinit { labels.deallocate() }

  /// Finds the days that cost less than the limit, which is lowered when there would be too many labels.
  /// - Parameter ends: where the day ends, by visit.
  /// - Returns: the limit below which all days are found; nil when there was too much work.
  func run(
    from morning: RoutePricing.Label, below limit: Int32, endingAt ends: DayEnd,
    mostLabels: Int, _ effort: RouteRelaxation.Effort, _ pricing: RoutePricing
  ) -> Int32? {
    var limit = limit
    var most = mostLabels
    labels.append(morning)
    reach[0] = .min
    var found: [Day] = []
    var k = 0
    while k < labels.count {
      let label = labels.items[k]
      if label.parent > -2 && reach[k] < limit {
        if k > 0, let cost = closing(label, ends, pricing), cost < limit {
          found.append(Day(low: label.low, high: label.high, cost: cost, label: Int32(k)))
        }
        extend(k, below: limit)
        work &+= day.count
        if work > effort.extensions || (k & 1023 == 1023 && effort.isOver) { return nil }
        if labels.count > most {
          limit = median(of: reach[(k + 1)...], limit)
          most += mostLabels / 4
        }
      }
      k += 1
    }
    found.removeAll { $0.cost >= limit }
    found.sort { ($0.low, $0.high, $0.cost, $0.label) < ($1.low, $1.high, $1.cost, $1.label) }
    for day in found where days.last.map({ $0.low != day.low || $0.high != day.high }) ?? true {
      days.append(day)
    }
    days.sort { ($0.cost, $0.low, $0.high) < ($1.cost, $1.low, $1.high) }
    return limit
  }

  private func median(of reach: ArraySlice<Int32>, _ limit: Int32) -> Int32 {
    let sorted = reach.sorted()
    return sorted.isEmpty ? limit : min(limit, sorted[sorted.count / 2])
  }

  /// Positions of a day's visits in their order.
  func order(of day: Day) -> [Int] {
    var list: [Int] = []
    var k = Int(day.label)
    while k > 0 {
      list.append(Int(labels.items[k].visit))
      k = Int(labels.items[k].parent)
    }
    return list.reversed()
  }

  private func closing(
    _ label: RoutePricing.Label, _ ends: DayEnd, _ pricing: RoutePricing
  ) -> Int32? {
    let visit = Int(label.visit)
    guard pricing.canEnd(label, drive: ends.drives[visit], metres: ends.metres[visit], day) else {
      return nil
    }
    return label.cost + ends.drives[visit] * Int32(RouteRelaxation.scale)
  }

  private func extend(_ k: Int, below limit: Int32) {
    let label = labels.items[k]
    for w in 0..<day.count {
      guard var next = RoutePricing.step(label, to: w, day) else { continue }
      next.cost &-= prices[w]
      guard let rest = completion.rest(after: next, below: limit &- next.cost, day, &work) else {
        continue
      }
      next.parent = Int32(k)
      keep(&next, reach: next.cost &+ rest)
    }
  }

  private func keep(_ label: inout RoutePricing.Label, reach least: Int32) {
    if labels.count > heads.count { rehash() }
    let slot = slot(label)
    var other = Int(heads[slot])
    while other >= 0 {
      let old = labels.items[other]
      if old.low == label.low && old.high == label.high && old.visit == label.visit
        && old.parent > -2
      {
        if old.beats(label) { return }
        if label.beats(old) { labels.items[other].parent = -2 }
      }
      other = Int(old.next)
    }
    label.next = heads[slot]
    heads[slot] = Int32(labels.count)
    labels.append(label)
    reach.append(least)
  }

  private func slot(_ label: RoutePricing.Label) -> Int {
    var hash = label.low &* 0x9e37_79b9_7f4a_7c15 ^ label.high &* 0xc2b2_ae3d_27d4_eb4f
    hash = (hash ^ hash >> 29 ^ UInt64(label.visit)) &* 0xbf58_476d_1ce4_e5b9
    return Int(hash >> 32) & (heads.count - 1)
  }

  private func rehash() {
    heads = .init(repeating: -1, count: heads.count * 4)
    for k in 1..<labels.count where labels.items[k].parent > -2 {
      let slot = slot(labels.items[k])
      labels.items[k].next = heads[slot]
      heads[slot] = Int32(k)
    }
  }
}
