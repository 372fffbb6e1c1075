import Geo

/// Checks a plan against everything its problem states.
///
/// Shares no code with the solver: every time, sum and rule is worked out again from the matrix and the
/// problem, in the plainest way. Every test of a plan goes through it.
public enum PlanChecker {
  /// All constraints the plan breaks; empty for a right plan. O(stops × days²) time.
  public static func violations(of plan: TripPlan, in problem: TripProblem) -> [Violation] {
    var check = PlanCheck(plan: plan, problem: problem)
    check.run()
    return check.found
  }

  /// Visits left out that fit into the plan as it stands: some day stays within every constraint with the
  /// visit put at some place of its order. A solver that leaves such a visit out gave up too early.
  public static func visitsThatFit(into plan: TripPlan, of problem: TripProblem) -> [Int] {
    guard plan.days.count == problem.days.count else { return [] }
    let days = plan.days.map { $0.stops.map(\.visit) }
    return plan.leftOut.map(\.visit).filter { visit in
      days.indices.contains { day in
        (0...days[day].count).contains { place in
          var trial = days
          trial[day].insert(visit, at: place)
          return PlainSchedule.allDaysFit(trial, in: problem)
        }
      }
    }
  }
}

struct PlanCheck {
  let plan: TripPlan
  let problem: TripProblem
  var found: [Violation] = []

  init(plan: TripPlan, problem: TripProblem) {
    self.plan = plan
    self.problem = problem
  }

  mutating func report(
    _ kind: Violation.Kind, day: Int? = nil, visit: Int? = nil, _ detail: String
  ) { found.append(Violation(kind, day: day, visit: visit, detail)) }

  /// To the second where it is no whole minute.
  func clock(_ time: Int) -> String {
    let seconds = time % 60
    return LeftOutReasons.clock(time) + (seconds == 0 ? "" : ":\(seconds < 10 ? "0" : "")\(seconds)")
  }

  func span(_ seconds: Int) -> String { LeftOutReasons.span(seconds, up: true) }

  func kilometres(_ metres: Double) -> String { "\((metres / 100).rounded(.up) / 10) km" }

  func hours(_ windows: [Range<Int>]) -> String {
    windows.map { "\(clock($0.lowerBound))–\(clock($0.upperBound))" }.joined(separator: ", ")
  }

  mutating func run() {
    guard plan.days.count == problem.days.count else {
      report(.dayCount, "\(plan.days.count) days planned, \(problem.days.count) asked for")
      return
    }
    guard visitsAreKnown() else { return }
    eachVisitOnce()
    history()
    places()
    for day in plan.days.indices { times(of: day) }
    rules()
    sums()
    mustVisits()
  }

  mutating func visitsAreKnown() -> Bool {
    let before = found.count
    let points = 0..<problem.matrix.count
    for (index, day) in plan.days.enumerated() {
      for stop in day.stops where !problem.visits.indices.contains(stop.visit) {
        report(.unknownVisit, day: index, visit: stop.visit, "the problem has no such visit")
      }
      if !points.contains(day.startPoint) { report(.startPoint, day: index, "no point of the matrix") }
      if !points.contains(day.endPoint) { report(.endPoint, day: index, "no point of the matrix") }
    }
    for left in plan.leftOut where !problem.visits.indices.contains(left.visit) {
      report(.unknownVisit, visit: left.visit, "the problem has no such visit")
    }
    return found.count == before
  }

  mutating func eachVisitOnce() {
    var made = Set<Int>()
    var left = Set<Int>()
    for (index, day) in plan.days.enumerated() {
      for stop in day.stops where !made.insert(stop.visit).inserted {
        report(.visitedTwice, day: index, visit: stop.visit, "the visit is already planned")
      }
    }
    for item in plan.leftOut {
      if made.contains(item.visit) || !left.insert(item.visit).inserted {
        report(.leftOutTwice, visit: item.visit, "left out, but planned or left out before")
      }
    }
    for visit in problem.visits.indices where !made.contains(visit) && !left.contains(visit) {
      report(.visitLost, visit: visit, "neither planned nor left out")
    }
  }

