/// Iterated local search: a local kick, a descent around it, and back to the kept tour when that became longer by more
/// than a fifth of a mean arc; several kicks at once when nothing better was found for long.
///
/// Lourenço, Martin and Stützle 2003, "Iterated local search". Deterministic for a seed and a number of kicks.
struct ArcSearch {
  var tour: ArcTour
  private let near: ArcCandidates
  private var random: ArcRandom
  /// The longest stretch a kick moves.
  private let reach: Int
  private let watch = SearchWatch.current
  private let bestOrder: UnsafeMutablePointer<Int32>
  private var bestLength = 0
  /// Kicks without a better tour after which several are made at once.
  private static let patience = 30
  /// Kicks made.
  private(set) var kicks = 0
  /// Nanoseconds from the clock's start to the last improvement.
  private(set) var improvedAt = 0

  init(_ matrix: ArcMatrix, _ near: ArcCandidates, reverses: Bool, reach: Int, seed: UInt64) {
    tour = ArcTour(matrix, reverses: reverses)
    self.near = near
    random = ArcRandom(seed: seed)
    bestOrder = .allocate(capacity: matrix.count)
    self.reach = max(1, reach)
  }

  func deallocate() {
    tour.deallocate()
    bestOrder.deallocate()
  }

  /// Takes a tour and descends from it.
  mutating func start(_ order: UnsafePointer<Int32>) {
    tour.start(order)
    for p in 0..<tour.count { tour.push(Int(order[p])) }
    ArcDescent.run(&tour, near)
    tour.keep()
  }

  /// Kicks until `limit` kicks were made, `target` is reached or the clock is over; ends with the best tour in place.
  ///
  /// - Parameters:
  ///   - target: a length known to be the least possible.
  mutating func run(limit: Int, target: Int, _ clock: ArcClock) {
    if tour.count < 5 { return }
    bestLength = tour.length
    watch?.found(bestLength)
    bestOrder.update(from: tour.order, count: tour.count)
    let margin = tour.length / tour.count / 5
    var left = limit
    var idle = 0
    while left > 0 && bestLength > target {
      if left & 3 == 0 && clock.isOver { break }
      left &-= 1
      kicks &+= 1
      idle &+= 1
      let before = tour.length
      ArcKick.kick(&tour, reach: reach, &random)
      ArcDescent.run(&tour, near)
      if tour.length < bestLength {
        note(clock)
        tour.keep()
        idle = 0
      } else if tour.length <= max(before, bestLength &+ margin) {
        tour.keep()
      } else {
        tour.undo(length: before)
      }
      if idle > ArcSearch.patience {
        shake(clock)
        idle = 0
      }
    }
    if tour.length > bestLength { tour.start(bestOrder) }
  }

  /// Takes the present tour as the best.
  @inline(__always)
  private mutating func note(_ clock: ArcClock) {
    bestLength = tour.length
    bestOrder.update(from: tour.order, count: tour.count)
    improvedAt = clock.elapsed
    watch?.found(bestLength)
  }

  /// Leaves a deep local optimum: several kicks at once, from the best tour or from the present one.
  private mutating func shake(_ clock: ArcClock) {
    if random.below(2) == 0 && tour.length > bestLength { tour.start(bestOrder) }
    let many = 2 &+ random.below(max(1, tour.count &* 15 / 100))
    for _ in 0..<many { ArcKick.kick(&tour, reach: reach, &random) }
    ArcDescent.run(&tour, near)
    tour.keep()
    if tour.length < bestLength { note(clock) }
  }
}
