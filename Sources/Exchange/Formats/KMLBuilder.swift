import CRM
import Geo

/// A placemark: one thing on the map.
struct KMLPlacemark {
  var name: String
  var address: String?
  var phone: String?
  /// Plain text, a line each.
  var description: [String] = []
  var style: String
  /// For programs; people see it in a table.
  var data: [(name: String, value: String)] = []
  var geometry: GeoJSON.Geometry?
}

/// Builds KML 2.2 (OGC 07-147r2), elements in the order of its schema. Nothing is asked of the network: styles tint the
/// viewer's own icons.
struct KMLBuilder {
  private var xml = XMLBuilder()

  init(name: String) {
    xml.start("kml", [("xmlns", "http://www.opengis.net/kml/2.2")])
    xml.start("Document")
    xml.element("name", name)
    xml.element("open", "1")
  }

  /// A style that placemarks name by its id, before the first of them.
  /// - Parameters:
  ///   - colour: `#RRGGBB`.
  ///   - opacity: of lines, 0 … 1.
  mutating func style(_ id: String, colour: String, width: Double = 4, opacity: Double = 1, fill: Double = 0)
  {
    xml.start("Style", [("id", id)])
    xml.start("IconStyle")
    xml.element("color", Self.colour(colour, 1))
    xml.end()
    xml.start("LineStyle")
    xml.element("color", Self.colour(colour, opacity))
    xml.element("width", TripGPX.degrees(width))
    xml.end()
    xml.start("PolyStyle")
    xml.element("color", Self.colour(colour, fill))
    xml.end()
    xml.end()
  }

  mutating func folder(_ name: String, _ content: (inout KMLBuilder) throws -> Void) rethrows {
    xml.start("Folder")
    xml.element("name", name)
    try content(&self)
    xml.end()
  }

  mutating func add(_ placemark: KMLPlacemark) {
    xml.start("Placemark")
    xml.element("name", placemark.name)
    if let address = placemark.address { xml.element("address", address) }
    // RFC 3966, as the standard wants it; what is no number with its country stands in the description alone.
    if let number = placemark.phone.flatMap({ PhoneNumber.normalise($0, country: nil) }) {
      xml.element("phoneNumber", "tel:\(number)")
    }
    if !placemark.description.isEmpty {
      // Viewers read this element as HTML: what came from outside must stay text there too.
      xml.element("description", placemark.description.map(Self.html).joined(separator: "<br>"))
    }
    xml.element("styleUrl", "#\(placemark.style)")
    if !placemark.data.isEmpty {
      xml.start("ExtendedData")
      for (name, value) in placemark.data {
        xml.start("Data", [("name", name)])
        xml.element("value", value)
        xml.end()
      }
      xml.end()
    }
    if let geometry = placemark.geometry { add(geometry) }
    xml.end()
  }

  /// Ends the document; nothing may be added any more.
  mutating func finish() {
    xml.end()
    xml.end()
  }

  /// What was built since the last call, as UTF-8.
  mutating func take() -> [UInt8] { xml.take() }

  // MARK: - Geometry

  private mutating func add(_ geometry: GeoJSON.Geometry) {
    switch geometry {
    case .point(let place):
      xml.start("Point")
      xml.element("coordinates", Self.text([place]))
      xml.end()
    case .line(let line): several(line.cutAtAntimeridian()) { xml, piece in Self.line(piece, &xml) }
    case .multiLine(let lines):
      several(lines.flatMap { $0.cutAtAntimeridian() }) { xml, piece in Self.line(piece, &xml) }
    case .polygon(let polygon): add(.multiPolygon(MultiPolygon([polygon])))
    case .multiPolygon(let area):
      several(area.cutAtAntimeridian().polygons) { xml, polygon in Self.polygon(polygon, &xml) }
    case .multiPoint(let points):
      xml.start("MultiGeometry")
      for point in points { add(.point(point)) }
      xml.end()
    case .collection(let parts):
      xml.start("MultiGeometry")
      for part in parts { add(part) }
      xml.end()
    }
  }

  private mutating func several<Part>(_ parts: [Part], _ write: (inout XMLBuilder, Part) -> Void) {
    if parts.count != 1 { xml.start("MultiGeometry") }
    for part in parts { write(&xml, part) }
    if parts.count != 1 { xml.end() }
  }

  private static func line(_ line: LineString, _ xml: inout XMLBuilder) {
    xml.start("LineString")
    xml.element("tessellate", "1")
    xml.element("coordinates", text(line.points))
    xml.end()
  }

  private static func polygon(_ polygon: Polygon, _ xml: inout XMLBuilder) {
    func ring(_ name: StaticString, _ points: [Coordinate]) {
      xml.start(name)
      xml.start("LinearRing")
      xml.element("coordinates", text(points))
      xml.end()
      xml.end()
    }
    xml.start("Polygon")
    xml.element("tessellate", "1")
    ring("outerBoundaryIs", polygon.outer)
    for hole in polygon.holes { ring("innerBoundaryIs", hole) }
    xml.end()
  }

  /// `longitude,latitude`, blanks between.
  private static func text(_ points: [Coordinate]) -> String {
    points.map { "\(TripGPX.degrees($0.longitude)),\(TripGPX.degrees($0.latitude))" }.joined(separator: " ")
  }

  /// `aabbggrr`.
  static func colour(_ hex: String, _ opacity: Double) -> String {
    let digits = hex.utf8.dropFirst().map { $0 | 0x20 }
    let alpha = String(Int((opacity * 255).rounded()), radix: 16)
    return String(repeating: "0", count: 2 - alpha.utf8.count) + alpha
      + String(decoding: digits[4..<6] + digits[2..<4] + digits[0..<2], as: UTF8.self)
  }

  private static func html(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;".unicodeScalars
      case "<": out += "&lt;".unicodeScalars
      case ">": out += "&gt;".unicodeScalars
      case "\"": out += "&quot;".unicodeScalars
      case "'": out += "&#39;".unicodeScalars
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
