import CCurl
import Foundation
import Synchronization

/// Sends mails to a server by SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the beginning, through libcurl.
public struct SMTPSender: MailSender {
  public let settings: MailSettings
  /// Servers seldom take more.
  public static let mostBytes = 25_000_000

  public init(settings: MailSettings) { self.settings = settings }

  private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

  public func send(
    _ draft: MailDraft, id: String, date: Date, beforeContent: @escaping @Sendable () throws -> Void
  ) async -> MailOutcome {
    let bytes = MIMEWriter.bytes(draft, from: settings.from, id: id, date: date)
    guard bytes.count <= Self.mostBytes else {
      return .refused(code: "mail.tooLarge", reply: MailError.tooLarge(bytes: bytes.count).message)
    }
    let cancelled = Flag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          let talk = Talk(bytes, cancelled: cancelled, beforeContent: beforeContent)
          continuation.resume(returning: perform(talk, to: draft.to))
        }
      }
    } onCancel: {
      cancelled.isSet.store(true, ordering: .relaxed)
    }
  }

  final class Flag: Sendable {
    let isSet = Atomic(false)
  }

  /// One attempt: what is sent, and how far it came. Touched by the library's callbacks on one thread.
  private final class Talk {
    let bytes: [UInt8]
    var offset = 0
    let cancelled: Flag
    let beforeContent: () throws -> Void
    /// The server was ready for the content.
    var hasBegun = false
    /// All of the content was handed over: from here on the other side may have it.
    var isHandedOver = false
    var failure: (any Error)?
    /// The first word of the last command.
    var command = ""
    var reply = ""

    init(_ bytes: [UInt8], cancelled: Flag, beforeContent: @escaping () throws -> Void) {
      self.bytes = bytes
      self.cancelled = cancelled
      self.beforeContent = beforeContent
    }

    static func of(_ pointer: UnsafeMutableRawPointer?) -> Talk {
      Unmanaged<Talk>.fromOpaque(pointer!).takeUnretainedValue()
    }

    func read(_ target: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
      if !hasBegun {
        hasBegun = true
        do { try beforeContent() } catch {
          failure = error
          return Int(CURL_READFUNC_ABORT)
        }
      }
      let count = min(room, bytes.count - offset)
      if count == 0 { isHandedOver = true }
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawPointer(target).copyMemory(from: source.baseAddress! + offset, byteCount: count)
      }
      offset += count
      return count
    }
  }

  private func perform(_ talk: Talk, to: MailAddress) -> MailOutcome {
    guard Self.library == CURLE_OK, let handle = curl_easy_init() else {
      return .later(code: "mail.library", reply: "the mail library does not start")
    }
    defer { curl_easy_cleanup(handle) }
    var recipients: UnsafeMutablePointer<curl_slist>?
    recipients = curl_slist_append(recipients, "<\(to.address)>")
    defer { curl_slist_free_all(recipients) }
    let user = Unmanaged.passUnretained(talk).toOpaque()
    let set: [CURLcode] = [
      planner_curl_text(handle, CURLOPT_URL, settings.url),
      planner_curl_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
      planner_curl_text(handle, CURLOPT_PROXY, ""),
      planner_curl_text(handle, CURLOPT_MAIL_FROM, "<\(settings.from.address)>"),
      planner_curl_list(handle, CURLOPT_MAIL_RCPT, recipients),
      planner_curl_long(handle, CURLOPT_UPLOAD, 1),
      planner_curl_long(handle, CURLOPT_NOSIGNAL, 1),
      planner_curl_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(settings.connecting / .milliseconds(1))),
      planner_curl_long(handle, CURLOPT_TIMEOUT_MS, Int(settings.deadline / .milliseconds(1))),
      planner_curl_long(
        handle, CURLOPT_USE_SSL,
        Int(settings.security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue)),
      planner_curl_reads(
        handle, { buffer, size, count, user in Talk.of(user).read(buffer!, size * count) }, user),
      planner_curl_hears(
        handle,
        { buffer, size, count, user in
          let bytes = UnsafeBufferPointer(start: buffer, count: size * count).prefix(500)
          Talk.of(user).reply = MailText.oneLine(
            String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self))
          return size * count
        }, user),
      planner_curl_traces(
        handle,
        { _, kind, buffer, size, user in
          // Of a command only its first word is looked at: others hold names and passwords.
          if kind == CURLINFO_HEADER_OUT {
            let word = UnsafeBufferPointer(start: buffer, count: size).prefix(8)
              .prefix { $0 > 0x20 }.map { UInt8(bitPattern: $0) }
            // The good-bye after a refusal is no step of the mail.
            if !word.elementsEqual("QUIT".utf8) {
              Talk.of(user).command = String(decoding: word, as: UTF8.self)
            }
          }
          return 0
        }, user),
      planner_curl_watches(
        handle, { user, _, _, _, _ in Talk.of(user).cancelled.isSet.load(ordering: .relaxed) ? 1 : 0 }, user),
      settings.user.map { planner_curl_text(handle, CURLOPT_USERNAME, $0) } ?? CURLE_OK,
      settings.password.map { planner_curl_text(handle, CURLOPT_PASSWORD, $0) } ?? CURLE_OK,
      settings.authorities.map { planner_curl_text(handle, CURLOPT_CAINFO, $0) } ?? CURLE_OK,
    ]
    guard set.allSatisfy({ $0 == CURLE_OK }) else {
      return .later(code: "mail.library", reply: "the mail library does not take the settings")
    }
    let result = withExtendedLifetime(talk) { curl_easy_perform(handle) }
    return outcome(result, status: planner_curl_reply(handle), talk)
  }

  private func outcome(_ result: CURLcode, status: Int, _ talk: Talk) -> MailOutcome {
    if result == CURLE_OK { return .sent(reply: talk.reply) }
    // 354 is the server's leave to send: the last word before the answer that did not come.
    let isAnswered = status >= 400
    if talk.isHandedOver && !isAnswered {
      return .unknown(code: "mail.unanswered", reply: "the connection ended before the server answered")
    }
    let isEnvelope = ["MAIL", "RCPT", "DATA"].contains(talk.command.uppercased())
    // 530, 535, 538: the server wants a login or another one, which is no fault of the mail.
    if (500...599).contains(status), isEnvelope || talk.isHandedOver, ![530, 535, 538].contains(status) {
      return .refused(code: "mail.refused", reply: talk.reply)
    }
    if isAnswered, isEnvelope || talk.isHandedOver { return .later(code: "mail.later", reply: talk.reply) }
    let words = String(cString: curl_easy_strerror(result))
    switch result {
    case CURLE_LOGIN_DENIED: return .later(code: "mail.login", reply: isAnswered ? talk.reply : words)
    case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
      CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_ISSUER_ERROR:
      return .later(code: "mail.tls", reply: words)
    case CURLE_OPERATION_TIMEDOUT: return .later(code: "mail.timedOut", reply: words)
    case CURLE_ABORTED_BY_CALLBACK, CURLE_READ_ERROR:
      return .later(code: "mail.stopped", reply: "the sending was ended before the mail had left")
    case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
      return .later(code: "mail.unreachable", reply: words)
    default: return .later(code: "mail.broken", reply: isAnswered ? talk.reply : words)
    }
  }
}
