import CRM
import Geo
import HTTPTypes

/// Why a request was refused before or beside what it asked for.
enum APIError: CodedError, Equatable {
  case signInNeeded
  case badToken
  case needs(Permission)
  case forbidden(String)
  case pageCode
  case otherSite
  case tooMany(retryAfter: Int)
  case notFound(entity: String, id: String)
  case contentType(String, wanted: String)
  case bodyTooLarge(limit: Int)
  case badJSON(String)
  case badField(path: String, detail: String, hint: String)
  case unknownParameter(String, known: [String])
  case badParameter(String, detail: String, hint: String)
  case badCursor
  case versionNeeded
  case badVersion
  case badKey
  /// What is there forbids it.
  case conflict(String, hint: String)
  /// Too many trips are waiting to be planned.
  case planningBusy
  /// No gazetteer was built.
  case gazetteerMissing
  /// Whoever asked is gone.
  case callerGone

  var code: String {
    switch self {
    case .signInNeeded: "http.signInNeeded"
    case .badToken: "http.badToken"
    case .needs, .forbidden: "http.forbidden"
    case .pageCode: "http.pageCode"
    case .otherSite: "http.otherSite"
    case .tooMany: "http.tooManyRequests"
    case .notFound: "http.notFound"
    case .contentType: "http.contentType"
    case .bodyTooLarge: "http.bodyTooLarge"
    case .badJSON: "http.body.json"
    case .badField: "http.body.field"
    case .unknownParameter: "http.parameter.unknown"
    case .badParameter: "http.parameter.bad"
    case .badCursor: "http.parameter.cursor"
    case .versionNeeded: "http.versionNeeded"
    case .badVersion: "http.badVersion"
    case .badKey: "http.idempotency.badKey"
    case .conflict: "http.conflict"
    case .planningBusy: "http.planning.busy"
    case .gazetteerMissing: "http.gazetteerMissing"
    case .callerGone: "http.callerGone"
    }
  }

  var message: String {
    switch self {
    case .signInNeeded: "this needs a signed-in user"
    case .badToken: "the Authorization header holds no valid token"
    case .needs(let permission): "this needs the permission \"\(permission.rawValue)\""
    case .forbidden(let why): why
    case .pageCode: "the change did not come with the code of a page of this session"
    case .otherSite: "the change was begun by a page of another site"
    case .tooMany: "too many requests in a minute"
    case .notFound(let entity, let id): "there is no \(entity) \(id)"
    case .contentType(let given, let wanted):
      "the body is \(given.isEmpty ? "of no type" : given), not \(wanted)"
    case .bodyTooLarge(let limit): "the body is larger than \(limit) bytes"
    case .badJSON(let detail): "the body is no JSON: \(detail)"
    case .badField(let path, let detail, _): path.isEmpty ? detail : "\(path): \(detail)"
    case .unknownParameter(let name, _): "there is no query parameter \"\(name)\" here"
    case .badParameter(let name, let detail, _): "\(name): \(detail)"
    case .badCursor: "the cursor is none of this list"
    case .versionNeeded: "an edit names the version it was based on"
    case .badVersion: "If-Match holds no version of a record"
    case .badKey: "Idempotency-Key is 1 to 255 printable ASCII characters"
    case .conflict(let why, _): why
    case .planningBusy: "too many trips are waiting to be planned"
    case .gazetteerMissing: "this service has no gazetteer"
    case .callerGone: "whoever asked is gone"
    }
  }

  var hint: String {
    switch self {
    case .signInNeeded: "sign in, or send Authorization: Bearer TOKEN (`planner token create LOGIN`)"
    case .badToken: "make a new token: `planner token create LOGIN`"
    case .needs, .forbidden: "ask an administrator, or a token with wider scopes"
    case .pageCode: "reload the page; programs send a token instead of the cookie"
    case .otherSite: "use this site's own pages; programs send a token instead of the cookie"
    case .tooMany(let seconds): "ask again in \(seconds) s"
    case .notFound: "list what there is and use its id"
    case .contentType(_, let wanted): "send Content-Type: \(wanted)"
    case .bodyTooLarge: "send less at once"
    case .badJSON: "send one JSON object in UTF-8, at most 64 levels deep"
    case .badField(_, _, let hint), .badParameter(_, _, let hint): hint
    case .unknownParameter(_, let known):
      known.isEmpty ? "leave it out" : "known: " + known.joined(separator: ", ")
    case .badCursor: "use the value of \"next\" as it came, or begin without a cursor"
    case .versionNeeded: "send If-Match with the ETag of the record as you read it"
    case .badVersion: "send the ETag as it came, quotes included"
    case .badKey: "use a UUID"
    case .conflict(_, let hint): hint
    case .planningBusy: "ask again in a few seconds"
    case .gazetteerMissing: "an administrator builds it: `planner import gazetteer`"
    case .callerGone: "ask again"
    }
  }

  var choices: [String] {
    if case .unknownParameter(_, let known) = self { return known }
    return []
  }

  var status: HTTPResponse.Status {
    switch self {
    case .signInNeeded, .badToken: .unauthorized
    case .needs, .forbidden, .pageCode, .otherSite: .forbidden
    case .tooMany: .tooManyRequests
    case .notFound: .notFound
    case .contentType: .unsupportedMediaType
    case .bodyTooLarge: .contentTooLarge
    case .badJSON, .unknownParameter, .badParameter, .badCursor, .badVersion, .badKey: .badRequest
    case .badField: .unprocessableContent
    case .versionNeeded: .preconditionRequired
    case .conflict: .conflict
    case .planningBusy, .gazetteerMissing: .serviceUnavailable
    case .callerGone: .init(code: 499, reasonPhrase: "Client Closed Request")
    }
  }
}
