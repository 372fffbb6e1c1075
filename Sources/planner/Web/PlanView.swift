import CRM
import Geo
import Planning
import Store

/// What is decided of a trip that is being planned, where its stops are shown.
struct PlanDraftView: Sendable {
  var must: Set<PartnerID>
  /// Who keeps his day.
  var locked: Set<PartnerID> = []
  var dayCount: Int

  /// What may be done with a stop.
  func edit(in language: Language) -> HTMLValue {
    let words = language.phrases.planning
    return .object([
      "menu": .text(words.menu), "up": .text(words.up), "down": .text(words.down),
      "mustLabel": .text(words.includeAnyway), "without": .text(words.without), "lock": .text(words.lock),
      "unlock": .text(words.unlock),
      "dayNames": .list(
        dayCount < 2
          ? []
          : (1...dayCount).map {
            .object(["number": .number($0), "name": .text("→ \(language.phrases.day($0))")])
          }),
    ])
  }

  /// What takes somebody in who was left out for want of room; nil where wanting him does not help.
  func fix(_ one: UnassignedStop, in language: Language) -> String? {
    guard one.coordinate != nil, !must.contains(one.partner) else { return nil }
    return language.phrases.planning.includeAnyway
  }
}

/// A plan that is not saved yet.
struct PlanView: Sendable {
  /// Nil where nobody fits.
  var trip: TripView?
  /// Of the trip, or everybody where nobody fits.
  var left: [UnassignedStop]
  var violations: [TripPlanner.BrokenRule]
  /// Metres and seconds of driving of the plans to choose from; fewer than two where there is nothing to choose.
  var alternatives: [(metres: Metres, seconds: Seconds, stops: Int)] = []
  var choose = 1
  var draft: PlanDraftView
  /// Of those left out where nobody fits.
  var partners: [PartnerID: PartnerSummary]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.planning
    let sentences = Sentences(in: language)
    // Who is left out is shown the same way, with a trip and without.
    let shown =
      trip
      ?? TripView(
        trip: Trip(
          title: "", start: Place(label: "", coordinate: Coordinate(trustedLatitude: 0, longitude: 0)),
          end: nil, timeZone: "UTC", days: [], unassigned: left, matrix: .roads, metres: .zero,
          seconds: .zero),
        task: nil, partners: partners, responsible: nil, draft: draft)
    guard case .object(var values) = shown.values(in: language) else { return .flag(false) }
    values["hasPlan"] = .flag(trip != nil)
    values["nothing"] =
      trip == nil
      ? .object(["title": .text(words.nothingFits.title), "text": .text(words.nothingFits.text)])
      : .flag(false)
    values["breaks"] = .text(words.breaks)
    values["hasViolations"] = .flag(!violations.isEmpty)
    values["violations"] = .list(
      violations.map { one in
        let own = sentences.translated(one.detail)
        let place = [one.date.map { language.date($0) }, one.partner].compactMap { $0 }
        return .object([
          "what": .text((place + [words.rules[one.kind] ?? one.kind.rawValue]).joined(separator: ", ")),
          "text": .text(own ?? one.detail), "language": .text(own == nil ? "en" : language.code),
        ])
      })
    values["alternativesLabel"] = .text(words.alternatives)
    values["alternatives"] =
      alternatives.count < 2
      ? .flag(false)
      : .object([
        "list": .list(
          alternatives.enumerated().map { index, one in
            .object([
              "number": .number(index + 1), "name": .text(words.alternative(index + 1)),
              "chosen": .text(index + 1 == choose ? "true" : "false"),
              "facts": .text(
                "\(language.phrases.stops(one.stops)), \(language.distance(one.metres)), \(language.duration(one.seconds))"
              ),
            ])
          })
      ])
    values["leftOutTotal"] = .number(left.count)
    return .object(values)
  }
}

