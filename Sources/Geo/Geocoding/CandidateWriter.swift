import Kernels

/// Turns answers into candidates with label and components: names as they were asked for where the file knows them so,
/// else in the language wanted or the text's alphabet, else as the source writes them.
struct CandidateWriter {
  let data: GazetteerData
  /// Names are wanted in Cyrillic where they are known so.
  private let prefersCyrillic: Bool
  /// Lower case; nil when none was asked for.
  private let language: String?
  /// All that was asked.
  private let said: String

  init(data: GazetteerData, query: GeocodeQuery = GeocodeQuery("")) {
    self.data = data
    let parts = query.components
    let sample = query.text.isEmpty ? (parts.city ?? parts.street ?? "") : query.text
    language = query.language?.lowercased()
    prefersCyrillic = language.map(LocalSpelling.cyrillic.contains) ?? sample.isCyrillic
    said = parts.city ?? query.text
  }

  /// Nil for an answer that points nowhere.
  func candidate(_ answer: Answer, detail: GeocodeDetail) -> GeocodeCandidate? {
    if let row = answer.subdivision { return subdivision(row, answer, detail: detail) }
    guard let row = answer.place, let place = data.place(row) else { return nil }
    var components = components(place, row, spelling: answer.placeSpelling)
    guard let streetRow = answer.street, let street = data.street(streetRow) else {
      return GeocodeCandidate(
        label: ([components.city ?? ""] + tail(components)).joined(separator: ", "), level: .locality,
        score: rounded(answer.score), coordinate: place.coordinate, components: components,
        provider: "gazetteer", detail: detail, kind: Self.kind(of: place))
    }
    components.street = data.text(street.name)
    guard let house = answer.house else {
      components.postcode = postcode(street.postcode)
      return GeocodeCandidate(
        label: ([components.street ?? "", town(components)] + tail(components)).joined(separator: ", "),
        level: .street, score: rounded(answer.score), coordinate: street.coordinate, components: components,
        provider: "gazetteer", detail: detail, kind: Self.kind(of: street))
    }
    components.house = house.number
    components.postcode = postcode(house.postcode) ?? postcode(street.postcode)
    return GeocodeCandidate(
      label: (["\(components.street ?? "") \(house.number)", town(components)] + tail(components))
        .joined(separator: ", "),
      level: house.level, score: rounded(answer.score), coordinate: house.coordinate, components: components,
      provider: "gazetteer", detail: detail)
  }

  private func postcode(_ text: UInt32) -> String? { text == 0 ? nil : data.text(text) }

  /// As OpenStreetMap counts them: a city has 100,000 people, a town 10,000.
  private static func kind(of place: PlaceRecord) -> String {
    switch place.rank {
    case 3: "hamlet"
    case 4: "suburb"
    case 2, 5: place.population < 10_000 ? "village" : place.population < 100_000 ? "town" : "city"
    case 1: place.population < 100_000 ? "town" : "city"
    default: place.population < 10_000 ? "village" : place.population < 100_000 ? "town" : "city"
    }
  }

  /// By the word in the name: what traffic the road bears is not known.
  private static func kind(of street: StreetRecord) -> String {
    switch StreetKind.all[min(Int(street.kind), StreetKind.all.count - 1)] {
    case "avenue", "boulevard": "secondary"
    case "highway", "tract": "primary"
    case "square": "pedestrian"
    case "lane", "passage", "deadEnd": "living_street"
    default: "residential"
    }
  }

  private func components(_ place: PlaceRecord, _ row: UInt32, spelling: UInt32?) -> AddressComponents {
    var components = AddressComponents()
    components.country = place.country == 0 ? nil : GazetteerLayout.country(place.country)
    if let region = data.subdivision(place.region) {
      components.region = name(region)
      components.regionCode = region.iso == 0 ? nil : data.text(region.iso)
    }
    components.district = data.subdivision(place.district).map { name($0) }
    components.city = name(place, row, spelling)
    return components
  }

