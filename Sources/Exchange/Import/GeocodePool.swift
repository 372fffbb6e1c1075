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

  private let geocoder: PartnerImport.Geocoder
  private let workers: Int
  private let capacity: Int
  private let memory = Mutex(Memory())

  init(_ geocoder: @escaping PartnerImport.Geocoder, workers: Int, capacity: Int = 10_000) {
    self.geocoder = geocoder
    self.workers = max(1, workers)
    self.capacity = capacity
  }

  /// The best candidate, or nil when there is none.
  func place(_ query: GeocodeQuery) -> GeocodeCandidate? {
    let key = Self.key(query)
    if let known = recall(key) { return known }
    let found = geocoder(query).first
    remember(key, found)
    return found
  }

  /// Asks for all of them; answers wait in memory for ``place(_:)``, and come back in order.
  func places(_ queries: [GeocodeQuery]) -> [GeocodeCandidate?] {
    guard queries.count > 1, workers > 1 else { return queries.map { place($0) } }
    let results = Mutex([GeocodeCandidate?](repeating: nil, count: queries.count))
    let next = Atomic(0)
    let step = 16
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let start = next.add(step, ordering: .relaxed).oldValue
        guard start < queries.count else { return }
        let end = min(start + step, queries.count)
        let found = queries[start..<end].map { place($0) }
        results.withLock { $0.replaceSubrange(start..<end, with: found) }
      }
    }
    return results.withLock { $0 }
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
