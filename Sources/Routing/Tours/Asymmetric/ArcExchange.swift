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
    let origin = Int(tour.position[a])
    guard
      let found = ArcInsertionPlace.find(
        tour, near, head: b, tail: c, origin: origin, cut: cut, rest: gain, direction)
    else { return false }
    tour.exchange(cut, found.last, origin, direction)
    tour.shorten(by: found.gain, a, b, c, d, found.e, found.f)
    return true
  }
}
