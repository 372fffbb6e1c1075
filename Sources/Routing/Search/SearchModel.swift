import Geo

/// A ``TripProblem`` laid out for searching: flat tables over *nodes*.
///
/// Nodes `0 ..< visits` are the visits, then come `startNode` and `endNode`. The end of an open day is a node
/// that everything reaches for nothing, so that every kind of end is a path between two fixed nodes. A hole is
/// counted, not priced: entries are 64-bit and a hole is one unit of bit 44, far above any sum of real costs
/// (2³⁰ × 2¹³ legs), so that a sum tells how many holes it holds and comparing sums compares holes first.
struct SearchModel {
  static let hole = 1 << 44
  /// A time that never comes.
  static let never = 1 << 50

  let problem: TripProblem
  /// What the problem was made from, with the numbers of its visits and days there.
  let remaining: Remaining
  /// The visit that stands first on the first day and is never moved, see ``Remaining``.
  let standing: Int?
  /// Nights at home, and the last used day ends elsewhere than the others: those go back to the start.
  let lastDayDiffers: Bool
  let visits: Int
  let nodes: Int
  let dayCount: Int
  let home: Bool
  /// What is minimised between nodes, by the problem's metric; row-major, `nodes * nodes`.
  private(set) var cost: [Int]
  /// Driving seconds between nodes.
  let seconds: [Int]
  let service: [Int]
  /// On top of `service` when the visit before is elsewhere; empty when no visit has any.
  private let setUp: [Int]
  let hasSetUp: Bool
  let must: [Bool]
  /// What leaving a visit out loses: its value, scaled up where there are visits without any so that those count
  /// something, but all of them less than the least value.
  let weight: [Int]
  let meanWeight: Double
  let hasValues: Bool
  let dayRules: [DayRule]
  /// Whether any visit has windows on any day.
  let hasWindows: Bool
  /// Nil when nothing binds the order of visits.
  let orderRules: OrderRules?
  /// Metres between nodes; empty when no day limits them.
  private let metres: [Int]
  let limitsDistance: Bool
  let allowsOvertime: Bool
  let limitsWaiting: Bool
  /// Whether two nodes are one place; empty where that does not matter.
  private let samePlace: [Bool]
  /// Start of the windows of (visit, day) in the list below; one more entry at the end.
  private let windowIndex: [Int32]
  private let windows: [Window]

  struct Window {
    var opens: Int
    /// The visit ends by then.
    var closes: Int
    /// The latest start, before `closes`; an appointment has this alone.
    var latest: Int
  }

  struct DayRule {
    var opens: Int
    /// Overtime included, which begins at `overtimeFrom`.
    var closes: Int
    var overtimeFrom: Int
    /// Earliest start and latest start of lunch, its length; length 0 when there is none.
    var lunchFrom: Int
    var lunchLatest: Int
    var lunchLength: Int
    var maxDriving: Int
    var maxMetres: Int
    var maxWaiting: Int
    /// The day began before: lunch is not had by starting late.
    var goesOn = false
  }

  var startNode: Int { visits }
  var endNode: Int { visits + 1 }

  /// - Precondition: a day of the problem is not over.
  init(_ problem: TripProblem) { self.init(Remaining(problem)) }

