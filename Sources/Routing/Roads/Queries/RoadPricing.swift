import Geo

/// What a drive along given nodes of OpenStreetMap counts by a graph's profile: for asking why another router went
/// another way.
package struct RoadPricing {
  /// What a drive counts when ways are chosen, in seconds.
  package struct Price: Equatable {
    package var total: Double
    /// Of it what turns, signs, lights and gates count.
    package var turns: Double
  }

  package enum Verdict: Equatable {
    case price(Price)
    /// No road open in this direction joins two nodes that follow each other.
    case closed(from: Int64, to: Int64)
    /// The turn at the node, or what leads up to it, is not allowed: a restriction, a barrier, a road for the ends only.
    case turn(at: Int64)
    /// The drive begins or ends on another road than the places are on here.
    case ends
  }

  private struct Hop: Hashable {
    var from: Int64
    var to: Int64
  }

  private let router: RoadRouter
  private var graph: RoadGraph { router.graph }
  private let edges: [Hop: [UInt32]]

  package init(_ router: RoadRouter) {
    self.router = router
    var edges: [Hop: [UInt32]] = [:]
    let graph = router.graph
    for (k, segment) in graph.segments.enumerated() {
      for point in Int(segment.firstPoint)..<Int(segment.lastPoint) {
        let (a, b) = (graph.node(point), graph.node(point + 1))
        if segment.forward >= 0 { edges[Hop(from: a, to: b), default: []].append(UInt32(k * 2)) }
        if segment.backward >= 0 { edges[Hop(from: b, to: a), default: []].append(UInt32(k * 2 + 1)) }
      }
    }
    self.edges = edges
  }

  /// Of the drive along `nodes`, whose first and last two are the ends of the pieces of road that `start` and `finish`
  /// are on.
  package func verdict(along nodes: [Int64], from start: Coordinate, to finish: Coordinate) -> Verdict {
    var driven: [UInt32] = []
    for (a, b) in zip(nodes, nodes.dropFirst()) where a != b {
      guard let open = edges[Hop(from: a, to: b)] else { return .closed(from: a, to: b) }
      if let last = driven.last, open.contains(last) { continue }
      driven.append(open[0])
    }
    guard let (from, to) = ends(start, finish) else { return .ends }
    // A place on a crossing is on all its roads: the one before it is not driven.
    if driven.count > 1, !from.contains(where: { $0.edge == driven[0] }) { driven.removeFirst() }
    if driven.count > 1, !to.contains(where: { $0.edge == driven[driven.count - 1] }) { driven.removeLast() }
    guard let first = driven.first, let set = from.first(where: { $0.edge == first }),
      let met = to.first(where: { $0.edge == driven[driven.count - 1] })
    else { return .ends }
    return price(driven, set, met)
  }

  /// Of the drive the router chooses; nil where there is none on the nearest roads.
  package func chosen(from start: Coordinate, to finish: Coordinate) -> Price? {
    let limit = Metres(.infinity)
    guard let a = router.snap(start, within: limit)?.near, let b = router.snap(finish, within: limit)?.near,
      let path = graph.path(from: a, to: b), case .price(let price) = price(path.edges, path.from, path.to)
    else { return nil }
    return price
  }

  private func ends(_ start: Coordinate, _ finish: Coordinate) -> (from: [RoadEnd], to: [RoadEnd])? {
    let limit = Metres(.infinity)
    guard let a = router.snap(start, within: limit), let b = router.snap(finish, within: limit) else {
      return nil
    }
    return (graph.ends(at: a.near), graph.ends(at: b.near))
  }

  private func price(_ driven: [UInt32], _ from: RoadEnd, _ to: RoadEnd) -> Verdict {
    guard driven.count > 1 else {
      return to.weight >= from.weight
        ? .price(Price(total: Double(to.weight - from.weight) / 1000, turns: 0)) : .ends
    }
    func weight(_ edge: UInt32) -> Int32 { graph.segments[Int(edge >> 1)].weight(Int(edge & 1)) }
    var vertex = graph.edgeStarts[Int(driven[0])]
    var (roads, turns) = (from.weightLeft + to.weight, Int32(0))
    for (k, edge) in driven.enumerated().dropFirst() {
      guard vertex != RoadLayout.none,
        let turn = graph.turns(of: vertex).first(where: { graph.vertexEdges[Int($0.head)] == edge })
      else {
        let segment = graph.segments[Int(edge >> 1)]
        return .turn(at: graph.node(Int(edge & 1 == 0 ? segment.firstPoint : segment.lastPoint)))
      }
      turns += turn.weight - weight(edge)
      if k < driven.count - 1 { roads += weight(edge) }
      vertex = turn.head
    }
    return .price(Price(total: Double(roads + turns) / 1000, turns: Double(turns) / 1000))
  }
}