  /// What happened stays as it was, first on its day.
  mutating func history() {
    for (index, day) in plan.days.enumerated() {
      guard let progress = problem.days[index].progress else { continue }
      if Array(day.stops.prefix(progress.stops.count)) != progress.stops {
        report(.history, day: index, "the visits made are not kept as they were")
      }
      if !progress.stops.isEmpty, day.start != progress.start {
        report(.history, day: index, "began at \(clock(progress.start)), the plan says \(clock(day.start))")
      }
      if let lunch = progress.lunch, day.lunch != lunch {
        report(.history, day: index, "lunch was at \(clock(lunch))")
      }
      if progress.isOver && day.stops.count > progress.stops.count {
        report(.history, day: index, "something new stands on a day that is over")
      }
    }
  }

  /// How many of a day's stops are history.
  func made(on day: Int) -> Int { problem.days[day].progress?.stops.count ?? 0 }

  /// Whether the hours and limits of a day bind what the plan puts on it. The way back from visits made is driven
  /// whatever the hour when nothing comes after them.
  func binds(_ day: Int) -> Bool {
    plan.days[day].stops.count > made(on: day) || problem.days.indices.allSatisfy { made(on: $0) == 0 }
  }

  // MARK: Where days start and end

  mutating func places() {
    let anyStop = plan.days.contains { !$0.stops.isEmpty }
    var here = problem.start
    for (index, day) in plan.days.enumerated() {
      if problem.night == .home { here = problem.start }
      if day.startPoint != here {
        report(.startPoint, day: index, "starts at point \(day.startPoint), expected point \(here)")
      }
      let lastStop = day.stops.last.map { problem.visits[$0.visit].point } ?? day.startPoint
      let allowed: [Int]
      switch problem.night {
      case .home:
        // Every night but the last is at home.
        let later = plan.days[(index + 1)...].contains { !$0.stops.isEmpty }
        allowed = [day.stops.isEmpty ? day.startPoint : later ? problem.start : finish ?? lastStop]
      case .away:
        let later = plan.days[(index + 1)...].contains { !$0.stops.isEmpty }
        if later || !anyStop || finish == nil {
          allowed = [lastStop]
        } else if index == plan.days.count - 1 {
          allowed = [finish ?? lastStop]
        } else {
          allowed = [lastStop, finish ?? lastStop]
        }
      }
      if !allowed.contains(day.endPoint) {
        report(
          .endPoint, day: index,
          "ends at point \(day.endPoint), expected point \(allowed.map(String.init).joined(separator: " or "))"
        )
      }
      here = day.endPoint
    }
  }

  /// Where the end rule leads; nil for an open end.
  var finish: Int? {
    switch problem.end {
    case .open: nil
    case .roundTrip: problem.start
    case .at(let point): point
    }
  }

  // MARK: Times of one day

