/// Takes strings of neighbouring tasks out of a few routes that lie near each other.
///
/// Adjacent string removal, with or without a kept part in the middle: Christiaens and Vanden Berghe 2020,
/// "Slack induction by string removals for vehicle routing problems", Transportation Science 54(2).
struct FleetRuin {
  private let model: FleetTables
  private let heads: [Int32]
  /// For each head the others, nearest first; `kept` a head.
  private let neighbours: [Int32]
  private let kept: Int
  private var ruined: [Bool]
  /// Routes touched by the last ruin.
  private(set) var touched: [Int] = []
  /// Requests left out after the last ruin because of it.
  private(set) var removed: [Int32] = []
  /// 10 in the paper; more pays here, where a round is cheap for routes that stay.
  private let meanRemoved = 15.0
  private let longestString = 10.0

  init(_ model: FleetTables, heads: [Int32]) {
    self.model = model
    self.heads = heads
    ruined = [Bool](repeating: false, count: model.vehicles)
    var list: [Int32] = []
    // Very many requests are sampled, so that the lists are made in a second.
    let step = max(1, heads.count / 2000)
    let others = stride(from: 0, to: heads.count, by: step).map { heads[$0] }
    kept = max(0, min(others.count - 1, 120))
    for head in heads {
      let keyed = others.filter { $0 != head }.map { (Self.distance(model, Int(head), Int($0)), $0) }
      list += keyed.sorted { $0 < $1 }.prefix(kept).map(\.1)
    }
    neighbours = list
  }

  private static func distance(_ model: FleetTables, _ a: Int, _ b: Int) -> Int {
    func pair(_ a: Int, _ b: Int) -> Int {
      let costs = model.vehicle[0].costs
      return Int(costs[model.place(a) * model.places + model.place(b)])
        + Int(costs[model.place(b) * model.places + model.place(a)])
    }
    let ends = { (node: Int) in model.mate[node] < 0 ? [node] : [node, node + 1] }
    return ends(a).flatMap { x in ends(b).map { pair(x, $0) } }.min() ?? 0
  }

  /// Ruins `state`. What is left of a route may break a constraint, where a drive is longer without a stop between;
  /// such a route is emptied, or the ruin is given up: false.
  mutating func run(_ state: FleetState, _ random: inout SeededRandom) -> Bool {
    for v in touched { ruined[v] = false }
    touched.removeAll(keepingCapacity: true)
    removed.removeAll(keepingCapacity: true)
    var used = 0
    for v in 0..<model.vehicles where state.count[v] > 0 { used += 1 }
    guard used > 0 else { return true }
    let mean = Double(model.tasks - state.leftOut) / Double(used)
    let string = min(longestString, mean)
    let most = 4 * meanRemoved / (1 + string) - 1
    let strings = Int(random.unit() * most + 1)
    let seed = random.below(heads.count)
    visit(Int(heads[seed]), state, string, &random)
    var k = seed * kept
    let end = k + kept
    while k < end, touched.count < strings {
      visit(Int(neighbours[k]), state, string, &random)
      k += 1
    }
    for v in touched where !state.refresh(v) {
      guard state.count[v] <= 12 || random.below(4) == 0 else { return false }
      clear(v, state)
    }
    return true
  }

  private mutating func visit(
    _ head: Int, _ state: FleetState, _ string: Double, _ random: inout SeededRandom
  ) {
    let v = Int(state.route[head])
    guard v >= 0, !ruined[v] else { return }
    ruined[v] = true
    touched.append(v)
    let most = min(Double(state.count[v]), string)
    let length = Int(random.unit() * most + 1)
    let tasks = state.count[v]
    var skipped = 0
    if length > 1, length < tasks, random.next() & 1 == 0 {
      skipped = 1
      while length + skipped < tasks, random.unit() > 0.99 { skipped += 1 }
    }
    remove(around: head, v, min(length, tasks), skipped, state, &random)
  }

  /// Takes `length` tasks out of the run of `length + skipped` tasks that holds `head`.
  private mutating func remove(
    around head: Int, _ v: Int, _ length: Int, _ skipped: Int, _ state: FleetState,
    _ random: inout SeededRandom
  ) {
    let span = length + skipped
    let start = model.start(v)
    let end = model.end(v)
    var ahead = 0
    var node = head
    while ahead < span - 1, state.predecessor(node) != start {
      node = state.predecessor(node)
      ahead += 1
    }
    var behind = 0
    var last = head
    while behind < span - 1, state.successor(last) != end {
      last = state.successor(last)
      behind += 1
    }
    // The run may begin from `least` to `ahead` tasks before the head.
    let least = max(0, span - 1 - behind)
    let offset = least + random.below(ahead - least + 1)
    node = head
    for _ in 0..<offset { node = state.predecessor(node) }
    let keptFrom = skipped == 0 ? span : 1 + random.below(max(1, length - 1))
    var k = 0
    while k < span, node != end {
      var following = state.successor(node)
      if k < keptFrom || k >= keptFrom + skipped {
        let mate = Int(model.mate[node])
        if mate >= 0, mate == following { following = state.successor(following) }
        take(node, state)
      }
      node = following
      k += 1
    }
  }

  private mutating func clear(_ v: Int, _ state: FleetState) {
    var node = state.successor(model.start(v))
    while node < model.tasks {
      take(node, state)
      node = state.successor(model.start(v))
    }
    _ = state.refresh(v)
  }

  private mutating func take(_ node: Int, _ state: FleetState) {
    let mate = Int(model.mate[node])
    state.remove(node)
    if mate >= 0 { state.remove(mate) }
    removed.append(Int32(mate >= 0 ? min(node, mate) : node))
  }
}
