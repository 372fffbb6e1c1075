import CRM
import Foundation

extension Writer {
  /// Calls a trip off, and its task with it. Stops, checklist and the visits recorded on them stay as history.
  /// - Returns: false when it was called off before; nothing is written then.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/tripCompleted(title:)``.
  @discardableResult
  public func cancelTrip(_ id: TripID) throws -> Bool {
    guard let trip = try trip(id) else {
      throw StoreError.notFound(entity: "trip", id: id.description)
    }
    guard trip.state != .completed else { throw StoreError.tripCompleted(title: trip.title) }
    guard trip.state != .cancelled else { return false }
    func image(_ state: String) throws -> String { try JSONText.encode(["state": state]) }
    // Calendars take the change from a version one on.
    try db.run("UPDATE trip SET state = 'cancelled', version = version + 1 WHERE uid = ?", id.blob)
    try audit(
      "cancel", entity: "trip", id: id.description, before: try image(trip.state.rawValue),
      after: try image(Trip.State.cancelled.rawValue))
    if let task = try task(forTrip: id), task.state != .cancelled {
      try db.run("UPDATE task SET state = 'cancelled', version = version + 1 WHERE uid = ?", task.id.blob)
      try audit(
        "cancel", entity: "task", id: task.id.description, before: try image(task.state.rawValue),
        after: try image(TripTask.State.cancelled.rawValue))
    }
    return true
  }

  /// Takes a trip and its task away, as if they had never been saved; the audit trail keeps what they were.
  /// - Throws: ``StoreError/notFound(entity:id:)``; ``StoreError/tripHasVisits(title:stops:)`` when a visit or
  ///   a photograph is recorded on one of its stops.
  public func removeTrip(_ id: TripID) throws {
    guard let trip = try trip(id) else {
      throw StoreError.notFound(entity: "trip", id: id.description)
    }
    let visited = try trip.days.flatMap(\.stops).filter { try hasRecords($0.id) }
    guard visited.isEmpty else {
      throw StoreError.tripHasVisits(title: trip.title, stops: visited.map(\.name))
    }
    if let task = try task(forTrip: id) {
      try delete(task, task.id, from: "task", entity: "task")
    }
    try delete(trip, id, from: "trip", entity: "trip")
  }
}
