import CRM
import Exchange
import Foundation
import Geo
import Store

/// Looks up the addresses of partners that have no place, or whose address changed after they were placed.
///
/// What is not found is tried again after days, then weeks: gazetteers grow, and outside providers are not to be asked
/// the same in vain for ever. An answer that an import would not take is not taken here. A pin set by hand is never
/// touched.
struct GeocodingWorker: Sendable {
  static let name = "geocoding"

  var database: Database
  var geocoder: @Sendable () throws -> any GeocodingProvider
  var now: @Sendable () -> Date = { Date() }
  /// Partners of one run.
  var batch = 200
  /// Before the next look-up after the first, the second, …; the last one again and again.
  var waits: [Duration] = [.seconds(86_400), .seconds(7 * 86_400), .seconds(30 * 86_400)]

  var worker: Worker {
    Worker(
      name: Self.name, about: "looks up addresses without a place", cadence: .every(.seconds(60)),
      hasWork: { try database.read { try !$0.partnersToGeocode(at: now(), limit: 1).isEmpty } },
      run: run)
  }

  func run(_ turn: WorkerTurn = .whole) async throws -> String {
    let (database, now, batch) = (database, now, batch)
    let items = try await Blocking.run {
      try database.read { try $0.partnersToGeocode(at: now(), limit: batch) }
    }
    guard !items.isEmpty else { return "nothing to look up" }
    let geocoder = try geocoder()
    var (found, edited) = (0, 0)
    for item in items where !turn.isEnding() {
      try Task.checkCancellation()
      let components = item.address.components
      let candidate = try await geocoder.geocode(
        GeocodeQuery(item.address.text, country: components.country, components: components, limit: 1)
      ).first.flatMap { PlaceDoubt.reason($0, for: item.address) == nil ? $0 : nil }
      let date = now()
      let result = candidate.map {
        GeocodeResult(
          coordinate: $0.coordinate, level: $0.level, score: min(1, max(0, $0.score)), provider: $0.provider,
          query: item.address.text, label: $0.label, at: date)
      }
      let wait = waits[min(item.tries, waits.count - 1)]
      let retry = date.addingTimeInterval(wait / .seconds(1))
      let isKept = try await Blocking.run {
        try database.write(as: Actor(name: Self.name), at: date) {
          try $0.keepGeocode(result, for: item, retry: retry)
        }
      }
      if !isKept { edited += 1 } else if result != nil { found += 1 }
    }
    return "\(items.count) looked up, \(found) found" + (edited > 0 ? ", \(edited) edited meanwhile" : "")
  }
}
