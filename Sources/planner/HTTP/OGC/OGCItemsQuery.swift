import CRM
import Foundation
import Geo
import Store

/// The parameters of `items` (OGC API – Features, part 1, §7.15; part 2 for `crs` and `bbox-crs`; the drafts of part 6 for
/// `properties` and of part 8 for `sortby`), read and checked.
struct OGCItemsQuery: Sendable {
  static let usualLimit = 100
  static let greatestLimit = 10_000
  /// A page for people is shorter.
  static let pageLimit = 50
  static let names: Set<String> = [
    "bbox", "bbox-crs", "crs", "datetime", "limit", "cursor", "sortby", "properties",
  ]

  var query: FeatureQuery
  var limit: Int
  /// Where the page begins; nil for the first page.
  var after: FeatureCursor?
  /// Empty for the order of the collection.
  var sort: [FeatureSort]
  /// The collection with the properties that were asked for.
  var source: FeatureSource
  var system: ReferenceSystem

  init(
    _ request: OGCRequest, _ source: FeatureSource, format: OGCRequest.Format, systems: OGCSystems
  ) throws {
    try request.allow(Self.names.union(source.properties.map(\.name)))
    system = try Self.system(request, "crs")
    self.source = try Self.told(request, source)
    sort = try Self.sort(request, source)
    query = FeatureQuery(scope: request.scope)
    if let text = request.value("bbox") {
      query.box = try Self.box(text, try Self.system(request, "bbox-crs"), systems)
    } else {
      _ = try Self.system(request, "bbox-crs")
    }
    if let text = request.value("datetime") {
      let time = try Self.time(text)
      if source.hasTime { query.time = time }
    }
    limit = format == .html ? Self.pageLimit : Self.usualLimit
    if let text = request.value("limit") {
      guard let number = Int(text), number > 0 else {
        throw OGCFault.badParameter("limit", text, "a whole number from 1")
      }
      limit = min(number, Self.greatestLimit)
    }
    if let text = request.value("cursor") {
      guard let cursor = FeatureCursor(text, sort: sort) else {
        throw OGCFault.badParameter("cursor", text, "what a link to another page holds, with the same sortby")
      }
      after = cursor
    }
    for item in request.query {
      guard let property = source.property(item.name) else { continue }
      guard let filter = FeatureFilter(property, equals: item.value) else {
        throw OGCFault.badParameter(item.name, item.value, Self.form(of: property))
      }
      query.filters.append(filter)
    }
  }

  /// The collection with the properties that `properties` names; all of them when it names none.
  static func told(_ request: OGCRequest, _ source: FeatureSource) throws(OGCFault) -> FeatureSource {
    guard let text = request.value("properties") else { return source }
    let names = text.isEmpty ? [] : text.components(separatedBy: ",")
    for name in names where source.property(name) == nil {
      throw .badParameter(
        "properties", text, "some of " + source.properties.map(\.name).joined(separator: ", "))
    }
    return source.telling(Set(names))
  }

  /// `sortby=-lastVisit,name`. A `+` arrives as a blank unless it was encoded.
  private static func sort(_ request: OGCRequest, _ source: FeatureSource) throws(OGCFault) -> [FeatureSort] {
    guard let text = request.value("sortby") else { return [] }
    var sort: [FeatureSort] = []
    for part in text.components(separatedBy: ",") {
      let sign = part.unicodeScalars.first.flatMap { "+- ".unicodeScalars.contains($0) ? $0 : nil }
      let name = sign == nil ? part : String(part.unicodeScalars.dropFirst())
      guard source.sortables.contains(where: { $0.name == name }),
        !sort.contains(where: { $0.property == name })
      else {
        throw .badParameter(
          "sortby", text,
          "some of " + source.sortables.map(\.name).joined(separator: ", ")
            + ", each once, - before it for downwards")
      }
      sort.append(FeatureSort(name, isDescending: sign == "-"))
    }
    return sort
  }

