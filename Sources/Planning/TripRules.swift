import CRM
import Foundation
import Geo
import Routing

/// What a manager asks of a trip beyond places, days, hours, lunch and driving: limits of each day, and rules for
/// single partners.
///
/// Lengths are seconds, distances metres, clock times seconds after local midnight of the trip's time zone.
public struct TripRules: Hashable, Sendable, Codable {
  /// What visits are worth beside each other when not all fit.
  public enum Worth: String, Hashable, Sendable, Codable, CaseIterable {
    /// All the same: as many as possible are made.
    case equal
    /// By how far the call interval has run out, see ``VisitWorth``.
    case urgency
  }

  /// Where nights away are spent.
  public enum Lodging: String, Hashable, Sendable, Codable, CaseIterable {
    /// A partner of the kind hotel.
    case hotel
    /// A town.
    case town
    /// A hotel, else a town.
    case any
  }

  /// Where in the order of its day a partner stands.
  public enum Place: Hashable, Sendable, Codable {
    case first
    case last
    /// From 1; the last of a day that is shorter.
    case position(Int)
  }

  /// A time agreed with a partner: the visit starts then, on that day.
  public struct Appointment: Hashable, Sendable, Codable {
    public var date: LocalDate
    public var time: Int
    public init(date: LocalDate, time: Int) {
      self.date = date
      self.time = time
    }
  }

  /// What is asked of one partner.
  public struct Stop: Hashable, Sendable, Codable {
    public var partner: PartnerID
    /// The only days on which it may be visited; nil for any of the trip.
    public var dates: [LocalDate]?
    public var appointment: Appointment?
    public var place: Place?
    /// How many other visits it counts for when not all fit; 1 … ``maximumWeight``, nil for one.
    public var weight: Int?
    /// Locked by the manager in a saved trip: stays, and is left out only when no plan can hold it.
    public var locked: Bool

    public init(
      partner: PartnerID, dates: [LocalDate]? = nil, appointment: Appointment? = nil, place: Place? = nil,
      weight: Int? = nil, locked: Bool = false
    ) {
      self.partner = partner
      self.dates = dates
      self.appointment = appointment
      self.place = place
      self.weight = weight
      self.locked = locked
    }
  }

  /// What a partner sold, in one currency for all.
  public struct Turnover: Hashable, Sendable, Codable {
    public var partner: PartnerID
    public var amount: Double
    public init(partner: PartnerID, amount: Double) {
      self.partner = partner
      self.amount = amount
    }
  }

  /// `after` is visited only when `before` is visited too, and earlier: the bank before the client.
  public struct Order: Hashable, Sendable, Codable {
    public var before: PartnerID
    public var after: PartnerID
    public init(before: PartnerID, after: PartnerID) {
      self.before = before
      self.after = after
    }
  }

  /// The longest way of a day.
  public var maxDistance: Metres?
  /// How much later than working hours a day may end, where that saves as much driving or makes a visit possible.
  public var overtime: Seconds?
  /// Time on top of a visit to park and to be let in; once where neighbouring stops share a door.
  public var setUp: Seconds?
  /// The longest wait at a door, the first of a day apart; the day begins later where that shortens it.
  public var maxWait: Seconds?
  /// Weekdays on which the trip goes; nil for all.
  public var weekdays: [Weekday]?
  public var worth: Worth
  /// What a night away is spent in; nil at the last stop of the day. For trips with nights away.
  public var lodging: Lodging?
  /// Nights are spent at the start where the last stop of the day is nearer by the way driven.
  public var nightAwayFrom: Metres?
  /// At most one a partner.
  public var stops: [Stop]
  public var orders: [Order]
  /// What visits are worth is multiplied by this, see ``VisitWorth``; partners that are not named sold nothing. Nil when
  /// turnover does not matter. At most one a partner.
  public var turnover: [Turnover]?

  public static let maximumWeight = 1000

  public init(
    maxDistance: Metres? = nil, overtime: Seconds? = nil, setUp: Seconds? = nil, maxWait: Seconds? = nil,
    weekdays: [Weekday]? = nil,
    worth: Worth = .equal,
    lodging: Lodging? = nil, nightAwayFrom: Metres? = nil, stops: [Stop] = [], orders: [Order] = [],
    turnover: [Turnover]? = nil
  ) {
    self.maxDistance = maxDistance
    self.overtime = overtime
    self.setUp = setUp
    self.maxWait = maxWait
    self.weekdays = weekdays
    self.worth = worth
    self.lodging = lodging
    self.nightAwayFrom = nightAwayFrom
    self.stops = stops
    self.orders = orders
    self.turnover = turnover
  }

  /// Partners that a rule names: they belong to the trip, selected or not.
  public var partners: [PartnerID] {
    var seen = Set<PartnerID>()
    return (stops.map(\.partner) + orders.flatMap { [$0.before, $0.after] }).filter {
      seen.insert($0).inserted
    }
  }

  /// What is asked of a partner; nil when nothing is.
  public func stop(_ partner: PartnerID) -> Stop? { stops.first { $0.partner == partner } }

