import Foundation
import Geo

/// Tells a drive as manoeuvres: where to turn, into which road, and what lies between.
///
/// The words and their meaning are those of OSRM's API. A junction is a manoeuvre when the driver has to decide: the road
/// changes its name, bends off while another goes on, forks, ends, becomes a slip road or a roundabout.
struct RoadSteps {
  private let graph: RoadGraph
  private let path: RoadPath
  private let passed: [(point: Int, edge: Int)]
  private let line: [Coordinate]
  private(set) var steps: [RoadStep] = []

  /// What a turn at the start of an edge is.
  private struct Manoeuvre {
    var kind: RoadStep.ManoeuvreKind
    var modifier: RoadStep.Modifier?
    var exit: Int?
  }

  init(
    _ graph: RoadGraph, _ path: RoadPath, _ from: RoadPosition, _ to: RoadPosition,
    _ passed: [(point: Int, edge: Int)], _ line: [Coordinate]
  ) {
    self.graph = graph
    self.path = path
    self.passed = passed
    self.line = line
    build(from, to)
  }

  private func segment(_ k: Int) -> RoadLayout.Segment { graph.segments[Int(path.edges[k] >> 1)] }
  private func kind(_ k: Int) -> RoadLayout.Kind { graph.kinds[Int(segment(k).kind)] }
  private func isRoundabout(_ k: Int) -> Bool { kind(k).flags & RoadLayout.Kind.roundabout != 0 }
  private func isFerry(_ k: Int) -> Bool { kind(k).flags & RoadLayout.Kind.ferry != 0 }
  private func isLink(_ k: Int) -> Bool { kind(k).flags & RoadLayout.Kind.link != 0 }
  private func isMotorway(_ k: Int) -> Bool {
    let roadClass = kind(k).roadClass
    return roadClass == RoadClass.motorway.rawValue || roadClass == RoadClass.trunk.rawValue
  }

  // MARK: Steps

  private mutating func build(_ from: RoadPosition, _ to: RoadPosition) {
    let last = path.edges.count - 1
    // For each edge the index of the first point of the line that is on it.
    var firstPoint = [Int](repeating: line.count - 1, count: path.edges.count + 1)
    firstPoint[0] = 0
    for (k, entry) in passed.enumerated().reversed() where entry.edge > 0 { firstPoint[entry.edge] = k + 1 }
    // Where edges meet, the point is counted with the first: a following edge begins one earlier.
    for k in 1..<max(1, path.edges.count) where firstPoint[k] > 0 {
      let junction = graph.points[Int(startPoint(k))]
      let before = firstPoint[k] - 1
      if before > 0, passed[before - 1].edge == k - 1,
        graph.points[passed[before - 1].point].latitude == junction.latitude,
        graph.points[passed[before - 1].point].longitude == junction.longitude
      {
        firstPoint[k] = before
      }
    }
    firstPoint[path.edges.count] = line.count - 1

    let times = edgeTimes()
    var starts: [(edge: Int, manoeuvre: Manoeuvre)] = [(0, departure(from))]
    for k in 1..<max(1, path.edges.count) {
      if let manoeuvre = manoeuvre(at: k) { starts.append((k, manoeuvre)) }
    }
    for (n, start) in starts.enumerated() {
      let end = n + 1 < starts.count ? starts[n + 1].edge : path.edges.count
      let (a, b) = (firstPoint[start.edge], firstPoint[end])
      var piece = Array(line[a...max(a, b)])
      if piece.count == 1 { piece.append(piece[0]) }
      let named = segment(start.edge)
      let destination = graph.text(kind(start.edge).destination)
      var intersections: [RoadStep.Intersection] = []
      for k in start.edge..<end {
        if k == 0 {
          let heading = Int(self.heading(a, 1).rounded()) % 360
          intersections.append(
            RoadStep.Intersection(
              coordinate: line[0], bearings: [heading], entry: [true], incoming: nil, outgoing: 0))
        } else {
          intersections.append(intersection(at: k))
        }
      }
      let location = line[a]
      let after = start.edge == 0 ? heading(0, 1) : graph.headings(of: path.edges[start.edge]).start
      let before = start.edge == 0 ? 0 : graph.headings(of: path.edges[start.edge - 1]).end
      steps.append(
        RoadStep(
          duration: .milliseconds(times.milliseconds[start.edge..<end].reduce(0, +)),
          distance: Metres(Double(times.decimetres[start.edge..<end].reduce(0, +)) / 10),
          name: graph.text(named.name),
          reference: graph.text(named.reference), destinations: destination, isFerry: isFerry(start.edge),
          line: LineString(piece), kind: start.manoeuvre.kind, modifier: start.manoeuvre.modifier,
          location: location,
          bearingBefore: start.edge == 0 ? 0 : Int(before.rounded()) % 360,
          bearingAfter: Int(after.rounded()) % 360,
          exit: start.manoeuvre.exit, intersections: intersections))
    }
    let arrival = heading(line.count - 1, -1)
    let bearing = Int((arrival < 180 ? arrival + 180 : arrival - 180).rounded()) % 360
    let end = line[line.count - 1]
    let isForward = path.edges[last] & 1 == 0
    let modifier: RoadStep.Modifier? =
      switch to.side {
      case .on: nil
      case .left: isForward ? .left : .right
      case .right: isForward ? .right : .left
      }
    steps.append(
      RoadStep(
        duration: .zero, distance: .zero, name: graph.text(segment(last).name),
        reference: graph.text(segment(last).reference), isFerry: isFerry(last), line: LineString([end, end]),
        kind: .arrive, modifier: modifier, location: end, bearingBefore: bearing, bearingAfter: 0,
        intersections: [
          RoadStep.Intersection(
            coordinate: end, bearings: [Int(arrival.rounded()) % 360], entry: [true], incoming: 0,
            outgoing: nil)
        ]))
  }