/// Partners that are not in a plan, near its way, and what each would cost.
struct PlanNearbyView: Sendable {
  struct Candidate: Sendable {
    var partner: PartnerSummary
    /// Where the visit fits at the least cost.
    var place: DayObstacle
    /// From 0.
    var day: Int
  }
  /// The cheapest first.
  var candidates: [Candidate]
  var clock: DayClock

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.planning
    return .object([
      "heading": .text(words.nearby), "nothing": .optional(candidates.isEmpty ? words.nearbyNone : nil),
      "hasList": .flag(!candidates.isEmpty),
      "list": .list(
        candidates.map { one in
          let overdue =
            one.partner.callIntervalDays.map { clock.urgency(one.partner.lastVisit, $0) == .overdue } ?? false
          let partner = one.partner.coordinate
          return .object([
            "id": .text(one.partner.id.description), "name": .text(one.partner.name),
            "address": .optional(one.partner.address), "date": .text(one.place.date.description),
            "position": .number(one.place.position),
            "cost": .text("+\(language.duration(one.place.addedSeconds))"),
            "way": .text("+\(language.distance(one.place.addedMetres))"),
            "place": .text(words.placeOfDay(language.phrases.day(one.day + 1), one.place.position)),
            "lastVisit":
              .text(
                "\(language.phrases.records.lastVisit): \(language.visit(one.partner.lastVisit, clock))"),
            "overdue": .optional(overdue ? language.phrases.records.overdue : nil),
            "latitude": .text(partner.map { String($0.latitude) } ?? ""),
            "longitude": .text(partner.map { String($0.longitude) } ?? ""), "add": .text(words.add),
            "addLabel": .text("\(words.add): \(one.partner.name)"),
          ])
        }),
    ])
  }
}

/// The page a trip is planned on.
struct PlannerView: Sendable {
  /// Identifier and name of the selections that may be taken.
  var selections: [(id: String, name: String)]
  /// Identifier of the one the address names.
  var selection: String?
  /// First day offered.
  var date: LocalDate
  var pageCode: String?
  /// Logins and names of who may get the trip; empty where it is the asker's.
  var people: [(login: String, name: String)]
  /// Login of who asks.
  var user: String
  /// Whether addresses can be looked up.
  var findsPlaces: Bool

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.planning
    return .object([
      "hasPeople": .flag(!people.isEmpty), "responsibleLabel": .text(language.phrases.responsible),
      "people": language.options(
        people.map { ($0.login, $0.name) } + [("", language.phrases.records.nobody)], chosen: user),
      "title": .text(words.title), "whom": .text(words.whom),
      "selections": .list(
        selections.map {
          .object(["value": .text($0.id), "name": .text($0.name), "chosen": .flag($0.id == selection)])
        }),
      "noChoiceTitle": .text(words.noChoice.title), "noChoiceText": .text(words.noChoice.text),
      "toMap": .text(words.toMap), "start": .text(words.start), "startHint": .text(words.startHint),
      "end": .text(words.end), "ends": language.options(words.ends.map { ($0.value, $0.name) }),
      "endPlace": .text(words.endPlace), "places": .flag(findsPlaces), "pickStart": .text(words.pickStart),
      "dateLabel": .text(words.date), "date": .text(date.description), "days": .text(words.days),
      "from": .text(words.from), "until": .text(words.until), "lunch": .text(words.lunch),
      "lunchMinutes": .text(words.lunchMinutes), "visitMinutes": .text(words.visitMinutes),
      "maxDriving": .text(words.maxDriving), "night": .text(words.night),
      "nights": language.options(words.nights.map { ($0.value, $0.name) }),
      "skipVisited": .text(words.skipVisited),
      "skipPlanned": .text(words.skipPlanned), "more": .text(words.more),
      "conditions": .text(words.conditions), "plan": .text(words.plan),
      "tripName": .text(words.tripName), "save": .text(words.save), "undo": .text(words.undo),
      "redo": .text(words.redo), "improve": .text(words.improve), "best": .text(words.best),
      "alternatives": .text(words.alternatives), "keys": .text(words.keys), "code": .optional(pageCode),
      "nearby": .text(words.nearby),
      "map": .text(language.phrases.tripOnMap),
      "texts": .text(
        PageRenderer.json([
          "working": words.working, "fromMap": words.fromMap(0),
          "takeBack": words.takeBack, "pick": words.pick,
        ])),
    ])
  }
}

extension PageRenderer {
  func planner(_ view: PlannerView, in frame: PageFrame) -> String {
    mapPage(
      title: frame.language.phrases.planning.title, in: frame.at(.trips),
      content: ["plan": view.values(in: frame.language)])
  }

  /// Who is near the way of a plan, without a page around it.
  func nearby(_ view: PlanNearbyView, in language: Language) -> String {
    fragment("plan-nearby", ["nearby": view.values(in: language)])
  }

  /// A plan without a page around it.
  func plan(_ view: PlanView, in language: Language) -> String {
    let words = language.phrases
    return fragment(
      "plan-draft",
      [
        "plan": view.values(in: language),
        "words": .object(["leftOut": .text(words.leftOut), "dayByDay": .text(words.dayByDay)]),
      ])
  }
}
