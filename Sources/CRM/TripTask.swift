import Foundation

/// A task with its checklist tree. Called `TripTask` because `Task` is Swift's own; the interface says "task".
public struct TripTask: Hashable, Sendable, Codable {
  public enum State: String, Codable, Sendable, CaseIterable { case open, inProgress, done, cancelled }
  public var id: TaskID
  public var title: String
  public var responsible: UserID?
  public var creator: UserID?
  public var deadline: Date?
  public var state: State
  /// Those who take part beside the responsible and the creator: they see it and have their say. In order, none twice.
  public var participants: [UserID]
  /// The trip whose stops the checklist walks, if any.
  public var trip: TripID?
  /// Roots in order.
  public var checklist: [ChecklistItem]
  /// Grows by one with each change of the task or of its checklist.
  public var version: Int

  public init(
    id: TaskID = .new(), title: String, responsible: UserID? = nil, creator: UserID? = nil,
    deadline: Date? = nil, state: State = .open, participants: [UserID] = [], trip: TripID? = nil,
    checklist: [ChecklistItem] = [], version: Int = 1
  ) {
    self.id = id
    self.title = title
    self.responsible = responsible
    self.creator = creator
    self.deadline = deadline
    self.state = state
    self.participants = participants
    self.trip = trip
    self.checklist = checklist
    self.version = version
  }
}

/// One line of a checklist; a trip's day is an item whose children are its stops.
public struct ChecklistItem: Hashable, Sendable, Codable {
  public enum State: String, Codable, Sendable, CaseIterable { case open, done, skipped }
  public var id: ChecklistItemID
  public var title: String
  public var state: State
  public var outcome: String
  public var doneAt: Date?
  public var doneBy: UserID?
  /// The stop this item *is*: checking one records the other.
  public var stop: StopID?
  /// The partner it is about; a stop names its own.
  public var partner: PartnerID?
  public var children: [ChecklistItem]

  public init(
    id: ChecklistItemID = .new(), title: String, state: State = .open, outcome: String = "",
    doneAt: Date? = nil, doneBy: UserID? = nil, stop: StopID? = nil, partner: PartnerID? = nil,
    children: [ChecklistItem] = []
  ) {
    self.id = id
    self.title = title
    self.state = state
    self.outcome = outcome
    self.doneAt = doneAt
    self.doneBy = doneBy
    self.stop = stop
    self.partner = partner
    self.children = children
  }
}
