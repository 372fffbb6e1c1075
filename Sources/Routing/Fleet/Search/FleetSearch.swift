/// Ruin and recreate under simulated annealing.
///
/// Christiaens and Vanden Berghe 2020. What is left out costs, for the acceptance only, a mean leg a task; the
/// best state is chosen by the aims in their order.
struct FleetSearch {
  /// Ends the search: after a number of rounds, or when the clock says so.
  struct Limit {
    var rounds: Int
    /// The part of the budget that is used up, 0 ..< 1; from 1 on the search ends. nil: no clock.
    var used: (() -> Double)?
  }

  private let model: FleetTables
  private var random: SeededRandom
  private var ruin: FleetRuin
  private var recreate: FleetRecreate
  let heads: [Int32]
  private(set) var rounds = 0

  init(_ model: FleetTables, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed)
    heads = (0..<model.tasks).filter { model.mate[$0] < 0 || Int(model.mate[$0]) > $0 }.map(Int32.init)
    ruin = FleetRuin(model, heads: heads)
    recreate = FleetRecreate(model)
  }

  func deallocate() { recreate.deallocate() }

  /// Fills `best`, which may hold routes already, and improves it.
  mutating func run(_ best: FleetState, _ limit: Limit) {
    SearchWatch.current?.measures()
    construct(best)
    let current = FleetState(model)
    let trial = FleetState(model)
    defer {
      current.deallocate()
      trial.deallocate()
    }
    for v in 0..<model.vehicles {
      recreate.changes += 1
      best.version[v] = recreate.changes
    }
    current.copy(from: best)
    var used = 0
    for v in 0..<model.vehicles where best.count[v] > 0 { used += 1 }
    let served = model.tasks - best.leftOut
    guard served > 0 else { return }
    let meanLeg = max(1, Double(best.totalCost) / Double(served + used))
    let hot = meanLeg * 0.7
    let cold = meanLeg * 0.01
    let worth = meanLeg
    var temperature = hot
    var waiting: [Int32] = []
    while rounds < limit.rounds {
      if rounds & 31 == 0 {
        let part = max(limit.used?() ?? 0, limit.rounds == .max ? 0 : Double(rounds) / Double(limit.rounds))
        if part >= 1 { break }
        SearchWatch.current?.found(best.totalCost)
        temperature = hot * power(cold / hot, part)
      }
      rounds += 1
      trial.copy(from: current)
      let leftOut = trial.leftOut
      guard ruin.run(trial, &random) else { continue }
      for v in ruin.touched {
        recreate.changes += 1
        trial.version[v] = recreate.changes
      }
      waiting.removeAll(keepingCapacity: true)
      waiting += ruin.removed
      if leftOut > 0 { addLeftOut(current, &waiting) }
      recreate.run(trial, waiting, lasting: current.version, &random)
      if trial.isBetter(than: best) {
        best.copy(from: trial)
        current.copy(from: trial)
      } else {
        let growth = energy(trial, worth) - energy(current, worth)
        if growth < -temperature * logarithm(random.unit()) { current.copy(from: trial) }
      }
    }
  }

  /// The better of regret insertion, where that does not take long, and of plain insertion in several orders.
  private mutating func construct(_ state: FleetState) {
    let waiting = heads.filter { state.route[Int($0)] < 0 }
    guard !waiting.isEmpty else { return }
    let given = FleetState(model)
    let trial = FleetState(model)
    defer {
      given.deallocate()
      trial.deallocate()
    }
    given.copy(from: state)
    let work = heads.count * heads.count * model.vehicles
    if work <= 20_000_000 { FleetConstruction(model: model, heads: heads).fill(state) }
    for _ in 0..<(work <= 4_000_000 ? 10 : 1) {
      trial.copy(from: given)
      for v in 0..<model.vehicles {
        recreate.changes += 1
        trial.version[v] = recreate.changes
      }
      recreate.run(trial, waiting, lasting: given.version, &random)
      if trial.isBetter(than: state) { state.copy(from: trial) }
    }
  }

  /// Some of the requests that were left out before the ruin.
  private mutating func addLeftOut(_ state: FleetState, _ waiting: inout [Int32]) {
    var absent: [Int32] = []
    for head in heads where state.route[Int(head)] < 0 { absent.append(head) }
    let most = 3
    if absent.count <= most {
      waiting += absent
      return
    }
    for k in 0..<most {
      absent.swapAt(k, k + random.below(absent.count - k))
      waiting.append(absent[k])
    }
  }

  private func energy(_ state: FleetState, _ worth: Double) -> Double {
    Double(state.totalCost) + worth * Double(state.leftOut + 2 * state.priorityLeftOut)
  }
}
