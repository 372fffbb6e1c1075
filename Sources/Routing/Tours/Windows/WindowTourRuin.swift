#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Slack induction by string removals on one tour: take strings out near a random node, put their nodes back to the
/// cheapest places in a random order with blinks, accept by simulated annealing.
///
/// Christiaens and Vanden Berghe 2020, "Slack induction by string removals for vehicle routing problems". While
/// nodes are left out, fewer of them is better, and what was left out often weighs more (their fleet minimisation).
/// Between the ruins, runs change places by ``SegmentExchange`` at the same temperature.
struct WindowTourRuin {
  /// Exchanges tried after each ruin, and near nodes they may join a node with.
  private static let (exchanges, joined) = (8, 10)
  /// The same where a bound tells which arcs matter.
  private static let (exchangesPreferred, preferred) = (60, 5)
  /// A tour is good that is no longer than the best by this part of it.
  private static let good = 300

  let model: WindowTourModel
  var random: SeededRandom
  private(set) var current: WindowTourState
  private(set) var candidate: WindowTourState
  private(set) var best: WindowTourState
  /// Nodes left out of the candidate.
  private var pool: [Int32]
  /// How often each node was left out.
  private var absences: [Int]
  private(set) var iterations = 0
  /// The nodes that may be joined behind each node, so many for each; -1 where there are fewer.
  private var joins: [Int32] = []
  private var exchanges = Self.exchanges
  /// Row-major: the arcs of good tours the search has been at, since ``remember()``.
  private(set) var seen: [Bool] = []
  private var hot: Double
  private var cold: Double

