/// The slow reference: Dijkstra (1959) on the graph of turns, without the hierarchy.
struct PlainDijkstra {
  /// What is driven and decimetres to the end of each vertex's edge; nil where unreached or beyond the limit.
  private(set) var weights: [Int32]
  private(set) var lengths: [Int32]
  private(set) var parents: [UInt32]

  /// Drives from the seeds as far as `limit`.
  init(_ graph: RoadGraph, from seeds: [RoadSeed], limit: Int32 = .max) {
    weights = [Int32](repeating: .max, count: graph.vertexCount)
    lengths = [Int32](repeating: 0, count: graph.vertexCount)
    parents = [UInt32](repeating: RoadLayout.none, count: graph.vertexCount)
    var heap = VertexHeap()
    defer { heap.deallocate() }
    for seed in seeds where seed.weight < weights[Int(seed.vertex)] {
      weights[Int(seed.vertex)] = seed.weight
      lengths[Int(seed.vertex)] = seed.length
      heap.push(seed.weight, seed.vertex)
    }
    while let (key, vertex) = heap.pop() {
      if key > weights[Int(vertex)] { continue }
      if key > limit { break }
      for turn in graph.turns(of: vertex) {
        let reached = key + turn.weight
        if reached < weights[Int(turn.head)] {
          weights[Int(turn.head)] = reached
          lengths[Int(turn.head)] =
            lengths[Int(vertex)] + graph.segments[Int(graph.vertexEdges[Int(turn.head)] >> 1)].decimetres
          parents[Int(turn.head)] = vertex
          heap.push(reached, turn.head)
        }
      }
    }
  }

  /// The quickest drive to the ends.
  func best(to targets: [RoadSeed]) -> Int32? {
    targets.lazy.filter { weights[Int($0.vertex)] != .max }.map { weights[Int($0.vertex)] + $0.weight }.min()
  }
}
