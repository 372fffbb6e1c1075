import Geo

@testable import Routing

/// Random problems for property tests: the same seed gives the same problem on every machine.
struct RandomProblem {
  var random: SeededRandom
  var visits = 4...6
  var days = 1...2
  var windows = true
  var lunch = true
  var holes = true
  var asymmetric = true
  var mustVisits = true
  var drivingLimits = true
  var nights: [TripProblem.Night] = [.home, .away]
  var metrics: [TripProblem.Metric] = [.time, .distance]
  /// Roomy days hold everything.
  var roomy = false
  /// Ends of the trip to choose from; nil for any.
  var ends: [TripProblem.End]?

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.below(range.count)
  }
  mutating func chance(_ part: Double) -> Bool { random.unit() < part }

  /// A matrix over points in a square of `minutes` minutes' drive, scaled and holed at will.
  mutating func matrix(_ count: Int, minutes: Int = 60) -> CostMatrix {
    let places = (0..<count).map { _ in (pick(0...minutes * 60), pick(0...minutes * 60)) }
    let twins = chance(0.15)
    var seconds: [Seconds?] = []
    var metres: [Metres?] = []
    for (a, p) in places.enumerated() {
      for (b, q) in places.enumerated() {
        if a == b || (twins && a / 2 == b / 2) {
          seconds.append(.zero)
          metres.append(.zero)
          continue
        }
        if holes && chance(0.06) {
          seconds.append(nil)
          metres.append(nil)
          continue
        }
        var line = Double((p.0 - q.0) * (p.0 - q.0) + (p.1 - q.1) * (p.1 - q.1)).squareRoot()
        if asymmetric { line *= 0.8 + 0.4 * random.unit() }
        seconds.append(Seconds(rounding: line))
        metres.append(Metres((line * (10 + (asymmetric ? 10 * random.unit() : 5))).rounded()))
      }
    }
    return try! CostMatrix(count: count, seconds: seconds, metres: metres, source: .roads)
  }

  mutating func window() -> Range<Int> {
    let opens = pick(6...16) * 3600 + pick(0...3) * 900
    return opens..<opens + pick(2...32) * 900
  }

  mutating func next() -> TripProblem {
    let dayCount = pick(days)
    let visitCount = pick(visits)
    let points = visitCount + 2
    let matrix = matrix(points)
    let start = pick(0...points - 1)
    let made = (0..<visitCount).map { k -> TripProblem.Visit in
      var open: [[Range<Int>]]?
      if windows && chance(0.5) {
        open = (0..<dayCount).map { _ in
          if chance(0.15) { return [] }
          let first = window()
          guard chance(0.3) else { return [first] }
          let gap = first.upperBound + pick(1...8) * 900
          return [first, gap..<gap + pick(1...16) * 900]
        }
      }
      let point = chance(0.1) ? pick(0...points - 1) : k
      return TripProblem.Visit(
        point: point, service: Seconds(chance(0.1) ? 0 : pick(10...120) * 60), windows: open,
        mustVisit: mustVisits && chance(0.15))
    }
    let planned = (0..<dayCount).map { _ -> TripProblem.Day in
      let opens = pick(7...10) * 3600
      let hours = roomy ? 90 : pick(1...9)
      var meal: TripProblem.Lunch?
      if lunch && chance(0.6) {
        let from = pick(10...14) * 3600
        let length = pick(1...4) * 900
        meal = .init(window: from..<from + length + pick(0...6) * 900, length: Seconds(length))
      }
      let limit = drivingLimits && !roomy && chance(0.3) ? Seconds(pick(10...180) * 60) : nil
      return .init(work: opens..<opens + hours * 3600, lunch: meal, maxDriving: limit)
    }
    let ends = ends ?? [.open, .roundTrip, .roundTrip, .at(pick(0...points - 1))]
    return try! TripProblem(
      matrix: matrix, visits: made, start: start, end: ends[pick(0...ends.count - 1)], days: planned,
      night: nights[pick(0...nights.count - 1)], metric: metrics[pick(0...metrics.count - 1)])
  }

  /// A problem of which some visits are made: the days before one of its days are over, that day is being executed,
  /// late or early, with lunch or without.
  mutating func underway() -> TripProblem {
    let whole = next()
    var days = whole.days
    let current = pick(0...days.count - 1)
    var free = Array(whole.visits.indices)
    random.shuffle(&free)
    var here = whole.start
    for index in 0...current {
      if whole.night == .home { here = whole.start }
      let rule = days[index]
      var now = rule.work.lowerBound + pick(0...2) * 600
      let start = now
      var lunch: Int?
      var stops: [TripPlan.PlannedStop] = []
      for _ in 0..<(index == current ? pick(0...2) : pick(0...1)) {
        guard free.count > 1, let visit = free.popLast() else { break }
        let point = whole.visits[visit].point
        var arrival = now + whole.matrix.seconds(from: here, to: point)!.value
        if let meal = rule.lunch, lunch == nil, arrival >= meal.window.lowerBound, chance(0.5) {
          lunch = arrival
          arrival += meal.length.value
        }
        let begins = arrival + pick(0...1) * 300
        now = begins + whole.visits[visit].service.value
        stops.append(.init(visit: visit, arrival: arrival, serviceStart: begins, departure: now))
        here = point
      }
      days[index].progress = .init(
        stops: stops, start: start, lunch: lunch, resumes: chance(0.3) ? now + pick(0...4) * 1200 : nil,
        isOver: index < current || chance(0.1))
    }
    return try! TripProblem(
      matrix: whole.matrix, visits: whole.visits, start: whole.start, end: whole.end, days: days,
      night: whole.night, metric: whole.metric)
  }
}

