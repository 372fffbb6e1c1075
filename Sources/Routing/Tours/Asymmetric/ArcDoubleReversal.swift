/// Turns two neighbouring stretches of the tour round, each in its place: the 3-opt move with two stretches turned.
///
/// Lin 1965, "Computer solutions of the traveling salesman problem".
enum ArcDoubleReversal {
  /// Contract: seen from `a` with b = next(a), c → d an arc after b and e → f an arc from d on (f may be `a`), the tour
  /// a → b ⇝ c → d ⇝ e → f becomes a → c ⇝ b → e ⇝ d → f with both stretches driven against. The change of length is
  /// ac + be + df − ab − cd − ef + turn(b, c) + turn(d, e).
  ///
  /// - Parameters:
  ///   - gain: ab − ac, positive.
  ///   - cut: the place of c.
  /// - Returns: whether an improving move was found and made.
  @inline(__always)
  static func improve(
    _ tour: inout ArcTour, _ near: ArcCandidates, from a: Int, b: Int, c: Int, cut: Int, gain: Int,
    _ direction: Int
  ) -> Bool {
    let stride = tour.stride
    let costs = tour.costs(direction)
    let origin = Int(tour.position[a])
    let d = tour.next(c, direction)
    let fromD = costs + d &* stride
    let rest = gain &- tour.turn(b, c, direction) &+ Int(costs[c &* stride &+ d])
    let fromB = costs + b &* stride
    let leaving = near.list(direction) + b &* near.width
    for k in 0..<near.breadth {
      let e = Int(leaving[k])
      if e < 0 { break }
      let open = rest &- Int(fromB[e])
      if open <= 0 { break }
      let place = tour.place(e, origin, direction)
      if place <= cut || place == tour.count &- 1 { continue }
      let f = tour.next(e, direction)
      let total =
        open &+ Int(costs[e &* stride &+ f]) &- Int(fromD[f]) &- tour.turn(d, e, direction)
      if total > 0 {
        tour.lay(
          ArcTour.Piece(first: 0, last: cut, turned: true),
          ArcTour.Piece(first: cut &+ 1, last: place, turned: true), origin, direction)
        tour.shorten(by: total, a, b, c, d, e, f)
        return true
      }
    }
    return false
  }
}
