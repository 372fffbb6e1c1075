import Foundation

/// Nodes of the tour among which a double bridge is laid: each time so many as chance says. Long stretches change how
/// clusters are joined, short ones are repaired fast.
enum KickStretches {
  /// 10 … 200, evenly.
  case short
  /// 30 … 1,000, evenly on the logarithmic scale.
  case long
}

/// Iterated Lin–Kernighan (Johnson, McGeoch 1997): local double bridges, each followed by a descent from its ends
/// and taken back when the tour became dearer by more than a threshold that falls to nothing (Kirkpatrick, Gelatt, Vecchi
/// 1983). The best tour met is kept.
struct IteratedSearch<Costs: PairCosts> {
  var search: LinKernighan<Costs>
  private(set) var cost: Int
  private(set) var iterations = 0
  private var random: SeededRandom
  private let clock: SearchClock
  private let stretches: KickStretches
  private let watch = SearchWatch.current
  private var threshold = 0.0
  private var bestCost = 0
  private let best: UnsafeMutablePointer<Int32>
  /// The mean cost of a tour's edge without penalties, in the search's units.
  private let unit: Double
  private let cuts: UnsafeMutablePointer<Int>
  private let sequence: UnsafeMutablePointer<Int>

  init(
    _ search: LinKernighan<Costs>, seed: UInt64, _ clock: SearchClock, _ stretches: KickStretches,
    unit: Double, _ arena: Arena
  ) {
    self.stretches = stretches
    self.unit = unit
    best = arena.take(search.tour.count, 0)
    self.search = search
    self.clock = clock
    random = SeededRandom(seed: seed)
    cuts = arena.take(4, 0)
    sequence = arena.take(4, 0)
    cost = search.tour.length
  }

  mutating func run() {
    let n = search.tour.count
    for k in 0..<n { search.push(search.tour.order[k]) }
    while search.waiting > 0 && !clock.isOver { cost -= search.descend(atMost: 1024) }
    guard n >= 8, !clock.isOver else { return }
    search.tour.isLogging = true
    search.depth = 3
    bestCost = cost
    watch?.found(cost)
    best.update(from: search.tour.order, count: n)
    let begun = clock.elapsed
    let limit = clock.iterations ?? .max
    while iterations < limit {
      if iterations & 15 == 0 {
        if clock.isOver { break }
        threshold = Self.heat * unit * left(since: begun)
      }
      iterations += 1
      step()
    }
    search.tour.take(best)
    cost = bestCost
  }

  /// The first threshold, by the mean cost of an edge.
  private static var heat: Double { 0.4 }

  /// The share of the budget that is left, 1 … 0.
  private func left(since begun: Double) -> Double {
    if let limit = clock.iterations { return 1 - Double(iterations) / Double(max(1, limit)) }
    guard let total = clock.total, total > begun else { return 0 }
    return max(0, 1 - (clock.elapsed - begun) / (total - begun))
  }

  private mutating func step() {
    search.tour.forget()
    chooseStretch()
    let dearer = DoubleBridge.kick(&search, cuts, sequence)
    let gain = search.descend()
    if gain >= dearer || Double(dearer - gain) < threshold * -log(1 - random.unit()) {
      cost -= gain - dearer
      if cost < bestCost {
        bestCost = cost
        watch?.found(cost)
        best.update(from: search.tour.order, count: search.tour.count)
      }
    } else {
      search.tour.undo()
    }
  }

  private func insert(_ place: Int, _ held: inout Int) {
    var at = held
    while at > 0 && cuts[at - 1] > place {
      cuts[at] = cuts[at - 1]
      at -= 1
    }
    cuts[at] = place
    held += 1
  }

  private mutating func stretch() -> Int {
    let length =
      stretches == .short ? 10 + random.below(191) : Int(30 * exp(random.unit() * log(1000.0 / 30)))
    return min(length, search.tour.count)
  }

  /// Four places of one stretch, in increasing order.
  private mutating func chooseStretch() {
    let n = search.tour.count
    let stretch = stretch()
    let first = random.below(n)
    var held = 0
    while held < 4 {
      var place = first + random.below(stretch)
      if place >= n { place -= n }
      var isNew = true
      for k in 0..<held where cuts[k] == place { isNew = false }
      if isNew { insert(place, &held) }
    }
  }
}
