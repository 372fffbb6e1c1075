import Foundation
import NetworkSupport
import Synchronization
import Testing

@testable import Outbound

@Suite struct SMTPSenderTests {
  let draft = MailDraft(
    to: try! MailAddress(name: "Анна", address: "anna@example.org"), subject: "Тема", text: "Текст\n.\n..x")

  func settings(_ port: Int, _ change: (inout MailSettings) -> Void = { _ in }) -> MailSettings {
    var settings = MailSettings(
      host: "127.0.0.1", port: port, security: .none, from: try! MailAddress(address: "planner@example.org"))
    settings.deadline = .seconds(600)
    settings.connecting = .seconds(600)
    change(&settings)
    return settings
  }

  func send(_ settings: MailSettings, _ before: @escaping @Sendable () throws -> Void = {}) async
    -> MailOutcome
  {
    await SMTPSender(settings: settings).send(
      draft, id: "1", date: Date(timeIntervalSince1970: 1_780_909_200), beforeContent: before)
  }

  @Test("a mail arrives as it was written, dots and all, and the content is announced once, before it leaves")
  func arrives() async throws {
    let announced = Atomic(0)
    try await SMTPPeer.with { peer in
      let outcome = await send(settings(peer.port)) {
        #expect(peer.seen.commands.last == "DATA" && peer.seen.mails.isEmpty)
        announced.add(1, ordering: .relaxed)
      }
      #expect(outcome == .sent(reply: "250 taken"))
      #expect(announced.load(ordering: .relaxed) == 1)
      let wanted = MIMEWriter.bytes(
        draft, from: settings(1).from, id: "1", date: Date(timeIntervalSince1970: 1_780_909_200))
      #expect(peer.seen.mails == [wanted])
      #expect(
        peer.seen.commands.contains("MAIL FROM:<planner@example.org>")
          || peer.seen.commands.contains { $0.hasPrefix("MAIL FROM:<planner@example.org> ") })
      #expect(peer.seen.commands.contains("RCPT TO:<anna@example.org>"))
    }
  }

  static let answers: [(SMTPPeer.Step, String, String)] = [
    (.mail, "421 closing", "later"), (.mail, "450 busy", "later"), (.mail, "550 no", "refused"),
    (.mail, "530 login first", "later"), (.rcpt, "450 greylisted", "later"),
    (.rcpt, "550 no such user", "refused"),
    (.rcpt, "421 closing", "later"), (.data, "451 later", "later"), (.data, "554 no", "refused"),
    (.content, "421 closing", "later"), (.content, "450 full", "later"), (.content, "550 spam", "refused"),
    (.content, "552 too large", "refused"), (.connect, "421 closing", "later"),
    (.connect, "554 no service", "later"),
    (.ehlo, "421 closing", "later"), (.connect, "nonsense", "later"), (.content, "nonsense", "unknown"),
  ]

  @Test("each refusal is told as what it is", arguments: answers.indices)
  func refusals(_ i: Int) async throws {
    let (step, text, wanted) = Self.answers[i]
    try await SMTPPeer.with(
      script: { at, _ in at == step ? .say(text) : at == .quit ? .drop : .usual },
      body: {
        peer in
        // Some answers are followed by a server that waits for more.
        let outcome = await send(settings(peer.port) { $0.deadline = .seconds(3) })
        #expect("\(outcome)".hasPrefix(wanted), "\(step) \(text): \(outcome)")
        #expect(peer.seen.mails.isEmpty)
      })
  }

  @Test(
    "a connection that ends before the content was whole brings nothing, after that nobody knows",
    arguments: SMTPPeer.Step.allCases)
  func dropped(_ step: SMTPPeer.Step) async throws {
    try await SMTPPeer.with(
      tls: step == .starttls ? try LoopbackCertificate.server() : nil,
      script: { at, _ in at == step ? .drop : .usual },
      body: { peer in
        let outcome = await send(
          settings(peer.port) {
            if step == .starttls { $0.security = .upgrade }
            if step == .auth { ($0.user, $0.password) = ("u", "p") }
          })
        let wanted = step == .content ? "unknown" : step == .quit ? "sent" : "later"
        #expect("\(outcome)".hasPrefix(wanted), "\(step): \(outcome)")
      })
  }

  @Test("a server that says nothing does not hold the sender longer than its deadline")
  func silent() async throws {
    for (step, wanted) in [(SMTPPeer.Step.connect, "later"), (.rcpt, "later"), (.content, "unknown")] {
      try await SMTPPeer.with(
        script: { at, _ in at == step ? .silence : .usual },
        body: { peer in
          let outcome = await send(settings(peer.port) { $0.deadline = .milliseconds(700) })
          #expect("\(outcome)".hasPrefix(wanted), "\(step): \(outcome)")
        })
    }
  }

  @Test("what the announcement throws ends the attempt with nothing sent")
  func announced() async throws {
    try await SMTPPeer.with { peer in
      let outcome = await send(settings(peer.port)) { throw CancellationError() }
      #expect("\(outcome)".hasPrefix("later"), "\(outcome)")
      #expect(peer.seen.mails.isEmpty)
    }
  }

  @Test(
    "whoever is cancelled while the server is silent gets an honest outcome",
    arguments: [SMTPPeer.Step.rcpt, .content])
  func cancelled(_ step: SMTPPeer.Step) async throws {
    let reached = AsyncStream.makeStream(of: Void.self)
    try await SMTPPeer.with(
      script: { at, _ in
        guard at == step else { return .usual }
        reached.continuation.yield()
        return .silence
      },
      body: { peer in
        let task = Task { await send(settings(peer.port)) }
        for await _ in reached.stream { break }
        task.cancel()
        let outcome = await task.value
        #expect("\(outcome)".hasPrefix(step == .content ? "unknown" : "later"), "\(outcome)")
      })
  }

  @Test("passwords go over encrypted connections only, to a server that proves itself")
  func encrypted() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("smtp-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("ca.pem").path
    try Data(LoopbackCertificate.certificate.utf8).write(to: URL(fileURLWithPath: file))
    let tls = try LoopbackCertificate.server()
    for implicit in [true, false] {
      try await SMTPPeer.with(tls: tls, implicit: implicit) { peer in
        func with(authorities: String?) -> MailSettings {
          settings(peer.port) {
            $0.security = implicit ? .implicit : .upgrade
            $0.authorities = authorities
            ($0.user, $0.password) = ("anna", "geheim")
          }
        }
        let refused = await send(with(authorities: nil))
        #expect(refused.code == "mail.tls", "\(refused)")
        #expect(!peer.seen.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
        #expect(await send(with(authorities: file)) == .sent(reply: "250 taken"))
        #expect(peer.seen.commands.contains { $0.hasPrefix("AUTH") })
      }
    }
    // A server, or somebody in between, that does not offer STARTTLS gets neither password nor mail.
    try await SMTPPeer.with { peer in
      let outcome = await send(
        settings(peer.port) {
          $0.security = .upgrade
          ($0.user, $0.password) = ("anna", "geheim")
        })
      #expect(outcome.code == "mail.tls", "\(outcome)")
      #expect(!peer.seen.commands.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }
  }

  @Test("a refused login is the administrator's affair, not the mail's end")
  func login() async throws {
    try await SMTPPeer.with(
      script: { at, _ in at == .auth ? .say("535 no") : .usual },
      body: { peer in
        let outcome = await send(settings(peer.port) { ($0.user, $0.password) = ("anna", "geheim") })
        #expect("\(outcome)".hasPrefix("later"), "\(outcome)")
      })
  }

  @Test("settings come from the environment, and wrong ones are named")
  func environment() throws {
    func read(_ values: [String: String]) throws -> MailSettings? {
      try MailSettings(
        environment: Dictionary(uniqueKeysWithValues: values.map { ("PLANNER_" + $0.key, $0.value) }))
    }
    let from = ["MAIL_FROM": "Planner <planner@example.org>"]
    #expect(try read([:]) == nil)
    let upgrade = try #require(try read(from.merging(["SMTP_URL": "smtp://mail.example.org"]) { $1 }))
    #expect(upgrade.port == 587 && upgrade.security == .upgrade && upgrade.from.name == "Planner")
    let implicit = try #require(try read(from.merging(["SMTP_URL": "smtps://mail.example.org"]) { $1 }))
    #expect(implicit.port == 465 && implicit.security == .implicit)
    let local = ["SMTP_URL": "smtp://127.0.0.1:25", "SMTP_TLS": "none"]
    #expect(try read(from.merging(local) { $1 })?.security == MailSettings.Security.none)
    for bad in [
      ["SMTP_URL": "http://a"], ["SMTP_URL": "smtp://user:secret@a"], ["SMTP_URL": "smtp://a:99999"],
      ["SMTP_URL": "smtp://a b"], ["SMTP_URL": "smtp://a", "SMTP_TLS": "none"],
      ["SMTP_URL": "smtp://a", "SMTP_TLS": "maybe"], ["SMTP_URL": "smtp://a", "SMTP_USER": "u"],
      ["SMTP_URL": "smtp://a", "MAIL_FROM": "x"], ["SMTP_URL": "smtp://a", "MAIL_FROM": ""],
      ["SMTP_URL": "smtp://127.0.0.1", "SMTP_TLS": "none", "SMTP_USER": "u", "SMTP_PASSWORD": "p"],
      ["SMTP_URL": "smtp://a", "SMTP_PASSWORD_FILE": "/nowhere/at/all", "SMTP_USER": "u"],
    ] { #expect(throws: MailError.self, "\(bad)") { try read(from.merging(bad) { $1 }) } }
  }
}

extension MailOutcome {
  fileprivate var code: String {
    switch self {
    case .sent: "sent"
    case .later(let code, _), .refused(let code, _), .unknown(let code, _): code
    }
  }
}
