/// The greedy start: candidate pairs by increasing cost become edges where no node gets a third and no cycle
/// closes; the ends of the paths left over are joined in the same way, each to its nearest ends of other paths
/// (Bentley 1992, "Fast algorithms for geometric traveling salesman problems"), or by what joining them saves over
/// drives to a node amidst them (Clarke, Wright 1964), whichever gives the shorter tour: the last nearest pairs of
/// far clusters can be so long that a short search does not come back from them.
struct GreedyStart<Costs: PairCosts> {
  private let costs: Costs
  private let count: Int
  /// Per node its up to two neighbours; -1 where there is none.
  private let link: UnsafeMutablePointer<Int32>
  /// Union–find over paths.
  private let root: UnsafeMutablePointer<Int32>

  /// Writes a permutation of the nodes. O(n K log n) and O(f²) for the f paths left over.
  /// - Parameter saves: whether the paths are joined by savings too.
  static func tour(
    _ costs: Costs, _ candidates: Candidates, count: Int, saves: Bool = true,
    into order: UnsafeMutablePointer<Int32>, _ arena: Arena
  ) {
    let start = GreedyStart(costs, count, arena)
    start.joinCheapest(candidates)
    guard saves else {
      start.joinPaths(saves: false)
      start.write(order)
      return
    }
    let other: UnsafeMutablePointer<Int32> = arena.room(count)
    let paths = (
      link: Array(UnsafeBufferPointer(start: start.link, count: 2 * count)),
      root: Array(UnsafeBufferPointer(start: start.root, count: count))
    )
    start.joinPaths(saves: false)
    start.write(order)
    start.link.update(from: paths.link, count: 2 * count)
    start.root.update(from: paths.root, count: count)
    start.joinPaths(saves: true)
    start.write(other)
    if start.length(other) < start.length(order) { order.update(from: other, count: count) }
  }

  private func length(_ order: UnsafeMutablePointer<Int32>) -> Int {
    var sum = 0
    for k in 0..<count { sum += Int(costs.cost(order[k], order[k + 1 == count ? 0 : k + 1])) }
    return sum
  }

  private init(_ costs: Costs, _ count: Int, _ arena: Arena) {
    self.costs = costs
    self.count = count
    link = arena.take(2 * count, -1)
    root = arena.room(count)
    for node in 0..<count { root[node] = Int32(truncatingIfNeeded: node) }
  }

  /// A key that sorts by cost, penalised ones below zero too, then by place.
  @inline(__always)
  private static func key(_ cost: Int32, _ place: Int) -> UInt64 {
    UInt64(UInt32(bitPattern: cost) ^ 0x8000_0000) << 32 | UInt64(truncatingIfNeeded: place)
  }

  private func find(_ start: Int) -> Int {
    var node = start
    while Int(root[node]) != node {
      root[node] = root[Int(root[node])]
      node = Int(root[node])
    }
    return node
  }

  @inline(__always)
  private func isEnd(_ node: Int) -> Bool { link[2 &* node &+ 1] < 0 }

  /// Makes the edge where both nodes are ends of two paths.
  private func join(_ a: Int, _ b: Int) {
    guard isEnd(a), isEnd(b) else { return }
    let (rootA, rootB) = (find(a), find(b))
    guard rootA != rootB else { return }
    root[rootA] = Int32(truncatingIfNeeded: rootB)
    link[2 &* a &+ (link[2 &* a] < 0 ? 0 : 1)] = Int32(truncatingIfNeeded: b)
    link[2 &* b &+ (link[2 &* b] < 0 ? 0 : 1)] = Int32(truncatingIfNeeded: a)
  }

  private func joinCheapest(_ candidates: Candidates) {
    let width = candidates.width
    var pairs: [UInt64] = []
    pairs.reserveCapacity(count * width)
    for node in 0..<count {
      for k in 0..<width {
        let entry = candidates.near[node &* width &+ k]
        guard entry.y < .max else { break }
        // A pair that both nodes list is taken once, at its smaller node.
        if Int(entry.x) < node, candidates.lists(Int(entry.x), Int32(truncatingIfNeeded: node)) { continue }
        pairs.append(Self.key(entry.y, node &* width &+ k))
      }
    }
    pairs.sort()
    for pair in pairs {
      let place = Int(pair & 0xFFFF_FFFF)
      join(place / width, Int(candidates.near[place].x))
    }
  }

  /// Ends offered to each end in one round; few enough ends are offered all others.
  private static var offered: Int { 5 }
  private static var few: Int { 64 }

  /// Joins paths until one is left: rounds of pairs by increasing cost, or by decreasing saving.
  private func joinPaths(saves: Bool) {
    var ends: [Int32] = []
    for node in 0..<count where isEnd(node) { ends.append(Int32(truncatingIfNeeded: node)) }
    var drives = saves ? drives(ends) : [Int32](repeating: 0, count: ends.count)
    var pairs: [UInt64] = []
    while true {
      pairs.removeAll(keepingCapacity: true)
      for i in ends.indices { offer(i, ends, drives, &pairs) }
      if pairs.isEmpty { return }
      pairs.sort()
      for pair in pairs {
        let place = Int(pair & 0xFFFF_FFFF)
        join(Int(ends[place / ends.count]), Int(ends[place % ends.count]))
      }
      let left = ends.indices.filter { isEnd(Int(ends[$0])) }
      drives = left.map { drives[$0] }
      ends = left.map { ends[$0] }
    }
  }

  /// Ends by whose distances the one amidst the others is chosen.
  private static var sampled: Int { 32 }

  /// The cost of each end to the one that is nearest to a sample of all.
  private func drives(_ ends: [Int32]) -> [Int32] {
    let step = max(1, ends.count / Self.sampled)
    var middle = (sum: Int.max, node: Int32(0))
    for end in ends {
      var sum = 0
      for k in stride(from: 0, to: ends.count, by: step) where ends[k] != end {
        sum += Int(costs.cost(end, ends[k]))
      }
      if sum < middle.sum { middle = (sum, end) }
    }
    return ends.map { $0 == middle.node ? 0 : costs.cost(middle.node, $0) }
  }

  private func offer(_ i: Int, _ ends: [Int32], _ drives: [Int32], _ pairs: inout [UInt64]) {
    let own = find(Int(ends[i]))
    let first = pairs.count
    let most = ends.count <= Self.few ? ends.count : Self.offered
    for j in ends.indices where find(Int(ends[j])) != own {
      let cost = Int(costs.cost(ends[i], ends[j])) - Int(drives[i]) - Int(drives[j])
      let key = Self.key(Int32(clamping: cost), i &* ends.count &+ j)
      if most == ends.count {
        if j < i { pairs.append(key) }
        continue
      }
      if pairs.count - first == most && key >= pairs[pairs.count - 1] { continue }
      var place = pairs.count - first < most ? pairs.count : pairs.count - 1
      if place == pairs.count { pairs.append(key) }
      while place > first && pairs[place - 1] > key {
        pairs[place] = pairs[place - 1]
        place -= 1
      }
      pairs[place] = key
    }
  }

  /// Walks the one path from an end, or whatever node stands alone.
  private func write(_ order: UnsafeMutablePointer<Int32>) {
    guard count > 0 else { return }
    var here = (0..<count).first(where: isEnd) ?? 0
    var previous: Int32 = -1
    for place in 0..<count {
      order[place] = Int32(truncatingIfNeeded: here)
      let (a, b) = (link[2 &* here], link[2 &* here &+ 1])
      let next = a >= 0 && a != previous ? a : b
      previous = Int32(truncatingIfNeeded: here)
      if next >= 0 { here = Int(next) }
    }
  }
}
