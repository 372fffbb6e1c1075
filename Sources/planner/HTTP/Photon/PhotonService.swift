import Exchange
import Foundation
import Geo

/// Photon's search and reverse search over the gazetteer: `/photon/api` and `/photon/reverse` answer what clients of
/// Photon expect, errors included. Parameters in, an answer out, no HTTP.
struct PhotonService: Sendable {
  /// Nil where none was built.
  let gazetteer: Gazetteer?

  /// What Photon calls an error: a status and one sentence.
  struct Fault: Error, Equatable {
    var status = 400
    var message: String
  }

  typealias Items = [(name: String, value: String)]

  static let greatestLimit = 50
  static let languages = ["default", "en", "de", "fr", "ru", "be", "pl", "uk", "lt", "lv"]

  private static let searchNames = [
    "q", "limit", "lang", "lat", "lon", "bbox", "osm_tag", "layer", "countrycode", "zoom",
    "location_bias_scale", "dedupe", "suggest_addresses",
  ]
  private static let reverseNames = [
    "lat", "lon", "radius", "limit", "lang", "osm_tag", "layer", "distance_sort", "query_string_filter",
    "dedupe",
  ]

  /// Places for a text, best first; its last word may be unfinished.
  func search(_ items: Items) throws(Fault) -> SurfaceAnswer {
    try Self.allow(Self.searchNames, items)
    guard let text = Self.value("q", items), !text.isEmpty else {
      throw Fault(message: "missing search term 'q': /?q=berlin")
    }
    let limit = try Self.limit(items, usual: 15)
    let language = try Self.language(items)
    let near = try Self.place(items, isRequired: false)
    let box = try Self.box(items)
    let tags = try Self.tags(items)
    let layers = items.filter { $0.name == "layer" }.map(\.value)
    let country = try Self.country(items)
    let gazetteer = try served()
    // What is sifted afterwards is asked for more widely.
    let isSifted = box != nil || !tags.isEmpty || !layers.isEmpty
    let wanted = isSifted ? Self.greatestLimit * 4 : limit
    let query = GeocodeQuery(text, country: country, limit: wanted, near: near, language: language)
    let whole = gazetteer.geocode(query)
    let begun = gazetteer.suggest(text, country: country, near: near, limit: wanted)
    // A text that is understood as it stands comes first, else what it may be the beginning of.
    let isSure = whole.first.map { $0.score >= 0.6 } ?? false
    var found: [GeocodeCandidate] = []
    for candidate in isSure ? whole + begun : begun + whole {
      if let country, candidate.components.country != nil, candidate.components.country != country {
        continue
      }
      if let box, !box.contains(candidate.coordinate) { continue }
      if !found.contains(where: { $0.label == candidate.label }) { found.append(candidate) }
    }
    return answer(text, found, language, limit) { Self.fits($0, tags, layers) }
  }

  /// What lies at a place, the nearest first.
  func reverse(_ items: Items) throws(Fault) -> SurfaceAnswer {
    try Self.allow(Self.reverseNames, items)
    guard let place = try Self.place(items, isRequired: true) else {
      throw Fault(message: "missing search term 'lat' and/or 'lon': /?lat=51.5&lon=8.0")
    }
    let limit = try Self.limit(items, usual: 1)
    let language = try Self.language(items)
    let tags = try Self.tags(items)
    let layers = items.filter { $0.name == "layer" }.map(\.value)
    var reach = Double.infinity
    if let text = Self.value("radius", items) {
      guard let kilometres = Double(text), kilometres > 0, kilometres.isFinite else {
        throw Fault(message: "invalid search term 'radius', expected a strictly positive number.")
      }
      reach = kilometres * 1000
    }
    var found: [GeocodeCandidate] = []
    if let nearest = try served().reverse(place) {
      if nearest.distance.value <= reach { found.append(nearest.nearest) }
      if nearest.place != nearest.nearest, nearest.placeDistance.value <= reach {
        found.append(nearest.place)
      }
    }
    return answer("", found, language, limit) { Self.fits($0, tags, layers) }
  }

  private func served() throws(Fault) -> Gazetteer {
    guard let gazetteer else {
      throw Fault(
        status: 503, message: "this server has no gazetteer: planner import gazetteer makes one")
    }
    return gazetteer
  }

  private func answer(
    _ text: String, _ found: [GeocodeCandidate], _ language: String, _ limit: Int, _ fits: (JSONValue) -> Bool
  ) -> SurfaceAnswer {
    var members = GeocodeJSON.members(query: text, candidates: found, language: language)
    members = members.map { name, value in
      guard name == "features", case .array(let features) = value else { return (name, value) }
      return (name, .array(Array(features.filter(fits).prefix(limit))))
    }
    return .json(.object(members), type: "application/json;charset=utf-8")
  }

