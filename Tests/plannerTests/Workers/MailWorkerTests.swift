import CRM
import Foundation
import Geo
import NetworkSupport
import Outbound
import Store
import Synchronization
import Testing

@testable import planner

/// A database with one mail in its outbox.
struct MailFixture {
  let database: Database
  static let at = Date(timeIntervalSince1970: 1_780_909_200)

  init(path: String? = nil) throws {
    database = try path.map { try Database(path: $0) } ?? Database.temporary()
  }

  @discardableResult
  func post(_ once: String = "1") throws -> OutboxID {
    let draft = MailDraft(
      to: try MailAddress(name: "Анна", address: "anna@example.org"), subject: "Тема \(once)", text: "Текст")
    return try #require(
      try database.write(as: Actor(name: "test"), at: Self.at) {
        try $0.post(
          .mail, to: draft.to.address, subject: draft.subject, payload: try draft.encoded, once: once)
      })
  }

  static func sender(_ port: Int) throws -> SMTPSender {
    SMTPSender(
      settings: MailSettings(
        host: "127.0.0.1", port: port, security: .none, from: try MailAddress(address: "planner@example.org"))
    )
  }

  func worker(_ sender: (any MailSender)?, after seconds: Double = 0) -> MailWorker {
    MailWorker(database: database, sender: sender, now: { Self.at.addingTimeInterval(seconds) })
  }

  func item(_ id: OutboxID) throws -> OutboxItem { try #require(try database.read { try $0.outboxItem(id) }) }
  func tasks() throws -> [String] { try database.read { try $0.tasks() }.map(\.title) }
}

@Suite struct MailWorkerTests {
  @Test("what waits is sent, once, and says what the server said")
  func sent() async throws {
    let fixture = try MailFixture()
    let ids = try (1...3).map { try fixture.post("\($0)") }
    try await SMTPPeer.with { peer in
      let worker = fixture.worker(try MailFixture.sender(peer.port))
      #expect(try worker.worker.hasWork?() == true)
      #expect(try await worker.run() == "3 sent")
      #expect(try await worker.run() == "")
      #expect(try worker.worker.hasWork?() == false)
      #expect(peer.seen.mails.count == 3)
    }
    for id in ids { #expect(try fixture.item(id).message == "250 taken") }
    #expect(try fixture.tasks().isEmpty)
  }

  @Test("without a mail server mails wait")
  func noServer() async throws {
    let fixture = try MailFixture()
    let id = try fixture.post()
    #expect(try fixture.worker(nil).worker.hasWork?() == false)
    #expect(try await fixture.worker(nil).run() == "no mail server is set")
    #expect(try fixture.item(id).state == .pending)
  }

  @Test("a server that is down for an hour loses nothing: tried again ever more seldom, then sent once")
  func down() async throws {
    let fixture = try MailFixture()
    let id = try fixture.post()
    let isUp = Atomic(false)
    try await SMTPPeer.with(
      script: { step, _ in
        step == .connect && !isUp.load(ordering: .relaxed) ? .say("421 down") : .usual
      },
      body: { peer in
        var time = 0.0
        var tries = 0
        while time < 3600 {
          #expect(
            try await fixture.worker(try MailFixture.sender(peer.port), after: time).run()
              == "1 to be tried again")
          tries += 1
          time = try #require(try fixture.item(id).nextAt).timeIntervalSince(MailFixture.at)
        }
        #expect((4...6).contains(tries), "\(tries)")
        isUp.store(true, ordering: .relaxed)
        #expect(try await fixture.worker(try MailFixture.sender(peer.port), after: time).run() == "1 sent")
        #expect(peer.seen.mails.count == 1)
      })
    #expect(try fixture.tasks().isEmpty)
  }

  @Test("a refused recipient is not tried again, and an administrator gets a task")
  func refused() async throws {
    let fixture = try MailFixture()
    let keeper = User(login: "admin", name: "Админ", role: .administrator)
    try fixture.database.write(as: Actor(name: "test")) { try $0.add(user: keeper) }
    let id = try fixture.post()
    try await SMTPPeer.with(
      script: { step, _ in step == .rcpt ? .say("550 no such user") : .usual },
      body: {
        peer in
        let worker = fixture.worker(try MailFixture.sender(peer.port))
        #expect(try await worker.run() == "1 failed")
        #expect(try await fixture.worker(try MailFixture.sender(peer.port), after: 1e7).run() == "")
      })
    #expect(try fixture.item(id).state == .failed)
    #expect(try fixture.tasks() == ["A mail to anna@example.org did not arrive: Тема 1"])
    #expect(try fixture.database.read { try $0.tasks() }.first?.responsible == keeper.id)
  }

