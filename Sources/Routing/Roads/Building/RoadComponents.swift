/// Of each segment where it lies in the network.
struct RoadPlaces {
  /// The connected part it is in, numbered from the largest.
  var part: [Int32]
  /// The part's largest strong component can be reached from it, and it from there.
  var departs: [Bool]
  var arrives: [Bool]
  /// Segments of each part.
  var sizes: [Int32]
}

/// What hangs together: by segments without regard to direction, and by turns with it.
enum RoadComponents {
  /// Marks segments for the ends of a trip only that can be reached over such segments only. Where no other road leads
  /// to a place, the roads behind are for arriving and setting out too, else nobody could leave them.
  ///
  /// Within each connected part of the network the largest part free of such roads stays as it is.
  static func markIslands(_ draft: RoadDraft, _ segments: inout RoadSegments) {
    var whole = DisjointSets(count: segments.junctions.count)
    // Of each junction's two faces one is for through traffic; a private gate joins the whole only.
    var through = DisjointSets(count: segments.segments.count)
    var lastAt = [Int32](repeating: -1, count: segments.junctions.count)
    let junctions = segments.junctions
    func blocks(_ j: Int32) -> Bool { draft.rules[junctions[Int(j)]]?.blocks == true }
    for (s, segment) in segments.segments.enumerated() where segment.forward >= 0 || segment.backward >= 0 {
      if !blocks(segment.from), !blocks(segment.to) { whole.join(Int(segment.from), Int(segment.to)) }
      guard !segment.isEndsOnly else { continue }
      for j in [segment.from, segment.to] {
        let rule = draft.rules[segments.junctions[Int(j)]]
        if rule?.blocks == true || rule?.isEndsOnly == true { continue }
        if lastAt[Int(j)] >= 0 { through.join(Int(lastAt[Int(j)]), s) } else { lastAt[Int(j)] = Int32(s) }
      }
    }
    func place(_ segment: RoadSegments.Segment) -> Int32 {
      blocks(segment.from) ? segment.to : segment.from
    }
    var sizes: [Int: Int] = [:]
    for (s, segment) in segments.segments.enumerated() where !segment.isEndsOnly {
      sizes[through.find(s), default: 0] += 1
    }
    var largest: [Int: Int] = [:]
    for (s, segment) in segments.segments.enumerated() where !segment.isEndsOnly {
      let root = whole.find(Int(place(segment)))
      let part = through.find(s)
      guard let known = largest[root] else {
        largest[root] = part
        continue
      }
      if (sizes[part]!, -part) > (sizes[known]!, -known) { largest[root] = part }
    }
    for s in segments.segments.indices where !segments.segments[s].isEndsOnly {
      if largest[whole.find(Int(place(segments.segments[s])))] != through.find(s) {
        segments.segments[s].isEndsOnly = true
      }
    }
  }

  /// Of each vertex the strongly connected component it belongs to (Tarjan 1972), numbered from 0 in the order found.
  static func strong(_ graph: TurnExpansion) -> (component: [Int32], sizes: [Int32]) {
    let count = graph.edges.count
    var component = [Int32](repeating: -1, count: count)
    var sizes: [Int32] = []
    var index = [Int32](repeating: -1, count: count)
    var low = [Int32](repeating: 0, count: count)
    var stack: [Int32] = []
    var calls: [(vertex: Int32, arc: Int32)] = []
    var clock: Int32 = 0
    for root in 0..<count where index[root] < 0 {
      calls.append((Int32(root), graph.starts[root]))
      index[root] = clock
      low[root] = clock
      clock += 1
      stack.append(Int32(root))
      while let (vertex, arc) = calls.last {
        let v = Int(vertex)
        if arc < graph.starts[v + 1] {
          calls[calls.count - 1].arc += 1
          let w = Int(graph.arcs[Int(arc)].head)
          if index[w] < 0 {
            index[w] = clock
            low[w] = clock
            clock += 1
            stack.append(Int32(w))
            calls.append((Int32(w), graph.starts[w]))
          } else if component[w] < 0 {
            low[v] = min(low[v], index[w])
          }
        } else {
          calls.removeLast()
          if let parent = calls.last { low[Int(parent.vertex)] = min(low[Int(parent.vertex)], low[v]) }
          if low[v] == index[v] {
            var size: Int32 = 0
            while true {
              let w = Int(stack.removeLast())
              component[w] = Int32(sizes.count)
              size += 1
              if w == v { break }
            }
            sizes.append(size)
          }
        }
      }
    }
    return (component, sizes)
  }

