/// An arc e → f of the tour into which a stretch that was taken out goes: the search that moves with an inserted stretch
/// share, whichever way round it is driven.
struct ArcInsertionPlace {
  let e: Int
  let f: Int
  /// The place of e.
  let last: Int
  /// By how much the tour becomes shorter.
  let gain: Int

  /// The first arc found, by the candidates out of `tail` and then by those into `head`, with which the move gains.
  ///
  /// - Parameters:
  ///   - head: the end of the stretch that e leads to.
  ///   - tail: the end of the stretch that leads to f.
  ///   - origin: the place of the node before the stretch.
  ///   - cut: the place of the first node after the stretch.
  ///   - rest: what is gained before the arc is opened, positive.
  @inline(__always)
  static func find(
    _ tour: ArcTour, _ near: ArcCandidates, head: Int, tail: Int, origin: Int, cut: Int, rest: Int,
    _ direction: Int
  ) -> ArcInsertionPlace? {
    let stride = tour.stride
    let costs = tour.costs(direction)
    let fromTail = costs + tail &* stride
    let leaving = near.list(direction) + tail &* near.width
    for k in 0..<near.breadth {
      let f = Int(leaving[k])
      if f < 0 { break }
      let open = rest &- Int(fromTail[f])
      if open <= 0 { break }
      let place = tour.place(f, origin, direction)
      if place <= cut { continue }
      let e = tour.next(f, -direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(costs[e &* stride &+ head])
      if total > 0 { return ArcInsertionPlace(e: e, f: f, last: place &- 1, gain: total) }
    }
    let intoHead = tour.costs(-direction) + head &* stride
    let reaching = near.list(-direction) + head &* near.width
    for k in 0..<near.breadth {
      let e = Int(reaching[k])
      if e < 0 { break }
      let open = rest &- Int(intoHead[e])
      if open <= 0 { break }
      let place = tour.place(e, origin, direction)
      if place < cut || place == tour.count &- 1 { continue }
      let f = tour.next(e, direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(fromTail[f])
      if total > 0 { return ArcInsertionPlace(e: e, f: f, last: place, gain: total) }
    }
    return nil
  }
}
