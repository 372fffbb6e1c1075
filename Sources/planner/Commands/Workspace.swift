import CRM
import Exchange
import Foundation
import Geo
import Outbound
import Planning
import Routing
import Store

/// Where a command finds its files: the database, the gazetteer, the shipped data.
struct Workspace: Sendable {
  let databasePath: String
  /// The key of the database: PLANNER_KEY_FILE, or beside it.
  let keyFile: KeyFile
  let gazetteerPath: String
  let roadsPath: String
  /// Whether a person named the road graph: then its absence is an error.
  let isRoadsNamed: Bool
  let environment: [String: String]

  static let defaultDatabase = "var/planner.sqlite"
  static let defaultGazetteer = "var/gazetteer.bin"

  init(_ options: GlobalOptions) {
    self.init(database: options.database, gazetteer: options.gazetteer, roads: options.roads)
  }

  init(database: String?, gazetteer: String?, roads: String?) {
    let environment = Session.current.environment
    self.environment = environment
    func value(_ given: String?, _ variable: String, _ fallback: String) -> String {
      if let given { return given }
      if let named = environment[variable], !named.isEmpty { return named }
      return fallback
    }
    databasePath = value(database, "PLANNER_DATABASE", Self.defaultDatabase)
    let key = environment["PLANNER_KEY_FILE"] ?? ""
    keyFile = key.isEmpty ? .beside(databasePath) : KeyFile(key)
    gazetteerPath = value(gazetteer, "PLANNER_GAZETTEER", Self.defaultGazetteer)
    roadsPath = value(roads, "PLANNER_ROADS", Self.defaultRoads)
    isRoadsNamed = roads != nil || environment["PLANNER_ROADS"]?.isEmpty == false
  }

  /// What no output of a command may replace: the database with its key and what stands beside it, the gazetteer and the roads.
  var files: [String] {
    ["", "-wal", "-shm", "-lock"].map { databasePath + $0 } + [keyFile.path, gazetteerPath, roadsPath]
  }

  /// The database as it is; a missing file is an error.
  func existingDatabase() throws -> Database {
    try Database(path: databasePath, mode: .existing, keyFile: keyFile)
  }

  /// The database, made with its folder when there is none.
  func database() throws -> Database {
    try Self.makeFolder(of: databasePath)
    return try Database(path: databasePath, mode: .create, keyFile: keyFile)
  }

  /// - Throws: `GazetteerError` when it was not built.
  func gazetteer() throws -> Gazetteer { try Gazetteer(path: gazetteerPath) }

  /// What turns addresses into places: import, planning and the geocode command ask nothing else.
  /// - Throws: `GazetteerError` when the gazetteer was not built; as ``geocoder(over:)``.
  func geocoder() throws -> any GeocodingProvider { try geocoder(over: gazetteer()) }

  /// The gazetteer, and behind it the outside geocoders that the environment names. What fails outside and whom to
  /// name for outside places is told once on standard error.
  /// - Throws: `OutboundError`, `OutsideGeocoderError` when the environment names them wrongly.
  func geocoder(over gazetteer: Gazetteer) throws -> any GeocodingProvider {
    let folder = (gazetteerPath as NSString).deletingLastPathComponent
    let outside = try OutsideConfiguration(
      environment: environment,
      settings: OutsideSettings(memoryFolder: folder.isEmpty ? "." : folder)
    ).geocoders
    guard !outside.isEmpty else { return gazetteer }
    let session = Session.current
    return ProviderChain(embedded: gazetteer, outside: outside) { notice in
      switch notice {
      case .failed(let provider, let error):
        session.errors("warning: \(error.code): \(provider): \(error.message)\nhint: \(error.hint)\n")
      case .taken(_, let attribution): session.errors("Places: \(attribution)\n")
      }
    }
  }

  /// Refuses to build a gazetteer over anything but an earlier gazetteer.
  /// - Throws: ``WorkspaceError/notAGazetteer(_:)``
  func checkGazetteerPlace() throws {
    guard FileIdentity(gazetteerPath) != FileIdentity(databasePath),
      GazetteerBuilder.mayReplace(gazetteerPath)
    else { throw WorkspaceError.notAGazetteer(gazetteerPath) }
  }

  /// The folder of shipped data: PLANNER_DATA, `./data`, or beside the package the executable was built in.
  /// - Throws: ``WorkspaceError/dataMissing``.
  func dataFolder() throws -> String {
    if let named = environment["PLANNER_DATA"], !named.isEmpty {
      guard Self.isDataFolder(named) else { throw WorkspaceError.dataMissing(named) }
      return named
    }
    if Self.isDataFolder("data") { return "data" }
    let executable = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    var folder = executable.deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("data").path
      if Self.isDataFolder(candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    throw WorkspaceError.dataMissing("data")
  }

  private static func isDataFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path + "/gazetteer/places_region17.tsv.gz")
  }

  /// The planner over this workspace's roads, gazetteer and holidays; without a gazetteer zones are not known.
  /// - Throws: `RoadGraphError` for a road graph that cannot be used.
  func tripPlanner(gazetteer: Gazetteer?) throws -> TripPlanner {
    var holidays = HolidayCalendar()
    if let folder = try? dataFolder(),
      let data = FileManager.default.contents(atPath: folder + "/tables/holidays_2026_2027.json"),
      let read = try? HolidayCalendar(json: data)
    {
      holidays = read
    }
    return TripPlanner(roads: try roads(), facts: Self.facts(of: gazetteer), holidays: holidays)
  }

  static func facts(of gazetteer: Gazetteer?) -> PlaceFacts {
    guard let gazetteer else { return .unknown }
    return PlaceFacts(
      timeZone: { gazetteer.timeZone(at: $0) },
      country: { gazetteer.reverse($0)?.place.components.country },
      town: { place, population, reach in
        gazetteer.town(near: place, population: population, within: reach).map {
          Place(label: $0.name, coordinate: $0.coordinate)
        }
      })
  }

  static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw OutputError.unwritable(path: path, detail: "its folder cannot be made")
    }
  }

  /// The whole content of a file a person named, unpacked when it is gzip.
  /// - Throws: ``WorkspaceError/unreadable``; `CompressionError` for a damaged gzip file.
  static func read(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw WorkspaceError.unreadable(path)
    }
    return Gzip.isGzip(data) ? try Gzip.inflate(data) : data
  }

  /// A geometry from a GeoJSON file.
  static func geometry<Geometry>(_ path: String, _ read: (Data) throws -> Geometry) throws -> Geometry {
    try read(Self.read(path))
  }

  /// Replaces a file by a whole new one.
  /// - Throws: `OutputError`.
  func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let file = try OutputFile(path, keeping: files)
    try file.write(bytes)
    try file.commit()
  }
}

