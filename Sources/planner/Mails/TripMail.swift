import CRM
import Foundation
import Geo
import Outbound
import Planning
import Store

/// The mail that tells a manager of a trip somebody else planned for him. It is posted in the transaction that saves the
/// trip: both are there or neither.
enum TripMail {
  /// Posts it, once for each manager a trip is given to. Whoever plans for himself, has no address or may not sign in gets
  /// none.
  /// - Parameters:
  ///   - base: how the service is reached from outside; without it the mail has no link.
  ///   - language: of the mail, when nobody said what the user reads.
  @discardableResult
  static func post(_ trip: Trip, base: String?, language: Language, in writer: Writer) throws -> OutboxID? {
    guard let id = trip.responsible, id != writer.actor.user, let user = try writer.user(id), !user.disabled,
      let address = user.email, let to = try? MailAddress(name: user.name, address: address)
    else { return nil }
    let draft = draft(trip, to: to, base: base, language: .of(user, else: language))
    return try writer.post(
      .mail, to: address, subject: draft.subject, payload: try draft.encoded, once: "trip:\(trip.id):\(id)")
  }

  /// What a command that saves trips does along with it.
  /// - Throws: `ServiceSettingsError` when the environment sets the public address wrongly.
  static func ofCommandLine() throws -> (Trip, Writer) throws -> Void {
    let environment = Session.current.environment
    let base = try ServiceSettings(file: nil, environment: environment).publicURL
    let language = Language.ofLocale(in: environment)
    return { trip, writer in try post(trip, base: base, language: language, in: writer) }
  }

  static func draft(_ trip: Trip, to: MailAddress, base: String?, language: Language) -> MailDraft {
    let (words, phrases) = (language.tripMail, language.phrases)
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    let stops = trip.days.reduce(0) { $0 + $1.stops.count }
    var parts = [
      words.greeting(to.name),
      words.given(
        phrases.quoted(trip.title), "\(phrases.days(trip.days.count)), \(phrases.stops(stops))"),
      trip.days.map { day in
        let metres = Metres(day.legs.reduce(0) { $0 + $1.metres.value })
        let hours = "\(RouteChecklist.clock(day.start, zone))–\(RouteChecklist.clock(day.end, zone))"
        return
          "\(language.date(day.date)): \(hours), \(phrases.stops(day.stops.count)), \(language.distance(metres))"
      }.joined(separator: "\n"),
    ]
    if !trip.unassigned.isEmpty { parts.append("\(phrases.leftOut): \(trip.unassigned.count)") }
    if let base { parts.append("\(base)/trips/\(trip.id)") }
    return MailDraft(
      to: to, subject: words.subject(trip.title), text: parts.joined(separator: "\n\n"))
  }
}

/// What a mail about a trip says.
struct TripMailWords: Sendable {
  var greeting: @Sendable (_ name: String) -> String
  var given: @Sendable (_ title: String, _ size: String) -> String
  var subject: @Sendable (_ title: String) -> String
}

extension Language {
  var tripMail: TripMailWords { code == "ru" ? .russian : .english }
}

extension TripMailWords {
  static let english = TripMailWords(
    greeting: LinkMailWords.english.greeting, given: { "A trip was planned for you: \($0), \($1)." },
    subject: { "A trip for you: \($0)" })

  static let russian = TripMailWords(
    greeting: LinkMailWords.russian.greeting, given: { "Для вас запланирована поездка \($0): \($1)." },
    subject: { "Поездка для вас: \($0)" })
}
