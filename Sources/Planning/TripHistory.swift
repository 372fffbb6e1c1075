import CRM
import Foundation
import Geo
import Routing

/// What of a saved trip has happened, day by day: the visits made, the visits set aside (skipped, missed, called
/// off), the lunch that was had, and which days are over. A new plan keeps all of it and goes on from there.
struct TripHistory {
  struct Day {
    /// In order of time.
    var made: [Stop] = []
    /// Nobody drives there: they stay on their day as a record.
    var aside: [Stop] = []
    /// When the day began.
    var start: Date
    var lunch: Date?
    /// Nothing new begins before this.
    var resumes: Date?
    var isOver = false
  }

  var days: [LocalDate: Day] = [:]
  /// Nights that are over: each stands among the visits made, as the last of its day.
  var nights: [StopID: (date: LocalDate, lodging: Lodging)] = [:]
  /// Where one was when the rest was planned again: each stands among the visits made, and is no stop of the trip.
  var positions: [StopID: PlanRequest.Position] = [:]
  /// Days of the trip with those of their open stops that have photographs: each is planned like any other, and stays
  /// on its day as a record when it is not.
  var records: [TripDay] = []
  static let none = TripHistory()

  /// For planning again at an instant. Days before the last one with a visit made and days that have passed by the
  /// clock are over; today goes on not before now. After working hours a day that ends at a lodging is over with the
  /// visits made. Nights before somebody was anywhere were spent nowhere.
  init(
    of trip: Trip, request: PlanRequest, at now: Date, in zone: TimeZone,
    positions: [PlanRequest.Position] = []
  ) {
    let today = LocalDate(now, in: zone)
    let byDate = Dictionary(trip.days.map { ($0.date, $0) }) { first, _ in first }
    let current = trip.days.last { $0.stops.contains(where: \.visit.isMade) }?.date
    let first = max(current ?? today, today)
    let begun = Self.firstDay(of: trip, positions + (request.positions ?? []))
    for date in Set(request.dates).union(byDate.keys) {
      let old = byDate[date]
      let midnight = date.instant(secondsAfterMidnight: 0, in: zone)
      var day = Day(start: old?.start ?? midnight)
      day.made = old?.stops.filter(\.visit.isMade).sorted { $0.arrival < $1.arrival } ?? []
      day.aside = old?.stops.filter { !$0.visit.isMade && $0.visit != .planned } ?? []
      day.lunch = Self.lunch(had: old?.lunch, before: day.made)
      if date == today { day.resumes = now }
      day.isOver = date < first || old?.lodging != nil && Self.isLate(day, on: date, request, in: zone)
      if let position = positions.first(where: { $0.date == date }) {
        day.start = old == nil ? position.at : min(day.start, position.at)
        pass(position, on: &day)
      }
      if day.isOver, let old, let lodging = old.lodging, begun.map({ $0 <= date }) == true {
        let stop = Stop(
          partner: .new(), name: lodging.place.label, coordinate: lodging.place.coordinate, arrival: old.end,
          serviceStart: old.end, departure: old.end, visit: .completed)
        nights[stop.id] = (date, lodging)
        day.made.append(stop)
      }
      if day.isOver || day.resumes != nil || !day.made.isEmpty || !day.aside.isEmpty { days[date] = day }
    }
  }

  /// For checking a trip as it stands: what it set aside when it was planned again, and the visits made with which
  /// its days begin. No clock: whether a day is over is no question of the plan.
  init(of trip: Trip, replanned request: PlanRequest) {
    let done = Set(request.alreadyDone)
    let recorded = Set(request.recorded ?? [])
    for old in trip.days {
      var day = Day(start: old.start)
      day.aside = old.stops.filter {
        !$0.visit.isMade && ($0.visit == .planned ? recorded : done).contains($0.partner)
      }
      let aside = Set(day.aside.map(\.id))
      day.made = Array(old.stops.filter { !aside.contains($0.id) }.prefix(while: \.visit.isMade))
      day.lunch = Self.lunch(had: old.lunch, before: day.made)
      // Behind a stop that is open again nobody was anywhere.
      if let position = request.positions?.first(where: { $0.date == old.date }),
        old.stops.allSatisfy({
          $0.arrival >= position.at || $0.visit.isMade || aside.contains($0.id)
        })
      {
        pass(position, on: &day)
      }
      if !day.made.isEmpty || !day.aside.isEmpty { days[old.date] = day }
    }
  }

