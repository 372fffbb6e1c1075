import Foundation
import Geo
import Routing

extension Workspace {
  static let defaultRoads = "var/roads/car.roads"

  /// Where the extracts stand that the road graph was made of.
  var roadSourcesFolder: String {
    URL(fileURLWithPath: roadsPath).deletingLastPathComponent().relativePath + "/sources"
  }

  /// The road graph; nil when none was made and nobody named one.
  /// - Throws: `RoadGraphError`.
  func roadRouter() throws -> RoadRouter? {
    if !isRoadsNamed, !FileManager.default.fileExists(atPath: roadsPath) { return nil }
    return RoadRouter(graph: try RoadGraph(path: roadsPath))
  }

  /// The road graph that a question needs.
  /// - Throws: `RoadGraphError`.
  func requiredRoadRouter() throws -> RoadRouter { RoadRouter(graph: try RoadGraph(path: roadsPath)) }

  /// What drives are planned with; nil where they are estimated.
  /// - Throws: `RoadGraphError`.
  func roads() throws -> (any RoadRouting)? { try roadRouter() }

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
