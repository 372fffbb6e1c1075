import Foundation

/// Symmetric costs as the search reads them: a matrix, or coordinates and a rule.
///
/// Nodes are Int32, costs Int32 of 0 … 2³⁰. Holes of a matrix read as ``holeCost``: dearer than any tour without
/// one where that fits, so that a search leaves them out if it can; answers are checked for them afterwards.
struct TourCosts {
  enum Rule { case matrix, euclidean, euclideanCeiling, pseudoEuclidean, geographical }

  let count: Int
  let rule: Rule
  /// Row-major, of rule `matrix`.
  private let values: UnsafeMutablePointer<Int32>
  /// Coordinates; latitude and longitude in radians where geographical.
  let x: UnsafeMutablePointer<Double>
  let y: UnsafeMutablePointer<Double>
  /// Points of the unit sphere, for geographical costs.
  private let sphere: UnsafeMutablePointer<SIMD4<Double>>
  /// Geographical costs computed so far, row-major, 0 where not yet; nil when there are too many nodes.
  private let known: UnsafeMutablePointer<Int32>?
  /// Per node, what is added to each of its edges, in scaled units.
  private var penalty: UnsafeMutablePointer<Int32>
  /// Costs are read times two to this, so that penalties keep a fraction.
  private(set) var shift: Int32 = 0
  /// What a hole reads as; 0 without holes.
  let holeCost: Int32
  /// No cost is more.
  private let largest: Double

  init(_ matrix: TourMatrix, _ arena: Arena) {
    count = matrix.count
    rule = .matrix
    values = arena.take(matrix.values.count, Int32(0))
    var largest = 0
    var holes = false
    for (index, value) in matrix.values.enumerated() {
      values[index] = value
      largest = max(largest, Int(value))
    }
    let dear = Int32(min(Int(TourMatrix.largest), (largest + 1) * matrix.count + 1))
    for index in 0..<matrix.values.count where values[index] == TourMatrix.hole {
      values[index] = dear
      holes = true
    }
    for node in 0..<count { values[node * count + node] = 0 }
    holeCost = holes ? dear : 0
    self.largest = Double(holes ? Int(dear) : largest)
    x = arena.take(1, 0)
    y = x
    sphere = arena.take(1, .zero)
    known = nil
    penalty = arena.take(count, 0)
  }

  init(_ points: TourPoints, _ arena: Arena) {
    count = points.count
    let (width, height) = (
      (points.x.max() ?? 0) - (points.x.min() ?? 0), (points.y.max() ?? 0) - (points.y.min() ?? 0)
    )
    largest = points.metric == .geographical ? 20_040 : (width * width + height * height).squareRoot() + 1
    penalty = arena.take(count, 0)
    holeCost = 0
    values = arena.take(1, 0)
    x = arena.take(count, 0)
    y = arena.take(count, 0)
    for node in 0..<count {
      x[node] = points.x[node]
      y[node] = points.y[node]
    }
    switch points.metric {
    case .euclidean: rule = .euclidean
    case .euclideanCeiling: rule = .euclideanCeiling
    case .pseudoEuclidean: rule = .pseudoEuclidean
    case .geographical: rule = .geographical
    }
    guard rule == .geographical else {
      sphere = arena.take(1, .zero)
      known = nil
      return
    }
    sphere = arena.take(count, .zero)
    known = count <= 2000 ? arena.take(count * count, 0) : nil
    for node in 0..<count {
      x[node] = TourPoints.radians(points.x[node])
      y[node] = TourPoints.radians(points.y[node])
      let level = cos(x[node])
      sphere[node] = SIMD4(level * cos(y[node]), level * sin(y[node]), sin(x[node]), 0)
    }
  }

  /// Adds node penalties to every cost: tours keep their order, partial sums tell more (Helsgaun 2000).
  mutating func penalise(_ pi: UnsafeMutablePointer<Double>, _ arena: Arena) {
    penalty = arena.take(count, 0)
    // Sums of three stay within 32 bits.
    shift = max(0, min(3, 28 - Int32(log2(max(1, largest)).rounded(.up))))
    let scale = Double(1 << shift)
    for node in 0..<count { penalty[node] = Int32((pi[node] * scale).rounded()) }
  }

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    plain(a, b) &<< shift &+ penalty[Int(a)] &+ penalty[Int(b)]
  }

  @inline(__always)
  private func plain(_ a: Int32, _ b: Int32) -> Int32 {
    let (i, j) = (Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    switch rule {
    case .euclidean:
      let dx = x[i] - x[j]
      let dy = y[i] - y[j]
      return Int32((dx * dx + dy * dy).squareRoot() + 0.5)
    case .matrix: return values[i &* count &+ j]
    default: return computed(i, j)
    }
  }

  @inline(never)
  private func computed(_ i: Int, _ j: Int) -> Int32 {
    switch rule {
    case .euclideanCeiling, .pseudoEuclidean:
      let dx = x[i] - x[j]
      let dy = y[i] - y[j]
      return TourPoints.planar(
        rule == .euclideanCeiling ? .euclideanCeiling : .pseudoEuclidean, dx * dx + dy * dy)
    default:
      if i == j { return 0 }
      guard let known else { return geographical(i, j) }
      let place = i &* count &+ j
      if known[place] != 0 { return known[place] }
      let value = geographical(i, j)
      known[place] = value
      known[j &* count &+ i] = value
      return value
    }
  }

  /// The rule's own formula decides where the inner product comes within its own rounding error of a whole number.
  private func geographical(_ i: Int, _ j: Int) -> Int32 {
    let cosine = (sphere[i] * sphere[j]).sum()
    if abs(cosine) < 0.999999 {
      let length = 6378.388 * acos(cosine) + 1.0
      if abs(length - length.rounded()) > 1e-6 { return Int32(length) }
    }
    let q1 = cos(y[i] - y[j])
    let q2 = cos(x[i] - x[j])
    let q3 = cos(x[i] + x[j])
    let exact = 0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)
    return Int32(6378.388 * acos(min(1, max(-1, exact))) + 1.0)
  }

  /// The length of a round trip over all nodes.
  func length(_ order: UnsafeMutablePointer<Int32>) -> Int {
    var sum = 0
    for k in 0..<count { sum += Int(cost(order[k], order[k + 1 == count ? 0 : k + 1])) }
    return sum
  }

  /// A measure for ranking a node's neighbours without rounding, growing with the cost; cheap for every rule.
  @inline(__always)
  func nearness(_ i: Int, _ j: Int) -> Double {
    switch rule {
    case .matrix: return Double(values[i &* count &+ j])
    case .geographical: return -(sphere[i] * sphere[j]).sum()
    default:
      let dx = x[i] - x[j]
      let dy = y[i] - y[j]
      return dx * dx + dy * dy
    }
  }

  /// Whether the costs are distances in the plane, so that nodes can be found by their coordinates.
  var isPlanar: Bool { rule != .matrix && rule != .geographical }
}
