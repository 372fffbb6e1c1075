import CRM
import Geo
import Routing

/// Why a trip was not planned.
public enum PlanningError: CodedError, Equatable {
  case emptySelection
  case noLocatedPartner(selected: Int)
  case tooManyPartners(count: Int, limit: Int)
  /// `role` is "start" or "end".
  case placeNotFound(role: String, text: String, suggestions: [String])
  /// A whole region is no place to start from.
  case placeIsRegion(role: String, text: String, label: String)
  /// Several places fit equally well; `choices` are their labels with coordinates.
  case placeAmbiguous(role: String, text: String, choices: [String])
  case placeEmpty(role: String)
  case partnerUnknown(String)
  case partnerNotLocated(name: String)
  /// Every partner was left out; the list says why each. `start` is what the start was understood as.
  case nothingFits([UnassignedStop], days: Int, start: Place)
  case dayCount(Int)
  case workHours(PlanRequest.Hours)
  case visitLength(Seconds)
  case maxDriving(Seconds)
  case lunch(PlanRequest.Lunch)
  case lunchOutsideWork(PlanRequest.Lunch, work: PlanRequest.Hours)
  case budget(milliseconds: Int)
  case timeZone(String)
  case maxDistance(Metres)
  case overtime(Seconds)
  case setUp(Seconds)
  case maxWait(Seconds)
  case nightAwayFrom(Metres)
  /// Lodging is the last place of a day, and so is a partner.
  case lodgingLast(PartnerID)
  /// No weekday is left to go on.
  case weekdays
  /// A rule names a day that is none of the trip's.
  case ruleDate(LocalDate, dates: [LocalDate])
  /// The days and the appointment of a partner leave no day.
  case ruleDates(PartnerID)
  case appointmentTime(Int)
  case rulePosition(Int)
  case ruleWeight(Int)
  case orderTwice(name: String)
  case ruleTurnover(PartnerID)
  /// Orders lead from a partner back to it.
  /// The name is known once partners are read.
  case orderCircle(PartnerID, name: String?)
  case requestUnreadable(String)
  case tripUnknown(String)
  case nothingLeft(title: String)
  /// A trip is to go on from a place, and has no day that goes on now.
  case notToday(title: String)
  /// A trip is to go on from a place that no road leads to.
  case offRoad(Coordinate)
  /// A trip that was called off is not planned again.
  case tripCancelled(title: String)
  /// A partner to put into a trip was visited or set aside on it.
  case visitOver(name: String)
  /// The trip's request refuses a partner to put in.
  case notWanted(UnassignedStop)
  /// No day of the trip holds a partner beside the others.
  case noPlace(name: String, obstacles: [DayObstacle])
  /// A trip that nothing can be put into, for it breaks a rule itself.
  case tripBroken(title: String)
  /// A stop to lock is none of those to come.
  case lockUnknown(partner: String, title: String)
  case alternatives(Int)
  /// Fewer plans differ really than one would choose from.
  case noAlternative(Int, found: Int)
  /// A fault of the optimiser, caught before anybody drove by it.
  case checkFailed([String])