  /// - Precondition: a day is left.
  init(_ remaining: Remaining) {
    let problem = remaining.problem!
    self.problem = problem
    self.remaining = remaining
    standing = remaining.standing
    lastDayDiffers = problem.night == .home && problem.end != .roundTrip && problem.days.count > 1
    visits = problem.visits.count
    nodes = visits + 2
    dayCount = problem.days.count
    home = problem.night == .home
    service = problem.visits.map(\.service.value)
    let rules = OrderRules(remaining)
    orderRules = rules
    let must = problem.visits.map(\.mustVisit)
    self.must = rules?.needed(by: must) ?? must
    let scale = problem.visits.contains { $0.value == 0 } ? problem.visits.count + 1 : 1
    let weight = problem.visits.map { max($0.value * scale, 1) }
    self.weight = weight
    meanWeight = weight.isEmpty ? 1 : Double(weight.reduce(0, +)) / Double(weight.count)
    hasValues = weight.contains { $0 != weight[0] }
    hasSetUp = problem.visits.contains { $0.setUp.value > 0 }
    setUp = hasSetUp ? problem.visits.map(\.setUp.value) : []
    limitsDistance = problem.days.contains { $0.maxDistance != nil }
    limitsWaiting = problem.days.contains { $0.maxWaiting != nil }
    allowsOvertime = problem.days.contains { $0.overtime.value > 0 }
    let points = problem.visits.map(\.point) + [problem.start]
    let finish: Int?
    switch problem.end {
    case .open: finish = nil
    case .roundTrip: finish = problem.start
    case .at(let point): finish = point
    }
    var seconds = [Int](repeating: 0, count: nodes * nodes)
    var metres = seconds
    let matrix = problem.matrix
    for a in 0..<nodes - 1 {
      for b in 0..<nodes {
        guard let to = b < points.count ? points[b] : finish else { continue }
        let k = points[a] * matrix.count + to
        let open = matrix.secondsTable[k] >= 0
        seconds[a * nodes + b] = open ? Int(matrix.secondsTable[k]) : Self.hole
        metres[a * nodes + b] = open ? Int(matrix.metresTable[k]) : Self.hole
      }
    }
    if let standing {
      // What led there is history.
      seconds[visits * nodes + standing] = 0
      metres[visits * nodes + standing] = 0
    }
    self.seconds = seconds
    cost = problem.metric == .time ? seconds : metres
    self.metres = limitsDistance ? metres : []
    samePlace = hasSetUp ? Self.samePlaces(problem, points) : []
    dayRules = problem.days.enumerated().map { index, day in
      let lunch = day.lunch.flatMap { $0.length.value > 0 ? $0 : nil }
      return DayRule(
        opens: day.work.lowerBound, closes: day.hardEnd, overtimeFrom: day.work.upperBound,
        lunchFrom: lunch?.window.lowerBound ?? 0,
        lunchLatest: lunch.map { $0.window.upperBound - $0.length.value } ?? Self.never,
        lunchLength: lunch?.length.value ?? 0, maxDriving: day.maxDriving?.value ?? Self.hole - 1,
        maxMetres: day.maxDistance.map { Int(min($0.value, 0x1p30)) } ?? Self.hole - 1,
        maxWaiting: day.maxWaiting?.value ?? Self.never, goesOn: remaining.underway && index == 0)
    }
    var index: [Int32] = [0]
    var windows: [Window] = []
    for visit in problem.visits {
      for day in 0..<problem.days.count {
        windows += Self.windows(of: visit, on: day)
        index.append(Int32(windows.count))
      }
    }
    windowIndex = index
    self.windows = windows
    hasWindows = problem.visits.contains { $0.windows != nil || $0.appointment != nil }
  }

  @inline(__always)
  func cost(_ a: Int, _ b: Int) -> Int { cost[a * nodes + b] }
  @inline(__always)
  func seconds(_ a: Int, _ b: Int) -> Int { seconds[a * nodes + b] }

  private static func windows(of visit: TripProblem.Visit, on day: Int) -> [Window] {
    guard visit.mayBeMade(on: day) else { return [] }
    if let start = visit.appointment?.start {
      return [Window(opens: start.lowerBound, closes: never, latest: start.upperBound)]
    }
    return (visit.windows?[day] ?? [-never..<never]).filter { !$0.isEmpty }.map {
      Window(opens: $0.lowerBound, closes: $0.upperBound, latest: $0.upperBound - 1)
    }
  }

  /// The same with some legs costing more, either way round: for every list that has the leg, that many percent of
  /// its cost and of a mean leg's quarter.
  func lengthening(legs lists: [[(Int, Int)]], byPercent percent: Int) -> SearchModel {
    var longer = self
    let count = lists.reduce(0) { $0 + $1.count }
    let sum = lists.joined().reduce(0) { $0 + min(cost($1.0, $1.1), 1 << 30) }
    let quarter = count > 0 ? sum / count / 4 : 0
    for (a, b) in lists.joined() {
      for k in [a * nodes + b, b * nodes + a] where cost[k] < Self.hole {
        longer.cost[k] += (cost[k] + quarter) * percent / 100
      }
    }
    return longer
  }

  /// The legs of orders of visits, those to and from the start and the end of days included.
  func legs(of orders: [[Int]]) -> [(Int, Int)] {
    var legs: [(Int, Int)] = []
    var here = startNode
    let last = orders.lastIndex { !$0.isEmpty }
    for (day, order) in orders.enumerated() where !order.isEmpty {
      if home { here = startNode }
      for visit in order {
        legs.append((here, visit))
        here = visit
      }
      if home || day == last { legs.append((here, homeEnd(isLast: day == last))) }
    }
    return legs
  }

  /// Row-major over the nodes; the start and the end are no visits.
  private static func samePlaces(_ problem: TripProblem, _ points: [Int]) -> [Bool] {
    let n = problem.visits.count
    var same = [Bool](repeating: false, count: (n + 2) * (n + 2))
    for a in 0..<n {
      for b in 0..<n { same[a * (n + 2) + b] = problem.samePlace(points[a], points[b]) }
    }
    return same
  }

  @inline(__always)
  func metres(_ a: Int, _ b: Int) -> Int { limitsDistance ? metres[a * nodes + b] : 0 }

