import Foundation
import Geo
import Synchronization

/// Geocodes many addresses at once and remembers the answers: lists repeat their towns.
///
/// Two generations of answers are kept; when the younger is full the older goes, so memory stays bounded. Answers do not
/// depend on the number of workers.
final class GeocodePool: Sendable {
  private struct Memory {
    var young: [String: GeocodeCandidate?] = [:]
    var old: [String: GeocodeCandidate?] = [:]
  }

  private let provider: any GeocodingProvider
  private let workers: Int
  private let capacity: Int
  private let memory = Mutex(Memory())

  init(_ provider: any GeocodingProvider, workers: Int, capacity: Int = 10_000) {
    self.provider = provider
    self.workers = max(1, workers)
    self.capacity = capacity
  }

  /// The best candidate, or nil when there is none.
  /// - Throws: what the provider throws.
  func place(_ query: GeocodeQuery) async throws -> GeocodeCandidate? {
    let key = Self.key(query)
    if let known = recall(key) { return known }
    let found = try await provider.geocode(query).first
    remember(key, found)
    return found
  }

  /// The best candidate of each, in order.
  func places(_ queries: [GeocodeQuery]) async throws -> [GeocodeCandidate?] {
    let step = 16
    let workers = min(workers, (queries.count + step - 1) / step)
    var results = [GeocodeCandidate?](repeating: nil, count: queries.count)
    try await withThrowingTaskGroup(of: [(Int, GeocodeCandidate?)].self) { group in
      for worker in 0..<workers {
        group.addTask {
          var found: [(Int, GeocodeCandidate?)] = []
          for start in stride(from: worker * step, to: queries.count, by: workers * step) {
            for index in start..<min(start + step, queries.count) {
              found.append((index, try await self.place(queries[index])))
            }
          }
          return found
        }
      }
      for try await found in group { for (index, place) in found { results[index] = place } }
    }
    return results
  }

  private func recall(_ key: String) -> GeocodeCandidate?? {
    memory.withLock { memory in
      if let young = memory.young[key] { return .some(young) }
      if let old = memory.old[key] {
        memory.young[key] = .some(old)
        return .some(old)
      }
      return nil
    }
  }

  private func remember(_ key: String, _ found: GeocodeCandidate?) {
    memory.withLock { memory in
      if memory.young.count >= capacity {
        memory.old = memory.young
        memory.young.removeAll(keepingCapacity: true)
      }
      memory.young[key] = .some(found)
    }
  }

  private static func key(_ query: GeocodeQuery) -> String {
    let c = query.components
    return [
      TextFolding.fold(query.text), query.country ?? "", c.country ?? "", c.region ?? "", c.regionCode ?? "",
      c.district ?? "", c.city ?? "", c.street ?? "", c.house ?? "", c.postcode ?? "",
    ].joined(separator: "\u{1F}")
  }
}