  /// The name asked for; the Cyrillic one when those are wanted; else the source's own.
  private func name(_ place: PlaceRecord, _ row: UInt32, _ spelling: UInt32?) -> String {
    let own = data.text(place.name)
    if let spelling, spelling != 0, spelling != place.name || !isPlain(place.name) {
      let asked = self.spelling(of: place, row, asked: data.text(spelling), own: own)
      // The source's own names are those of English where it has one.
      let isOther = language == "en" && !own.isCyrillic && TextFolding.fold(own) != TextFolding.fold(asked)
      if asked.isCyrillic == prefersCyrillic, !isOther { return asked }
    }
    if prefersCyrillic, !own.isCyrillic, place.cyrillic != 0 { return data.text(place.cyrillic) }
    return own
  }

  /// Its own name in plain letters, typed in plain letters: what most questions are, and nothing to choose.
  private func isPlain(_ name: UInt32) -> Bool {
    language == nil && data.withText(name) { $0.allSatisfy { $0 < 0x80 } } && !prefersCyrillic
  }

  /// Of the place's names that fold like the one asked for: the one with the letters typed; but for what was typed without
  /// marks where they belong ("Krakow"), and in no foreign language, the one that has them.
  private func spelling(of place: PlaceRecord, _ row: UInt32, asked: String, own: String) -> String {
    let key = TextFold.fold(asked)
    let names = data.postings(place: key).filter {
      $0.reference == row && $0.kind <= GazetteerDraft.NameKind.placeAlias.rawValue
    }.map { data.text($0.spelling) }
    let isOwn = TextFold.fold(own) == key
    let all = said.lowercased()
    // Machines write without capitals ("kope"); such spellings are looked for and not shown.
    let typed = names.first { all.contains($0.lowercased()) && $0.first?.isLowercase != true }
    if let typed {
      let isForeign =
        language.map { !LocalSpelling.isSpoken($0, in: GazetteerLayout.country(place.country)) } ?? false
      if isForeign || LocalSpelling.hasMarks(typed) { return typed }
      if typed.isCyrillic || isOwn && !LocalSpelling.hasMarks(own) { return typed }
    }
    if isOwn { return own }
    let shown =
      names.first { LocalSpelling.hasMarks(of: GazetteerLayout.country(place.country), $0) } ?? typed ?? asked
    return shown.first?.isLowercase == true ? own : shown
  }

  private func name(_ row: SubdivisionRecord, asked spelling: UInt32 = 0) -> String {
    if spelling != 0 {
      let asked = data.text(spelling)
      if asked.isCyrillic == prefersCyrillic { return asked }
    }
    return prefersCyrillic && row.cyrillic != 0 ? data.text(row.cyrillic) : data.text(row.name)
  }

  private func tail(_ components: AddressComponents) -> [String] {
    [components.region == components.city ? nil : components.region, components.country].compactMap { $0 }
  }

  /// A place as it is, for reverse geocoding.
  func place(_ row: UInt32) -> GeocodeCandidate? {
    var answer = Answer(score: 1)
    answer.place = row
    return candidate(answer, detail: GeocodeDetail())
  }

  /// Nil when the subdivision has no known middle.
  private func subdivision(_ row: UInt32, _ answer: Answer, detail: GeocodeDetail) -> GeocodeCandidate? {
    guard let record = data.subdivision(row), let coordinate = record.coordinate else { return nil }
    let country = GazetteerLayout.country(record.country)
    var components = AddressComponents(country: country)
    let own = name(record, asked: answer.subdivisionSpelling)
    switch record.level {
    case 0: break
    case 1:
      components.region = own
      components.regionCode = record.iso == 0 ? nil : data.text(record.iso)
    default:
      components.district = own
      if let parent = data.subdivision(record.parent) {
        components.region = name(parent)
        components.regionCode = parent.iso == 0 ? nil : data.text(parent.iso)
      }
    }
    return GeocodeCandidate(
      label: record.level == 0 ? own : [own, country].joined(separator: ", "), level: .region,
      score: rounded(answer.score), coordinate: coordinate, components: components, provider: "gazetteer",
      detail: detail)
  }

  private func town(_ components: AddressComponents) -> String {
    let city = components.city ?? ""
    return components.postcode.map { "\($0) \(city)" } ?? city
  }

  private func rounded(_ score: Double) -> Double {
    (min(max(score, 0), 1) * 1000).rounded() / 1000
  }
}