  @Test("the task about a mail is in the service's language, as its locale says")
  func language() async throws {
    #expect(Language.ofLocale(in: ["LANG": "ru_RU.UTF-8"]).code == "ru")
    #expect(Language.ofLocale(in: ["LC_ALL": "C.UTF-8", "LANG": "ru_RU.UTF-8"]).code == "en")
    let fixture = try MailFixture()
    try fixture.post()
    try await SMTPPeer.with(
      script: { step, _ in step == .rcpt ? .say("550 no such user") : .usual },
      body: { peer in
        let worker = MailWorker(
          database: fixture.database, sender: try MailFixture.sender(peer.port), language: .russian,
          now: { MailFixture.at })
        #expect(try await worker.run() == "1 failed")
      })
    #expect(try fixture.tasks() == ["Письмо на адрес anna@example.org не дошло: Тема 1"])
  }

  @Test("a connection lost behind the dot is unknown, with a task, and never sent again by itself")
  func unknown() async throws {
    let fixture = try MailFixture()
    let id = try fixture.post()
    try await SMTPPeer.with(
      script: { step, number in step == .content && number == 1 ? .drop : .usual },
      body: {
        peer in
        #expect(try await fixture.worker(try MailFixture.sender(peer.port)).run() == "1 unknown")
        #expect(try await fixture.worker(try MailFixture.sender(peer.port), after: 1e7).run() == "")
        #expect(try fixture.tasks() == ["A mail to anna@example.org may not have arrived: Тема 1"])
        // A person says: once more.
        try fixture.database.write(as: Actor(name: "test"), at: MailFixture.at) {
          _ = try $0.resendOutbox(id)
        }
        #expect(try await fixture.worker(try MailFixture.sender(peer.port), after: 1e7).run() == "1 sent")
      })
  }

