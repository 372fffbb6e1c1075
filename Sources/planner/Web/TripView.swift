import CRM
import Foundation
import Geo
import Planning

/// A trip as the page needs it: with its task and what is known of its partners.
struct TripView: Sendable {
  var trip: Trip
  var task: TripTask?
  var partners: [PartnerID: PartnerSummary]
  /// Name of the responsible user.
  var responsible: String?
  /// Set while it is being planned and not saved.
  var draft: PlanDraftView?
}

/// A trip in the list of trips.
struct TripHead: Sendable, Hashable {
  var id: TripID
  var title: String
  var days: Int
  var stops: Int
}

extension TripView {
  /// Everything the page shows of the trip, in words of `language`.
  func values(in language: Language) -> HTMLValue {
    let words = language.phrases
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    let states = checklistStates()
    let sentences = Sentences(in: language)
    let all = trip.days.flatMap(\.stops)
    let done = all.filter { states[$0.id]?.state == "done" }.count
    var number = 0
    var days: [HTMLValue] = []
    let timeline = DayTimeline(trip.days, in: zone)
    for (index, day) in trip.days.enumerated() {
      days.append(
        dayValues(
          day, index: index, firstNumber: number + 1, zone: zone, timeline: timeline,
          states: states,
          language: language))
      number += day.stops.count
    }
    return .object([
      "edit": draft.map { $0.edit(in: language) } ?? .flag(false),
      "id": .text(trip.id.description),
      "title": .text(trip.title),
      "state": .text(words.tripState[trip.state] ?? trip.state.rawValue),
      "when": .optional(period(in: language)),
      "responsible": .optional(responsible),
      "responsibleLabel": .text(words.responsible),
      "stopCount": .text(words.stops(all.count)),
      "done": .text(words.visitsDone(done, all.count)),
      "distance": .text(language.distance(trip.metres)),
      "driving": .text("\(language.duration(trip.seconds)) \(words.driving)"),
      "quality": .list(quality(in: language).map(HTMLValue.text)),
      "source": .text(source(in: language)),
      "hasEstimated": .flag(trip.matrix == .roads && trip.estimate.estimated > 0),
      "estimated": .text(words.estimatedDrive),
      "days": .list(days),
      "start": place(trip.start, label: words.start),
      "hasLeftOut": .flag(!trip.unassigned.isEmpty),
      "leftOutOpen": .flag(trip.unassigned.count <= 8),
      "leftOutCount": .text(words.leftOutCount(trip.unassigned.count)),
      "leftOut": .list(
        trip.unassigned.map { leftOut($0, sentences: sentences, language: language) }),
    ])
  }

  /// `Mon 14 December` or `Mon 14 December – Fri 18 December`.
  func period(in language: Language) -> String? {
    guard let first = trip.days.first?.date, let last = trip.days.last?.date else { return nil }
    return first == last ? language.date(first) : "\(language.date(first)) – \(language.date(last))"
  }

  /// Whether the driving follows roads, in a sentence.
  private func source(in language: Language) -> String {
    let words = language.phrases
    guard trip.matrix == .roads else { return words.greatCircle }
    let estimate = trip.estimate
    guard estimate.estimated > 0 else { return words.roads }
    // Neither none nor all of it is said of a part.
    let percent = min(
      max((estimate.share * 100).rounded(), 1), estimate.estimated < estimate.drives ? 99 : 100)
    return words.partlyEstimated(
      estimate.estimated, estimate.drives, language.decimal(percent, places: 0))
  }

