/// Where a day ends: driving and metres from each visit to there, -1 where there is no way.
struct DayEnd {
  let drives: [Int32]
  let metres: [Int32]
}

/// One kind of day laid out for ``RoutePricing``: what the ``SearchModel`` says of the visits that are made, in flat tables
/// over their positions; the last row stands for the start.
struct RouteDay {
  /// A time that never comes.
  static let never: Int32 = 1 << 29

  struct Window {
    var opens: Int32
    /// The latest start.
    var latest: Int32
    /// The visit ends by then.
    var closes: Int32
  }

  let count: Int
  let opens: Int32
  let closes: Int32
  let lunchFrom: Int32
  let lunchLatest: Int32
  let lunchLength: Int32
  let maxDriving: Int32
  let maxMetres: Int32
  /// Earliest hungry and fed times in the morning.
  let morning: (hungry: Int32, fed: Int32)
  /// Seconds of driving, -1 where there is none; row-major, `count` columns.
  let drives: [Int32]
  let metres: [Int32]
  /// Time a visit takes after the one before; first thing in the morning `mornings`.
  let lengths: [Int32]
  let mornings: [Int32]
  /// Where the last day ends and where the others do.
  let end: DayEnd
  let home: DayEnd
  let windowIndex: [Int32]
  let windows: [Window]

  init(_ day: Int, _ visits: [Int], _ model: SearchModel) {
    func short(_ value: Int) -> Int32 { Int32(min(max(value, -1 << 29), Int(Self.never))) }
    func open(_ value: Int) -> Int32 { value < SearchModel.hole ? Int32(min(value, 1 << 29)) : -1 }
    let n = visits.count
    let rule = model.dayRules[day]
    let clock = model.morning(day)
    count = n
    opens = short(rule.opens)
    closes = short(rule.closes)
    lunchFrom = short(rule.lunchFrom)
    lunchLatest = short(rule.lunchLatest)
    lunchLength = short(rule.lunchLength)
    maxDriving = short(rule.maxDriving)
    maxMetres = short(rule.maxMetres)
    morning = (short(clock.hungry), short(clock.fed))
    var tables = (drives: [Int32](), metres: [Int32](), lengths: [Int32]())
    for from in visits + [model.startNode] {
      for to in visits {
        tables.drives.append(from == to ? -1 : open(model.seconds(from, to)))
        tables.metres.append(open(model.metres(from, to)))
        tables.lengths.append(
          short(model.length(of: to, after: from, isMorning: from == model.startNode)))
      }
    }
    (drives, metres, lengths) = tables
    mornings = visits.map { short(model.longest($0)) }
    func ending(at node: Int) -> DayEnd {
      DayEnd(
        drives: visits.map { open(model.seconds($0, node)) },
        metres: visits.map { open(model.metres($0, node)) })
    }
    end = ending(at: model.endNode)
    home = ending(at: model.homeEnd(isLast: false))
    var index: [Int32] = [0]
    var windows: [Window] = []
    for visit in visits {
      for window in model.windowList(visit, on: day) {
        windows.append(
          Window(
            opens: short(window.opens), latest: short(window.latest), closes: short(window.closes)))
      }
      index.append(Int32(windows.count))
    }
    windowIndex = index
    self.windows = windows
  }
}
