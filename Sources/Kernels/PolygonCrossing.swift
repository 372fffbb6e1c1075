/// Where the rings of a polygon cross or overlap each other or themselves.
///
/// Two edges may share a point (rings that touch are drawn in practice and have a well-defined inside) as long as
/// the chains through it do not change sides there. Method: a sweep along the axis on which the edges are
/// shorter, testing each edge against those whose extents overlap, with exact orientation tests. Expected
/// O(n log n + overlapping pairs).
public struct PolygonCrossing: Sendable, Equatable {
  /// Vertices at which the two edges start, positions in the arrays given; `first < second`.
  public var first: Int
  public var second: Int
  /// A point of the crossing (rounded) or of the overlap.
  public var x: Double
  public var y: Double

  /// - Parameters:
  ///   - xs, ys: vertices of all rings, one after another, without closing vertices and without equal neighbours.
  ///   - ringEnds: for each ring the position after its last vertex.
  /// - Returns: a fault whose first edge comes earliest, or nil when there is none.
  public static func find(xs: [Double], ys: [Double], ringEnds: [Int]) -> PolygonCrossing? {
    xs.withUnsafeBufferPointer { xs in
      ys.withUnsafeBufferPointer { ys in
        var sweep = CrossingSweep(xs: xs, ys: ys, ringEnds: ringEnds)
        return sweep.run()
      }
    }
  }
}

private struct CrossingSweep {
  let xs: UnsafeBufferPointer<Double>
  let ys: UnsafeBufferPointer<Double>
  var next: [Int]
  var previous: [Int]
  var best: PolygonCrossing?

  init(xs: UnsafeBufferPointer<Double>, ys: UnsafeBufferPointer<Double>, ringEnds: [Int]) {
    self.xs = xs
    self.ys = ys
    next = [Int](repeating: 0, count: xs.count)
    previous = next
    var start = 0
    for end in ringEnds {
      for i in start..<end {
        next[i] = i + 1 < end ? i + 1 : start
        previous[i] = i > start ? i - 1 : end - 1
      }
      start = end
    }
  }

  mutating func run() -> PolygonCrossing? {
    let n = xs.count
    guard n > 1 else { return nil }
    var extentX = 0.0
    var extentY = 0.0
    for i in 0..<n {
      extentX += abs(xs[next[i]] - xs[i])
      extentY += abs(ys[next[i]] - ys[i])
    }
    let alongX = extentX <= extentY
    let keys = alongX ? xs : ys
    let order = (0..<n).sorted { low($0, keys) < low($1, keys) }
    var active: [Int] = []
    for e in order {
      let front = low(e, keys)
      var kept = 0
      for f in active where high(f, keys) >= front {
        active[kept] = f
        kept += 1
        test(min(e, f), max(e, f))
      }
      active.removeLast(active.count - kept)
      active.append(e)
    }
    return best
  }

  @inline(__always)
  private func low(_ e: Int, _ keys: UnsafeBufferPointer<Double>) -> Double { min(keys[e], keys[next[e]]) }
  @inline(__always)
  private func high(_ e: Int, _ keys: UnsafeBufferPointer<Double>) -> Double { max(keys[e], keys[next[e]]) }

  @inline(__always)
  private func side(_ a: Int, _ b: Int, _ c: Int) -> Double {
    PolygonOrientation.sign(xs[a], ys[a], xs[b], ys[b], xs[c], ys[c])
  }

  private mutating func report(_ e: Int, _ f: Int, _ x: Double, _ y: Double) {
    if let best, (best.first, best.second) <= (e, f) { return }
    best = PolygonCrossing(first: e, second: f, x: x, y: y)
  }

