/// Reads the published orienteering layouts.
public enum OrienteeringFile {
  public enum Layout: String, Sendable, Hashable, CaseIterable {
    case orienteering, toptw, ttdp
  }

  /// - Parameter days: how many days to plan; nil for the number in the file, or 1 where it names none.
  /// - Throws: ``InstanceFileError/format(line:reason:)`` with the line at fault.
  public static func parse(
    _ text: String, layout: Layout? = nil, days: Int? = nil
  ) throws(InstanceFileError) -> OrienteeringProblem {
    let lines = try NumberLine.read(text)
    guard let layout = layout ?? guess(lines) else {
      throw .format(
        line: lines.first?.line ?? 0, reason: "the layout is none of orienteering, TOPTW and TTDP")
    }
    if let days, !(1...OrienteeringProblem.mostDays).contains(days) {
      throw .values(reason: "1 … \(OrienteeringProblem.mostDays) days are planned, not \(days)")
    }
    switch layout {
    case .orienteering: return try TsiligiridesLayout.read(lines, days: days)
    case .toptw: return try TOPTWLayout.read(lines, days: days ?? 1)
    case .ttdp: return try TTDPLayout.read(lines, days: days)
    }
  }

  /// The layout by the number of columns.
  public static func guess(_ text: String) -> Layout? { (try? NumberLine.read(text)).flatMap { guess($0) } }

  private static func guess(_ lines: [NumberLine]) -> Layout? {
    guard lines.count > 1 else { return nil }
    switch lines[0].numbers.count {
    case 2 where lines[1].numbers.count == 3: return .orienteering
    case 16: return .ttdp
    case 4: return .toptw
    default: return nil
    }
  }
}

/// Points on a plane and how far apart they are.
struct PlanePoints {
  enum Rounding {
    /// Cut to this many decimals, as the layout says.
    case down(decimals: Int)
    /// Not rounded by the layout: kept to 9 decimals, cut.
    case real
  }

  var x: [Double] = []
  var y: [Double] = []

  mutating func add(_ line: NumberLine, _ columnX: Int, _ columnY: Int) throws(InstanceFileError) {
    guard columnY < line.numbers.count else {
      throw .format(line: line.line, reason: "a coordinate is missing")
    }
    let (a, b) = (line.numbers[columnX].double, line.numbers[columnY].double)
    guard abs(a) <= 1e6, abs(b) <= 1e6 else {
      throw .format(line: line.line, reason: "a coordinate is out of range")
    }
    x.append(a)
    y.append(b)
  }

  /// Row-major whole numbers, and how many make one unit.
  func matrix(_ rounding: Rounding, unitDecimals: Int) -> [Int] {
    let n = x.count
    var times = [Int](repeating: 0, count: n * n)
    var unit = 1.0
    for _ in 0..<unitDecimals { unit *= 10 }
    var cut = unit
    if case .down(let decimals) = rounding {
      cut = 1
      for _ in 0..<decimals { cut *= 10 }
    }
    let step = Int(unit / cut)
    for i in 0..<n {
      for j in 0..<n where i != j {
        let (dx, dy) = (x[i] - x[j], y[i] - y[j])
        // A root that is whole in decimals may come out a hair below: 1e-9 of a unit is nearer than any other.
        times[i * n + j] = Int(((dx * dx + dy * dy).squareRoot() * cut + 1e-7).rounded(.down)) * step
      }
    }
    return times
  }
}

/// `Tmax P`, then `x y score`; the first point is the start, the second the end. Distances are not rounded.
private enum TsiligiridesLayout {
  static let decimals = 9

