/// Raises the 1-tree bound by node penalties (Held, Karp 1971) with steps that shrink to nothing over a fixed number
/// of iterations (Volgenant, Jonker 1982).
struct SubgradientAscent {
  /// Penalties in the scaled units of the costs.
  let pi: UnsafeMutablePointer<Int32>
  private let exact: UnsafeMutablePointer<Double>
  private let best: UnsafeMutablePointer<Int32>
  private let before: UnsafeMutablePointer<Int32>
  private let count: Int
  private(set) var bound = Int.min
  /// The first step, by the mean cost of a tour's edge.
  private static let firstStep = 0.5
  /// Penalties stay within ± this, so that a cost and two of them fit 32 bits.
  private static let widest = Double(1 << 28)

  init(count: Int, _ arena: Arena) {
    self.count = count
    pi = arena.take(count, 0)
    exact = arena.take(count, 0)
    best = arena.take(count, 0)
    before = arena.take(count, 2)
  }

  /// Leaves the penalties of the best bound in `pi` and its tree in `tree`.
  /// - Parameter upper: the scaled cost of a tour.
  mutating func run(_ tree: inout SparseOneTree, iterations: Int, upper: Double) {
    var step = 0.0
    for k in 0..<iterations {
      let value = tree.build(pi)
      if k == 0 || value > bound {
        bound = value
        for node in 0..<count { best[node] = pi[node] }
      }
      if k == 0 { step = Self.firstStep * upper / Double(2 * count) }
      let left = 1 - Double(k) / Double(iterations)
      let length = step * left * left
      var isTour = true
      for node in 0..<count {
        let degree = tree.degree[node]
        if degree != 2 { isTour = false }
        exact[node] += length * (0.7 * Double(degree - 2) + 0.3 * Double(before[node] - 2))
        before[node] = degree
        pi[node] = Int32(max(-Self.widest, min(Self.widest, exact[node])))
      }
      if isTour { break }
    }
    for node in 0..<count { pi[node] = best[node] }
    _ = tree.build(pi)
  }
}
