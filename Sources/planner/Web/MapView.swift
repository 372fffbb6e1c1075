import CRM
import Foundation
import Geo
import Store

/// Where the map stands: the middle of what is seen, and the zoom.
struct MapPlace: Sendable, Hashable {
  var center: Coordinate
  /// 0 to 20, 0 shows the world.
  var zoom: Double

  /// - Parameter text: `LATITUDE,LONGITUDE,ZOOM`.
  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let latitude = Double(parts[0]), let longitude = Double(parts[1]),
      let zoom = Double(parts[2]), (0...20).contains(zoom),
      let center = try? Coordinate(latitude: latitude, longitude: longitude)
    else { return nil }
    self.center = center
    self.zoom = zoom
  }
}

/// The partners that are seen on the map, in a list.
struct MapListView: Sendable {
  var items: [PartnerSummary]
  var total: Int
  var clock: DayClock

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.map, language.phrases.records)
    return .object([
      "count": .text(words.inView(total)),
      "items": .list(
        items.map { partner in
          let urgency = clock.urgency(partner.lastVisit, partner.callIntervalDays)
          return .object([
            "id": .text(partner.id.description), "name": .text(partner.name),
            "latitude": .text("\(partner.coordinate?.latitude ?? 0)"),
            "longitude": .text("\(partner.coordinate?.longitude ?? 0)"),
            "address": .optional(partner.address),
            "visit": .text("\(records.lastVisit): \(language.visit(partner.lastVisit, clock))"),
            "urgency": .text(urgency.rawValue),
            "urgencyName": .optional(urgency == .notDue ? nil : words.urgencies[urgency]),
          ])
        }),
      "more": .optional(total > items.count && !items.isEmpty ? words.more(items.count) : nil),
      "nothing": items.isEmpty
        ? .object(["title": .text(words.nobodyHere.title), "text": .text(words.nobodyHere.text)])
        : .flag(false),
    ])
  }
}

/// What a pin shows when it is pressed.
struct MapCardView: Sendable {
  var partner: Partner
  var responsible: String?
  var clock: DayClock
  /// Whether visits of this partner may be recorded.
  var mayLog: Bool

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.map, language.phrases.records)
    let urgency = clock.urgency(partner.lastVisit, partner.callIntervalDays)
    let status = records.statuses[partner.status] ?? partner.status.rawValue
    let phone = partner.contactPoints.first { $0.kind == .phone }?.value
    let mail = partner.contactPoints.first { $0.kind == .email }?.value
    return .object([
      "id": .text(partner.id.description), "name": .text(partner.name), "status": .text(status),
      "urgency": .text(urgency.rawValue), "urgencyName": .text(words.urgencies[urgency] ?? ""),
      "address": .optional(partner.visitAddress?.text),
      "visit": .text("\(records.lastVisit): \(language.visit(partner.lastVisit, clock))"),
      "responsible": .optional(responsible.map { "\(language.phrases.responsible): \($0)" }),
      "phone": .optional(phone), "dial": .optional(phone.flatMap(TripView.dialable)),
      "callLabel": .text(words.call), "mail": .optional(mail), "mailLabel": .text(words.mail),
      "openLabel": .text(words.openCard), "logLabel": .optional(mayLog ? words.log : nil),
      "chooseLabel": .optional(partner.location == nil ? nil : words.choose),
      "takeOutLabel": .text(words.takeOut),
    ])
  }
}

/// What a coloured region shows when it is pressed.
struct MapRegionView: Sendable {
  var region: RegionInfo
  var facts: RegionFacts
  /// What the map is narrowed to.
  var choice: PartnerChoice

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.map
    var listed = choice
    listed.region = region.code
    return .object([
      "code": .text(region.code), "name": .text(region.name(in: language.code)),
      "facts": .list(
        [
          language.phrases.records.partnerCount(facts.partners), words.overdueOf(facts.overdue),
          words.unvisitedOf(facts.unvisited),
        ].map { .object(["fact": .text($0)]) }),
      "some": .flag(facts.partners > 0), "chooseLabel": .text(words.chooseRegion),
      "listLabel": .text(words.listRegion), "list": .text("/partners?\(listed.address)"),
    ])
  }
}

/// The map of all partners.
struct MapView: Sendable {
  var choice: PartnerChoice
  var dimension: MapDimension
  var place: MapPlace?
  /// What holds all partners that are chosen; nil where none of them is on the map.
  var extent: BoundingBox?
  var list: MapListView
  var offer: ChoiceOffer
  var views: KeptViews
  /// How regions are coloured; nil where they are not.
  var shade: RegionShade?
  /// Whether addresses can be looked up.
  var findsPlaces: Bool
  /// Partners of the choice without a place, and with one that is in doubt.
  var missing: Int
  var stale: Int
  /// Whether they may be put right.
  var mayReview: Bool
  /// What changes of the session carry.
  var pageCode: String?

