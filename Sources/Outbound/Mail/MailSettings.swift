import Foundation

/// The mail server the administrator named, and in whose name mails go out.
public struct MailSettings: Sendable {
  public enum Security: Sendable, Hashable {
    /// Encrypted from the first byte (`smtps:`, port 465).
    case implicit
    /// Encrypted by STARTTLS or not at all (`smtp:`, port 587).
    case upgrade
    /// Not encrypted: for a relay on this computer.
    case none
  }

  public var host: String
  public var port: Int
  public var security: Security
  public var user: String?
  var password: String?
  /// A file of certificates to believe instead of the system's.
  public var authorities: String?
  public var from: MailAddress
  /// From connecting to the server's last word.
  public var deadline: Duration = .seconds(60)
  public var connecting: Duration = .seconds(10)

  public init(
    host: String, port: Int, security: Security, user: String? = nil, password: String? = nil,
    authorities: String? = nil, from: MailAddress
  ) {
    self.host = host
    self.port = port
    self.security = security
    self.user = user
    self.password = password
    self.authorities = authorities
    self.from = from
  }

  /// Reads `PLANNER_SMTP_URL` (`smtp://host:587`, `smtps://host:465`), `PLANNER_SMTP_USER`, `PLANNER_SMTP_PASSWORD` or
  /// `PLANNER_SMTP_PASSWORD_FILE`, `PLANNER_SMTP_TLS` (`required`, or `none` for a relay on this computer),
  /// `PLANNER_SMTP_CA` and `PLANNER_MAIL_FROM`. Nil without a URL: mails wait then.
  /// - Throws: ``MailError/badSetting(name:why:)``.
  public init?(environment: [String: String]) throws(MailError) {
    func value(_ name: String) -> String? {
      environment["PLANNER_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }
    guard let text = value("SMTP_URL") else { return nil }
    func bad(_ name: String, _ why: String) -> MailError { .badSetting(name: "PLANNER_" + name, why: why) }
    guard
      let match = text.wholeMatch(
        of: /(smtps?):\/\/([A-Za-z0-9.\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?\/?/)
    else { throw bad("SMTP_URL", "it is not smtp://host:port or smtps://host:port, without a user name") }
    let isImplicit = match.1 == "smtps"
    let port = match.3.flatMap { Int($0) } ?? (isImplicit ? 465 : 587)
    guard (1...65_535).contains(port) else { throw bad("SMTP_URL", "the port is not 1 … 65535") }
    let host = String(match.2)
    var security: Security = isImplicit ? .implicit : .upgrade
    switch value("SMTP_TLS") {
    case nil, "required": break
    case "none" where isImplicit: throw bad("SMTP_TLS", "smtps: is always encrypted")
    case "none":
      guard ["localhost", "127.0.0.1", "[::1]"].contains(host.lowercased()) else {
        throw bad("SMTP_TLS", "without encryption only a relay on this computer is spoken to")
      }
      security = .none
    default: throw bad("SMTP_TLS", "it is neither required nor none")
    }
    var password = value("SMTP_PASSWORD")
    if let file = value("SMTP_PASSWORD_FILE") {
      guard let data = FileManager.default.contents(atPath: file), data.count <= 4096 else {
        throw bad("SMTP_PASSWORD_FILE", "the file cannot be read")
      }
      password = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
    let user = value("SMTP_USER")
    guard (user == nil) == (password == nil) else {
      throw bad("SMTP_USER", "user and password are given together")
    }
    if user != nil, security == .none { throw bad("SMTP_TLS", "a password is not sent without encryption") }
    guard let sender = value("MAIL_FROM") else {
      throw bad("MAIL_FROM", "it is needed with PLANNER_SMTP_URL")
    }
    let from: MailAddress
    do { from = try MailAddress(text: sender) } catch { throw bad("MAIL_FROM", "it is no mail address") }
    self.init(
      host: host, port: port, security: security, user: user, password: password,
      authorities: value("SMTP_CA"),
      from: from)
  }

  var url: String { "\(security == .implicit ? "smtps" : "smtp")://\(host):\(port)/\(from.domain)" }
}
