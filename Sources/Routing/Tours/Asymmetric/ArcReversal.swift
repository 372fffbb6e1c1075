/// Turns one stretch of the tour round: 2-opt for asymmetric costs, evaluated in O(1) by sums of the costs along and
/// against the tour.
///
/// Croes 1958; the prefix sums for asymmetric costs: Kindervater and Savelsbergh 1997, "Vehicle routing: handling edge
/// exchanges".
enum ArcReversal {
  /// Contract: seen from `a` with b = next(a) and d → e an arc after b, a → b ⇝ d → e becomes a → d ⇝ b → e with
  /// b ⇝ d driven against. The change of length is ad + be − ab − de + turn(b, d). Turning the rest of the tour
  /// instead is the same move seen in the other direction.
  ///
  /// - Parameter gain: ab − ad, positive.
  /// - Returns: whether the move improves and was made.
  @inline(__always)
  static func improve(
    _ tour: inout ArcTour, from a: Int, b: Int, d: Int, place: Int, gain: Int, _ direction: Int
  ) -> Bool {
    let stride = tour.stride
    let costs = tour.costs(direction)
    let e = tour.next(d, direction)
    let total =
      gain &+ Int(costs[d &* stride &+ e]) &- Int(costs[b &* stride &+ e]) &- tour.turn(b, d, direction)
    if total <= 0 { return false }
    tour.turnRound(place, Int(tour.position[a]), direction)
    tour.length &-= total
    tour.push(a)
    tour.push(b)
    tour.push(d)
    tour.push(e)
    return true
  }
}
