/// Iterated local search: a local kick, a descent around it, and back to the kept tour when that became longer.
///
/// Lourenço, Martin and Stützle 2003, "Iterated local search". Deterministic for a seed and a number of kicks.
struct ArcSearch {
  var tour: ArcTour
  private let near: ArcCandidates
  private var random: ArcRandom
  /// The longest stretch a kick moves.
  private let reach: Int
  /// Kicks made.
  private(set) var kicks = 0
  /// Nanoseconds from the clock's start to the last improvement.
  private(set) var improvedAt = 0

  init(_ matrix: ArcMatrix, _ near: ArcCandidates, reverses: Bool, reach: Int, seed: UInt64) {
    tour = ArcTour(matrix, reverses: reverses)
    self.near = near
    random = ArcRandom(seed: seed)
    self.reach = max(1, reach)
  }

  func deallocate() { tour.deallocate() }

  /// Takes a tour and descends from it.
  mutating func start(_ order: UnsafePointer<Int32>) {
    tour.start(order)
    for p in 0..<tour.count { tour.push(Int(order[p])) }
    ArcDescent.run(&tour, near)
    tour.keep()
  }

  /// Kicks until `limit` kicks were made, `target` is reached or the clock is over.
  ///
  /// - Parameters:
  ///   - target: a length known to be the least possible.
  mutating func run(limit: Int, target: Int, _ clock: ArcClock) {
    if tour.count < 5 { return }
    var left = limit
    while left > 0 && tour.length > target {
      if left & 15 == 0 && clock.isOver { return }
      left &-= 1
      kicks &+= 1
      let before = tour.length
      LocalKick.kick(&tour, reach: reach, &random)
      ArcDescent.run(&tour, near)
      if tour.length <= before {
        if tour.length < before { improvedAt = clock.elapsed }
        tour.keep()
      } else {
        tour.undo(length: before)
      }
    }
  }
}
