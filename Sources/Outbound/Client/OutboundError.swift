import Geo

/// Why a request to another computer was not made or brought nothing. Messages name scheme, host and port, never the
/// path or query: those hold partners' addresses.
public enum OutboundError: CodedError, Equatable {
  case badURL(String)
  case badAllowance(String)
  case schemeRefused(String)
  /// `kind`: loopback, private, link-local, …
  case addressRefused(host: String, kind: String)
  case unresolved(host: String)
  case unreachable(origin: String)
  case tls(origin: String)
  case timedOut(origin: String)
  case tooLarge(origin: String, limit: Int)
  case redirect(origin: String, why: String)
  /// An answer other than 2xx. `retryAfter` is the header as it came.
  case status(origin: String, code: Int, retryAfter: String?)
  /// The connection ended early, or what came is no HTTP.
  case broken(origin: String)

  public var code: String {
    switch self {
    case .badURL: "outbound.badURL"
    case .badAllowance: "outbound.badAllowance"
    case .schemeRefused: "outbound.schemeRefused"
    case .addressRefused: "outbound.addressRefused"
    case .unresolved: "outbound.unresolved"
    case .unreachable: "outbound.unreachable"
    case .tls: "outbound.tls"
    case .timedOut: "outbound.timedOut"
    case .tooLarge: "outbound.tooLarge"
    case .redirect: "outbound.redirect"
    case .status: "outbound.status"
    case .broken: "outbound.broken"
    }
  }

  public var message: String {
    switch self {
    case .badURL(let why): "the address of a service cannot be read: \(why)"
    case .badAllowance(let entry): "\"\(entry)\" is no host or host:port"
    case .schemeRefused(let scheme): "requests go by http and https only, not by \(scheme)"
    case .addressRefused(let host, let kind): "\(host) was not asked: its address is \(kind)"
    case .unresolved(let host): "there is no address for the name \(host)"
    case .unreachable(let origin): "\(origin) does not accept connections"
    case .tls(let origin): "\(origin) could not prove who it is"
    case .timedOut(let origin): "\(origin) did not answer in time"
    case .tooLarge(let origin, let limit): "the answer of \(origin) is larger than \(limit) bytes"
    case .redirect(let origin, let why): "a redirect of \(origin) was not followed: \(why)"
    case .status(let origin, let code, _): "\(origin) answered with status \(code)"
    case .broken(let origin): "the answer of \(origin) broke off or is no HTTP"
    }
  }

  public var hint: String {
    switch self {
    case .badURL: "write it as https://host/path"
    case .badAllowance: "list hosts as PLANNER_OUTBOUND_ALLOW=host:port,host"
    case .schemeRefused: "write the address with https://"
    case .addressRefused: "if it is a service of yours, list host:port in PLANNER_OUTBOUND_ALLOW"
    case .unresolved: "check the spelling and the name server"
    case .unreachable: "check that the service runs and that the network lets requests through"
    case .tls: "check the certificate's name and date, or the clock of this computer"
    case .timedOut, .broken: "try again later"
    case .tooLarge: "check that the address is that of the service"
    case .redirect: "write the address that the service has now"
    case .status(_, let code, _):
      switch code {
      case 429, 503: "the service asks for fewer requests: try again later"
      case 401, 403: "the service does not let us in: check its rules of use"
      case 500...: "the service has a fault: try again later"
      default: "check the address of the service"
      }
    }
  }
}
