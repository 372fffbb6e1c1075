import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store

/// An error as programs read it: `application/problem+json` (RFC 9457) with our stable code and hint.
struct Problem: Encodable {
  var type = "about:blank"
  var title: String
  var status: Int
  var detail: String?
  var code: String?
  var hint: String?
  var choices: [String]?

  init(_ error: any CodedError, status: HTTPResponse.Status) {
    title = status.reasonPhrase
    self.status = status.code
    detail = error.message
    code = error.code
    hint = error.hint.isEmpty ? nil : error.hint
    choices = error.choices.isEmpty ? nil : error.choices
  }

  init(status: HTTPResponse.Status, detail: String? = nil) {
    title = status.reasonPhrase
    self.status = status.code
    self.detail = detail
    code =
      switch status {
      case .notFound: "http.notFound"
      case .methodNotAllowed: "http.methodNotAllowed"
      default: nil
      }
  }

  func response(headers: HTTPFields = [:]) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(data: try encoder.encode(self))))
  }
}

extension HTTPResponse.Status {
  /// RFC 4918 §11.5.
  static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")

  /// How a failure on our side is told: those that pass by themselves or by somebody's hand have their own status.
  init(_ error: any CodedError) {
    switch error as? StoreError {
    case .busy: self = .serviceUnavailable
    case .diskFull: self = .insufficientStorage
    default: self = .internalServerError
    }
  }
}
