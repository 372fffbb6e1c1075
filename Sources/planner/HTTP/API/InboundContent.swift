import CRM
import Foundation
import Geo
import Store

/// What a message of another program says: `{"type":…,"timestamp":…,"data":{…}}`, as Standard Webhooks has it.
enum InboundContent: Sendable {
  /// To try the way: nothing happens.
  case ping
  /// Something happened with a partner.
  case activity(partner: PartnerName, Happening)

  /// How another program tells a partner: by our id, by its own key, or by the number that called.
  enum PartnerName: Sendable {
    case id(PartnerID)
    case key(system: String, key: String)
    case phone(String)
  }

  struct Happening: Sendable {
    var kind: Activity.Kind
    var at: Date
    var author: String?
    var outcome: String
    var text: String
  }

  static let types = ["webhook.ping", "activity.record"]

  var type: String {
    switch self {
    case .ping: "webhook.ping"
    case .activity: "activity.record"
    }
  }

  /// - Throws: `APIError`, ``InboundError/unknownType(_:)``.
  init(_ body: RequestField, at now: Date) throws {
    let message = try body.object(["type", "timestamp", "data"])
    let type = try message.required("type").text(1...100)
    let timestamp = try message.value("timestamp")?.past(now, hint: "give when it was sent")
    switch type {
    case "webhook.ping": self = .ping
    case "activity.record":
      let data = try message.required("data")
      let members = try data.object(["partner", "key", "phone", "kind", "at", "author", "outcome", "text"])
      let at = try members.value("at")?.past(now, hint: ActivitiesController.pastHint) ?? timestamp ?? now
      self = .activity(
        partner: try Self.partner(members, data),
        Happening(
          kind: try members.required("kind").choice(), at: Instant.rounded(at),
          author: try members.value("author")?.text(1...64),
          outcome: try members.value("outcome")?.text(0...2000, lines: true) ?? "",
          text: try members.value("text")?.text(0...20_000, lines: true) ?? ""))
    default: throw InboundError.unknownType(type)
    }
  }

  private static func partner(_ members: RequestObject, _ data: RequestField) throws -> PartnerName {
    let given = ["partner", "key", "phone"].compactMap { name in members.value(name).map { (name, $0) } }
    guard given.count == 1, let (name, field) = given.first else {
      throw data.fault(
        given.isEmpty ? "it names no partner" : "it names the partner more than once",
        hint: "give one of partner (its id), key ({system, key}) and phone")
    }
    switch name {
    case "partner": return .id(try field.id())
    case "key":
      let key = try field.object(["system", "key"])
      return .key(
        system: try key.required("system").text(1...100), key: try key.required("key").text(1...200))
    default:
      let text = try field.text(3...60)
      guard let number = PhoneNumber.normalise(text, country: nil), number.hasPrefix("+") else {
        throw field.fault("\(field.value.told) is no telephone number", hint: "write +375291234567")
      }
      return .phone(number)
    }
  }

  /// Does what is said.
  /// - Returns: the record that was made.
  /// - Throws: ``InboundError`` when the partner or the person is not known.
  func apply(_ writer: Writer) throws -> String? {
    guard case .activity(let name, let happening) = self else { return nil }
    let author = try happening.author.map { login in
      guard let user = try writer.user(login: login) else { throw InboundError.unknownUser(login) }
      return user.id
    }
    let activity = Activity(
      kind: happening.kind, partner: try Self.find(name, writer), at: happening.at, author: author,
      outcome: happening.outcome, text: happening.text)
    try writer.record(activity: activity)
    return activity.id.description
  }

  private static func find(_ name: PartnerName, _ reader: some ReadAccess) throws -> PartnerID {
    let found: [PartnerID]
    let words: String
    switch name {
    case .id(let id): (found, words) = (try reader.partner(id).map { [$0.id] } ?? [], "the id \(id)")
    case .key(let system, let key):
      (found, words) = (try reader.partners(system: system, key: key), "the key \(key) of \(system)")
    case .phone(let number): (found, words) = (try reader.partners(phone: number), "the number \(number)")
    }
    guard let partner = found.first else { throw InboundError.unknownPartner(words) }
    guard found.count == 1 else {
      throw InboundError.severalPartners(words, found.map(\.description).sorted())
    }
    return partner
  }
}

/// Why a message with a right signature was not taken.
enum InboundError: CodedError, Equatable {
  case paused(String)
  case longID
  case otherBody(String)
  case unknownType(String)
  case unknownPartner(String)
  case severalPartners(String, [String])
  case unknownUser(String)

  var code: String {
    switch self {
    case .paused: "inbound.source.paused"
    case .longID: "inbound.message.longID"
    case .otherBody: "inbound.message.otherBody"
    case .unknownType: "inbound.type.unknown"
    case .unknownPartner: "inbound.partner.unknown"
    case .severalPartners: "inbound.partner.several"
    case .unknownUser: "inbound.user.unknown"
    }
  }

  var message: String {
    switch self {
    case .paused(let name): "messages of \(name) are not taken at present"
    case .longID: "webhook-id is longer than 255 characters"
    case .otherBody(let id): "the webhook-id \"\(id)\" came before with another body"
    case .unknownType(let type): "there is no message of type \"\(type)\""
    case .unknownPartner(let words): "no partner has \(words)"
    case .severalPartners(let words, let ids): "\(ids.count) partners have \(words)"
    case .unknownUser(let login): "there is no user \"\(login)\""
    }
  }

  var hint: String {
    switch self {
    case .paused(let name): "`planner inbound resume \(name)` takes them again"
    case .longID: "name messages by a short identifier, a UUID for instance"
    case .otherBody: "give each message a webhook-id of its own, and repeat a message as it was"
    case .unknownType: "send one of: " + InboundContent.types.joined(separator: ", ")
    case .unknownPartner: "add the partner, or its key or telephone, and send the message again"
    case .severalPartners: "name the partner by its id"
    case .unknownUser: "`planner user list` shows the logins; leave author out when nobody is meant"
    }
  }

  var choices: [String] {
    if case .severalPartners(_, let ids) = self { return Array(ids.prefix(10)) }
    return []
  }
}