  mutating func times(of index: Int) {
    let day = plan.days[index]
    let rule = problem.days[index]
    let made = made(on: index)
    // The earliest time the plan can have anything new begin.
    let opens = max(rule.work.lowerBound, rule.progress?.resumes ?? rule.work.lowerBound)
    if made == 0, day.start < opens, !day.stops.isEmpty || day.startPoint != day.endPoint {
      report(.workStart, day: index, "leaves at \(clock(day.start)), work starts at \(clock(opens))")
    }
    if binds(index), day.end > rule.work.upperBound + rule.overtime.value {
      let overtime = rule.overtime.value > 0 ? " with at most \(span(rule.overtime.value)) of overtime" : ""
      report(
        .workEnd, day: index,
        "ends at \(clock(day.end)), work ends at \(clock(rule.work.upperBound))\(overtime)")
    }

    var here = day.startPoint
    var now = day.start
    var driving = 0
    var metres = 0.0
    for (position, stop) in day.stops.enumerated() {
      let visit = problem.visits[stop.visit]
      guard let drive = problem.matrix.seconds(from: here, to: visit.point),
        let length = problem.matrix.metres(from: here, to: visit.point)
      else {
        report(.hole, day: index, visit: stop.visit, "point \(visit.point) cannot be reached from \(here)")
        return
      }
      driving += drive.value
      metres += length.value
      if position < made {
        here = visit.point
        now = stop.departure
        continue
      }
      // From the last visit made one goes on as soon as the plan begins, or later.
      let goesOn = made > 0 && position == made
      if goesOn { now = max(now, opens) }
      let expected = now + drive.value + lunchPause(on: index, after: now, before: stop.arrival)
      if goesOn ? stop.arrival < expected : stop.arrival != expected {
        report(
          .arrivalTime, day: index, visit: stop.visit,
          "arrives at \(clock(stop.arrival)), expected at \(clock(expected))")
      }
      let isNear =
        position > 0
        && PlainSchedule.isOnePlace(
          problem.visits[day.stops[position - 1].visit].point, visit.point, in: problem)
      let takes = visit.service.value + (isNear ? 0 : visit.setUp.value)
      if stop.serviceStart < stop.arrival || stop.departure != stop.serviceStart + takes {
        report(
          .serviceTime, day: index, visit: stop.visit,
          "\(clock(stop.serviceStart)) to \(clock(stop.departure)), reached at \(clock(stop.arrival)), is no visit of \(span(takes))"
        )
      }
      if let limit = rule.maxWaiting, position > made, position > 0 {
        let idle =
          stop.serviceStart - now - drive.value - lunchPause(on: index, after: now, before: stop.serviceStart)
        if idle > limit.value {
          report(
            .waiting, day: index, visit: stop.visit,
            "waited for \(span(idle)), at most \(span(limit.value)) allowed")
        }
      }
      windows(of: stop, on: index)
      lunchBeside(stop, on: index)
      here = visit.point
      now = stop.departure
    }
    guard let drive = problem.matrix.seconds(from: here, to: day.endPoint),
      let length = problem.matrix.metres(from: here, to: day.endPoint)
    else {
      report(.hole, day: index, "point \(day.endPoint) cannot be reached from \(here)")
      return
    }
    driving += drive.value
    metres += length.value
    let expected = now + drive.value + lunchPause(on: index, after: now, before: day.end)
    if day.end != expected {
      report(.endTime, day: index, "ends at \(clock(day.end)), expected at \(clock(expected))")
    }

    if binds(index), let limit = rule.maxDriving, driving > limit.value {
      report(.maxDriving, day: index, "drives \(span(driving)), at most \(span(limit.value)) allowed")
    }
    if binds(index), let limit = rule.maxDistance, metres > limit.value {
      report(
        .maxDistance, day: index, "covers \(kilometres(metres)), at most \(kilometres(limit.value)) allowed")
    }
    if day.driving.value != driving {
      report(.dayDriving, day: index, "says \(day.driving.value) s of driving, legs sum to \(driving) s")
    }
    if abs(day.distance.value - metres) > 0.5 {
      report(.dayDistance, day: index, "says \(day.distance.value) m, legs sum to \(metres) m")
    }
    lunch(on: index)
  }

  mutating func windows(of stop: TripPlan.PlannedStop, on day: Int) {
    guard problem.visits[stop.visit].appointment == nil,
      let windows = problem.visits[stop.visit].windows?[day]
    else { return }
    let fits = windows.contains {
      $0.contains(stop.serviceStart) && stop.departure <= $0.upperBound
    }
    if !fits {
      report(
        .window, day: day, visit: stop.visit,
        windows.isEmpty
          ? "closed that day"
          : "\(clock(stop.serviceStart)) to \(clock(stop.departure)) is outside its hours \(hours(windows))")
    }
  }

  // MARK: Lunch

  /// Seconds a leg is longer because lunch is taken on it.
  func lunchPause(on day: Int, after departure: Int, before arrival: Int) -> Int {
    guard let start = plan.days[day].lunch, let lunch = problem.days[day].lunch,
      start >= departure, start < arrival
    else { return 0 }
    return lunch.length.value
  }

