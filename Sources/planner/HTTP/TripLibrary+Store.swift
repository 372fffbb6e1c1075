import CRM
import Foundation
import Geo
import NIOPosix
import Store

extension TripLibrary {
  /// The trips of a database. Its calls block and files take time to make, so all of it runs on threads kept for
  /// such work, none on the few that carry every connection.
  static func live(_ database: Database, on threads: NIOThreadPool = .singleton) -> TripLibrary {
    @Sendable func reading<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
      try await threads.runIfActive { try database.read(body) }
    }
    return TripLibrary(
      heads: { scope in
        try await reading { reader in
          try reader.trips(limit: 200, in: scope).map { trip in
            TripHead(id: trip.id, title: trip.title, days: trip.days, stops: trip.stops)
          }
        }
      },
      view: { id, scope in
        try await reading { reader in
          guard let trip = try reader.trip(id), scope.contains(trip.responsible) else { return nil }
          return TripView(
            trip: trip, task: try reader.task(forTrip: id), partners: try partners(of: trip, reader),
            responsible: try trip.responsible.flatMap { try reader.user($0)?.name })
        }
      },
      file: { id, form, scope in
        try await threads.runIfActive {
          guard let trip = try database.read({ try $0.trip(id) }), scope.contains(trip.responsible),
            let format = ExportTrip.Format(rawValue: form.rawValue)
          else { return nil }
          // The time of making stands in calendars; the day keeps their tag steady.
          let now = Date().timeIntervalSince1970
          let day = Date(timeIntervalSince1970: (now / 86_400).rounded(.down) * 86_400)
          let saved = try SavedTrip(id.description, in: database)
          return Data(try TripFiles(saved, in: database, at: day).bytes(format))
        }
      },
      check: { try await reading { _ = try $0.partnerCount() } })
  }

  /// Address and phone of everybody the trip names.
  private static func partners(of trip: Trip, _ reader: Reader) throws -> [PartnerID: PartnerSummary] {
    let ids = trip.days.flatMap(\.stops).map(\.partner) + trip.unassigned.map(\.partner)
    guard !ids.isEmpty else { return [:] }
    return Dictionary(try reader.summaries(.ids(ids)).map { ($0.id, $0) }) { first, _ in first }
  }
}
