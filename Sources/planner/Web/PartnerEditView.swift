import CRM
import Geo

/// The forms that change a partner, on its page.
struct PartnerEditView: Sendable {
  /// Logins and names of who may get the partner; empty where it may be given to nobody.
  var people: [(login: String, name: String)]
  /// Login of the responsible user.
  var responsible: String?
  /// Where the map begins when the partner has no place.
  var around: Coordinate?
  var mayEdit: Bool
  var mayLog: Bool

  func values(_ partner: Partner, in language: Language) -> HTMLValue {
    let words = language.phrases.editing
    let records = language.phrases.records
    func text(_ value: Int?) -> HTMLValue { .text(value.map(String.init) ?? "") }
    func kinds(_ chosen: ContactPoint.Kind) -> HTMLValue {
      language.options(
        [.phone, .email, .web].map { ($0.rawValue, words.pointKinds[$0] ?? $0.rawValue) },
        chosen: chosen.rawValue)
    }
    func types(_ chosen: Address.AddressType) -> HTMLValue {
      language.options(
        Address.AddressType.allCases.map { ($0.rawValue, words.addressTypes[$0] ?? $0.rawValue) },
        chosen: chosen.rawValue)
    }
    func point(_ kind: ContactPoint.Kind, _ value: String, _ label: String) -> HTMLValue {
      .object(["kinds": kinds(kind), "value": .text(value), "label": .text(label)])
    }
    func first(_ kind: ContactPoint.Kind, _ person: ContactPerson) -> HTMLValue {
      .text(person.contactPoints.first { $0.kind == kind }?.value ?? "")
    }
    let place = partner.location?.coordinate
    let middle = place ?? around ?? Coordinate(trustedLatitude: 53.9, longitude: 27.56)
    return .object([
      "address": .text("/api/v1/partners/\(partner.id)"), "version": .number(partner.version),
      "mayEdit": .flag(mayEdit), "mayLog": .flag(mayLog), "editLabel": .text(words.edit),
      "save": .text(words.save), "add": .text(words.add), "remove": .text(words.remove),
      "nameLabel": .text(words.name), "name": .text(partner.name),
      "kindLabel": .text(records.kind),
      "kinds": language.options(
        PartnerKind.allCases.map { ($0.rawValue, records.kinds[$0] ?? $0.rawValue) },
        chosen: partner.kind.rawValue), "statusLabel": .text(records.status),
      "statuses": language.options(
        PartnerStatus.allCases.map { ($0.rawValue, records.statuses[$0] ?? $0.rawValue) },
        chosen: partner.status.rawValue), "responsibleLabel": .text(language.phrases.responsible),
      "mayAssign": .flag(!people.isEmpty),
      "people": language.options(
        people.map { ($0.login, $0.name) } + [("", records.nobody)], chosen: responsible ?? ""),
      "intervalLabel": .text(words.intervalDays), "interval": text(partner.callIntervalDays),
      "minutesLabel": .text(words.visitMinutes), "minutes": text(partner.visitLength.map { $0.value / 60 }),
      "hoursLabel": .text(records.openingHours), "hours": .text(partner.openingHours?.text ?? ""),
      "hoursHint": .text(words.hoursHint), "tagsLabel": .text(records.tags),
      "tags": .text(partner.tags.joined(separator: ", ")), "tagsHint": .text(words.tagsHint),
      "numberLabel": .text(records.registrationNumber), "number": .text(partner.registrationNumber ?? ""),
      "noteLabel": .text(records.note), "note": .text(partner.note), "contactsLabel": .text(records.contacts),
      "valueLabel": .text(words.value), "labelLabel": .text(words.label),
      "points": .list(partner.contactPoints.map { point($0.kind, $0.value, $0.label) }),
      "newPoint": point(.phone, "", ""), "addressLabel": .text(records.address),
      "addresses": .list(
        partner.addresses.map { .object(["types": types($0.type), "text": .text($0.text)]) }),
      "newAddress": .object(["types": types(.physical), "text": .text("")]),
      "peopleLabel": .text(records.people), "positionLabel": .text(words.position),
      "phoneLabel": .text(words.pointKinds[.phone] ?? ""), "mailLabel": .text(words.pointKinds[.email] ?? ""),
      "persons": .list(
        partner.people.map { person in
          .object([
            "row": .text(PartnerResource.person(person).json),
            "name": .text(person.name), "position": .text(person.position), "phone": first(.phone, person),
            "mail": first(.email, person),
          ])
        }),
      "newPerson": .object([
        "row": .text(""), "name": .text(""), "position": .text(""), "phone": .text(""), "mail": .text(""),
      ]), "banLabel": .text(words.ban), "isBanned": .flag(partner.doNotVisit != nil),
      "banReasonLabel": .text(words.banReason), "banReason": .text(partner.doNotVisit?.reason ?? ""),
      "banUntilLabel": .text(words.banUntil), "banUntil": .text(partner.doNotVisit?.until?.description ?? ""),
      "log": .text(words.log), "whenLabel": .text(words.when), "outcomeLabel": .text(words.outcome),
      "textLabel": .text(words.details),
      "activities": language.options(
        [Activity.Kind.call, .meeting, .visit, .email, .note].map {
          ($0.rawValue, records.activities[$0] ?? $0.rawValue)
        }, chosen: Activity.Kind.call.rawValue), "fixPlace": .text(words.fixPlace),
      "pinHint": .text(words.pinHint), "latitudeLabel": .text(words.latitude),
      "longitudeLabel": .text(words.longitude), "setPin": .text(words.setPin),
      "latitude": .text(place.map { String($0.latitude) } ?? ""),
      "longitude": .text(place.map { String($0.longitude) } ?? ""),
      "visitAddress": .text(partner.visitAddress?.text ?? ""),
      "around": .text("[\(middle.longitude),\(middle.latitude)]"),
    ])
  }
}
