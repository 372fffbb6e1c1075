/// How long and how a tour is searched for.
public struct TourOptions: Sendable {
  /// When the search ends. A search that proves its tour optimal ends earlier.
  public enum Budget: Sendable {
    /// A number of kicks: the same answer on every machine for the same seed.
    case iterations(Int)
    case deadline(ContinuousClock.Instant)
    /// Time the calling thread has used the processor, counted from the call: what benchmarks on a busy machine use.
    case processorTime(Duration)
  }

  public enum Method: String, Sendable, CaseIterable {
    /// Iterated Lin–Kernighan, with branch and bound for small problems.
    case linKernighan = "lk"
    /// Nearest neighbour and 2-opt: the baseline of comparisons.
    case nearestNeighbour2Opt = "nn2opt"
  }

  public var seed: UInt64
  public var budget: Budget
  public var method: Method
  /// Whether small problems may be closed by branch and bound.
  public var proves: Bool

  public init(
    seed: UInt64 = 1, budget: Budget, method: Method = .linKernighan, proves: Bool = true
  ) {
    self.seed = seed
    self.budget = budget
    self.method = method
    self.proves = proves
  }
}
