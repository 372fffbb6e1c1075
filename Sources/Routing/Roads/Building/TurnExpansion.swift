import Foundation
import Geo

/// The graph of turns: its vertices are directed edges, its arcs the turns between them.
///
/// An edge has one vertex mostly. It has more where what may follow depends on how it was reached: one for each beginning
/// of a forbidden sequence that ends in it, and, where it is for the ends of a trip only, one for setting out over it
/// (from which any road may be taken) and one for arriving over it (which leads to other such roads only).
struct TurnExpansion {
  /// Where a trip stands with regard to roads for its ends only.
  enum Phase: UInt8 {
    case through, settingOut, arriving
  }

  struct Arc {
    var head: Int32
    /// What the turn and the edge it leads to count.
    var weight: Int32
  }

  /// The directed edge of each vertex.
  private(set) var edges: [Int32] = []
  /// Whether a trip may begin at the vertex.
  private(set) var isStart: [Bool] = []
  /// Arcs of vertex `v` are `arcs[starts[v] ..< starts[v + 1]]`.
  private(set) var starts: [Int32] = [0]
  private(set) var arcs: [Arc] = []
  private(set) var restrictionsIgnored = 0
  private(set) var restrictionSequences = 0

  private struct Context {
    var state: Int32
    var phase: Phase
  }

  /// An empty one.
  init() {}

  init(_ draft: RoadDraft, _ segments: RoadSegments, _ profile: RoadProfile) {
    let leaving = EdgeLists(rows: segments.junctions.count, edges: segments.edgeCount) { edge in
      segments.milliseconds(edge) >= 0 ? segments.tail(edge) : -1
    }
    let restrictions = TurnRestrictions(draft, segments, leaving: leaving)
    restrictionsIgnored = restrictions.ignored
    restrictionSequences = restrictions.sequences.count
    let automaton = TurnAutomaton(restrictions.sequences)
    let turns = TurnCosts(draft, segments, profile)

    // Vertices of edges without a history, then those with one, as they are met.
    var contexts: [Context] = []
    var plain = [Int32](repeating: -1, count: segments.edgeCount)
    var settingOut: [Int32: Int32] = [:]
    var special: [UInt64: Int32] = [:]
    for edge in 0..<segments.edgeCount where segments.milliseconds(edge) >= 0 {
      let state = automaton.step(0, Int32(edge))
      plain[edge] = Int32(edges.count)
      let isEndsOnly = segments.segments[edge >> 1].isEndsOnly
      edges.append(Int32(edge))
      isStart.append(!isEndsOnly)
      contexts.append(Context(state: state, phase: isEndsOnly ? .arriving : .through))
      if isEndsOnly {
        settingOut[Int32(edge)] = Int32(edges.count)
        edges.append(Int32(edge))
        isStart.append(true)
        contexts.append(Context(state: state, phase: .settingOut))
      }
    }

    var vertex = 0
    while vertex < edges.count {
      let edge = Int(edges[vertex])
      let context = contexts[vertex]
      let junction = Int(segments.head(edge))
      var reverse: Arc?
      var hasOther = false
      for next in leaving[junction] {
        let state = automaton.step(context.state, next)
        if automaton.isForbidden(state) { continue }
        let isReverse = next == Int32(edge) ^ 1
        let isEndsOnly = segments.segments[Int(next) >> 1].isEndsOnly
        let phase: Phase
        switch (context.phase, isEndsOnly) {
        case (.through, false), (.settingOut, false): phase = .through
        case (.through, true), (.arriving, true): phase = .arriving
        case (.settingOut, true): phase = .settingOut
        case (.arriving, false): continue
        }
        guard let cost = turns.milliseconds(from: edge, to: Int(next), isReverse: isReverse) else { continue }
        let head: Int32
        if automaton.depth[Int(state)] <= 1 {
          head = phase == .settingOut ? settingOut[next]! : plain[Int(next)]
        } else {
          let key =
            UInt64(UInt32(bitPattern: state)) << 34 | UInt64(UInt32(bitPattern: next)) << 2
            | UInt64(phase.rawValue)
          if let known = special[key] {
            head = known
          } else {
            head = Int32(edges.count)
            special[key] = head
            edges.append(next)
            isStart.append(false)
            contexts.append(Context(state: state, phase: phase))
          }
        }
        let arc = Arc(head: head, weight: cost + segments.weight(Int(next)))
        if isReverse {
          reverse = arc
        } else {
          arcs.append(arc)
          hasOther = true
        }
      }
      // Turning round is for where there is no other way on.
      if !hasOther, let reverse { arcs.append(reverse) }
      starts.append(Int32(arcs.count))
      vertex += 1
    }
  }
}

