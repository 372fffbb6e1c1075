/// A lower bound on every tour, and on every way to end a begun one, from walks that keep the windows but may repeat
/// nodes, with prices that make repeating dear.
///
/// The state-space relaxation of Christofides, Mingozzi and Toth 1981 over node and time, with prices by subgradient
/// ascent (Held and Karp 1971). Time is cut into slots of 2^h units, each taken at its beginning, so that wide
/// windows stay cheap and the bound valid. Values are ×``unit`` whole numbers.
final class WindowTourBound {
  static let unit = 64
  /// No way to end.
  static let never = Int.max / 4

  let n: Int
  private let model: WindowTourModel
  private let shift: Int
  private let firstSlot: [Int]
  private let base: [Int]
  private let slotsInAll: Int
  private let lastSlot: Int
  private let successors: [[Int32]]
  private let rounds: Int
  private let values: UnsafeMutablePointer<Int>
  private let choice: UnsafeMutablePointer<Int32>
  private let opening: Int
  private(set) var price: [Int]
  private(set) var bestPrice: [Int]
  /// The best bound so far, ×``unit``.
  private(set) var best = Int.min

  init(_ model: WindowTourModel, _ tight: WindowTightening) {
    let n = model.n
    self.n = n
    self.model = model
    var width = 0
    for i in 1..<n { width += tight.close[i] - tight.open[i] + 1 }
    var shift = 0
    while width >> shift > 24_000 { shift += 1 }
    self.shift = shift
    var first: [Int] = [0]
    var base: [Int] = [0]
    var total = 0
    var last = 0
    for i in 1..<n {
      first.append(tight.open[i] >> shift)
      base.append(total)
      total += (tight.close[i] >> shift) - (tight.open[i] >> shift) + 1
      last = max(last, tight.close[i] >> shift)
    }
    firstSlot = first
    self.base = base
    slotsInAll = total
    lastSlot = last
    successors = (0..<n).map { i in (1..<n).filter { tight.allowed[i * n + $0] }.map { Int32($0) } }
    closing = (0..<n).map { tight.allowed[$0 * n] }
    rounds = WindowTourBound.longestWithinSlot(model, tight, 1 << shift)
    opening = tight.open[0]
    values = .allocate(capacity: max(1, total))
    choice = .allocate(capacity: max(1, total))
    price = [Int](repeating: 0, count: n)
    bestPrice = price
    if model.objective == .travel { startFromAssignment(tight) }
  }

  /// The assignment bound is where the ascent begins: Fischetti and Toth 1992.
  private func startFromAssignment(_ tight: WindowTightening) {
    let costs = (0..<n * n).map { tight.allowed[$0] ? model.times[$0] : 1 << 32 }
    let prices = Assignment(count: n, costs: costs)
    let (rows, columns) = (prices.rowPrices, prices.columnPrices)
    for j in 1..<n where abs(rows[j] + columns[j]) < 1 << 30 { price[j] = (rows[j] + columns[j]) * Self.unit }
  }

  private let closing: [Bool]

  deinit {
    values.deallocate()
    choice.deallocate()
  }

  /// The most arcs in a row an elementary path can drive without leaving a slot.
  private static func longestWithinSlot(_ model: WindowTourModel, _ tight: WindowTightening, _ slot: Int)
    -> Int
  {
    let n = model.n
    var least = Int.max
    var group = Array(0..<n)
    func root(_ i: Int) -> Int {
      var i = i
      while group[i] != i {
        group[i] = group[group[i]]
        i = group[i]
      }
      return i
    }
    for i in 1..<n {
      for j in 1..<n where tight.allowed[i * n + j] && model.times[i * n + j] < slot {
        least = min(least, model.times[i * n + j])
        group[root(i)] = root(j)
      }
    }
    guard least < slot else { return 0 }
    var size = [Int](repeating: 0, count: n)
    for i in 1..<n { size[root(i)] += 1 }
    let largest = (size.max() ?? 1) - 1
    return least > 0 ? min(largest, (slot - 1) / least) : largest
  }

  /// The least price-reduced value of ending from `node` when its service begins at `time`.
  @inline(__always)
  func ending(_ node: Int, _ time: Int) -> Int { values[base[node] &+ (time >> shift) &- firstSlot[node]] }

  /// The sum of prices in force: a walk's reduced value plus this is its value.
  private(set) var constant = 0

