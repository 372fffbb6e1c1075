/// Exchanges two neighbouring stretches of the tour without turning either: the pure sequential 3-opt move, which is
/// also Or-opt for stretches of any length.
///
/// Or 1976; Kanellakis and Papadimitriou 1980, "Local search for the asymmetric traveling salesman problem".
enum ArcExchange {
  /// Contract: seen from `a` with b = next(a), c → d an arc after b and e → f an arc from d on (f may be `a`), the tour
  /// a → b ⇝ c → d ⇝ e → f becomes a → d ⇝ e → b ⇝ c → f. The change of length is
  /// ad + eb + cf − ab − cd − ef; the stretches are driven as before.
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
    let fromC = costs + c &* stride
    let leaving = near.list(direction) + c &* near.width
    for k in 0..<near.breadth {
      let f = Int(leaving[k])
      if f < 0 { break }
      let open = gain &- Int(fromC[f])
      if open <= 0 { break }
      let place = tour.place(f, origin, direction)
      if place <= cut { continue }
      let e = tour.next(f, -direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(costs[e &* stride &+ b])
      if total > 0 {
        commit(&tour, a, b, c, d, e, f, cut, place &- 1, origin, direction, total)
        return true
      }
    }
    let intoB = against + b &* stride
    let reaching = near.list(-direction) + b &* near.width
    for k in 0..<near.breadth {
      let e = Int(reaching[k])
      if e < 0 { break }
      let open = gain &- Int(intoB[e])
      if open <= 0 { break }
      let place = tour.place(e, origin, direction)
      if place < cut || place == tour.count &- 1 { continue }
      let f = tour.next(e, direction)
      let total = open &+ Int(costs[e &* stride &+ f]) &- Int(fromC[f])
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
    tour.exchange(cut, last, origin, direction)
    tour.length &-= gain
    tour.push(a)
    tour.push(b)
    tour.push(c)
    tour.push(d)
    tour.push(e)
    tour.push(f)
  }
}