  init(_ model: WindowTourModel, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed)
    current = WindowTourState(model)
    candidate = WindowTourState(model)
    best = WindowTourState(model)
    pool = []
    pool.reserveCapacity(model.n)
    absences = [Int](repeating: 1, count: model.n)
    var sum = 0
    for i in 0..<model.n where model.leastOut[i] < WindowTourModel.far { sum += model.leastOut[i] }
    let mean = max(1, Double(sum) / Double(max(1, model.n)))
    hot = mean * 0.15
    cold = mean * 0.03
    let choices = min(model.kept, Self.joined)
    for i in 0..<model.n { for k in 0..<choices { joins.append(model.near[i * model.kept + k]) } }
  }

  /// Joins nodes by the arcs of the best walks over them, which are more telling than nearness.
  mutating func prefer(_ through: [Int]) {
    let n = model.n
    let choices = min(n - 1, Self.preferred)
    joins.removeAll(keepingCapacity: true)
    for i in 0..<n {
      let ranked = (1..<n).filter { through[i * n + $0] < WindowTourBound.never / 2 }
        .sorted { (through[i * n + $0], $0) < (through[i * n + $1], $1) }
      for k in 0..<choices { joins.append(k < ranked.count ? Int32(ranked[k]) : -1) }
    }
    exchanges = Self.exchangesPreferred
  }

  /// Begins to remember arcs.
  mutating func remember() { seen = [Bool](repeating: false, count: model.n * model.n) }

  /// Remembers the arcs of the current tour, where it is good.
  private mutating func note() {
    guard !seen.isEmpty, current.served == model.n &- 1,
      current.value <= best.value &+ best.value / Self.good
    else { return }
    for p in 0..<current.stops {
      seen[Int(current.order[p]) &* model.n &+ Int(current.order[p &+ 1])] = true
    }
  }

  func free() {
    current.free()
    candidate.free()
    best.free()
  }

  var isFeasible: Bool { best.served == model.n - 1 }

  /// Starts from nothing: every node by the end of its window.
  mutating func construct() {
    pool.removeAll(keepingCapacity: true)
    for v in 1..<model.n { pool.append(Int32(v)) }
    let close = model.close
    pool.sort { (close[Int($0)], $0) < (close[Int($1)], $1) }
    for v in pool { candidate.position[Int(v)] = -1 }
    recreate(blink: 0)
    current.copy(candidate)
    best.copy(candidate)
  }

  /// Starts from a feasible tour found elsewhere, where it is better than the best.
  mutating func adopt(_ nodes: [Int]) {
    guard candidate.take(nodes), candidate.served == model.n - 1 else { return }
    pool.removeAll(keepingCapacity: true)
    if !isFeasible || candidate.value < best.value {
      best.copy(candidate)
      current.copy(candidate)
    }
  }

  /// Goes on until the share of the deadline is used, cooling from `from` to `until`.
  mutating func run(
    _ deadline: SearchDeadline, from: Double, until: Double, stopAt bound: Int, heat: Double = 1
  ) {
    let span = max(1e-9, until - from)
    let hot = max(cold, hot * heat)
    var temperature = hot
    while true {
      if iterations & (exchanges > Self.exchanges ? 3 : 31) == 0 {
        let used = deadline.used(iterations: iterations)
        if used >= until { return }
        if let watch = SearchWatch.current, isFeasible { watch.found(best.value) }
        let share = min(1, max(0, (used - from) / span))
        temperature = hot * pow(cold / hot, share)
      }
      step(temperature)
      if current.served == model.n &- 1 { exchange(temperature) }
      note()
      if isFeasible, best.value <= bound { return }
    }
  }

  /// Some exchanges of runs, which are far cheaper than a ruin and move what a ruin never takes out at once.
  private mutating func exchange(_ temperature: Double) {
    let choices = joins.count / model.n
    guard model.objective == .travel, choices > 0 else { return }
    current.rank()
    for _ in 0..<exchanges {
      let node = Int32(random.below(model.n))
      let next = joins[Int(node) &* choices &+ random.below(choices)]
      if next < 0 { continue }
      let drop = Int(temperature * -log(max(1e-12, random.unit())))
      guard let change = SegmentExchange.propose(&current, node, next, below: drop) else { continue }
      if change < 0, current.travel < best.travel { best.copy(current) }
    }
  }

  /// One ruin, one recreation, one decision.
  mutating func step(_ temperature: Double) {
    iterations &+= 1
    candidate.copy(current)
    candidate.rank()
    ruin()
    sortPool()
    recreate(blink: 42_949_672)
    let wasWhole = current.served == model.n &- 1
    if pool.isEmpty {
      let drop = temperature * -log(max(1e-12, random.unit()))
      if !wasWhole || Double(candidate.value &- current.value) < drop {
        if !isFeasible || candidate.value < best.value {
          WindowTourDescent.run(&candidate)
          best.copy(candidate)
        }
        current.copy(candidate)
      }
    } else if !wasWhole {
      decideWithPool(temperature)
    }
  }

  /// Takes a candidate that leaves nodes out, where the current tour does so too.
  private mutating func decideWithPool(_ temperature: Double) {
    var held = 0
    current.rank()
    for v in 1..<model.n where current.position[v] < 0 { held &+= absences[v] }
    let sum = absenceSum()
    let drop = temperature * -log(max(1e-12, random.unit()))
    let near = candidate.served >= current.served && Double(candidate.value &- current.value) < drop
    if candidate.served > current.served || sum < held || (sum == held && near) {
      current.copy(candidate)
      if candidate.served > best.served { best.copy(candidate) }
    }
    for v in pool { absences[Int(v)] &+= 1 }
  }

  private func absenceSum() -> Int { pool.reduce(0) { $0 + absences[Int($1)] } }

  private mutating func ruin() {
    let n = model.n
    pool.removeAll(keepingCapacity: true)
    for v in 1..<n where candidate.position[v] < 0 { pool.append(Int32(v)) }
    guard candidate.stops > 1, n > 2 else { return }
    let already = pool.count
    let longest = min(10, max(2, n / 5))
    let target = already + 1 + random.below(min(random.below(2) == 0 ? 5 : 16, max(2, n / 4)))
    let seed =
      pool.isEmpty || random.below(2) == 0 ? Int32(1 + random.below(n - 1)) : pool[random.below(pool.count)]
    removeString(around: seed, longest)
    var k = 0
    while pool.count < target, k < model.kept {
      let node = model.near[Int(seed) &* model.kept &+ k]
      k &+= 1
      removeString(around: node, min(longest, target - pool.count))
    }
    candidate.compact()
  }

  /// Marks a string of nodes around one as left out, now and then keeping some in its middle.
  private mutating func removeString(around node: Int32, _ longest: Int) {
    let at = Int(candidate.position[Int(node)])
    guard at > 0 else { return }
    let length = min(1 + random.below(longest), candidate.served)
    let kept = length > 2 && random.below(2) == 0 ? 1 + random.below(length - 2) : 0
    let span = min(length + kept, candidate.served)
    let low = max(1, at - span + 1)
    let high = min(at, candidate.stops - span)
    let first = low + random.below(max(1, high - low + 1))
    let hole = kept > 0 ? first + 1 + random.below(max(1, length - 1)) : Int.max
    for p in first..<min(first + span, candidate.stops) {
      if p >= hole, p < hole &+ kept { continue }
      let v = candidate.order[p]
      if candidate.position[Int(v)] >= 0 {
        candidate.position[Int(v)] = -1
        pool.append(v)
      }
    }
  }

  private mutating func sortPool() {
    for k in stride(from: pool.count - 1, to: 0, by: -1) { pool.swapAt(k, random.below(k + 1)) }
    let (open, close) = (model.open, model.close)
    switch random.below(8) {
    case 0: pool.sort { close[Int($0)] < close[Int($1)] }
    case 1: pool.sort { open[Int($0)] > open[Int($1)] }
    case 2, 3: pool.sort { close[Int($0)] - open[Int($0)] < close[Int($1)] - open[Int($1)] }
    default: break
    }
  }

  /// Puts the pool back; what finds no place stays in it.
  private mutating func recreate(blink: UInt64) {
    var left = 0
    for k in pool.indices {
      let node = pool[k]
      let (place, _) = candidate.cheapestPlace(of: node, blink: blink, &random)
      if place > 0 {
        candidate.insert(node, at: place)
      } else {
        pool[left] = node
        left += 1
      }
    }
    pool.removeLast(pool.count - left)
  }
}
