import CRM
import Foundation
import Geo

/// A partner with everything that is known of it.
struct PartnerCardView: Sendable {
  var partner: Partner
  /// Name of the responsible user.
  var responsible: String?
  /// Newest first.
  var timeline: [TimelineEntry]
  /// Names of users.
  var names: [UserID: String]
  /// Of stops here.
  var photos: [StopID: [Photo]]
  /// Address of what happened before.
  var older: String?
  var clock: DayClock
  /// Nil where nothing may be changed.
  var edit: PartnerEditView?

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    var visits: [(String, String)] = [
      (words.lastVisit, language.visit(partner.lastVisit, clock))
    ]
    if let days = partner.callIntervalDays {
      let late = clock.urgency(partner.lastVisit, days) == .overdue ? ", \(words.overdue)" : ""
      visits.append((words.callInterval, words.everyDays(days) + late))
    }
    if let hours = partner.openingHours { visits.append((words.openingHours, hours.text)) }
    if let length = partner.visitLength { visits.append((words.visitLength, language.duration(length))) }
    if let ban = partner.doNotVisit {
      let until = ban.until.map { ", " + words.until(language.date($0)) } ?? ""
      visits.append((words.doNotVisit, ban.reason + until))
    }
    var facts: [(String, String)] = []
    if let responsible { facts.append((language.phrases.responsible, responsible)) }
    if let number = partner.registrationNumber { facts.append((words.registrationNumber, number)) }
    if !partner.tags.isEmpty { facts.append((words.tags, partner.tags.joined(separator: ", "))) }
    if !partner.externalReferences.isEmpty {
      let keys = partner.externalReferences.map { "\($0.system): \($0.key)" }
      facts.append((words.keys, keys.joined(separator: ", ")))
    }
    if !partner.note.isEmpty { facts.append((words.note, partner.note)) }
    return .object([
      "trailLabel": .text(language.phrases.maps.whereYouAre), "all": .text(words.allPartners),
      "name": .text(partner.name), "kind": .text(words.kinds[partner.kind] ?? partner.kind.rawValue),
      "status": .text(words.statuses[partner.status] ?? partner.status.rawValue),
      "contactsLabel": .text(words.contacts), "hasContacts": .flag(!partner.contactPoints.isEmpty),
      "contacts": .list(partner.contactPoints.map(Self.point)),
      "peopleLabel": .text(words.people), "hasPeople": .flag(!partner.people.isEmpty),
      "people": .list(
        partner.people.map { person in
          .object([
            "name": .text(person.name), "position": .text(person.position),
            "contacts": .list(person.contactPoints.map(Self.point)),
          ])
        }),
      "addressLabel": .text(words.address),
      "addresses": .list(partner.addresses.map { .text($0.text) }),
      "place": place(in: language),
      "visitsLabel": .text(words.visits), "visits": Self.facts(visits),
      "hasFacts": .flag(!facts.isEmpty), "facts": Self.facts(facts),
      "historyLabel": .text(words.history), "noHistory": .text(words.noHistory),
      "hasHistory": .flag(!timeline.isEmpty),
      "history": .list(timeline.map { entry($0, in: language) }),
      "older": .optional(older), "olderLabel": .text(words.older),
      "edit": edit.map { $0.values(partner, in: language) } ?? .flag(false),
      "editWords": .text(language.phrases.editing.script),
    ])
  }

  private static func facts(_ facts: [(String, String)]) -> HTMLValue {
    .list(facts.map { .object(["name": .text($0), "value": .text($1)]) })
  }

  private static func point(_ point: ContactPoint) -> HTMLValue {
    let link: String? =
      switch point.kind {
      case .phone: TripView.dialable(point.value).map { "tel:\($0)" }
      case .email: "mailto:\(point.normalised)"
      case .web:
        ["http://", "https://"].contains { point.value.lowercased().hasPrefix($0) }
          ? point.value : "https://\(point.normalised)"
      }
    return .object([
      "value": .text(point.value), "label": .optional(point.label.isEmpty ? nil : point.label),
      "link": .optional(link),
    ])
  }

  private func place(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    guard let location = partner.location else { return .object(["text": .text(words.notOnMap)]) }
    let (latitude, longitude) = (location.coordinate.latitude, location.coordinate.longitude)
    let precision = location.manual ? words.byHand : words.levels[location.level] ?? location.level.rawValue
    return .object([
      "text": .text("\(words.place): \(precision)"),
      "stale": .optional(location.stale ? words.stale : nil),
      "navigate": .text(words.navigate),
      "geo": .text("geo:\(latitude),\(longitude)?q=\(latitude),\(longitude)"),
    ])
  }

  private func entry(_ entry: TimelineEntry, in language: Language) -> HTMLValue {
    let (words, admin) = (language.phrases.records, language.phrases.admin)
    var (title, text): (String, String) = ("", "")
    var link: String?
    var pictures: [Photo] = []
    switch entry.content {
    case .change(let action, let entity, _, let before, let after):
      title =
        switch action {
        case "create": words.created
        case "delete", "remove": words.removed
        case "update", "import.undo.restore":
          words.changed(
            Self.members(before, after).map { words.fields[$0] ?? $0 }.joined(separator: ", "))
        case "geocode": words.changed(words.fields["location"] ?? "location")
        default:
          // Of the other rows the members are no fields of a partner.
          "\(admin.entities[entity] ?? entity) · \(admin.actions[action] ?? action)"
        }
    case .activity(let activity):
      title = words.activities[activity.kind] ?? activity.kind.rawValue
      text = [activity.outcome, activity.text].filter { !$0.isEmpty }.joined(separator: "\n")
    case .stop(let trip, let stop, let date, let visit, let outcome):
      pictures = photos[stop] ?? []
      title = words.planned(trip.title)
      text = [language.date(date), language.phrases.visit[visit] ?? visit.rawValue, outcome]
        .filter { !$0.isEmpty }.joined(separator: ", ")
      link = "/trips/\(trip.id)"
    case .leftOut(let trip, let reason, _):
      title = words.leftOutOf(trip.title)
      text = language.phrases.reason[reason] ?? reason.rawValue
      link = "/trips/\(trip.id)"
    }
    return .object([
      "title": .text(title), "text": .optional(text.isEmpty ? nil : text), "link": .optional(link),
      "when": .text(language.moment(entry.at, clock)),
      "instant": .text(Instant.text(entry.at)),
      "who": .optional(entry.user.flatMap { names[$0] }),
      "photos": PhotoStrip(photos: pictures, name: partner.name, clock: clock).values(in: language),
    ])
  }

  /// The members that differ, but the count of versions.
  private static func members(_ before: String?, _ after: String?) -> [String] {
    var names: Set<String> = []
    for text in [before, after].compactMap(\.self) {
      if case .object(let members)? = try? JSONValue(parsing: Array(text.utf8)) {
        names.formUnion(members.map(\.name))
      }
    }
    return names.subtracting(["version", "id"]).sorted()
  }
}
