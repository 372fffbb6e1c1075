/// How many days of each kind a plan uses: bounds for each kind and for all together.
struct DayCounts: Hashable {
  var least: [Int]
  var most: [Int]
  var total: ClosedRange<Int>

  /// The least sum when a day of a kind costs so much; nil when no counts are right. O(kinds²).
  /// - Parameter costs: may be below zero.
  func cheapest(_ costs: [Int]) -> Int? {
    var counts = least
    var used = least.reduce(0, +)
    guard used <= total.upperBound, zip(least, most).allSatisfy({ $0 <= $1 }) else { return nil }
    var sum = zip(counts, costs).reduce(0) { $0 + $1.0 * $1.1 }
    for kind in costs.indices.sorted(by: { (costs[$0], $0) < (costs[$1], $1) }) {
      let wanted = costs[kind] < 0 ? total.upperBound : total.lowerBound
      let more = min(most[kind] - counts[kind], wanted - used)
      guard more > 0 else { continue }
      counts[kind] += more
      used += more
      sum += more * costs[kind]
    }
    return used >= total.lowerBound ? sum : nil
  }

  /// What is left once a day of a kind is used; nil when none may be.
  func using(_ kind: Int) -> DayCounts? {
    guard most[kind] > 0, total.upperBound > 0 else { return nil }
    var rest = self
    rest.least[kind] = max(0, least[kind] - 1)
    rest.most[kind] -= 1
    rest.total = max(0, total.lowerBound - 1)...(total.upperBound - 1)
    return rest
  }

  /// Whether no further day need be used.
  var isEnough: Bool { total.lowerBound == 0 && least.allSatisfy { $0 == 0 } }
}