  /// The time the visit takes after leaving `a`, which is none of the day's stops in the morning.
  @inline(__always)
  func length(of visit: Int, after a: Int, isMorning: Bool) -> Int {
    hasSetUp ? service[visit] + setUpTime(visit, after: a, isMorning: isMorning) : service[visit]
  }

  /// The longest the visit may take.
  func longest(_ visit: Int) -> Int { service[visit] + (hasSetUp ? setUp[visit] : 0) }

  @inline(never)
  private func setUpTime(_ visit: Int, after a: Int, isMorning: Bool) -> Int {
    isMorning || !samePlace[a * nodes + visit] ? setUp[visit] : 0
  }

  /// Whether the next visit takes more or less time once `visit` stands between it and `a`.
  @inline(__always)
  func changesSetUp(of next: Int, after a: Int, isMorning: Bool, by visit: Int) -> Bool {
    hasSetUp
      && setUpTime(next, after: a, isMorning: isMorning) != setUpTime(next, after: visit, isMorning: false)
  }

  /// When the visit of that length can start if one is at the door at `time`; `never` when no window holds it any
  /// more.
  @inline(__always)
  func serviceStart(_ visit: Int, _ length: Int, on day: Int, from time: Int) -> Int {
    let k = visit * dayCount + day
    for w in Int(windowIndex[k])..<Int(windowIndex[k + 1]) {
      let window = windows[w]
      let begin = max(time, window.opens)
      if begin <= window.latest && begin + length <= window.closes { return begin }
    }
    return Self.never
  }

  /// The least time at the door with which the visit of that length starts at `time` or later; nil when every such
  /// time is fine or none is.
  func leastReady(_ visit: Int, _ length: Int, on day: Int, startingFrom time: Int) -> Int? {
    let k = visit * dayCount + day
    var before: Int?
    for w in Int(windowIndex[k])..<Int(windowIndex[k + 1]) {
      let latest = min(windows[w].latest, windows[w].closes - length)
      guard latest >= windows[w].opens else { continue }
      if latest >= time { return time > windows[w].opens ? time : before.map { $0 + 1 } }
      before = latest
    }
    return nil
  }

  /// The latest arrival at the visit of that length that lets it end by `limit`; `-never` when there is none.
  @inline(__always)
  func latestArrival(_ visit: Int, _ length: Int, on day: Int, endingBy limit: Int) -> Int {
    let k = visit * dayCount + day
    var w = Int(windowIndex[k + 1]) - 1
    while w >= Int(windowIndex[k]) {
      let window = windows[w]
      let begin = min(min(window.closes, limit) - length, window.latest)
      if begin >= window.opens { return begin }
      w -= 1
    }
    return -Self.never
  }

  /// The windows of a visit on a day as they are searched with.
  func windowList(_ visit: Int, on day: Int) -> ArraySlice<Window> {
    let k = visit * dayCount + day
    return windows[Int(windowIndex[k])..<Int(windowIndex[k + 1])]
  }

  /// The windows of a visit on a day; empty when it is closed.
  func windows(_ visit: Int, on day: Int) -> [Range<Int>] {
    windowList(visit, on: day).map {
      $0.opens..<($0.closes == Self.never ? max($0.opens, $0.latest) + longest(visit) : $0.closes)
    }
  }

  /// Whether two days have the same rules and the same hours of every visit.
  func isSameDay(_ a: Int, _ b: Int) -> Bool {
    problem.days[a] == problem.days[b]
      && problem.visits.allSatisfy { visit in
        (visit.windows == nil || visit.windows![a] == visit.windows![b])
          && visit.mayBeMade(on: a) == visit.mayBeMade(on: b)
      }
  }

  // MARK: The clock of a day

  /// The clock when work starts.
  func morning(_ day: Int) -> DayClock {
    let rule = dayRules[day]
    guard rule.lunchLength > 0 else {
      return DayClock(hungry: Self.never, fed: rule.opens, driving: 0, isMorning: true)
    }
    return DayClock(
      hungry: rule.opens,
      fed: rule.goesOn ? Self.never : max(rule.opens, rule.lunchFrom + rule.lunchLength), driving: 0,
      isMorning: true)
  }