  /// Colours of people, as many as eyes tell apart; who comes later shares one.
  static let peopleColours = 8

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.map, language.phrases.records)
    func link(_ place: PartnerChoice.Place) -> HTMLValue {
      var other = choice
      other.place = place
      return .text("/\(mayReview ? "review" : "partners")?\(other.address)")
    }
    var values: [String: HTMLValue] = [
      "heading": .text(words.map), "onMap": .text(words.onMap), "listed": .text(words.listed),
      "filtersLabel": .text(words.filters),
      "filtered": .flag(choice.isSet), "show": .text(records.show), "dimensionLabel": .text(words.colourBy),
      "dimensions": language.options(
        MapDimension.allCases.map { ($0.rawValue, words.dimensions[$0] ?? $0.rawValue) },
        chosen: dimension.rawValue),
      "dimension": .text(dimension.rawValue), "query": .text(choice.address),
      "at": .optional(place.map { "\($0.center.latitude),\($0.center.longitude),\($0.zoom)" }),
      "extent": .optional(extent.map { "\($0.west),\($0.south),\($0.east),\($0.north)" }),
      "list": list.values(in: language),
      "missing": missing == 0
        ? .flag(false) : .object(["text": .text(words.notOnMap(missing)), "link": link(.missing)]),
      "stale": stale == 0
        ? .flag(false) : .object(["text": .text(words.stale(stale)), "link": link(.stale)]),
      "legends": .list(
        MapDimension.allCases.map { one in
          .object([
            "name": .text(one.rawValue), "label": .text(words.dimensions[one] ?? one.rawValue),
            "hidden": .flag(one != dimension),
            "classes": .list(
              classes(of: one, language).map { value, name, colour in
                .object(["value": .text(value), "name": .text(name), "colour": .text(colour)])
              }),
          ])
        }),
      "rings": .text(words.rings), "failed": .text(words.listFailed),
    ]
    values["findPlace"] =
      findsPlaces
      ? .object(["label": .text(words.findPlace), "hint": .text(words.findPlaceHint)]) : .flag(false)
    values["regionLayer"] = .object([
      "label": .text(words.regions),
      "shades": language.options(
        [("", words.noRegions)] + RegionShade.allCases.map { ($0.rawValue, words.shades[$0] ?? $0.rawValue) },
        chosen: shade?.rawValue ?? ""),
    ])
    values["views"] = views.values(for: choice, sort: "", on: "/map", in: language)
    values["choosing"] = Self.choosing(pageCode, language)
    values.merge(choice.fields(offer, in: language)) { $1 }
    return .object(values)
  }

  /// The tools to choose partners with.
  private static func choosing(_ pageCode: String?, _ language: Language) -> HTMLValue {
    let words = language.phrases.choosing
    return .object([
      "choose": .text(words.choose), "combine": .text(words.combine),
      "keys": .text(words.keys), "finish": .text(words.finish),
      "close": .text(words.close), "minutes": .text(words.minutes), "kilometres": .text(words.kilometres),
      "code": .optional(pageCode),
      "words": .text(
        PageRenderer.json([
          "saved": words.saved, "changed": words.changed, "refused": words.refused,
        ])),
      "tools": .list(
        ChoosingTool.allCases.map { tool in
          .object([
            "name": .text(tool.rawValue), "label": .text(words.tools[tool] ?? tool.rawValue),
            "hint": .text(words.hints[tool] ?? ""), "open": .flag(tool.isOpenEnded),
          ])
        }),
      "operations": .list(
        [("add", words.add), ("subtract", words.subtract), ("intersect", words.intersect)].map {
          .object(["value": .text($0.0), "label": .text($0.1), "chosen": .flag($0.0 == "add")])
        }),
    ])
  }

  /// Values, names and classes of colour of a dimension.
  private func classes(of dimension: MapDimension, _ language: Language) -> [(String, String, String)] {
    let (words, records) = (language.phrases.map, language.phrases.records)
    switch dimension {
    case .urgency:
      return Urgency.allCases.map { ($0.rawValue, words.urgencies[$0] ?? "", "urgency-\($0.rawValue)") }
    case .status:
      return PartnerStatus.allCases.map { ($0.rawValue, records.statuses[$0] ?? "", "status-\($0.rawValue)") }
    case .lastVisit:
      return VisitAge.allCases.map { ($0.rawValue, words.visitAges[$0] ?? "", "visit-\($0.rawValue)") }
    case .responsible:
      let people = offer.people
      let shown = people.prefix(Self.peopleColours).enumerated().map { index, person in
        (person.login, person.name, "person-\(index + 1)")
      }
      return shown + [(PartnerChoice.nobody, records.nobody, "person-none")]
        + (people.count > Self.peopleColours ? [("", words.others, "person-other")] : [])
    }
  }
}

extension PageRenderer {
  func map(_ view: MapView, in frame: PageFrame) -> String {
    mapPage(
      title: frame.language.phrases.map.map, in: frame.at(.map),
      content: ["map": view.values(in: frame.language)],
      more: ["withForms": .flag(view.views.mayKeep)])
  }

  /// The list beside the map without a page around it.
  func mapList(_ view: MapListView, in language: Language) -> String {
    fragment("map-list", ["list": view.values(in: language)])
  }

  func mapCard(_ view: MapCardView, in language: Language) -> String {
    fragment("map-card", ["card": view.values(in: language)])
  }

  func mapRegion(_ view: MapRegionView, in language: Language) -> String {
    fragment("map-region", ["region": view.values(in: language)])
  }
}
