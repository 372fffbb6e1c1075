import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Store

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Reads partners, the gazetteer, addresses or regions.",
    subcommands: [ImportPartners.self, ImportGazetteer.self, ImportAddresses.self, ImportRegions.self])
}

struct ImportGazetteer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gazetteer",
    abstract: "Builds the gazetteer from the shipped data, places in GeoNames columns and map extracts.",
    discussion: "Without files the shipped data is taken. A gazetteer made from equal sources is kept.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Places (.tsv, .tsv.gz) or OpenStreetMap extracts (.osm.pbf, .osm, .osm.gz).")
  var files: [String] = []
  @Flag(help: "Build anew even when nothing changed.") var force = false

  func run() async throws {
    let workspace = Workspace(global)
    var sources = GazetteerSources.standard(dataDirectory: try workspace.dataFolder())
    for file in files {
      if file.hasSuffix(".tsv") || file.hasSuffix(".tsv.gz") || file.hasSuffix(".txt") {
        sources.places.append(file)
      } else {
        sources.extracts.append(file)
      }
    }
    try workspace.checkGazetteerPlace()
    try Workspace.makeFolder(of: workspace.gazetteerPath)
    ProcessFiles.removeLeftovers(workspace.gazetteerPath + ".", ".new")
    let report = try GazetteerBuilder.build(
      sources, at: workspace.gazetteerPath, force: force, progress: Progress.lines())
    try GazetteerText.print(report, json: global.json)
  }
}

struct ImportAddresses: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "addresses", abstract: "Adds the addresses and streets of a map extract to the gazetteer.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "OpenStreetMap extract: .osm.pbf, .osm or .osm.gz.") var file: String

  func run() async throws {
    let workspace = Workspace(global)
    ProcessFiles.removeLeftovers(workspace.gazetteerPath + ".", ".new")
    let report = try GazetteerBuilder.addExtract(
      file, to: workspace.gazetteerPath, progress: Progress.lines())
    try GazetteerText.print(report, json: global.json)
  }
}

enum GazetteerText {
  static func print(_ report: GazetteerReport, json: Bool) throws {
    if json { return try JSONOutput.print(report) }
    Session.print(
      "\(report.path): \(report.places) places, \(report.subdivisions) subdivisions, \(report.airports) airports, "
        + "\(report.streets) streets, \(report.addresses) addresses"
        + (report.reused ? " (unchanged)" : ""))
  }
}

struct ImportRegions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regions",
    abstract: "Fills the table of administrative regions from the shipped data or a GeoJSON file.",
    discussion: """
      A file's features carry `code` (ISO 3166-2 or country), `name` and names by language (`name:ru`); they \
      replace regions of the same code. --override and --overrides give polygons of the shipped data another \
      country or region; they are kept for later imports. A polygon is named by country code and name as drawn \
      (RU/Crimea), or by the code it has now.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: ArgumentHelp("Regions of your own.", valueName: "FILE.geojson")) var file: String?
  @Option(
    help: ArgumentHelp("Country and region of one polygon.", valueName: "POLYGON=CC[:REGION]"))
  var override: [String] = []
  @Option(
    help: ArgumentHelp(
      "A table of such overrides: polygon,country,region (CSV or JSON).", valueName: "FILE"))
  var overrides: String?

  struct Answer: Encodable {
    var regions: Int
    var countries: Int
  }

  func run() async throws {
    let table = try overrides.map { try RegionOverride.read(Workspace.read($0)) } ?? []
    let overrides = table + (try override.map(Self.override))
    let workspace = Workspace(global)
    let database = try workspace.database()
    let at = Session.current.now()
    let known = try database.read { try $0.regionOverrides() }
    let all = known.filter { old in !overrides.contains { $0.polygon == old.polygon } } + overrides
    let regions: [Region]
    if let file {
      let own = try RegionFile.regions(from: Workspace.read(file), file: file)
      let codes = Set(own.map(\.code))
      let kept = try database.read { reader in
        var kept: [Region] = []
        try reader.forEachRegion { if !codes.contains($0.code) { kept.append($0) } }
        return kept
      }
      regions = kept + own
    } else {
      regions = try Self.shipped(workspace.dataFolder(), overrides: all)
    }
    try database.write(as: .commandLine, at: at) { writer in
      for override in overrides { try writer.setRegionOverride(override) }
      _ = try writer.replaceRegions(regions)
    }
    let answer = Answer(
      regions: regions.count { $0.level == .subdivision }, countries: regions.count { $0.level == .country })
    if global.json { return try JSONOutput.print(answer) }
    Session.print("\(answer.regions) regions of \(answer.countries) countries")
  }

  /// The regions of the shipped data.
  static func shipped(_ folder: String, overrides: [RegionOverride]) throws -> [Region] {
    try RegionCatalogue.build(.init(dataDirectory: folder), overrides: overrides)
  }

  static func override(_ text: String) throws -> RegionOverride {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count >= 2 else {
      throw ValidationError("\"\(text)\" is no override: write POLYGON=CC or POLYGON=CC:REGION")
    }
    let target = parts[1].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    return RegionOverride(
      polygon: String(parts[0]), country: target[0].uppercased(),
      region: target.count > 1 ? target[1].uppercased() : nil)
  }
}

/// Regions an operator brings in a GeoJSON file.
enum RegionFile {
  static func regions(from data: Data, file: String) throws -> [Region] {
    var features: [GeoJSON.Feature] = []
    try GeoJSON.forEachFeature(in: [UInt8](data)) { features.append($0) }
    var regions: [Region] = []
    for feature in features {
      guard let code = (feature["code"]?.text ?? feature["iso_3166_2"]?.text)?.uppercased(), !code.isEmpty
      else {
        throw RegionFileError.noCode(file: file, feature: regions.count + 1)
      }
      let area = try MultiPolygon(feature.geometry?.polygons ?? []).validated()
      guard !area.polygons.isEmpty else { throw RegionFileError.noArea(file: file, code: code) }
      var names: [String: String] = [:]
      if let name = feature["name"]?.text { names["lat"] = name }
      for member in feature.properties where member.name.utf8.starts(with: "name:".utf8) {
        names[String(member.name.dropFirst(5))] = member.value.text
      }
      let country = String(decoding: code.utf8.prefix(2), as: UTF8.self)
      regions.append(
        Region(
          code: code, level: code.utf8.count == 2 ? .country : .subdivision, country: country, names: names,
          aliases: [], area: area))
    }
    guard !regions.isEmpty else { throw RegionFileError.empty(file: file) }
    return regions
  }
}

enum RegionFileError: CodedError, Equatable {
  case noCode(file: String, feature: Int)
  case noArea(file: String, code: String)
  case empty(file: String)

  var code: String {
    switch self {
    case .noCode: "regions.import.noCode"
    case .noArea: "regions.import.noArea"
    case .empty: "regions.import.empty"
    }
  }
  var message: String {
    switch self {
    case .noCode(let file, let feature): "feature \(feature) of \(file) has no code"
    case .noArea(let file, let code): "region \(code) of \(file) has no polygon"
    case .empty(let file): "\(file) holds no region"
    }
  }
  var hint: String { "each feature needs a polygon and the properties code (BY-BR) and name" }
}
