/// Multipliers on places, moved along the visits of the best walks: Polyak's steps on a smoothed subgradient, halved
/// where they stop to gain.
struct MultiplierAscent {
  /// The multipliers to be tried next, and those with the lowest bound so far.
  private(set) var trial: [Int]
  private(set) var best: [Int]
  private let most: [Int]
  private let quantum: Int
  private var least = Int.max
  private var failures = 0
  private var length = 1.0
  private var direction: [Double]

  static let smoothing = 0.3
  static let failuresToHalve = 3

  /// - Parameters:
  ///   - most: by place, what a multiplier is no use above.
  ///   - quantum: multipliers are multiples of it.
  init(_ first: [Int], most: [Int], quantum: Int) {
    trial = zip(first, most).map { min($1, max(0, $0)) / max(1, quantum) * max(1, quantum) }
    best = trial
    self.most = most
    self.quantum = max(1, quantum)
    direction = [Double](repeating: 0, count: first.count)
  }

  /// Notes the bound that the multipliers on trial gave; whether it is the lowest so far.
  mutating func accept(_ value: Int) -> Bool {
    if value < least {
      least = value
      best = trial
      failures = 0
      return true
    }
    failures += 1
    if failures % Self.failuresToHalve == 0 { length /= 2 }
    return false
  }

  /// Moves the multipliers on trial; false where no place is visited too often or too seldom.
  ///
  /// - Parameters:
  ///   - goal: the bound hoped for.
  ///   - visits: how often the best walks visit each place.
  mutating func step(_ value: Int, goal: Int, visits: [Int]) -> Bool {
    var norm = 0.0
    for v in trial.indices {
      direction[v] = Self.smoothing * direction[v] + (1 - Self.smoothing) * Double(visits[v] - 1)
      if trial[v] == 0, direction[v] < 0 { direction[v] = 0 }
      norm += direction[v] * direction[v]
    }
    if norm < 1e-9 { return false }
    let factor = length * max(1, Double(value - goal)) / norm
    for v in trial.indices {
      let change = Int((factor * direction[v] / Double(quantum)).rounded()) * quantum
      trial[v] = min(most[v], max(0, trial[v] + change))
    }
    return true
  }
}