  /// What the plan is worth, one sentence each.
  private func quality(in language: Language) -> [String] {
    let words = language.phrases
    var sentences: [String] = []
    if let given = trip.givenOrderSeconds, given.value > 0, given != trip.seconds {
      if given > trip.seconds {
        let percent = Double(given.value - trip.seconds.value) / Double(given.value) * 100
        sentences.append(
          words.gain(language.duration(given - trip.seconds), language.decimal(percent, places: 0)))
      } else {
        sentences.append(words.loss(language.duration(trip.seconds - given)))
      }
    }
    if let gap = trip.gapPercent {
      let percent = language.decimal(gap, places: 1)
      sentences.append(
        trip.leavesOutForRoom
          ? gap < 0.05 ? words.optimalForThese : words.gapOfThese(percent)
          : gap < 0.05 ? words.optimal : words.gap(percent))
    }
    return sentences
  }

  private func dayValues(
    _ day: TripDay, index: Int, firstNumber: Int, zone: TimeZone, timeline: DayTimeline,
    states: [StopID: (state: String, outcome: String)], language: Language
  ) -> HTMLValue {
    let words = language.phrases
    let driving = day.legs.reduce(Seconds.zero) { $0 + $1.seconds }
    let metres = day.legs.reduce(Metres.zero) { $0 + $1.metres }
    var lunchShown = false
    let stops = day.stops.enumerated().map { offset, stop -> HTMLValue in
      let lunchHere = !lunchShown && day.lunch.map { $0 <= stop.serviceStart } == true
      if lunchHere { lunchShown = true }
      return stopValues(
        stop, number: firstNumber + offset, zone: zone, state: states[stop.id],
        lunch: lunchHere ? day.lunch : nil, language: language)
    }
    return .object([
      "number": .number(index + 1),
      "colour": .text(DayColour.ofDay(index).hex),
      "swatch": .number(index % DayColour.all.count + 1),
      "name": .text(words.day(index + 1)),
      "date": .text(language.date(day.date)),
      "isoDate": .text(day.date.description),
      "hours": .text("\(Self.clock(day.start, zone))–\(Self.clock(day.end, zone))"),
      "stopCount": .text(words.stops(day.stops.count)),
      "driving": .text(
        "\(language.distance(metres)), \(language.duration(driving)) \(words.driving)"),
      "timeline": timeline.values(
        of: day, swatch: index % DayColour.all.count + 1, first: firstNumber, in: language),
      "startTime": .text(Self.clock(day.start, zone)),
      "startLabel": .text(words.start),
      "startName": .text(trip.start(ofDay: index).label),
      "stops": .list(stops),
      "lunchAtEnd": lunchShown ? .flag(false) : .optional(day.lunch.map { Self.clock($0, zone) }),
      "lunchLabel": .text(words.lunch),
      "endPlace": .optional(trip.end(ofDay: index)?.label),
      "endTime": .text(Self.clock(day.end, zone)),
      "endLabel": .text(day.lodging == nil ? words.end : words.night),
    ])
  }

  private func stopValues(
    _ stop: Stop, number: Int, zone: TimeZone, state: (state: String, outcome: String)?,
    lunch: Date?,
    language: Language
  ) -> HTMLValue {
    let words = language.phrases
    let partner = partners[stop.partner]
    let waiting = Seconds(rounding: stop.serviceStart.timeIntervalSince(stop.arrival))
    let visit: Stop.VisitState =
      switch state?.state {
      case "done": .completed
      case "skipped": .skipped
      default: stop.visit
      }
    let isLocked = draft?.locked.contains(stop.partner) == true
    let outcome = stop.outcome.isEmpty ? state?.outcome ?? "" : stop.outcome
    let rough = partner.map { $0.stale || $0.level.map { !$0.isAtHouse } ?? false } ?? false
    return .object([
      "id": .text(stop.id.description),
      "partner": .text(stop.partner.description),
      "must": .optional(draft?.must.contains(stop.partner) == true ? words.planning.must : nil),
      "number": .number(number),
      "name": .text(stop.name),
      "locked": .optional(stop.locked || isLocked ? words.locked : nil),
      "isLocked": .flag(isLocked),
      "arrival": .text(Self.clock(stop.serviceStart, zone)),
      "departure": .text(Self.clock(stop.departure, zone)),
      "lunch": .optional(lunch.map { Self.clock($0, zone) }),
      "lunchLabel": .text(words.lunch),
      "waiting": .optional(waiting.value >= 300 ? words.waiting(language.duration(waiting)) : nil),
      "address": .optional(partner?.address),
      "phone": .optional(partner?.phone),
      "dial": .optional(partner?.phone.flatMap(Self.dialable)),
      "rough": .optional(rough ? words.lowPrecision : nil),
      "latitude": .text(String(stop.coordinate.latitude)),
      "longitude": .text(String(stop.coordinate.longitude)),
      "visit": .text(visit.rawValue),
      "visitLabel": .text(words.visit[visit] ?? visit.rawValue),
      "outcome": .optional(outcome.isEmpty ? nil : outcome),
      "showLabel": .text("\(words.showOnMap): \(stop.name)"),
    ])
  }

