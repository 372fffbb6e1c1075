import Foundation

/// One thing that happened with a partner: a change of its record, something done with it, a trip it is planned in.
public struct TimelineEntry: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    /// The partner or one of its people was changed. `before` and `after` are JSON objects of the fields concerned, nil
    /// when there was or is nothing.
    case change(action: String, entity: String, id: String, before: String?, after: String?)
    /// A visit, call, meeting, letter or note.
    case activity(Activity)
    /// The partner is a stop of a trip. `task` is the trip's task.
    case stop(trip: TripReference, stop: StopID, date: LocalDate, visit: Stop.VisitState, outcome: String)
    /// The partner was asked for and left out of a trip.
    case leftOut(trip: TripReference, reason: ReasonCode, detail: String)
  }

  /// A trip as far as a line about it names it.
  public struct TripReference: Sendable, Hashable {
    public var id: TripID
    public var title: String
    public var state: Trip.State
    public var task: TaskID?
    public init(id: TripID, title: String, state: Trip.State, task: TaskID?) {
      self.id = id
      self.title = title
      self.state = state
      self.task = task
    }
  }

  /// When it happened; of a trip when it was last saved.
  public var at: Date
  /// Who did it; nil when no person did.
  public var user: UserID?
  /// How it was done, of changes alone: `cli`, `import`, `web`.
  public var actor: String
  public var content: Content
  /// Where to read on behind this entry.
  public var cursor: TimelineCursor

  public init(at: Date, user: UserID?, actor: String, content: Content, cursor: TimelineCursor) {
    self.at = at
    self.user = user
    self.actor = actor
    self.content = content
    self.cursor = cursor
  }
}

/// A place in a partner's timeline. What is added later stands before it and moves nothing behind it.
public struct TimelineCursor: Sendable, Hashable, CustomStringConvertible {
  /// Milliseconds since 1970 UTC.
  public var milliseconds: Int64
  /// Parts entries of the same instant by what they are.
  public var rank: Int
  /// Parts entries of the same instant and rank.
  public var row: Int64

  public init(milliseconds: Int64, rank: Int, row: Int64) {
    self.milliseconds = milliseconds
    self.rank = rank
    self.row = row
  }

  public var description: String { "\(milliseconds).\(rank).\(row)" }

  /// Reads what ``description`` gave; nil when it is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let milliseconds = Int64(parts[0]), let rank = Int(parts[1]),
      (0...9).contains(rank),
      let row = Int64(parts[2])
    else { return nil }
    self.init(milliseconds: milliseconds, rank: rank, row: row)
  }
}
