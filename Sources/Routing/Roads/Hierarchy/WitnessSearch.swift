/// Bounded Dijkstra searches in what is left of a graph: is there a way around a vertex that is no longer? One per thread.
final class WitnessSearch: @unchecked Sendable {
  private let graph: ContractionGraph
  private let distance: UnsafeMutablePointer<Int32>
  private let touched: UnsafeMutablePointer<UInt32>
  private var touchedCount = 0
  /// Vertices contracted in this round, and which of them come first.
  private let chosen: UnsafePointer<Bool>
  private var heap = VertexHeap()

  /// - Parameter chosen: the vertices that are being contracted; may change between searches.
  init(_ graph: ContractionGraph, chosen: UnsafePointer<Bool>) {
    self.graph = graph
    self.chosen = chosen
    distance = .allocate(capacity: max(graph.count, 1))
    distance.initialize(repeating: .max, count: max(graph.count, 1))
    touched = .allocate(capacity: graph.count + 1)
  }

  deinit {
    distance.deallocate()
    touched.deallocate()
    heap.deallocate()
  }

  /// A shortcut that contracting a vertex needs.
  struct Shortcut {
    var from: UInt32
    var arc: ContractionGraph.Arc
  }

  /// Calls `body` with each shortcut that contracting the vertex needs: a path over it for which no other of at most its
  /// weight was found by searches of at most `limit` settled vertices each.
  @inline(__always)
  func shortcuts(contracting v: UInt32, limit: Int, _ body: (Shortcut) -> Void) {
    let outs = graph.outs[Int(v)].buffer
    let ins = graph.ins[Int(v)].buffer
    guard !outs.isEmpty else { return }
    var longest: Int32 = 0
    for out in outs { longest = max(longest, out.weight) }
    for into in ins {
      var targets = outs.count
      for out in outs where out.end == into.end { targets -= 1 }
      if targets == 0 { continue }
      search(from: into.end, avoiding: v, upTo: into.weight + longest, limit: limit)
      for out in outs where out.end != into.end {
        let weight = into.weight + out.weight
        if distance[Int(out.end)] > weight {
          body(
            Shortcut(
              from: into.end,
              arc: ContractionGraph.Arc(
                end: out.end, weight: weight, time: into.time &+ out.time, length: into.length &+ out.length,
                middle: v, hops: into.hops &+ out.hops)))
        }
      }
      for k in 0..<touchedCount { distance[Int(touched[k])] = .max }
      touchedCount = 0
    }
  }

  @inline(__always)
  private func search(from source: UInt32, avoiding v: UInt32, upTo bound: Int32, limit: Int) {
    // Locals instead of members: the loop below runs in registers.
    var heap = self.heap
    let (distance, touched, outs, chosen) = (self.distance, self.touched, graph.outs, self.chosen)
    var count = 1
    heap.removeAll()
    distance[Int(source)] = 0
    touched[0] = source
    heap.push(0, source)
    var settled = 0
    defer {
      self.heap = heap
      touchedCount = count
    }
    while let (key, vertex) = heap.pop() {
      if key > distance[Int(vertex)] { continue }
      if key >= bound { return }
      // Of the vertices contracted together those with a smaller number count as gone already: so two never take each
      // other for the way around.
      if chosen[Int(vertex)], vertex < v { continue }
      settled += 1
      if settled > limit { return }
      let list = outs[Int(vertex)]
      for k in 0..<Int(list.count) {
        let arc = list.arcs[k]
        if arc.end == v { continue }
        let reached = key + arc.weight
        if reached > bound { continue }
        let known = distance[Int(arc.end)]
        if reached < known {
          if known == .max {
            touched[count] = arc.end
            count += 1
          }
          distance[Int(arc.end)] = reached
          heap.push(reached, arc.end)
        }
      }
    }
  }
}
