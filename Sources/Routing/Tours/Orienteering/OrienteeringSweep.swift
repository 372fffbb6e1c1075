/// One run of the dynamic programme over walks: the most that a walk of one day can be worth.
///
/// A walk may come back to a place that the places since have forgotten: `memory[j]` says which places are still known
/// at j (ng-routes: Baldacci, Mingozzi, Roberti 2011). A label is dropped where another reached its place no later, for
/// no less, knowing no more; and where all that the opposite direction can add leaves it below `target`
/// (bounded bidirectional search: Righini and Salani 2008). With `isElementary` nothing is forgotten, places out of
/// reach count as known, and labels are compared by score without multipliers.
struct OrienteeringSweep {
  struct Label {
    var time: Int
    /// Sum of the values of the places, this one included.
    var value: Int
    /// What labels are compared by: the value, or the sum of scores.
    var rank: Int
    var known: PlaceSet
    var node: Int32
    var parent: Int32
    var next: Int32
  }

  /// The best value of a label at a place by its time: `at(place, bucket)` covers all labels up to that bucket.
  struct Table {
    var best: [Int] = []
    var buckets = 0
  }

  static let none = Int.min / 4

  private let labels: UnsafeMutablePointer<Label>
  private let capacity: Int
  private(set) var count = 0
  /// What the best label from which a walk can end is worth, and which it is; nil where none was kept.
  private(set) var best: (rank: Int, label: Int)?
  private(set) var bestValue = Self.none
  var isElementary = false

  init(capacity: Int) {
    self.capacity = capacity
    labels = .allocate(capacity: capacity)
  }

  func free() { labels.deallocate() }

  /// The places of the best walk in its direction.
  func path() -> [Int] {
    var path: [Int] = []
    var at = best.map { Int32($0.label) } ?? -1
    while at >= 0 {
      path.append(Int(labels[Int(at)].node))
      at = labels[Int(at)].parent
    }
    return path.reversed()
  }

  /// Walks from all first places; nil where the effort or the room for labels is used up before the end.
  ///
  /// - Parameters:
  ///   - values: what a visit is worth, by place; `scores` the same without multipliers.
  ///   - opposite: what the other direction found, for the same values and a target no higher; nil to keep all.
  ///   - target: labels that cannot lead to at least this value are dropped.
  mutating func run(
    _ walks: OrienteeringWalks, values: [Int], scores: [Int], memory: [PlaceSet], opposite: Table?,
    oppositeWalks: OrienteeringWalks, target: Int, effort: inout OrienteeringEffort
  ) -> Table? {
    let k = walks.count
    count = 0
    best = nil
    bestValue = Self.none
    var heads = [Int32](repeating: -1, count: walks.buckets)
    var kept = [[Int32]](repeating: [], count: k)
    var table = Table(best: [Int](repeating: Self.none, count: k * walks.buckets), buckets: walks.buckets)
    for v in 0..<k where walks.entry[v] <= walks.close[v] {
      let worth = limit(opposite, oppositeWalks, v, walks.entry[v])
      if worth < target { continue }
      guard
        push(
          walks, v, walks.open[v], values[v], isElementary ? scores[v] : values[v], PlaceSet(v), -1, &heads)
      else { return nil }
    }
    var bucket = 0
    while bucket < walks.buckets {
      let head = heads[bucket]
      if head < 0 {
        bucket += 1
        continue
      }
      let at = Int(head)
      heads[bucket] = labels[at].next
      let v = Int(labels[at].node)
      if isElementary { labels[at].known = labels[at].known | outOfReach(walks, v, labels[at].time) }
      let label = labels[at]
      if isDominated(label, &kept[v]) { continue }
      keep(Int32(at), label.rank, &kept[v])
      let slot = v * walks.buckets + bucket
      table.best[slot] = max(table.best[slot], label.value)
      if label.time <= walks.exit[v] {
        if best == nil || label.rank > best!.rank { best = (label.rank, at) }
        bestValue = max(bestValue, label.value)
      }
      if effort.isOver(after: k) { return nil }
      let arcs = walks.arc + v &* k
      for w in 0..<k {
        if label.known.contains(w) { continue }
        let time = max(label.time &+ arcs[w], walks.open[w])
        if time > walks.close[w] { continue }
        if label.value &+ limit(opposite, oppositeWalks, w, time) < target { continue }
        let known = isElementary ? label.known | PlaceSet(w) : (label.known & memory[w]) | PlaceSet(w)
        guard
          push(
            walks, w, time, label.value &+ values[w], label.rank &+ (isElementary ? scores[w] : values[w]),
            known, Int32(at), &heads)
        else { return nil }
      }
    }
    for v in 0..<k {
      for b in 1..<max(1, walks.buckets) {
        let slot = v * walks.buckets + b
        table.best[slot] = max(table.best[slot], table.best[slot - 1])
      }
    }
    return table
  }

