/// A lower bound for `k` loops (or paths) from one start through all visits, for every `k` at once.
///
/// Cut the last leg off each of `k` loops: what remains is a spanning tree of the start and the visits in which the
/// start has exactly `k` legs; the legs cut off end `k` different visits. Hence the cheapest such tree plus the
/// `k` cheapest last legs is a lower bound; where one loop ends elsewhere than at the start, so does one of these legs.
/// With a price on each visit, paid twice too much by every plan, the
/// bound stays valid and can be raised by making the tree look like loops: Held and Karp 1970/71, "The
/// traveling-salesman problem and minimum spanning trees"; several loops as in Christofides, Mingozzi and Toth
/// 1981. Directions are dropped by taking the cheaper of each pair once hills
/// are levelled, so asymmetric legs only weaken it.
///
/// Whole numbers throughout: costs are scaled by 64 so that prices can be fine and the bound stays exact.
struct LoopTree {
  static let scale = 64
  let count: Int
  /// Symmetric legs between visits, row-major, and first and last legs; all scaled.
  private let legs: [Int]
  private let first: [Int]
  private let last: [Int]
  /// Last legs of all loops but one, where those end elsewhere.
  private let home: [Int]?
  /// `best[k]`: bound for exactly `k` loops, scaled; entry 0 unused.
  private(set) var best: [Int]

  init(
    count: Int, most: Int, leg: (Int, Int) -> Int, first: (Int) -> Int, last: (Int) -> Int,
    home: ((Int) -> Int)? = nil
  ) {
    self.count = count
    var legs = [Int](repeating: 0, count: count * count)
    let hill = Self.hills(count, leg)
    for a in 0..<count {
      for b in 0..<count where a != b {
        let there = leg(a, b) * Self.scale + hill[a] - hill[b]
        let back = leg(b, a) * Self.scale + hill[b] - hill[a]
        legs[a * count + b] = min(there, back)
      }
    }
    self.legs = legs
    self.first = (0..<count).map { first($0) * Self.scale - hill[$0] }
    self.last = (0..<count).map { last($0) * Self.scale + hill[$0] }
    self.home = home.map { home in (0..<count).map { home($0) * Self.scale + hill[$0] } }
    best = .init(repeating: Int.min / 2, count: most + 1)
  }

  /// How much longer, on average, each visit takes to get to than to leave. Making every leg cheaper by the hill it
  /// climbs changes no loop, for all that is climbed is descended, and leaves directions that differ less.
  private static func hills(_ count: Int, _ leg: (Int, Int) -> Int) -> [Int] {
    (0..<count).map { v in
      var sum = 0
      for other in 0..<count where other != v {
        let to = leg(other, v)
        let from = leg(v, other)
        if to < SearchModel.hole && from < SearchModel.hole { sum += to - from }
      }
      return sum * scale / (2 * count)
    }
  }

  /// Raises the bounds for all numbers of loops, steering the prices towards the number `aim`.
  /// - Parameter target: driving known to be possible, unscaled; sets the length of the steps.
  mutating func raise(aim: Int, target: Int, rounds: Int) {
    guard count > 0, aim >= 1, aim < best.count else { return }
    var prices = [Int](repeating: 0, count: count)
    var push = [Int](repeating: 0, count: count)
    var eagerness = 2.0
    var sinceBetter = 0
    for _ in 0..<rounds {
      let (bounds, degrees) = bounds(prices, aim: aim)
      var better = false
      for k in 1..<best.count where bounds[k] > best[k] {
        best[k] = bounds[k]
        if k == aim { better = true }
      }
      sinceBetter = better ? 0 : sinceBetter + 1
      if sinceBetter >= 6 {
        eagerness /= 2
        sinceBetter = 0
      }
      let norm = degrees.reduce(0) { $0 + ($1 - 2) * ($1 - 2) }
      if norm == 0 { break }
      let missing = max(Double(target * Self.scale - bounds[aim]), Double(Self.scale))
      let step = eagerness * missing / Double(norm)
      if step < 0.5 { break }
      for v in 0..<count {
        // A moving average of the last directions damps the zigzag (Volgenant and Jonker 1982).
        push[v] = (degrees[v] - 2) * 6 + push[v] * 4 / 10
        prices[v] += Int((step * Double(push[v]) / 6).rounded())
      }
    }
  }

