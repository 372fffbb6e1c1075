/// When a partner receives visitors, in the partner's local time.
///
/// `days` has seven entries, Monday first; each lists half-open windows, sorted and apart from each other. An
/// empty list means closed that day. A window may end after midnight (`end > 86_400`).
public struct OpeningHours: Hashable, Sendable, Codable {
  /// Half-open `[start, end)`, seconds after local midnight.
  public struct Window: Hashable, Sendable, Codable {
    public var start: Int
    public var end: Int
    public init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }
  }

  public var days: [[Window]]
  /// The text it was read from, as typed.
  public var text: String

  public init(days: [[Window]], text: String) {
    precondition(days.count == 7)
    self.days = days
    self.text = text
  }

  public func windows(on weekday: Weekday) -> [Window] { days[weekday.rawValue] }
}
