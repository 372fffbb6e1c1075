import Geo
import Testing

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
  var precedences = false
  var locks = false
  var distanceLimits = false
  var overtime = false
  var setUps = false
  var onceAPlace = false
  var values = false
  var waiting = false
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
    var made = (0..<visitCount).map { k -> TripProblem.Visit in
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
    if setUps { for k in made.indices where chance(0.6) { made[k].setUp = Seconds(pick(1...30) * 60) } }
    if values { for k in made.indices { made[k].value = pick(0...5) } }
    if setUps || onceAPlace {
      for k in made.indices where chance(0.3) { made[k].point = made[pick(0...k)].point }
    }
    if locks { for k in made.indices where chance(0.4) { lock(&made[k], dayCount) } }
    var planned = (0..<dayCount).map { _ -> TripProblem.Day in
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
    if distanceLimits {
      for k in planned.indices where chance(0.6) {
        planned[k].maxDistance = Metres(Double(pick(20...150) * 1000))
      }
    }
    if overtime {
      for k in planned.indices where chance(0.6) { planned[k].overtime = Seconds(pick(1...12) * 900) }
    }
    if waiting {
      for k in planned.indices where chance(0.8) { planned[k].maxWaiting = Seconds(pick(0...6) * 600) }
    }
    let ends = ends ?? [.open, .roundTrip, .roundTrip, .at(pick(0...points - 1))]
    return try! TripProblem(
      matrix: matrix, visits: made, start: start, end: ends[pick(0...ends.count - 1)], days: planned,
      night: nights[pick(0...nights.count - 1)], metric: metrics[pick(0...metrics.count - 1)],
      precedences: precedences ? order(visitCount) : [], samePlaceOnceADay: onceAPlace,
      overtimeWeight: overtime && chance(0.5) ? pick(1...3) : 0)
  }

  private mutating func lock(_ visit: inout TripProblem.Visit, _ dayCount: Int) {
    let slots: [TripProblem.Slot] = [.first, .last, .position(0), .position(1), .position(2)]
    switch pick(0...3) {
    case 0: visit.days = [pick(0...dayCount - 1), pick(0...dayCount - 1)]
    case 1: visit.slot = slots[pick(0...4)]
    case 2:
      visit.slot = slots[pick(0...4)]
      visit.days = [pick(0...dayCount - 1)]
    default:
      let from = pick(8...15) * 3600
      visit.appointment = .init(day: pick(0...dayCount - 1), start: from...from + pick(0...4) * 900)
    }
  }

  /// One to three pairs that close no circle.
  private mutating func order(_ count: Int) -> [TripProblem.Precedence] {
    guard count > 1 else { return [] }
    var ranked = Array(0..<count)
    random.shuffle(&ranked)
    return (0..<pick(1...3)).map { _ in
      let first = pick(0...count - 2)
      return .init(before: ranked[first], after: ranked[pick(first + 1...count - 1)])
    }
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
    return whole.replacing(visits: whole.visits, days: days)
  }
}

/// The best plan found by trying every order of every subset on every split into days.
struct Exhaustive {
  struct Value: Comparable, CustomStringConvertible {
    var must: Int
    var left: Int
    var lost: Int
    /// Visits of no value left out.
    var worthless: Int
    /// What overtime costs included.
    var cost: Int
    var overtime: Int
    static func < (a: Value, b: Value) -> Bool {
      (a.must, a.lost, a.worthless, a.cost, a.overtime) < (b.must, b.lost, b.worthless, b.cost, b.overtime)
    }
    var description: String {
      "\(must) must-visits and \(left) visits worth \(lost) left out, cost \(cost), overtime \(overtime)"
    }
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
    let overtime = overtime(days, problem)
    return Value(
      must: musts(problem).subtracting(made).count, left: left.count,
      lost: left.reduce(0) { $0 + problem.visits[$1].value },
      worthless: left.count { problem.visits[$0].value == 0 },
      cost: cost + overtime * problem.overtimeWeight, overtime: overtime)
  }

  /// Must-visits and what they need before them; what a visit made needed is history.
  private static func musts(_ problem: TripProblem) -> Set<Int> {
    let done = Set(problem.days.flatMap(\.made))
    var musts = Set(problem.visits.indices.filter { problem.visits[$0].mustVisit })
    for _ in problem.visits {
      musts.formUnion(
        problem.precedences.filter { musts.contains($0.after) && !done.contains($0.after) }.map(\.before))
    }
    return musts
  }

  /// Seconds that days with something new on them end after work, each day as early as it can.
  private static func overtime(_ days: [[Int]], _ problem: TripProblem) -> Int {
    guard problem.days.contains(where: { $0.overtime.value > 0 }) else { return 0 }
    let lastUsed = days.lastIndex { !$0.isEmpty }
    let finish: Int? =
      switch problem.end {
      case .open: nil
      case .roundTrip: problem.start
      case .at(let point): point
      }
    var here = problem.start
    var sum = 0
    for (index, order) in days.enumerated() where !order.isEmpty {
      if problem.night == .home { here = problem.start }
      let goal = index == lastUsed ? finish : problem.night == .home ? problem.start : nil
      let end =
        PlainSchedule.dayEnd(index, from: here, order, to: goal, in: problem)
        ?? PlainSchedule.dayEnd(index, from: here, order, to: nil, in: problem)
      if order.count > problem.days[index].made.count, let end {
        sum += max(0, end - problem.days[index].work.upperBound)
      }
      here = problem.visits[order.last!].point
    }
    return sum
  }

  static func value(_ plan: TripPlan, _ problem: TripProblem) -> Value? {
    value(plan.days.map { $0.stops.map(\.visit) }, problem)
  }
}

/// For every place in a first plan of random problems where a left-out visit could stand: what `holds` says of it must be
/// what timing the whole plan anew says.
func expectPlacesTimed(
  _ source: inout RandomProblem, problems: Int,
  holds: (TripState, _ visit: Int, _ day: Int, _ position: Int, SearchModel) -> Bool
) {
  for number in 0..<problems {
    let problem = source.next()
    let model = SearchModel(problem)
    var state = TripState(model)
    NearestNeighbour.fill(&state, model)
    for visit in state.leftOut {
      for day in state.days.indices {
        for position in 0...state.days[day].count {
          var trial = state.days
          trial[day].insert(visit, at: position)
          #expect(
            holds(state, visit, day, position, model) == PlainSchedule.allDaysFit(trial, in: problem),
            "problem \(number)")
        }
      }
    }
  }
}
