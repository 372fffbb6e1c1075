/// Reads time-window instances: the number of nodes, the full matrix, one window a node.
///
/// The layout of the collection of López-Ibáñez and Blum 2010 ("Beam-ACO for the travelling salesman problem with
/// time windows"), in which the families of Dumas et al. 1995, Gendreau et al. 1998, Ohlmann and Thomas 2007 and
/// Ascheuer, Fischetti and Grötschel 2001 (`.tw`, service times within the matrix) are given. Decimals are kept
/// exactly: all numbers are multiplied by the power of ten that makes them whole.
public enum WindowTourFile {
  /// - Throws: ``InstanceFileError/format(line:reason:)`` with the line at fault.
  public static func parse(_ text: String) throws(InstanceFileError) -> WindowTourProblem {
    let lines = try NumberLine.read(text)
    guard let head = lines.first else { throw .format(line: 0, reason: "the file holds no number") }
    guard head.numbers.count == 1 else {
      throw .format(line: head.line, reason: "the first line must hold the number of nodes only")
    }
    let n = try head.whole(0, "the number of nodes", 1...WindowTourProblem.mostNodes)
    var stream = NumberStream(lines: lines)
    let body = try stream.take(n * n + 2 * n, n)
    let places = body.reduce(0) { max($0, $1.number.decimals) }
    guard places <= 6 else { throw .format(line: 0, reason: "more than 6 decimals are not read") }
    var times = [Int32](repeating: 0, count: n * n)
    for k in 0..<n * n {
      let (number, line) = body[k]
      let (row, column) = (k / n, k % n)
      if row == column { continue }
      if number.digits == -1, number.decimals == 0 {
        times[k] = WindowTourProblem.hole
        continue
      }
      guard let value = number.scaled(places), (0...1 << 28).contains(value) else {
        throw .format(line: line, reason: "the time from node \(row) to node \(column) is out of range")
      }
      times[k] = Int32(value)
    }
    var open: [Int] = []
    var close: [Int] = []
    for node in 0..<n {
      let (first, line) = body[n * n + 2 * node]
      let last = body[n * n + 2 * node + 1].number
      guard let from = first.scaled(places), let to = last.scaled(places), (0...1 << 40).contains(from),
        (from...1 << 40).contains(to)
      else { throw .format(line: line, reason: "the window of node \(node) is empty or out of range") }
      open.append(from)
      close.append(to)
    }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    return try WindowTourProblem(count: n, times: times, open: open, close: close, scale: scale)
  }
}

/// The numbers after the first line, wherever lines break.
private struct NumberStream {
  let lines: [NumberLine]

  mutating func take(
    _ wanted: Int, _ nodes: Int
  ) throws(InstanceFileError) -> [(number: DecimalNumber, line: Int)] {
    var found: [(number: DecimalNumber, line: Int)] = []
    found.reserveCapacity(min(wanted, 1 << 22))
    for line in lines.dropFirst() {
      for number in line.numbers {
        guard found.count < wanted else {
          throw .format(line: line.line, reason: "more than the windows of \(nodes) nodes")
        }
        found.append((number, line.line))
      }
    }
    guard found.count == wanted else {
      throw .format(
        line: lines.last?.line ?? 0,
        reason: "\(nodes) nodes need \(wanted) numbers after the first line, found \(found.count)")
    }
    return found
  }
}
