import Synchronization

/// What a running search has found and proven so far, for whoever watches: searches tell the one of their task, and never
/// ask it, so that watching changes no answer.
public final class SearchWatch: Sendable {
  /// The watch of this task; nil where nobody watches.
  @TaskLocal public static var current: SearchWatch?

  /// In the units that the answer will have.
  public struct Standing: Sendable, Equatable {
    public var objective: Double?
    public var bound: Double?

    public init(objective: Double? = nil, bound: Double? = nil) {
      self.objective = objective
      self.bound = bound
    }
  }

  private struct State {
    var base = 0
    var factor = 1.0
    var objective: Int?
    var bound: Int?
  }

  private let state = Mutex(State())

  public init() {}

  public var standing: Standing {
    state.withLock { state in
      func told(_ value: Int?) -> Double? { value.map { Double($0 - state.base) * state.factor } }
      return Standing(objective: told(state.objective), bound: told(state.bound))
    }
  }

  /// From here on values are told in other units: `(value - base) * factor` is that of the answer. What was told before
  /// is forgotten.
  func measures(base: Int = 0, factor: Double = 1) {
    state.withLock { $0 = State(base: base, factor: factor) }
  }

  func found(_ objective: Int) { state.withLock { $0.objective = objective } }

  func proved(_ bound: Int) { state.withLock { $0.bound = bound } }
}
