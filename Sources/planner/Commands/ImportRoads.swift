import ArgumentParser
import Exchange
import Foundation
import Geo
import Routing
import Store

struct ImportRoads: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roads", abstract: "Makes the road graph that trips are planned on, of map extracts.",
    discussion: """
      The extracts become one network with those imported before (a file of the same name takes the place of the \
      earlier one). They are kept beside the graph, so that it can be made again: without files that is done.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "OpenStreetMap extracts: .osm.pbf, .osm, .osm.gz or .osm.bz2.") var files: [String] = []
  @Flag(help: "Only the files given: extracts imported before are forgotten.") var only = false
  @Flag(help: "Makes the graph anew even when it was made of the same extracts with the same profile.")
  var force = false
  @Option(help: "How roads are used: car, foot, or a profile of your own as FILE.json.") var profile = "car"

  struct Report: Encodable {
    var path: String
    var profile: String
    var sources: [RoadGraphMeta.Source]
    var ways: Int
    var segments: Int
    var vertices: Int
    var turns: Int
    var shortcuts: Int
    var restrictions: Int
    var conditionalRestrictions: Int
    var brokenRestrictions: Int
    var parts: Int
    var largestPart: Int
    var kilometres: Double
    var bounds: BoundingBox
    var bytes: Int
    /// The graph stood there already.
    var reused: Bool
    var seconds: Double

    init(_ graph: RoadGraph, reused: Bool, since started: ContinuousClock.Instant) {
      let meta = graph.meta
      path = graph.path
      profile = meta.profile
      sources = meta.sources
      ways = meta.ways
      segments = meta.segments
      vertices = meta.vertices
      turns = meta.turns
      shortcuts = meta.shortcuts
      restrictions = meta.restrictions
      conditionalRestrictions = meta.conditionalRestrictions
      brokenRestrictions = meta.brokenRestrictions
      parts = meta.parts
      largestPart = meta.largestPart
      kilometres = (meta.metres / 100).rounded() / 10
      bounds = meta.bounds
      bytes = graph.byteCount
      self.reused = reused
      let time = started.duration(to: .now).components
      seconds = Double(time.seconds) + Double(time.attoseconds / 1_000_000_000_000_000) / 1000
    }
  }

  func run() async throws {
    let profile = try roadProfile()
    var workspace = Workspace(global)
    guard workspace.roadsPath != Workspace.noRoads else { throw RoadImportError.noPlace }
    if !workspace.isRoadsNamed, profile.name != RoadProfile.car.name {
      // Trips are planned on the car's roads: another profile's graph has a place of its own.
      workspace = Workspace(
        database: global.database, gazetteer: global.gazetteer, roads: try Self.place(ofProfile: profile.name)
      )
    }
    let report = try Self.build(files, only: only, force: force, profile: profile, workspace: workspace)
    if global.json { return try JSONOutput.print(report) }
    Session.print(Self.text(report))
  }

  /// Where the graph of a profile other than the car's stands.
  static func place(ofProfile name: String) throws -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
      default: false
      }
    }
    guard isPlain, (1...40).contains(name.utf8.count) else { throw RoadImportError.noPlace }
    return "var/roads/\(name).roads"
  }

  private func roadProfile() throws -> RoadProfile {
    switch profile {
    case "car": .car
    case "foot": .foot
    default:
      if !profile.contains("/"), !profile.contains("."), !FileManager.default.fileExists(atPath: profile) {
        throw RoadImportError.unknownProfile(profile)
      } else {
        try RoadProfile(json: try Workspace.read(profile))
      }
    }
  }

  static func text(_ report: Report) -> String {
    let restrictions =
      "\(report.restrictions) turn restrictions"
      + (report.conditionalRestrictions > 0
        ? ", \(report.conditionalRestrictions) with conditions passed over" : "")
      + (report.brokenRestrictions > 0 ? ", \(report.brokenRestrictions) that name no turn" : "")
    return """
      \(report.path): \(GeoText.decimals(report.kilometres, 0)) km of roads for \(report.profile) in \
      \(report.segments) segments, \(restrictions)
      \(report.sources.map(\.name).joined(separator: ", ")): \(report.parts) connected part\
      \(report.parts == 1 ? "" : "s"), the largest has \(report.largestPart) segments
      \(GeoText.decimals(Double(report.bytes) / 1_048_576, 1)) MiB \
      \(report.reused ? "as made before" : "in \(GeoText.decimals(report.seconds, 1)) s")
      """
  }

  /// Makes the graph and keeps its sources. One that was made of the same extracts with the same profile stays.
  static func build(
    _ files: [String], only: Bool = false, force: Bool = false, profile: RoadProfile, workspace: Workspace
  ) throws -> Report {
    let started = ContinuousClock.now
    try workspace.checkRoadsPlace()
    let folder = workspace.roadSourcesFolder
    let earlier = try? RoadGraph(path: workspace.roadsPath)
    if !force, let earlier, earlier.meta.profile != profile.name {
      throw RoadImportError.otherProfile(
        path: workspace.roadsPath, is: earlier.meta.profile, wanted: profile.name)
    }
    // The same file twice is that file.
    let files = files.enumerated().filter { files.firstIndex(of: $1) == $0 }.map(\.element)
    let given = Set(files.map { URL(fileURLWithPath: $0).lastPathComponent })
    guard given.count == files.count else {
      throw RoadImportError.sameName(
        files.filter { file in
          files.contains {
            $0 != file
              && URL(fileURLWithPath: $0).lastPathComponent == URL(fileURLWithPath: file).lastPathComponent
          }
        })
    }
    let kept =
      only
      ? []
      : ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        .filter { isExtract($0, knownTo: earlier) && !given.contains($0) }
    let paths = kept.map { folder + "/" + $0 } + files
    guard !paths.isEmpty else {
      throw only ? RoadImportError.onlyNothing : RoadImportError.nothing(folder)
    }
    if !force, let graph = standing(made: paths, profile, workspace),
      files.allSatisfy({ isKept($0, in: folder) })
    {
      if only { forget(allBut: given, in: folder) }
      return Report(graph, reused: true, since: started)
    }
    try Workspace.makeFolder(of: workspace.roadsPath)
    ProcessFiles.removeLeftovers(workspace.roadsPath + ".", ".new")
    let lines = Progress.lines()
    try RoadGraphBuilder.build(from: paths, profile: profile, output: workspace.roadsPath) {
      lines("roads: \($0.rawValue)")
    }
    try keep(files, in: folder)
    if only { forget(allBut: given, in: folder) }
    return Report(try RoadGraph(path: workspace.roadsPath), reused: false, since: started)
  }

  /// Whether a file of the folder of sources is one: an extract by its name, or one the graph was made of.
  private static func isExtract(_ name: String, knownTo graph: RoadGraph?) -> Bool {
    if name.hasPrefix(".") { return false }
    let lower = name.lowercased()
    return [".pbf", ".osm", ".gz", ".bz2"].contains { lower.hasSuffix($0) }
      || graph?.meta.sources.contains { $0.name == name } == true
  }

  /// The whole graph that stands there, when it says to be made of extracts of these names and sizes; nil otherwise.
  private static func standing(made paths: [String], _ profile: RoadProfile, _ workspace: Workspace)
    -> RoadGraph?
  {
    guard let graph = try? RoadGraph(path: workspace.roadsPath),
      graph.meta.profileFingerprint == profile.fingerprint
    else { return nil }
    let wanted = paths.map { path in
      RoadGraphMeta.Source(
        name: URL(fileURLWithPath: path).lastPathComponent,
        bytes: (try? FileManager.default.attributesOfItem(atPath: resolved(path))[.size] as? Int) ?? 0,
        timestamp: nil)
    }
    let made = graph.meta.sources.map { RoadGraphMeta.Source(name: $0.name, bytes: $0.bytes, timestamp: nil) }
    return Set(wanted) == Set(made) && graph.isIntact() ? graph : nil
  }

  /// Whether the folder holds the same extract, byte for byte: a newer one may be as long.
  private static func isKept(_ file: String, in folder: String) -> Bool {
    FileManager.default.contentsEqual(
      atPath: resolved(file), andPath: folder + "/" + URL(fileURLWithPath: file).lastPathComponent)
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private static func forget(allBut names: Set<String>, in folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where !names.contains(name) {
      unlink(folder + "/" + name)
    }
  }

  /// Copies the extracts into the folder.
  private static func keep(_ files: [String], in folder: String) throws {
    try Workspace.makeFolder(of: folder + "/file")
    ProcessFiles.removeLeftovers(folder + "/.", ".new")
    for file in files {
      let target = folder + "/" + URL(fileURLWithPath: file).lastPathComponent
      if FileIdentity(file) == FileIdentity(target) { continue }
      let new = ProcessFiles.path(folder + "/.", ".new")
      do {
        try FileManager.default.copyItem(atPath: resolved(file), toPath: new)
      } catch {
        throw OutputError.unwritable(path: target, detail: "the extract cannot be copied there")
      }
      guard rename(new, target) == 0 else {
        throw OutputError.unwritable(path: target, detail: String(cString: strerror(errno)))
      }
    }
  }
}

/// Why extracts were not taken.
enum RoadImportError: CodedError, Equatable {
  case nothing(String)
  case sameName([String])
  case noPlace
  case onlyNothing
  case otherProfile(path: String, is: String, wanted: String)
  case unknownProfile(String)
  case noneAskedFor

  var code: String {
    switch self {
    case .nothing: "roads.import.nothing"
    case .sameName: "roads.import.sameName"
    case .noPlace: "roads.import.noPlace"
    case .onlyNothing: "roads.import.onlyNothing"
    case .otherProfile: "roads.import.otherProfile"
    case .unknownProfile: "roads.profile.unknown"
    case .noneAskedFor: "roads.none"
    }
  }
  var message: String {
    switch self {
    case .nothing(let folder): "no extract is given, and none was imported before (\(folder))"
    case .sameName(let files): "two of the extracts have one name: \(files.joined(separator: ", "))"
    case .noPlace: "it is not said where the road graph goes"
    case .onlyNothing: "--only without an extract would leave no roads at all"
    case .otherProfile(let path, let profile, let wanted):
      "\(path) is a graph for the profile \(profile), not for \(wanted)"
    case .unknownProfile(let name): "there is no profile \"\(name)\""
    case .noneAskedFor: "driving times need a road graph, and --roads none asks for none"
    }
  }
  var hint: String {
    switch self {
    case .nothing: "`planner import roads FILE.osm.pbf`"
    case .sameName: "rename one: extracts are kept by their names"
    case .noPlace: "name the file with --roads"
    case .onlyNothing: "name the extracts that are to be kept: `planner import roads --only FILE.osm.pbf`"
    case .otherProfile(_, let profile, _):
      "add --profile \(profile), name another file with --roads, or replace it with --force"
    case .unknownProfile: "car, foot, or a file of your own such as ./van.json"
    case .noneAskedFor: "leave --roads out, or name a graph made by `planner import roads`"
    }
  }
}
