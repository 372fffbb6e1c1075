import CRM
import Foundation
import Geo

/// A day of a trip after it: what was planned beside what happened.
struct RoadReportView: Sendable {
  var trip: Trip
  var task: TripTask
  var photos: [Photo]
  /// Index of the day.
  var day: Int
  var responsible: String?

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.road
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    let day = trip.days[day]
    let items = task.itemsByStop
    func ended(_ stop: Stop) -> Date? { stop.visit.isOver ? items[stop.id]?.doneAt : nil }
    // The order in which one was at the doors.
    let walked = day.stops.filter { $0.visit == .completed || $0.visit == .checkedIn }
      .compactMap { stop in (stop.arrivedAt ?? ended(stop)).map { (stop.id, $0) } }
      .sorted { $0.1 < $1.1 }
    let place = Dictionary(uniqueKeysWithValues: walked.enumerated().map { ($1.0, $0 + 1) })
    let first = trip.days.prefix(self.day).reduce(0) { $0 + $1.stops.count }
    let rows = day.stops.enumerated().map { index, stop -> HTMLValue in
      let item = items[stop.id]
      let at = stop.arrivedAt
      let minutes = at.map { Int(($0.timeIntervalSince(stop.serviceStart) / 60).rounded()) }
      let reason = stop.missReason.flatMap { words.reasons[$0] }
      let result = [reason, item?.outcome].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ". ")
      let times = [at, ended(stop)].map { $0.map { TripView.clock($0, zone) } }
      return .object([
        "number": .number(first + index + 1), "name": .text(stop.name), "state": .text(stop.visit.rawValue),
        "stateName": .text(language.phrases.visit[stop.visit] ?? stop.visit.rawValue),
        "planned":
          .text("\(TripView.clock(stop.serviceStart, zone))–\(TripView.clock(stop.departure, zone))"),
        "fact":
          .text(
            times[0] == nil && times[1] == nil
              ? words.notTold : "\(times[0] ?? "…")–\(times[1] ?? "…")"),
        "difference":
          .text(minutes.map { abs($0) < 5 ? words.onTime : words.minutesLate($0) } ?? "–"),
        "late": .flag((minutes ?? 0) >= 15),
        "order": .text(place[stop.id].map { "\(index + 1) → \($0)" } ?? "\(index + 1)"),
        "result": .optional(result.isEmpty ? nil : result),
        "photos": PhotoStrip(
          photos: photos.filter { $0.item == item?.id }, name: stop.name,
          clock: DayClock(now: day.end, zone: zone)
        ).values(in: language),
      ])
    }
    func count(_ isCounted: (Stop.VisitState) -> Bool) -> Int { day.stops.count { isCounted($0.visit) } }
    let driving = day.legs.reduce(Seconds.zero) { $0 + $1.seconds }
    let metres = day.legs.reduce(Metres.zero) { $0 + $1.metres }
    var figures = [
      ("\(count { $0 == .completed })", words.made),
      ("\(count { $0 == .skipped || $0 == .missed })", words.missed),
      ("\(count { !$0.isOver })", words.open),
      ("\(language.distance(metres)), \(language.duration(driving))", words.driving),
    ]
    if let early = day.stops.compactMap(\.arrivedAt).min() {
      figures.append((TripView.clock(early, zone), words.firstArrival))
    }
    if let late = day.stops.compactMap(ended).max() {
      figures.append((TripView.clock(late, zone), words.lastEnd))
    }
    return .object([
      "heading": .text(words.reportTitle(language.date(day.date))), "trip": .text(trip.title),
      "tripAddress": .text("/trips/\(trip.id)"), "responsible": .optional(responsible),
      "responsibleLabel": .text(language.phrases.responsible),
      "trailLabel": .text(language.phrases.maps.whereYouAre),
      "back": .text("/road/\(trip.id)"), "backLabel": .text(words.backToRoad), "print": .text(words.print),
      "placeHead": .text(words.place), "plannedHead": .text(words.planned), "factHead": .text(words.fact),
      "differenceHead": .text(words.difference), "orderHead": .text(words.order),
      "resultHead": .text(words.result), "rows": .list(rows),
      "figures": .list(figures.map { .object(["value": .text($0), "name": .text($1)]) }),
    ])
  }
}
