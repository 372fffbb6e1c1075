/// A round trip as an array of nodes with each node's place, the cost of each of its edges, and a log by which changes are
/// taken back.
///
/// A k-opt move keeps its longest piece where it is and rewrites the others: O(n - longest piece).
struct ArrayTour<Costs: PairCosts> {
  let costs: Costs
  let count: Int
  /// The nodes; order[-1] and order[count] repeat the last and the first, so that neighbours are read without asking
  /// whether the array ends.
  let order: UnsafeMutablePointer<Int32>
  let place: UnsafeMutablePointer<Int32>
  /// The cost of the edge from each place to the next; edge[-1] repeats the last.
  let edge: UnsafeMutablePointer<Int32>
  private let buffer: UnsafeMutablePointer<Int32>
  private let edgeBuffer: UnsafeMutablePointer<Int32>
  /// Earlier contents: the nodes, then their edges, then where they began, then how many.
  private let log: UnsafeMutablePointer<Int32>
  private let logCapacity: Int
  private var logged = 0
  /// Whether changes are logged; what is not logged cannot be taken back.
  var isLogging = false

  /// - Parameter start: the first order of the nodes.
  init(_ costs: Costs, _ start: UnsafeMutablePointer<Int32>, count: Int, _ arena: Arena) {
    self.costs = costs
    self.count = count
    order = arena.take(count + 2, 0) + 1
    place = arena.take(count, 0)
    edge = arena.take(count + 1, 0) + 1
    buffer = arena.take(count + 1, 0)
    edgeBuffer = arena.take(count + 1, 0)
    logCapacity = max(16 * count, 1 << 16)
    log = arena.room(logCapacity)
    take(start)
  }

  /// Takes all nodes in a new order.
  func take(_ nodes: UnsafeMutablePointer<Int32>) {
    order.update(from: nodes, count: count)
    for k in 0..<count { place[Int(order[k])] = Int32(truncatingIfNeeded: k) }
    joinEnds()
    for k in 0..<count { price(k) }
    joinEnds()
  }

  @inline(__always)
  private func joinEnds() {
    order[-1] = order[count &- 1]
    order[count] = order[0]
    edge[-1] = edge[count &- 1]
  }

  /// Computes the cost of the edge after a place.
  @inline(__always)
  private func price(_ at: Int) { edge[at] = costs.cost(order[at], order[at &+ 1]) }

  /// The cost of the edge from a place in direction `way`, 1 or -1.
  @inline(__always)
  func edge(_ at: Int, _ way: Int) -> Int { Int(edge[at &+ (way >> 1)]) }

  var length: Int {
    var sum = 0
    for k in 0..<count { sum &+= Int(edge[k]) }
    return sum
  }

  /// Whether the log has room for one more change of any size.
  var hasRoom: Bool { logged &+ 2 &* count &+ 2 <= logCapacity }

  mutating func forget() { logged = 0 }

  /// Turns the places from `first` on, `length` of them, cyclically.
  @inline(__always)
  mutating func reverse(from first: Int, _ length: Int) {
    var last = first &+ length &- 1
    if last >= count { last &-= count }
    if isLogging {
      log[logged] = Int32(truncatingIfNeeded: first)
      log[logged &+ 1] = Int32(truncatingIfNeeded: -length)
      logged &+= 2
    }
    if first &+ length <= count {
      turn(first, last)
    } else {
      turnAround(first, last, length)
    }
    joinEnds()
    price(last)
    price(first == 0 ? count &- 1 : first &- 1)
    edge[-1] = edge[count &- 1]
  }

  @inline(__always)
  private func turn(_ first: Int, _ last: Int) {
    var (i, j) = (first, last)
    while i < j {
      let (a, b) = (order[i], order[j])
      order[i] = b
      place[Int(b)] = Int32(truncatingIfNeeded: i)
      order[j] = a
      place[Int(a)] = Int32(truncatingIfNeeded: j)
      i &+= 1
      j &-= 1
    }
    (i, j) = (first, last &- 1)
    while i < j {
      (edge[i], edge[j]) = (edge[j], edge[i])
      i &+= 1
      j &-= 1
    }
  }

  /// The same across the end of the array.
  @inline(never)
  private func turnAround(_ first: Int, _ last: Int, _ length: Int) {
    var (i, j) = (first, last)
    var before = (j == 0 ? count : j) &- 1
    for k in 0..<(length / 2) {
      let (a, b) = (order[i], order[j])
      order[i] = b
      place[Int(b)] = Int32(truncatingIfNeeded: i)
      order[j] = a
      place[Int(a)] = Int32(truncatingIfNeeded: j)
      if k < (length &- 1) / 2 { (edge[i], edge[before]) = (edge[before], edge[i]) }
      i = i &+ 1 == count ? 0 : i &+ 1
      j = before
      before = (j == 0 ? count : j) &- 1
    }
  }