  private mutating func test(_ e: Int, _ f: Int) {
    let (p, q, r, s) = (e, next[e], f, next[f])
    if max(xs[p], xs[q]) < min(xs[r], xs[s]) || max(xs[r], xs[s]) < min(xs[p], xs[q]) { return }
    if max(ys[p], ys[q]) < min(ys[r], ys[s]) || max(ys[r], ys[s]) < min(ys[p], ys[q]) { return }
    let (o1, o2) = (side(p, q, r), side(p, q, s))
    let (o3, o4) = (side(r, s, p), side(r, s, q))
    if o1 == 0 && o2 == 0 {
      testOverlap(p, q, r, s)
      return
    }
    if (o1 > 0) != (o2 > 0), (o3 > 0) != (o4 > 0), o1 != 0, o2 != 0, o3 != 0, o4 != 0 {
      let t = o3 / (o3 - o4)
      report(e, f, xs[p] + t * (xs[q] - xs[p]), ys[p] + t * (ys[q] - ys[p]))
      return
    }
    // A touch is judged at the edge that starts in it, so that each is judged once.
    if o1 == 0, isWithin(r, p, q) {
      if same(r, p) {
        if crossesAtVertex(p, r) { report(e, f, xs[r], ys[r]) }
      } else if !same(r, q), opposite(side(p, q, previous[r]), side(p, q, next[r])) {
        report(e, f, xs[r], ys[r])
      }
    }
    if o3 == 0, isWithin(p, r, s), !same(p, r), !same(p, s),
      opposite(side(r, s, previous[p]), side(r, s, next[p]))
    {
      report(e, f, xs[p], ys[p])
    }
  }

  @inline(__always)
  private func same(_ a: Int, _ b: Int) -> Bool { xs[a] == xs[b] && ys[a] == ys[b] }
  @inline(__always)
  private func opposite(_ a: Double, _ b: Double) -> Bool { (a > 0 && b < 0) || (a < 0 && b > 0) }
  /// Whether `a`, known to lie on the line through `p` and `q`, lies between them.
  private func isWithin(_ a: Int, _ p: Int, _ q: Int) -> Bool {
    xs[a] >= min(xs[p], xs[q]) && xs[a] <= max(xs[p], xs[q]) && ys[a] >= min(ys[p], ys[q])
      && ys[a] <= max(ys[p], ys[q])
  }

  /// Edges on one line: a fault when they share more than a point.
  private mutating func testOverlap(_ p: Int, _ q: Int, _ r: Int, _ s: Int) {
    let alongX = abs(xs[q] - xs[p]) >= abs(ys[q] - ys[p])
    let keys = alongX ? xs : ys
    let start = max(min(keys[p], keys[q]), min(keys[r], keys[s]))
    let end = min(max(keys[p], keys[q]), max(keys[r], keys[s]))
    guard start < end else {
      if same(p, r), crossesAtVertex(p, r) { report(p, r, xs[p], ys[p]) }
      return
    }
    let vertex = [p, q, r, s].first { keys[$0] == start } ?? p
    report(p, r, xs[vertex], ys[vertex])
  }

  /// Whether the chain through vertex `b` passes from one side to the other of the chain through vertex
  /// `a` at the same place.
  private func crossesAtVertex(_ a: Int, _ b: Int) -> Bool {
    guard a != b else { return false }
    let from = previous[b]
    let to = next[b]
    // Shared directions are overlaps and reported as such.
    if isInSector(a, from) == nil || isInSector(a, to) == nil { return false }
    return isInSector(a, from) != isInSector(a, to)
  }

  /// Whether `c` lies in the sector at `v` counter-clockwise from the next vertex to the previous one; nil when it
  /// lies on a ray that bounds it.
  private func isInSector(_ v: Int, _ c: Int) -> Bool? {
    let (a, b) = (next[v], previous[v])
    let fromA = side(v, a, c)
    let fromB = side(v, b, c)
    if fromA == 0, points(v, a, c) { return nil }
    if fromB == 0, points(v, b, c) { return nil }
    let turn = side(v, a, b)
    if turn > 0 { return fromA > 0 && fromB < 0 }
    if turn < 0 { return !(fromB > 0 && fromA < 0) }
    return fromA > 0
  }

  /// Whether `c` lies from `v` in the direction of `a`, all three on one line.
  private func points(_ v: Int, _ a: Int, _ c: Int) -> Bool {
    (xs[a] - xs[v]) * (xs[c] - xs[v]) + (ys[a] - ys[v]) * (ys[c] - ys[v]) > 0
  }
}
