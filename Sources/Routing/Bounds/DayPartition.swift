/// Which days together make each visit once and cost least: branch and bound over days found before.
struct DayPartition {
  private let kinds: [[DayEnumeration.Day]]
  /// For each kind and visit the days that make it, cheapest first.
  private var with: [[[Int32]]] = []
  private var whole: [[Visits: Int32]] = []
  /// Visits, those of the fewest days first.
  private var order: [Int] = []
  /// The cheapest day of each kind.
  private let cheapest: [Int]
  private let mostWork: Int
  /// Days looked at.
  private(set) var work = 0
  private var limit: Int
  private var chosen: [(kind: Int, day: Int)] = []
  /// The days of the best plan found, by kind; nil when none costs less than the limit.
  private(set) var best: (cost: Int, days: [(kind: Int, day: Int)])?
  /// False when there would have been too much work: then ``best`` may not be the best.
  var isComplete: Bool { work <= mostWork }

  private struct Visits: Hashable {
    var low: UInt64
    var high: UInt64
  }

  /// - Parameter kinds: days of each kind, cheapest first.
  init(
    _ kinds: [[DayEnumeration.Day]], _ counts: DayCounts, visits: Int, below limit: Int,
    mostWork: Int
  ) {
    self.kinds = kinds
    self.limit = limit
    self.mostWork = mostWork
    cheapest = kinds.map { $0.first.map { Int($0.cost) } ?? 1 << 40 }
    for kind in kinds {
      var lists = [[Int32]](repeating: [], count: visits)
      var sets: [Visits: Int32] = [:]
      for (k, day) in kind.enumerated() {
        sets[Visits(low: day.low, high: day.high)] = Int32(k)
        for visit in day.visits { lists[visit].append(Int32(k)) }
      }
      with.append(lists)
      whole.append(sets)
    }
    let sizes = (0..<visits).map { visit in with.reduce(0) { $0 + $1[visit].count } }
    order = (0..<visits).sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    func all(_ n: Int) -> UInt64 { n >= 64 ? .max : (1 << UInt64(max(n, 0))) - 1 }
    search(Visits(low: all(visits), high: all(visits - 64)), counts, 0)
  }

  private mutating func search(_ open: Visits, _ counts: DayCounts, _ cost: Int) {
    work += 1
    guard isComplete else { return }
    guard open.low | open.high != 0 else {
      if counts.isEnough, cost < limit {
        limit = cost
        best = (cost, chosen)
      }
      return
    }
    let visit = order.first {
      $0 < 64 ? open.low >> UInt64($0) & 1 != 0 : open.high >> UInt64($0 - 64) & 1 != 0
    }!
    for kind in kinds.indices {
      guard let rest = counts.using(kind), let others = rest.cheapest(cheapest) else { continue }
      if rest.total.upperBound == 0 || rest.most.allSatisfy({ $0 == 0 }) {
        if let k = whole[kind][open] { take(Int(k), kind, open, rest, cost) }
        continue
      }
      for k in with[kind][visit] {
        let day = kinds[kind][Int(k)]
        work &+= 1
        if cost + others + Int(day.cost) >= limit { break }
        if day.low & ~open.low | day.high & ~open.high == 0 { take(Int(k), kind, open, rest, cost) }
      }
    }
  }

  private mutating func take(
    _ k: Int, _ kind: Int, _ open: Visits, _ counts: DayCounts, _ cost: Int
  ) {
    let day = kinds[kind][k]
    chosen.append((kind, k))
    search(
      Visits(low: open.low & ~day.low, high: open.high & ~day.high), counts, cost + Int(day.cost))
    chosen.removeLast()
  }
}
