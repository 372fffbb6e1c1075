import Foundation
import Geo

/// What a surface for other programs answers, before it becomes HTTP.
struct SurfaceAnswer: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// Bytes as one gzip member; nothing at all for no content.
    case packed([UInt8])
    /// Pieces in order until nil; asked for one after another, each only when the one before was taken.
    case stream(@Sendable () async throws -> [UInt8]?)
  }

  var status = 200
  var contentType: String
  /// Further fields, names in their usual spelling.
  var headers: [(name: String, value: String)] = []
  /// Without quotation marks; nil where an answer has no tag.
  var tag: String?
  var body: Body

  init(
    status: Int = 200, contentType: String, headers: [(name: String, value: String)] = [], tag: String? = nil,
    body: Body
  ) {
    self.status = status
    self.contentType = contentType
    self.headers = headers
    self.tag = tag
    self.body = body
  }

  static func json(_ value: JSONValue, type: String = "application/json", tag: String? = nil) -> SurfaceAnswer
  {
    SurfaceAnswer(contentType: type, tag: tag, body: .bytes(value.bytes))
  }

  static func html(_ text: String, tag: String? = nil) -> SurfaceAnswer {
    SurfaceAnswer(contentType: "text/html; charset=utf-8", tag: tag, body: .bytes(Array(text.utf8)))
  }
}

/// What is wrong with a question to a surface, with the status that says so.
protocol SurfaceFault: CodedError {
  var status: Int { get }
}
