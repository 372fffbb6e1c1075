import CRM
import Foundation
import Geo
import Routing

/// What a person decides of a trip before its places and partners are known: what the command line's options and the
/// API's members have in common. What is nil is taken as usual.
public struct PlanDraft: Hashable, Sendable {
  public var title: String?
  /// First day; nil for the next working day.
  public var date: LocalDate?
  public var days = 1
  public var work: PlanRequest.Hours?
  public var lunch: PlanRequest.Lunch?
  public var visit: Seconds?
  public var maxDriving: Seconds?
  /// Nil for home, or away where lodging is asked for.
  public var night: TripProblem.Night?
  public var metric = TripProblem.Metric.time
  public var seed: UInt64 = 1
  public var budgetMilliseconds: Int?
  public var minimumLevel: GeocodeLevel? = .locality
  public var skipVisitedWithinDays: Int?
  public var skipPlannedElsewhere = false
  public var mustVisit: [PartnerID] = []
  public var timeZone: String?
  public var rules = TripRules()

  public init() {}

  /// Partners that belong to the trip, selected or not: those that must be visited and those a rule names.
  public var named: [PartnerID] { mustVisit + rules.partners.filter { !mustVisit.contains($0) } }

  /// The request, its places found.
  /// - Parameter today: the day of asking, before the first of the trip.
  public func request(
    selection: Selection, start: Place, end: PlanRequest.End, today: LocalDate
  ) -> PlanRequest {
    let named = named
    return PlanRequest(
      title: title, selection: named.isEmpty ? selection : .or([selection, .ids(named)]), start: start,
      end: end, firstDate: date ?? Self.nextWorkingDay(after: today), dayCount: days,
      work: work ?? PlanRequest.standardHours, lunch: lunch, visit: visit ?? Seconds(minutes: 30),
      maxDriving: maxDriving, night: night ?? (rules.lodging == nil ? .home : .away), metric: metric,
      seed: seed, budgetMilliseconds: budgetMilliseconds, minimumLevel: minimumLevel,
      skipVisitedWithinDays: skipVisitedWithinDays, skipPlannedElsewhere: skipPlannedElsewhere,
      mustVisit: mustVisit, timeZone: timeZone, rules: rules)
  }

  /// The first day after `day` that is no weekend.
  public static func nextWorkingDay(after day: LocalDate) -> LocalDate {
    var next = day.adding(days: 1)
    while next.weekday >= .saturday { next = next.adding(days: 1) }
    return next
  }
}
