/// Takes a stretch out of the tour and puts it elsewhere the other way round: the 3-opt moves with one stretch turned.
///
/// Lin 1965, "Computer solutions of the traveling salesman problem"; Or 1976 for short stretches.
enum ArcTurnedInsertion {
  /// Contract: seen from `a` with b = next(a), c → d an arc after b and e → f an arc from d on (f may be `a`), the tour
  /// a → b ⇝ c → d ⇝ e → f becomes a → d ⇝ e → c ⇝ b → f with b ⇝ c driven against. The change of length is
  /// ad + ec + bf − ab − cd − ef + turn(b, c).
  ///
  /// - Parameters:
  ///   - gain: ab − ad + cd, positive.
  ///   - cut: the place of d.
  /// - Returns: whether an improving move was found and made.
  @inline(__always)
  static func improve(
    _ tour: inout ArcTour, _ near: ArcCandidates, from a: Int, b: Int, c: Int, d: Int, cut: Int, gain: Int,
    _ direction: Int
  ) -> Bool {
    let stride = tour.stride
    let costs = tour.costs(direction)
    let against = tour.costs(-direction)
    let origin = Int(tour.position[a])
    if b == c { return false }
    let rest = gain &- tour.turn(b, c, direction)
    let fromB = costs + b &* stride
    let leaving = near.list(direction) + b &* near.width
    for k in 0..<near.breadth {
      let f = Int(leaving[k])
      if f < 0 { break }
      let open = rest &- Int(fromB[f])
      if open <= 0 { break }
      let place = tour.place(f, origin, direction)
      if place <= cut { continue }
      let e = tour.next(f, -direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(costs[e &* stride &+ c])
      if total > 0 {
        commit(&tour, a, b, c, d, e, f, cut, place &- 1, origin, direction, total)
        return true
      }
    }
    let intoC = against + c &* stride
    let reaching = near.list(-direction) + c &* near.width
    for k in 0..<near.breadth {
      let e = Int(reaching[k])
      if e < 0 { break }
      let open = rest &- Int(intoC[e])
      if open <= 0 { break }
      let place = tour.place(e, origin, direction)
      if place < cut || place == tour.count &- 1 { continue }
      let f = tour.next(e, direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(fromB[f])
      if total > 0 {
        commit(&tour, a, b, c, d, e, f, cut, place, origin, direction, total)
        return true
      }
    }
    return false
  }

  @inline(__always)
  private static func commit(
    _ tour: inout ArcTour, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ e: Int, _ f: Int, _ cut: Int,
    _ last: Int,
    _ origin: Int, _ direction: Int, _ gain: Int
  ) {
    tour.lay(
      ArcTour.Piece(first: cut, last: last, turned: false),
      ArcTour.Piece(first: 0, last: cut &- 1, turned: true),
      origin, direction)
    tour.length &-= gain
    tour.push(a)
    tour.push(b)
    tour.push(c)
    tour.push(d)
    tour.push(e)
    tour.push(f)
  }
}
