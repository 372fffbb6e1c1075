import CRM
import Foundation
import Geo

/// A trip as it is walked: the stops of each day with what is done at a door.
struct RoadView: Sendable {
  var trip: Trip
  var task: TripTask
  var partners: [PartnerID: Partner]
  var photos: [Photo]
  /// Further trips of the same person that are not over.
  var others: [(id: TripID, title: String)]
  /// Login of who looks; entries that wait for a signal are that person's.
  var user: String
  var pageCode: String?
  /// Whether he may say what came of the stops, and plan the rest anew.
  var mayRecord: Bool
  var mayPlan: Bool
  var now: Date

  var zone: TimeZone { TimeZone(identifier: trip.timeZone) ?? .gmt }
  var today: LocalDate { LocalDate(now, in: zone) }

  /// The day that is shown first: today, else the first with an open stop, else the last.
  var shownDay: Int {
    trip.days.firstIndex { $0.date == today }
      ?? trip.days.firstIndex { $0.stops.contains { !$0.visit.isOver } } ?? max(0, trip.days.count - 1)
  }

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.road
    let shown = shownDay
    let items = task.itemsByStop
    var number = 0
    let days = trip.days.enumerated().map { index, day -> HTMLValue in
      let first = number + 1
      number += day.stops.count
      return .object([
        "number": .number(index + 1), "swatch": .number(index % DayColour.all.count + 1),
        "name": .text(language.phrases.day(index + 1)), "date": .text(language.date(day.date)),
        "isoDate": .text(day.date.description), "shown": .flag(index == shown),
        "report": .text("/road/\(trip.id)/report?day=\(day.date)"),
        "hours":
          .text("\(TripView.clock(day.start, zone))–\(TripView.clock(day.end, zone))"),
        "distance": .text(language.distance(day.legs.reduce(.zero) { $0 + $1.metres })),
        "stops": .list(
          day.stops.enumerated().compactMap { offset, stop in
            items[stop.id].map { self.stop(stop, $0, number: first + offset, in: language) }
          }),
        "lodging": .optional(day.lodging.map { "\(language.phrases.night): \($0.place.label)" }),
      ])
    }
    let sentences = Sentences(in: language)
    return .object([
      "id": .text(trip.id.description), "task": .text(task.id.description), "version": .number(trip.version),
      "user": .text(user), "pageCode": .optional(pageCode), "heading": .text(trip.title),
      "language": .text(language.code), "script": .text(PageRenderer.json(words.script)),
      "several": .flag(days.count > 1), "days": .list(days),
      "progressLabel": .text(words.title), "sendNow": .text(words.sendNow),
      "reportLabel": .text(words.report),
      "mayPlan": .flag(mayPlan), "replan": .text(words.replan), "replanText": .text(words.replanText),
      "replanHere": .text(words.replanHere), "replanLast": .text(words.replanLast),
      "hasOthers": .flag(!others.isEmpty), "othersLabel": .text(words.others),
      "others": .list(
        others.map { .object(["id": .text($0.id.description), "title": .text($0.title)]) }),
      "hasLeft": .flag(!trip.unassigned.isEmpty),
      "leftLabel": .text(language.phrases.leftOutCount(trip.unassigned.count)),
      "left": .list(
        trip.unassigned.map { one in
          .object([
            "name": .text(one.name),
            "reason": .text(language.phrases.reason[one.reason] ?? one.reason.rawValue),
            "detail": .optional(sentences.translated(one.detail) ?? (one.detail.isEmpty ? nil : one.detail)),
          ])
        }),
    ])
  }

  private func stop(_ stop: Stop, _ item: ChecklistItem, number: Int, in language: Language) -> HTMLValue {
    let words = language.phrases.road
    let records = language.phrases.records
    let partner = partners[stop.partner]
    let (latitude, longitude) = (String(stop.coordinate.latitude), String(stop.coordinate.longitude))
    let own = partner?.contactPoints ?? []
    let phones = ([("", own)] + (partner?.people ?? []).map { ($0.name, $0.contactPoints) })
      .flatMap { name, points in points.filter { $0.kind == .phone }.map { (name, $0.value) } }
    let told = stop.missReason.flatMap { words.reasons[$0] }
    return .object([
      "item": .text(item.id.description), "partner": .text(stop.partner.description),
      "number": .number(number), "name": .text(stop.name), "state": .text(stop.visit.rawValue),
      "itemState": .text(item.state.rawValue),
      "arrival": .text(TripView.clock(stop.serviceStart, zone)),
      "departure": .text(TripView.clock(stop.departure, zone)),
      "arrivedAt": .optional(stop.arrivedAt.map(Instant.text)),
      "doneAt": .optional(item.doneAt.map(Instant.text)),
      "outcome": .optional(item.outcome.isEmpty ? nil : item.outcome), "reason": .optional(told),
      "address": .optional(partner?.addresses.first?.text),
      "hours": .optional(partner?.openingHours.map { "\(records.openingHours): \($0.text)" }),
      "note": .optional(partner.flatMap { $0.note.isEmpty ? nil : $0.note }),
      "lastVisit":
        .optional(
          partner?.lastVisit.map { "\(records.lastVisit): \(language.date(LocalDate($0, in: zone)))" }),
      "mayRecord": .flag(mayRecord), "callLabel": .text(words.call), "navigateLabel": .text(words.navigate),
      "arriveLabel": .text(words.arrive), "outcomeLabel": .text(words.outcome),
      "nextLabel": .text(words.next),
      "nextHint": .text(words.nextHint), "nextDayLabel": .text(words.nextDay), "doneLabel": .text(words.done),
      "skipLabel": .text(words.skip), "whyLabel": .text(words.why), "noteLabel": .text(words.note),
      "saveLabel": .text(words.save), "reopenLabel": .text(words.reopen),
      "cardLabel": .text(words.card), "photoLabel": .text(words.photo),
      "photos": PhotoStrip(
        photos: photos.filter { $0.item == item.id }, name: stop.name, clock: DayClock(now: now, zone: zone)
      ).values(in: language),
      "locked": .optional(stop.locked ? language.phrases.locked : nil),
      "phones": .list(
        phones.prefix(4).compactMap { name, number in
          TripView.dialable(number).map {
            .object([
              "dial": .text($0), "label": .text(name.isEmpty ? words.call : "\(words.call): \(name)"),
              "number": .text(number),
            ])
          }
        }),
      "navigators": .list(
        words.navigators.map {
          .object(["name": .text($0.name), "address": .text($0.address(latitude, longitude))])
        }),
      "reasons": .list(
        MissReason.allCases.map {
          .object(["value": .text($0.rawValue), "name": .text(words.reasons[$0] ?? $0.rawValue)])
        }),
    ])
  }
}

