import Foundation
import Geo

/// Tells by content what a file adds to the gazetteer.
enum GazetteerFile {
  /// - Throws: ``GazetteerFileError``, `WorkspaceError` for a file that cannot be read, `CompressionError`.
  static func add(_ path: String, to sources: inout GazetteerSources) throws {
    let (packing, bytes) = try beginning(of: path)
    if isExtract(bytes) { return sources.extracts.append(path) }
    guard packing != .bzip2 else {
      throw GazetteerFileError.unknown(
        path, found: "it is a list packed by bzip2, which only extracts may be")
    }
    let line = firstLine(bytes)
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    if isPostal(columns) {
      sources.postal.append(path)
    } else if isPlace(columns) {
      sources.places.append(path)
    } else {
      throw GazetteerFileError.unknown(path, found: found(bytes, columns))
    }
  }

  private static let head = 1 << 16

  private static func beginning(of path: String) throws -> (packing: Packing, bytes: Data) {
    do {
      return try Packing.beginning(ofFile: path, count: head)
    } catch let error as CompressionError {
      throw error
    } catch {
      throw WorkspaceError.unreadable(path)
    }
  }

  /// XML, or the length and the kind of a PBF file's first block.
  private static func isExtract(_ bytes: Data) -> Bool {
    let text = bytes.drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    if text.first == UInt8(ascii: "<") { return true }
    return bytes.prefix(64).range(of: Data("OSMHeader".utf8)) != nil
  }

  private static func firstLine(_ bytes: Data) -> String {
    let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    let text = marked.drop { $0 == 0x0A || $0 == 0x0D }
    return String(decoding: text.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
  }

  /// GeoNames' postal layout: country, postcode, place, three subdivisions with codes, latitude, longitude, accuracy.
  private static func isPostal(_ columns: [String]) -> Bool {
    (11...12).contains(columns.count) && isCountry(columns[0])
      && columns[1].utf8.contains { (0x30...0x39).contains($0) }
      && isCoordinate(columns[9], columns[10])
  }

  private static func isPlace(_ columns: [String]) -> Bool {
    columns.count >= 9 && Int(columns[0]) != nil && isCountry(columns[2])
      && isCoordinate(columns[6], columns[7])
  }

  private static func isCountry(_ text: String) -> Bool {
    text.utf8.count == 2 && text.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
  }

  private static func isCoordinate(_ latitude: String, _ longitude: String) -> Bool {
    guard let latitude = Double(latitude), let longitude = Double(longitude) else { return false }
    return (try? Coordinate(latitude: latitude, longitude: longitude)) != nil
  }

  private static func found(_ bytes: Data, _ columns: [String]) -> String {
    if bytes.isEmpty { return "it is empty" }
    if bytes.contains(0) { return "it is no text" }
    return "its first line has \(columns.count) column\(columns.count == 1 ? "" : "s") parted by tabs"
  }
}

enum GazetteerFileError: CodedError, Equatable {
  case unknown(String, found: String)

  var code: String { "gazetteer.file.unknown" }
  var message: String {
    switch self {
    case .unknown(let path, let found):
      "\(path) holds neither places, postcodes nor a map extract: \(found)"
    }
  }
  var hint: String {
    "expected are places in the columns of data/README.md, GeoNames postcodes (12 columns: country, postcode, place, …, "
      + "latitude, longitude, accuracy), .osm.pbf, .osm, .osm.gz or .osm.bz2"
  }
}
