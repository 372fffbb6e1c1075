/// Rows of ``PartnerDirectory`` by a small number that each entry has, so that whoever narrows by it passes over few.
struct RowGroups: Sendable {
  /// Where the rows of each number begin, and one more.
  private var starts: [Int32] = [0]
  private var rows: [Int32] = []

  /// O(entries).
  init(_ entries: [PartnerDirectory.Entry], by key: (PartnerDirectory.Entry) -> Int32) {
    var counts: [Int32] = []
    for entry in entries where entry.exists {
      let number = Int(key(entry))
      if number >= counts.count {
        counts.append(contentsOf: repeatElement(0, count: number + 1 - counts.count))
      }
      counts[number] += 1
    }
    starts.reserveCapacity(counts.count + 1)
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    var next = starts
    rows = [Int32](repeating: 0, count: Int(starts[starts.count - 1]))
    for (row, entry) in entries.enumerated() where entry.exists {
      let number = Int(key(entry))
      rows[Int(next[number])] = Int32(truncatingIfNeeded: row)
      next[number] += 1
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
