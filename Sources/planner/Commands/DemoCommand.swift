import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Planning
import Store

struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "The main job on real data: import, plan, save, export, then the web page.",
    discussion: """
      Makes a database of its own (--database, default var/demo.sqlite), never over one it did not make. Imports \
      the sample partners by their address text alone, plans a two-day trip through a town and a five-day trip \
      through two oblasts, prints the checklists and writes the files beside the database.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var address: ServeOptions
  @Flag(help: "End after the files are written.") var noServe = false

  func run() async throws {
    let demo = Demo(
      workspace: Workspace(
        database: global.database ?? Demo.defaultDatabase, gazetteer: global.gazetteer,
        roads: global.roads ?? Demo.defaultRoads),
      json: global.json)
    let database = try await demo.run()
    guard !noServe else { return }
    let manager = try database.read { try $0.user(Demo.manager.id) }
    try await address.serve(database, workspace: demo.workspace, resident: manager)
  }
}

/// The walk through the main job that `planner demo` makes.
struct Demo {
  static let defaultDatabase = "var/demo.sqlite"
  static let defaultRoads = "var/demo-roads/car.roads"

  /// The manager of the demo's trips. His identifier is how the demo knows a database of its own.
  static let manager = User(
    id: UserID(
      UUID(
        uuid: (
          0x01, 0x90, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0x64, 0x65, 0x6D, 0x6F, 0, 0x01
        ))), login: "demo", name: "Демо-менеджер", role: .manager)

  let workspace: Workspace
  let json: Bool
  private let actor = Actor(user: Demo.manager.id, name: "demo")
  private let started = ContinuousClock.now

  init(workspace: Workspace, json: Bool) {
    self.workspace = workspace
    self.json = json
  }

  /// One of the two trips.
  struct Example: Sendable {
    var name: String
    var heading: String
    var file: String
    var country: String
    var tag: String
    var request: @Sendable (Place, LocalDate, Selection) -> PlanRequest
    var startText: String
  }

  struct Answer: Encodable {
    struct Part: Encodable {
      var trip: TripJSON
      var taskId: String
      var files: [String]
    }
    var database: String
    var gazetteer: String
    var examples: [Part]
  }

  /// - Returns: the database, open, for serving.
  func run() async throws -> Database {
    let data = try workspace.dataFolder()
    try checkPlaces()
    try Workspace.makeFolder(of: workspace.databasePath)
    try Workspace.makeFolder(of: workspace.gazetteerPath)
    for path in [workspace.databasePath, workspace.gazetteerPath] {
      ProcessFiles.removeLeftovers(path + ".", ".new")
    }
    say("Gazetteer")
    let gazetteerReport = try makeGazetteer(data)
    say(
      "  \(gazetteerReport.places) places, \(gazetteerReport.addresses) addresses"
        + (gazetteerReport.reused ? " (as built before)" : ""))
    let gazetteer = try workspace.gazetteer()
    // Made beside its place: a demo that ends half-way leaves what stood there, and the next one starts anew.
    let new = ProcessFiles.path(workspace.databasePath + ".", ".new")
    defer { Self.remove(new, ["", "-wal", "-shm", "-lock"]) }
    // A key that is there already stays: the new database takes it for its own.
    let database = try Database(path: new, keyFile: workspace.keyFile)
    let at = Session.current.now()
    let regions = try RegionCatalogue.build(.init(dataDirectory: data))
    try database.write(as: Actor(name: "demo"), at: at) { writer in
      try writer.add(user: Self.manager)
      _ = try writer.replaceRegions(regions)
    }
    say("Regions\n  \(regions.count) regions and countries")

    say("Roads")
    let roads = try ImportRoads.build(
      [data + "/osm/neubrandenburg.osm.pbf"], profile: .car, workspace: workspace)
    say(
      "  \(GeoText.decimals(roads.kilometres, 0)) km in \(roads.segments) segments"
        + (roads.reused ? " (as made before)" : ""))
    let planner = try workspace.tripPlanner(gazetteer: gazetteer)
    var parts: [Answer.Part] = []
    for example in Self.examples {
      parts.append(
        try await run(example, data: data, database: database, gazetteer: gazetteer, planner: planner))
    }
    try database.closeForMoving()
    try replaceDatabase(by: new)
    if json {
      try JSONOutput.print(
        Answer(database: workspace.databasePath, gazetteer: workspace.gazetteerPath, examples: parts))
    } else {
      say(Self.closing(parts, database: workspace.databasePath, seconds: elapsed))
    }
    return try workspace.existingDatabase()
  }

  private func run(
    _ example: Example, data: String, database: Database, gazetteer: any GeocodingProvider,
    planner: TripPlanner
  ) async throws -> Answer.Part {
    let at = Session.current.now()
    say("\n\(example.heading)")
    var mapping = ImportMapping()
    mapping.tags = [example.tag]
    mapping.system = "demo-\(example.name)"
    mapping.country = example.country
    let report = try await PartnerImport.run(
      file: data + "/samples/" + example.file, mapping: mapping, database: database,
      geocoder: gazetteer, options: PartnerImport.Options(at: at))
    say("  " + ImportText.located(report))

    let resolver = PlaceResolver(geocoder: gazetteer, partner: { _ in nil })
    let start = try await resolver.resolve(example.startText, role: .start, country: nil)
    let request = example.request(start, Self.monday(after: .today), .tag([example.tag]))
    let result = try await planner.plan(request, in: database)
    let (trip, task) = try planner.save(
      result, responsible: Self.manager.id, in: database, as: actor, at: at)
    if !json {
      Session.print()
      try PlanCommand.print(
        trip, task: task, partners: result.partners, notes: result.notes, json: false)
    }
    let saved = SavedTrip(trip: trip, task: task, partners: result.partners)
    let files = try TripFiles(saved, in: database, at: at)
    var written: [String] = []
    for format in ExportTrip.Format.allCases {
      let path = filePath(example, format)
      try workspace.write(files.bytes(format), to: path)
      written.append(path)
    }
    return Answer.Part(trip: TripJSON(trip), taskId: task.id.description, files: written)
  }

  /// Builds the gazetteer when there is none or the shipped data changed; extracts that were added to it stay.
  private func makeGazetteer(_ data: String) throws -> GazetteerReport {
    let town = data + "/osm/neubrandenburg.osm.pbf"
    let path = workspace.gazetteerPath
    guard FileManager.default.fileExists(atPath: path) else {
      return try GazetteerBuilder.build(
        .standard(dataDirectory: data, extracts: [town]), at: path, progress: Progress.lines())
    }
    _ = try GazetteerBuilder.build(.standard(dataDirectory: data), at: path, progress: Progress.lines())
    return try GazetteerBuilder.addExtract(town, to: path, progress: Progress.lines())
  }

  /// `demo.geojson`, `demo-belarus.gpx` beside the database.
  private func filePath(_ example: Example, _ format: ExportTrip.Format) -> String {
    let folder = (workspace.databasePath as NSString).deletingLastPathComponent
    return (folder.isEmpty ? "" : folder + "/") + "\(example.name).\(format.rawValue)"
  }

  /// Refuses, before anything is made, a database that is not an earlier demo's, and files that would replace one.
  private func checkPlaces() throws {
    try workspace.checkGazetteerPlace()
    for example in Self.examples {
      for format in ExportTrip.Format.allCases {
        try OutputFile.check(filePath(example, format), keeping: workspace.files)
      }
    }
    let path = workspace.databasePath
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let database = try Database(path: path, mode: .existing, keyFile: workspace.keyFile)
      let own = try database.read { reader in
        try reader.user(Self.manager.id) != nil
      }
      try database.close()
      guard own else { throw WorkspaceError.notADemo(path) }
    } catch is StoreError {
      throw WorkspaceError.notADemo(path)
    }
  }

  /// Puts the complete database in the place of the earlier one.
  private func replaceDatabase(by new: String) throws {
    let path = workspace.databasePath
    // The journal of the earlier database goes after it and before the new one comes: it must meet neither.
    Self.remove(path, ["", "-wal", "-shm"])
    guard rename(new, path) == 0 else {
      throw OutputError.unwritable(path: path, detail: String(cString: strerror(errno)))
    }
  }

  private static func remove(_ path: String, _ suffixes: [String]) {
    for suffix in suffixes { unlink(path + suffix) }
  }

  private func say(_ text: String) { if !json { Session.print(text) } }

  private var elapsed: Double {
    let parts = started.duration(to: .now).components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
  }

  static func monday(after day: LocalDate) -> LocalDate {
    var next = day.adding(days: 1)
    while next.weekday != .monday { next = next.adding(days: 1) }
    return next
  }

  static let examples: [Example] = [
    Example(
      name: "demo", heading: "Neubrandenburg: hotels, agencies, museums of a town in two days",
      file: "neubrandenburg_partners.csv", country: "DE", tag: "neubrandenburg",
      request: { start, monday, selection in
        PlanRequest(
          title: "Neubrandenburg, two days", selection: selection, start: start,
          firstDate: monday.adding(days: 1),
          dayCount: 2, work: .init(start: 9 * 3600, end: 17 * 3600),
          lunch: .init(window: .init(start: 12 * 3600, end: 14 * 3600), length: Seconds(minutes: 45)),
          visit: Seconds(minutes: 30))
      }, startText: "Friedrich-Engels-Ring 53, 17033 Neubrandenburg"),
    Example(
      name: "demo-belarus", heading: "Brest and Grodno oblasts: an agency in each of 60 towns in five days",
      file: "brest_grodno_partners.csv", country: "BY", tag: "brest-grodno",
      request: { start, monday, selection in
        PlanRequest(
          title: "Брестская и Гродненская области, пять дней",
          selection: .and([selection, .or([.region("BY-BR"), .region("BY-HR")])]), start: start,
          firstDate: monday, dayCount: 5, work: .init(start: 8 * 3600, end: 20 * 3600),
          lunch: .init(window: .init(start: 12 * 3600, end: 15 * 3600), length: Seconds(minutes: 45)),
          visit: Seconds(minutes: 20), night: .away, budgetMilliseconds: 1000)
      }, startText: "Минск"),
  ]

  private static func closing(_ parts: [Answer.Part], database: String, seconds: Double) -> String {
    var lines = ["", "Files"]
    for part in parts { lines += part.files.map { "  " + $0 } }
    lines += [
      "  \(database) (opens in QGIS: partners, regions, stops and legs are map layers)", "",
      "Go on",
      "  planner task list --database \(database)",
      "  planner select --region \"Гродненская область\" --database \(database)",
      "  planner plan --region BY-BR --start Брест --days 3 --night away --database \(database)",
      "  planner serve --database \(database)", "",
      "Done in \(GeoText.decimals(seconds, 1)) s",
    ]
    return lines.joined(separator: "\n")
  }
}

extension ImportText {
  /// "52 partners: 40 house, 10 street, 2 none".
  static func located(_ report: ImportReport) -> String {
    let parts = ImportReport.Level.allCases.compactMap { level in
      report.located[level].map { "\($0) \(level.rawValue)" }
    }
    return "\(report.created) partners located: " + parts.joined(separator: ", ")
  }
}
