import CRM
import Geo

/// Partners as KML 2.2 placemarks, one at a time, in the colours of their states: memory does not grow with their number.
public struct PartnersKML {
  private var kml: KMLBuilder
  private let sink: ([UInt8]) throws -> Void

  /// `sink` receives UTF-8 in pieces, in order.
  public init(name: String = "partners", sink: @escaping ([UInt8]) throws -> Void) {
    kml = KMLBuilder(name: name)
    self.sink = sink
    for status in PartnerStatus.allCases {
      kml.style(status.rawValue, colour: PartnersGeoJSON.colour(status))
    }
  }

  /// A partner without a place becomes a placemark without geometry.
  public mutating func write(_ partner: PartnerSummary) throws {
    let data: [(String, String?)] = [
      ("partner", partner.id.description), ("kind", partner.kind.rawValue),
      ("status", partner.status.rawValue), ("responsible", partner.responsible),
      ("level", partner.level?.rawValue), ("lastVisit", partner.lastVisit.map { ExportClock.utc($0) }),
      ("tags", partner.tags.isEmpty ? nil : partner.tags.joined(separator: ", ")),
    ]
    kml.add(
      KMLPlacemark(
        name: partner.name, address: partner.address, phone: partner.phone,
        description: [partner.address, partner.phone, partner.openingHours?.text].compactMap { $0 }
          .filter { !$0.isEmpty },
        style: partner.status.rawValue,
        data: data.compactMap { name, value in value.map { (name, $0) } },
        geometry: partner.coordinate.map { .point($0) }))
    try sink(kml.take())
  }

  /// Ends the document. Call exactly once, also when no partner was written.
  public mutating func finish() throws {
    kml.finish()
    try sink(kml.take())
  }
}

/// Regions as KML 2.2 areas, one at a time.
public struct RegionsKML {
  private var kml: KMLBuilder
  private let sink: ([UInt8]) throws -> Void

  /// `sink` receives UTF-8 in pieces, in order.
  public init(name: String = "regions", sink: @escaping ([UInt8]) throws -> Void) {
    kml = KMLBuilder(name: name)
    self.sink = sink
    kml.style("region", colour: "#56B4E9", width: 2, fill: 0.15)
  }

  public mutating func write(_ region: Region) throws {
    kml.add(
      KMLPlacemark(
        name: region.name(), style: "region",
        data: [("code", region.code), ("level", region.level.rawValue), ("country", region.country)]
          + region.names.sorted { $0.key < $1.key }.map { ("name:\($0.key)", $0.value) },
        geometry: .multiPolygon(region.area)))
    try sink(kml.take())
  }

  /// Ends the document. Call exactly once, also when no region was written.
  public mutating func finish() throws {
    kml.finish()
    try sink(kml.take())
  }
}
