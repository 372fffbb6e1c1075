/// A closed tour held in an array, seen from any node and in either direction.
///
/// Moves speak of *places*: seen from node `a` in direction `d` (+1 along the tour, −1 against it) the successor of `a`
/// has place 0 and `a` itself place n − 1. Against the tour the costs are read from the transposed matrix, so one piece
/// of code serves arcs that leave a node and arcs that reach it.
///
/// `turning[p]` is the sum over the arcs of positions 0 … p of (cost against − cost along): the extra cost of driving a
/// stretch the other way round is the difference of two entries, which makes reversing moves of asymmetric costs O(1)
/// to evaluate. It is kept only when `reverses`.
struct ArcTour {
  let count: Int
  let stride: Int
  let matrix: ArcMatrix
  /// Whether reversing moves are looked for (matrices that are nearly symmetric).
  let reverses: Bool
  let order: UnsafeMutablePointer<Int32>
  let position: UnsafeMutablePointer<Int32>
  let turning: UnsafeMutablePointer<Int>
  /// Nodes whose neighbourhood is to be searched: a ring of `count` places, each node at most once.
  private let queue: UnsafeMutablePointer<Int32>
  private let isQueued: UnsafeMutablePointer<Bool>
  private var queueHead = 0
  private var queueLength = 0
  private let scratch: UnsafeMutablePointer<Int32>
  /// The state moves are undone to.
  private let keptOrder: UnsafeMutablePointer<Int32>
  private var low: Int
  private var high: Int
  /// The length of the tour, holes counted at their price.
  var length = 0
  /// Moves made since the start.
  var moves = 0

  init(_ matrix: ArcMatrix, reverses: Bool) {
    count = matrix.count
    stride = matrix.stride
    self.matrix = matrix
    self.reverses = reverses
    order = .allocate(capacity: count)
    position = .allocate(capacity: count)
    turning = .allocate(capacity: count)
    queue = .allocate(capacity: count)
    isQueued = .allocate(capacity: count)
    isQueued.initialize(repeating: false, count: count)
    scratch = .allocate(capacity: count)
    keptOrder = .allocate(capacity: count)
    low = count
    high = -1
  }

  func deallocate() {
    order.deallocate()
    position.deallocate()
    turning.deallocate()
    queue.deallocate()
    isQueued.deallocate()
    scratch.deallocate()
    keptOrder.deallocate()
  }

  /// Takes `tour` (a permutation of the nodes) as the kept state.
  mutating func start(_ tour: UnsafePointer<Int32>) {
    order.update(from: tour, count: count)
    for p in 0..<count { position[Int(order[p])] = Int32(truncatingIfNeeded: p) }
    length = matrix.length(order)
    turning[0] = 0
    if reverses { retell(from: 0, to: count - 1) }
    low = 0
    high = count - 1
    keep()
  }

  /// The costs read in direction `d`.
  @inline(__always)
  func costs(_ direction: Int) -> UnsafeMutablePointer<Int32> { direction > 0 ? matrix.out : matrix.into }

  @inline(__always)
  func next(_ node: Int, _ direction: Int) -> Int {
    var p = Int(position[node]) &+ direction
    if p == count { p = 0 } else if p < 0 { p = count &- 1 }
    return Int(order[p])
  }

  /// The place of `node` seen from the node at position `origin`.
  @inline(__always)
  func place(_ node: Int, _ origin: Int, _ direction: Int) -> Int {
    let p = Int(position[node])
    let ahead = direction > 0 ? p &- origin &- 1 : origin &- 1 &- p
    return ahead < 0 ? ahead &+ count : ahead
  }

  /// The node at place `place` seen from position `origin`.
  @inline(__always)
  func node(_ place: Int, _ origin: Int, _ direction: Int) -> Int {
    var p = direction > 0 ? origin &+ 1 &+ place : origin &- 1 &- place
    if p >= count { p = p &- count } else if p < 0 { p = p &+ count }
    return Int(order[p])
  }

  /// The extra cost of driving the stretch between two nodes of the tour against instead of along `direction`;
  /// `first` comes before `last` in `direction`.
  @inline(__always)
  func turn(_ first: Int, _ last: Int, _ direction: Int) -> Int {
    let from = Int(position[direction > 0 ? first : last])
    let to = Int(position[direction > 0 ? last : first])
    if from <= to { return turning[to] &- turning[from] }
    let a = Int(order[count &- 1])
    let b = Int(order[0])
    return turning[count &- 1] &- turning[from] &+ turning[to] &+ matrix.cost(b, a) &- matrix.cost(a, b)
  }

  // MARK: Queue of nodes to search

  @inline(__always)
  mutating func push(_ node: Int) {
    if isQueued[node] { return }
    isQueued[node] = true
    var tail = queueHead &+ queueLength
    if tail >= count { tail = tail &- count }
    queue[tail] = Int32(truncatingIfNeeded: node)
    queueLength &+= 1
  }

  @inline(__always)
  mutating func pop() -> Int {
    if queueLength == 0 { return -1 }
    let node = Int(queue[queueHead])
    queueHead &+= 1
    if queueHead == count { queueHead = 0 }
    queueLength &-= 1
    isQueued[node] = false
    return node
  }

  // MARK: Changing the order