  public var code: String {
    switch self {
    case .emptySelection: "plan.emptySelection"
    case .noLocatedPartner: "plan.noLocatedPartner"
    case .tooManyPartners: "plan.tooManyPartners"
    case .placeNotFound(let role, _, _): "plan.\(role).notFound"
    case .placeIsRegion(let role, _, _): "plan.\(role).isRegion"
    case .placeAmbiguous(let role, _, _): "plan.\(role).ambiguous"
    case .placeEmpty(let role): "plan.\(role).empty"
    case .partnerUnknown: "plan.place.partnerUnknown"
    case .partnerNotLocated: "plan.place.partnerNotLocated"
    case .nothingFits: "plan.nothingFits"
    case .dayCount: "plan.dayCount"
    case .workHours: "plan.workHours"
    case .visitLength: "plan.visitLength"
    case .maxDriving: "plan.maxDriving"
    case .lunch, .lunchOutsideWork: "plan.lunch"
    case .budget: "plan.budget"
    case .timeZone: "plan.timeZone"
    case .maxDistance: "plan.maxDistance"
    case .overtime: "plan.overtime"
    case .setUp: "plan.setUp"
    case .maxWait: "plan.maxWait"
    case .nightAwayFrom: "plan.nightAwayFrom"
    case .lodgingLast: "plan.lodging.last"
    case .weekdays: "plan.weekdays"
    case .ruleDate: "plan.rule.date"
    case .ruleDates: "plan.rule.dates"
    case .appointmentTime: "plan.rule.appointment"
    case .rulePosition: "plan.rule.position"
    case .ruleWeight: "plan.rule.value"
    case .orderTwice: "plan.order.twice"
    case .ruleTurnover: "plan.rule.turnover"
    case .orderCircle: "plan.rule.orderCircle"
    case .requestUnreadable: "trip.requestUnreadable"
    case .tripUnknown: "trip.notFound"
    case .nothingLeft: "trip.nothingLeft"
    case .notToday: "trip.notToday"
    case .offRoad: "trip.offRoad"
    case .tripCancelled: "trip.cancelled"
    case .visitOver: "trip.visitOver"
    case .notWanted(let left): "trip.insert.\(left.reason.rawValue)"
    case .noPlace: "trip.insert.noPlace"
    case .tripBroken: "trip.broken"
    case .lockUnknown: "trip.lock.notFound"
    case .alternatives: "plan.alternatives"
    case .noAlternative: "plan.alternative.notFound"
    case .checkFailed: "plan.internal.checkFailed"
    }
  }

