/// A round trip as an array of nodes with each node's place, and a log by which changes are taken back.
///
/// A k-opt move keeps its longest piece where it is and rewrites the others: O(n - longest piece).
struct ArrayTour {
  let count: Int
  let order: UnsafeMutablePointer<Int32>
  let place: UnsafeMutablePointer<Int32>
  private let buffer: UnsafeMutablePointer<Int32>
  /// Earlier contents: the nodes, then where they began, then how many.
  private let log: UnsafeMutablePointer<Int32>
  private let logCapacity: Int
  private var logged = 0
  /// Whether changes are logged; what is not logged cannot be taken back.
  var isLogging = false

  init(count: Int, _ arena: Arena) {
    self.count = count
    order = arena.take(count, 0)
    place = arena.take(count, 0)
    buffer = arena.take(count + 1, 0)
    logCapacity = max(8 * count, 1 << 16)
    log = arena.take(logCapacity, 0)
  }

  /// Sets every node's place from the order.
  func index() {
    for k in 0..<count { place[Int(order[k])] = Int32(truncatingIfNeeded: k) }
  }

  @inline(__always)
  func next(_ node: Int32) -> Int32 {
    let k = Int(place[Int(node)]) &+ 1
    return order[k == count ? 0 : k]
  }

  @inline(__always)
  func previous(_ node: Int32) -> Int32 {
    let k = Int(place[Int(node)])
    return order[(k == 0 ? count : k) &- 1]
  }

  /// Whether driving forward from a one meets b no later than c.
  @inline(__always)
  func between(_ a: Int32, _ b: Int32, _ c: Int32) -> Bool {
    let (i, j, k) = (place[Int(a)], place[Int(b)], place[Int(c)])
    return i <= k ? (i <= j && j <= k) : (i <= j || j <= k)
  }

  /// Whether the log has room for one more change of any size.
  var hasRoom: Bool { logged &+ count &+ 2 <= logCapacity }

  mutating func forget() { logged = 0 }

  /// Turns the places from `first` on, `length` of them, cyclically.
  @inline(__always)
  mutating func reverse(from first: Int, _ length: Int) {
    var (i, j) = (first, first &+ length &- 1)
    if j >= count { j &-= count }
    if isLogging {
      log[logged] = Int32(truncatingIfNeeded: first)
      log[logged &+ 1] = Int32(truncatingIfNeeded: -length)
      logged &+= 2
    }
    if first &+ length <= count {
      while i < j {
        let (a, b) = (order[i], order[j])
        order[i] = b
        place[Int(b)] = Int32(truncatingIfNeeded: i)
        order[j] = a
        place[Int(a)] = Int32(truncatingIfNeeded: j)
        i &+= 1
        j &-= 1
      }
      return
    }
    for _ in 0..<(length / 2) {
      let (a, b) = (order[i], order[j])
      order[i] = b
      place[Int(b)] = Int32(truncatingIfNeeded: i)
      order[j] = a
      place[Int(a)] = Int32(truncatingIfNeeded: j)
      i = i &+ 1 == count ? 0 : i &+ 1
      j = (j == 0 ? count : j) &- 1
    }
  }

  /// Takes the nodes of places `first … last`, cyclically, to the buffer's end, turned or not.
  /// - Returns: how many the buffer now holds.
  @inline(__always)
  private func gather(_ first: Int, _ length: Int, turned: Bool, _ held: Int) -> Int {
    var k = held
    if turned {
      var at = first &+ length &- 1
      if at >= count { at &-= count }
      for _ in 0..<length {
        buffer[k] = order[at]
        k &+= 1
        at = (at == 0 ? count : at) &- 1
      }
    } else {
      var at = first
      for _ in 0..<length {
        buffer[k] = order[at]
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
    var at = first
    if isLogging {
      for k in 0..<length {
        log[logged &+ k] = order[at]
        at &+= 1
        if at == count { at = 0 }
      }
      log[logged &+ length] = Int32(truncatingIfNeeded: first)
      log[logged &+ length &+ 1] = Int32(truncatingIfNeeded: length)
      logged &+= length &+ 2
      at = first
    }
    for k in 0..<length {
      let node = buffer[k]
      order[at] = node
      place[Int(node)] = Int32(truncatingIfNeeded: at)
      at &+= 1
      if at == count { at = 0 }
    }
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
      logged &-= length
      var at = first
      for k in 0..<length {
        let node = log[logged &+ k]
        order[at] = node
        place[Int(node)] = Int32(truncatingIfNeeded: at)
        at &+= 1
        if at == count { at = 0 }
      }
    }
    isLogging = logging
  }
}