  private func leftOut(_ one: UnassignedStop, sentences: Sentences, language: Language) -> HTMLValue {
    let words = language.phrases
    let translated = sentences.translated(one.detail)
    let detail = translated ?? one.detail
    return .object([
      "id": .text(one.partner.description),
      "name": .text(one.name),
      "address": .optional(partners[one.partner]?.address),
      "reason": .text(words.reason[one.reason] ?? one.reason.rawValue),
      "code": .text(one.reason.rawValue),
      "detail": .optional(detail.isEmpty ? nil : detail),
      "hasObstacles": .flag(!one.obstacles.isEmpty),
      "obstacles": .list(
        one.obstacles.map { day in
          let english = ObstacleText.sentence(day)
          return .object([
            "text": .text(sentences.translated(english) ?? english),
            "fits": .flag(day.breaks.isEmpty),
          ])
        }),
      // What was stored in words that are not known any more stays readable in English.
      "detailLanguage": .text(translated == nil ? "en" : language.code),
      "onMap": .flag(one.coordinate != nil),
      "latitude": .text(one.coordinate.map { String($0.latitude) } ?? ""),
      "longitude": .text(one.coordinate.map { String($0.longitude) } ?? ""),
      "showLabel": .text("\(words.showOnMap): \(one.name)"),
      "fix": .optional(draft.flatMap { $0.fix(one, in: language) }),
    ])
  }

  private func place(_ place: Place, label: String) -> HTMLValue {
    .object([
      "label": .text(label),
      "name": .text(place.label),
      "latitude": .text(String(place.coordinate.latitude)),
      "longitude": .text(String(place.coordinate.longitude)),
    ])
  }

  /// The checklist's word on each stop: the item *is* the stop.
  private func checklistStates() -> [StopID: (state: String, outcome: String)] {
    var states: [StopID: (state: String, outcome: String)] = [:]
    func walk(_ items: [ChecklistItem]) {
      for item in items {
        if let stop = item.stop { states[stop] = (item.state.rawValue, item.outcome) }
        walk(item.children)
      }
    }
    walk(task?.checklist ?? [])
    return states
  }

  /// `HH:MM` on the wall of the zone.
  static func clock(_ instant: Date, _ zone: TimeZone) -> String {
    let local = Int(instant.timeIntervalSince1970.rounded()) + zone.secondsFromGMT(for: instant)
    let minutes = ((local % 86_400) + 86_400) % 86_400 / 60
    let hours = minutes / 60
    let rest = minutes % 60
    return "\(hours < 10 ? "0" : "")\(hours):\(rest < 10 ? "0" : "")\(rest)"
  }

  /// What a phone dials: digits with the leading plus; nil when there are too few to be a number.
  static func dialable(_ phone: String) -> String? {
    var out = ""
    for scalar in phone.unicodeScalars {
      if ("0"..."9").contains(scalar) { out.unicodeScalars.append(scalar) }
      if scalar == "+" && out.isEmpty { out.unicodeScalars.append(scalar) }
      if scalar == "," || scalar == ";" || scalar == "/" { break }
    }
    return out.utf8.count >= 5 ? out : nil
  }
}
