import Geo

@testable import Routing

/// Finds the quickest drives by going through all histories of edges, with the rules as they stand in the map: it knows
/// nothing of vertices, automata and hierarchies.
struct RoadBruteForce {
  let draft: RoadDraft
  let segments: RoadSegments
  private let turns: TurnCosts
  private var leaving: [[Int]]
  /// Edges that restrictions run over.
  private(set) var forbidden: [[Int]] = []
  private(set) var prescribed: [[Int]] = []
  private var memory = 1

  init(_ roads: RandomRoads, profile: RoadProfile) {
    var draft = roads.draft
    var segments = RoadSegments(&draft)
    RoadComponents.markIslands(draft, &segments)
    self.draft = draft
    self.segments = segments
    turns = TurnCosts(draft, segments, profile)
    leaving = [[Int]](repeating: [], count: segments.junctions.count)
    for edge in 0..<segments.edgeCount where segments.milliseconds(edge) >= 0 {
      leaving[Int(segments.tail(edge))].append(edge)
    }
    for rule in roads.rules {
      guard let edges = edges(of: rule) else { continue }
      if rule.isOnly { prescribed.append(edges) } else { forbidden.append(edges) }
      memory = max(memory, edges.count - 1)
    }
  }

  private func junction(_ node: Int) -> Int { segments.junctions.firstIndex(of: Int32(node))! }

  /// The edges a restriction is about, nil where they cannot be driven or are not the only ones it could mean.
  private func edges(of rule: RandomRoads.Rule) -> [Int]? {
    func open(_ way: Int) -> [Int] {
      segments.waySegments[way].flatMap { [2 * Int($0), 2 * Int($0) + 1] }.filter {
        segments.milliseconds($0) >= 0
      }
    }
    var at = junction(rule.node)
    guard let from = open(rule.from).first(where: { Int(segments.head($0)) == at }) else { return nil }
    var list = [from]
    for way in rule.through {
      let range = segments.waySegments[way]
      var run = range.map { 2 * Int($0) }
      if Int(segments.tail(run[0])) != at { run = range.reversed().map { 2 * Int($0) + 1 } }
      guard run.allSatisfy({ segments.milliseconds($0) >= 0 }) else { return nil }
      list += run
      at = Int(segments.head(run[run.count - 1]))
    }
    guard let to = open(rule.to).first(where: { Int(segments.tail($0)) == at }) else { return nil }
    return list + [to]
  }

  /// What a driver carries along.
  struct State: Hashable {
    /// The last edges, the one being driven last.
    var history: [Int]
    /// Whether a road for through traffic has been driven, and whether one for the ends only after that.
    var hasBeenThrough: Bool
    var isArriving: Bool
  }

  func start(_ edge: Int) -> State {
    State(history: [edge], hasBeenThrough: !segments.segments[edge >> 1].isEndsOnly, isArriving: false)
  }

  /// The edges that may follow, and what each costs.
  func next(_ state: State) -> [(state: State, milliseconds: Int)] {
    let edge = state.history[state.history.count - 1]
    let junction = segments.head(edge)
    let rule = draft.rules[segments.junctions[Int(junction)]]
    var found: [(state: State, milliseconds: Int)] = []
    var back: (state: State, milliseconds: Int)?
    for next in leaving[Int(junction)] {
      let isBack = next == edge ^ 1
      let (a, b) = (segments.segments[edge >> 1].isEndsOnly, segments.segments[next >> 1].isEndsOnly)
      if !isBack, rule?.blocks == true || (rule?.isEndsOnly == true && !a && !b) { continue }
      if state.isArriving && !b { continue }
      let driven = state.history + [next]
      if forbidden.contains(where: { driven.suffix($0.count).elementsEqual($0) }) { continue }
      // A prescribed drive that has begun goes on as prescribed.
      let strays = prescribed.contains { whole in
        (1..<whole.count).contains { k in
          state.history.suffix(k).elementsEqual(whole[..<k]) && next != whole[k]
        }
      }
      if strays { continue }
      guard let cost = turns.milliseconds(from: edge, to: next, isReverse: isBack) else { continue }
      let new = State(
        history: Array(driven.suffix(memory)), hasBeenThrough: state.hasBeenThrough || !b,
        isArriving: state.isArriving || (state.hasBeenThrough && b))
      let entry = (new, Int(cost) + Int(segments.weight(next)))
      if isBack { back = entry } else { found.append(entry) }
    }
    if found.isEmpty, let back { found.append(back) }
    return found
  }

  /// The least that drives count to the end of each edge, driven whole, after setting out on the edges with what is left of them.
  func drive(from seeds: [(edge: Int, left: Int)]) -> [Int: Int] {
    var best: [State: Int] = [:]
    var result: [Int: Int] = [:]
    // Weights are small: a list for each millisecond would do, a plain sorted queue does too.
    var queue: [Int: [State]] = [:]
    var heap = VertexHeap()
    defer { heap.deallocate() }
    func push(_ state: State, _ weight: Int) {
      guard weight < best[state] ?? .max else { return }
      best[state] = weight
      if queue[weight] == nil { heap.push(Int32(weight), 0) }
      queue[weight, default: []].append(state)
    }
    for seed in seeds {
      for (state, cost) in next(start(seed.edge)) { push(state, seed.left + cost) }
    }
    while let (key, _) = heap.pop() {
      let weight = Int(key)
      for state in queue.removeValue(forKey: weight) ?? [] where best[state] == weight {
        let edge = state.history[state.history.count - 1]
        result[edge] = min(result[edge] ?? .max, weight)
        for (new, cost) in next(state) { push(new, weight + cost) }
      }
    }
    return result
  }

  /// The cost of a drive over these edges after the first, nil where a rule forbids it.
  func cost(of edges: [Int]) -> Int? {
    var state = start(edges[0])
    var total = 0
    for edge in edges.dropFirst() {
      guard let step = next(state).first(where: { $0.state.history.last == edge }) else { return nil }
      state = step.state
      total += step.milliseconds
    }
    return total
  }
}
