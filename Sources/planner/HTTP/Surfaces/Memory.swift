import Synchronization

/// What was made last, by key; of those not asked for longest one is forgotten when there are too many.
final class Memory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Held: Sendable {
    var value: Value
    var use: UInt64
    var cost: Int
  }
  private struct State: Sendable {
    var held: [Key: Held] = [:]
    var use: UInt64 = 0
    var cost = 0
  }
  private let state = Mutex(State())
  private let limit: Int

  /// - Parameter limit: the greatest sum of costs.
  init(limit: Int) { self.limit = limit }

  subscript(key: Key) -> Value? {
    state.withLock { state in
      guard state.held[key] != nil else { return nil }
      state.use += 1
      state.held[key]?.use = state.use
      return state.held[key]?.value
    }
  }

  func keep(_ value: Value, for key: Key, cost: Int = 1) {
    state.withLock { state in
      guard cost <= limit else { return }
      state.use += 1
      state.cost += cost - (state.held[key]?.cost ?? 0)
      state.held[key] = Held(value: value, use: state.use, cost: cost)
      while state.cost > limit, let oldest = state.held.min(by: { $0.value.use < $1.value.use }) {
        state.cost -= oldest.value.cost
        state.held[oldest.key] = nil
      }
    }
  }

  /// The value held, or made now. Two that ask at once may both make it.
  func value(_ key: Key, cost: Int = 1, make: () throws -> Value) rethrows -> Value {
    if let found = self[key] { return found }
    let made = try make()
    keep(made, for: key, cost: cost)
    return made
  }
}
