import Crypto
import Foundation
import Geo
import HTTPTypes
import Hummingbird

/// What a route of the API answers.
struct APIAnswer: Sendable, Equatable {
  var status: Int
  /// JSON; empty for an answer without a body.
  var body: [UInt8]
  /// The version of the record, which `ETag` begins with.
  var version: Int?
  /// Where a new record is.
  var location: String?
  /// The address of the next page.
  var next: String?
  var contentType = "application/json"

  /// A record or another JSON value.
  static func ok(_ value: JSONValue, version: Int? = nil) -> APIAnswer {
    APIAnswer(status: 200, body: value.bytes, version: version)
  }

  static func ok(_ bytes: [UInt8], version: Int? = nil) -> APIAnswer {
    APIAnswer(status: 200, body: bytes, version: version)
  }

  static func created(_ value: JSONValue, at location: String, version: Int? = nil) -> APIAnswer {
    APIAnswer(status: 201, body: value.bytes, version: version, location: location)
  }

  /// Work that goes on after the answer.
  static func accepted(_ value: JSONValue, at location: String) -> APIAnswer {
    APIAnswer(status: 202, body: value.bytes, location: location)
  }

  /// A value that knows its own JSON form, keys sorted.
  static func encoding(
    _ value: some Encodable, status: Int = 200, version: Int? = nil, location: String? = nil
  ) throws -> APIAnswer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return APIAnswer(
      status: status, body: [UInt8](try encoder.encode(value)), version: version, location: location)
  }

  static let done = APIAnswer(status: 204, body: [])

  /// What stands in `ETag`: the version, which edits go by, and a mark of the answer, so that whoever asks again hears of
  /// what is no edit too, as a visit is.
  static func tag(_ version: Int, of body: [UInt8]) -> String {
    guard !body.isEmpty else { return "\"v\(version)\"" }
    let mark = SHA256.hash(data: body).prefix(6)
      .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return "\"v\(version)-\(mark)\""
  }

  func response(to request: Request) -> Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if let version {
      let tag = Self.tag(version, of: body)
      headers[.eTag] = tag
      headers[.cacheControl] = "private, no-cache"
      let isRead = request.method == .get || request.method == .head
      if isRead, let known = request.headers[.ifNoneMatch], StaticAsset.matches(known, tag) {
        return Response(status: .notModified, headers: headers)
      }
    }
    if let location { headers[.location] = location }
    if let next { headers[HTTPField.Name("Link")!] = "<\(next)>; rel=\"next\"" }
    guard !body.isEmpty else { return Response(status: .init(code: status), headers: headers) }
    headers[.contentType] = contentType
    return Response(
      status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  // MARK: Kept for repetitions

  /// The answer as it is kept with an idempotency key: four lines, then the body.
  var kept: [UInt8] {
    let head = "\(status)\n\(version.map(String.init) ?? "")\n\(location ?? "")\n\(contentType)\n"
    return Array(head.utf8) + body
  }

  init?(kept: [UInt8]) {
    let parts = kept.split(separator: UInt8(ascii: "\n"), maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, let status = Int(String(decoding: parts[0], as: UTF8.self)) else { return nil }
    let location = String(decoding: parts[2], as: UTF8.self)
    self.init(
      status: status, body: Array(parts[4]), version: Int(String(decoding: parts[1], as: UTF8.self)),
      location: location.isEmpty ? nil : location, contentType: String(decoding: parts[3], as: UTF8.self))
  }

  init(
    status: Int, body: [UInt8], version: Int? = nil, location: String? = nil,
    contentType: String = "application/json"
  ) {
    self.status = status
    self.body = body
    self.version = version
    self.location = location
    self.contentType = contentType
  }
}

/// A page of a list: `{"items":[…],"next":CURSOR}`.
enum APIPage {
  /// - Parameters:
  ///   - next: the cursor of the next page; nil on the last.
  ///   - total: of the whole list, where it was asked for.
  static func answer(
    _ items: [JSONValue], next: String?, total: Int? = nil, call: APICall
  ) -> APIAnswer {
    var members: [(String, JSONValue)] = [("items", .array(items)), ("next", .optional(next))]
    if let total { members.append(("total", .int(total))) }
    var answer = APIAnswer.ok(.object(members))
    if let next { answer.next = call.request.address(withCursor: next) }
    return answer
  }
}
