import Kernels

/// Which of many names a mistyped one may have meant.
enum NearNames {
  /// Positions of the nearest keys, best first, at most `limit`; a third of the text's bytes may be wrong, at
  /// least one.
  static func find(_ text: [UInt8], in keys: [[UInt8]], limit: Int) -> [Int] {
    guard !text.isEmpty else { return [] }
    let near = EditDistance.nearest(to: text, in: keys, limit: max(1, text.count / 3))
    return near.prefix(limit).map(\.position)
  }
}
