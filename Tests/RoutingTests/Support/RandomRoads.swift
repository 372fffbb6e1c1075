import Geo

@testable import Routing

/// A random network on a crooked grid, with all that makes routing hard: one-way roads, ends-only roads, gates, bollards,
/// lights, ferries, closed ways, parallel ones, parts of their own, and turn restrictions that overlap.
struct RandomRoads {
  /// A restriction as the brute force reads it: nodes and ways, no sequences of edges.
  struct Rule {
    var from: Int
    /// Ways between, or none when `from` and `to` meet at `node`.
    var through: [Int]
    var to: Int
    var node: Int
    var isOnly: Bool
  }

  private(set) var draft = RoadDraft()
  private(set) var rules: [Rule] = []
  private var random: SeededRandom
  private var used: [Set<Int>] = []

  private mutating func chance(_ part: Double) -> Bool { random.unit() < part }

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    let (columns, rows) = (2 + random.below(10), 2 + random.below(11))
    let size = min(columns * rows, 120)
    for node in 0..<size {
      addNode(
        Double(node / columns) + 0.4 * random.unit(), Double(node % columns) + 0.4 * random.unit())
    }
    let density = 0.55 + 0.45 * random.unit()
    let oneways = 0.5 * random.unit()
    let ends = chance(0.5) ? 0.4 * random.unit() : 0
    // Ways of one to three pieces, each piece between neighbours.
    for node in 0..<size {
      for step in [1, columns, columns + 1] {
        let isDiagonal = step == columns + 1
        guard node + step < size, step == columns || node % columns < columns - 1,
          chance(isDiagonal ? 0.1 : density)
        else { continue }
        var nodes = [node, node + step]
        while nodes.count < 4, chance(0.2) {
          let next = nodes.last! + [1, columns, -1, -columns][random.below(4)]
          guard next >= 0, next < size, abs(next % columns - nodes.last! % columns) <= 1,
            !nodes.contains(next)
          else { break }
          nodes.append(next)
        }
        addWay(nodes, oneways: oneways, ends: ends)
      }
    }
    if draft.ways.isEmpty { addWay([0, 1], oneways: oneways, ends: ends) }
    // Closed ways, and parts of their own.
    if chance(0.4) {
      let node = random.below(size)
      let first = draft.nodeIDs.count
      addNode(20, 20 + random.unit())
      addNode(20.5, 20 + random.unit())
      addWay([node, first, first + 1, node], oneways: oneways, ends: ends)
    }
    if chance(0.4) {
      let first = draft.nodeIDs.count
      for k in 0..<2 + random.below(3) {
        addNode(30, 30 + Double(k))
        if k > 0 { addWay([first + k - 1, first + k], oneways: oneways, ends: ends) }
      }
    }
    for node in 0..<Int32(draft.nodeIDs.count) {
      if chance(0.02) { draft.rules[node] = RoadNodeRule(blocks: true) }
      if chance(0.02) { draft.rules[node] = RoadNodeRule(isEndsOnly: true) }
      if chance(0.08) {
        let direction = [RoadNodeRule.Direction.both, .forward, .backward][random.below(3)]
        draft.rules[node] = RoadNodeRule(
          seconds: 5 * random.unit(), direction: direction, isForMinorRoads: chance(0.2),
          approachMetres: chance(0.2) ? 100 : 0)
      }
    }
    for _ in 0..<random.below(1 + draft.ways.count / 2) { addRule() }
  }

  private mutating func addNode(_ y: Double, _ x: Double) {
    // About a hundred metres a step.
    draft.latitudes.append(540_000_000 + Int32(y * 9000))
    draft.longitudes.append(270_000_000 + Int32(x * 15_000))
    draft.nodeIDs.append(Int64(draft.nodeIDs.count) * 3 + 1)
    used.append([])
  }

  private mutating func addWay(_ nodes: [Int], oneways: Double, ends: Double) {
    var kind = RoadWay(
      roadClass: .residential, forwardKilometresPerHour: 10 + 90 * random.unit(), backwardKilometresPerHour: 0
    )
    kind.backwardKilometresPerHour = chance(0.7) ? kind.forwardKilometresPerHour : 10 + 90 * random.unit()
    if chance(oneways) {
      if chance(0.8) { kind.backwardKilometresPerHour = 0 } else { kind.forwardKilometresPerHour = 0 }
    }
    if chance(ends) { kind.isEndsOnly = true }
    if chance(0.2) { kind.forwardReluctance = 1 + 2 * random.unit() }
    if chance(0.2) { kind.backwardReluctance = 1 + 2 * random.unit() }
    if chance(0.03) {
      kind.roadClass = .ferry
      kind.fixedSeconds = 20 + 100 * random.unit()
    }
    for node in nodes { used[node].insert(draft.ways.count) }
    draft.ways.append(
      RoadDraft.Way(
        id: Int64(draft.ways.count + 1), firstNode: draft.nodes.count, nodeCount: nodes.count,
        kind: Int32(draft.kinds.count), name: 0, reference: 0))
    draft.nodes += nodes.map { Int32($0) }
    draft.kinds.append(kind)
  }

  /// Nodes at the ends of a way; equal ones are of no use to a restriction.
  private func ends(of way: Int) -> (Int, Int) {
    let way = draft.ways[way]
    return (Int(draft.nodes[way.firstNode]), Int(draft.nodes[way.firstNode + way.nodeCount - 1]))
  }

  /// A restriction along a random walk over whole ways.
  private mutating func addRule() {
    let length = chance(0.5) ? 2 : 2 + random.below(3)
    var walk = [random.below(draft.ways.count)]
    var (a, b) = ends(of: walk[0])
    if chance(0.5) { swap(&a, &b) }
    guard a != b else { return }
    let first = b
    while walk.count < length {
      let choices = used[b].sorted().filter { way in
        let (c, d) = ends(of: way)
        return c != d && (c == b || d == b) && (length == 2 || !walk.contains(way))
      }
      guard !choices.isEmpty else { return }
      let next = choices[random.below(choices.count)]
      let (c, d) = ends(of: next)
      walk.append(next)
      b = c == b ? d : c
    }
    let isOnly = chance(0.35)
    // Round about and back: which way is meant is not clear.
    if length > 2, walk.first == walk.last { return }
    if isOnly, walk[0] == walk[1] { return }
    let through = Array(walk.dropFirst().dropLast())
    rules.append(Rule(from: walk[0], through: through, to: walk[walk.count - 1], node: first, isOnly: isOnly))
    draft.restrictions.append(
      RoadDraft.Restriction(
        from: [Int64(walk[0] + 1)],
        via: through.isEmpty ? .node(draft.nodeIDs[first]) : .ways(through.map { Int64($0 + 1) }),
        to: [Int64(walk[walk.count - 1] + 1)], isOnly: isOnly))
  }
}
