/// The alternating path of a Lin–Kernighan step: edges (t1,t2), (t3,t4), … leave, (t2,t3), (t4,t5), … and at last
/// (t2k,t1) join.
///
/// Pair i's edge stands between places `cut[i]` and `cut[i] + 1`; `lowFirst[i]` says that t(2i+1) stands at the
/// lower. Whether the result is one round trip is found by walking over the pieces between sorted cuts
/// (Helsgaun 2009, "General k-opt submoves for the Lin–Kernighan TSP heuristic"): O(k²) for k ≤ 5.
struct SequentialMove {
  static let deepest = 5
  /// t[2i] and t[2i + 1] are the ends of removed edge i.
  let t: UnsafeMutablePointer<Int32>
  let cut: UnsafeMutablePointer<Int>
  let lowFirst: UnsafeMutablePointer<Bool>
  let sorted: UnsafeMutablePointer<Int>
  let sequence: UnsafeMutablePointer<Int>
  private let rank: UnsafeMutablePointer<Int>
  private let mate: UnsafeMutablePointer<Int>
  private let end: UnsafeMutablePointer<Int>

  init(_ arena: Arena) {
    t = arena.take(2 * Self.deepest, 0)
    cut = arena.take(Self.deepest, 0)
    lowFirst = arena.take(Self.deepest, false)
    sorted = arena.take(Self.deepest, 0)
    sequence = arena.take(Self.deepest, 0)
    rank = arena.take(Self.deepest, 0)
    mate = arena.take(2 * Self.deepest, 0)
    end = arena.take(2 * Self.deepest, 0)
  }

  /// Fills `sorted` and `sequence` for `ArrayTour.rebuild`.
  /// - Parameter split: where less than `k`, the joined edges are two alternating cycles, of the first `split` pairs and of
  ///   the others: (t2·split,t1) and (t2k,t2·split+1) close them.
  /// - Returns: whether the first `k` pairs, closed by (t2k,t1), give one round trip.
  func closes(_ k: Int, split: Int = .max) -> Bool {
    for i in 0..<k {
      var at = i
      let value = cut[i]
      while at > 0 && sorted[at &- 1] > value {
        sorted[at] = sorted[at &- 1]
        rank[at] = rank[at &- 1]
        at &-= 1
      }
      sorted[at] = value
      rank[at] = i
    }
    for r in 0..<k {
      let i = rank[r]
      let low = 2 &* r &+ 1
      let high = r &+ 1 == k ? 0 : 2 &* r &+ 2
      end[2 &* i] = lowFirst[i] ? low : high
      end[2 &* i &+ 1] = lowFirst[i] ? high : low
    }
    for i in 0..<k {
      let a = end[2 &* i &+ 1]
      let isLast = i &+ 1 == k
      let b = end[i &+ 1 == split ? 0 : isLast ? (split < k ? 2 &* split : 0) : 2 &* i &+ 2]
      mate[a] = b
      mate[b] = a
    }
    var entered = 0
    for at in 0..<k {
      sequence[at] = entered
      entered = mate[entered ^ 1]
      if entered < 2 { return at &+ 1 == k && entered == 0 }
    }
    return false
  }
}