  /// The first point of an edge in the direction driven.
  private func startPoint(_ k: Int) -> UInt32 {
    path.edges[k] & 1 == 0 ? segment(k).firstPoint : segment(k).lastPoint
  }

  /// Heading of the line at a point, over its next twelve metres.
  private func heading(_ start: Int, _ step: Int) -> Double {
    var rest = RoadGeometry.headingReach
    var k = start
    while k + step >= 0, k + step < line.count {
      rest -= RoadGeometry.metres(line[k], line[k + step])
      k += step
      if rest <= 0 { break }
    }
    return k == start ? 0 : RoadGeometry.bearing(line[start], line[k])
  }

  /// Time and length of each edge of the drive, turns counted with the edge they lead to.
  private func edgeTimes() -> (milliseconds: [Int], decimetres: [Int]) {
    let last = path.edges.count - 1
    if last == 0 { return ([Int(path.milliseconds)], [Int(path.decimetres)]) }
    var milliseconds = [Int(path.from.millisecondsLeft)]
    var decimetres = [Int(path.from.decimetresLeft)]
    var vertex = graph.edgeStarts[Int(path.edges[0])]
    for (k, next) in path.vertices.enumerated() {
      let weight = graph.turns(of: vertex).first { $0.head == next }?.weight ?? 0
      milliseconds.append(Int(weight - graph.ease(path.edges[k + 1])))
      decimetres.append(Int(graph.segments[Int(path.edges[k + 1] >> 1)].decimetres))
      vertex = next
    }
    milliseconds[last] -= Int(path.to.millisecondsLeft)
    decimetres[last] -= Int(path.to.decimetresLeft)
    return (milliseconds, decimetres)
  }

  private func departure(_ from: RoadPosition) -> Manoeuvre {
    let isForward = path.edges[0] & 1 == 0
    switch from.side {
    case .on: return Manoeuvre(kind: .depart)
    case .left: return Manoeuvre(kind: .depart, modifier: isForward ? .left : .right)
    case .right: return Manoeuvre(kind: .depart, modifier: isForward ? .right : .left)
    }
  }

