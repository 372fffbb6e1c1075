/// The double bridge over a short window: four arcs change, no stretch is turned, so it serves asymmetric costs, and no
/// sequential move of three arcs undoes it.
///
/// Martin, Otto and Felten 1991, "Large-step Markov chains for the traveling salesman problem"; kept local after
/// Johnson and McGeoch 1997.
enum ArcKick {
  /// Contract: with neighbouring stretches B, C, D after node `a` and before node `z`, a B C D z becomes a D C B z; the
  /// four arcs between them change. The eight ends are queued.
  static func kick(_ tour: inout ArcTour, reach: Int, _ random: inout ArcRandom) {
    let n = tour.count
    let longest = max(1, min(reach, (n &- 1) / 3))
    let origin = random.below(n)
    let first = 1 &+ random.below(longest)
    let second = first &+ 1 &+ random.below(longest)
    let third = second &+ 1 &+ random.below(longest)
    let a = Int(tour.order[origin])
    let b = tour.node(0, origin, 1)
    let bEnd = tour.node(first &- 1, origin, 1)
    let c = tour.node(first, origin, 1)
    let cEnd = tour.node(second &- 1, origin, 1)
    let d = tour.node(second, origin, 1)
    let dEnd = tour.node(third &- 1, origin, 1)
    let z = tour.next(dEnd, 1)
    let m = tour.matrix
    let removed = m.cost(a, b) &+ m.cost(bEnd, c) &+ m.cost(cEnd, d) &+ m.cost(dEnd, z)
    let added = m.cost(a, d) &+ m.cost(dEnd, c) &+ m.cost(cEnd, b) &+ m.cost(bEnd, z)
    tour.lay(
      ArcTour.Piece(first: second, last: third &- 1, turned: false),
      ArcTour.Piece(first: first, last: second &- 1, turned: false),
      ArcTour.Piece(first: 0, last: first &- 1, turned: false), origin, 1)
    tour.length &+= added &- removed
    tour.push(a)
    tour.push(b)
    tour.push(bEnd)
    tour.push(c)
    tour.push(cEnd)
    tour.push(d)
    tour.push(dEnd)
    tour.push(z)
  }
}
