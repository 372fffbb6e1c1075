import Foundation
import FoundationXML

/// Checks a document against what gpx.xsd 1.1 says of the elements planner writes: which may stand where, in what order,
/// and of what type their values are. Parsed by libxml2.
final class GPXChecker: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var firstWaypointName = ""
  private var problems: [String] = []
  private var path: [(name: String, lastChild: Int)] = []
  private var text = ""

  /// Children in the order of their `xsd:sequence`.
  private static let sequences: [String: [String]] = [
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"],
    "wpt": point, "rtept": point, "trkpt": point,
    "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"],
    "trk": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "trkseg"],
    "trkseg": ["trkpt", "extensions"],
  ]
  private static let point = [
    "ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type", "fix", "sat",
    "hdop", "vdop",
    "pdop", "ageofdgpsdata", "dgpsid", "extensions",
  ]
  private static let repeatable: Set<String> = ["wpt", "rte", "trk", "rtept", "trkseg", "trkpt", "link"]

  /// Everything that is wrong; empty for a valid document.
  func check(_ bytes: [UInt8]) -> [String] {
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    if !parser.parse() { problems.append("not well-formed: \(String(describing: parser.parserError))") }
    return problems
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    counts[name, default: 0] += 1
    text = ""
    if let parent = path.last {
      if let order = Self.sequences[parent.name], let place = order.firstIndex(of: name) {
        if place < parent.lastChild || place == parent.lastChild && !Self.repeatable.contains(name) {
          problems.append("\(name) out of order in \(parent.name)")
        }
        path[path.count - 1].lastChild = place
      } else {
        problems.append("\(name) may not stand in \(parent.name)")
      }
    } else if name != "gpx" || attributes["version"] != "1.1" || attributes["creator"] == nil
      || attributes["xmlns"] != "http://www.topografix.com/GPX/1/1"
    {
      problems.append("the root is no GPX 1.1")
    }
    if ["wpt", "rtept", "trkpt"].contains(name) {
      let lat = Double(attributes["lat"] ?? "") ?? .nan
      let lon = Double(attributes["lon"] ?? "") ?? .nan
      if !(-90...90).contains(lat) || !(lon >= -180 && lon < 180) { problems.append("\(name) lies nowhere") }
    }
    if name == "bounds", Set(attributes.keys) != ["minlat", "minlon", "maxlat", "maxlon"] {
      problems.append("bounds are incomplete")
    }
    path.append((name, -1))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?)
  {
    path.removeLast()
    switch name {
    case "time":
      if ISO8601DateFormatter().date(from: text) == nil { problems.append("\(text) is no dateTime") }
    case "number": if Int(text).map({ $0 < 0 }) ?? true { problems.append("\(text) is no number") }
    case "name" where path.last?.name == "wpt" && counts["wpt"] == 1: firstWaypointName = text
    default: break
    }
    text = ""
  }
}
