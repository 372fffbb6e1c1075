import CRM
import Foundation
import Geo
import Store

/// What was found.
struct SearchView: Sendable {
  var text: String
  var hits: [SearchHit]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    let nothing =
      text.isEmpty ? words.searchEmpty : hits.isEmpty ? words.searchNothing(text) : nil
    return .object([
      "heading": .text(text.isEmpty ? language.phrases.frame.search : words.searchFor(text)),
      "groups": .list(
        SearchKind.allCases.compactMap { kind in
          let own = hits.filter { $0.kind == kind }
          guard !own.isEmpty else { return nil }
          return .object([
            "kind": .text(kind.rawValue), "name": .text(words.searchKinds[kind.rawValue] ?? kind.rawValue),
            "hits": .list(
              own.map { hit in
                .object([
                  "label": .text(hit.label), "detail": .optional(hit.detail.isEmpty ? nil : hit.detail),
                  "link": .optional(Self.link(hit)),
                ])
              }),
          ])
        }),
      "nothing": nothing.map { .object(["title": .text($0.title), "text": .text($0.text)]) } ?? .flag(false),
    ])
  }

  /// Those that have a page, best first.
  func shortList(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    return .list(
      hits.compactMap { hit in Self.link(hit).map { (hit, $0) } }.enumerated().map { number, found in
        .object([
          "number": .number(number), "link": .text(found.1), "label": .text(found.0.label),
          "kind": .text(words.searchKinds[found.0.kind.rawValue] ?? found.0.kind.rawValue),
          "detail": .optional(found.0.detail.isEmpty ? nil : found.0.detail),
        ])
      })
  }

  /// Where a hit is shown; nil where it has no page.
  private static func link(_ hit: SearchHit) -> String? {
    let id = hit.id.uuidString.lowercased()
    return switch hit.kind {
    case .partner: "/partners/\(id)"
    case .trip: "/trips/\(id)"
    case .task: "/tasks/\(id)"
    case .user, .selection: nil
    }
  }
}

extension PageRenderer {
  func partners(_ view: PartnerListView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.records.partners, trips: [], in: frame.at(.partners),
      content: ["partners": view.values(in: frame.language)],
      more: ["withForms": .flag(view.views.mayKeep)])
  }

  func partner(_ view: PartnerCardView, in frame: PageFrame) -> String {
    page(
      title: view.partner.name, trips: [], in: frame.at(.partners),
      content: ["partner": view.values(in: frame.language)],
      more: [
        "withForms": .flag(view.edit != nil),
        "controls": .text(Self.json(frame.language.phrases.mapControls)),
      ])
  }

  func search(_ view: SearchView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.frame.search, trips: [], in: frame,
      content: ["found": view.values(in: frame.language)])
  }
}
