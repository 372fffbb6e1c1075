import CRM
import Foundation
import Geo
import Store

extension TripLibrary {
  /// The trips of a database.
  static func live(_ database: Database) -> TripLibrary {
    TripLibrary(
      heads: {
        try database.read { reader in
          try reader.trips(limit: 200).map { trip in
            TripHead(id: trip.id, title: trip.title, days: trip.days, stops: trip.stops)
          }
        }
      },
      view: { id in
        try database.read { reader in
          guard let trip = try reader.trip(id) else { return nil }
          return TripView(
            trip: trip, task: try reader.task(forTrip: id), partners: try partners(of: trip, reader),
            responsible: try trip.responsible.flatMap { try reader.user($0)?.name })
        }
      },
      file: { id, form in
        guard try database.read({ try $0.trip(id) }) != nil,
          let format = ExportTrip.Format(rawValue: form.rawValue)
        else { return nil }
        // The time of making stands in calendars; the day keeps their tag steady.
        let day = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
        return Data(
          try TripFiles(SavedTrip(id.description, in: database), in: database, at: day).bytes(format))
      },
      check: { try database.read { _ = try $0.partnerCount() } })
  }

  /// Address and phone of everybody the trip names.
  private static func partners(of trip: Trip, _ reader: Reader) throws -> [PartnerID: PartnerSummary] {
    let ids = trip.days.flatMap(\.stops).map(\.partner) + trip.unassigned.map(\.partner)
    guard !ids.isEmpty else { return [:] }
    return Dictionary(try reader.summaries(.ids(ids)).map { ($0.id, $0) }) { first, _ in first }
  }
}

extension PlannerServer {
  /// Serves the trips of a database until SIGINT or SIGTERM.
  static func run(
    database: Database, gazetteer: Gazetteer? = nil, options: Options = .init(),
    onReady: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    try await run(library: .live(database), options: options, onReady: onReady)
  }
}
