import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Outbound
import Planning
import Routing
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
  /// Of an edit that came too late: the record as it is now.
  var current: JSONValue?
  /// Of an edit that came too late: what was to be changed.
  var submitted: JSONValue?

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
      default: status.kind == .serverError ? "http.failed" : "http.refused"
      }
  }

  /// The document's JSON.
  func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  func response(headers: HTTPFields = [:]) throws -> Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    headers[.cacheControl] = "no-store"
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: try bytes())))
  }
}

extension HTTPResponse.Status {
  /// RFC 4918 §11.5.
  static let insufficientStorage = Self(code: 507, reasonPhrase: "Insufficient Storage")

  /// How a failure is told. What the request brought about is 4xx; what passes by itself or by somebody's hand has its
  /// own status; the rest is ours.
  init(_ error: any CodedError) {
    self =
      switch error {
      case let error as StoreError: Self.of(error)
      case is GazetteerError: .serviceUnavailable
      case is WorkerError: .notFound
      case is MaintenanceError, is BackupError: .conflict
      case ChangeFeedError.unreadable: .badRequest
      case is ChangeFeedError: .gone
      case is ReverseError: .notFound
      case PlanningError.tripUnknown: .notFound
      case PlanningError.checkFailed: .internalServerError
      case PlanningError.tripBroken, PlanningError.tripCancelled, PlanningError.visitOver: .conflict
      case is CoordinateError, is ProblemError, is RegionNameError, is RoadRoutingError,
        is TeamPlanningError, is WorkspaceError:
        .unprocessableContent
      case InboundError.paused: .forbidden
      case is WebhookSignatureError: .unauthorized
      case is InboundError, is GeometryError, is PasswordError, is PlanningError, is SignInError,
        is UploadError,
        is MailError:
        .unprocessableContent
      default: .internalServerError
      }
    if case SignInError.tooMany? = error as? SignInError { self = .tooManyRequests }
    switch error as? SignInError {
    case .refused, .codeNeeded, .wrongCode: self = .unauthorized
    default: break
    }
  }

  private static func of(_ error: StoreError) -> HTTPResponse.Status {
    switch error {
    case .busy: .serviceUnavailable
    case .diskFull: .insufficientStorage
    case .notFound: .notFound
    case .staleVersion: .preconditionFailed
    case .badCursor: .badRequest
    case .duplicate, .lastAdministrator, .stopHasVisit, .itemIsNoStop, .itemIsNoVisit, .itemChanged,
      .tripCompleted, .tripHasVisits, .importNotRunning, .importRunning, .importAlreadyUndone, .undoConflict,
      .rule:
      .conflict
    case .badValue, .unknownRegion, .constraint, .otherRequest: .unprocessableContent
    default: .internalServerError
    }
  }
}
