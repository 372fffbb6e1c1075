/// The bound of Held and Karp (1970) over all pairs: no round trip costs less than the least 1-tree under node penalties,
/// less twice their sum.
enum DenseOneTree {
  /// Where time does not tell, problems of at most so many nodes are bounded: all pairs are looked at.
  static let most = 3000

  /// - Parameters:
  ///   - costs: penalties included.
  ///   - penalties: their sum over all nodes.
  /// - Returns: a bound for round trips without their penalties, in the units of `costs`; nil for fewer than three nodes.
  static func bound(_ costs: some PairCosts, count n: Int, penalties: Int) -> Int? {
    guard n > 2 else { return nil }
    // Node 0 is the special one: a least spanning tree of the others (Prim 1957) and its two cheapest edges.
    var (first, second) = (Int32.max, Int32.max)
    for other in 1..<n {
      let value = costs.cost(0, Int32(truncatingIfNeeded: other))
      if value < first { (first, second) = (value, first) } else { second = min(second, value) }
    }
    var sum = Int(first) + Int(second) - 2 * penalties
    let cheapest = UnsafeMutableBufferPointer<Int32>.allocate(capacity: n)
    let left = UnsafeMutableBufferPointer<Int32>.allocate(capacity: n)
    defer {
      cheapest.deallocate()
      left.deallocate()
    }
    var held = n - 2
    for k in 0..<held {
      left[k] = Int32(truncatingIfNeeded: k + 1)
      cheapest[k] = .max
    }
    var here = Int32(truncatingIfNeeded: n - 1)
    while held > 0 {
      var (least, at) = (Int32.max, 0)
      for k in 0..<held {
        let value = min(cheapest[k], costs.cost(here, left[k]))
        cheapest[k] = value
        if value < least { (least, at) = (value, k) }
      }
      here = left[at]
      sum += Int(cheapest[at])
      held -= 1
      left[at] = left[held]
      cheapest[at] = cheapest[held]
    }
    return sum
  }
}
