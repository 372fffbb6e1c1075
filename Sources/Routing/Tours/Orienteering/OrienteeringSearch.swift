#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Ruin and recreate on several days, accepted by simulated annealing on the score.
///
/// Removal of strings near a node: Christiaens and Vanden Berghe 2020. Recreation by score over delay, the ratio of
/// Vansteenwegen et al. 2009, with random exponents and noise; now and then a left-out node is put in first, which
/// pushes others out.
struct OrienteeringSearch {
  let model: OrienteeringModel
  var random: SeededRandom
  var current: OrienteeringState
  var candidate: OrienteeringState
  var best: OrienteeringState
  private let pool: UnsafeMutablePointer<Int32>
  private var poolCount = 0
  private let changed: UnsafeMutablePointer<Bool>
  private let powers: UnsafeMutablePointer<Double>
  private let weight: UnsafeMutablePointer<Double>
  private let choices: UnsafeMutablePointer<Choice>
  private let filled: UnsafeMutablePointer<Int16>
  private(set) var iterations = 0
  /// No plan has a higher score: who meets it is done.
  var goal: Int
  private let hot: Double
  private let cold: Double
  private let timeWeight: Double
  private var routes: RoutePool
  private var nextRecombination = Self.recombinationPeriod
  static let exponents = 4
  /// How far the attraction of a node strays from its worth in a round, as a part of it.
  static let noise = 0.7
  /// The most visits taken out in a round, the last string not counted.
  static let mostRemoved = 10
  /// Rounds between two recombinations.
  static let recombinationPeriod = 1_000

  init(_ model: OrienteeringModel, seed: UInt64) {
    self.model = model
    goal = model.scoreInAll
    random = SeededRandom(seed: seed)
    current = OrienteeringState(model)
    candidate = OrienteeringState(model)
    best = OrienteeringState(model)
    routes = RoutePool(model, random: &random)
    pool = .allocate(capacity: model.n)
    changed = .allocate(capacity: model.days)
    powers = .allocate(capacity: Self.exponents * model.n)
    weight = .allocate(capacity: model.n)
    choices = .allocate(capacity: max(1, model.n * model.days))
    filled = .allocate(capacity: model.days)
    for v in 0..<model.n {
      for (k, power) in [0.7, 1.2, 2.0, 3.0].enumerated() {
        powers[k * model.n + v] = pow(Double(model.score[v]), power)
      }
      weight[v] = 1
    }
    let mean = Double(model.scoreInAll) / Double(max(1, model.usable.count))
    hot = mean
    cold = mean * 0.03
    var day = 1.0
    for d in 0..<model.days { day = max(day, Double(model.dayClose[d] - model.dayOpen[d])) }
    timeWeight = 0.2 * mean / day
  }

  func free() {
    current.free()
    candidate.free()
    best.free()
    pool.deallocate()
    changed.deallocate()
    powers.deallocate()
    weight.deallocate()
    choices.deallocate()
    filled.deallocate()
    routes.free()
  }

  /// The first plan: greedy.
  mutating func construct() {
    candidate.copy(current)
    gather()
    for day in 0..<model.days { candidate.rate(day, pool, poolCount) }
    prepareWeights(noise: 0)
    recreate()
    current.copy(candidate)
    best.copy(candidate)
  }

  /// Short searches from several first plans, so that the whole does not hang on where the first one went; the best
  /// of them is where the search goes on.
  mutating func start(_ deadline: SearchDeadline, starts: Int, each share: Double) {
    run(deadline, from: 0, until: share)
    for k in 1..<max(1, starts) where best.score < goal {
      candidate.copy(current)
      for day in 0..<model.days { candidate.take(day, []) }
      gather()
      for day in 0..<model.days { candidate.rate(day, pool, poolCount) }
      prepareWeights(noise: Self.noise)
      if poolCount > 0 { force(pool[random.below(poolCount)]) }
      recreate()
      current.copy(candidate)
      run(deadline, from: Double(k) * share, until: Double(k + 1) * share)
    }
    current.copy(best)
  }

  /// Takes over a plan of the only day that collects more.
  mutating func take(_ plan: [Int32]) {
    current.take(0, plan)
    var left = model.usable.filter { current.dayOf[Int($0)] < 0 }
    left.withUnsafeMutableBufferPointer {
      if let nodes = $0.baseAddress { current.rate(0, nodes, $0.count) }
    }
    best.copy(current)
  }

  /// Goes on until the share of the deadline is used, cooling from `from` to `until`, or all score is collected.
  mutating func run(_ deadline: SearchDeadline, from: Double, until: Double) {
    let span = max(1e-9, until - from)
    var temperature = hot
    while best.score < goal {
      if iterations & 15 == 0 {
        let used = deadline.used(iterations: iterations)
        if used >= until { return }
        SearchWatch.current?.found(best.score)
        temperature = hot * pow(cold / hot, min(1, max(0, (used - from) / span)))
      }
      step(temperature)
      if model.days > 1, iterations == nextRecombination {
        nextRecombination += Self.recombinationPeriod
        recombine()
      }
    }
  }

