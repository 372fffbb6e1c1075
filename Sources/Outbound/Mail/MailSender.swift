import Foundation

/// How the sending of one mail ended.
public enum MailOutcome: Sendable, Hashable {
  /// The server took it. What it said.
  case sent(reply: String)
  /// It was not taken, and may be sent again later: nothing, or nothing whole, of it arrived.
  case later(code: String, reply: String)
  /// The server will never take it.
  case refused(code: String, reply: String)
  /// All of it went over the line and no answer came: it may have been taken.
  case unknown(code: String, reply: String)
}

/// What sends mails. A protocol, so that tests bring their own.
public protocol MailSender: Sendable {
  /// Sends one mail.
  /// - Parameters:
  ///   - id: of the message, the same at each attempt: by it receivers know a mail they have.
  ///   - beforeContent: called once, when the server is ready for the content and has seen none of it. What it throws
  ///     ends the attempt there.
  func send(
    _ draft: MailDraft, id: String, date: Date, beforeContent: @escaping @Sendable () throws -> Void
  ) async -> MailOutcome
}
