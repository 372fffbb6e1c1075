import CRM
import Foundation
import Geo
import Store

/// Partners in a list, with what the list was asked for.
struct PartnerListView: Sendable {
  var choice: PartnerChoice
  /// One of ``orders``.
  var sort: String
  var items: [PartnerSummary]
  var total: Int
  var offer: ChoiceOffer
  var views: KeptViews
  /// Address of the next page.
  var next: String?
  var clock: DayClock
  /// Whether a list may be brought in.
  var mayImport = false
  /// Whether doubtful places may be put right.
  var mayReview = false

  /// Orders that are offered; the list's own names for them.
  static let orders = ["name", "lastVisit", "-lastVisit", "city", "-created"]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    let names = Dictionary(offer.people.map { ($0.login, $0.name) }) { first, _ in first }
    let nothing = total == 0 ? choice.isSet ? words.nothingFound : words.noPartners : nil
    var values: [String: HTMLValue] = [
      "heading": .text(words.partners), "count": .text(words.partnerCount(total)),
      "importLabel": .optional(mayImport ? language.phrases.importing.title : nil),
      "reviewLabel": .optional(mayReview ? language.phrases.review.title : nil),
      "orderLabel": .text(words.order), "show": .text(words.show),
      "orders": language.options(Self.orders.map { ($0, words.orders[$0] ?? $0) }, chosen: sort),
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
              language.visit(partner.lastVisit, clock)),
            "overdue": .optional(
              clock.urgency(partner.lastVisit, partner.callIntervalDays) == .overdue ? words.overdue : nil),
            "phone": .optional(partner.phone),
            "dial": .optional(partner.phone.flatMap(TripView.dialable)),
          ])
        }),
      "nothing": nothing.map {
        .object([
          "title": .text($0.title), "text": .text($0.text), "teaches": .flag(!choice.isSet),
          "all": .text(words.allPartners),
        ])
      } ?? .flag(false),
      "next": .optional(next), "nextLabel": .text(language.phrases.maps.nextPage),
    ]
    values["views"] = views.values(for: choice, sort: sort, on: "/partners", in: language)
    values.merge(choice.fields(offer, in: language)) { $1 }
    return .object(values)
  }
}

extension Language {
  /// The options of a list to choose from: values and their names.
  func options(_ all: [(String, String)], chosen: String? = nil) -> HTMLValue {
    .list(
      all.map { value, name in
        .object(["value": .text(value), "name": .text(name), "chosen": .flag(value == chosen)])
      })
  }
}

extension DayClock {
  /// - Parameter interval: the call interval in days.
  func urgency(_ lastVisit: Date?, _ interval: Int?) -> Urgency {
    Urgency(lastVisit: lastVisit.map { LocalDate($0, in: zone) }, interval: interval, today: today)
  }
}

extension Language {
  /// `14 December`, with the year when it is another than this one.
  func day(of instant: Date, _ clock: DayClock) -> String {
    let date = LocalDate(instant, in: clock.zone)
    let text = "\(date.day)\u{A0}\(months[date.month - 1])"
    return date.year == clock.today.year ? text : "\(text)\u{A0}\(date.year)"
  }

  /// The same with the time of day: `14 December, 09:30`.
  func moment(_ instant: Date, _ clock: DayClock) -> String {
    "\(day(of: instant, clock)), \(TripView.clock(instant, clock.zone))"
  }

  /// When somebody was there last, or that nobody was.
  func visit(_ instant: Date?, _ clock: DayClock) -> String {
    instant.map { day(of: $0, clock) } ?? phrases.records.never
  }
}
