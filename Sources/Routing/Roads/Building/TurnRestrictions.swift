/// Turns the restrictions of OpenStreetMap into sequences of directed edges that may not be driven.
struct TurnRestrictions {
  private let draft: RoadDraft
  private let segments: RoadSegments
  private let leaving: EdgeLists
  private var wayIndex: [Int64: Int] = [:]
  private(set) var sequences: [[Int32]] = []
  private(set) var ignored = 0

  /// - Parameter leaving: the open directed edges that leave each junction.
  init(_ draft: RoadDraft, _ segments: RoadSegments, leaving: EdgeLists) {
    self.draft = draft
    self.segments = segments
    self.leaving = leaving
    guard !draft.restrictions.isEmpty else { return }
    var needed: Set<Int64> = []
    for restriction in draft.restrictions {
      needed.formUnion(restriction.from)
      needed.formUnion(restriction.to)
      if case .ways(let ways) = restriction.via { needed.formUnion(ways) }
    }
    for (k, way) in draft.ways.enumerated() where needed.contains(way.id) { wayIndex[way.id] = k }
    var junctionOfNode: [Int64: Int32] = [:]
    var viaNodes: Set<Int64> = []
    for restriction in draft.restrictions {
      if case .node(let id) = restriction.via { viaNodes.insert(id) }
    }
    if !viaNodes.isEmpty {
      for (j, node) in segments.junctions.enumerated() where viaNodes.contains(draft.nodeIDs[Int(node)]) {
        junctionOfNode[draft.nodeIDs[Int(node)]] = Int32(j)
      }
    }
    for restriction in draft.restrictions {
      var found = false
      for from in restriction.from {
        for to in restriction.to {
          switch restriction.via {
          case .node(let id):
            guard let junction = junctionOfNode[id] else { continue }
            if add(from: from, path: [], at: junction, to: to, isOnly: restriction.isOnly) { found = true }
          case .ways(let ways):
            if add(from: from, through: ways, to: to, isOnly: restriction.isOnly) { found = true }
          }
        }
      }
      if !found { ignored += 1 }
    }
  }

  // MARK: Edges of ways

  /// Directed edges of a way that end at a junction, closed ones left out.
  private func edges(of way: Int64, into junction: Int32) -> [Int32] {
    guard let w = wayIndex[way] else { return [] }
    return segments.waySegments[w].flatMap { s in [2 * s, 2 * s + 1] }
      .filter { segments.milliseconds(Int($0)) >= 0 && segments.head(Int($0)) == junction }
  }

  private func edges(of way: Int64, outOf junction: Int32) -> [Int32] {
    guard let w = wayIndex[way] else { return [] }
    return segments.waySegments[w].flatMap { s in [2 * s, 2 * s + 1] }
      .filter { segments.milliseconds(Int($0)) >= 0 && segments.tail(Int($0)) == junction }
  }

  /// The directed edges along a way from one junction to another, forward or backward; nil where there is no such run.
  private func run(of way: Int64, from: Int32) -> [(edges: [Int32], end: Int32)] {
    guard let w = wayIndex[way], !segments.brokenWays.contains(Int32(w)), !segments.waySegments[w].isEmpty
    else { return [] }
    let range = segments.waySegments[w]
    var runs: [(edges: [Int32], end: Int32)] = []
    let forward = range.map { 2 * $0 }
    let backward = range.reversed().map { 2 * $0 + 1 }
    for edges in [forward, backward] where segments.tail(Int(edges[0])) == from {
      guard edges.allSatisfy({ segments.milliseconds(Int($0)) >= 0 }) else { continue }
      runs.append((edges, segments.head(Int(edges[edges.count - 1]))))
    }
    return runs
  }

  // MARK: Sequences

  private mutating func add(from: Int64, path: [Int32], at junction: Int32, to: Int64, isOnly: Bool) -> Bool {
    let entry = path.first.map { segments.tail(Int($0)) } ?? junction
    var froms = edges(of: from, into: entry)
    var tos = edges(of: to, outOf: junction)
    guard !froms.isEmpty, !tos.isEmpty else { return false }
    if from == to, path.isEmpty {
      // No turning round on the way itself: each piece with its own way back.
      froms = froms.filter { tos.contains($0 ^ 1) }
      if froms.isEmpty { return false }
      if isOnly { return false }
      for edge in froms { sequences.append([edge, edge ^ 1]) }
      return true
    }
    // A way that runs through the junction could be meant from either side: such a restriction says too little.
    if froms.count > 1 { froms = froms.filter { !tos.contains($0 ^ 1) } }
    if let first = path.first { froms = froms.filter { $0 != first ^ 1 } }
    if let last = path.last { tos = tos.filter { $0 != last ^ 1 || to == from } }
    guard froms.count == 1, tos.count == 1 else { return false }
    let whole = [froms[0]] + path + [tos[0]]
    guard isOnly else {
      sequences.append(whole)
      return true
    }
    // Whoever comes from there must follow the whole sequence: at each step every other edge is forbidden.
    for k in 1..<whole.count {
      let at = segments.head(Int(whole[k - 1]))
      for other in leaving[Int(at)] where other != whole[k] {
        sequences.append(Array(whole[..<k]) + [other])
      }
    }
    return true
  }

  private mutating func add(from: Int64, through ways: [Int64], to: Int64, isOnly: Bool) -> Bool {
    guard let w = wayIndex[from] else { return false }
    let range = segments.waySegments[w]
    // The way before touches the first via way at one of its junctions, mostly at an end.
    var ends: [Int32] = []
    for s in range {
      for junction in [segments.segments[Int(s)].from, segments.segments[Int(s)].to]
      where !ends.contains(junction) {
        ends.append(junction)
      }
    }
    for start in ends {
      for order in ways.count > 1 ? [ways, ways.reversed()] : [ways] {
        if let (path, end) = chain(order, from: start),
          add(from: from, path: path, at: end, to: to, isOnly: isOnly)
        {
          return true
        }
      }
    }
    return false
  }

  private func chain(_ ways: [Int64], from start: Int32) -> ([Int32], Int32)? {
    var path: [Int32] = []
    var at = start
    for way in ways {
      let runs = run(of: way, from: at)
      guard let next = runs.first else { return nil }
      path += next.edges
      at = next.end
    }
    return (path, at)
  }
}

/// A list of edges for each of many rows, in one array.
struct EdgeLists {
  private(set) var starts: [Int32]
  private(set) var edges: [Int32]

  /// - Parameter row: the row of each edge, -1 for none.
  init(rows: Int, edges count: Int, row: (Int) -> Int32) {
    starts = [Int32](repeating: 0, count: rows + 1)
    for edge in 0..<count {
      let r = row(edge)
      if r >= 0 { starts[Int(r) + 1] += 1 }
    }
    for r in 0..<rows { starts[r + 1] += starts[r] }
    edges = [Int32](repeating: 0, count: Int(starts[rows]))
    var place = starts
    for edge in 0..<count {
      let r = row(edge)
      if r >= 0 {
        edges[Int(place[Int(r)])] = Int32(edge)
        place[Int(r)] += 1
      }
    }
  }

  subscript(row: Int) -> ArraySlice<Int32> { edges[Int(starts[row])..<Int(starts[row + 1])] }
}
