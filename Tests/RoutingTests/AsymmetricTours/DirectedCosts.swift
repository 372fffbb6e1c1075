@testable import Routing

/// Matrices for the tests of directed tours.
enum DirectedCosts {
  /// Independent costs in both directions; about `holes` of a hundred pairs cannot be driven.
  static func directed(_ n: Int, holes: Int, _ random: inout ArcRandom) -> [Int32] {
    (0..<(n * n)).map { _ in random.below(100) < holes ? -1 : Int32(random.below(1000)) }
  }

  /// Distances in the plane, each direction lengthened by a few hundredths of its own.
  static func roads(_ n: Int, _ random: inout ArcRandom) -> [Int32] {
    let points = (0..<n).map { _ in (Double(random.below(10_000)), Double(random.below(10_000))) }
    var costs = [Int32](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n where i != j {
        let x = points[i].0 - points[j].0
        let y = points[i].1 - points[j].1
        costs[i * n + j] = Int32((x * x + y * y).squareRoot() * (1 + Double(random.below(50)) / 1000))
      }
    }
    return costs
  }

  static func shapes(_ n: Int) -> [AsymmetricTourShape] {
    [.round(start: n / 2), .open(start: 0), .ending(end: n - 1), .between(start: 1, end: 0), .free]
  }

  /// The cost of a tour of this shape read straight from the matrix; nil when it drives what cannot be driven or has
  /// not this shape.
  static func cost(_ tour: [Int], _ costs: [Int32], _ n: Int, _ shape: AsymmetricTourShape) -> Int? {
    guard tour.count == n, Set(tour).count == n else { return nil }
    var way = tour
    switch shape {
    case .round(let start):
      guard tour[0] == start else { return nil }
      way.append(start)
    case .open(let start): guard tour[0] == start else { return nil }
    case .ending(let end): guard tour[n - 1] == end else { return nil }
    case .between(let start, let end): guard tour[0] == start, tour[n - 1] == end else { return nil }
    case .free: break
    }
    var sum = 0
    for (i, j) in zip(way, way.dropFirst()) {
      if costs[i * n + j] < 0 { return nil }
      sum += Int(costs[i * n + j])
    }
    return sum
  }
}

/// The slow reference: all orders.
enum AllOrders {
  static func cost(_ costs: [Int32], _ n: Int, _ shape: AsymmetricTourShape) -> Int? {
    var best: Int?
    var order = Array(0..<n)
    permute(&order, 0) { tour in
      if let value = DirectedCosts.cost(tour, costs, n, shape) { best = min(best ?? .max, value) }
    }
    return best
  }

  private static func permute(_ order: inout [Int], _ k: Int, _ visit: ([Int]) -> Void) {
    if k == order.count {
      visit(order)
      return
    }
    for i in k..<order.count {
      order.swapAt(k, i)
      permute(&order, k + 1, visit)
      order.swapAt(k, i)
    }
  }
}
