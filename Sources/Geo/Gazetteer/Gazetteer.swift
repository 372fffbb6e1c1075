import Foundation

/// What stands at a coordinate: the nearest address if one is near, the nearest place and its region.
public struct ReverseGeocodeResult: Hashable, Sendable, Codable {
  /// The nearest house (within ``Gazetteer/nearestHouseLimit``), else the nearest place.
  public var nearest: GeocodeCandidate
  /// From the coordinate asked about to `nearest`.
  public var distance: Metres
  /// The nearest town, village or city, whatever `nearest` is.
  public var place: GeocodeCandidate
  public var placeDistance: Metres
  /// IANA time zone of the place.
  public var timeZone: String?
}

/// An airport with an IATA code, as sales reports name it.
public struct Airport: Hashable, Sendable, Codable {
  /// Three letters, upper case.
  public var iata: String
  public var icao: String
  public var name: String
  public var city: String
  /// ISO 3166-1 alpha-2.
  public var country: String
  public var coordinate: Coordinate
  public var timeZone: String
}

/// The embedded geocoder: reads one gazetteer file (``GazetteerBuilder``), mapped into memory. Safe to use from many
/// threads.
public final class Gazetteer: Sendable, GeocodingProvider {
  /// Farther than this, the nearest house or street says nothing about a coordinate.
  public static let nearestHouseLimit = Metres(200)
  /// Scalars of each component that are looked at.
  public static let componentLimit = 200
  /// Farther than this, no place is named.
  public static let nearestPlaceLimit = Metres(kilometres: 500)

  public let name = "gazetteer"
  public let path: String
  let data: GazetteerData

  /// Maps the file read-only. Replacement of the file by rename does not disturb who has it open.
  /// - Throws: ``GazetteerError``
  public init(path: String) throws(GazetteerError) {
    self.path = path
    data = try GazetteerData(path: path)
  }

  /// Places for an address text and what is known beside it, best first; empty when nothing fits. Homonyms that
  /// the query does not tell apart come as further candidates and lower the score of the first.
  ///
  /// Never throws: hostile or endless text gives an empty or a poor answer. Text beyond ``AddressText/limit``
  /// scalars and components beyond ``componentLimit`` are not looked at. Tens of microseconds for an address as it is
  /// filed, hundreds for one with slips (Benchmarks/README.md).
  public func geocode(_ query: GeocodeQuery) -> [GeocodeCandidate] {
    guard query.limit > 0 else { return [] }
    let query = query.cut(textTo: AddressText.limit, componentsTo: Self.componentLimit)
    var geocoder = Geocoder(data: data, query: query)
    let found = geocoder.run()
    guard found.first.map({ $0.score < 0.5 }) ?? true, let other = KeyboardLayout.other(query.text) else {
      return found
    }
    // Typed with the other keyboard layout on: `Vbycr` is Минск.
    var retyped = query
    retyped.text = other
    geocoder = Geocoder(data: data, query: retyped)
    let again = geocoder.run().map { candidate in
      var candidate = candidate
      candidate.score = (candidate.score * 900).rounded() / 1000
      candidate.detail.corrected["layout"] = other
      return candidate
    }
    // Nearly any keys make some word: only a text that then reads without a doubt is taken.
    guard let best = again.first, best.score >= 0.86, best.detail.corrected.count == 1,
      best.detail.ignored.isEmpty
    else { return found }
    return again
  }

  /// The nearest address, street, place and region; nil when no place lies within ``nearestPlaceLimit``.
  public func reverse(_ coordinate: Coordinate) -> ReverseGeocodeResult? {
    guard let (row, metres) = nearestPlace(to: coordinate, where: { _ in true }) else { return nil }
    let write = CandidateWriter(data: data)
    guard let place = write.place(row) else { return nil }
    let zone = data.text(data.places[Int(row)].zone)
    var result = ReverseGeocodeResult(
      nearest: place, distance: Metres(metres), place: place, placeDistance: Metres(metres),
      timeZone: zone.isEmpty ? nil : zone)
    if let (answer, metres) = nearestHouse(to: coordinate) ?? nearestStreet(to: coordinate),
      let nearest = write.candidate(answer, detail: GeocodeDetail())
    {
      result.nearest = nearest
      result.distance = Metres(metres)
    }
    return result
  }

