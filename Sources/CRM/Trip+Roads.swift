import Geo

extension Trip {
  /// How much of the driving is estimated instead of following roads.
  public struct Estimate: Hashable, Sendable {
    /// Drives of the trip, and how many of them are estimated. Where nobody drives there is no drive.
    public var drives: Int
    public var estimated: Int
    /// Part of the trip's metres that is estimated, 0 … 1.
    public var share: Double
  }

  public var estimate: Estimate {
    let drives = days.flatMap(\.legs).filter { $0.metres.value > 0 }
    let estimated = drives.filter { $0.source == .greatCircle }
    func metres(_ legs: [Leg]) -> Double { legs.reduce(0) { $0 + $1.metres.value } }
    return Estimate(
      drives: drives.count, estimated: estimated.count,
      share: drives.isEmpty ? 0 : metres(estimated) / metres(drives))
  }
}
