import Geo

/// Why no road graph could be made.
public enum RoadBuildError: CodedError, Equatable {
  case noRoads(paths: [String], profile: String)
  case notWritten(path: String, reason: String)
  case tooLarge(what: String)

  public var code: String {
    switch self {
    case .noRoads: "routing.roads.noRoads"
    case .notWritten: "routing.roads.notWritten"
    case .tooLarge: "routing.roads.tooLarge"
    }
  }
  public var message: String {
    switch self {
    case .noRoads(let paths, let profile):
      "\(paths.joined(separator: ", ")): no road that the \(profile) profile can use"
    case .notWritten(let path, let reason): "the road graph \(path) cannot be written: \(reason)"
    case .tooLarge(let what): "the network is too large: \(what)"
    }
  }
  public var hint: String {
    switch self {
    case .noRoads: "give an OpenStreetMap extract with ways tagged highway=*"
    case .notWritten: "check the folder, its permissions and the room on the disk"
    case .tooLarge: "use a smaller extract"
    }
  }
}
