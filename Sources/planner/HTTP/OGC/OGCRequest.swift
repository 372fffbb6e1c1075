import CRM
import Foundation
import Geo
import Store

/// A question to the feature service, before its meaning is known.
struct OGCRequest: Sendable {
  /// The parts of the address behind `/ogc`, decoded.
  var path: [String]
  var query: [(name: String, value: String)]
  var accept: String?
  var language: Language
  /// Where the service is: `http://127.0.0.1:8080/ogc`.
  var root: String
  var scope: RecordScope = .all

  /// The address of a resource of the service.
  func link(_ path: String, _ query: [(String, String)] = []) -> String {
    guard !query.isEmpty else { return root + path }
    return root + path + "?"
      + query.map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
  }

  /// Percent-encoded but for the unreserved characters and those that read better plain (RFC 3986 §3.4).
  static func encode(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2C, 0x3A, 0x2F:
        out.unicodeScalars.append(Unicode.Scalar(byte))
      default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }

  enum Format: String, Sendable { case json, html }

  /// Whether a page is wanted: `f` says, else the one of the two that `Accept` weighs most, the first of equal ones.
  func format() throws(OGCFault) -> Format {
    if let named = query.last(where: { $0.name == "f" })?.value {
      switch named {
      case "json", "geojson": return .json
      case "html": return .html
      default: throw .badParameter("f", named, "json or html")
      }
    }
    var best = (format: Format.json, weight: 0.0)
    for range in (accept ?? "").lowercased().split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let type = parts.first, type.contains("html") || type.contains("json") else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      if weight > best.weight { best = (format: type.contains("html") ? .html : .json, weight: weight) }
    }
    return best.format
  }

  /// Refuses parameters that the resource has not, and those given twice.
  func allow(_ names: Set<String>) throws(OGCFault) {
    var seen: Set<String> = []
    for item in query {
      guard names.contains(item.name) || item.name == "f" else {
        throw .unknownParameter(item.name, names.union(["f"]).sorted())
      }
      guard seen.insert(item.name).inserted else { throw .badParameter(item.name, item.value, "one value") }
    }
  }

  func value(_ name: String) -> String? { query.last { $0.name == name }?.value }
}

/// Why a question to the feature service has no answer.
enum OGCFault: SurfaceFault, Equatable {
  case noCollection(String)
  case noFeature(String, collection: String)
  case noResource(String)
  case unknownParameter(String, [String])
  case badParameter(String, String, String)

  var status: Int {
    switch self {
    case .noCollection, .noFeature, .noResource: 404
    case .unknownParameter, .badParameter: 400
    }
  }

  var code: String {
    switch self {
    case .noCollection: "ogc.collection.notFound"
    case .noFeature: "ogc.feature.notFound"
    case .noResource: "ogc.resource.notFound"
    case .unknownParameter: "ogc.parameter.unknown"
    case .badParameter: "ogc.parameter.invalid"
    }
  }

  var message: String {
    switch self {
    case .noCollection(let name): "there is no collection \"\(name)\""
    case .noFeature(let id, let collection): "the collection \(collection) has no feature \"\(id)\""
    case .noResource(let path): "the feature service has no \"\(path)\""
    case .unknownParameter(let name, _): "there is no parameter \"\(name)\" here"
    case .badParameter(let name, let value, _): "\(name)=\(value) cannot be understood"
    }
  }

  var hint: String {
    switch self {
    case .noCollection: "there are: " + choices.joined(separator: ", ")
    case .noFeature: "features that somebody else is responsible for are not shown either"
    case .noResource: "/ogc says what there is"
    case .unknownParameter(_, let known): "there are: " + known.joined(separator: ", ")
    case .badParameter(_, _, let form): "it takes \(form)"
    }
  }

  var choices: [String] {
    if case .noCollection = self { FeatureSource.all.map(\.name) } else { [] }
  }
}