  private static func form(of property: FeatureProperty) -> String {
    if let values = property.values { return values.joined(separator: ", ") }
    return switch property.kind {
    case .text: "text"
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .instant: "a moment such as 2026-12-14T08:00:00Z"
    case .day: "a day such as 2026-12-14"
    case .identifier: "an identifier of 36 characters"
    }
  }

  private static func system(_ request: OGCRequest, _ name: String) throws(OGCFault) -> ReferenceSystem {
    guard let text = request.value(name) else { return .crs84 }
    guard let system = ReferenceSystem(named: text) else {
      throw .badParameter(name, text, "one of the systems that the collection lists under crs")
    }
    return system
  }

  static func box(_ text: String, _ system: ReferenceSystem, _ systems: OGCSystems) throws -> BoundingBox {
    let form = "four numbers, or six with heights: the smallest of each axis, then the greatest"
    let numbers = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      Double(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces))
    }
    let values = numbers.compactMap { $0 }.filter(\.isFinite)
    guard values.count == numbers.count, [4, 6].contains(values.count) else {
      throw OGCFault.badParameter("bbox", text, form)
    }
    let half = values.count / 2
    var low = Projection.Position(first: values[0], second: values[1])
    var high = Projection.Position(first: values[half], second: values[half + 1])
    let projection = try systems.projection(system)
    if system.isGeographic {
      // Viewers send what their window shows, which may reach beyond the world or go round it more than once.
      var (west, east) = projection.isNorthFirst ? (low.second, high.second) : (low.first, high.first)
      if east - west >= 360 {
        (west, east) = (-180, 180)
      } else {
        (west, east) = (wrapped(west, keeping: 180), wrapped(east, keeping: 180))
      }
      if projection.isNorthFirst {
        (low.second, high.second) = (west, east)
      } else {
        (low.first, high.first) = (west, east)
      }
    }
    let (south, north) = projection.isNorthFirst ? (low.first, high.first) : (low.second, high.second)
    guard south <= north, system.isGeographic || low.first <= high.first && low.second <= high.second,
      let box = projection.boundingBox(low: low, high: high), box.south <= box.north
    else { throw OGCFault.badParameter("bbox", text, form) }
    return box
  }

  private static func wrapped(_ longitude: Double, keeping limit: Double) -> Double {
    (-limit...limit).contains(longitude) ? longitude : longitude.remainder(dividingBy: 360)
  }

  /// A moment, a day, or two of them with a slash between; `..` or nothing is an open end (RFC 3339 §5.6, as §7.15.4
  /// uses it).
  static func time(_ text: String) throws(OGCFault) -> FeatureTime {
    let form = "2026-12-14T08:00:00Z, or two such with a slash between, .. for an open end"
    func span(_ part: String) throws(OGCFault) -> (Date, Date) {
      if let instant = FeatureInstant.read(part) { return (instant, instant) }
      // GDAL asks for a day as "2026-06-09T".
      guard let day = LocalDate(part.hasSuffix("T") ? String(part.dropLast()) : part) else {
        throw .badParameter("datetime", text, form)
      }
      let start = Date(timeIntervalSince1970: Double(day.daysSinceEpoch) * 86_400)
      return (start, start.addingTimeInterval(86_399.999))
    }
    let parts = text.components(separatedBy: "/")
    switch parts.count {
    case 1:
      let (first, last) = try span(text)
      return FeatureTime(first: first, last: last)
    case 2:
      func end(_ part: String) throws(OGCFault) -> (Date, Date)? {
        part.isEmpty || part == ".." ? nil : try span(part)
      }
      let (first, last) = (try end(parts[0])?.0, try end(parts[1])?.1)
      if let first, let last, first > last { throw .badParameter("datetime", text, "the earlier end first") }
      return FeatureTime(first: first, last: last)
    default: throw .badParameter("datetime", text, form)
    }
  }
}

/// The projections that were asked for, each made once.
final class OGCSystems: Sendable {
  private let made = Memory<ReferenceSystem, Projection>(limit: 32)

  func projection(_ system: ReferenceSystem) throws -> Projection {
    try made.value(system) { try Projection(system) }
  }
}
