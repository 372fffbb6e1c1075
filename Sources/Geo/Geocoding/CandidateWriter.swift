/// Turns rows of the gazetteer into candidates with label and components.
struct CandidateWriter {
  let reader: GazetteerReader

  private func components(_ place: PlaceRow) -> AddressComponents {
    var components = AddressComponents()
    components.country = place.country.isEmpty ? nil : place.country
    if let region = place.region.flatMap(reader.subdivision(id:)) {
      components.region = region.name
      components.regionCode = region.iso
    }
    components.district = place.district.flatMap(reader.subdivision(id:))?.name
    components.city = place.name
    return components
  }

  private func tail(_ components: AddressComponents) -> [String] {
    [components.region == components.city ? nil : components.region, components.country].compactMap { $0 }
  }

  func place(_ place: PlaceRow, score: Double) -> GeocodeCandidate {
    let components = components(place)
    return GeocodeCandidate(
      label: ([place.name] + tail(components)).joined(separator: ", "), level: .locality,
      score: rounded(score), coordinate: place.coordinate, components: components, provider: "gazetteer")
  }

  func street(_ street: StreetRow, _ place: PlaceRow, score: Double) -> GeocodeCandidate {
    var components = components(place)
    components.street = street.name
    components.postcode = street.postcode
    return GeocodeCandidate(
      label: ([street.name, town(place, street.postcode)] + tail(components)).joined(separator: ", "),
      level: .street, score: rounded(score), coordinate: street.coordinate, components: components,
      provider: "gazetteer")
  }

  func house(
    _ house: HouseRow, _ street: StreetRow, _ place: PlaceRow, level: GeocodeLevel, score: Double
  ) -> GeocodeCandidate {
    var components = components(place)
    components.street = street.name
    components.house = house.number
    components.postcode = house.postcode ?? street.postcode
    let first = "\(street.name) \(house.number)"
    return GeocodeCandidate(
      label: ([first, town(place, components.postcode)] + tail(components)).joined(separator: ", "),
      level: level, score: rounded(score), coordinate: house.coordinate, components: components,
      provider: "gazetteer")
  }

  /// Nil when the subdivision has no known middle.
  func subdivision(_ row: SubdivisionRow, score: Double) -> GeocodeCandidate? {
    guard let coordinate = row.coordinate else { return nil }
    var components = AddressComponents(country: row.country)
    if row.level == 1 {
      components.region = row.name
      components.regionCode = row.iso
    } else {
      components.district = row.name
    }
    return GeocodeCandidate(
      label: [row.name, row.country].joined(separator: ", "), level: .region, score: rounded(score),
      coordinate: coordinate, components: components, provider: "gazetteer")
  }

  private func town(_ place: PlaceRow, _ postcode: String?) -> String {
    postcode.map { "\($0) \(place.name)" } ?? place.name
  }

  private func rounded(_ score: Double) -> Double {
    (min(max(score, 0), 1) * 1000).rounded() / 1000
  }
}