  /// After driving from `a` to the visit and making it. Dead when a window, the day or the driving limit is broken.
  @inline(__always)
  func advance(_ clock: DayClock, from a: Int, to visit: Int, on day: Int) -> DayClock {
    let drive = seconds[a * nodes + visit]
    return dayRules.withUnsafeBufferPointer { rules in
      let rule = rules[day]
      let driving = clock.driving + drive
      if driving > rule.maxDriving { return .dead }
      var covered = 0
      if limitsDistance {
        covered = Int(clock.metres) + metres[a * nodes + visit]
        // A day without a limit counts no further than the highest limit.
        if covered > min(rule.maxMetres, 1 << 30) {
          if rule.maxMetres < Self.hole - 1 { return .dead }
          covered = 1 << 30
        }
      }
      let length = length(of: visit, after: a, isMorning: clock.isMorning)
      let at = clock.reached(after: drive, rule)
      var hungry = Self.never
      var fed = Self.never
      if at.fed <= rule.closes {
        fed = serviceStart(visit, length, on: day, from: at.fed) + length
        if fed > rule.closes { fed = Self.never }
      }
      if at.hungry <= min(rule.closes, rule.lunchLatest) {
        hungry = serviceStart(visit, length, on: day, from: at.hungry) + length
        // After the latest start of lunch a hungry day can only break its rule.
        if hungry > min(rule.closes, rule.lunchLatest) { hungry = Self.never }
      }
      // A stop of an earlier day is no stop of this one.
      return DayClock(
        hungry: hungry, fed: fed, driving: driving, metres: Int32(covered),
        isMorning: hasSetUp && visit == standing && !remaining.underway)
    }
  }

  /// When the day ends after driving from `a` to the node `end` (nil: the day ends where it is);
  /// `never` when a limit is broken.
  @inline(__always)
  func finish(_ clock: DayClock, from a: Int, to end: Int?, on day: Int) -> Int {
    let drive = end.map { seconds[a * nodes + $0] } ?? 0
    let rule = dayRules[day]
    if clock.driving + drive > rule.maxDriving { return Self.never }
    if limitsDistance, let end, Int(clock.metres) + metres[a * nodes + end] > rule.maxMetres {
      return Self.never
    }
    let at = clock.reached(after: drive, rule)
    let unfed = at.hungry <= rule.lunchLatest ? at.hungry : Self.never
    let time = min(at.fed, unfed)
    return time <= rule.closes ? time : Self.never
  }

  /// The node where a used day at home ends.
  @inline(__always)
  func homeEnd(isLast: Bool) -> Int { lastDayDiffers && !isLast ? startNode : endNode }

  /// When a day at home ends after its last stop. The way back of a day on which nothing new is done is driven
  /// whatever the hour.
  @inline(__always)
  func homecoming(_ clock: DayClock, from last: Int, on day: Int, isLast: Bool) -> Int {
    let goal = homeEnd(isLast: isLast)
    let end = finish(clock, from: last, to: goal, on: day)
    guard end >= Self.never, last == standing else { return end }
    return min(clock.hungry, clock.fed) + seconds(last, goal)
  }

  /// Whether the visit one stands at is where it must be.
  func keepsStanding(_ days: [[Int]]) -> Bool { standing == nil || days[0].first == standing }

  /// Seconds of overtime when days end at these times (0 for an unused day).
  func overtime(_ ends: [Int]) -> Int {
    guard allowsOvertime else { return 0 }
    return ends.indices.reduce(0) { $0 + max(0, ends[$1] - dayRules[$1].overtimeFrom) }
  }
}

/// The latest arrivals at some place of a day's order, hungry and fed, from which the rest of the day works.
struct DayDeadline {
  var hungry: Int
  var fed: Int

  /// The deadline for leaving towards a place with this deadline.
  @inline(__always)
  func leaving(drive: Int, _ rule: SearchModel.DayRule) -> DayDeadline {
    var hungry = hungry - drive
    if rule.lunchFrom + rule.lunchLength <= fed {
      hungry = max(hungry, min(rule.lunchLatest, fed - rule.lunchLength - drive))
    }
    return DayDeadline(hungry: hungry, fed: fed - drive)
  }
}

/// The earliest times a day can be at some place of its order, once with lunch still to come and once with lunch
/// taken. Being earlier is never worse (waiting is allowed), so the pair is all that the rest of the day needs
/// to know: the schedule built from it ends as early as any schedule of that order.
struct DayClock {
  var hungry: Int
  var fed: Int
  var driving: Int
  /// The way so far; 0 where no day limits it.
  var metres: Int32 = 0
  /// Nothing visited yet on this day.
  var isMorning = false

  static let dead = DayClock(hungry: SearchModel.never, fed: SearchModel.never, driving: 0)
  var isDead: Bool { hungry >= SearchModel.never && fed >= SearchModel.never }

  /// The two times after a drive, on which lunch may be taken at any moment.
  @inline(__always)
  func reached(after drive: Int, _ rule: SearchModel.DayRule) -> (hungry: Int, fed: Int) {
    var fed = fed + drive
    if hungry < SearchModel.never {
      let eats = max(hungry, rule.lunchFrom)
      if eats <= rule.lunchLatest { fed = min(fed, max(hungry + drive, eats) + rule.lunchLength) }
    }
    return (hungry + drive, fed)
  }
}