  mutating func step(_ temperature: Double) {
    iterations &+= 1
    candidate.copy(current)
    let seed = ruin()
    prepareWeights(noise: Self.noise)
    if seed >= 0, candidate.dayOf[Int(seed)] < 0 { force(seed) }
    recreate()
    let gain = Double(candidate.score &- current.score)
    let longer = Double(candidate.spentInAll &- current.spentInAll) * timeWeight
    if gain - longer > -temperature * -log(max(1e-12, random.unit())) {
      current.copy(candidate)
      if model.days > 1, Double(candidate.score) >= 0.96 * Double(best.score) {
        for day in 0..<model.days where changed[day] { routes.add(candidate, day) }
      }
      if candidate.score > best.score
        || (candidate.score == best.score && candidate.spentInAll < best.spentInAll)
      {
        best.copy(candidate)
      }
    }
  }

  /// Chooses pairs of days anew from the routes met, as long as that gains.
  private mutating func recombine() {
    var failures = 0
    var tries = 0
    let pairs = model.days * (model.days - 1) / 2
    while failures < min(pairs, 6), tries < 12 {
      tries += 1
      let a = random.below(model.days)
      let b = (a + 1 + random.below(model.days - 1)) % model.days
      failures += 1
      guard let pair = routes.bestPair(best, min(a, b), max(a, b)) else { continue }
      candidate.copy(best)
      candidate.take(min(a, b), [])
      candidate.take(max(a, b), [])
      candidate.take(min(a, b), pair.first)
      candidate.take(max(a, b), pair.second)
      guard candidate.isFeasible(min(a, b)), candidate.isFeasible(max(a, b)) else { continue }
      gather()
      for day in 0..<model.days { candidate.rate(day, pool, poolCount) }
      prepareWeights(noise: 0)
      recreate()
      if candidate.score > best.score {
        best.copy(candidate)
        current.copy(candidate)
        failures = 0
      }
    }
  }

  /// Lists the left-out nodes.
  private mutating func gather() {
    poolCount = 0
    for v in model.usable where candidate.dayOf[Int(v)] < 0 {
      pool[poolCount] = v
      poolCount &+= 1
    }
  }

  /// Takes nodes out; the left-out node around which it happened, or -1.
  private mutating func ruin() -> Int32 {
    for day in 0..<model.days { changed[day] = false }
    let was = poolOfCurrent()
    var visits = 0
    for day in 0..<model.days { visits &+= candidate.length[day] &- 1 }
    guard visits > 0 else {
      gather()
      for day in 0..<model.days { candidate.rate(day, pool, poolCount) }
      return -1
    }
    let kind = random.below(16)
    let fromOutside = kind < 8 && was > 0
    let seed = fromOutside ? pool[random.below(was)] : randomVisit(visits)
    let target = 1 + random.below(min(Self.mostRemoved, max(2, visits / 2)))
    let longest = min(8, max(2, visits / (2 * model.days)))
    var removed = 0
    if kind == 15, model.days > 1 {
      removed = clearDay(random.below(model.days))
    } else {
      if !fromOutside { removed = removeString(around: seed, longest) }
      var k = 0
      while removed < target, k < model.kept {
        let node = model.near[Int(seed) &* model.kept &+ k]
        k &+= 1
        if random.below(8) == 0 { continue }
        removed &+= removeString(around: node, min(longest, target &- removed))
      }
    }
    for day in 0..<model.days where changed[day] { candidate.compact(day) }
    // Nodes left out before need rating on changed days only, the others on all.
    gather()
    var fresh = 0
    for k in 0..<poolCount where current.dayOf[Int(pool[k])] >= 0 {
      let held = pool[fresh]
      pool[fresh] = pool[k]
      pool[k] = held
      fresh &+= 1
    }
    for day in 0..<model.days { candidate.rate(day, pool, changed[day] ? poolCount : fresh) }
    return fromOutside ? seed : -1
  }

  private mutating func poolOfCurrent() -> Int {
    gather()
    return poolCount
  }

  private mutating func randomVisit(_ visits: Int) -> Int32 {
    var k = random.below(visits)
    for day in 0..<model.days {
      let count = candidate.length[day] &- 1
      if k < count { return candidate.order[day &* candidate.stride &+ 1 &+ k] }
      k &-= count
    }
    return candidate.order[1]
  }

