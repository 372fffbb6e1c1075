import CRM
import Geo
import Store

/// The page on which managers get regions: a map in the managers' colours, gaps and overlaps, all regions by country.
struct TerritoryView: Sendable {
  var regions: [RegionInfo]
  /// Of partners in sight, by code.
  var facts: [String: RegionFacts]
  /// Partners whose address names no region.
  var unknown: Int
  /// Those who may have a territory, and those who have one; who may not sign in gets nothing new.
  var managers: [User]
  var territories: [Territory]
  /// Code of a country whose regions are listed although nobody is there.
  var asked: String?
  var extent: BoundingBox?
  var tabs: [AdminView.Tab]
  var pageCode: String?

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.territories
    let script = [
      "chooseFirst": words.chooseFirst, "given": words.given, "taken": words.taken, "undone": words.undone,
      "undo": language.phrases.views.undo, "aroundHint": words.aroundHint, "noneAround": words.noneAround,
      "several": words.several,
    ]
    return .object([
      "heading": .text(language.phrases.admin.title), "title": .text(words.title),
      "intro": .text(words.intro),
      "tabs": AdminView.tabs(tabs, at: .territories, in: language),
      "onMap": .text(words.title), "script": .text(PageRenderer.json(script)),
      "code": .optional(pageCode),
      "whole": .text(
        regions.filter { one in
          one.level == .country && !regions.contains { $0.level == .subdivision && $0.country == one.country }
        }.map(\.code).joined(separator: " ")), "howLabel": .text(words.how), "aloneLabel": .text(words.alone),
      "besideLabel": .text(words.beside), "aroundLabel": .text(words.around),
      "extent": .optional(extent.map { "\($0.west),\($0.south),\($0.east),\($0.north)" }),
      "state": state(in: language),
    ])
  }

  /// Who has what, beside the map.
  func state(in language: Language) -> HTMLValue {
    let (words, count) = (language.phrases.territories, language.phrases.records.partnerCount)
    let shown = Shown(self, language)
    let parts = regions.filter { $0.level == .subdivision || !shown.hasParts.contains($0.country) }
    func gap(_ title: (String) -> String, _ isGap: (Int) -> Bool) -> HTMLValue? {
      let found = parts.filter {
        (facts[$0.code]?.partners ?? 0) > 0 && isGap(shown.all[$0.code]?.count ?? 0)
      }
      guard !found.isEmpty else { return nil }
      let partners = found.reduce(0) { $0 + (facts[$1.code]?.partners ?? 0) }
      return .object([
        "title": .text(title(count(partners))), "regions": .list(shown.sorted(found).map(shown.line)),
      ])
    }
    let first = managers.first { !$0.disabled }?.login
    let gaps = [gap(words.nobodys) { $0 == 0 }, gap(words.shared) { $0 > 1 }].compactMap(\.self)
    let countries: [Country] = Dictionary(grouping: regions, by: \.country).compactMap { code, list in
      code.wholeMatch(of: /[A-Z]{2}/).map { _ in (name: shown.names[code] ?? code, code: code, list: list) }
    }.sorted { ($0.name, $0.code) < ($1.name, $1.code) }
    // All regions of the world are too many: those of countries with partners or managers, and of the one asked for.
    func isNear(_ country: Country) -> Bool {
      country.code == asked || country.list.contains { facts[$0.code] != nil || shown.own[$0.code] != nil }
    }
    let (near, far) = (countries.filter(isNear), countries.filter { !isNear($0) })
    return .object([
      "own": .text(Self.json(shown.own)), "all": .text(Self.json(shown.all)),
      "managersLabel": .text(words.managers),
      "noManagers": .optional(managers.isEmpty ? words.noManagers : nil),
      "managers": .list(
        managers.map { user in
          let held = parts.filter { shown.all[$0.code]?.contains(user.login) == true }
          return .object([
            "login": .text(user.login), "name": .text(user.name),
            "colour": .text(shown.colours[user.login] ?? ""),
            "first": .flag(user.login == first), "mayGet": .flag(!user.disabled),
            "has": .text(
              words.has(held.count, count(held.reduce(0) { $0 + (facts[$1.code]?.partners ?? 0) }))),
          ])
        }),
      "gapsLabel": .text(words.gaps), "fine": .optional(gaps.isEmpty ? words.fine : nil), "gaps": .list(gaps),
      "unknown": .optional(unknown > 0 ? words.unknown(count(unknown)) : nil),
      "regionsLabel": .text(words.regions),
      "countries": .list(
        near.map { country in
          let parts = country.list.count { $0.level == .subdivision }
          return .object([
            "code": .text(country.code), "name": .text(country.name),
            "count": .optional(parts > 0 ? words.regionCount(parts) : nil),
            "open": .flag(country.code == asked),
            "regions": .list(shown.sorted(country.list).map(shown.line)),
          ])
        }),
      "otherLabel": .text(words.otherCountry), "show": .text(language.phrases.records.show),
      "others": language.options(far.map { ($0.code, $0.name) }),
    ])
  }

  private typealias Country = (name: String, code: String, list: [RegionInfo])

  /// Logins by code as a JSON object, for a data attribute.
  private static func json(_ managers: [String: [String]]) -> String {
    JSONValue.object(managers.sorted { $0.key < $1.key }.map { ($0.key, .texts($0.value)) }).json
  }

  /// What lines of regions are made of.
  private struct Shown {
    /// As given, and with the country's managers; by code, logins in order.
    var own: [String: [String]] = [:]
    var all: [String: [String]] = [:]
    var names: [String: String] = [:]
    /// Countries whose regions are known.
    var hasParts: Set<String> = []
    /// Class of a manager's colour by login.
    var colours: [String: String] = [:]
    private var people: [String: String] = [:]
    private let view: TerritoryView
    private let words: TerritoryWords
    private let count: @Sendable (Int) -> String

    init(_ view: TerritoryView, _ language: Language) {
      (self.view, words) = (view, language.phrases.territories)
      count = language.phrases.records.partnerCount
      for (index, user) in view.managers.enumerated() {
        colours[user.login] = "day-\(index % DayColour.all.count + 1)"
        people[user.login] = user.name
      }
      let logins = Dictionary(view.managers.map { ($0.id, $0.login) }) { first, _ in first }
      for territory in view.territories {
        if let login = logins[territory.manager] { own[territory.region, default: []].append(login) }
      }
      own = own.mapValues { $0.sorted() }
      for region in view.regions {
        names[region.code] = region.name(in: language.code)
        if region.level == .subdivision { hasParts.insert(region.country) }
        let managers = Set((own[region.code] ?? []) + (own[region.country] ?? [])).sorted()
        if !managers.isEmpty { all[region.code] = managers }
      }
    }

    /// The country first, then by name.
    func sorted(_ list: [RegionInfo]) -> [RegionInfo] {
      list.sorted {
        ($0.level == .country ? 0 : 1, names[$0.code] ?? "", $0.code)
          < ($1.level == .country ? 0 : 1, names[$1.code] ?? "", $1.code)
      }
    }

    func line(_ region: RegionInfo) -> HTMLValue {
      let isWhole = region.level == .country && hasParts.contains(region.country)
      let partners = view.facts[region.code]?.partners ?? 0
      return .object([
        "code": .text(region.code), "name": .text(names[region.code] ?? region.code),
        "holds": .text(isWhole ? words.wholeCountry : count(partners)),
        "who": .list(
          (all[region.code] ?? []).map {
            .object(["name": .text(people[$0] ?? $0), "colour": .text(colours[$0] ?? "")])
          }),
      ])
    }
  }
}

extension PageRenderer {
  func territories(_ view: TerritoryView, in frame: PageFrame) -> String {
    mapPage(
      title: frame.language.phrases.territories.title, in: frame,
      content: ["territories": view.values(in: frame.language)])
  }

  /// Who has what, without a page around it.
  func territoryState(_ view: TerritoryView, in language: Language) -> String {
    fragment("territory-state", ["state": view.state(in: language)])
  }
}
