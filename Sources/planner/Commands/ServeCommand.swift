import ArgumentParser
import CRM
import Foundation
import Geo
import Logging
import Routing
import Store

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the web pages and the API until it is interrupted.",
    discussion: """
      People sign in (`planner user add`, `planner user password`), programs send a token (`planner token create`). \
      With a road graph it answers as an OSRM server does too: /route/v1/driving/… and others.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var address: ServeOptions

  func run() async throws {
    ProcessLimits.settleHeaps()
    let workspace = Workspace(global)
    try await address.serve(try workspace.existingDatabase(), workspace: workspace)
  }
}

struct ServeOptions: ParsableArguments {
  @Option(help: "Address to listen on.") var host = "127.0.0.1"
  @Option(help: "Port to listen on.") var port = 8080
  @Option(
    name: .customLong("as"),
    help: "Nobody signs in: everybody on this computer is this user. Only for --host 127.0.0.1.")
  var resident: String?
  @Option(help: "Settings in YAML; the environment goes before them. See docs/people.md.") var config: String?

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 … 65535") }
  }

  /// - Parameter fallback: who everybody is when no option says so.
  func serve(_ database: Database, workspace: Workspace, resident fallback: User? = nil) async throws {
    try database.limitWriterCache(kibibytes: 8192)
    let session = Session.current
    let settings = try ServiceSettings(file: config, environment: session.environment)
    var user = fallback
    if let resident {
      user = try database.read { try PlanCommand.user(resident.lowercased(), $0) }
    }
    let gazetteer = try? workspace.gazetteer()
    var services = Services(
      database: database, gazetteer: gazetteer,
      geocoder: try gazetteer.map { try workspace.geocoder(over: $0) },
      planner: try workspace.tripPlanner(gazetteer: gazetteer), roads: try workspace.roads(),
      settings: settings,
      passwords: .shipped(workspace))
    var logger = Logger(label: "planner.background")
    logger.logLevel = settings.logLevel
    services.background = try .live(
      workspace, database, publicURL: settings.publicURL, logger: logger)
    let host = host
    try await PlannerServer.run(
      services: services,
      options: PlannerServer.Options(host: host, port: port, resident: user)
    ) { port in
      session.output(Array("Serving http://\(host):\(port)/ (Ctrl-C ends)\n".utf8))
    }
  }
}
