import Geo

/// Driving time and distance between every ordered pair of points.
///
/// May be asymmetric, and may have holes: a pair that cannot be driven is `nil`, never a big number. The
/// diagonal is zero.
public struct CostMatrix: Sendable, Hashable {
  /// Where the numbers come from; the raw values are those of `Trip.Matrix`.
  public enum Source: String, Sendable, Codable { case greatCircle, roads }

  public let count: Int
  public let source: Source
  /// Row-major, -1 for a hole. Read by the kernels.
  let secondsTable: [Int32]
  let metresTable: [Int32]

  /// - Parameters: row-major tables of `count * count` entries; both nil at the same places.
  /// - Throws: ``ProblemError/matrixShape`` or ``ProblemError/matrixValue`` (negative, over 2³⁰, hole in one
  ///   table only, diagonal not zero).
  public init(count: Int, seconds: [Seconds?], metres: [Metres?], source: Source) throws(ProblemError) {
    guard count >= 0, seconds.count == count * count, metres.count == count * count else {
      throw .matrixShape(points: count, seconds: seconds.count, metres: metres.count)
    }
    var secondsTable = [Int32](repeating: -1, count: count * count)
    var metresTable = secondsTable
    for k in 0..<count * count {
      let from = k / count
      let to = k % count
      switch (seconds[k], metres[k]) {
      case (nil, nil): if from == to { throw .matrixValue(from: from, to: to) }
      case (let s?, let m?):
        let limit = 1 << 30
        guard (0...limit).contains(s.value), m.value >= 0, m.value <= Double(limit),
          from != to || (s.value == 0 && m.value == 0)
        else { throw .matrixValue(from: from, to: to) }
        secondsTable[k] = Int32(s.value)
        metresTable[k] = Int32(m.value.rounded())
      default: throw .matrixValue(from: from, to: to)
      }
    }
    self.count = count
    self.source = source
    self.secondsTable = secondsTable
    self.metresTable = metresTable
  }

  public func seconds(from: Int, to: Int) -> Seconds? {
    let value = secondsTable[from * count + to]
    return value < 0 ? nil : Seconds(Int(value))
  }

  public func metres(from: Int, to: Int) -> Metres? {
    let value = metresTable[from * count + to]
    return value < 0 ? nil : Metres(Double(value))
  }
}
