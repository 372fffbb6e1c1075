/// A heap of keys and vertices with four children a node; a vertex may be in it more than once. It is a view of memory of
/// its own that its owner gives back by `deallocate()`, so that loops can work on a copy.
struct VertexHeap {
  private var entries: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private(set) var count = 0

  init() {
    capacity = 256
    entries = .allocate(capacity: capacity)
  }

  func deallocate() { entries.deallocate() }

  @inline(__always)
  var isEmpty: Bool { count == 0 }
  /// The smallest key, or the largest number there is.
  @inline(__always)
  var minimum: Int32 { count == 0 ? .max : Int32(truncatingIfNeeded: entries[0] >> 32) }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  private mutating func grow() {
    let new = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2)
    new.initialize(from: entries, count: count)
    entries.deallocate()
    entries = new
    capacity *= 2
  }

  /// - Precondition: a key of zero or more.
  @inline(__always)
  mutating func push(_ key: Int32, _ vertex: UInt32) {
    if count == capacity { grow() }
    let entry = UInt64(UInt32(bitPattern: key)) << 32 | UInt64(vertex)
    var k = count
    count += 1
    while k > 0 {
      let parent = (k - 1) >> 2
      if entries[parent] <= entry { break }
      entries[k] = entries[parent]
      k = parent
    }
    entries[k] = entry
  }

  @inline(__always)
  mutating func pop() -> (key: Int32, vertex: UInt32)? {
    guard count > 0 else { return nil }
    let top = entries[0]
    count -= 1
    let last = entries[count]
    var k = 0
    while true {
      let first = 4 * k + 1
      if first >= count { break }
      var child = first
      let end = min(first + 4, count)
      var c = first + 1
      while c < end {
        if entries[c] < entries[child] { child = c }
        c += 1
      }
      if entries[child] >= last { break }
      entries[k] = entries[child]
      k = child
    }
    entries[k] = last
    return (Int32(truncatingIfNeeded: top >> 32), UInt32(truncatingIfNeeded: top))
  }
}