  // MARK: Parameters

  private static func value(_ name: String, _ items: Items) -> String? {
    items.first { $0.name == name }?.value
  }

  private static func allow(_ names: [String], _ items: Items) throws(Fault) {
    for item in items where !names.contains(item.name) {
      throw Fault(
        message:
          "unknown query parameter '\(item.name)'.  Allowed parameters are: [\(names.joined(separator: ", "))]"
      )
    }
  }

  private static func limit(_ items: Items, usual: Int) throws(Fault) -> Int {
    guard let text = value("limit", items) else { return usual }
    guard let limit = Int(text) else {
      throw Fault(message: "invalid search term 'limit', expected an integer.")
    }
    return max(1, min(limit, greatestLimit))
  }

  private static func language(_ items: Items) throws(Fault) -> String {
    guard let text = value("lang", items), !text.isEmpty else { return "en" }
    guard languages.contains(text) else {
      throw Fault(
        message:
          "language \(text) is not supported, supported languages are: \(languages.joined(separator: ", "))")
    }
    return text == "default" ? "en" : text
  }

  private static func place(_ items: Items, isRequired: Bool) throws(Fault) -> Coordinate? {
    let (latitude, longitude) = (value("lat", items), value("lon", items))
    if latitude == nil, longitude == nil { return nil }
    guard let latitude = latitude.flatMap(Double.init), let longitude = longitude.flatMap(Double.init),
      let place = try? Coordinate(latitude: latitude, longitude: longitude)
    else {
      throw Fault(message: "invalid search term 'lat' and/or 'lon', try instead lat=51.5&lon=8.0")
    }
    return place
  }

  private static func box(_ items: Items) throws(Fault) -> BoundingBox? {
    guard let text = value("bbox", items) else { return nil }
    let fault = Fault(
      message:
        "Invalid number of supplied coordinates for parameter 'bbox', expected format is: minLon,minLat,maxLon,maxLat"
    )
    let numbers = text.components(separatedBy: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
    let values = numbers.compactMap { $0 }.filter(\.isFinite)
    guard values.count == 4, numbers.count == 4, values[1] <= values[3],
      [values[0], values[2]].allSatisfy((-180...180).contains),
      [values[1], values[3]].allSatisfy((-90...90).contains)
    else { throw fault }
    return BoundingBox(south: values[1], west: values[0], north: values[3], east: values[2])
  }

  private static func country(_ items: Items) throws(Fault) -> String? {
    guard let text = value("countrycode", items), !text.isEmpty else { return nil }
    guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
      throw Fault(message: "invalid search term 'countrycode', expected two letters.")
    }
    return text.uppercased()
  }

  /// One filter by a tag of OpenStreetMap: `key`, `key:value`, `:value`, and each with a `!` for what is not wanted.
  private struct Tag {
    var key: String?
    var value: String?
    var isExcluded: Bool

    func matches(_ properties: JSONValue) -> Bool {
      (key == nil || properties["osm_key"]?.text == key)
        && (value == nil || properties["osm_value"]?.text == value)
    }
  }

  private static func tags(_ items: Items) throws(Fault) -> [Tag] {
    var tags: [Tag] = []
    for item in items where item.name == "osm_tag" {
      var text = Substring(item.value)
      var isExcluded = false
      if text.first == "!" {
        isExcluded = true
        text = text.dropFirst()
      }
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      var value = parts.count > 1 ? parts[1] : nil
      // `key:!value`: the key with any other value.
      if let negated = value, negated.first == "!" {
        isExcluded = true
        value = String(negated.dropFirst())
      }
      guard !text.isEmpty, parts[0].isEmpty == false || value?.isEmpty == false else {
        throw Fault(message: "Invalid parameter 'osm_tag=\(item.value)': expected key, key:value or :value.")
      }
      tags.append(
        Tag(
          key: parts[0].isEmpty ? nil : parts[0], value: value?.isEmpty == false ? value : nil,
          isExcluded: isExcluded))
    }
    return tags
  }

  /// Any of those wanted, none of those not wanted.
  private static func fits(_ feature: JSONValue, _ tags: [Tag], _ layers: [String]) -> Bool {
    guard let properties = feature["properties"] else { return false }
    if !layers.isEmpty, !layers.contains(properties["type"]?.text ?? "") { return false }
    let wanted = tags.filter { !$0.isExcluded }
    if !wanted.isEmpty, !wanted.contains(where: { $0.matches(properties) }) { return false }
    return !tags.contains { $0.isExcluded && $0.matches(properties) }
  }
}
