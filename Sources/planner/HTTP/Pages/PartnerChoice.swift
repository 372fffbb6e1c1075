import CRM
import Foundation
import Hummingbird
import Store

/// Which partners a reader wants to see in a list or on the map, as the address says.
struct PartnerChoice: Sendable, Hashable {
  /// Words, as lists search for them.
  var text = ""
  var kind: [PartnerKind] = []
  var status: [PartnerStatus] = []
  /// A login, ``nobody`` for partners without one, empty for any.
  var responsible = ""
  /// Code of a country or of a region of it, empty for any.
  var region = ""
  var tag = ""
  var isOverdue = false
  var place: Place?

  /// How well it is known where partners are.
  enum Place: String, Sendable, CaseIterable {
    /// Without a place on the map.
    case missing
    /// Their address changed after the place was found.
    case stale
  }

  static let parameters = ["q", "kind", "status", "responsible", "region", "tag", "overdue", "place"]
  static let nobody = "none"

  init() {}

  /// - Parameter query: knows ``parameters``; an empty text is no choice.
  /// - Throws: `APIError` for a value that is none.
  init(_ query: QueryReader) throws {
    func chosen(_ name: String) throws -> String {
      try query.text(name)?.trimmingCharacters(in: .whitespaces) ?? ""
    }
    text = try chosen("q")
    if try !chosen("kind").isEmpty { kind = try query.choices("kind") ?? [] }
    if try !chosen("status").isEmpty { status = try query.choices("status") ?? [] }
    responsible = try chosen("responsible").lowercased()
    region = try chosen("region").uppercased()
    guard region.isEmpty || Self.isCode(region) else {
      throw APIError.badParameter(
        "region", detail: "\"\(region)\" is no code of a region", hint: "write BY or BY-BR (ISO 3166)")
    }
    tag = try chosen("tag")
    isOverdue = try query.bool("overdue") ?? false
    if try !chosen("place").isEmpty { place = try query.choices("place", Place.self)?.first }
  }

  /// Of a country or of a region (ISO 3166).
  private static func isCode(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Z]{2}(-[A-Z0-9]{1,3})?/) != nil
  }

  var isSet: Bool { self != PartnerChoice() }

  /// In the store's words.
  var query: PartnerQuery {
    var query = PartnerQuery()
    query.text = text
    query.kind = kind
    query.status = status
    if !responsible.isEmpty { query.responsible = [responsible == Self.nobody ? "" : responsible] }
    if !region.isEmpty { query.region = [region] }
    if !tag.isEmpty { query.tag = [tag] }
    if isOverdue { query.overdue = true }
    switch place {
    case .missing: query.hasLocation = false
    case .stale: query.stale = true
    case nil: break
    }
    return query
  }

  /// As the query of an address, without the question mark.
  var address: String {
    let parts: [(String, String)] = [
      ("q", text), ("kind", kind.map(\.rawValue).joined(separator: ",")),
      ("status", status.map(\.rawValue).joined(separator: ",")), ("responsible", responsible),
      ("region", region), ("tag", tag),
      ("overdue", isOverdue ? "true" : ""), ("place", place?.rawValue ?? ""),
    ]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Request.escaped($0.1))" }.joined(separator: "&")
  }
}

/// A choice as a view of the list of partners keeps it, in the words of the API.
extension PartnerChoice {
  /// By the names of the parameters of `GET /api/v1/partners`.
  var filters: [String: String] {
    var filters: [String: String] = [:]
    for (name, value) in [
      ("q", text), ("kind", kind.map(\.rawValue).joined(separator: ",")),
      ("status", status.map(\.rawValue).joined(separator: ",")), ("responsible", responsible),
      ("region", region), ("tag", tag), ("overdue", isOverdue ? "true" : ""),
      ("hasLocation", place == .missing ? "false" : ""), ("stale", place == .stale ? "true" : ""),
    ] where !value.isEmpty { filters[name] = value }
    return filters
  }

  /// - Returns: nil when the view asks for something the pages do not offer.
  init?(filters: [String: String]) {
    for (name, value) in filters where !value.isEmpty {
      switch (name, value) {
      case ("q", _): text = value
      case ("kind", _):
        kind = value.split(separator: ",").compactMap { PartnerKind(rawValue: String($0)) }
        guard !kind.isEmpty else { return nil }
      case ("status", _):
        status = value.split(separator: ",").compactMap { PartnerStatus(rawValue: String($0)) }
        guard !status.isEmpty else { return nil }
      case ("responsible", _) where !value.contains(","): responsible = value.lowercased()
      case ("region", _) where Self.isCode(value.uppercased()): region = value.uppercased()
      case ("tag", _) where !value.contains(","): tag = value
      case ("overdue", "true"): isOverdue = true
      case ("hasLocation", "false"): place = .missing
      case ("stale", "true"): place = .stale
      default: return nil
      }
    }
  }
}
