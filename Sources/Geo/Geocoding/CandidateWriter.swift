import Kernels

/// Turns answers into candidates with label and components: names as they were asked for where the file knows them so,
/// else in the text's alphabet, else as the source writes them.
struct CandidateWriter {
  let data: GazetteerData
  /// Names are wanted in Cyrillic where they are known so.
  var prefersCyrillic = false

  /// Nil for an answer that points nowhere.
  func candidate(_ answer: Answer, detail: GeocodeDetail) -> GeocodeCandidate? {
    if let row = answer.subdivision { return subdivision(row, score: answer.score, detail: detail) }
    guard let row = answer.place, let place = data.place(row) else { return nil }
    var components = components(place, spelling: answer.placeSpelling)
    guard let streetRow = answer.street, let street = data.street(streetRow) else {
      return GeocodeCandidate(
        label: ([components.city ?? ""] + tail(components)).joined(separator: ", "), level: .locality,
        score: rounded(answer.score), coordinate: place.coordinate, components: components,
        provider: "gazetteer", detail: detail)
    }
    components.street = data.text(street.name)
    guard let house = answer.house else {
      components.postcode = postcode(street.postcode)
      return GeocodeCandidate(
        label: ([components.street ?? "", town(components)] + tail(components)).joined(separator: ", "),
        level: .street, score: rounded(answer.score), coordinate: street.coordinate, components: components,
        provider: "gazetteer", detail: detail)
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

  func components(_ place: PlaceRecord, spelling: UInt32? = nil) -> AddressComponents {
    var components = AddressComponents()
    components.country = place.country == 0 ? nil : GazetteerLayout.country(place.country)
    if let region = data.subdivision(place.region) {
      components.region = name(region)
      components.regionCode = region.iso == 0 ? nil : data.text(region.iso)
    }
    components.district = data.subdivision(place.district).map(name)
    components.city = name(place, spelling)
    return components
  }

  /// The spelling asked for; the Cyrillic one when the text is Cyrillic; else the source's own.
  private func name(_ place: PlaceRecord, _ spelling: UInt32?) -> String {
    let own = data.text(place.name)
    if let spelling, spelling != 0, spelling != place.name {
      let asked = data.text(spelling)
      if isCyrillic(asked) == prefersCyrillic || !prefersCyrillic { return asked }
    }
    if prefersCyrillic, !isCyrillic(own), place.cyrillic != 0 { return data.text(place.cyrillic) }
    return own
  }

  private func name(_ row: SubdivisionRecord) -> String {
    prefersCyrillic && row.cyrillic != 0 ? data.text(row.cyrillic) : data.text(row.name)
  }

  private func isCyrillic(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x0400...0x04FF).contains($0.value) }
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
  private func subdivision(_ row: UInt32, score: Double, detail: GeocodeDetail) -> GeocodeCandidate? {
    guard let record = data.subdivision(row), let coordinate = record.coordinate else { return nil }
    let country = GazetteerLayout.country(record.country)
    var components = AddressComponents(country: country)
    let own = name(record)
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
      score: rounded(score), coordinate: coordinate, components: components, provider: "gazetteer",
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
