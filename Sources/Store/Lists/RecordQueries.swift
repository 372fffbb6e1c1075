import CRM
import Foundation

/// A page of the list of tasks. Filters are all to hold; of the values of one any.
public struct TaskQuery: Sendable, Hashable {
  public var state: [TripTask.State] = []
  /// Logins; an empty text stands for nobody.
  public var responsible: [String] = []
  /// Logins: one of them takes part.
  public var participant: [String] = []
  /// The deadline lies at this instant or after.
  public var dueFrom: Date?
  /// The deadline lies before this instant.
  public var dueBefore: Date?
  /// Newest first, else oldest first.
  public var newestFirst = true
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  public var countsTotal = false
  public init() {}
}

/// A page of the list of trips, ordered by when they were saved.
public struct TripQuery: Sendable, Hashable {
  public var state: [Trip.State] = []
  /// Logins; an empty text stands for nobody.
  public var responsible: [String] = []
  /// Trips with a day on or after, and on or before.
  public var from: LocalDate?
  public var to: LocalDate?
  /// Latest saved first, else earliest first.
  public var newestFirst = true
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  public var countsTotal = false
  public init() {}
}

/// A page of the list of activities, ordered by when they happened.
public struct ActivityQuery: Sendable, Hashable {
  public var partner: PartnerID?
  /// Logins; an empty text stands for nobody.
  public var author: [String] = []
  public var kind: [Activity.Kind] = []
  /// At or after, and before.
  public var from: Date?
  public var to: Date?
  /// Latest first, else earliest first.
  public var newestFirst = true
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  public init() {}
}

/// A page of the list of users in the order of their logins.
public struct UserQuery: Sendable, Hashable {
  public var role: [UserRole] = []
  public var disabled: Bool?
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  public var countsTotal = false
  public init() {}
}

/// A page of the audit trail, the latest change first. There is no scope: who may read the trail reads all of it.
public struct AuditQuery: Sendable, Hashable {
  /// `partner`, `trip`, `task`, … ; needed with `record`.
  public var entity: String?
  public var record: String?
  /// Logins.
  public var user: [String] = []
  /// At or after, and before.
  public var from: Date?
  public var to: Date?
  /// 1 … 500.
  public var limit = 50
  public var after: ListCursor?
  public init() {}
}
