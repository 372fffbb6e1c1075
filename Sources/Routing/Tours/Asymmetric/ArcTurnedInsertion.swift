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
    if b == c { return false }
    let origin = Int(tour.position[a])
    guard
      let found = ArcInsertionPlace.find(
        tour, near, head: c, tail: b, origin: origin, cut: cut, rest: gain &- tour.turn(b, c, direction),
        direction)
    else { return false }
    tour.lay(
      ArcTour.Piece(first: cut, last: found.last, turned: false),
      ArcTour.Piece(first: 0, last: cut &- 1, turned: true), origin, direction)
    tour.shorten(by: found.gain, a, b, c, d, found.e, found.f)
    return true
  }
}
