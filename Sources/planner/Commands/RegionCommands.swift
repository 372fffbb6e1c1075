import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct ImportRegions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regions",
    abstract:
      "Fills the table of administrative regions from the shipped data, and adds regions of your own.",
    discussion: """
      A file's features carry `code` (ISO 3166-2 or country), `name` and names by language (`name:ru`); they stand \
      in the place of shipped regions of the same code. --override and --overrides give polygons another country \
      or region. A polygon is named by country code and name as drawn (RU/Crimea), or by the code it has without \
      the override. Own regions and overrides stay for later imports; `planner region list` shows them, \
      `planner region remove` takes them back.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: ArgumentHelp("Regions of your own.", valueName: "FILE.geojson")) var file: String?
  @Option(
    help: ArgumentHelp("Country and region of one polygon.", valueName: "POLYGON=CC[:REGION]"),
    transform: Self.override)
  var override: [RegionOverride] = []
  @Option(
    help: ArgumentHelp(
      "A table of such overrides: polygon,country,region (CSV or JSON).", valueName: "FILE"))
  var overrides: String?

  func run() async throws {
    let table = try overrides.map { try RegionOverride.read(Workspace.read($0)) } ?? []
    let own = try file.map { try RegionFile.regions(from: Workspace.read($0), file: $0) } ?? []
    let workspace = Workspace(global)
    if file == nil { _ = try workspace.dataFolder() }
    let database = try workspace.database()
    try RegionTable(workspace: workspace, database: database).rebuild(withShipped: file == nil) { writer in
      try writer.keep(ownRegions: own)
      for one in table + override { try writer.setRegionOverride(one) }
    }.print(json: global.json)
  }

  @Sendable static func override(_ text: String) throws -> RegionOverride {
    let failure = "\"\(text)\" is no override: write POLYGON=CC or POLYGON=CC:REGION"
    guard let mark = text.lastIndex(of: "=") else { throw ValidationError(failure) }
    let target = text[text.index(after: mark)...].split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(target.count) else { throw ValidationError(failure) }
    do {
      return try RegionOverride.checked(
        String(text[..<mark]), country: String(target[0]), region: target.count > 1 ? String(target[1]) : "")
    } catch .badOverride(_, let detail) {
      throw ValidationError("\(failure) (\(detail))")
    }
  }
}

struct RegionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "region",
    abstract: "What you added to the shipped regions: regions of your own and overrides.",
    subcommands: [RegionList.self, RegionRemove.self])
}

struct RegionList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Regions of your own and overrides.")
  @OptionGroup var global: GlobalOptions

  struct Answer: Encodable {
    struct Own: Encodable {
      var code: String
      var country: String
      var name: String
    }
    var own: [Own]
    var overrides: [RegionOverride]
  }

  func run() async throws {
    let answer = try Workspace(global).existingDatabase().read { reader in
      Answer(
        own: try reader.ownRegions().map { .init(code: $0.code, country: $0.country, name: $0.name()) },
        overrides: try reader.regionOverrides())
    }
    if global.json { return try JSONOutput.print(answer) }
    TextTable(
      [.init(title: "Own region"), .init(title: "Country"), .init(title: "Name", shrinksTo: 20)],
      answer.own.map { [$0.code, $0.country, $0.name] }
    ).print(orElse: "No region of your own")
    Session.print()
    TextTable(
      [.init(title: "Override of", shrinksTo: 20), .init(title: "Country"), .init(title: "Region")],
      answer.overrides.map { [$0.polygon, $0.country ?? "—", $0.region ?? "—"] }
    ).print(orElse: "No override")
  }
}

struct RegionRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Takes back regions of your own and overrides; what is shipped shows again.")
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("A region of your own.", valueName: "CODE")) var own: [String] = []
  @Option(help: ArgumentHelp("An override, by the polygon it names.", valueName: "POLYGON"))
  var override: [String] = []

  func validate() throws {
    if own.isEmpty && override.isEmpty { throw ValidationError("give --own CODE or --override POLYGON") }
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    try RegionTable(workspace: workspace, database: database).rebuild(withShipped: false) { writer in
      for code in own {
        guard try writer.remove(ownRegion: code.uppercased()) else {
          throw RegionTableError.unknownOwn(code, known: try writer.ownRegions().map(\.code))
        }
      }
      let known = try writer.regionOverrides().map(\.polygon)
      for polygon in override {
        guard known.contains(polygon) else { throw RegionTableError.unknownOverride(polygon, known: known) }
        try writer.setRegionOverride(RegionOverride(polygon: polygon))
      }
    }.print(json: global.json)
  }
}

/// The table of regions: the shipped ones, the operator's own and the overrides made into one.
struct RegionTable {
  let workspace: Workspace
  let database: Database

  struct Answer: Encodable {
    var regions: Int
    var countries: Int
    var own: Int
    var overrides: Int

    func print(json: Bool) throws {
      if json { return try JSONOutput.print(self) }
      var text =
        "\(regions) region\(regions == 1 ? "" : "s") of \(countries) countr\(countries == 1 ? "y" : "ies")"
      if own > 0 { text += ", \(own) of them your own" }
      if overrides > 0 { text += ", \(overrides) override\(overrides == 1 ? "" : "s")" }
      Session.print(text)
    }
  }

  /// Changes what the table is made of and makes it anew, in one transaction: a change that leads nowhere leaves
  /// everything as it was.
  /// - Parameter withShipped: bring in the shipped regions; where they are already, they stay anyway.
  func rebuild(withShipped: Bool, change: (Writer) throws -> Void) throws -> Answer {
    // Reading the data takes a second; the file is locked only for the rest.
    let wanted = try withShipped || database.read { try $0.hasShippedRegions() }
    var drawn = wanted ? try shipped() : nil
    return try database.write(as: .commandLine, at: Session.current.now()) { writer in
      try change(writer)
      if drawn == nil, try writer.hasShippedRegions() { drawn = try shipped() }
      let overrides = try writer.regionOverrides()
      let catalogue = try RegionCatalogue.catalogue(drawn, own: writer.ownRegions(), overrides: overrides)
      try writer.replaceRegions(catalogue.regions, own: catalogue.own)
      return Answer(
        regions: catalogue.regions.count { $0.level == .subdivision },
        countries: catalogue.regions.count { $0.level == .country }, own: catalogue.own.count,
        overrides: overrides.count)
    }
  }

  private func shipped() throws -> RegionCatalogue.Drawn {
    try .init(.init(dataDirectory: workspace.dataFolder()))
  }
}

enum RegionTableError: CodedError, Equatable {
  case unknownOwn(String, known: [String])
  case unknownOverride(String, known: [String])

  var code: String {
    switch self {
    case .unknownOwn: "regions.own.notFound"
    case .unknownOverride: "regions.override.notFound"
    }
  }
  var message: String {
    switch self {
    case .unknownOwn(let code, _): "there is no region \"\(code)\" of your own"
    case .unknownOverride(let polygon, _): "there is no override of \"\(polygon)\""
    }
  }
  var hint: String {
    choices.isEmpty
      ? "`planner region list` shows what there is" : "known: " + choices.joined(separator: ", ")
  }
  var choices: [String] {
    switch self {
    case .unknownOwn(_, let known), .unknownOverride(_, let known): known
    }
  }
}

/// Regions an operator brings in a GeoJSON file.
enum RegionFile {
  static func regions(from data: Data, file: String) throws -> [Region] {
    var features: [GeoJSON.Feature] = []
    try GeoJSON.forEachFeature(in: [UInt8](data)) { features.append($0) }
    var regions: [Region] = []
    var positions: [String: Int] = [:]
    for (number, feature) in features.enumerated() {
      guard let code = (feature["code"]?.text ?? feature["iso_3166_2"]?.text)?.uppercased(), !code.isEmpty
      else {
        throw RegionFileError.noCode(file: file, feature: number + 1)
      }
      guard isCode(code) else { throw RegionFileError.badCode(code, file: file, feature: number + 1) }
      guard let drawn = feature.geometry?.polygons, !drawn.isEmpty else {
        throw RegionFileError.noArea(file: file, code: code)
      }
      let area = try MultiPolygon(drawn).validated()
      // A region in several features, an island each, is one.
      if let position = positions[code] {
        regions[position].area = MultiPolygon(regions[position].area.polygons + area.polygons)
        continue
      }
      positions[code] = regions.count
      var names: [String: String] = [:]
      func name(_ text: String?, _ language: String) {
        if let clean = text.map({ TextFolding.clean($0) }), !clean.isEmpty { names[language] = clean }
      }
      name(feature["name"]?.text, "lat")
      for member in feature.properties where member.name.utf8.starts(with: "name:".utf8) {
        name(member.value.text, String(member.name.dropFirst(5)))
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

  /// `BY` or `BY-BR`.
  private static func isCode(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Z]{2}(-[A-Z0-9]{1,3})?/) != nil
  }
}

enum RegionFileError: CodedError, Equatable {
  case noCode(file: String, feature: Int)
  case badCode(String, file: String, feature: Int)
  case noArea(file: String, code: String)
  case empty(file: String)

  var code: String {
    switch self {
    case .noCode: "regions.import.noCode"
    case .badCode: "regions.import.badCode"
    case .noArea: "regions.import.noArea"
    case .empty: "regions.import.empty"
    }
  }
  var message: String {
    switch self {
    case .noCode(let file, let feature): "feature \(feature) of \(file) has no code"
    case .badCode(let code, let file, let feature):
      "the code \"\(code)\" of feature \(feature) of \(file) is neither a country's nor a region's"
    case .noArea(let file, let code): "region \(code) of \(file) has no polygon"
    case .empty(let file): "\(file) holds no region"
    }
  }
  var hint: String { "each feature needs a polygon and the properties code (BY-BR) and name" }
}
