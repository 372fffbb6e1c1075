/// Why the regions could not be built.
public enum RegionError: CodedError, Equatable {
  /// A data file has another form than expected.
  case unreadable(file: String, detail: String)
  /// A row of the override table cannot be used.
  case badOverride(row: Int, detail: String)
  /// An override names neither a polygon of the data nor a region of the operator's own.
  case unknownPolygon(String, near: [String])

  public var code: String {
    switch self {
    case .unreadable: "geo.regions.unreadable"
    case .badOverride: "geo.regions.badOverride"
    case .unknownPolygon: "geo.regions.unknownPolygon"
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let file, let detail): "\(file) cannot be read: \(detail)"
    case .badOverride(let row, let detail): "row \(row) of the region overrides: \(detail)"
    case .unknownPolygon(let name, _):
      "the region overrides name \"\(name)\", which is no polygon and no region of your own"
    }
  }

  public var hint: String {
    switch self {
    case .unreadable: "restore the file from the data folder"
    case .badOverride:
      "write rows of polygon,country,region such as AB/Name,CD,CD-12; country or region may be empty"
    case .unknownPolygon(let name, let near):
      (near.isEmpty
        ? "name a polygon by its country code and its name as drawn, such as AB/Name, or by the code it has now; "
        : "did you mean \(near.joined(separator: ", "))? ")
        + "an override that was kept is taken back by `planner region remove --override \"\(name)\"`"
    }
  }

  public var choices: [String] {
    if case .unknownPolygon(_, let near) = self { return near }
    return []
  }
}
