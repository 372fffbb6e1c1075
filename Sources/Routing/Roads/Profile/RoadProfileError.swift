import Geo

/// Why profile data cannot be used. `path` names the place in the data: `ways[1].values.track.speed`.
public enum RoadProfileError: CodedError, Equatable {
  case notJSON(String)
  case missing(path: String)
  case unknownKey(path: String, known: [String])
  case value(path: String, wanted: String)

  public var code: String {
    switch self {
    case .notJSON: "roads.profile.notJSON"
    case .missing: "roads.profile.missing"
    case .unknownKey: "roads.profile.unknownKey"
    case .value: "roads.profile.value"
    }
  }

  public var message: String {
    switch self {
    case .notJSON(let detail): "the road profile is not JSON: \(detail)"
    case .missing(let path): "the road profile lacks `\(path)`"
    case .unknownKey(let path, _): "the road profile has `\(path)`, which means nothing"
    case .value(let path, let wanted): "`\(path)` of the road profile must be \(wanted)"
    }
  }

  public var hint: String {
    switch self {
    case .notJSON: "give one JSON object in UTF-8"
    case .missing: "add it; docs/roads-profile.md lists what a profile holds"
    case .unknownKey(_, let known): "known here: " + known.joined(separator: ", ")
    case .value: "correct it; docs/roads-profile.md lists what a profile holds"
    }
  }
}