  /// For snapping: the places of all segments.
  static func places(_ graph: TurnExpansion, _ segments: RoadSegments) -> RoadPlaces {
    var sets = DisjointSets(count: segments.segments.count)
    for v in graph.edges.indices {
      for a in Int(graph.starts[v])..<Int(graph.starts[v + 1]) {
        sets.join(Int(graph.edges[v]) >> 1, Int(graph.edges[Int(graph.arcs[a].head)]) >> 1)
      }
    }
    var counts: [Int: Int32] = [:]
    for s in segments.segments.indices { counts[sets.find(s), default: 0] += 1 }
    let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var number: [Int: Int32] = [:]
    for (k, entry) in ordered.enumerated() { number[entry.key] = Int32(k) }
    let part = segments.segments.indices.map { number[sets.find($0)]! }

    let (component, sizes) = strong(graph)
    var main = [Int32](repeating: -1, count: ordered.count)
    var startsIn = [Bool](repeating: false, count: ordered.count)
    for v in graph.edges.indices {
      let p = Int(part[Int(graph.edges[v]) >> 1])
      let (new, old) = (component[v], main[p])
      // Of two of one size the one trips can begin in.
      if old < 0 || sizes[Int(new)] > sizes[Int(old)]
        || (sizes[Int(new)] == sizes[Int(old)] && graph.isStart[v] && !startsIn[p])
      {
        main[p] = new
        startsIn[p] = graph.isStart[v]
      }
    }
    let isMain = graph.edges.indices.map { component[$0] == main[Int(part[Int(graph.edges[$0]) >> 1])] }
    var arrives = [Bool](repeating: false, count: segments.segments.count)
    var departs = arrives
    // Forward from the main components, and backward over the arcs turned round.
    let reached = reach(from: isMain, starts: graph.starts, heads: graph.arcs.map(\.head))
    for v in graph.edges.indices where reached[v] { arrives[Int(graph.edges[v]) >> 1] = true }
    var starts = [Int32](repeating: 0, count: graph.edges.count + 1)
    for arc in graph.arcs { starts[Int(arc.head) + 1] += 1 }
    for v in graph.edges.indices { starts[v + 1] += starts[v] }
    var place = starts
    var heads = [Int32](repeating: 0, count: graph.arcs.count)
    for v in graph.edges.indices {
      for a in Int(graph.starts[v])..<Int(graph.starts[v + 1]) {
        let head = Int(graph.arcs[a].head)
        heads[Int(place[head])] = Int32(v)
        place[head] += 1
      }
    }
    let reaching = reach(from: isMain, starts: starts, heads: heads)
    for v in graph.edges.indices where reaching[v] && graph.isStart[v] {
      departs[Int(graph.edges[v]) >> 1] = true
    }
    return RoadPlaces(part: part, departs: departs, arrives: arrives, sizes: ordered.map(\.value))
  }

  private static func reach(from seeds: [Bool], starts: [Int32], heads: [Int32]) -> [Bool] {
    var reached = seeds
    var stack = seeds.indices.filter { seeds[$0] }
    while let v = stack.popLast() {
      for a in Int(starts[v])..<Int(starts[v + 1]) {
        let head = Int(heads[a])
        if !reached[head] {
          reached[head] = true
          stack.append(head)
        }
      }
    }
    return reached
  }
}

/// Sets that grow together (Tarjan 1975), by size and with halved paths.
struct DisjointSets {
  private var parent: [Int32]
  private var size: [Int32]

  init(count: Int) {
    parent = (0..<Int32(count)).map { $0 }
    size = [Int32](repeating: 1, count: count)
  }

  mutating func find(_ x: Int) -> Int {
    var x = x
    while Int(parent[x]) != x {
      parent[x] = parent[Int(parent[x])]
      x = Int(parent[x])
    }
    return x
  }

  mutating func join(_ a: Int, _ b: Int) {
    var (a, b) = (find(a), find(b))
    if a == b { return }
    if size[a] < size[b] { swap(&a, &b) }
    parent[b] = Int32(a)
    size[a] += size[b]
  }
}
