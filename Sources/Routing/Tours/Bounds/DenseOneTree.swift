/// The bound of Held and Karp (1970) over all pairs: no round trip costs less than the least 1-tree under node penalties,
/// less twice their sum.
enum DenseOneTree {
  /// Problems of at most so many nodes are bounded: all pairs are looked at.
  static let most = 3000

  /// - Parameter pi: penalties, in the units of the costs; any are right, good ones give a good bound.
  /// - Returns: a bound in whole units; nil for fewer than three nodes.
  static func bound(_ costs: TourCosts, _ pi: UnsafeMutablePointer<Double>) -> Int? {
    let n = costs.count
    guard n > 2 else { return nil }
    var cheapest = [Double](repeating: .infinity, count: n)
    var sum = 0.0
    for node in 0..<n { sum -= 2 * pi[node] }
    // Node 0 is the special one: a least spanning tree of the others (Prim 1957) and its two cheapest edges.
    var (first, second) = (Double.infinity, Double.infinity)
    for other in 1..<n {
      let value = Double(costs.cost(0, Int32(other))) + pi[0] + pi[other]
      if value < first { (first, second) = (value, first) } else { second = min(second, value) }
    }
    sum += first + second
    var left = Array(1..<n)
    var here = left.removeLast()
    while !left.isEmpty {
      var least = 0
      for k in left.indices {
        let other = left[k]
        let value = Double(costs.cost(Int32(here), Int32(other))) + pi[here] + pi[other]
        if value < cheapest[other] { cheapest[other] = value }
        if cheapest[other] < cheapest[left[least]] { least = k }
      }
      here = left[least]
      sum += cheapest[here]
      left.swapAt(least, left.count - 1)
      left.removeLast()
    }
    // Whole costs: a tour costs at least the next whole number.
    return Int((sum - 1e-6 * max(1, abs(sum) * 1e-6)).rounded(.up))
  }
}