  public var message: String {
    switch self {
    case .emptySelection: "the selection holds no partner"
    case .noLocatedPartner(let selected):
      "none of the \(selected) selected partners has coordinates"
    case .tooManyPartners(let count, let limit):
      "the selection holds \(count) partners, one trip takes at most \(limit)"
    case .placeNotFound(let role, let text, _): "the \(role) \"\(text)\" was not found"
    case .placeIsRegion(let role, let text, let label): "the \(role) \"\(text)\" is a whole region: \(label)"
    case .placeAmbiguous(let role, let text, let choices):
      "the \(role) \"\(text)\" fits \(choices.count) places equally well"
    case .placeEmpty(let role): "the \(role) is empty"
    case .partnerUnknown(let id): "there is no partner \(id)"
    case .partnerNotLocated(let name): "the partner \"\(name)\" has no coordinates"
    case .nothingFits(let left, let days, let start):
      "no visit fits into \(days) day\(days == 1 ? "" : "s")"
        + (left.allSatisfy { $0.reason == .tooFar } ? " from \(start.labelWithDegrees)" : "") + ": "
        + Self.countsByReason(left).map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ")
    case .dayCount(let days): "\(days) days is outside 1 … \(PlanRequest.maximumDays)"
    case .workHours(let hours):
      "working hours \(ClockTime.text(hours.start))-\(ClockTime.text(hours.end)) hold no time"
    case .visitLength(let length): "a visit of \(length.value) s is outside 1 s … 24 h"
    case .maxDriving(let most): "\(most.value) s of driving a day allows none"
    case .lunch(let lunch):
      "a lunch of \(lunch.length.value / 60) min does not fit into "
        + "\(ClockTime.text(lunch.window.start))-\(ClockTime.text(lunch.window.end))"
    case .lunchOutsideWork(let lunch, let work):
      "lunch at \(ClockTime.text(lunch.window.start))-\(ClockTime.text(lunch.window.end)) lies outside "
        + "the working hours \(ClockTime.text(work.start))-\(ClockTime.text(work.end))"
    case .budget(let milliseconds): "a budget of \(milliseconds) ms is outside 1 … 600000 ms"
    case .timeZone(let name): "there is no time zone \"\(name)\""
    case .maxDistance(let most): "\(Int(most.value)) m a day allow no way"
    case .overtime(let length): "\(length.value) s of overtime are outside 0 … 12 h"
    case .setUp(let length): "a set-up time of \(length.value) s is outside 0 … 4 h"
    case .nightAwayFrom(let least): "\(Int(least.value)) m are no distance for a night away"
    case .lodgingLast(let partner):
      "partner \(partner) cannot be the last of a day that ends at its lodging"
    case .maxWait(let length): "a wait of \(length.value) s is outside 0 … 24 h"
    case .weekdays: "the trip goes on no weekday"
    case .ruleDate(let date, let dates):
      "\(date) is no day of the trip"
        + (dates.first.map { first in ", which goes on \(first)" } ?? "")
        + (dates.count > 1 ? " … \(dates[dates.count - 1])" : "")
    case .ruleDates(let partner): "the days asked for leave none for partner \(partner)"
    case .appointmentTime(let time): "\(time) s after midnight is no time of the day"
    case .rulePosition(let place): "there is no place \(place) in a day"
    case .ruleTurnover(let partner): "the turnover of partner \(partner) is no amount"
    case .orderTwice(let name): "\"\(name)\" stands twice in the order"
    case .ruleWeight(let weight): "a partner cannot count as \(weight) visits"
    case .orderCircle(let partner, let name):
      "the orders lead from \(name.map { "\"\($0)\"" } ?? "partner \(partner)") back to it"
    case .requestUnreadable(let why): "the stored request cannot be read: \(why)"
    case .tripUnknown(let id): "there is no trip \(id)"
    case .nothingLeft(let title): "every stop of \"\(title)\" is finished"
    case .notToday(let title): "no day of \"\(title)\" goes on now"
    case .offRoad(let place): "no road leads to \(place.latitude), \(place.longitude) and on from there"
    case .tripCancelled(let title): "\"\(title)\" is called off"
    case .visitOver(let name): "the visit of \(name) is over"
    case .notWanted(let left):
      "\(left.name) is not for this trip" + (left.detail.isEmpty ? "" : ": \(left.detail)")
    case .noPlace(let name, let obstacles):
      "no day has room for \(name)"
        + (Self.least(obstacles).map { ": " + ObstacleText.sentence($0) } ?? ", for every day is over")
    case .tripBroken(let title): "\"\(title)\" breaks a rule as it stands"
    case .lockUnknown(let partner, let title): "partner \(partner) is no stop to come of \"\(title)\""
    case .noAlternative(let number, let found):
      "there is no alternative \(number): \(found) plan\(found == 1 ? "" : "s") that differ really"
    case .alternatives(let count):
      "\(count) is no number of alternatives from 1 to \(TripPlanner.maximumAlternatives)"
    case .checkFailed(let list):
      "the optimiser returned a plan that breaks \(list.count) rule\(list.count == 1 ? "" : "s"): "
        + list.prefix(3).joined(separator: "; ")
    }
  }

  public var hint: String {
    switch self {
    case .emptySelection: "widen the region or drop a filter; `planner select` shows what a selection holds"
    case .noLocatedPartner:
      "place them first: `planner review` lists them, `planner pin PARTNER LAT,LON` sets one"
    case .tooManyPartners: "narrow the selection, or plan several trips"
    case .placeNotFound(_, _, let suggestions):
      suggestions.isEmpty
        ? "write an address with its town, LATITUDE,LONGITUDE or partner:ID"
        : "did you mean " + suggestions.prefix(5).joined(separator: "; ") + "?"
    case .placeIsRegion: "name a town or an address in it"
    case .placeAmbiguous(_, _, let choices):
      "add the region or the district, or give one by its coordinates: " + choices.joined(separator: "; ")
    case .placeEmpty: "write an address with its town, LATITUDE,LONGITUDE or partner:ID"
    case .partnerUnknown: "`planner select --json` lists partners with their identifiers"
    case .partnerNotLocated: "set its place by `planner pin PARTNER LAT,LON`"
    case .nothingFits(let left, _, _) where left.allSatisfy { $0.reason == .tooFar }:
      "check that this is the --start you mean; else lengthen --work or --days, raise --max-drive, or start nearer"
    case .nothingFits(let left, _, _) where left.allSatisfy { $0.reason == .closedThatDay }:
      "choose other days: --date, --days, --on"
    case .nothingFits(let left, _, _) where left.allSatisfy { LeftOutReason($0.reason) == nil }:
      "select others; what keeps each of them out stands beside it"
    case .nothingFits:
      "lengthen --work or --days, shorten --visit, raise --max-drive and --max-distance, or start nearer"
    case .dayCount: "give --days from 1 to \(PlanRequest.maximumDays)"
    case .workHours: "write --work 09:00-18:00, the end after the start"
    case .visitLength: "write --visit 30m"
    case .maxDriving: "write --max-drive 5h, or leave it out"
    case .lunch: "write --lunch 12:00-14:00/45m"
    case .lunchOutsideWork: "move --lunch into the hours of --work, or leave it out"
    case .budget: "write --budget 200ms, or leave it out"
    case .timeZone: "write an IANA name such as Europe/Minsk"
    case .maxDistance: "write --max-distance 250, or leave it out"
    case .overtime: "write --overtime 1h, or leave it out"
    case .setUp: "write --set-up 10m, or leave it out"
    case .nightAwayFrom: "write --night-away-from 80, or leave it out"
    case .lodgingLast: "leave --last or --lodging out"
    case .maxWait: "write --max-wait 30m, or leave it out"
    case .weekdays: "write --weekdays mon-fri, or leave it out"
    case .ruleDate: "move --date, raise --days, widen --weekdays, or name another day"
    case .ruleDates: "give --on a day, that of the appointment where there is one"
    case .appointmentTime: "write --appointment ID=2026-05-04T14:00"
    case .rulePosition: "write --position ID=2; 1 is the first of its day"
    case .ruleTurnover: "give an amount from 0, in one currency for all"
    case .orderTwice: "name every partner once in --order"
    case .ruleWeight: "use 1 … \(TripRules.maximumWeight)"
    case .orderCircle: "take one --before away"
    case .requestUnreadable: "plan the trip anew"
    case .tripUnknown: "`planner trip list` shows the saved trips"
    case .nothingLeft: "there is nothing to plan again"
    case .notToday: "plan it again without a place to go on from"
    case .offRoad: "give a place on a road, or plan it again from the last visit"
    case .tripCancelled: "plan a new trip; `planner trip compare` sets this one beside a plan made now"
    case .visitOver: "`planner task reopen ITEM` takes a check or a skip back"
    case .notWanted: "change the partner, or plan a trip that asks for less"
    case .noPlace: "unlock a stop or take one out, or plan again: `planner trip replan` may find room"
    case .tripBroken: "`planner trip check` lists what, `planner trip replan --save` plans it again"
    case .lockUnknown: "`planner trip show --json` lists the stops with their partners"
    case .noAlternative(_, let found): "choose from 1 to \(found), or leave --choose out"
    case .alternatives: "write --alternatives 3"
    case .checkFailed: "nothing was saved; report this with the request"
    }
  }

  public var choices: [String] {
    switch self {
    case .placeNotFound(_, _, let list), .placeAmbiguous(_, _, let list): list
    default: []
    }
  }

  /// The day on which least stands in the way.
  private static func least(_ obstacles: [DayObstacle]) -> DayObstacle? {
    obstacles.min {
      ($0.breaks.count, $0.breaks.reduce(0) { $0 + $1.amount }) < (
        $1.breaks.count, $1.breaks.reduce(0) { $0 + $1.amount }
      )
    }
  }

  /// How many were left out for each reason, most frequent first.
  public static func countsByReason(_ left: [UnassignedStop]) -> [(reason: ReasonCode, count: Int)] {
    var counts: [ReasonCode: Int] = [:]
    for stop in left { counts[stop.reason, default: 0] += 1 }
    return ReasonCode.allCases
      .compactMap { reason in counts[reason].map { (reason: reason, count: $0) } }
      .sorted { $0.count > $1.count }
  }
}

/// Clock times as people write them.
public enum ClockTime {
  /// `HH:MM` of seconds after midnight; 24:00 and later keep counting.
  public static func text(_ seconds: Int) -> String {
    let minutes = seconds / 60
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
