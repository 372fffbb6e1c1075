import CRM
import Foundation
import Outbound
import Store

/// The mail by which somebody gets the link to set his password. It leaves through the outbox, and its content is kept
/// sealed until then: the link stands in no log and no list.
enum LinkMail {
  /// Makes a link and posts the mail with it, both or neither.
  /// - Parameters:
  ///   - base: how the service is reached from outside; without it the mail tells the code alone.
  ///   - language: of the mail, when nobody said what the user reads.
  /// - Throws: `MailError` when the user has no address that mail can go to, `StoreError`.
  @discardableResult
  static func post(
    _ purpose: LinkPurpose, for user: User, base: String?, language: Language, in writer: Writer
  ) throws -> OutboxID? {
    guard let address = user.email else { throw MailError.badAddress("") }
    let to = try MailAddress(name: user.name, address: address)
    let secret = try writer.makeLink(purpose, for: user.id)
    let draft = draft(
      purpose, to: to,
      link: base.map { self.address($0, code: secret.text, login: user.login) } ?? secret.text,
      at: writer.at, language: .of(user, else: language))
    // The hash names the link and says nothing of its code.
    let once = "link:" + secret.hash.map { String(format: "%02x", $0) }.joined()
    return try writer.post(
      .mail, to: address, subject: draft.subject, payload: try draft.encoded, once: once)
  }

  /// Where a password is set. What stands behind `#` is sent to no server: the code, and the login for programs that keep
  /// passwords.
  static func address(_ base: String, code: String, login: String) -> String {
    "\(base)/set-password#\(code)/\(login)"
  }

  /// - Parameters:
  ///   - link: its address, or the code alone.
  ///   - at: when it was made.
  static func draft(
    _ purpose: LinkPurpose, to: MailAddress, link: String, at: Date, language: Language
  ) -> MailDraft {
    let words = language.linkMail
    let time = language.moment(at.addingTimeInterval(purpose.life), DayClock(now: at, zone: .gmt))
    let text = [
      words.greeting(to.name), purpose == .invitation ? words.invited : words.reset, link,
      words.goodOnce(time), words.notYou,
    ].joined(separator: "\n\n")
    return MailDraft(
      to: to, subject: purpose == .invitation ? words.invitationSubject : words.resetSubject, text: text)
  }
}

/// What a mail with a link says.
struct LinkMailWords: Sendable {
  var greeting: @Sendable (_ name: String) -> String
  var invited: String
  var reset: String
  var goodOnce: @Sendable (_ until: String) -> String
  var notYou: String
  var invitationSubject: String
  var resetSubject: String
}

extension Language {
  var linkMail: LinkMailWords { code == "ru" ? .russian : .english }
}

extension LinkMailWords {
  static let english = LinkMailWords(
    greeting: { "Hello \($0)," },
    invited: "You have been invited to planner. Set your password here:",
    reset: "Somebody asked to set your planner password anew. Do it here:",
    goodOnce: { "This works once, until \($0) (UTC)." },
    notYou: "If you did not expect this mail, do nothing: nothing has changed.",
    invitationSubject: "Your invitation to planner", resetSubject: "Set your planner password anew")

  static let russian = LinkMailWords(
    greeting: { "Здравствуйте, \($0)!" },
    invited: "Вас пригласили в planner. Задайте свой пароль здесь:",
    reset: "Кто-то попросил задать ваш пароль в planner заново. Это делается здесь:",
    goodOnce: { "Ссылка действует один раз, до \($0) (UTC)." },
    notYou: "Если вы не ждали этого письма, ничего не делайте: ничего не изменилось.",
    invitationSubject: "Приглашение в planner", resetSubject: "Новый пароль в planner")
}