  /// A run of places `first … last` to be laid down as it is, or turned round.
  struct Piece {
    let first: Int
    let last: Int
    let turned: Bool
  }

  /// Counts a move of three arcs and queues the nodes at their ends.
  @inline(__always)
  mutating func shorten(by gain: Int, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int, _ f: Int) {
    length &-= gain
    push(a)
    push(b)
    push(c)
    push(d)
    push(e)
    push(f)
  }

  /// Exchanges the neighbouring runs `0 ..< cut` and `cut ... last`; the third run, from `last` + 1 on, may be moved
  /// instead of the longest of the three, which gives the same cycle.
  mutating func exchange(_ cut: Int, _ last: Int, _ origin: Int, _ direction: Int) {
    let first = cut
    let second = last &+ 1 &- cut
    let third = count &- 1 &- last
    if third >= first && third >= second {
      lay(
        Piece(first: cut, last: last, turned: false), Piece(first: 0, last: cut &- 1, turned: false), origin,
        direction)
      return
    }
    var base = origin &+ direction &* (first >= second ? cut : last &+ 1)
    if base >= count { base = base &- count } else if base < 0 { base = base &+ count }
    let left = first >= second ? second : third
    let right = first >= second ? third : first
    lay(
      Piece(first: left, last: left &+ right &- 1, turned: false),
      Piece(first: 0, last: left &- 1, turned: false),
      base, direction)
  }

  /// Lays two runs that together cover the places from 0 on, in the order given.
  mutating func lay(_ a: Piece, _ b: Piece, _ origin: Int, _ direction: Int) {
    var filled = copy(a, 0, origin, direction)
    filled = copy(b, filled, origin, direction)
    write(filled, origin, direction)
  }

  /// Lays three runs that together cover the places from 0 on, in the order given.
  mutating func lay(_ a: Piece, _ b: Piece, _ c: Piece, _ origin: Int, _ direction: Int) {
    var filled = copy(a, 0, origin, direction)
    filled = copy(b, filled, origin, direction)
    filled = copy(c, filled, origin, direction)
    write(filled, origin, direction)
  }

  /// Turns round the run of places 0 … `last`.
  mutating func turnRound(_ last: Int, _ origin: Int, _ direction: Int) {
    write(copy(Piece(first: 0, last: last, turned: true), 0, origin, direction), origin, direction)
  }

  @inline(__always)
  private func copy(_ piece: Piece, _ filled: Int, _ origin: Int, _ direction: Int) -> Int {
    let length = piece.last &- piece.first &+ 1
    let step = piece.turned ? -direction : direction
    var p = origin &+ direction &* (1 &+ (piece.turned ? piece.last : piece.first))
    if p >= count { p = p &- count } else if p < 0 { p = p &+ count }
    for t in filled..<(filled &+ length) {
      scratch[t] = order[p]
      p = p &+ step
      if p == count { p = 0 } else if p < 0 { p = count &- 1 }
    }
    return filled &+ length
  }

  @inline(__always)
  private mutating func write(_ length: Int, _ origin: Int, _ direction: Int) {
    moves &+= 1
    var p = origin &+ direction
    if p == count { p = 0 } else if p < 0 { p = count &- 1 }
    let end = p &+ direction &* (length &- 1)
    for t in 0..<length {
      let node = scratch[t]
      order[p] = node
      position[Int(node)] = Int32(truncatingIfNeeded: p)
      p = p &+ direction
      if p == count { p = 0 } else if p < 0 { p = count &- 1 }
    }
    let first: Int
    let last: Int
    if end >= count || end < 0 {
      first = 0
      last = count &- 1
    } else {
      first = direction > 0 ? end &- length &+ 1 : end
      last = direction > 0 ? end : end &+ length &- 1
    }
    low = min(low, first)
    high = max(high, last)
    if reverses { retell(from: first, to: last) }
  }

  /// Recomputes `turning` where the order changed in positions `first … last`.
  @inline(__always)
  private func retell(from first: Int, to last: Int) {
    var p = max(1, first)
    var sum = turning[p &- 1]
    var previous = Int(order[p &- 1])
    let end = min(count &- 1, last &+ 1)
    if p > end { return }
    let before = turning[end]
    while p <= end {
      let node = Int(order[p])
      sum &+= Int(matrix.into[previous &* stride &+ node]) &- Int(matrix.out[previous &* stride &+ node])
      turning[p] = sum
      previous = node
      p &+= 1
    }
    let shift = sum &- before
    if shift != 0 {
      while p < count {
        turning[p] &+= shift
        p &+= 1
      }
    }
  }

  // MARK: Keeping and undoing

  /// Takes the present order as the state `undo` returns to.
  @inline(__always)
  mutating func keep() {
    if high >= low {
      (keptOrder + low).update(from: order + low, count: high &- low &+ 1)
    }
    low = count
    high = -1
  }

  /// Returns to the kept order, whose length was `length`.
  @inline(__always)
  mutating func undo(length kept: Int) {
    length = kept
    if high < low { return }
    for p in low...high {
      let node = keptOrder[p]
      order[p] = node
      position[Int(node)] = Int32(truncatingIfNeeded: p)
    }
    if reverses { retell(from: low, to: high) }
    low = count
    high = -1
  }
}
