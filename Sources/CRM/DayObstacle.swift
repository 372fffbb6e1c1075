import Geo

/// The best place for a left-out partner on one day of a plan, and what putting it there would break.
public struct DayObstacle: Hashable, Sendable, Codable {
  /// What can stand in the way. The raw values are stable.
  public enum Rule: String, Sendable, Codable, CaseIterable {
    /// No road leads there or on.
    case road
    /// The day is none of the days asked for.
    case day
    /// Closed all day; with a name when that is because of a public holiday.
    case closed
    /// No visits are wanted that day.
    case ban
    case precedence, slot, samePlace
    case appointment, window, waiting
    case workEnd, maxDriving, maxDistance, lunch
    /// The day itself would do, but another would break.
    case otherDay
  }

  public struct Broken: Hashable, Sendable, Codable {
    public var rule: Rule
    /// Seconds too late or too long, metres too far for ``Rule/maxDistance``; 0 for rules that have no amount.
    public var amount: Int
    /// The other partner whose rule breaks, or the holiday; nil when it is the partner's own.
    public var name: String?

    public init(_ rule: Rule, by amount: Int = 0, name: String? = nil) {
      self.rule = rule
      self.amount = amount
      self.name = name
    }
  }

  public var date: LocalDate
  /// Place in the order of the day, from 1.
  public var position: Int
  /// How much more the whole trip would drive.
  public var addedSeconds: Seconds
  public var addedMetres: Metres
  /// Empty when the partner fits there.
  public var breaks: [Broken]

  public init(
    date: LocalDate, position: Int, addedSeconds: Seconds, addedMetres: Metres, breaks: [Broken]
  ) {
    self.date = date
    self.position = position
    self.addedSeconds = addedSeconds
    self.addedMetres = addedMetres
    self.breaks = breaks
  }
}
