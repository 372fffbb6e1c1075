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
  var isOverdue = false
  var place: Place?

  /// How well it is known where partners are.
  enum Place: String, Sendable, CaseIterable {
    /// Without a place on the map.
    case missing
    /// Their address changed after the place was found.
    case stale
  }

  static let parameters = ["q", "kind", "status", "responsible", "overdue", "place"]
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
    isOverdue = try query.bool("overdue") ?? false
    if try !chosen("place").isEmpty { place = try query.choices("place", Place.self)?.first }
  }

  var isSet: Bool { self != PartnerChoice() }

  /// In the store's words.
  var query: PartnerQuery {
    var query = PartnerQuery()
    query.text = text
    query.kind = kind
    query.status = status
    if !responsible.isEmpty { query.responsible = [responsible == Self.nobody ? "" : responsible] }
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
      ("overdue", isOverdue ? "true" : ""), ("place", place?.rawValue ?? ""),
    ]
    return parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\(Request.escaped($0.1))" }.joined(separator: "&")
  }
}