  static func read(_ lines: [NumberLine], days: Int?) throws(InstanceFileError) -> OrienteeringProblem {
    guard let head = lines.first, head.numbers.count == 2 else {
      throw .format(
        line: lines.first?.line ?? 0, reason: "the first line must hold the budget and the number of paths")
    }
    let written = try head.whole(1, "the number of paths", 1...OrienteeringProblem.mostDays)
    let paths = days ?? written
    guard let budget = head.numbers[0].scaled(decimals), budget >= 0, budget <= 1 << 43 else {
      throw .format(line: head.line, reason: "the budget is out of range")
    }
    guard (3...OrienteeringProblem.mostNodes + 1).contains(lines.count) else {
      throw .format(
        line: lines.last?.line ?? 0,
        reason: "2 … \(OrienteeringProblem.mostNodes) points must follow the first line")
    }
    var points = PlanePoints()
    var score: [Int] = []
    for line in lines.dropFirst() {
      guard line.numbers.count == 3 else {
        throw .format(line: line.line, reason: "a point is three numbers: x y score")
      }
      try points.add(line, 0, 1)
      score.append(try line.whole(2, "the score", 0...1 << 32))
    }
    let n = score.count
    let day = OrienteeringProblem.Window(open: 0, close: budget)
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    return try OrienteeringProblem(
      count: n, times: points.matrix(.real, unitDecimals: decimals), service: [Int](repeating: 0, count: n),
      score: score, start: 0, end: 1, days: [OrienteeringProblem.Window](repeating: day, count: paths),
      windows: [[OrienteeringProblem.Window]](
        repeating: [OrienteeringProblem.Window](repeating: day, count: n), count: paths), scale: scale)
  }
}

/// `k v N t`, a line of capacities, then `i x y d S f a list O C`. Solomon's instances (k = 4, whole coordinates) cut
/// distances to one decimal, Cordeau's to two.
private enum TOPTWLayout {
  static func read(_ lines: [NumberLine], days: Int) throws(InstanceFileError) -> OrienteeringProblem {
    guard let head = lines.first, head.numbers.count >= 4 else {
      throw .format(line: lines.first?.line ?? 0, reason: "the first line must hold four numbers: k v N t")
    }
    let nodes = try head.whole(2, "the number of vertices", 1...OrienteeringProblem.mostNodes - 1) + 1
    // The line of capacities may hold one number, or be missing altogether.
    let rows = lines.dropFirst().filter { $0.numbers.count >= 9 }
    if let odd = lines.dropFirst(2).first(where: { $0.numbers.count < 9 }) {
      throw .format(line: odd.line, reason: "a vertex is at least nine numbers: i x y d S f a list O C")
    }
    guard rows.count == nodes else {
      throw .format(
        line: lines.last?.line ?? 0, reason: "\(nodes) vertices are announced, found \(rows.count)")
    }
    var points = PlanePoints()
    for row in rows { try points.add(row, 1, 2) }
    let isSolomon =
      head.numbers[0].scaled(0) == 4
      && rows.allSatisfy { $0.numbers[1].decimals == 0 && $0.numbers[2].decimals == 0 }
    let cut = isSolomon ? 1 : 2
    let table = try VertexTable(rows, least: cut)
    let times = points.matrix(.down(decimals: cut), unitDecimals: table.decimals)
    let windows = [[OrienteeringProblem.Window]](repeating: table.windows, count: days)
    guard table.windows[0].close >= table.windows[0].open, table.windows[0].open >= 0 else {
      throw .format(line: rows[rows.startIndex].line, reason: "the window of vertex 0 is empty")
    }
    return try OrienteeringProblem(
      count: nodes, times: times, service: table.service, score: table.score, start: 0, end: 0,
      days: [OrienteeringProblem.Window](repeating: table.windows[0], count: days), windows: windows,
      scale: table.scale, scoreScale: table.scoreScale)
  }

  /// Visit lengths, scores and windows in one unit.
  struct VertexTable {
    var decimals: Int
    var scale = 1
    var scoreScale = 1
    var service: [Int] = []
    var score: [Int] = []
    var windows: [OrienteeringProblem.Window] = []

