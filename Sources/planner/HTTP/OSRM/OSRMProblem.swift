/// Why a question in OSRM's language has no answer: its `code` and `message`.
struct OSRMProblem: Error, Equatable {
  /// The words of OSRM's API, and two of our own: ``unavailable`` and ``internalError``.
  enum Code: String, CaseIterable {
    case invalidURL = "InvalidUrl"
    case invalidService = "InvalidService"
    case invalidVersion = "InvalidVersion"
    case invalidOptions = "InvalidOptions"
    case invalidQuery = "InvalidQuery"
    case invalidValue = "InvalidValue"
    case noSegment = "NoSegment"
    case tooBig = "TooBig"
    case noRoute = "NoRoute"
    case noTable = "NoTable"
    case noTrips = "NoTrips"
    case notImplemented = "NotImplemented"
    /// There is no road network here, or the server behind this one does not answer.
    case unavailable = "Unavailable"
    case internalError = "InternalError"
  }

  var code: Code
  var message: String

  /// The status of HTTP that goes with it.
  var status: Int {
    switch code {
    case .unavailable: 503
    case .internalError: 500
    default: 400
    }
  }

  static let notSupported = OSRMProblem(code: .notImplemented, message: "This request is not supported")

  static func options(_ message: String) -> OSRMProblem {
    OSRMProblem(code: .invalidOptions, message: message)
  }
}