extension RoadWords {
  /// What the script of the page says.
  fileprivate var script: [String: String] {
    var words = [
      "waits": waits, "offline": offline, "waiting": waiting("0"), "allSent": allSent, "conflict": conflict,
      "gone": gone, "refused": refused, "keepTheirs": keepTheirs, "keepMine": keepMine, "drop": drop,
      "signIn": signIn, "otherPerson": otherPerson, "replanWaits": replanWaits, "finding": finding,
      "notFound": notFound, "working": working,
      "photo": photo, "photoFailed": photoFailed,
      "next": next, "progress": progress(-1, -2),
    ]
    for (state, told) in told { words["told-\(state)"] = told }
    for (reason, name) in reasons { words["reason-\(reason.rawValue)"] = name }
    return words
  }
}

extension TripTask {
  /// The items that are stops.
  var itemsByStop: [StopID: ChecklistItem] {
    var found: [StopID: ChecklistItem] = [:]
    func walk(_ items: [ChecklistItem]) {
      for item in items {
        if let stop = item.stop { found[stop] = item }
        walk(item.children)
      }
    }
    walk(checklist)
    return found
  }
}

extension Stop.VisitState {
  /// Nothing is to be done at the door any more.
  var isOver: Bool { self != .planned && self != .checkedIn }
}

extension PageRenderer {
  /// The page for the road; without a trip it says where one comes from.
  func road(_ view: RoadView?, in frame: PageFrame) -> String {
    let words = frame.language.phrases.road
    guard let view else {
      return nothingYet(words.nothing, title: words.title, in: frame.at(.road))
    }
    return page(
      title: view.trip.title, trips: [], in: frame.at(.road),
      content: ["road": view.values(in: frame.language)])
  }

  func roadReport(_ view: RoadReportView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.road.report, trips: [], in: frame.at(.road),
      content: ["roadReport": view.values(in: frame.language)])
  }
}
