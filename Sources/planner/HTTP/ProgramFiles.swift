import Foundation

/// Where the files lie that the program reads but does not carry: the map library and the open data.
enum ProgramFiles {
  /// `PLANNER_WEB_ASSETS`, else `web-assets` here or in a folder above the program.
  static func webFiles(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
    find("web-assets", holding: "maplibre-gl.js", variable: environment["PLANNER_WEB_ASSETS"])
  }

  /// `PLANNER_DATA/basemap`, else `data/basemap` here or in a folder above the program.
  static func basemap(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
    find(
      "data/basemap", holding: "countries.json.gz",
      variable: environment["PLANNER_DATA"].map { "\($0)/basemap" })
  }

  /// `PLANNER_DATA/osm`, else `data/osm` here or in a folder above the program.
  static func extracts(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL? {
    find(
      "data/osm", holding: "neubrandenburg.osm.pbf", variable: environment["PLANNER_DATA"].map { "\($0)/osm" }
    )
  }

  private static func find(_ folder: String, holding file: String, variable: String?) -> URL? {
    var places: [URL] = []
    if let variable { places.append(URL(fileURLWithPath: variable)) }
    places.append(
      URL(fileURLWithPath: FileManager.default.currentDirectoryPath).appendingPathComponent(folder))
    var above = URL(fileURLWithPath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
    for _ in 0..<6 {
      above.deleteLastPathComponent()
      places.append(above.appendingPathComponent(folder))
    }
    return places.first { FileManager.default.fileExists(atPath: $0.appendingPathComponent(file).path) }
  }
}
