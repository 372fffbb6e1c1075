import Synchronization

/// Room for one search at a time, kept between searches.
final class RoadWorkspace: @unchecked Sendable {
  /// One side of a bidirectional search.
  private struct Side {
    var distance: UnsafeMutablePointer<Int32>
    /// The arc a vertex was reached by, and from where; a seed has its number and ``RoadLayout/none``.
    var arc: UnsafeMutablePointer<UInt32>
    var parent: UnsafeMutablePointer<UInt32>
    var touched: UnsafeMutablePointer<UInt32>
    var touchedCount = 0
    var heap = VertexHeap()

    init(_ count: Int) {
      distance = .allocate(capacity: count)
      distance.initialize(repeating: .max, count: count)
      arc = .allocate(capacity: count)
      parent = .allocate(capacity: count)
      touched = .allocate(capacity: count)
    }

    func deallocate() {
      distance.deallocate()
      arc.deallocate()
      parent.deallocate()
      touched.deallocate()
      heap.deallocate()
    }

    @inline(__always)
    mutating func reach(_ vertex: UInt32, _ weight: Int32, arc: UInt32, parent: UInt32) {
      let known = distance[Int(vertex)]
      guard weight < known else { return }
      if known == .max {
        touched[touchedCount] = vertex
        touchedCount += 1
      }
      distance[Int(vertex)] = weight
      self.arc[Int(vertex)] = arc
      self.parent[Int(vertex)] = parent
      heap.push(weight, vertex)
    }

    mutating func clear() {
      for k in 0..<touchedCount { distance[Int(touched[k])] = .max }
      touchedCount = 0
      heap.removeAll()
    }
  }

  let capacity: Int
  private var forward: Side
  private var backward: Side

  init(_ count: Int) {
    capacity = count
    forward = Side(max(count, 1))
    backward = Side(max(count, 1))
  }

  deinit {
    forward.deallocate()
    backward.deallocate()
  }

  struct Step {
    var tail: UInt32
    var head: UInt32
    var arc: Int
    /// Of the arcs up from the tail, else of those down to the head.
    var isUp: Bool
  }

  struct Found {
    var weight: Int32
    var first: UInt32
    var arcs: [Step]
    /// Which end the drive begins and stops at.
    var source: Int
    var target: Int
  }

  /// Drives by turns, without the hierarchy (Dijkstra 1959), as far as `limit` milliseconds; `body` is called once with
  /// each vertex reached and the milliseconds to the end of its edge, which may lie beyond the limit.
  func reach(_ graph: RoadGraph, from seeds: [RoadSeed], within limit: Int32, _ body: (UInt32, Int32) -> Void)
  {
    var f = forward
    defer {
      f.clear()
      forward = f
    }
    // Where a path search keeps the arc, the time is kept: what comes first by weight is the drive that is taken.
    for seed in seeds {
      f.reach(seed.vertex, seed.weight, arc: UInt32(seed.time), parent: RoadLayout.none)
    }
    while let (key, vertex) = f.heap.pop() {
      if key > f.distance[Int(vertex)] { continue }
      let time = Int32(f.arc[Int(vertex)])
      body(vertex, time)
      if time > limit { continue }
      for turn in graph.turns(of: vertex) {
        let arrival = time + turn.weight - graph.ease(graph.vertexEdges[Int(turn.head)])
        f.reach(turn.head, key + turn.weight, arc: UInt32(arrival), parent: vertex)
      }
    }
  }

