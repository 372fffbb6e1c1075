import CRM
import Foundation
import Geo
import Store

/// Partners in a list, with what the list was asked for.
struct PartnerListView: Sendable {
  /// What a reader chose; empty texts are no choice.
  struct Filter: Sendable, Hashable {
    var text = ""
    var kind = ""
    var status = ""
    /// A login, or `none`.
    var responsible = ""
    var isOverdue = false
    var sort = "name"

    var isSet: Bool { self != Filter(sort: sort) }
  }

  var filter: Filter
  var items: [PartnerSummary]
  var total: Int
  /// Names by login, of those who may be responsible.
  var people: [(login: String, name: String)]
  /// Address of the next page.
  var next: String?
  var clock: DayClock

  /// Orders that are offered; the list's own names for them.
  static let orders = ["name", "lastVisit", "-lastVisit", "city", "-created"]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    let names = Dictionary(people.map { ($0.login, $0.name) }) { first, _ in first }
    func options(_ all: [(String, String)], _ chosen: String) -> HTMLValue {
      .list(
        all.map { value, name in
          .object(["value": .text(value), "name": .text(name), "chosen": .flag(value == chosen)])
        })
    }
    let nothing = total == 0 ? filter.isSet ? words.nothingFound : words.noPartners : nil
    return .object([
      "heading": .text(words.partners), "count": .text(words.partnerCount(total)),
      "text": .text(filter.text), "searchLabel": .text(language.phrases.frame.search),
      "kindLabel": .text(words.kind), "statusLabel": .text(words.status),
      "responsibleLabel": .text(language.phrases.responsible), "orderLabel": .text(words.order),
      "overdueLabel": .text(words.overdueOnly), "overdue": .flag(filter.isOverdue), "show": .text(words.show),
      "kinds": options(
        [("", words.anyKind)] + PartnerKind.allCases.map { ($0.rawValue, words.kinds[$0] ?? $0.rawValue) },
        filter.kind),
      "statuses": options(
        [("", words.anyStatus)]
          + PartnerStatus.allCases.map { ($0.rawValue, words.statuses[$0] ?? $0.rawValue) },
        filter.status),
      "people": options(
        [("", words.anybody), ("none", words.nobody)] + people.map { ($0.login, $0.name) },
        filter.responsible),
      "orders": options(Self.orders.map { ($0, words.orders[$0] ?? $0) }, filter.sort),
      "hasRows": .flag(!items.isEmpty),
      "partnerHead": .text(words.partner), "addressHead": .text(words.address),
      "visitHead": .text(words.lastVisit), "phoneHead": .text(words.phone),
      "rows": .list(
        items.map { partner in
          .object([
            "id": .text(partner.id.description), "name": .text(partner.name),
            "status": .optional(
              partner.status == .active ? nil : words.statuses[partner.status] ?? partner.status.rawValue),
            "address": .optional(partner.address),
            "offMap": .optional(partner.coordinate == nil ? words.notOnMap : nil),
            "responsible": .optional(partner.responsible.map { names[$0] ?? $0 }),
            "visit": .text(
              partner.lastVisit.map { language.day(of: $0, clock) } ?? words.never),
            "overdue": .optional(
              PartnerCardView.isOverdue(partner.lastVisit, partner.callIntervalDays, clock)
                ? words.overdue : nil),
            "phone": .optional(partner.phone),
            "dial": .optional(partner.phone.flatMap(TripView.dialable)),
          ])
        }),
      "nothing": nothing.map {
        .object([
          "title": .text($0.title), "text": .text($0.text), "teaches": .flag(!filter.isSet),
          "all": .text(words.allPartners),
        ])
      } ?? .flag(false),
      "next": .optional(next), "nextLabel": .text(language.phrases.maps.nextPage),
    ])
  }
}

extension Language {
  /// `14 December`, with the year when it is another than this one.
  func day(of instant: Date, _ clock: DayClock) -> String {
    let date = LocalDate(instant, in: clock.zone)
    let text = "\(date.day)\u{A0}\(months[date.month - 1])"
    return date.year == clock.today.year ? text : "\(text)\u{A0}\(date.year)"
  }
}