  @Test("after the last attempt a mail is given up, with a task")
  func givenUp() async throws {
    let fixture = try MailFixture()
    let id = try fixture.post()
    try await SMTPPeer.with(
      script: { step, _ in step == .rcpt ? .say("450 later") : .usual },
      body: { peer in
        var time = 0.0
        while try fixture.item(id).state == .pending {
          _ = try await fixture.worker(try MailFixture.sender(peer.port), after: time).run()
          time = try fixture.item(id).nextAt?.timeIntervalSince(MailFixture.at) ?? time
        }
      })
    let item = try fixture.item(id)
    #expect(
      item.state == .failed && item.code == "mail.givenUp" && item.attempts == Backoff.mail.steps.count + 1)
    #expect(try fixture.tasks().count == 1)
  }

  @Test("two senders at once send each mail once")
  func two() async throws {
    let fixture = try MailFixture()
    for number in 1...20 { try fixture.post("\(number)") }
    try await SMTPPeer.with { peer in
      let other = MailWorker(
        database: try Database(path: fixture.database.path, mode: .existing),
        sender: try MailFixture.sender(peer.port), now: { MailFixture.at })
      async let first = fixture.worker(try MailFixture.sender(peer.port)).run()
      async let second = other.run()
      _ = try await (first, second)
      #expect(peer.seen.mails.count == 20)
    }
    #expect(try fixture.database.read { try $0.outboxCounts() } == [.mail: [.sent: 20]])
  }

  @Test(
    "mails of a run whose end could not be written: one that was under way is unknown, the others are sent")
  func recovered() async throws {
    let fixture = try MailFixture()
    let ids = [try fixture.post("1"), try fixture.post("2")]
    try fixture.database.write(as: .worker, at: MailFixture.at) { writer throws in
      #expect(try writer.beginWorker(MailWorker.name, early: true))
      #expect(try writer.claimOutbox(kind: .mail, limit: 2).messages.count == 2)
      #expect(try writer.beginSending(ids[0]))
    }
    try await SMTPPeer.with { peer in
      let worker = fixture.worker(try MailFixture.sender(peer.port)).worker
      #expect(try worker.hasWork?() == true)
      #expect(
        try await WorkerSchedule.runOnce(worker, in: fixture.database, now: { MailFixture.at }) == "1 sent")
    }
    #expect(try ids.map { try fixture.item($0).state } == [.unknown, .sent])
    #expect(try fixture.tasks().count == 1)
  }

  @Test("a link to set a password goes by mail: sealed until it is sent, told in no list, good once")
  func link() async throws {
    let fixture = try MailFixture()
    var anna = User(login: "anna", name: "Анна\r\nBcc: x@y.z", role: .manager)
    anna.email = "anna@example.org"
    let user = anna
    let id = try fixture.database.write(as: Actor(name: "test"), at: MailFixture.at) { writer in
      try writer.add(user: user)
      return try LinkMail.post(
        .invitation, for: user, base: "https://planner.example", language: .russian, in: writer)
    }
    let item = try fixture.item(try #require(id))
    #expect(item.subject == "Приглашение в planner")
    try await SMTPPeer.with { peer in
      _ = try await fixture.worker(try MailFixture.sender(peer.port)).run()
      let mail = String(decoding: try #require(peer.seen.mails.first), as: UTF8.self)
      let body = mail.components(separatedBy: "\r\n\r\n")[1].replacingOccurrences(of: "\r\n", with: "")
      let text = String(decoding: Data(base64Encoded: body) ?? Data(), as: UTF8.self)
      let code = try #require(text.firstMatch(of: /https:\/\/planner\.example\/set-password#(\S+)\/anna\s/)).1
      #expect(text.contains("до 15\u{A0}июня, 09:00 (UTC)"))
      #expect(
        try fixture.database.read { try $0.user(link: Secret(String(code)), at: MailFixture.at) }?.login
          == "anna")
      #expect(!mail.components(separatedBy: "\r\n").contains { $0.hasPrefix("Bcc") })
    }
    var nameless = User(login: "nomail", name: "Без почты", role: .manager)
    nameless.email = nil
    let without = nameless
    #expect(throws: MailError.self) {
      try fixture.database.write(as: Actor(name: "test")) {
        _ = try LinkMail.post(.reset, for: without, base: nil, language: .english, in: $0)
      }
    }
  }
}

@Suite struct TripMailTests {
  @Test("a manager is told of a trip somebody else saved for him, once, in the transaction that saves it")
  func told() throws {
    let fixture = try MailFixture()
    var anna = User(login: "anna", name: "Анна", role: .manager)
    anna.email = "anna@example.org"
    let boss = User(login: "boss", name: "Boss", role: .head)
    let silent = User(login: "silent", name: "Silent", role: .manager)
    let users = [anna, boss, silent]
    let partner = Partner(kind: .agency, name: "Вояж", status: .active)
    try fixture.database.write(as: Actor(name: "test"), at: MailFixture.at) { writer in
      for user in users { try writer.add(user: user) }
      try writer.insert(partner)
    }
    func trip(for user: User) throws -> Trip {
      let place = try Coordinate(latitude: 52.1, longitude: 23.7)
      let stop = Stop(
        partner: partner.id, name: "Вояж", coordinate: place, arrival: MailFixture.at,
        serviceStart: MailFixture.at, departure: MailFixture.at.addingTimeInterval(1800))
      let day = TripDay(
        date: try #require(LocalDate("2026-06-08")), start: MailFixture.at,
        end: MailFixture.at.addingTimeInterval(7200), stops: [stop], legs: [])
      return Trip(
        title: "Брест", responsible: user.id, start: Place(label: "Офис", coordinate: place), end: nil,
        timeZone: "Europe/Minsk", days: [day], unassigned: [], matrix: .roads, metres: Metres(0),
        seconds: Seconds(0))
    }
    func save(_ trip: Trip, as actor: Actor) throws -> OutboxID? {
      try fixture.database.write(as: actor, at: MailFixture.at) { writer in
        try writer.save(trip, task: TripTask(title: trip.title))
        let mail = try TripMail.post(
          trip, base: "https://planner.example", language: .russian, in: writer)
        #expect(try TripMail.post(trip, base: nil, language: .russian, in: writer) == nil)
        return mail
      }
    }
    let given = try trip(for: anna)
    let mail = try #require(try save(given, as: Actor(user: boss.id, name: "web")))
    #expect(try fixture.item(mail).destination == "anna@example.org")
    #expect(try fixture.item(mail).subject == "Поездка для вас: Брест")
    let draft = TripMail.draft(
      given, to: try MailAddress(name: anna.name, address: "anna@example.org"),
      base: "https://planner.example",
      language: .russian)
    #expect(
      draft.text == """
        Здравствуйте, Анна!

        Для вас запланирована поездка «Брест»: 1 день, 1 точка.

        пн 8 июня: 12:00–14:00, 1 точка, 0\u{A0}м

        https://planner.example/trips/\(given.id)
        """)
    // His own, and whoever has no address.
    for (user, planner) in [(anna, anna), (silent, boss)] {
      let none = try save(trip(for: user), as: Actor(user: planner.id, name: "web"))
      #expect(none == nil)
    }
  }
}

