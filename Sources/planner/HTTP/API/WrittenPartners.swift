import CRM
import Geo
import Synchronization

/// The JSON of partners as lists showed them lately. A text counts only for a summary that equals the one it was written
/// of, so nothing needs to be taken out when something changes: forming a page costs comparisons instead of writing.
final class WrittenPartners: Sendable {
  private let limit: Int
  private let kept = Mutex<[PartnerID: (of: PartnerSummary, json: [UInt8])]>([:])

  init(limit: Int = 8192) { self.limit = limit }

  /// In the order of `partners`, every member of each.
  func json(_ partners: [PartnerSummary]) -> [JSONValue] {
    let known = kept.withLock { kept in
      partners.map { partner -> [UInt8]? in
        guard let found = kept[partner.id], found.of == partner else { return nil }
        return found.json
      }
    }
    var written: [(of: PartnerSummary, json: [UInt8])] = []
    let values = zip(partners, known).map { partner, known in
      if let known { return JSONValue.written(known) }
      let json = PartnerResource.json(partner).bytes
      written.append((partner, json))
      return .written(json)
    }
    guard !written.isEmpty else { return values }
    kept.withLock { [written] kept in
      if kept.count + written.count > limit { kept.removeAll(keepingCapacity: true) }
      for one in written { kept[one.of.id] = one }
    }
    return values
  }
}