  /// The bounds at the given prices for every number of loops, and how many legs each visit has in the structure
  /// for `aim` loops. O(count² + loops · count).
  private func bounds(_ prices: [Int], aim: Int) -> (bounds: [Int], degrees: [Int]) {
    let n = count
    let most = best.count - 1
    // Prim's tree over the visits alone.
    var parent = [Int](repeating: -1, count: n)
    var reach = [Int](repeating: Int.max, count: n)
    var edge = [Int](repeating: 0, count: n)
    var inside = [Bool](repeating: false, count: n)
    var sum = 0
    var current = 0
    inside[0] = true
    for _ in 1..<max(n, 1) {
      var nearest = -1
      var nearestReach = Int.max
      legs.withUnsafeBufferPointer { legs in
        let row = current * n
        let here = prices[current]
        for v in 0..<n where !inside[v] {
          let cost = legs[row + v] + here + prices[v]
          if cost < reach[v] {
            reach[v] = cost
            parent[v] = current
          }
          if reach[v] < nearestReach {
            nearestReach = reach[v]
            nearest = v
          }
        }
      }
      inside[nearest] = true
      edge[nearest] = nearestReach
      sum += nearestReach
      current = nearest
    }
    var near = [[Int]](repeating: [], count: n)
    for v in 0..<n where parent[v] >= 0 {
      near[v].append(parent[v])
      near[parent[v]].append(v)
    }
    func weight(_ a: Int, _ b: Int) -> Int { legs[a * n + b] + prices[a] + prices[b] }

    let firstCost = (0..<n).map { first[$0] + prices[$0] }
    let homeward = home ?? last
    let lastRank = (0..<n).sorted { (homeward[$0] + prices[$0], $0) < (homeward[$1] + prices[$1], $1) }
    var rankOf = [Int](repeating: 0, count: n)
    for (rank, v) in lastRank.enumerated() { rankOf[v] = rank }
    let twice = 2 * prices.reduce(0, +)
    var bounds = [Int](repeating: Int.min / 2, count: best.count)
    var degrees = [Int](repeating: 0, count: n)
    var starts = [Bool](repeating: false, count: n)
    // Heaviest leg towards the start on the way from it, and that leg's two ends.
    var heaviest = [Int](repeating: 0, count: n)
    var cut = [(Int, Int)](repeating: (-1, -1), count: n)
    var stack: [(node: Int, from: Int)] = []
    var lastSum = 0
    for k in 1...max(1, min(most, n)) {
      if k == 1 {
        let v = (0..<n).min { (firstCost[$0], $0) < (firstCost[$1], $1) }!
        starts[v] = true
        sum += firstCost[v]
      } else {
        // Swap the heaviest leg on some visit's way to the start for a leg from the start: the best swap leads
        // from the cheapest tree with k - 1 legs at the start to the cheapest with k.
        for v in 0..<n where starts[v] {
          heaviest[v] = Int.min / 2
          stack.append((v, -1))
        }
        while let (node, from) = stack.popLast() {
          for next in near[node] where next != from {
            let w = weight(node, next)
            if w > heaviest[node] {
              heaviest[next] = w
              cut[next] = (node, next)
            } else {
              heaviest[next] = heaviest[node]
              cut[next] = cut[node]
            }
            stack.append((next, node))
          }
        }
        var chosen = -1
        var gain = Int.max
        for v in 0..<n where !starts[v] && firstCost[v] - heaviest[v] < gain {
          gain = firstCost[v] - heaviest[v]
          chosen = v
        }
        let (a, b) = cut[chosen]
        near[a].removeAll { $0 == b }
        near[b].removeAll { $0 == a }
        starts[chosen] = true
        sum += gain
      }
      let ending = lastRank[k - 1]
      let fewer = lastSum
      lastSum += homeward[ending] + prices[ending]
      // The loop that ends elsewhere does so at the visit for which that and the other last legs cost least.
      func ends(elsewhere v: Int) -> Int {
        let others = rankOf[v] < k - 1 ? lastSum - homeward[v] - prices[v] : fewer
        return others + last[v] + prices[v]
      }
      let final = home == nil ? nil : (0..<n).min { (ends(elsewhere: $0), $0) < (ends(elsewhere: $1), $1) }
      bounds[k] = sum + (final.map(ends(elsewhere:)) ?? lastSum) - twice
      if k == aim {
        for v in 0..<n { degrees[v] = near[v].count + (starts[v] ? 1 : 0) }
        if let final {
          degrees[final] += 1
          for v in lastRank.filter({ $0 != final })[..<(k - 1)] { degrees[v] += 1 }
        } else {
          for v in lastRank[..<k] { degrees[v] += 1 }
        }
      }
    }
    return (bounds, degrees)
  }
}
