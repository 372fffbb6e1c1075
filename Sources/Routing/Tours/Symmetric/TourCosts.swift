import Foundation

/// Symmetric costs as the search reads them: a matrix, or coordinates and a rule.
///
/// Nodes are Int32, costs Int32 of 0 … 2³⁰. Holes of a matrix read as ``holeCost``: dearer than any tour without
/// one where that fits, so that a search leaves them out if it can; answers are checked for them afterwards.
struct TourCosts: PairCosts {
  enum Rule { case matrix, euclidean, euclideanCeiling, pseudoEuclidean, geographical }

  let count: Int
  let rule: Rule
  /// Row-major, of rule `matrix`.
  let values: UnsafeMutablePointer<Int32>
  /// Coordinates; latitude and longitude in radians where geographical.
  let position: UnsafeMutablePointer<SIMD2<Double>>
  /// Points of the unit sphere, for geographical costs.
  let sphere: UnsafeMutablePointer<SIMD4<Double>>
  /// Per node, what is added to each of its edges, in scaled units.
  private(set) var penalty: UnsafeMutablePointer<Int32>
  /// Costs are read times two to this, so that penalties keep a fraction.
  private(set) var shift: Int32 = 0
  /// What a hole reads as; 0 without holes.
  let holeCost: Int32
  /// No cost is more.
  private let largest: Double

  init(_ matrix: TourMatrix, _ arena: Arena) {
    count = matrix.count
    rule = .matrix
    values = arena.room(matrix.values.count)
    matrix.values.withUnsafeBufferPointer { [values] in
      if let base = $0.baseAddress { values.update(from: base, count: $0.count) }
    }
    var largest: Int32 = 0
    var least: Int32 = 0
    for node in 0..<count { values[node * count + node] = 0 }
    for index in 0..<(count * count) {
      largest = max(largest, values[index])
      least = min(least, values[index])
    }
    let holes = least < 0
    let dear = Int32(min(Int(TourMatrix.largest), (Int(largest) + 1) * matrix.count + 1))
    if holes {
      for index in 0..<(count * count) where values[index] == TourMatrix.hole { values[index] = dear }
    }
    holeCost = holes ? dear : 0
    self.largest = Double(holes ? dear : largest)
    position = arena.take(1, .zero)
    sphere = arena.take(1, .zero)
    penalty = arena.take(count, 0)
  }

  /// - Parameter numbering: which point each node is.
  init(_ points: TourPoints, _ numbering: [Int32], _ arena: Arena) {
    count = points.count
    let (width, height) = (
      (points.x.max() ?? 0) - (points.x.min() ?? 0), (points.y.max() ?? 0) - (points.y.min() ?? 0)
    )
    largest = points.metric == .geographical ? 20_040 : (width * width + height * height).squareRoot() + 1
    penalty = arena.take(count, 0)
    holeCost = 0
    values = arena.take(1, 0)
    position = arena.take(count, .zero)
    for node in 0..<count {
      let point = Int(numbering[node])
      position[node] = SIMD2(points.x[point], points.y[point])
    }
    switch points.metric {
    case .euclidean: rule = .euclidean
    case .euclideanCeiling: rule = .euclideanCeiling
    case .pseudoEuclidean: rule = .pseudoEuclidean
    case .geographical: rule = .geographical
    }
    guard rule == .geographical else {
      sphere = arena.take(1, .zero)
      return
    }
    sphere = arena.take(count, .zero)
    for node in 0..<count {
      let place = SIMD2(TourPoints.radians(position[node].x), TourPoints.radians(position[node].y))
      position[node] = place
      let level = cos(place.x)
      sphere[node] = SIMD4(level * cos(place.y), level * sin(place.y), sin(place.x), 0)
    }
  }

  /// Penalties are whole numbers of costs times two to this: sums of three stay within 32 bits.
  var finest: Int32 { max(0, min(3, 28 - Int32(log2(max(1, largest)).rounded(.up)))) }

  /// Adds node penalties to every cost: tours keep their order, partial sums tell more (Helsgaun 2000).
  /// A matrix is rewritten in place. Penalties come times two to the `finest`.
  mutating func penalise(_ pi: UnsafeMutablePointer<Int32>) {
    penalty = pi
    shift = finest
    guard rule == .matrix else { return }
    for a in 0..<count {
      let row = values + a * count
      for b in 0..<count { row[b] = row[b] &<< shift &+ penalty[a] &+ penalty[b] }
    }
  }

  /// All costs, penalties included, in a table; a matrix is its own.
  func table(_ arena: Arena) -> TableCosts {
    if rule == .matrix { return TableCosts(values: values, count: count) }
    let entries: UnsafeMutablePointer<Int32> = arena.room(count * count)
    for a in 0..<count {
      entries[a * count + a] = 0
      for b in 0..<a {
        let value = cost(Int32(truncatingIfNeeded: a), Int32(truncatingIfNeeded: b))
        entries[a * count + b] = value
        entries[b * count + a] = value
      }
    }
    return TableCosts(values: entries, count: count)
  }

  /// What a round trip's penalised cost is without penalties.
  func unpenalised(_ length: Int) -> Int { (length - 2 * penaltySum) >> Int(shift) }

  var penaltySum: Int {
    var sum = 0
    for node in 0..<count { sum += Int(penalty[node]) }
    return sum
  }

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    if rule == .matrix { return values[Int(a) &* count &+ Int(b)] }
    return plain(a, b) &<< shift &+ penalty[Int(a)] &+ penalty[Int(b)]
  }

  @inline(__always)
  private func plain(_ a: Int32, _ b: Int32) -> Int32 {
    let (i, j) = (Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    switch rule {
    case .euclidean:
      let way = position[i] - position[j]
      return Int32(((way * way).sum()).squareRoot() + 0.5)
    case .matrix: return values[i &* count &+ j]
    default: return computed(i, j)
    }
  }

  @inline(never)
  private func computed(_ i: Int, _ j: Int) -> Int32 {
    switch rule {
    case .euclideanCeiling, .pseudoEuclidean:
      let way = position[i] - position[j]
      return TourPoints.planar(
        rule == .euclideanCeiling ? .euclideanCeiling : .pseudoEuclidean, (way * way).sum())
    default:
      return SphereCosts(position: position, sphere: sphere, penalty: penalty, shift: 0).plain(i, j)
    }
  }

  /// The length of a round trip over all nodes, in the units of `cost`.
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
      let way = position[i] - position[j]
      return (way * way).sum()
    }
  }

  /// The directions to the east and to the north from a node of the sphere.
  func directions(_ node: Int) -> (east: SIMD4<Double>, north: SIMD4<Double>) {
    let (latitude, longitude) = (position[node].x, position[node].y)
    return (
      SIMD4(-sin(longitude), cos(longitude), 0, 0),
      SIMD4(-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude), 0)
    )
  }
}