  // MARK: Junctions

  /// The roads that leave the junction where edge `k` begins, open or not, by heading.
  private func intersection(at k: Int) -> RoadStep.Intersection {
    let junction = segment(k).junction(atStartOf: Int(path.edges[k] & 1))
    let point = graph.points[Int(startPoint(k))]
    let back = path.edges[k - 1] ^ 1
    let roads = graph.edges(leaving: junction).filter { edge in
      graph.milliseconds(edge) >= 0 || graph.milliseconds(edge ^ 1) >= 0
    }.map { (edge: $0, heading: Int(graph.headings(of: $0).start.rounded()) % 360) }.sorted {
      ($0.heading, $0.edge) < ($1.heading, $1.edge)
    }
    return RoadStep.Intersection(
      coordinate: point.coordinate, bearings: roads.map(\.heading),
      entry: roads.map { graph.milliseconds($0.edge) >= 0 && $0.edge != back },
      incoming: roads.firstIndex { $0.edge == back }, outgoing: roads.firstIndex { $0.edge == path.edges[k] })
  }

  /// What the driver has to do where edge `k` begins; nil where the road just goes on.
  private func manoeuvre(at k: Int) -> Manoeuvre? {
    let (before, after) = (path.edges[k - 1], path.edges[k])
    let incoming = graph.headings(of: before).end
    let angle = RoadGeometry.turn(from: incoming, to: graph.headings(of: after).start)
    let modifier = Self.modifier(angle)
    if after == before ^ 1 { return Manoeuvre(kind: .goOn, modifier: .uturn) }
    if isFerry(k - 1) != isFerry(k) { return Manoeuvre(kind: .notification, modifier: modifier) }
    if isRoundabout(k), !isRoundabout(k - 1) {
      return Manoeuvre(
        kind: isRotary(enteredAt: k) ? .rotary : .roundabout, modifier: modifier, exit: exit(from: k))
    }
    if isRoundabout(k) { return nil }
    if isRoundabout(k - 1) {
      var first = k - 1
      while first > 0, isRoundabout(first - 1) { first -= 1 }
      return Manoeuvre(kind: isRotary(enteredAt: first) ? .exitRotary : .exitRoundabout, modifier: modifier)
    }
    // Other roads that could be taken, and how much they turn.
    let junction = segment(k).junction(atStartOf: Int(after & 1))
    let arms = graph.edges(leaving: junction).filter {
      $0 != after && $0 != before ^ 1 && (graph.milliseconds($0) >= 0 || graph.milliseconds($0 ^ 1) >= 0)
    }
    let others = arms.filter { graph.milliseconds($0) >= 0 }
    let otherAngles = others.map { RoadGeometry.turn(from: incoming, to: graph.headings(of: $0).start) }
    let isSame = isSameRoad(k - 1, k)
    if !isLink(k - 1), isLink(k), isMotorway(k - 1), !others.isEmpty {
      return Manoeuvre(kind: .offRamp, modifier: modifier)
    }
    if !isLink(k - 1), isRamp(k), !others.isEmpty { return Manoeuvre(kind: .onRamp, modifier: modifier) }
    if isLink(k - 1), !isLink(k), isMotorway(k) { return Manoeuvre(kind: .merge, modifier: modifier) }
    let isStraight = abs(angle) < 40
    guard !others.isEmpty else {
      // The other roads may only come from there: who has to turn is told so all the same.
      if !arms.isEmpty, abs(angle) >= 45, !isSame { return Manoeuvre(kind: .turn, modifier: modifier) }
      return isSame || !hasName(k) ? nil : Manoeuvre(kind: .newName, modifier: modifier)
    }
    if isStraight, let rival = otherAngles.min(by: { abs($0) < abs($1) }), abs(rival) < 40,
      abs(rival - angle) < 60, others.count == 1, isRival(others[0], k)
    {
      return Manoeuvre(kind: .fork, modifier: angle < rival ? .slightLeft : .slightRight)
    }
    let isStraightest = otherAngles.allSatisfy { abs($0) > abs(angle) }
    if isStraight, isStraightest {
      return isSame || !hasName(k) ? nil : Manoeuvre(kind: .newName, modifier: modifier)
    }
    if isSame, isStraight { return nil }
    if isSame { return Manoeuvre(kind: .goOn, modifier: modifier) }
    let goesOn = otherAngles.contains { abs($0) < 40 }
    if !goesOn, !isStraight, otherAngles.contains(where: { ($0 < 0) != (angle < 0) }) {
      return Manoeuvre(kind: .endOfRoad, modifier: modifier)
    }
    return Manoeuvre(kind: .turn, modifier: modifier)
  }

