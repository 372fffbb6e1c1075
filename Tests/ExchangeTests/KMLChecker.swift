import Foundation
import FoundationXML

/// Checks a document against what ogckml22.xsd says of the elements planner writes: which may stand where, in what
/// order, and of what type their values are. Parsed by libxml2.
final class KMLChecker: NSObject, XMLParserDelegate {
  struct Placemark {
    var folder: String?
    var texts: [String: String] = [:]
    var data: [String: String] = [:]
    /// Coordinates of each point, line or ring.
    var coordinates: [String] = []
    var kinds: [String] = []
  }
  private(set) var placemarks: [Placemark] = []
  private(set) var folders: [String] = []
  private(set) var styles: [String] = []
  private var problems: [String] = []
  private var path: [(name: String, lastChild: Int)] = []
  private var text = ""
  private var dataName = ""

  private static let feature = [
    "name", "visibility", "open", "address", "phoneNumber", "Snippet", "description", "styleUrl", "Style",
    "Region", "ExtendedData",
  ]
  private static let geometries = ["Point", "LineString", "Polygon", "MultiGeometry"]
  /// Children in the order of their `sequence`.
  private static let sequences: [String: [String]] = [
    "kml": ["Document"], "Document": feature + ["Placemark|Folder"], "Folder": feature + ["Placemark|Folder"],
    "Placemark": feature + [geometries.joined(separator: "|")],
    "Style": ["IconStyle", "LabelStyle", "LineStyle", "PolyStyle", "BalloonStyle", "ListStyle"],
    "IconStyle": ["color", "colorMode", "scale", "heading", "Icon", "hotSpot"],
    "LineStyle": ["color", "colorMode", "width"], "PolyStyle": ["color", "colorMode", "fill", "outline"],
    "ExtendedData": ["Data"], "Data": ["displayName", "value"],
    "Point": ["extrude", "altitudeMode", "coordinates"],
    "LineString": ["extrude", "tessellate", "altitudeMode", "coordinates"],
    "LinearRing": ["extrude", "tessellate", "altitudeMode", "coordinates"],
    "Polygon": ["extrude", "tessellate", "altitudeMode", "outerBoundaryIs", "innerBoundaryIs"],
    "outerBoundaryIs": ["LinearRing"], "innerBoundaryIs": ["LinearRing"],
    "MultiGeometry": [geometries.joined(separator: "|")],
  ]
  private static let repeatable: Set<String> = ["Style", "Placemark", "Folder", "Data", "innerBoundaryIs"]

  /// Everything that is wrong; empty for a valid document.
  func check(_ bytes: [UInt8]) -> [String] {
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    if !parser.parse() { problems.append("not well-formed: \(String(describing: parser.parserError))") }
    for placemark in placemarks {
      let style = placemark.texts["styleUrl"] ?? ""
      if !styles.contains(where: { "#" + $0 == style }) { problems.append("there is no style \(style)") }
    }
    return problems
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    text = ""
    if let parent = path.last {
      let order = Self.sequences[parent.name] ?? []
      if let place = order.firstIndex(where: { $0.split(separator: "|").contains { $0 == name } }) {
        let again = Self.repeatable.contains(name) || parent.name == "MultiGeometry"
        if place < parent.lastChild || place == parent.lastChild && !again {
          problems.append("\(name) out of order in \(parent.name)")
        }
        path[path.count - 1].lastChild = place
      } else {
        problems.append("\(name) may not stand in \(parent.name)")
      }
    } else if name != "kml" || attributes != ["xmlns": "http://www.opengis.net/kml/2.2"] {
      problems.append("the root is no KML 2.2")
    }
    switch name {
    case "Placemark": placemarks.append(Placemark(folder: path.last?.name == "Folder" ? folders.last : nil))
    case "Style":
      // xsd:ID
      let id = attributes["id"] ?? ""
      if id.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.-]*/) == nil || styles.contains(id) {
        problems.append("\(id) is no id")
      }
      styles.append(id)
    case "Data": dataName = attributes["name"] ?? ""
    case "Point", "LineString", "LinearRing": placemarks[placemarks.count - 1].kinds.append(name)
    default: break
    }
    path.append((name, -1))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?)
  {
    path.removeLast()
    let parent = path.last?.name ?? ""
    switch name {
    case "name" where parent == "Folder": folders.append(text)
    case "value": placemarks[placemarks.count - 1].data[dataName] = text
    case "color":
      if text.wholeMatch(of: /[0-9a-f]{8}/) == nil { problems.append("\(text) is no colour") }
    case "width": if Double(text) == nil { problems.append("\(text) is no width") }
    case "open", "tessellate": if text != "1" { problems.append("\(text) is no boolean") }
    case "coordinates": coordinates(text, of: parent)
    case _ where parent == "Placemark" && Self.feature.contains(name):
      placemarks[placemarks.count - 1].texts[name] = text
    default: break
    }
    text = ""
  }

  private func coordinates(_ text: String, of kind: String) {
    let tuples = text.split(separator: " ")
    for tuple in tuples {
      let numbers = tuple.split(separator: ",").map { Double($0) ?? .nan }
      if numbers.count != 2 || !(-180...180).contains(numbers[0]) || !(-90...90).contains(numbers[1]) {
        problems.append("\(tuple) is no place")
      }
    }
    let least = ["Point": 1, "LineString": 2, "LinearRing": 4][kind] ?? 1
    if tuples.count < least || kind == "Point" && tuples.count > 1 {
      problems.append("a \(kind) of \(tuples.count)")
    }
    if kind == "LinearRing", tuples.first != tuples.last { problems.append("an open ring") }
    placemarks[placemarks.count - 1].coordinates.append(text)
  }
}
