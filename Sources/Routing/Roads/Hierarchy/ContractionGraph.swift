/// The graph that is left while a hierarchy is made: for each vertex the arcs out and in, growing by shortcuts and
/// shrinking by what is contracted. Kept by pointers: this is the inner loop of preparation.
final class ContractionGraph: @unchecked Sendable {
  struct Arc {
    /// The other end.
    var end: UInt32
    var weight: Int32
    /// Milliseconds and decimetres driven along it.
    var time: Int32
    var length: Int32
    /// The contracted vertex a shortcut passes, or ``noMiddle``.
    var middle: UInt32
    /// Turns it stands for.
    var hops: UInt32
  }

  static let noMiddle = UInt32.max

  struct List {
    var arcs: UnsafeMutablePointer<Arc>
    var count: UInt32
    var sizeClass: UInt32

    @inline(__always)
    var buffer: UnsafeMutableBufferPointer<Arc> { UnsafeMutableBufferPointer(start: arcs, count: Int(count)) }
  }

  let count: Int
  let outs: UnsafeMutablePointer<List>
  let ins: UnsafeMutablePointer<List>
  private var pool = ArcPool()

  /// - Parameters:
  ///   - starts, heads, weights: arcs in the order of their tails.
  ///   - edge: of a vertex's edge, by how much it takes less time than it weighs, and its decimetres.
  init(starts: [Int32], arcs: [TurnExpansion.Arc], edge: (Int) -> (ease: Int32, length: Int32)) {
    count = starts.count - 1
    outs = .allocate(capacity: max(count, 1))
    ins = .allocate(capacity: max(count, 1))
    var incoming = [UInt32](repeating: 0, count: count)
    for arc in arcs { incoming[Int(arc.head)] += 1 }
    for v in 0..<count {
      (outs + v).initialize(to: pool.list(capacity: Int(starts[v + 1] - starts[v])))
      (ins + v).initialize(to: pool.list(capacity: Int(incoming[v])))
    }
    for v in 0..<count {
      for a in Int(starts[v])..<Int(starts[v + 1]) {
        let arc = arcs[a]
        let (ease, length) = edge(Int(arc.head))
        insert(
          from: UInt32(v),
          Arc(
            end: UInt32(arc.head), weight: arc.weight, time: arc.weight - ease, length: length,
            middle: Self.noMiddle, hops: 1))
      }
    }
  }

  deinit {
    outs.deallocate()
    ins.deallocate()
  }

  /// Adds an arc, or lowers the one there is. An arc from a vertex to itself is never part of a shortest path.
  func insert(from: UInt32, _ out: Arc) {
    let to = out.end
    guard from != to else { return }
    var into = out
    into.end = from
    for k in 0..<Int(outs[Int(from)].count) where outs[Int(from)].arcs[k].end == to {
      guard out.weight < outs[Int(from)].arcs[k].weight else { return }
      outs[Int(from)].arcs[k] = out
      let list = ins[Int(to)]
      for j in 0..<Int(list.count) where list.arcs[j].end == from {
        list.arcs[j] = into
        break
      }
      return
    }
    pool.append(out, to: &outs[Int(from)])
    pool.append(into, to: &ins[Int(to)])
  }

  /// Takes the arcs of a contracted vertex out of its neighbours' lists. Its own lists stay as they are.
  func detach(_ v: UInt32) {
    for arc in outs[Int(v)].buffer { Self.remove(v, from: &ins[Int(arc.end)]) }
    for arc in ins[Int(v)].buffer { Self.remove(v, from: &outs[Int(arc.end)]) }
  }

  private static func remove(_ end: UInt32, from list: inout List) {
    for k in 0..<Int(list.count) where list.arcs[k].end == end {
      list.arcs[k] = list.arcs[Int(list.count) - 1]
      list.count -= 1
      return
    }
  }

  /// Gives back the room of a vertex whose arcs have been written out.
  func release(_ v: UInt32) {
    pool.release(&outs[Int(v)])
    pool.release(&ins[Int(v)])
  }
}

/// Room for lists of arcs in sizes of 0, 1, 2, 3, 4, 6, 8, 12, 16 … arcs; what is given back is used again.
private struct ArcPool {
  private final class Blocks {
    var blocks: [UnsafeMutablePointer<ContractionGraph.Arc>] = []
    /// Where empty lists point to; never read or written.
    let nothing = UnsafeMutablePointer<ContractionGraph.Arc>.allocate(capacity: 1)
    deinit {
      for block in blocks { block.deallocate() }
      nothing.deallocate()
    }
  }
  private let blocks = Blocks()
  private var free: [[UnsafeMutablePointer<ContractionGraph.Arc>]] = Array(repeating: [], count: 64)
  private var next: UnsafeMutablePointer<ContractionGraph.Arc>?
  private var left = 0
  private static let blockSize = 1 << 16

  /// Arcs that a list of a size class has room for.
  @inline(__always)
  private static func size(_ sizeClass: Int) -> Int {
    if sizeClass == 0 { return 0 }
    let power = 1 << (sizeClass >> 1)
    return sizeClass & 1 == 0 ? power : power + power >> 1
  }

  mutating func list(capacity: Int) -> ContractionGraph.List {
    var sizeClass = 0
    while Self.size(sizeClass) < capacity { sizeClass += 1 }
    return ContractionGraph.List(arcs: room(sizeClass), count: 0, sizeClass: UInt32(sizeClass))
  }

  private mutating func room(_ sizeClass: Int) -> UnsafeMutablePointer<ContractionGraph.Arc> {
    if sizeClass == 0 { return blocks.nothing }
    if let known = free[sizeClass].popLast() { return known }
    let size = Self.size(sizeClass)
    if left < size {
      let block = UnsafeMutablePointer<ContractionGraph.Arc>.allocate(capacity: max(size, Self.blockSize))
      blocks.blocks.append(block)
      next = block
      left = max(size, Self.blockSize)
    }
    defer {
      next = next! + size
      left -= size
    }
    return next!
  }

  mutating func append(_ arc: ContractionGraph.Arc, to list: inout ContractionGraph.List) {
    if Int(list.count) == Self.size(Int(list.sizeClass)) {
      let new = room(Int(list.sizeClass) + 1)
      new.initialize(from: list.arcs, count: Int(list.count))
      giveBack(list)
      list.arcs = new
      list.sizeClass += 1
    }
    (list.arcs + Int(list.count)).initialize(to: arc)
    list.count += 1
  }

  mutating func release(_ list: inout ContractionGraph.List) {
    giveBack(list)
    list = self.list(capacity: 0)
  }

  private mutating func giveBack(_ list: ContractionGraph.List) {
    if list.sizeClass > 0 { free[Int(list.sizeClass)].append(list.arcs) }
  }
}