  /// The most that a visit at a place from a time on and all behind it can be worth.
  @inline(__always)
  private func limit(_ opposite: Table?, _ walks: OrienteeringWalks, _ place: Int, _ time: Int) -> Int {
    guard let opposite else { return Int.max / 4 }
    return opposite.best.withUnsafeBufferPointer {
      let bucket = walks.bucket(0 &- time)
      if bucket < 0 { return Self.none }
      return $0[place &* opposite.buckets &+ min(bucket, opposite.buckets &- 1)]
    }
  }

  @inline(__always)
  private mutating func push(
    _ walks: OrienteeringWalks, _ node: Int, _ time: Int, _ value: Int, _ rank: Int, _ known: PlaceSet,
    _ parent: Int32, _ heads: inout [Int32]
  ) -> Bool {
    if count == capacity { return false }
    let bucket = walks.bucket(time)
    (labels + count).initialize(
      to: Label(
        time: time, value: value, rank: rank, known: known, node: Int32(truncatingIfNeeded: node),
        parent: parent, next: heads[bucket]))
    heads[bucket] = Int32(truncatingIfNeeded: count)
    count &+= 1
    return true
  }

  private func outOfReach(_ walks: OrienteeringWalks, _ v: Int, _ time: Int) -> PlaceSet {
    var set = PlaceSet()
    for w in 0..<walks.count where time &+ walks.reach[v &* walks.count &+ w] > walks.close[w] {
      set = set | PlaceSet(w)
    }
    return set
  }

  /// Whether a label kept at the same place is as good in every way. `kept` is sorted by rank, the highest first.
  @inline(__always)
  private func isDominated(_ label: Label, _ kept: inout [Int32]) -> Bool {
    kept.withUnsafeBufferPointer {
      for other in $0 {
        let other = labels + Int(other)
        if other.pointee.rank < label.rank { return false }
        if other.pointee.time <= label.time, other.pointee.known.isSubset(of: label.known) { return true }
      }
      return false
    }
  }

  private func keep(_ at: Int32, _ rank: Int, _ kept: inout [Int32]) {
    var (low, high) = (0, kept.count)
    while low < high {
      let middle = (low + high) / 2
      if labels[Int(kept[middle])].rank >= rank { low = middle + 1 } else { high = middle }
    }
    kept.insert(at, at: low)
  }
}

/// How much the bound may work: a share of the search's deadline, and a number of extensions that depends on the
/// iterations alone, so that a run without a time is the same everywhere.
struct OrienteeringEffort {
  let deadline: SearchDeadline
  let until: Double
  private var left: Int
  private var untilLook = 0

  /// Extensions that take as long as one iteration of the search, roughly.
  static let perIteration = 400

  init(_ deadline: SearchDeadline, from: Double, until: Double) {
    self.deadline = deadline
    self.until = until
    left = Int.max / 2
    if let iterations = deadline.budget.iterations {
      left = Int(Double(iterations) * max(0, until - from) * Double(Self.perIteration))
    }
  }

  @inline(__always)
  mutating func isOver(after work: Int) -> Bool {
    left &-= work
    if left < 0 { return true }
    untilLook &-= work
    if untilLook > 0 { return false }
    untilLook = 20_000
    if Task.isCancelled { return true }
    guard let seconds = deadline.budget.seconds else { return false }
    return deadline.elapsed >= seconds * until
  }
}
