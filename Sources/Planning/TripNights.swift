import CRM
import Foundation
import Geo
import Routing

/// A night away: the day after which it comes, by number, and where it is spent.
struct TripNight: Hashable {
  var day: Int
  var lodging: Lodging
}

extension TripPlanner {
  /// Places for the night are looked for so far from the last stop of a day.
  static let lodgingReach = Metres(kilometres: 30)
  /// Towns of fewer inhabitants are not taken to have a bed.
  static let lodgingPopulation = 5000

  /// The question with places for the nights, where its request wants them, and the plan that keeps them.
  ///
  /// Planned first as if one slept at the last stop of a day; each night then gets the place that costs the least way
  /// between the last stop of the day and the first of the next; then planned again with these as the days' ends, visits
  /// on the days they had where that leaves out no more.
  /// - Parameter order: a person's own order, from which the search starts.
  func solve(
    _ question: TripQuestion, from order: [[Int]]? = nil
  ) async throws -> (plan: TripPlan, question: TripQuestion) {
    let bare = await search(question.draft, question, from: order)
    guard question.request.night == .away, let kind = question.request.rules.lodging else {
      return (bare, question)
    }
    var (nights, notes) = nights(after: bare, of: question, kind)
    let made = question.history.made.count
    var days: [Int: Int] = [:]
    for (index, day) in bare.days.enumerated() {
      for stop in day.stops where stop.visit >= made { days[stop.visit] = index }
    }
    while !nights.isEmpty {
      var lodged = question
      lodged.draft = try await makeProblem(
        question.request, visited: question.visited, zone: question.zone, history: question.history,
        nights: nights)
      lodged.notes += notes
      let fixed = try await makeProblem(
        question.request, visited: question.visited, zone: question.zone, history: question.history,
        nights: nights, days: days)
      var plan = await search(fixed, question, from: order)
      if plan.leftOut.count > bare.leftOut.count {
        plan = await search(lodged.draft, question, from: order)
      }
      let missed = Set(plan.leftOut.compactMap { lodged.draft.nights[$0.visit] })
      if missed.isEmpty { return (plan, lodged) }
      for night in nights where missed.contains(night.lodging) {
        notes.append("no plan reaches \(night.lodging.place.label) for the night")
      }
      nights.removeAll { missed.contains($0.lodging) }
    }
    var plain = question
    plain.notes += notes
    return (bare, plain)
  }

  private func search(
    _ draft: ProblemDraft, _ question: TripQuestion, from order: [[Int]]?
  ) async -> TripPlan {
    let (problem, options) = (draft.problem, question.request.searchOptions)
    guard let order else {
      return await SearchInterrupt.running { TripSolver.solve(problem, options) }
    }
    let lodged = Self.lodged(order, in: draft)
    return await SearchInterrupt.running { TripSolver.improve(problem, order: lodged, options) }
  }

  /// The question with places for the nights of a person's own order, where its request wants them, and that order
  /// with them at the ends of its days.
  func lodged(
    _ question: TripQuestion, order: [[Int]]
  ) async throws -> (question: TripQuestion, order: [[Int]]) {
    guard question.request.night == .away, let kind = question.request.rules.lodging else {
      return (question, order)
    }
    let bare = TripSolver.schedule(question.draft.problem, order: order).plan
    let found = nights(after: bare, of: question, kind)
    var lodged = question
    lodged.draft = try await makeProblem(
      question.request, visited: question.visited, zone: question.zone, history: question.history,
      nights: found.nights)
    lodged.notes += found.notes
    return (lodged, Self.lodged(order, in: lodged.draft))
  }

  private static func lodged(_ order: [[Int]], in draft: ProblemDraft) -> [[Int]] {
    var order = order
    for number in draft.nights.keys.sorted() {
      if let day = draft.problem.visits[number].days?.first { order[day].append(number) }
    }
    return order
  }

  private func nights(after plan: TripPlan, of question: TripQuestion, _ kind: TripRules.Lodging) -> (
    nights: [TripNight], notes: [String]
  ) {
    let problem = question.draft.problem
    let points = question.draft.points
    func moves(_ day: TripPlan.PlannedDay) -> Bool { !day.stops.isEmpty || day.startPoint != day.endPoint }
    var nights: [TripNight] = []
    var notes: [String] = []
    for (index, day) in plan.days.enumerated() {
      guard let last = day.stops.last, problem.days[index].progress?.isOver != true,
        let next = plan.days[(index + 1)...].first(where: moves)
      else { continue }
      let point = problem.visits[last.visit].point
      let way = problem.matrix.metres(from: point, to: problem.start)
      let rule = problem.days[index]
      let closes = rule.work.upperBound + rule.overtime.value
      let back = problem.matrix.seconds(from: point, to: problem.start)
      if let least = question.request.rules.nightAwayFrom, let way, way < least, let back,
        day.end + back.value <= closes
      {
        nights.append(TripNight(day: index, lodging: Lodging(place: question.request.start)))
        continue
      }
      let to = next.stops.first.map { problem.visits[$0.visit].point } ?? next.endPoint
      if let lodging = lodging(from: points[point], to: points[to], kind) {
        nights.append(TripNight(day: index, lodging: lodging))
      } else {
        notes.append(
          "no \(kind == .hotel ? "hotel" : kind == .town ? "town" : "hotel or town") within "
            + "\(Int(Self.lodgingReach.kilometres)) km of \(question.visited[last.visit].name): the night of "
            + "\(question.request.dates[index]) is spent there")
      }
    }
    return (nights, notes)
  }

  /// The place with the least way between two stops; a hotel before a town.
  private func lodging(from last: Coordinate, to next: Coordinate, _ kind: TripRules.Lodging) -> Lodging? {
    if kind != .town {
      func way(_ hotel: Lodging) -> Double {
        Geodesy.distance(last, hotel.place.coordinate).value
          + Geodesy.distance(hotel.place.coordinate, next).value
      }
      let near = hotels.filter { Geodesy.distance(last, $0.place.coordinate) <= Self.lodgingReach }
      if let best = near.min(by: { (way($0), $0.place.label) < (way($1), $1.place.label) }) { return best }
    }
    guard kind != .hotel else { return nil }
    return facts.town(last, Self.lodgingPopulation, Self.lodgingReach).map { Lodging(place: $0) }
  }

  /// Nights of a saved trip that are still to be planned, and for all its nights which visit they are.
  /// - Parameter after: how many visits the problem has before its nights.
  static func nights(of trip: Trip, request: PlanRequest, history: TripHistory, after count: Int) -> (
    list: [TripNight], numbers: [LocalDate: Int]
  ) {
    var list: [TripNight] = []
    var numbers: [LocalDate: Int] = [:]
    for (index, stop) in history.made.enumerated() {
      if let date = history.nights[stop.id]?.date { numbers[date] = index }
    }
    for day in trip.days {
      guard let lodging = day.lodging, numbers[day.date] == nil,
        let number = request.dates.firstIndex(of: day.date)
      else { continue }
      numbers[day.date] = count + list.count
      list.append(TripNight(day: number, lodging: lodging))
    }
    return (list, numbers)
  }
}
