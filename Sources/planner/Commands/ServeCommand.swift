import ArgumentParser
import Foundation
import Geo
import Routing
import Store

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the web pages until it is interrupted.",
    discussion: "With a road graph it answers as an OSRM server does too: /route/v1/driving/… and others.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var address: ServeOptions

  func run() async throws {
    let workspace = Workspace(global)
    try await address.serve(
      try workspace.existingDatabase(), roads: try workspace.roads(), gazetteer: try? workspace.gazetteer())
  }
}

struct ServeOptions: ParsableArguments {
  @Option(help: "Address to listen on.") var host = "127.0.0.1"
  @Option(help: "Port to listen on.") var port = 8080

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 … 65535") }
  }

  /// - Parameter roads: what the addresses of OSRM's API are answered from.
  func serve(_ database: Database, roads: (any RoadRouting)?, gazetteer: Gazetteer?) async throws {
    let host = host
    let session = Session.current
    try await PlannerServer.run(
      library: .live(database),
      options: PlannerServer.Options(
        host: host, port: port, roads: roads, surfaces: MapSurfaces(database: database, gazetteer: gazetteer))
    ) { port in
      session.output(Array("Serving http://\(host):\(port)/ (Ctrl-C ends)\n".utf8))
    }
  }
}
