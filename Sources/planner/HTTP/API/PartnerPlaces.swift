import CRM
import Foundation
import Geo

/// Where partners are by their address text.
enum PartnerPlaces {
  /// The best place for an address; nil when there is none.
  static func locate(
    _ text: String, country: String?, by geocoder: any GeocodingProvider, at instant: Date
  ) async throws -> GeocodeResult? {
    let found = try await geocoder.geocode(GeocodeQuery(text, country: country, limit: 1)).first
    return found.map {
      GeocodeResult(
        coordinate: $0.coordinate, level: $0.level, score: min(1, max(0, $0.score)), provider: $0.provider,
        query: text, label: $0.label, at: instant)
    }
  }
}
