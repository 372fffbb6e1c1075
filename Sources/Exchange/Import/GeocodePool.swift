import Foundation
import Geo
import Synchronization

/// Geocodes many addresses at once and remembers the answers: lists repeat their towns.
///
/// Memory stays bounded. Answers do not depend on the number of workers.
final class GeocodePool: Sendable {
  private let provider: any GeocodingProvider
  private let workers: Int
  private let memory: Mutex<RecentMap<GeocodeCandidate?>>

  init(_ provider: any GeocodingProvider, workers: Int, capacity: Int = 10_000) {
    self.provider = provider
    self.workers = workers
    memory = Mutex(RecentMap(capacity: capacity))
  }

  /// The best candidate, or nil when there is none.
  /// - Throws: what the provider throws.
  func place(_ query: GeocodeQuery) async throws -> GeocodeCandidate? {
    let key = Self.key(query)
    if let known = memory.withLock({ $0.recall(key) }) { return known }
    let found = try await provider.geocode(query).first
    memory.withLock { $0.remember(key, found) }
    return found
  }

  /// The best candidate of each, in order.
  func places(_ queries: [GeocodeQuery]) async throws -> [GeocodeCandidate?] {
    try await inParallel(queries.count, workers: workers) { try await self.place(queries[$0]) }
  }

  /// Equal for queries of equal answers only: signs and capitals count, `12/3` is another house than `12 3`.
  private static func key(_ query: GeocodeQuery) -> String {
    let c = query.components
    return [
      query.text, query.country ?? "", c.country ?? "", c.region ?? "", c.regionCode ?? "",
      c.district ?? "", c.city ?? "", c.street ?? "", c.house ?? "", c.postcode ?? "",
    ].joined(separator: "\u{1F}")
  }
}