  private mutating func clearDay(_ day: Int) -> Int {
    let order = candidate.order + day &* candidate.stride
    for p in 1..<candidate.length[day] { mark(order[p]) }
    changed[day] = true
    return candidate.length[day] &- 1
  }

  @inline(__always)
  private mutating func mark(_ node: Int32) {
    candidate.dayOf[Int(node)] = -1
    candidate.score &-= model.score[Int(node)]
  }

  /// Marks a string of visits around a node as taken out, now and then keeping some in its middle.
  private mutating func removeString(around node: Int32, _ longest: Int) -> Int {
    let day = Int(candidate.dayOf[Int(node)])
    guard day >= 0 else { return 0 }
    let order = candidate.order + day &* candidate.stride
    let end = candidate.length[day]
    var at = 1
    while at < end, order[at] != node { at &+= 1 }
    let count = end &- 1
    let length = min(1 &+ random.below(longest), count)
    let skip = length > 2 && random.below(2) == 0 ? 1 &+ random.below(2) : 0
    let span = min(length &+ skip, count)
    let low = max(1, at &- span &+ 1)
    let high = min(at, end &- span)
    let begin = low &+ random.below(max(1, high &- low &+ 1))
    let hole = skip > 0 ? begin &+ 1 &+ random.below(max(1, length &- 1)) : Int.max
    var removed = 0
    for p in begin..<min(begin &+ span, end) {
      if p >= hole, p < hole &+ skip { continue }
      if candidate.dayOf[Int(order[p])] >= 0 {
        mark(order[p])
        removed &+= 1
      }
    }
    changed[day] = true
    return removed
  }

  /// How much each left-out node attracts in this round.
  private mutating func prepareWeights(noise: Double) {
    let table = powers + random.below(Self.exponents) &* model.n
    for k in 0..<poolCount {
      let v = Int(pool[k])
      weight[v] = table[v] * (1 + noise * (2 * random.unit() - 1))
    }
  }

  /// Puts a left-out node in first, wherever it fits.
  private mutating func force(_ node: Int32) {
    var day = -1
    for d in 0..<model.days where candidate.place[d &* model.n &+ Int(node)] > 0 {
      if day < 0 || candidate.cost[d &* model.n &+ Int(node)] < candidate.cost[day &* model.n &+ Int(node)] {
        day = d
      }
    }
    guard day >= 0 else { return }
    candidate.insert(node, day, at: Int(candidate.place[day &* model.n &+ Int(node)]))
    for k in 0..<poolCount where pool[k] == node {
      poolCount &-= 1
      pool[k] = pool[poolCount]
      break
    }
    candidate.rateFuller(day, pool, poolCount)
  }

  /// Puts left-out nodes in, the most attractive for its cost first, until none fits.
  ///
  /// Costs are those of an emptier day where the day has been filled since: they are found again only for the node
  /// that would be next (lazy greedy, Minoux 1978).
  private mutating func recreate() {
    let (n, m) = (model.n, model.days)
    var count = listChoices()
    for day in 0..<m { filled[day] = 0 }
    while count > 0 {
      var which = 0
      var top = choices[0].key
      var k = 1
      while k < count {
        if choices[k].key > top {
          top = choices[k].key
          which = k
        }
        k &+= 1
      }
      let choice = choices[which]
      let (v, day) = (choice.node, Int(choice.day))
      if candidate.dayOf[Int(v)] >= 0 {
        count &-= 1
        choices[which] = choices[count]
      } else if choice.asOf == filled[day] {
        candidate.insert(v, day, at: Int(candidate.place[day &* n &+ Int(v)]))
        filled[day] &+= 1
        count &-= 1
        choices[which] = choices[count]
      } else {
        candidate.rate(day, v)
        if candidate.place[day &* n &+ Int(v)] > 0 {
          choices[which].key = weight[Int(v)] / Double(candidate.cost[day &* n &+ Int(v)] &+ 1)
          choices[which].asOf = filled[day]
        } else {
          count &-= 1
          choices[which] = choices[count]
        }
      }
    }
    gather()
  }

  /// Every left-out node with every day that has a place for it.
  private mutating func listChoices() -> Int {
    let n = model.n
    var count = 0
    for day in 0..<model.days {
      let (place, cost) = (candidate.place + day &* n, candidate.cost + day &* n)
      for k in 0..<poolCount {
        let v = Int(pool[k])
        if place[v] <= 0 { continue }
        choices[count] = Choice(
          key: weight[v] / Double(cost[v] &+ 1), node: pool[k], day: Int16(truncatingIfNeeded: day), asOf: 0)
        count &+= 1
      }
    }
    return count
  }

  /// A left-out node, a day, and how much it attracts there.
  private struct Choice {
    var key: Double
    var node: Int32
    var day: Int16
    /// How many nodes had been put into that day when `key` was found.
    var asOf: Int16
  }
}