/// What turns cost by the profile.
struct TurnCosts {
  private let draft: RoadDraft
  private let segments: RoadSegments
  private let profile: RoadProfile
  /// Headings of directed edges where they begin and where they end.
  private var startHeadings: [Float]
  private var endHeadings: [Float]
  /// How many ends of segments meet at a junction.
  private var roads: [UInt8]
  /// The fastest road at junctions with a sign for slower ones, km/h.
  private var fastest: [Int32: Double] = [:]

  init(_ draft: RoadDraft, _ segments: RoadSegments, _ profile: RoadProfile) {
    self.draft = draft
    self.segments = segments
    self.profile = profile
    roads = [UInt8](repeating: 0, count: segments.junctions.count)
    let signed = Set(draft.rules.lazy.filter { $0.value.isForMinorRoads }.map(\.key))
    startHeadings = [Float](repeating: 0, count: segments.edgeCount)
    endHeadings = startHeadings
    for (s, segment) in segments.segments.enumerated() {
      for junction in [segment.from, segment.to] where roads[Int(junction)] < 255 {
        roads[Int(junction)] += 1
      }
      if !signed.isEmpty {
        for junction in [segment.from, segment.to] where signed.contains(segments.junctions[Int(junction)]) {
          fastest[junction] = max(fastest[junction] ?? 0, Self.speed(draft.kinds[Int(segment.kind)]))
        }
      }
      let (first, last) = (Int(segment.firstPoint), Int(segment.lastPoint))
      let begin = heading(first, 1, last)
      let end = heading(last, -1, first)
      startHeadings[2 * s] = Float(begin)
      endHeadings[2 * s] = Float((end + 180).truncatingRemainder(dividingBy: 360))
      startHeadings[2 * s + 1] = Float(end)
      endHeadings[2 * s + 1] = Float((begin + 180).truncatingRemainder(dividingBy: 360))
    }
  }

  private func heading(_ start: Int, _ step: Int, _ end: Int) -> Double {
    RoadGeometry.heading(from: start, by: step, to: end) { k in
      let node = Int(segments.points[k])
      return (draft.latitudes[node], draft.longitudes[node])
    }
  }

  private static func speed(_ kind: RoadWay) -> Double {
    max(kind.forwardKilometresPerHour, kind.backwardKilometresPerHour)
  }

  /// Whether a sign or light is meant for who comes along an edge and leaves by another.
  private func isMeant(_ rule: RoadNodeRule, _ junction: Int, from: Int, to: Int) -> Bool {
    switch rule.direction {
    case .forward where from & 1 == 1, .backward where from & 1 == 0: return false
    case .both, .forward, .backward: break
    }
    let before = segments.segments[from >> 1]
    if rule.isForMinorRoads,
      Self.speed(draft.kinds[Int(before.kind)]) >= fastest[Int32(junction)] ?? 0
    {
      return false
    }
    let near = rule.approachMetres * 10
    return roads[junction] > 2 || Double(before.decimetres) >= near
      || Double(segments.segments[to >> 1].decimetres) <= near
  }

  /// Milliseconds of the turn, nil where it cannot be taken.
  func milliseconds(from: Int, to: Int, isReverse: Bool) -> Int32? {
    let junction = Int(segments.head(from))
    let rule = draft.rules[segments.junctions[junction]]
    let (before, after) = (segments.segments[from >> 1], segments.segments[to >> 1])
    var seconds = 0.0
    if let rule {
      if !isReverse {
        if rule.blocks { return nil }
        if rule.isEndsOnly, !before.isEndsOnly, !after.isEndsOnly { return nil }
        if isMeant(rule, junction, from: from, to: to) { seconds += rule.seconds }
      }
    }
    let (a, b) = (draft.kinds[Int(before.kind)], draft.kinds[Int(after.kind)])
    if roads[junction] > 2 || isReverse || a.isFerry != b.isFerry {
      guard
        let cost = profile.turnCost(
          angleDegrees: RoadGeometry.turn(from: Double(endHeadings[from]), to: Double(startHeadings[to])),
          isUTurn: isReverse, isDeadEnd: isReverse,
          meetsTraffic: roads[junction] > 2 && !a.isRoundabout && !b.isRoundabout)
      else { return nil }
      seconds += cost
    }
    return Int32(clamping: Int((seconds * 1000).rounded()))
  }
}