  private func hasName(_ k: Int) -> Bool { segment(k).name != 0 || segment(k).reference != 0 }

  private func isSameRoad(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (segment(a), segment(b))
    if a.name != 0 || b.name != 0 { return a.name == b.name }
    return a.reference == b.reference
  }

  /// A slip road to or from a road for fast traffic.
  private func isRamp(_ k: Int) -> Bool {
    let roadClass = kind(k).roadClass
    return roadClass == RoadClass.motorwayLink.rawValue || roadClass == RoadClass.trunkLink.rawValue
  }

  /// Whether an edge could be meant as well as edge `k` of the drive by whoever comes from the one before: of one
  /// importance, not a slip road beside a road, nor another name where the road keeps its own.
  private func isRival(_ edge: UInt32, _ k: Int) -> Bool {
    let other = graph.kind(of: Int(edge >> 1))
    guard abs(Int(kind(k).roadClass) - Int(other.roadClass)) <= 2,
      (other.flags & RoadLayout.Kind.link != 0) == isLink(k)
    else { return false }
    let name = graph.segments[Int(edge >> 1)].name
    return segment(k).name == 0 || segment(k).name != segment(k - 1).name || name == segment(k).name
  }

  /// Whether the roundabout entered at edge `k` has a name of its own, not that of a street that meets it.
  private func isRotary(enteredAt k: Int) -> Bool {
    let name = segment(k).name
    guard name != 0 else { return false }
    var at = k
    while at < path.edges.count, isRoundabout(at) {
      let junction = segment(at).junction(atStartOf: Int(path.edges[at] & 1))
      let isShared = graph.edges(leaving: junction).contains {
        graph.kind(of: Int($0 >> 1)).flags & RoadLayout.Kind.roundabout == 0
          && graph.segments[Int($0 >> 1)].name == name
      }
      if isShared { return false }
      at += 1
    }
    return at >= path.edges.count || segment(at).name != name
  }

  /// Which exit of the roundabout entered at edge `k` is taken, from 1.
  private func exit(from k: Int) -> Int? {
    var exits = 0
    var at = k
    while at + 1 < path.edges.count {
      let junction = segment(at).junction(atEndOf: Int(path.edges[at] & 1))
      let leaves = graph.edges(leaving: junction).contains {
        graph.milliseconds($0) >= 0 && graph.kind(of: Int($0 >> 1)).flags & RoadLayout.Kind.roundabout == 0
      }
      if leaves { exits += 1 }
      at += 1
      if !isRoundabout(at) { return max(1, exits) }
    }
    return nil
  }

  /// OSRM's word for a turn of so many degrees, right positive.
  static func modifier(_ angle: Double) -> RoadStep.Modifier {
    switch angle {
    case ..<(-170), 170...: .uturn
    case ..<(-120): .sharpLeft
    case ..<(-45): .left
    case ..<(-15): .slightLeft
    case ...15: .straight
    case ...45: .slightRight
    case ...120: .right
    default: .sharpRight
    }
  }
}