  /// Lunch that starts between an arrival and the departure must end before the visit starts.
  mutating func lunchBeside(_ stop: TripPlan.PlannedStop, on day: Int) {
    guard let start = plan.days[day].lunch, let lunch = problem.days[day].lunch,
      start >= stop.arrival, start < stop.departure
    else { return }
    if start + lunch.length.value > stop.serviceStart {
      report(
        .lunchOverlap, day: day, visit: stop.visit,
        "lunch from \(clock(start)) runs into the visit at \(clock(stop.serviceStart))")
    }
  }

  mutating func lunch(on index: Int) {
    let day = plan.days[index]
    guard let rule = problem.days[index].lunch else {
      if let lunch = day.lunch {
        report(.lunchUnasked, day: index, "lunch at \(clock(lunch)), none asked for")
      }
      return
    }
    let length = rule.length.value
    if made(on: index) > 0, let progress = problem.days[index].progress {
      // What was had was had; what can no longer be had, or comes on no road that is planned, is not asked for.
      let tooLate = progress.resumes > rule.window.upperBound - length
      if progress.lunch != nil || day.lunch == nil && (tooLate || !binds(index)) { return }
    }
    guard let start = day.lunch else {
      let moves = !day.stops.isEmpty || day.startPoint != day.endPoint
      let freeBefore = made(on: index) == 0 && day.start >= rule.window.lowerBound + length
      let freeAfter = day.end <= rule.window.upperBound - length
      if moves && length > 0 && !freeBefore && !freeAfter {
        report(
          .lunchMissing, day: index,
          "no lunch, and \(clock(day.start)) to \(clock(day.end)) leaves no free \(span(length)) in \(hours([rule.window]))"
        )
      }
      return
    }
    if start < rule.window.lowerBound || start + length > rule.window.upperBound {
      report(
        .lunchWindow, day: index,
        "lunch from \(clock(start)) for \(span(length)) is outside \(hours([rule.window]))")
    }
    if start < day.start || start + length > day.end {
      report(
        .lunchWindow, day: index,
        "lunch from \(clock(start)) is outside the day, \(clock(day.start)) to \(clock(day.end))")
    }
  }

  // MARK: Sums and the rest

  mutating func sums() {
    let driving = plan.days.reduce(0) { $0 + $1.driving.value }
    if plan.driving.value != driving {
      report(.tripDriving, "says \(plan.driving.value) s of driving, days sum to \(driving) s")
    }
    let metres = plan.days.reduce(0) { $0 + $1.distance.value }
    if abs(plan.distance.value - metres) > 0.5 {
      report(.tripDistance, "says \(plan.distance.value) m, days sum to \(metres) m")
    }
    if let bound = plan.lowerBound, bound > plan.driving {
      report(.lowerBound, "bound \(bound.value) s above the driving of \(plan.driving.value) s")
    }
  }

  /// A must-visit may be missing only when no day holds it even beside the day's other must-visits alone.
  mutating func mustVisits() {
    var musts = Set(problem.visits.indices.filter { problem.visits[$0].mustVisit })
    // What a must-visit needs before it must be made too.
    while true {
      let needed = problem.precedences.filter { musts.contains($0.after) }.map(\.before)
      if musts.isSuperset(of: needed) { break }
      musts.formUnion(needed)
    }
    let days = plan.days.enumerated().map { index, day in
      day.stops.prefix(made(on: index)).map(\.visit)
        + day.stops.dropFirst(made(on: index)).map(\.visit).filter(musts.contains)
    }
    for left in plan.leftOut where musts.contains(left.visit) {
      for day in days.indices {
        let fits = (0...days[day].count).contains { place in
          var trial = days
          trial[day].insert(left.visit, at: place)
          return PlainSchedule.allDaysFit(trial, in: problem)
        }
        if fits {
          report(
            .mustVisit, day: day, visit: left.visit, "left out although the day's must-visits leave room")
          break
        }
      }
    }
  }
}