  private func nearestHouse(to coordinate: Coordinate) -> (Answer, Double)? {
    for reach in [60, Self.nearestHouseLimit.value] {
      var best: (metres: Double, house: Int)?
      data.forEachHouse(in: GreatCircle.box(around: coordinate, metres: reach)) { house in
        let metres = GreatCircle.metres(data.houses[house].coordinate, coordinate)
        if metres < best?.metres ?? .infinity { best = (metres, house) }
      }
      guard let best, best.metres <= reach, let row = data.streetRow(ofHouse: best.house),
        let street = data.street(row)
      else { continue }
      let house = data.houses[best.house]
      var answer = Answer(score: 1)
      answer.place = street.place
      answer.street = row
      answer.house = Answer.HouseFound(
        row: best.house, number: data.text(house.number), coordinate: house.coordinate, level: .house, fit: 1,
        postcode: house.postcode)
      return (answer, best.metres)
    }
    return nil
  }

  private func nearestStreet(to coordinate: Coordinate) -> (Answer, Double)? {
    var best: (metres: Double, street: UInt32)?
    data.forEachStreet(in: GreatCircle.box(around: coordinate, metres: Self.nearestHouseLimit.value)) {
      let metres = GreatCircle.metres($1, coordinate)
      if metres < best?.metres ?? .infinity { best = (metres, $0) }
    }
    guard let best, best.metres <= Self.nearestHouseLimit.value, let street = data.street(best.street) else {
      return nil
    }
    var answer = Answer(score: 1)
    answer.place = street.place
    answer.street = best.street
    return (answer, best.metres)
  }

  /// IANA time zone of the nearest place; nil farther than ``nearestPlaceLimit`` from any.
  public func timeZone(at coordinate: Coordinate) -> String? {
    nearestPlace(to: coordinate) { $0.zone != 0 }.map { data.text(data.places[Int($0.0)].zone) }
  }

  /// The nearest place of so many inhabitants or more within reach, with its name as people write it there; nil when
  /// there is none.
  public func town(near coordinate: Coordinate, population: Int, within reach: Metres) -> (
    name: String, coordinate: Coordinate
  )? {
    guard
      let (row, metres) = nearestPlace(to: coordinate, where: { Int($0.population) >= population }),
      metres <= reach.value, let place = CandidateWriter(data: data).place(row)
    else { return nil }
    return (place.label, place.coordinate)
  }

  private func nearestPlace(
    to coordinate: Coordinate, where accepts: (PlaceRecord) -> Bool
  ) -> (UInt32, Double)? {
    for reach in [4000.0, 20_000, 100_000, Self.nearestPlaceLimit.value] {
      var best: (metres: Double, row: UInt32)?
      data.forEachPlace(in: GreatCircle.box(around: coordinate, metres: reach)) { row in
        let place = data.places[Int(row)]
        guard place.rank != 4, accepts(place) else { return }
        let metres = GreatCircle.metres(place.coordinate, coordinate)
        if metres < best?.metres ?? .infinity { best = (metres, row) }
      }
      if let best, best.metres <= reach { return (best.row, best.metres) }
    }
    return nil
  }

  /// The airport with an IATA code, any case.
  public func airport(iata: String) -> Airport? { data.airport(iata: iata.uppercased()) }

  /// Airports by distance, nearest first.
  public func airports(near coordinate: Coordinate, within: Metres, limit: Int = 10) -> [Airport] {
    data.airports.map { record in
      let place = Coordinate(unitsLatitude: record.latitude, longitude: record.longitude)
      return (record, GreatCircle.metres(place, coordinate))
    }
    .filter { $0.1 <= within.value }
    .map { (data.airport($0.0), $0.1) }
    .sorted { ($0.1, $0.0.iata) < ($1.1, $1.0.iata) }
    .prefix(max(limit, 0)).map(\.0)
  }

  /// Where a place of GeoNames lies, by its number there; nil when the file has it not.
  public func place(geonameID: Int) -> Coordinate? {
    data.places.first { $0.number == Int64(geonameID) }?.coordinate
  }
}

extension GeocodeQuery {
  /// The query with its texts cut to so many scalars, and empty components taken for missing ones.
  fileprivate func cut(textTo textLimit: Int, componentsTo limit: Int) -> GeocodeQuery {
    func short(_ text: String, _ limit: Int) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
    var result = self
    result.text = short(text, textLimit)
    let paths: [WritableKeyPath<AddressComponents, String?>] = [
      \.country, \.region, \.regionCode, \.district, \.city, \.street, \.house, \.postcode,
    ]
    for path in paths {
      let value = components[keyPath: path].map { short($0, limit) }
      result.components[keyPath: path] = value?.isEmpty == true ? nil : value
    }
    return result
  }
}
