import CRM
import Foundation
import Geo

/// An invented trip with its task and, when it is over, the visits that were made.
struct SampleTrip: Sendable {
  var trip: Trip
  var task: TripTask
  var visits: [Activity]
  var savedAt: Date
}

extension SampleCompany {
  /// One trip through neighbouring partners of one manager; nil when no manager has enough.
  /// - Parameter lists: by number of the user, located partners in the order of towns.
  func trip(_ number: Int, _ lists: [Int: [Int]]) -> SampleTrip? {
    let able = managers.filter { (lists[$0]?.count ?? 0) >= 3 }
    guard !able.isEmpty else { return nil }
    var random = SampleRandom(size.seed, .trip, number)
    let manager = random.one(of: able)
    let list = lists[manager]!
    let savedAt = made(number, of: size.trips)
    let id = TripID(.version7(at: savedAt, using: &random))
    // The first trips are two years old, the last ones begin in two weeks.
    let span = Self.historyDays + 14
    let first = size.today.adding(days: -Self.historyDays + span * number / max(size.trips, 1))
    let dayCount = random.one(weighted: [(1, 55), (2, 30), (3, 15)])
    let wanted = dayCount * (4 + random.below(5))
    let from = random.below(max(1, list.count - wanted))
    let chosen = list[from..<min(list.count, from + wanted)].map { partner($0) }
    let home = places.towns[chosen[0].town]
    let office = Place(label: home.name, coordinate: home.centre)
    let zone = TimeZone(identifier: home.zone) ?? .gmt
    let state = state(first, dayCount, &random)

    var days: [TripDay] = []
    var items: [ChecklistItem] = []
    let perDay = (chosen.count + dayCount - 1) / dayCount
    for index in 0..<dayCount {
      let visited = chosen.dropFirst(index * perDay).prefix(perDay)
      guard !visited.isEmpty else { break }
      let day = day(first.adding(days: index), Array(visited), office, zone, state, &random)
      days.append(day)
      items.append(item(of: day, index, manager, zone, Array(visited), state, &random))
    }
    let legs = days.flatMap(\.legs)
    let seconds = days.reduce(0) { $0 + Int($1.end.timeIntervalSince($1.start)) }
    let title = "\(home.name), \(first)"
    let trip = Trip(
      id: id, title: title, state: state, responsible: users[manager].id, start: office, end: office,
      timeZone: home.zone, days: days, unassigned: [], matrix: .greatCircle,
      metres: legs.reduce(Metres(0)) { $0 + $1.metres }, seconds: Seconds(seconds))
    let isStarted = state == .completed || state == .inProgress
    let task = TripTask(
      id: TaskID(.version7(at: savedAt, using: &random)), title: title, responsible: users[manager].id,
      creator: users[manager].id, deadline: days.last?.end,
      state: state == .completed ? .done : state == .cancelled ? .cancelled : isStarted ? .inProgress : .open,
      trip: id, checklist: items)
    let visits = days.flatMap(\.stops).filter { $0.visit == .completed }.map { stop in
      Activity(
        id: ActivityID(.version7(at: stop.serviceStart, using: &random)), kind: .visit, partner: stop.partner,
        at: stop.serviceStart, author: users[manager].id, outcome: stop.outcome, stop: stop.id)
    }
    return SampleTrip(trip: trip, task: task, visits: visits, savedAt: savedAt)
  }

  private func state(_ first: LocalDate, _ days: Int, _ random: inout SampleRandom) -> Trip.State {
    let isCancelled = random.percent(8)
    let isDraft = random.percent(40)
    if first.daysSinceEpoch + days <= size.today.daysSinceEpoch {
      return isCancelled ? .cancelled : .completed
    }
    if first <= size.today { return .inProgress }
    return isCancelled ? .cancelled : isDraft ? .draft : .published
  }

  /// A day of drives at 60 km/h on the straight line and a third more, visits of half an hour, lunch before the middle one.
  private func day(
    _ date: LocalDate, _ partners: [SamplePartner], _ office: Place, _ zone: TimeZone, _ state: Trip.State,
    _ random: inout SampleRandom
  ) -> TripDay {
    let start = date.instant(secondsAfterMidnight: 9 * 3600, in: zone)
    var at = start
    var here = office.coordinate
    var stops: [Stop] = []
    var legs: [Leg] = []
    var lunch: Date?
    func drive(to place: Coordinate) {
      let metres = (Geodesy.distance(here, place).value * 4 / 3).rounded()
      let seconds = Int(metres / 1000 * 60)
      legs.append(
        Leg(
          metres: Metres(metres), seconds: Seconds(seconds), geometry: LineString([here, place]),
          source: .greatCircle))
      at = at.addingTimeInterval(Double(seconds))
      here = place
    }
    for (i, one) in partners.enumerated() {
      guard let place = one.partner.location?.coordinate else { continue }
      drive(to: place)
      let arrival = at
      if i == partners.count / 2 {
        lunch = at
        at = at.addingTimeInterval(45 * 60)
      }
      let begin = at
      at = at.addingTimeInterval(Double(one.partner.visitLength?.value ?? 1800))
      var stop = Stop(
        id: StopID(.version7(at: start, using: &random)), partner: one.partner.id, name: one.partner.name,
        coordinate: place, arrival: arrival, serviceStart: begin, departure: at)
      let isDone = random.percent(90)
      let outcome = random.one(of: SampleWords.outcomes)
      if state == .completed || state == .inProgress && date < size.today {
        stop.visit = isDone ? .completed : .skipped
        stop.outcome = isDone ? outcome : "закрыто"
      } else if state == .cancelled {
        stop.visit = .cancelled
      }
      stops.append(stop)
    }
    drive(to: office.coordinate)
    return TripDay(date: date, start: start, end: at, stops: stops, legs: legs, lunch: lunch)
  }

  private func item(
    of day: TripDay, _ index: Int, _ manager: Int, _ zone: TimeZone, _ partners: [SamplePartner],
    _ state: Trip.State,
    _ random: inout SampleRandom
  ) -> ChecklistItem {
    let known = Dictionary(uniqueKeysWithValues: partners.map { ($0.partner.id, $0.partner) })
    let stops = day.stops.map { stop in
      let partner = known[stop.partner]
      let title = [
        "\(RouteChecklist.clock(stop.serviceStart, zone)) \(stop.name)", partner?.visitAddress?.text,
        partner?.contactPoints.first?.value,
      ].compactMap { $0 }.joined(separator: " · ")
      let isOver = stop.visit == .completed || stop.visit == .skipped
      return ChecklistItem(
        id: ChecklistItemID(.version7(at: day.start, using: &random)), title: title,
        state: stop.visit == .completed ? .done : stop.visit == .skipped ? .skipped : .open,
        outcome: stop.outcome,
        doneAt: isOver ? stop.departure : nil, doneBy: isOver ? users[manager].id : nil, stop: stop.id)
    }
    let isOver = !stops.isEmpty && stops.allSatisfy { $0.state != .open }
    return ChecklistItem(
      id: ChecklistItemID(.version7(at: day.start, using: &random)),
      title: RouteChecklist.dayTitle(index, day, zone: zone), state: isOver ? .done : .open, outcome: "",
      doneAt: isOver ? day.end : nil, doneBy: isOver ? users[manager].id : nil, children: stops)
  }
}