  /// Computes ``ending(_:_:)`` for the prices in force. O(slots · successors).
  func evaluate() -> Int {
    constant = price.reduce(0, +)
    let makespan = model.objective == .makespan
    var pending: [(from: Int, to: Int, cost: Int, node: Int32)] = []
    for slot in stride(from: lastSlot, through: 0, by: -1) {
      pending.removeAll(keepingCapacity: true)
      for i in 1..<n {
        let offset = slot &- firstSlot[i]
        if offset < 0 || slot > model.close[i] >> shift { continue }
        fill(i, slot, base[i] &+ offset, makespan, &pending)
      }
      var round = 0
      while round < rounds, !pending.isEmpty {
        // From last round's values only: a round adds one arc.
        let before = pending.map { values[$0.to] }
        var changed = false
        for (arc, value) in zip(pending, before) where arc.cost &+ value < values[arc.from] {
          values[arc.from] = arc.cost &+ value
          choice[arc.from] = arc.node
          changed = true
        }
        if !changed { break }
        round += 1
      }
    }
    return begin().value
  }

  private func fill(
    _ i: Int, _ slot: Int, _ at: Int, _ makespan: Bool,
    _ pending: inout [(from: Int, to: Int, cost: Int, node: Int32)]
  ) {
    let edge = max(slot << shift, model.open[i])
    let row = model.times + i &* n
    var least = Self.never
    var chosen: Int32 = -1
    if closing[i], edge &+ row[0] <= model.close[0] {
      least = (makespan ? edge &+ row[0] : row[0]) &* Self.unit
      chosen = 0
    }
    successors[i].withUnsafeBufferPointer { successors in
      for next in successors {
        let j = Int(next)
        let time = row[j]
        let arrival = max(model.open[j], edge &+ time)
        if arrival > model.close[j] { continue }
        let target = arrival >> shift
        let cost = (makespan ? 0 : time &* Self.unit) &- price[j]
        let index = base[j] &+ target &- firstSlot[j]
        if target == slot {
          pending.append((at, index, cost, next))
        } else if cost &+ values[index] < least {
          least = cost &+ values[index]
          chosen = next
        }
      }
    }
    values[at] = least
    choice[at] = chosen
  }

  private func begin() -> (value: Int, first: Int) {
    var least = Self.never
    var chosen = -1
    for next in successors[0] {
      let j = Int(next)
      let time = model.times[j]
      let arrival = max(model.open[j], opening &+ time)
      if arrival > model.close[j] { continue }
      let cost = (model.objective == .makespan ? 0 : time &* Self.unit) &- price[j] &+ ending(j, arrival)
      if cost < least {
        least = cost
        chosen = j
      }
    }
    return (least >= Self.never / 2 ? Self.never : least &+ constant, chosen)
  }

  /// How often each node stands in the best walk.
  private func visits(_ first: Int) -> [Int] {
    var count = [Int](repeating: 0, count: n)
    var here = first
    var time = max(model.open[first], opening &+ model.times[first])
    var steps = 0
    while here > 0, steps < 50 * n {
      count[here] += 1
      steps += 1
      let next = Int(choice[base[here] &+ (time >> shift) &- firstSlot[here]])
      if next <= 0 { break }
      let edge = max((time >> shift) << shift, model.open[here])
      time = max(model.open[next], edge &+ model.times[here &* n &+ next])
      here = next
    }
    return count
  }

  /// Raises the bound for `rounds` or until `expired`, and leaves the best prices in force and evaluated.
  func ascend(rounds: Int, upper: Int, expired: () -> Bool) {
    var step = 0.3
    var failures = 0
    // Averaged directions zigzag less (Crowder 1976).
    var direction = [Double](repeating: 0, count: n)
    for _ in 0..<rounds {
      let bound = evaluate()
      if bound >= Self.never {
        best = Self.never
        return
      }
      if bound > best {
        best = bound
        bestPrice = price
        failures = 0
        step *= 1.1
      } else {
        failures += 1
        if failures >= 4 {
          step *= 0.5
          failures = 0
          price = bestPrice
        }
      }
      if best > (upper &- 1) &* Self.unit || step < 1e-4 || expired() { break }
      let count = visits(begin().first)
      var norm = 0.0
      for j in 1..<n {
        direction[j] = 0.6 * Double(1 - count[j]) + 0.4 * direction[j]
        norm += direction[j] * direction[j]
      }
      if norm == 0 { break }
      let gap = max(Double(upper &* Self.unit &- bound), 0.001 * Double(max(bound, Self.unit)))
      let size = step * gap / norm
      for j in 1..<n { price[j] += Int((size * direction[j]).rounded()) }
    }
    price = bestPrice
    _ = evaluate()
  }

  /// The bound in the units of the problem.
  var lowerBound: Int {
    best == Int.min ? 0 : best >= Self.never ? Self.never : max(0, (best + Self.unit - 1) / Self.unit)
  }
}
