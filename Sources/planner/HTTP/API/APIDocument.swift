import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Yams

/// The OpenAPI 3.1 document of the API: written by hand in parts, one file a subject, put together here.
enum APIDocument {
  /// The parts in the order of their subjects. The first holds what all share.
  private static var parts: [[UInt8]] {
    [
      PackageResources.base_yaml, PackageResources.people_yaml, PackageResources.partners_yaml,
      PackageResources.service_yaml, PackageResources.exports_yaml, PackageResources.history_yaml,
      PackageResources.selections_yaml, PackageResources.geocoding_yaml,
      PackageResources.trips_yaml, PackageResources.tasks_yaml, PackageResources.photos_yaml,
      PackageResources.search_yaml, PackageResources.inbound_yaml,
    ]
  }

  /// The document as JSON with sorted keys; made when it is first asked for.
  static let json: [UInt8] = (try? make()) ?? []

  static func make() throws -> [UInt8] {
    var document: [String: Any] = [:]
    for part in parts {
      guard let value = try Yams.load(yaml: String(decoding: part, as: UTF8.self)) as? [String: Any] else {
        continue
      }
      document = merged(document, value)
    }
    let data = try JSONSerialization.data(
      withJSONObject: document, options: [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted])
    return [UInt8](data)
  }

  private static func merged(_ a: [String: Any], _ b: [String: Any]) -> [String: Any] {
    a.merging(b) { old, new in
      if let old = old as? [String: Any], let new = new as? [String: Any] { return merged(old, new) }
      if let old = old as? [Any], let new = new as? [Any] { return old + new }
      return new
    }
  }
}

/// Serves the document of the API.
struct APIDocumentController: Sendable {
  func addRoutes(to table: RouteTable) {
    table.add(.get, "/api/v1/openapi.json", "showDocument", access: .open) { request, _ in
      try Self.document.response(to: request, immutable: false)
    }
  }

  private static let document = StaticAsset(Data(APIDocument.json), contentType: "application/json")
}
