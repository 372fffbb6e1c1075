import CRM
import Foundation

/// What the pages ask of the database, as closures: the live ones stand in `TripLibrary+Store.swift`, tests bring
/// their own.
struct TripLibrary: Sendable {
  /// Newest first.
  var heads: @Sendable () throws -> [TripHead]
  /// Nil when there is no such trip.
  var view: @Sendable (TripID) throws -> TripView?
  /// The trip as GeoJSON; nil when there is no such trip.
  var geoJSON: @Sendable (TripID) throws -> Data?
  /// Throws when the database does not answer.
  var check: @Sendable () throws -> Void
}
