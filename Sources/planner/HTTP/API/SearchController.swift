import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Search across everything that the asker may see.
struct SearchController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "search", "search", access: .needs(.readRecords), services) { call in
      let query = try call.query("q", "kind", "limit")
      let kinds = try query.choices("kind", SearchKind.self) ?? []
      let limit = try query.integer("limit", 1...SearchQuery.maximumLimit) ?? SearchQuery.maximumLimit
      let text = try query.text("q") ?? ""
      let viewer = call.viewer
      return try await call.read { reader in
        let hits = try reader.search(SearchQuery(text, kinds: Set(kinds), limit: limit), for: viewer)
        return .ok(Self.json(text, hits))
      }
    }
  }

  private static func json(_ text: String, _ hits: [SearchHit]) -> JSONValue {
    let groups = SearchKind.allCases.compactMap { kind -> JSONValue? in
      let own = hits.filter { $0.kind == kind }
      guard !own.isEmpty else { return nil }
      return .object([
        ("kind", .string(kind.rawValue)),
        (
          "hits",
          .array(
            own.map { hit in
              .object([
                ("id", .string(hit.id.uuidString.lowercased())), ("label", .string(hit.label)),
                ("detail", .string(hit.detail)), ("match", .string(hit.match.rawValue)),
                ("score", .double((hit.score * 1000).rounded() / 1000)),
              ])
            })
        ),
      ])
    }
    return .object([("query", .string(text)), ("count", .int(hits.count)), ("groups", .array(groups))])
  }
}