  /// Takes the nodes of places `first … last`, cyclically, to the buffer's end, turned or not; the edge after the last of
  /// them is left open.
  /// - Returns: how many the buffer now holds.
  @inline(__always)
  private func gather(_ first: Int, _ length: Int, turned: Bool, _ held: Int) -> Int {
    var k = held
    if turned {
      var at = first &+ length &- 1
      if at >= count { at &-= count }
      for _ in 0..<length {
        buffer[k] = order[at]
        edgeBuffer[k] = edge[at &- 1]
        k &+= 1
        at = (at == 0 ? count : at) &- 1
      }
    } else {
      var at = first
      for _ in 0..<length {
        buffer[k] = order[at]
        edgeBuffer[k] = edge[at]
        k &+= 1
        at &+= 1
        if at == count { at = 0 }
      }
    }
    return k
  }

  /// Writes the buffer's first `length` nodes to the places from `first` on.
  @inline(__always)
  private mutating func write(_ first: Int, _ length: Int) {
    if isLogging { save(first, length) }
    var at = first
    for k in 0..<length {
      let node = buffer[k]
      order[at] = node
      edge[at] = edgeBuffer[k]
      place[Int(node)] = Int32(truncatingIfNeeded: at)
      at &+= 1
      if at == count { at = 0 }
    }
    joinEnds()
  }

  /// Logs what stands at the places from `first` on.
  @inline(__always)
  private mutating func save(_ first: Int, _ length: Int) {
    var at = first
    for k in 0..<length {
      log[logged &+ k] = order[at]
      log[logged &+ length &+ k] = edge[at]
      at &+= 1
      if at == count { at = 0 }
    }
    logged &+= 2 &* length
    log[logged] = Int32(truncatingIfNeeded: first)
    log[logged &+ 1] = Int32(truncatingIfNeeded: length)
    logged &+= 2
  }

  /// Puts pieces together in a new order.
  /// - Parameters:
  ///   - cuts: for each of the `k` cuts, in increasing order, the place before it: piece j ends at cut j, piece 0
  ///     wraps around.
  ///   - sequence: the pieces in their new order, `2 * piece + (turned ? 1 : 0)`, each once, from piece 0 forward.
  mutating func rebuild(_ k: Int, _ cuts: UnsafePointer<Int>, _ sequence: UnsafePointer<Int>) {
    @inline(__always) func length(_ piece: Int) -> Int {
      piece == 0 ? cuts[0] &- cuts[k &- 1] &+ count : cuts[piece] &- cuts[piece &- 1]
    }
    @inline(__always) func first(_ piece: Int) -> Int {
      let at = cuts[piece == 0 ? k &- 1 : piece &- 1] &+ 1
      return at == count ? 0 : at
    }
    var kept = 0
    for at in 1..<k where length(sequence[at] >> 1) > length(sequence[kept] >> 1) { kept = at }
    let piece = sequence[kept] >> 1
    let turned = sequence[kept] & 1
    var held = 0
    var at = kept
    for _ in 1..<k {
      if turned == 0 {
        at = at &+ 1 == k ? 0 : at &+ 1
      } else {
        at = (at == 0 ? k : at) &- 1
      }
      let item = sequence[at]
      held = gather(first(item >> 1), length(item >> 1), turned: (item & 1) != turned, held)
    }
    let begin = cuts[piece] &+ 1
    write(begin == count ? 0 : begin, held)
    // The edges between the pieces are new.
    var joint = cuts[piece]
    price(joint)
    at = kept
    for _ in 1..<k {
      at = turned == 0 ? (at &+ 1 == k ? 0 : at &+ 1) : (at == 0 ? k : at) &- 1
      joint &+= length(sequence[at] >> 1)
      if joint >= count { joint &-= count }
      price(joint)
    }
    edge[-1] = edge[count &- 1]
  }

  /// Takes back all that was logged since the log was last forgotten.
  mutating func undo() {
    let logging = isLogging
    isLogging = false
    while logged > 0 {
      let length = Int(log[logged &- 1])
      let first = Int(log[logged &- 2])
      logged &-= 2
      if length < 0 {
        reverse(from: first, -length)
        continue
      }
      logged &-= 2 &* length
      var at = first
      for k in 0..<length {
        let node = log[logged &+ k]
        order[at] = node
        edge[at] = log[logged &+ length &+ k]
        place[Int(node)] = Int32(truncatingIfNeeded: at)
        at &+= 1
        if at == count { at = 0 }
      }
      joinEnds()
      // The kept piece's last edge, before the first place.
      price(first == 0 ? count &- 1 : first &- 1)
      edge[-1] = edge[count &- 1]
    }
    isLogging = logging
  }
}