    init(_ rows: [NumberLine], least: Int) throws(InstanceFileError) {
      decimals = least
      var scoreDecimals = 0
      for row in rows {
        let last = row.numbers.count - 1
        for column in [3, last - 1, last] { decimals = max(decimals, row.numbers[column].decimals) }
        scoreDecimals = max(scoreDecimals, row.numbers[4].decimals)
        if let length = row.numbers[6].scaled(0), length >= 0, length <= last, 9 + length != row.numbers.count
        {
          throw .format(line: row.line, reason: "the list of this vertex is not of the length announced")
        }
      }
      guard decimals <= 6, scoreDecimals <= 6 else {
        throw .format(line: 0, reason: "more than 6 decimals are not read")
      }
      for _ in 0..<decimals { scale *= 10 }
      for _ in 0..<scoreDecimals { scoreScale *= 10 }
      for row in rows {
        let last = row.numbers.count - 1
        guard let d = row.numbers[3].scaled(decimals), (0...1 << 40).contains(d),
          let s = row.numbers[4].scaled(scoreDecimals), (0...1 << 32).contains(s),
          let o = row.numbers[last - 1].scaled(decimals), let c = row.numbers[last].scaled(decimals),
          abs(o) <= 1 << 40, abs(c) <= 1 << 40
        else { throw .format(line: row.line, reason: "a visit length, score or window is out of range") }
        service.append(d)
        score.append(s)
        windows.append(.init(open: o, close: c))
      }
    }
  }
}

/// `k M SD N …`, the hotel `i x y d S O C`, then `i x y d S t` with opening and closing for each weekday and one more
/// number. Distances are cut to two decimals; day j of the trip is weekday SD + j. Closed where both hours are 0.
private enum TTDPLayout {
  static func read(_ lines: [NumberLine], days: Int?) throws(InstanceFileError) -> OrienteeringProblem {
    guard let head = lines.first, head.numbers.count >= 4 else {
      throw .format(line: lines.first?.line ?? 0, reason: "the first line must hold at least k M SD N")
    }
    let written = try head.whole(1, "the number of tours", 1...OrienteeringProblem.mostDays)
    let tours = days ?? written
    let weekday = try head.whole(2, "the start day", 0...6)
    let points = try head.whole(3, "the number of vertices", 1...OrienteeringProblem.mostNodes - 1)
    guard lines.count >= 2, lines[1].numbers.count >= 7 else {
      throw .format(line: head.line, reason: "the second line must be the hotel: i x y d S O C")
    }
    let rows = Array(lines.dropFirst(2))
    guard rows.count == points || rows.count + 1 == points else {
      throw .format(
        line: lines.last?.line ?? 0, reason: "\(points) vertices are announced, found \(rows.count)")
    }
    var plane = PlanePoints()
    try plane.add(lines[1], 1, 2)
    let hotel = try day(lines[1], 5)
    guard hotel.close >= hotel.open, hotel.open >= 0 else {
      throw .format(line: lines[1].line, reason: "the day of the hotel is empty")
    }
    var service = [0]
    var score = [0]
    var windows = [[OrienteeringProblem.Window]](repeating: [hotel], count: tours)
    for row in rows {
      guard row.numbers.count >= 20 else {
        throw .format(line: row.line, reason: "a point is 21 numbers: i x y d S t, seven windows, b")
      }
      try plane.add(row, 1, 2)
      guard let d = row.numbers[3].scaled(2), (0...1 << 40).contains(d) else {
        throw .format(line: row.line, reason: "the visit length is out of range")
      }
      service.append(d)
      score.append(try row.whole(4, "the score", 0...1 << 32))
      for tour in 0..<tours { windows[tour].append(try day(row, 6 + 2 * ((weekday + tour) % 7))) }
    }
    return try OrienteeringProblem(
      count: rows.count + 1, times: plane.matrix(.down(decimals: 2), unitDecimals: 2), service: service,
      score: score,
      start: 0, end: 0, days: [OrienteeringProblem.Window](repeating: hotel, count: tours), windows: windows,
      scale: 100)
  }

  private static func day(_ row: NumberLine, _ column: Int) throws(InstanceFileError)
    -> OrienteeringProblem.Window
  {
    guard let open = row.numbers[column].scaled(2), let close = row.numbers[column + 1].scaled(2),
      abs(open) <= 1 << 40, abs(close) <= 1 << 40
    else { throw .format(line: row.line, reason: "a window is out of range") }
    return open == 0 && close == 0 ? .closed : .init(open: open, close: close)
  }
}
