import CRM
import Foundation

/// A tag, and how many partners carry it.
public struct TagUse: Hashable, Sendable {
  public var tag: String
  public var partners: Int

  public init(tag: String, partners: Int) {
    self.tag = tag
    self.partners = partners
  }
}

extension Reader {
  /// The tags that partners the scope shows carry, in order, with how many of those do. O(partners) in memory.
  public func tagUses(scope: RecordScope) throws -> [TagUse] {
    let directory = try partnerDirectory(.name)
    let users = try userRows(of: scope)
    var counts = [Int](repeating: 0, count: directory.tagSets.values.count)
    directory.entries.visit { _, entry in
      if entry.exists, users?.contains(Int64(entry.responsible)) != false { counts[Int(entry.tags)] += 1 }
    }
    var byTag: [String: Int] = [:]
    for (tags, count) in zip(directory.tagSets.values, counts) where count > 0 {
      for tag in tags { byTag[tag, default: 0] += count }
    }
    return byTag.map { TagUse(tag: $0.key, partners: $0.value) }.sorted { $0.tag < $1.tag }
  }
}

extension Reader {
  /// The tags that partners the scope shows carry, in order.
  public func partnerTags(scope: RecordScope) throws -> [String] { try tagUses(scope: scope).map(\.tag) }
}

extension ReadAccess {
  /// How many partners carry a tag, whosever they are.
  public func partnerCount(tagged tag: String) throws -> Int {
    try db.first("SELECT count(*) FROM partner_tag WHERE tag = ?", .text(tag.composed)) { $0.int(0) } ?? 0
  }
}

extension Writer {
  /// Gives partners another tag in the place of one, or takes it from them: the next few that carry it.
  /// - Parameters:
  ///   - other: nil to take the tag away.
  ///   - limit: partners of this write, so that others get their turn between two.
  /// - Returns: how many carried it; fewer than `limit` when none is left.
  public func replace(tag: String, by other: String?, limit: Int) throws -> Int {
    let tag = tag.composed
    guard other?.composed != tag else { return 0 }
    let ids: [PartnerID] = try db.all(
      """
      SELECT p.uid FROM partner_tag t JOIN partner p ON p.id = t.partner_id WHERE t.tag = ? ORDER BY p.id LIMIT ?
      """, .text(tag), .int(limit)
    ) { $0.id(0) }
    for id in ids {
      guard var partner = try partner(id) else { continue }
      partner.tags.removeAll { $0 == tag }
      if let other { partner.tags.append(other.composed) }
      _ = try update(partner)
    }
    return ids.count
  }

  /// Names another tag in the place of one in kept selections and views, so that they go on showing whom they showed.
  /// - Returns: how many were changed.
  public func replaceInKept(tag: String, by other: String) throws -> (selections: Int, views: Int) {
    let (tag, other) = (tag.composed, other.composed)
    var counts = (selections: 0, views: 0)
    for var kept in try savedSelections() {
      let changed = kept.selection.replacing(tag: tag, by: other)
      guard changed != kept.selection else { continue }
      kept.selection = changed
      try save(selection: kept)
      counts.selections += 1
    }
    for var view in try savedViews() {
      guard let named = view.filters["tag"] else { continue }
      let changed = Self.replacing(tag, by: other, in: named)
      guard changed != named else { continue }
      view.filters["tag"] = changed
      try save(view: view)
      counts.views += 1
    }
    return counts
  }

  /// - Parameter list: tags with commas between, as a list's filter has them.
  private static func replacing(_ tag: String, by other: String, in list: String) -> String {
    let tags = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard tags.contains(tag) else { return list }
    var seen: Set<String> = []
    return tags.map { $0 == tag ? other : $0 }.filter { seen.insert($0).inserted }.joined(separator: ",")
  }
}
