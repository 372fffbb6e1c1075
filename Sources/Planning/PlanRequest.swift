import CRM
import Foundation
import Geo
import Routing

/// Everything a manager decides before a trip is planned. Stored with the trip as JSON, so that the same
/// question can be asked again.
///
/// Clock times are seconds after local midnight of the trip's time zone, windows are half-open.
public struct PlanRequest: Hashable, Sendable, Codable {
  /// Where the trip ends.
  public enum End: Hashable, Sendable, Codable {
    /// At the last visit.
    case open
    case roundTrip
    case at(Place)
  }

  /// Hours of a day, `start < end`.
  public struct Hours: Hashable, Sendable, Codable {
    public var start: Int
    public var end: Int
    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }
    var range: Range<Int> { start..<end }
  }

  /// A break of `length` anywhere inside `window`.
  public struct Lunch: Hashable, Sendable, Codable {
    public var window: Hours
    public var length: Seconds
    public init(window: Hours, length: Seconds) {
      self.window = window
      self.length = length
    }
  }

  /// Where somebody was on a day of the trip, and when.
  public struct Position: Hashable, Sendable, Codable {
    public var date: LocalDate
    /// Not before the last visit made until then ended.
    public var at: Date
    public var coordinate: Coordinate
    public init(date: LocalDate, at: Date, coordinate: Coordinate) {
      self.date = date
      self.at = at
      self.coordinate = coordinate
    }
  }

  public var title: String?
  public var selection: Selection
  public var start: Place
  public var end: End
  public var firstDate: LocalDate
  /// 1 … ``maximumDays``.
  public var dayCount: Int
  public var work: Hours
  public var lunch: Lunch?
  /// Length of a visit where the partner has none of its own.
  public var visit: Seconds
  /// Most driving a day.
  public var maxDriving: Seconds?
  public var night: TripProblem.Night
  public var metric: TripProblem.Metric
  public var seed: UInt64
  /// Bounds the search by time; nil bounds it by iterations, which gives the same plan on every machine.
  public var budgetMilliseconds: Int?
  /// Partners located more vaguely than this are left out as `lowPrecision`; nil takes all that have
  /// coordinates. The middle of a region is no place to drive to, so towns are the usual least.
  public var minimumLevel: GeocodeLevel?
  /// Partners visited fewer than this many days before the trip are left out as `visitedRecently`.
  public var skipVisitedWithinDays: Int?
  /// Leave out partners that another unfinished trip has still to visit, on whatever day.
  public var skipPlannedElsewhere: Bool
  /// Left out only when no plan can hold them.
  public var mustVisit: [PartnerID]
  /// Partners left out without a reason code, because their visit is over: used when the rest is re-planned.
  public var alreadyDone: [PartnerID]
  /// Partners whose stop nobody drives to and which stays in the trip as a record, because of its photographs: used
  /// when the rest is re-planned.
  public var recorded: [PartnerID]?
  /// Where somebody was when the rest was planned again: his day goes on from there. One a day at most.
  public var positions: [Position]?
  /// IANA name; nil takes the zone of the start.
  public var timeZone: String?
  /// Limits of days and rules for single partners.
  public var rules: TripRules

  public static let maximumDays = 31
  public static let standardHours = Hours(start: 9 * 3600, end: 18 * 3600)

  public init(
    title: String? = nil, selection: Selection, start: Place, end: End = .roundTrip, firstDate: LocalDate,
    dayCount: Int = 1, work: Hours = PlanRequest.standardHours, lunch: Lunch? = nil,
    visit: Seconds = Seconds(minutes: 30), maxDriving: Seconds? = nil, night: TripProblem.Night = .home,
    metric: TripProblem.Metric = .time, seed: UInt64 = 1, budgetMilliseconds: Int? = nil,
    minimumLevel: GeocodeLevel? = .locality, skipVisitedWithinDays: Int? = nil,
    skipPlannedElsewhere: Bool = false, mustVisit: [PartnerID] = [], alreadyDone: [PartnerID] = [],
    timeZone: String? = nil, rules: TripRules = TripRules()
  ) {
    self.title = title
    self.selection = selection
    self.start = start
    self.end = end
    self.firstDate = firstDate
    self.dayCount = dayCount
    self.work = work
    self.lunch = lunch
    self.visit = visit
    self.maxDriving = maxDriving
    self.night = night
    self.metric = metric
    self.seed = seed
    self.budgetMilliseconds = budgetMilliseconds
    self.minimumLevel = minimumLevel
    self.skipVisitedWithinDays = skipVisitedWithinDays
    self.skipPlannedElsewhere = skipPlannedElsewhere
    self.mustVisit = mustVisit
    self.alreadyDone = alreadyDone
    self.timeZone = timeZone
    self.rules = rules
  }

  /// The dates of the trip, in order: as many days as there are to be, weekdays on which it does not go passed over.
  public var dates: [LocalDate] {
    guard dayCount > 0, dayCount <= Self.maximumDays else { return [] }
    let all = (0..<dayCount * 7).lazy.map { firstDate.adding(days: $0) }
    return Array(all.filter { rules.weekdays?.contains($0.weekday) ?? true }.prefix(dayCount))
  }

  /// How to search for the plan.
  var searchOptions: TripSolver.Options {
    TripSolver.Options(seed: seed, budgetMilliseconds: budgetMilliseconds, levelDays: true)
  }

  /// The stored form: JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads what ``json()`` wrote.
  /// - Throws: ``PlanningError/requestUnreadable``.
  public init(json: String) throws {
    do {
      self = try JSONDecoder().decode(PlanRequest.self, from: Data(json.utf8))
    } catch {
      throw PlanningError.requestUnreadable("\(error)")
    }
  }

  /// - Throws: ``PlanningError`` naming the first value out of range.
  public func validate() throws(PlanningError) {
    guard (1...Self.maximumDays).contains(dayCount) else { throw .dayCount(dayCount) }
    guard work.start >= 0, work.end <= 86_400, work.start < work.end else { throw .workHours(work) }
    guard visit.value > 0, visit.value <= 86_400 else { throw .visitLength(visit) }
    if let maxDriving, maxDriving.value <= 0 { throw .maxDriving(maxDriving) }
    if let lunch {
      let window = lunch.window
      guard window.start >= 0, window.end <= 86_400, lunch.length.value > 0,
        window.end - window.start >= lunch.length.value
      else { throw .lunch(lunch) }
      guard window.start < work.end, work.start < window.end else {
        throw .lunchOutsideWork(lunch, work: work)
      }
    }
    if let budgetMilliseconds, !(1...600_000).contains(budgetMilliseconds) {
      throw .budget(milliseconds: budgetMilliseconds)
    }
    if let timeZone, TimeZone(identifier: timeZone) == nil { throw .timeZone(timeZone) }
    try rules.validate(dates: dates)
  }
}
