/// Days on which to collect as much score as possible, each node at most once.
///
/// Units: whole numbers, `scale` to one unit of the file. Each day leaves node `start` at its opening, serves nodes
/// within the windows of that day (the window bounds the begin of the visit; who is early waits), and is at node
/// `end` by its closing. The orienteering problem of Tsiligirides 1984, the team orienteering problem with time
/// windows of Vansteenwegen et al. 2009, and its tourist form with windows that differ by weekday.
public struct OrienteeringProblem: Sendable, Hashable {
  /// A pair that cannot be driven.
  public static let hole = -1
  public static let mostNodes = 2_000
  public static let mostDays = 64
  static let longest = 1 << 44

  /// A window of begins; closed where `close < open`.
  public struct Window: Sendable, Hashable {
    public var open: Int
    public var close: Int
    public init(open: Int, close: Int) {
      self.open = open
      self.close = close
    }
    public static let closed = Window(open: 0, close: -1)
  }

  public let count: Int
  /// Row-major, `count * count`.
  public let times: [Int]
  public let service: [Int]
  public let score: [Int]
  public let start: Int
  public let end: Int
  /// From leaving `start` to being at `end`.
  public let days: [Window]
  /// For each day one window a node.
  public let windows: [[Window]]
  public let scale: Int
  /// Scores are this many times those of the file.
  public let scoreScale: Int

  /// - Throws: ``InstanceFileError/values(reason:)`` where sizes disagree or a value is out of range.
  public init(
    count: Int, times: [Int], service: [Int], score: [Int], start: Int, end: Int, days: [Window],
    windows: [[Window]], scale: Int = 1, scoreScale: Int = 1
  ) throws(InstanceFileError) {
    guard (1...Self.mostNodes).contains(count), (1...Self.mostDays).contains(days.count) else {
      throw .values(
        reason:
          "1 … \(Self.mostNodes) nodes and 1 … \(Self.mostDays) days are solved, not \(count) and \(days.count)"
      )
    }
    guard times.count == count * count, service.count == count, score.count == count,
      windows.count == days.count, windows.allSatisfy({ $0.count == count })
    else { throw .values(reason: "the sizes of \(count) nodes and \(days.count) days disagree") }
    guard (0..<count).contains(start), (0..<count).contains(end) else {
      throw .values(reason: "start or end is no node")
    }
    guard times.allSatisfy({ (-1...Self.longest).contains($0) }),
      service.allSatisfy({ (0...Self.longest).contains($0) }),
      score.allSatisfy({ (0...1 << 32).contains($0) })
    else { throw .values(reason: "a time, a visit length or a score is out of range") }
    let all = windows.joined()
    guard
      (Array(all) + days).allSatisfy({ abs($0.open) <= Self.longest && abs($0.close) <= Self.longest }),
      days.allSatisfy({ $0.open >= 0 && $0.close >= $0.open })
    else { throw .values(reason: "a window or a day is empty or out of range") }
    guard scale >= 1, scoreScale >= 1 else { throw .values(reason: "a scale must be positive") }
    self.count = count
    self.times = times
    self.service = service
    self.score = score
    self.start = start
    self.end = end
    self.days = days
    self.windows = windows
    self.scale = scale
    self.scoreScale = scoreScale
  }
}

extension OrienteeringProblem {
  /// Why there is no plan at all: no day is long enough for the shortest way from start to end; nil where one is.
  /// Of several days the longest is told. O(nodes²), Dijkstra 1959.
  var noWay: TourError? {
    guard start != end, let longest = days.map({ $0.close - $0.open }).max(),
      !(0...longest).contains(times[start * count + end])
    else { return nil }
    let takes = shortestWay
    if let takes, takes <= longest { return nil }
    return .noWay(
      start: start, end: end, takes: takes.map { TourError.number($0, scale: scale) } ?? "more than any",
      day: TourError.number(longest, scale: scale))
  }

  /// From start to end by way of any nodes, without visits; nil where no way leads there.
  private var shortestWay: Int? {
    var reached = [Int](repeating: .max, count: count)
    var isDone = [Bool](repeating: false, count: count)
    reached[start] = 0
    while let node = (0..<count).filter({ !isDone[$0] && reached[$0] < .max }).min(by: {
      reached[$0] < reached[$1]
    }) {
      if node == end { return reached[end] }
      isDone[node] = true
      for next in 0..<count where next != node && times[node * count + next] >= 0 {
        reached[next] = min(reached[next], reached[node] + times[node * count + next])
      }
    }
    return nil
  }
}

/// What is visited on each day, and what is known of it.
public struct OrienteeringAnswer: Sendable, Hashable {
  /// For each day the nodes visited in order, start and end left out; empty where the day stays unused.
  public let days: [[Int]]
  public let score: Int
  /// No plan has a higher score.
  public let upperBound: Int
  public let isOptimal: Bool
  public let iterations: Int
}
