/// Subgradient ascent of the multipliers of a `ArcTreeBound`.
///
/// Held, Wolfe and Crowder 1974, "Validation of subgradient optimization": the step is a share of the gap to a known
/// tour over the squared violation; the direction mixes in the one before (Volgenant and Jonker 1982).
struct ArcTreeAscent {
  private let bestLeave: UnsafeMutablePointer<Int32>
  private let bestReach: UnsafeMutablePointer<Int32>
  private let oldLeaving: UnsafeMutablePointer<Int32>
  private let oldReaching: UnsafeMutablePointer<Int32>
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    bestLeave = .allocate(capacity: capacity)
    bestReach = .allocate(capacity: capacity)
    oldLeaving = .allocate(capacity: capacity)
    oldReaching = .allocate(capacity: capacity)
  }

  func deallocate() {
    bestLeave.deallocate()
    bestReach.deallocate()
    oldLeaving.deallocate()
    oldReaching.deallocate()
  }

  /// How an ascent ended.
  enum End {
    /// The bound, scaled; the multipliers that give it are set.
    case bound(Int)
    /// The least 1-tree is a tour of this scaled cost, and thus the shortest.
    case tour(Int)
    /// There is no tour.
    case none
  }

  /// - Parameters:
  ///   - upper: the scaled cost of a known tour.
  ///   - enough: the ascent ends once the bound reaches this.
  ///   - steps: the most 1-trees to find.
  ///   - patience: steps without a better bound before the step is shortened.
  ///   - step: the first share of the gap; halved, ending below `finest`.
  func run(
    _ bound: inout ArcTreeBound, upper: Int, enough: Int, steps: Int, patience: Int, step first: Double,
    finest: Double, _ clock: ArcClock
  ) -> End {
    let n = bound.count
    var best = Int.min
    var share = first
    var idle = 0
    for i in 0..<n {
      oldLeaving[i] = 1
      oldReaching[i] = 1
    }
    var taken = 0
    while taken < steps {
      if taken & 15 == 15 && clock.isOver { break }
      taken &+= 1
      guard let value = bound.tree() else { return .none }
      if value > best {
        best = value
        bestLeave.update(from: bound.leave, count: n)
        bestReach.update(from: bound.reach, count: n)
        idle = 0
        if best >= enough { return .bound(best) }
      } else {
        idle &+= 1
        if idle >= patience {
          share /= 2
          idle = 0
          if share < finest { break }
        }
      }
      if !move(bound, Double(max(upper &- value, 1)) * share) { return .tour(value) }
    }
    bound.leave.update(from: bestLeave, count: n)
    bound.reach.update(from: bestReach, count: n)
    return .bound(best)
  }

  /// Changes the multipliers by one step.
  ///
  /// - Returns: false when the 1-tree is a tour.
  @inline(__always)
  private func move(_ bound: ArcTreeBound, _ length: Double) -> Bool {
    let n = bound.count
    var squares: Int32 = 0
    var violations: Int32 = 0
    for i in 0..<n {
      let a = 1 &- bound.leaving[i]
      let b = 1 &- bound.reaching[i]
      violations &+= a &* a &+ b &* b
      let x = 7 &* a &+ 3 &* (1 &- oldLeaving[i])
      let y = 7 &* b &+ 3 &* (1 &- oldReaching[i])
      squares &+= x &* x &+ y &* y
    }
    if violations == 0 { return false }
    let unit = length * 10 / Double(max(squares, 1))
    for i in 0..<n {
      let x = 7 &* (1 &- bound.leaving[i]) &+ 3 &* (1 &- oldLeaving[i])
      let y = 7 &* (1 &- bound.reaching[i]) &+ 3 &* (1 &- oldReaching[i])
      let leave = Double(bound.leave[i]) + unit * Double(x)
      let reach = Double(bound.reach[i]) + unit * Double(y)
      let widest = Double(ArcTreeBound.widest)
      bound.leave[i] = Int32(max(-widest, min(widest, leave)))
      bound.reach[i] = Int32(max(-widest, min(widest, reach)))
      oldLeaving[i] = bound.leaving[i]
      oldReaching[i] = bound.reaching[i]
    }
    return true
  }
}
