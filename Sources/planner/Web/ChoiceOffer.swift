import CRM
import Store

/// What lists and maps of partners can be narrowed to.
struct ChoiceOffer: Sendable {
  /// Login and name of those who may be responsible, by name.
  var people: [(login: String, name: String)] = []
  /// Where partners are, and their countries.
  var regions: [RegionInfo] = []
  var tags: [String] = []

  init() {}

  init(_ reader: Reader, _ scope: RecordScope, by clock: DayClock) throws {
    people = try RecordPagesController.people(reader)
    var codes = Set(try reader.regionFacts(PartnerQuery(), scope: scope, by: clock).keys)
    for code in codes { codes.insert(Self.country(of: code)) }
    regions = try codes.compactMap { try reader.regionInfo(code: $0) }
    tags = try reader.partnerTags(scope: scope)
  }

  static func country(of code: String) -> String { String(code.prefix { $0 != "-" }) }

  /// Countries by name, each followed by its regions.
  func places(in language: Language) -> [(code: String, name: String)] {
    let named = regions.map { (code: $0.code, name: $0.name(in: language.code)) }
    let countries = named.filter { !$0.code.contains("-") }.sorted { $0.name < $1.name }
    return countries.flatMap { country in
      [country]
        + named.filter { $0.code.hasPrefix(country.code + "-") }.sorted { $0.name < $1.name }
        .map { ($0.code, "\u{2003}" + $0.name) }
    }
  }
}

extension PartnerChoice {
  /// What the form of the choice shows: fields, what stands in them, what may.
  func fields(_ offer: ChoiceOffer, in language: Language) -> [String: HTMLValue] {
    let words = language.phrases.records
    var places = offer.places(in: language)
    // What the address asks for can be seen and taken away, whether anybody is there or not.
    if !region.isEmpty, !places.contains(where: { $0.code == region }) { places.append((region, region)) }
    let tags = offer.tags.contains(tag) || tag.isEmpty ? offer.tags : offer.tags + [tag]
    return [
      "text": .text(text), "searchLabel": .text(language.phrases.frame.search),
      "kindLabel": .text(words.kind), "statusLabel": .text(words.status),
      "responsibleLabel": .text(language.phrases.responsible), "placeLabel": .text(words.place),
      "overdueLabel": .text(words.overdueOnly), "overdueChosen": .flag(isOverdue),
      "kinds": language.options(
        [("", words.anyKind)] + PartnerKind.allCases.map { ($0.rawValue, words.kinds[$0] ?? $0.rawValue) },
        chosen: kind.count == 1 ? kind[0].rawValue : ""),
      "statuses": language.options(
        [("", words.anyStatus)]
          + PartnerStatus.allCases.map { ($0.rawValue, words.statuses[$0] ?? $0.rawValue) },
        chosen: status.count == 1 ? status[0].rawValue : ""),
      "people": language.options(
        [("", words.anybody), (Self.nobody, words.nobody)] + offer.people.map { ($0.login, $0.name) },
        chosen: responsible),
      "hasRegions": .flag(!places.isEmpty), "regionLabel": .text(words.region),
      "regions": language.options(
        [("", words.anyRegion)] + places.map { ($0.code, $0.name) }, chosen: region),
      "hasTags": .flag(!tags.isEmpty), "tagLabel": .text(words.tag),
      "tags": language.options([("", words.anyTag)] + tags.map { ($0, $0) }, chosen: tag),
      "places": language.options(
        [("", words.anyPlace)] + Place.allCases.map { ($0.rawValue, words.places[$0] ?? $0.rawValue) },
        chosen: place?.rawValue ?? ""),
    ]
  }
}
