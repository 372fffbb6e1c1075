/// Nearest neighbour and 2-opt: the plain method that others are compared with.
///
/// From the first node always on to the nearest one left; then stretches are turned round as long as that makes the tour
/// cheaper, the best turn of each node first. Costs may differ by direction: what a stretch costs the other way round comes
/// from sums along the tour.
enum NearestNeighbourTours {
  /// - Parameter cost: of driving from one node to another; nil where that is not possible.
  /// - Throws: ``TourError/noTour`` when the nearest neighbours end where nothing goes on.
  static func solve(
    count: Int, deadline: SearchDeadline, cost: (Int, Int) -> Int?
  ) throws(TourError) -> TourAnswer {
    var tour = [0]
    var left = Array(1..<max(1, count))
    while !left.isEmpty {
      var nearest: (place: Int, cost: Int)?
      for (place, node) in left.enumerated() {
        if let cost = cost(tour[tour.count - 1], node), cost < nearest?.cost ?? .max {
          nearest = (place, cost)
        }
      }
      guard let nearest else { throw .noTour }
      tour.append(left[nearest.place])
      left.swapAt(nearest.place, left.count - 1)
      left.removeLast()
    }
    var turns = 0
    // Sums along the tour, there and back; a hole makes all that lie behind it useless.
    let hole = 1 << 40
    func price(_ a: Int, _ b: Int) -> Int { cost(a, b) ?? hole }
    var improved = count > 3
    while improved, deadline.used(iterations: turns) < 1 {
      improved = false
      var there = [0]
      var back = [0]
      for k in 1..<count {
        there.append(there[k - 1] + price(tour[k - 1], tour[k]))
        back.append(back[k - 1] + price(tour[k], tour[k - 1]))
      }
      var i = 0
      while i < count - 2 {
        var best: (gain: Int, end: Int) = (0, 0)
        for j in i + 2..<count {
          let (a, b, c, d) = (tour[i], tour[i + 1], tour[j], tour[(j + 1) % count])
          if a == d { continue }
          let old = price(a, b) + there[j] - there[i + 1] + price(c, d)
          let new = price(a, c) + back[j] - back[i + 1] + price(b, d)
          if old - new > best.gain { best = (old - new, j) }
        }
        if best.gain > 0 {
          tour[i + 1...best.end].reverse()
          for k in i + 1..<count {
            there[k] = there[k - 1] + price(tour[k - 1], tour[k])
            back[k] = back[k - 1] + price(tour[k], tour[k - 1])
          }
          turns += 1
          improved = true
        }
        i += 1
        if i & 15 == 0, deadline.used(iterations: turns) >= 1 { break }
      }
    }
    var total = 0
    for (place, node) in tour.enumerated() where count > 1 {
      guard let leg = cost(node, tour[(place + 1) % count]) else { throw .noTour }
      total += leg
    }
    return TourAnswer(tour: tour, cost: total, lowerBound: nil, iterations: turns)
  }
}
