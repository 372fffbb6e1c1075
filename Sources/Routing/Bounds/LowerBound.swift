import Geo

/// A driving time that no plan making the same visits can beat.
///
/// Two relaxations, the larger counts: the assignment problem (every visit is entered once and left once; exact about
/// directions) and ``LoopTree`` (everything hangs together; blind to directions). Nights at home make one loop a
/// used day, of which one may end elsewhere. How many days must be used follows from the hours: `k` days with the longest hours must hold all
/// visits and the bound for `k` loops, else more than `k` days are needed. Nights away make one path, whatever
/// the days. Windows and the order of days are not looked at, which only lowers the bound.
enum LowerBound {
  /// - Parameter visits: those made.
  /// - Parameter known: driving of a plan of them.
  static func driving(of visits: [Int], known: Int, _ model: SearchModel) -> Int {
    let n = visits.count
    guard n > 0 else { return 0 }
    let start = model.startNode
    let end = model.endNode
    let most = model.home ? min(model.dayCount, n) : 1
    var tree = LoopTree(
      count: n, most: most, leg: { model.seconds(visits[$0], visits[$1]) },
      first: { model.seconds(start, visits[$0]) }, last: { model.seconds(visits[$0], end) },
      home: model.lastDayDiffers ? { model.seconds(visits[$0], start) } : nil)

    let service = visits.reduce(0) { $0 + model.service[$1] }
    let hours = model.dayRules.map { $0.closes - $0.opens }.sorted(by: >)
    let driving = model.dayRules.map(\.maxDriving).sorted(by: >)
    /// Driving that `k` days can hold beside the visits.
    func room(_ k: Int) -> Int {
      guard model.home else { return .max }
      let unlimited = driving[..<k].contains { $0 >= SearchModel.hole - 1 }
      return min(hours[..<k].reduce(0, +) - service, unlimited ? .max : driving[..<k].reduce(0, +))
    }
    func rounded(_ scaled: Int) -> Int {
      scaled <= 0 ? 0 : (scaled + LoopTree.scale - 1) / LoopTree.scale
    }

    let rounds = n <= 150 ? 100 : 30
    var fewest = 1
    while fewest < most && room(fewest) < 0 { fewest += 1 }
    tree.raise(aim: fewest, target: known, rounds: rounds)
    while fewest < most && rounded(tree.best[fewest]) > room(fewest) {
      fewest += 1
      tree.raise(aim: fewest, target: known, rounds: rounds)
    }
    var assignment = assigned(visits, atLeast: fewest, most: most, model)
    while fewest < most && max(assignment, rounded(tree.best[fewest])) > room(fewest) {
      fewest += 1
      tree.raise(aim: fewest, target: known, rounds: rounds)
      assignment = assigned(visits, atLeast: fewest, most: most, model)
    }
    let loops = (fewest...most).filter { rounded(tree.best[$0]) <= room($0) }
    let trees = loops.map { rounded(tree.best[$0]) }.min() ?? 0
    return max(assignment, trees)
  }

  /// Every visit entered and left once, the start left at least `fewest` and at most `most` times.
  private static func assigned(
    _ visits: [Int], atLeast fewest: Int, most: Int, _ model: SearchModel
  ) -> Int {
    let n = visits.count
    let size = n + most
    var costs = [Int](repeating: SearchModel.hole, count: size * size)
    for (a, from) in visits.enumerated() {
      for (b, to) in visits.enumerated() where a != b {
        costs[a * size + b] = model.seconds(from, to)
      }
      for loop in n..<size {
        costs[a * size + loop] = model.seconds(from, model.homeEnd(isLast: loop == n))
        costs[loop * size + a] = model.seconds(model.startNode, from)
      }
    }
    // Loops beyond the fewest may stay unused.
    for loop in (n + fewest)..<max(size, n + fewest) { costs[loop * size + loop] = 0 }
    return Assignment(count: size, costs: costs).cost
  }
}
