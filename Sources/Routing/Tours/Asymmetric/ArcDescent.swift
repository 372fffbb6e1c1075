/// Descent to a tour that no move of this folder improves, over a queue of nodes whose neighbourhood changed.
///
/// The queue is the don't-look bit of Bentley 1992 ("Fast algorithms for geometric traveling salesman problems"); the
/// arc to add is taken from candidate lists under the gain criterion of Lin and Kernighan 1973.
enum ArcDescent {
  /// Empties the queue.
  static func run(_ tour: inout ArcTour, _ near: ArcCandidates) {
    while true {
      let node = tour.pop()
      if node < 0 { return }
      while improve(&tour, near, node, 1) || improve(&tour, near, node, -1) {}
    }
  }

  /// Looks for one improving move that removes the arc from `a` to its neighbour in `direction`.
  @inline(__always)
  private static func improve(_ tour: inout ArcTour, _ near: ArcCandidates, _ a: Int, _ direction: Int)
    -> Bool
  {
    let stride = tour.stride
    let costs = tour.costs(direction)
    let b = tour.next(a, direction)
    let row = costs + a &* stride
    let removed = Int(row[b])
    let list = near.list(direction) + a &* near.width
    let origin = Int(tour.position[a])
    for k in 0..<near.width {
      let d = Int(list[k])
      if d < 0 { return false }
      let gain = removed &- Int(row[d])
      if gain <= 0 { return false }
      let place = tour.place(d, origin, direction)
      if tour.reverses {
        if ArcReversal.improve(&tour, from: a, b: b, d: d, place: place, gain: gain, direction) {
          return true
        }
      }
      let c = tour.next(d, -direction)
      let open = gain &+ Int(costs[c &* stride &+ d])
      if ArcExchange.improve(
        &tour, near, from: a, b: b, c: c, d: d, cut: place, gain: open, direction)
      {
        return true
      }
      if tour.reverses {
        if ArcTurnedInsertion.improve(
          &tour, near, from: a, b: b, c: c, d: d, cut: place, gain: open, direction)
        {
          return true
        }
        if ArcDoubleReversal.improve(
          &tour, near, from: a, b: b, c: d, cut: place, gain: gain, direction)
        {
          return true
        }
      }
    }
    return false
  }
}
