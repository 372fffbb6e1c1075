import CRM
import Exchange
import Foundation
import Geo
import Routing

/// What is fuzzed: each value reads the bytes as one format. Errors are what is expected of bad input; whatever traps,
/// hangs or takes memory without bound is a fault. `check` says what must hold when the input is taken.
enum FuzzTarget: String, CaseIterable {
  /// Lists as CSV in any encoding, with the guess of their columns.
  case csv
  /// Workbooks: packed files as they are.
  case xlsx
  /// Workbooks: the XML of shared strings and of a sheet, put into a right package.
  case sheet
  /// Extracts: a whole file in PBF.
  case pbf
  /// Extracts: the content of one block of data behind a right header.
  case pbfblock
  /// Extracts as XML.
  case osmxml
  /// JSON values, written and read again.
  case json
  /// GeoJSON areas, lines and collections.
  case geojson
  /// Addresses and names as people type them.
  case query
  /// Opening hours as people write them.
  case hours
  /// Telephone numbers, e-mail and web addresses.
  case contact
  /// Mappings of columns, in YAML.
  case mapping
  /// Fleet problems in VROOM's JSON.
  case fleet
  /// Tour instances: TSPLIB, windows, orienteering.
  case tours
  /// Questions in OSRM's language, with polylines.
  case osrm

  func run(_ bytes: [UInt8]) throws {
    switch self {
    case .csv:
      guard !bytes.starts(with: [0x50, 0x4B]) else { return }
      try readTable(bytes)
    case .xlsx: try readTable([0x50, 0x4B, 0x03, 0x04] + bytes.dropFirst(4))
    case .sheet: try readTable(StoredWorkbook.package(bytes))
    case .pbf: try readExtract(bytes)
    case .pbfblock: try readExtract(RawExtract.file(block: bytes))
    case .osmxml: try readExtract(Array("<osm".utf8) + bytes)
    case .json:
      let value = try JSONValue(parsing: bytes)
      let again = try JSONValue(parsing: value.bytes)
      // 2.5e3 is written 2500 and is a whole number then; its text stays.
      check(again.bytes == value.bytes, "a JSON value is read as it was written")
    case .geojson: readGeoJSON(Data(bytes))
    case .query: readQuery(String(decoding: bytes, as: UTF8.self))
    case .hours:
      let hours = try OpeningHours.parse(String(decoding: bytes, as: UTF8.self))
      check(hours.days.count == 7, "opening hours have seven days")
    case .contact:
      let text = String(decoding: bytes, as: UTF8.self)
      for country in ["BY", "PL", nil] { _ = PhoneNumber.normalise(text, country: country) }
      _ = EmailAddress.normalise(text)
      _ = WebAddress.normalise(text)
    case .mapping: _ = try ImportMapping(yaml: String(decoding: bytes, as: UTF8.self))
    case .fleet: _ = try FleetReader.read(bytes)
    case .tours: _ = try TourInstance(bytes)
    case .osrm:
      _ = try? Polyline.decode(bytes)
      _ = try? Polyline.decode(bytes, precision: .six)
      _ = try OSRMRequest(uri: String(decoding: bytes, as: UTF8.self))
    }
  }

  private func readTable(_ bytes: [UInt8]) throws {
    let path = try InputPath.holding(bytes)
    let reader = try TableFile.open(path)
    while let row = try reader.next() { _ = row.isBlank }
    _ = try ImportPreview.read(path)
  }

  private func readExtract(_ bytes: [UInt8]) throws {
    let path = try InputPath.holding(bytes)
    let reader = OSMReader(path: path)
    _ = try? reader.header()
    try reader.forEachBlock { _ in }
    _ = try PartnerExtract.rows(ofExtract: path)
  }

  private func readGeoJSON(_ data: Data) {
    if let area = try? GeoJSON.area(from: data) {
      check(!area.polygons.isEmpty, "an area has polygons")
    }
    _ = try? GeoJSON.line(from: data)
    try? GeoJSON.forEachFeature(in: Array(data)) { _ in }
  }

  private func readQuery(_ text: String) {
    _ = AddressText(text)
    let folded = TextFolding.fold(text)
    check(TextFolding.fold(folded) == folded, "folding twice is folding once")
    _ = TextFolding.words(text)
    _ = TextFolding.skeleton(text)
    _ = TextFolding.clean(text)
    _ = CountryCode.find(text)
    guard let gazetteer = Self.gazetteer else { return }
    _ = gazetteer.geocode(GeocodeQuery(text))
    _ = gazetteer.suggest(text)
  }

  /// Of `PLANNER_GAZETTEER`, when there is one.
  private static let gazetteer = ProcessInfo.processInfo.environment["PLANNER_GAZETTEER"].flatMap {
    try? Gazetteer(path: $0)
  }
}

func check(_ holds: Bool, _ what: String) {
  guard !holds else { return }
  FileHandle.standardError.write(Data("does not hold: \(what)\n".utf8))
  abort()
}
