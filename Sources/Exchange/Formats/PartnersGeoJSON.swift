import CRM
import Foundation
import Geo

/// Partners as GeoJSON points, one at a time: memory does not grow with their number.
///
///     var writer = PartnersGeoJSON { try handle.write(contentsOf: $0) }
///     try database.read { try $0.forEachSummary(selection) { try writer.write($0) } }
///     try writer.finish()
public struct PartnersGeoJSON {
  private var writer: GeoJSONWriter

  /// `sink` receives UTF-8 in pieces, in order.
  public init(name: String = "partners", sink: @escaping ([UInt8]) throws -> Void) {
    writer = GeoJSONWriter(members: [("name", .string(name))], sink: sink)
  }

  /// A partner without a place becomes a feature without geometry.
  public mutating func write(_ partner: PartnerSummary) throws { try writer.write(Self.feature(partner)) }

  public mutating func finish() throws { try writer.finish() }

  public static func feature(_ partner: PartnerSummary) -> GeoJSON.Feature {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return GeoJSON.Feature(
      id: .string(partner.id.description), geometry: partner.coordinate.map { .point($0) },
      properties: [
        ("partner", .string(partner.id.description)), ("name", .string(partner.name)),
        ("title", .string(partner.name)), ("kind", .string(partner.kind.rawValue)),
        ("status", .string(partner.status.rawValue)), ("responsible", text(partner.responsible)),
        ("address", text(partner.address)), ("phone", text(partner.phone)),
        ("level", text(partner.level?.rawValue)),
        ("stale", .bool(partner.stale)), ("lastVisit", text(partner.lastVisit.map { ExportClock.utc($0) })),
        ("callIntervalDays", partner.callIntervalDays.map { .int($0) } ?? .null),
        ("tags", .array(partner.tags.map { .string($0) })),
        ("openingHours", text(partner.openingHours?.text)),
        ("visitSeconds", partner.visitLength.map { .int($0.value) } ?? .null),
        ("marker-color", .string(colour(partner.status))),
      ])
  }

  /// Okabe and Ito's colours, as far apart for colour-blind eyes as four can be.
  static func colour(_ status: PartnerStatus) -> String {
    switch status {
    case .prospect: "#56B4E9"
    case .active: "#0072B2"
    case .paused: "#E69F00"
    case .closed: "#6B7280"
    }
  }
}

/// Regions as GeoJSON areas, one at a time.
public struct RegionsGeoJSON {
  private var writer: GeoJSONWriter

  public init(name: String = "regions", sink: @escaping ([UInt8]) throws -> Void) {
    writer = GeoJSONWriter(members: [("name", .string(name))], sink: sink)
  }

  public mutating func write(_ region: Region) throws { try writer.write(Self.feature(region)) }

  public mutating func finish() throws { try writer.finish() }

  /// The names stand as `name` (English or the nearest to it) and `name:ru`, `name:be` … as in OpenStreetMap.
  public static func feature(_ region: Region) -> GeoJSON.Feature {
    var properties: [(String, JSONValue)] = [
      ("code", .string(region.code)), ("level", .string(region.level.rawValue)),
      ("country", .string(region.country)), ("name", .string(region.name())),
      ("title", .string(region.name())),
    ]
    for (language, name) in region.names.sorted(by: { $0.key < $1.key }) {
      properties.append(("name:\(language)", .string(name)))
    }
    properties += [("stroke", "#6B7280"), ("stroke-width", 1), ("fill", "#56B4E9"), ("fill-opacity", 0.15)]
    return GeoJSON.Feature(
      id: .string(region.code), geometry: .multiPolygon(region.area), properties: properties)
  }
}