  /// Changes what is asked of a partner; a rule that asks nothing any more is dropped.
  public mutating func change(_ partner: PartnerID, _ body: (inout Stop) -> Void) {
    let index = stops.firstIndex { $0.partner == partner }
    var rule = index.map { stops[$0] } ?? Stop(partner: partner)
    body(&rule)
    if let index { stops.remove(at: index) }
    guard rule != Stop(partner: partner) else { return }
    stops.insert(rule, at: index ?? stops.count)
  }

  /// Partners whose stop is locked.
  public var locked: Set<PartnerID> { Set(stops.filter(\.locked).map(\.partner)) }

  /// Partners left out only when no plan can hold them: an appointment is a promise, a lock is the manager's word.
  var musts: Set<PartnerID> {
    Set(stops.filter { $0.locked || $0.appointment != nil }.map(\.partner))
  }

  /// - Parameter dates: of the trip.
  /// - Throws: ``PlanningError`` naming the first value that cannot be kept.
  func validate(dates: [LocalDate]) throws(PlanningError) {
    if let maxDistance, !(maxDistance.value > 0) { throw .maxDistance(maxDistance) }
    if let overtime, !(0...43_200).contains(overtime.value) { throw .overtime(overtime) }
    if let setUp, !(0...14_400).contains(setUp.value) { throw .setUp(setUp) }
    if let maxWait, !(0...86_400).contains(maxWait.value) { throw .maxWait(maxWait) }
    if let nightAwayFrom, !(nightAwayFrom.value > 0) { throw .nightAwayFrom(nightAwayFrom) }
    if lodging != nil, let last = stops.first(where: { $0.place == .last }) {
      throw .lodgingLast(last.partner)
    }
    if weekdays?.isEmpty == true { throw .weekdays }
    for rule in stops {
      for date in (rule.dates ?? []) + [rule.appointment?.date].compactMap({ $0 }) where !dates.contains(date)
      {
        throw .ruleDate(date, dates: dates)
      }
      if rule.dates?.isEmpty == true { throw .ruleDates(rule.partner) }
      if let appointment = rule.appointment {
        guard (0..<86_400).contains(appointment.time) else { throw .appointmentTime(appointment.time) }
        if let days = rule.dates, !days.contains(appointment.date) { throw .ruleDates(rule.partner) }
      }
      if case .position(let place) = rule.place, !(1...1000).contains(place) { throw .rulePosition(place) }
      if let weight = rule.weight, !(1...Self.maximumWeight).contains(weight) { throw .ruleWeight(weight) }
    }
    if let bad = turnover?.first(where: { !(0..<1e15).contains($0.amount) }) {
      throw .ruleTurnover(bad.partner)
    }
    if let partner = firstInCircle { throw .orderCircle(partner, name: nil) }
  }

  /// A partner of a circle of orders; nil when some order of visits keeps them all.
  private var firstInCircle: PartnerID? {
    // Kahn 1962: who waits for nobody is taken out until nothing or a circle is left.
    var left = orders
    while true {
      let waiting = Set(left.map(\.after))
      let free = left.filter { !waiting.contains($0.before) }
      if free.isEmpty { return left.first?.before }
      left.removeAll { !waiting.contains($0.before) }
      if left.isEmpty { return nil }
    }
  }
}

extension KeyedDecodingContainer {
  /// Requests stored before there were rules have none.
  func decode(_ type: TripRules.Type, forKey key: Key) throws -> TripRules {
    try decodeIfPresent(type, forKey: key) ?? TripRules()
  }
}

/// Rules in the optimiser's terms.
struct RuleReader {
  let rules: TripRules
  let dates: [LocalDate]
  let zone: TimeZone
  private let worth: VisitWorth

  init(rules: TripRules, dates: [LocalDate], zone: TimeZone) {
    self.rules = rules
    self.dates = dates
    self.zone = zone
    worth = VisitWorth(rules)
  }

  /// Writes what is asked of a partner into its visit.
  func apply(to visit: inout TripProblem.Visit, of partner: PartnerSummary) {
    visit.setUp = rules.setUp ?? .zero
    visit.value = worth.value(of: partner, on: dates[0], in: zone)
    guard let rule = rules.stop(partner.id) else { return }
    visit.value *= rule.weight ?? 1
    visit.mustVisit = visit.mustVisit || rules.musts.contains(partner.id)
    visit.days = rule.dates.map { Set($0.compactMap(dates.firstIndex)) }
    if let appointment = rule.appointment, let day = dates.firstIndex(of: appointment.date) {
      visit.appointment = .init(
        day: day, at: appointment.date.elapsed(secondsAfterMidnight: appointment.time, in: zone))
    }
    visit.slot =
      switch rule.place {
      case nil: nil
      case .first: .first
      case .last: .last
      case .position(let place): .position(place - 1)
      }
  }

  /// Orders between visits, with a note for each that cannot be kept because one of the two is not planned.
  func precedences(among visited: [PartnerSummary]) -> (list: [TripProblem.Precedence], notes: [String]) {
    var index: [PartnerID: Int] = [:]
    for (number, partner) in visited.enumerated() where index[partner.id] == nil {
      index[partner.id] = number
    }
    var list: [TripProblem.Precedence] = []
    var notes: [String] = []
    for order in rules.orders {
      guard let after = index[order.after] else { continue }
      guard let before = index[order.before] else {
        notes.append("\(visited[after].name) was to be visited after a partner that cannot be planned")
        continue
      }
      list.append(.init(before: before, after: after))
    }
    return (list, notes)
  }
}
