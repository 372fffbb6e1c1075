import CRM
import Foundation
import Geo
import Store

/// Trips as the API shows them.
enum TripResource {
  /// A trip in full: what the command line prints of it, and who goes, by which version and task.
  struct Whole: Encodable {
    var trip: Trip
    var responsible: String?
    var task: TaskID?

    private enum Key: String, CodingKey { case responsible, taskId, version }

    func encode(to encoder: any Encoder) throws {
      try TripJSON(trip).encode(to: encoder)
      var more = encoder.container(keyedBy: Key.self)
      try more.encode(responsible, forKey: .responsible)
      try more.encode(task?.description, forKey: .taskId)
      try more.encode(trip.version, forKey: .version)
    }
  }

  static func json(_ trip: TripSummary, logins: [UserID: String]) -> JSONValue {
    .object([
      ("id", .id(trip.id)), ("title", .string(trip.title)), ("state", .string(trip.state.rawValue)),
      ("responsible", .optional(trip.responsible.flatMap { logins[$0] })), ("days", .int(trip.days)),
      ("stops", .int(trip.stops)), ("metres", .double(trip.metres.value)),
      ("seconds", .int(trip.seconds.value)), ("version", .int(trip.version)),
      ("savedAt", .instant(trip.savedAt)), ("taskId", .optional(trip.task)),
    ])
  }

  static func whole(_ trip: Trip, _ reader: some ReadAccess) throws -> Whole {
    Whole(
      trip: trip, responsible: try trip.responsible.flatMap { try reader.user($0)?.login },
      task: try reader.task(forTrip: trip.id)?.id)
  }

  /// The trip, when it is in sight; what is not in sight is not there.
  static func visible(_ id: TripID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> Trip {
    try RecordRights.visible(try reader.trip(id), "trip", id.description, of: { $0.responsible }, viewer)
  }

  /// As ``visible(_:_:_:)``, for a change.
  /// - Parameter version: the one the change is based on; nil for changes that need none.
  static func own(
    _ id: TripID, _ viewer: Viewer, _ reader: some ReadAccess, version: Int? = nil
  ) throws -> Trip {
    let trip = try visible(id, viewer, reader)
    try RecordRights.checkChange(
      "trip", id.description, of: trip.responsible, viewer, version: version, actual: trip.version)
    return trip
  }

  static func logins(_ reader: some ReadAccess) throws -> [UserID: String] {
    Dictionary(try reader.users().map { ($0.id, $0.login) }) { first, _ in first }
  }
}
