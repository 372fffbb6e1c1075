import CRM
import Foundation

/// What the pages ask of the database, as closures: the live ones stand in `TripLibrary+Store.swift`, tests bring
/// their own. They are asynchronous because a database blocks: no answer may hold up the others.
struct TripLibrary: Sendable {
  /// Newest first.
  var heads: @Sendable (RecordScope) async throws -> [TripHead]
  /// Nil when there is no such trip within the scope.
  var view: @Sendable (TripID, RecordScope) async throws -> TripView?
  /// The trip as a file for another program; nil when there is no such trip within the scope.
  var file: @Sendable (TripID, TripFile, RecordScope) async throws -> Data?
  /// Throws when the database does not answer.
  var check: @Sendable () async throws -> Void
}

/// A form in which a trip leaves. The raw value ends its address.
enum TripFile: String, Sendable, CaseIterable {
  case geojson, gpx, kml, ics, csv

  var contentType: String {
    switch self {
    case .geojson: "application/geo+json"
    case .gpx: "application/gpx+xml"
    case .kml: "application/vnd.google-earth.kml+xml"
    case .ics: "text/calendar; charset=utf-8"
    case .csv: "text/csv; charset=utf-8"
    }
  }
}
