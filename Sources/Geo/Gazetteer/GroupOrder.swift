import Foundation

/// Rows in the order of the group each is in, those of one group in their own order: a counting sort, 4 bytes a row.
struct GroupOrder {
  private(set) var rows: [UInt32]
  private var starts: [UInt32]

  /// - Parameters:
  ///   - count: rows, fewer than 2³².
  ///   - groups: numbers of groups are below it.
  ///   - group: that of a row; nil leaves the row out.
  init(count: Int, groups: Int, group: (Int) -> UInt32?) {
    starts = [UInt32](repeating: 0, count: groups + 1)
    for row in 0..<count {
      if let group = group(row) { starts[Int(group) + 1] += 1 }
    }
    for k in 0..<groups { starts[k + 1] += starts[k] }
    rows = [UInt32](repeating: 0, count: Int(starts[groups]))
    var next = starts
    for row in 0..<count {
      guard let group = group(row) else { continue }
      rows[Int(next[Int(group)])] = UInt32(row)
      next[Int(group)] += 1
    }
  }

  /// Where the rows of a group stand in ``rows``.
  func range(_ group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }

  /// Puts the rows of a group into another order; the order must be total.
  mutating func sort(_ group: Int, by isBefore: (UInt32, UInt32) -> Bool) {
    let range = range(group)
    guard range.count > 1 else { return }
    rows.withUnsafeMutableBufferPointer {
      var part = UnsafeMutableBufferPointer(rebasing: $0[range])
      part.sort(by: isBefore)
    }
  }
}

/// Points by cells of some hundred metres, 8 bytes each, to find the nearest.
struct NeighbourGrid {
  private static let grid = CellGrid(size: 0.004)
  /// The cell and the row of each, in one number.
  private var entries: [UInt64]

  /// - Parameter place: that of a row; nil leaves the row out.
  init(count: Int, place: (Int) -> Coordinate?) {
    entries = []
    for row in 0..<count {
      if let place = place(row) { entries.append(UInt64(Self.grid.cell(place)) << 32 | UInt64(row)) }
    }
    entries.sort()
  }

  /// The row of the nearest point within so many metres, the first of several; nil for none.
  func nearest(to here: Coordinate, within limit: Double, place: (Int) -> Coordinate) -> Int? {
    var best = (metres: limit, row: -1)
    let narrow = abs(here.latitude) < 88 ? cos(here.latitude * .pi / 180) : 0
    func look(_ cells: ClosedRange<Int>) {
      var k = firstEntry(ofCell: cells.lowerBound)
      while k < entries.count, entries[k] >> 32 <= UInt64(cells.upperBound) {
        let row = Int(entries[k] & 0xFFFF_FFFF)
        k += 1
        let there = place(row)
        // What is too far north or east by itself is too far.
        let (y, x) = (abs(there.latitude - here.latitude), abs(there.longitude - here.longitude))
        if y * 110_000 > best.metres || x < 180 && x * 110_000 * narrow > best.metres { continue }
        let metres = GreatCircle.metres(there, here)
        if metres < best.metres || metres == best.metres && row < best.row { best = (metres, row) }
      }
    }
    let own = Self.grid.cell(here)
    look(own...own)
    for cells in Self.grid.ranges(GreatCircle.box(around: here, metres: best.metres)) { look(cells) }
    return best.row < 0 ? nil : best.row
  }

  private func firstEntry(ofCell cell: Int) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle] >> 32 < UInt64(cell) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