  /// The least weight of a drive from a seed to a seed, if it is below a limit.
  func search(_ graph: RoadGraph, from sources: [RoadSeed], to targets: [RoadSeed], below limit: Int32)
    -> Found?
  {
    guard !sources.isEmpty, !targets.isEmpty else { return nil }
    // Copies, so that the loops run in registers.
    var f = forward
    var b = backward
    defer {
      f.clear()
      b.clear()
      forward = f
      backward = b
    }
    // Weights of targets are negative: all are raised by the same.
    let raise = -(targets.map(\.weight).min() ?? 0)
    for (k, seed) in sources.enumerated() {
      f.reach(seed.vertex, seed.weight, arc: UInt32(k), parent: RoadLayout.none)
    }
    for (k, seed) in targets.enumerated() {
      b.reach(seed.vertex, seed.weight + raise, arc: UInt32(k), parent: RoadLayout.none)
    }
    let leastForward = f.heap.minimum
    let leastBackward = b.heap.minimum
    var best = limit == .max ? Int.max : Int(limit) + Int(raise)
    var meeting: UInt32?
    while true {
      let (nextF, nextB) = (Int(f.heap.minimum), Int(b.heap.minimum))
      let mayForward = !f.heap.isEmpty && nextF + Int(leastBackward) < best
      let mayBackward = !b.heap.isEmpty && nextB + Int(leastForward) < best
      if !mayForward, !mayBackward { break }
      if mayForward, !mayBackward || nextF <= nextB {
        guard let (key, vertex) = f.heap.pop() else { break }
        let v = Int(vertex)
        if key > f.distance[v] { continue }
        if b.distance[v] != .max, Int(key) + Int(b.distance[v]) < best {
          best = Int(key) + Int(b.distance[v])
          meeting = vertex
        }
        var isStalled = false
        for a in Int(graph.downStarts[v])..<Int(graph.downStarts[v + 1]) {
          let arc = graph.downs[a]
          let above = f.distance[Int(arc.end)]
          if above != .max, above + arc.weight < key {
            isStalled = true
            break
          }
        }
        if isStalled { continue }
        for a in Int(graph.upStarts[v])..<Int(graph.upStarts[v + 1]) {
          let arc = graph.ups[a]
          f.reach(arc.end, key + arc.weight, arc: UInt32(a), parent: vertex)
        }
      } else {
        guard let (key, vertex) = b.heap.pop() else { break }
        let v = Int(vertex)
        if key > b.distance[v] { continue }
        if f.distance[v] != .max, Int(key) + Int(f.distance[v]) < best {
          best = Int(key) + Int(f.distance[v])
          meeting = vertex
        }
        var isStalled = false
        for a in Int(graph.upStarts[v])..<Int(graph.upStarts[v + 1]) {
          let arc = graph.ups[a]
          let above = b.distance[Int(arc.end)]
          if above != .max, above + arc.weight < key {
            isStalled = true
            break
          }
        }
        if isStalled { continue }
        for a in Int(graph.downStarts[v])..<Int(graph.downStarts[v + 1]) {
          let arc = graph.downs[a]
          b.reach(arc.end, key + arc.weight, arc: UInt32(a), parent: vertex)
        }
      }
    }
    guard let meeting else { return nil }
    var ups: [Step] = []
    var vertex = meeting
    while f.parent[Int(vertex)] != RoadLayout.none {
      let parent = f.parent[Int(vertex)]
      ups.append(Step(tail: parent, head: vertex, arc: Int(f.arc[Int(vertex)]), isUp: true))
      vertex = parent
    }
    let first = vertex
    let source = sources[Int(f.arc[Int(vertex)])].end
    ups.reverse()
    vertex = meeting
    while b.parent[Int(vertex)] != RoadLayout.none {
      let parent = b.parent[Int(vertex)]
      ups.append(Step(tail: vertex, head: parent, arc: Int(b.arc[Int(vertex)]), isUp: false))
      vertex = parent
    }
    let target = targets[Int(b.arc[Int(vertex)])].end
    return Found(
      weight: Int32(clamping: best - Int(raise)), first: first, arcs: ups, source: source, target: target)
  }
}

/// Workspaces that are not in use.
final class WorkspacePool: Sendable {
  private let free = Mutex<[RoadWorkspace]>([])

  func take(_ count: Int) -> RoadWorkspace { free.withLock { $0.popLast() } ?? RoadWorkspace(count) }
  func give(_ workspace: RoadWorkspace) { free.withLock { $0.append(workspace) } }
}
