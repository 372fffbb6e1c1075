/// How the time of a search is shared out: what is prepared pays only where enough time is left to use it.
struct SearchPlan {
  /// Nearest nodes from which the candidates are chosen.
  let nearest: Int
  /// Iterations of the ascent that gives penalties and ranks the candidates.
  let ascent: Int
  /// Candidates of each node.
  let breadth: Int
  /// Over how much of the tour kicks reach.
  let stretches: KickStretches
  /// Whether all pairs are put in a table.
  let usesTable: Bool
  /// Whether the bound over all pairs is computed, and the seconds kept for it.
  let bounds: Bool
  let boundSeconds: Double

  /// Seconds a node below which candidates are few and found fast.
  private static let hurried = 25e-6
  /// Seconds a node from which long stretches pay.
  private static let unhurried = 80e-6
  /// What an iteration of the ascent takes for each node, and the part of the time it may have.
  private static let ascentSeconds = 0.13e-6
  private static let ascentPart = 0.1
  /// A kick takes about so many seconds.
  private static let kickSeconds = 10e-6

  init(_ costs: TourCosts, _ clock: SearchClock) {
    let n = Double(costs.count)
    let seconds = clock.total ?? Self.kickSeconds * Double(clock.iterations ?? 0)
    let share = seconds / max(1, n)
    let isHurried = share < Self.hurried
    nearest = isHurried ? 7 : 10
    // More candidates make up for penalties of few iterations.
    breadth = isHurried ? 6 : 5
    // A few iterations already tell which edges join clusters.
    ascent = share < 4e-6 ? 0 : Int(min(40, max(8, Self.ascentPart * share / Self.ascentSeconds)))
    stretches = share < Self.unhurried ? .short : .long
    usesTable = costs.count <= 700 && n * n * 5e-9 < 0.1 * seconds
    let wanted = 2.5e-9 * n * n
    bounds = clock.total == nil ? costs.count <= DenseOneTree.most : wanted < 0.04 * seconds
    boundSeconds = bounds ? wanted : 0
  }
}