/// Why a file of the workspace could not be used.
enum WorkspaceError: CodedError, Equatable {
  case dataMissing(String)
  case unreadable(String)
  case unknownUser(String, known: [String])
  case disabledUser(String, active: [String])
  case unknownPartner(String)
  case unknownSelection(String, known: [String])
  case selectionExists(String)
  case unknownTask(String)
  case badIdentifier(String, what: String)
  case notADemo(String)
  case notAGazetteer(String)
  case notARoadGraph(String)
  case portBusy(host: String, port: Int)
  case badSelection(String, why: String)
  case checkFound(Int)

  var code: String {
    switch self {
    case .dataMissing: "data.missing"
    case .unreadable: "file.unreadable"
    case .unknownUser: "user.notFound"
    case .disabledUser: "user.disabled"
    case .unknownPartner: "partner.notFound"
    case .unknownSelection: "selection.notFound"
    case .selectionExists: "selection.exists"
    case .unknownTask: "task.notFound"
    case .badIdentifier: "identifier.unreadable"
    case .notADemo: "demo.notADemo"
    case .notAGazetteer: "gazetteer.notAGazetteer"
    case .notARoadGraph: "roads.notARoadGraph"
    case .portBusy: "serve.portBusy"
    case .badSelection: "selection.unreadable"
    case .checkFound: "trip.violations"
    }
  }

  var message: String {
    switch self {
    case .dataMissing(let path): "the shipped data is not at \(path)"
    case .unreadable(let path): "\(path) cannot be read"
    case .unknownUser(let login, _): "there is no user \"\(login)\""
    case .disabledUser(let login, _): "the user \"\(login)\" is disabled and gets no new work"
    case .unknownPartner(let id): "there is no partner \(id)"
    case .unknownSelection(let name, _): "there is no saved selection \"\(name)\""
    case .selectionExists(let name): "there is a saved selection \"\(name)\" already"
    case .unknownTask(let id): "there is no task \(id)"
    case .badIdentifier(let text, let what): "\"\(text)\" is no identifier of a \(what)"
    case .notADemo(let path): "\(path) holds a database that the demo did not make"
    case .notAGazetteer(let path): "\(path) is no gazetteer, and building one there would destroy it"
    case .notARoadGraph(let path): "\(path) is no road graph, and making one there would destroy it"
    case .portBusy(let host, let port): "\(host):\(port) is taken by another program"
    case .badSelection(let what, let why): "the selection \(what) cannot be read: \(why)"
    case .checkFound(let count): "the trip breaks \(count) rule\(count == 1 ? "" : "s")"
    }
  }

  var hint: String {
    switch self {
    case .dataMissing: "run in the project's folder, or set PLANNER_DATA to its data folder"
    case .unreadable: "check the name and the permissions"
    case .unknownUser(_, let known):
      known.isEmpty
        ? "`planner user add LOGIN --name NAME --role manager` makes one"
        : "known: " + known.joined(separator: ", ")
    case .disabledUser(_, let active):
      active.isEmpty
        ? "`planner user add LOGIN --name NAME --role manager` makes another"
        : "give it to one of: " + active.joined(separator: ", ")
    case .unknownPartner: "`planner select --json` lists partners with their identifiers"
    case .unknownSelection(_, let known):
      known.isEmpty
        ? "`planner select … --save-as NAME` saves one" : "saved: " + known.joined(separator: ", ")
    case .selectionExists: "choose another name, or add --replace"
    case .unknownTask: "`planner task list` shows the tasks"
    case .badIdentifier: "identifiers have 36 characters, as the lists print them with --json"
    case .notADemo: "name another file with --database; nothing was changed"
    case .notAGazetteer: "name another file with --gazetteer; nothing was changed"
    case .notARoadGraph: "name another file with --roads; nothing was changed"
    case .portBusy: "choose another with --port, or end that program"
    case .badSelection: "write {\"and\":[{\"region\":\"BY-BR\"},{\"status\":[\"active\"]}]}"
    case .checkFound: "`planner trip replan` plans it again"
    }
  }

  var choices: [String] {
    switch self {
    case .unknownUser(_, let known), .unknownSelection(_, let known), .disabledUser(_, let known): known
    default: []
    }
  }
}