/// A sender that is killed at each step of the conversation. It is this test program itself, started again.
@Suite struct KilledSenderTests {
  static let variable = "PLANNER_TEST_KILLED_SENDER"

  /// The protection taken away: nothing is noted before the content leaves.
  struct Heedless: MailSender {
    let sender: SMTPSender
    func send(
      _ draft: MailDraft, id: String, date: Date, beforeContent: @escaping @Sendable () throws -> Void
    ) async -> MailOutcome { await sender.send(draft, id: id, date: date) {} }
  }

  @Test(
    "the sender of the killed sender test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() async throws {
    let words = try #require(ProcessInfo.processInfo.environment[Self.variable]).split(separator: "|")
    let fixture = try MailFixture(path: String(words[0]))
    let sender = try MailFixture.sender(try #require(Int(words[1])))
    _ = try await fixture.worker(words[2] == "heedless" ? Heedless(sender: sender) : sender).run()
  }

  /// Sends one mail with a process that is killed at `step`, then with one that is not.
  /// - Returns: how often the server took the mail, and its state.
  func transmissions(killedAt step: SMTPPeer.Step, heedless: Bool = false) async throws -> (
    Int, OutboxItem, tasks: Int
  ) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sender-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fixture = try MailFixture(path: folder.appendingPathComponent("planner.sqlite").path)
    let id = try fixture.post()
    let victim = Mutex<Int32>(0)
    let taken = Atomic(0)
    return try await SMTPPeer.with(
      script: { at, number in
        if at == .content { taken.add(1, ordering: .relaxed) }
        guard at == step, number == 1 else { return .usual }
        // The process exists: it is talking to us.
        kill(victim.withLock { $0 }, SIGKILL)
        return .silence
      },
      body: { peer in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "KilledSenderTests.child"]
        process.environment = ProcessInfo.processInfo.environment.merging([
          Self.variable: "\(fixture.database.path)|\(peer.port)|\(heedless ? "heedless" : "careful")"
        ]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try victim.withLock { victim in
          try process.run()
          victim = process.processIdentifier
        }
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        _ = try await fixture.worker(try MailFixture.sender(peer.port), after: 10).run()
        return (taken.load(ordering: .relaxed), try fixture.item(id), try fixture.tasks().count)
      })
  }

  @Test(
    "killed before the content left, a mail is sent by the next one",
    arguments: [SMTPPeer.Step.connect, .ehlo, .mail, .rcpt, .data])
  func before(_ step: SMTPPeer.Step) async throws {
    let (count, item, tasks) = try await transmissions(killedAt: step)
    #expect(count == 1 && item.state == .sent && tasks == 0, "\(count) \(item.state)")
  }

  @Test(
    "killed after the dot, or after the answer, it is not sent twice, and a person is told",
    arguments: [SMTPPeer.Step.content, .quit])
  func after(_ step: SMTPPeer.Step) async throws {
    let (count, item, tasks) = try await transmissions(killedAt: step)
    #expect(count == 1 && item.state == .unknown && tasks == 1, "\(count) \(item.state)")
  }

  @Test("without the note before the content the mail would go out twice")
  func control() async throws {
    #expect(try await transmissions(killedAt: .content, heedless: true).0 == 2)
  }
}