/// The best plan found by trying every order of every subset on every split into days.
struct Exhaustive {
  struct Value: Comparable, CustomStringConvertible {
    var must: Int
    var left: Int
    var cost: Int
    static func < (a: Value, b: Value) -> Bool { (a.must, a.left, a.cost) < (b.must, b.left, b.cost) }
    var description: String { "\(must) must-visits and \(left) visits left out, cost \(cost)" }
  }

  let problem: TripProblem
  private(set) var best: Value
  private var days: [[Int]]
  private var used: [Bool]

  init(_ problem: TripProblem) {
    self.problem = problem
    days = problem.days.map(\.made)
    used = .init(repeating: false, count: problem.visits.count)
    for visit in days.joined() { used[visit] = true }
    best = Self.value(days, problem)!
    search(day: 0)
  }

  private mutating func search(day: Int) {
    if PlainSchedule.allDaysFit(days, in: problem), let value = Self.value(days, problem) {
      best = min(best, value)
    }
    for visit in used.indices where !used[visit] {
      used[visit] = true
      days[day].append(visit)
      search(day: day)
      days[day].removeLast()
      used[visit] = false
    }
    for next in (day + 1)..<max(days.count, day + 1) {
      for visit in used.indices where !used[visit] {
        used[visit] = true
        days[next].append(visit)
        search(day: next)
        days[next].removeLast()
        used[visit] = false
      }
    }
  }

  /// Nil when a leg is a hole.
  static func value(_ days: [[Int]], _ problem: TripProblem) -> Value? {
    let finish: Int? =
      switch problem.end {
      case .open: nil
      case .roundTrip: problem.start
      case .at(let point): point
      }
    func leg(_ from: Int, _ to: Int) -> Int? {
      problem.metric == .time
        ? problem.matrix.seconds(from: from, to: to)?.value
        : problem.matrix.metres(from: from, to: to).map { Int($0.value) }
    }
    var made = Set<Int>()
    var cost = 0
    var here = problem.start
    let lastUsed = days.lastIndex { !$0.isEmpty }
    for (index, day) in days.enumerated() where !day.isEmpty {
      if problem.night == .home { here = problem.start }
      for visit in day {
        made.insert(visit)
        guard let step = leg(here, problem.visits[visit].point) else { return nil }
        cost += step
        here = problem.visits[visit].point
      }
      if problem.night == .home, let finish = index == lastUsed ? finish : problem.start {
        guard let step = leg(here, finish) else { return nil }
        cost += step
      }
    }
    if problem.night == .away, let finish, !made.isEmpty {
      guard let step = leg(here, finish) else { return nil }
      cost += step
    }
    let left = problem.visits.indices.filter { !made.contains($0) }
    return Value(must: left.count { problem.visits[$0].mustVisit }, left: left.count, cost: cost)
  }

  static func value(_ plan: TripPlan, _ problem: TripProblem) -> Value? {
    value(plan.days.map { $0.stops.map(\.visit) }, problem)
  }
}
