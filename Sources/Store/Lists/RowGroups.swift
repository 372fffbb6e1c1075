/// Rows of ``PartnerDirectory`` by a small number that each entry has, so that whoever narrows by it passes over few.
struct RowGroups: Sendable {
  /// Where the rows of each number begin, and one more.
  private var starts: [Int32] = [0]
  private var rows: [Int32] = []

  /// - Parameter numbers: of each row; negative where there is none. O(rows).
  init(_ numbers: [Int32]) {
    var counts: [Int32] = []
    for number in numbers where number >= 0 {
      if number >= counts.count {
        counts.append(contentsOf: repeatElement(0, count: Int(number) + 1 - counts.count))
      }
      counts[Int(number)] += 1
    }
    starts.reserveCapacity(counts.count + 1)
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    var next = starts
    rows = [Int32](repeating: 0, count: Int(starts[starts.count - 1]))
    for (row, number) in numbers.enumerated() where number >= 0 {
      rows[Int(next[Int(number)])] = Int32(truncatingIfNeeded: row)
      next[Int(number)] += 1
    }
  }

  /// How many rows the marked numbers have.
  func count(_ marks: [Bool]) -> Int {
    var count: Int32 = 0
    for number in 0..<min(marks.count, starts.count - 1) where marks[number] {
      count += starts[number + 1] - starts[number]
    }
    return Int(count)
  }

  /// Calls `body` with each row of the marked numbers.
  @inline(__always) func visit(_ marks: [Bool], _ body: (Int) -> Void) {
    for number in 0..<min(marks.count, starts.count - 1) where marks[number] {
      for i in Int(starts[number])..<Int(starts[number + 1]) { body(Int(rows[i])) }
    }
  }
}
