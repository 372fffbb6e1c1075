import Foundation
import Geo
import Outbound
import Routing

extension Workspace {
  static let defaultRoads = "var/roads/car.roads"

  /// Where the extracts stand that the road graph was made of.
  var roadSourcesFolder: String {
    URL(fileURLWithPath: roadsPath).deletingLastPathComponent().relativePath + "/sources"
  }

  /// Said in place of a file to plan without roads.
  static let noRoads = "none"

  /// The road graph; nil when none was made and nobody named one, or `none` was.
  /// - Throws: `RoadGraphError`.
  func roadRouter() throws -> RoadRouter? {
    if roadsPath == Self.noRoads { return nil }
    if !isRoadsNamed, !FileManager.default.fileExists(atPath: roadsPath) { return nil }
    return RoadRouter(graph: try soundRoadGraph())
  }

  /// The road graph that a question needs.
  /// - Throws: `RoadGraphError`.
  func requiredRoadRouter() throws -> RoadRouter {
    guard roadsPath != Self.noRoads else { throw RoadImportError.noneAskedFor }
    return RoadRouter(graph: try soundRoadGraph())
  }

  /// Larger graphs are checked once and remembered: reading a country's takes a second.
  private static let checkedEachTime = 16 << 20

  /// The road graph, known to be as it was written. A mark beside a large one says that this very file was checked.
  /// - Throws: `RoadGraphError`.
  func soundRoadGraph() throws -> RoadGraph {
    let graph = try RoadGraph(path: roadsPath)
    let mark = roadsPath + ".checked"
    let identity = Self.fileMark(roadsPath) + " " + graph.version
    if graph.byteCount > Self.checkedEachTime,
      (try? String(contentsOfFile: mark, encoding: .utf8)) == identity
    {
      return graph
    }
    guard graph.isIntact() else {
      throw RoadGraphError.damaged(path: roadsPath, reason: "its checksum is wrong")
    }
    if graph.byteCount > Self.checkedEachTime {
      // Where nothing can be written it is checked again next time.
      try? identity.write(toFile: mark, atomically: true, encoding: .utf8)
    }
    return graph
  }

  /// Changes whenever the file is written or replaced.
  private static func fileMark(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    let changed = status.st_ctim
    return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(changed.tv_sec) \(changed.tv_nsec)"
  }

  /// What drives are planned with: the server that speaks OSRM's language, where the environment names one, else the
  /// road graph; nil where they are estimated.
  /// - Throws: `RoadGraphError`; `OutboundError`, `OSRMConfigurationError` when the environment names the server wrongly.
  func roads() throws -> (any RoadRouting)? {
    if roadsPath == Self.noRoads { return nil }
    return try OSRMClient.configured(from: environment) ?? roadRouter()
  }

  /// Refuses to write a road graph over anything but an earlier one.
  /// - Throws: ``WorkspaceError/notARoadGraph(_:)``
  func checkRoadsPlace() throws {
    guard FileManager.default.fileExists(atPath: roadsPath) else { return }
    // An empty file is nothing that could be lost.
    let size = try? FileManager.default.attributesOfItem(atPath: roadsPath)[.size] as? Int
    if size == 0 { return }
    do {
      _ = try RoadGraph(path: roadsPath)
    } catch RoadGraphError.notRoads, RoadGraphError.unreadable {
      throw WorkspaceError.notARoadGraph(roadsPath)
    } catch {
      // One of another version, or a damaged one, is made anew.
    }
  }
}
