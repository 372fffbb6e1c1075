/// A drive as the graph knows it.
struct RoadPath {
  /// What it counts: the least there is.
  var weight: Int32
  var milliseconds: Int32
  var decimetres: Int32
  /// Directed edges, the first and last driven in part.
  var edges: [UInt32]
  /// Vertices after the first edge, for what turns cost.
  var vertices: [UInt32]
  var from: RoadEnd
  var to: RoadEnd
}

extension RoadGraph {
  /// The quickest drive between two positions; nil where there is none. Bidirectional search in the hierarchy with
  /// stalling (Geisberger et al. 2008), each side stopping when it can no longer better what was found.
  func path(from: RoadPosition, to: RoadPosition) -> RoadPath? {
    let sources = ends(at: from)
    let targets = ends(at: to)
    let near = direct(sources, targets)
    let workspace = workspaces.take(vertexCount)
    defer { workspaces.give(workspace) }
    let found = workspace.search(
      self, from: seeds(from: sources), to: seeds(to: targets), below: near?.weight ?? .max)
    guard let found else {
      guard let near else { return nil }
      return RoadPath(
        weight: near.weight, milliseconds: near.time, decimetres: near.length,
        edges: [sources[near.from].edge], vertices: [],
        from: sources[near.from], to: targets[near.to])
    }
    var vertices = [found.first]
    for step in found.arcs {
      if step.isUp {
        unpack(from: step.tail, to: step.head, ups[step.arc], &vertices)
      } else {
        unpack(from: step.tail, to: step.head, downs[step.arc], &vertices)
      }
    }
    let source = sources[found.source]
    let target = targets[found.target]
    let edges = [source.edge] + vertices.map { vertexEdges[Int($0)] }
    var length = source.decimetresLeft - target.decimetresLeft
    var time = found.weight - (source.weightLeft - source.millisecondsLeft)
    time += target.weightLeft - target.millisecondsLeft
    for edge in edges.dropFirst() {
      length += segments[Int(edge >> 1)].decimetres
      time -= ease(edge)
    }
    return RoadPath(
      weight: found.weight, milliseconds: time, decimetres: length, edges: edges, vertices: vertices,
      from: source,
      to: target)
  }

  /// Adds what an arc stands for, its tail left out.
  private func unpack(from tail: UInt32, to head: UInt32, _ arc: RoadLayout.Arc, _ vertices: inout [UInt32]) {
    var stack: [(tail: UInt32, head: UInt32, middle: UInt32)] = [(tail, head, arc.middle)]
    while let top = stack.popLast() {
      guard top.middle != RoadLayout.none else {
        vertices.append(top.head)
        continue
      }
      let middle = Int(top.middle)
      // The middle is less important than both ends: the arcs stand with it.
      var first = RoadLayout.none
      for arc in UnsafeBufferPointer(rebasing: downs[Int(downStarts[middle])..<Int(downStarts[middle + 1])])
      where arc.end == top.tail {
        first = arc.middle
        break
      }
      var second = RoadLayout.none
      for arc in UnsafeBufferPointer(rebasing: ups[Int(upStarts[middle])..<Int(upStarts[middle + 1])])
      where arc.end == top.head {
        second = arc.middle
        break
      }
      stack.append((top.middle, top.head, second))
      stack.append((top.tail, top.middle, first))
    }
  }
}
