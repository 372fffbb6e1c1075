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
    return RoadRouter(graph: try RoadGraph(path: roadsPath))
  }

  /// The road graph that a question needs.
  /// - Throws: `RoadGraphError`.
  func requiredRoadRouter() throws -> RoadRouter { RoadRouter(graph: try RoadGraph(path: roadsPath)) }

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
    do {
      _ = try RoadGraph(path: roadsPath)
    } catch RoadGraphError.notRoads, RoadGraphError.unreadable {
      throw WorkspaceError.notARoadGraph(roadsPath)
    } catch {
      // One of another version, or a damaged one, is made anew.
    }
  }
}