  private init() {}

  /// The first day on which somebody was anywhere; nil before the trip has begun.
  private static func firstDay(of trip: Trip, _ positions: [PlanRequest.Position]) -> LocalDate? {
    let days = trip.days.filter { $0.stops.contains { $0.visit.isMade || $0.arrivedAt != nil } }
    return (days.map(\.date) + positions.map(\.date)).min()
  }

  /// Whether visits were made on a day and nothing more fits into its hours.
  private static func isLate(_ day: Day, on date: LocalDate, _ request: PlanRequest, in zone: TimeZone)
    -> Bool
  {
    guard let last = day.made.last else { return false }
    let overtime = Double((request.rules.overtime ?? .zero).value)
    let closes = date.instant(secondsAfterMidnight: request.work.end, in: zone).addingTimeInterval(overtime)
    return max(last.departure, day.resumes ?? last.departure) >= closes
  }

  /// Puts a place where one was among the visits made of its day.
  private mutating func pass(_ position: PlanRequest.Position, on day: inout Day) {
    let stop = Stop(
      partner: .new(), name: "", coordinate: position.coordinate, arrival: position.at,
      serviceStart: position.at, departure: position.at, visit: .completed)
    positions[stop.id] = position
    day.made.insert(stop, at: day.made.firstIndex { $0.arrival >= position.at } ?? day.made.count)
  }

  /// The visits of the problem that are places where one was, by day.
  var passed: [LocalDate: (visit: Int, at: Date)] {
    var found: [LocalDate: (visit: Int, at: Date)] = [:]
    for (index, stop) in made.enumerated() {
      if let position = positions[stop.id] { found[position.date] = (index, position.at) }
    }
    return found
  }

  /// Notes which open stops of the trip are records.
  mutating func keep(_ trip: Trip, where isRecord: (Stop) -> Bool) {
    records = trip.days.compactMap { old in
      var day = old
      day.stops = old.stops.filter { $0.visit == .planned && isRecord($0) }
      return day.stops.isEmpty ? nil : day
    }
  }

  /// Sets the records aside that a plan does not visit.
  /// - Returns: their partners.
  mutating func setAside(unless visited: Set<PartnerID>) -> [PartnerID] {
    var partners: [PartnerID] = []
    for old in records {
      let stops = old.stops.filter { !visited.contains($0.partner) }
      guard !stops.isEmpty else { continue }
      days[old.date, default: Day(start: old.start)].aside += stops
      partners += stops.map(\.partner)
    }
    return partners
  }

  private static func lunch(had lunch: Date?, before made: [Stop]) -> Date? {
    guard let lunch, let last = made.last, lunch < last.serviceStart else { return nil }
    return lunch
  }

  /// The visits made, in order of the days: the first visits of the problem.
  var made: [Stop] { days.sorted { $0.key < $1.key }.flatMap(\.value.made) }

  /// A day's progress in the optimiser's terms; nil when the day is all to come.
  func progress(on date: LocalDate, in zone: TimeZone) -> TripProblem.Progress? {
    guard let day = days[date], day.isOver || day.resumes != nil || !day.made.isEmpty else { return nil }
    func seconds(_ instant: Date) -> Int { date.elapsed(at: instant, in: zone) }
    let first = days.filter { $0.key < date }.reduce(0) { $0 + $1.value.made.count }
    return TripProblem.Progress(
      stops: day.made.enumerated().map { index, stop in
        TripPlan.PlannedStop(
          visit: first + index, arrival: seconds(stop.arrival), serviceStart: seconds(stop.serviceStart),
          departure: seconds(stop.departure))
      }, start: seconds(day.start), lunch: day.lunch.map(seconds), resumes: day.resumes.map(seconds),
      isOver: day.isOver)
  }
}

extension Stop.VisitState {
  /// The manager was there, or is.
  var isMade: Bool { self == .completed || self == .checkedIn }
}
