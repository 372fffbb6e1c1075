/// Why an OpenStreetMap extract could not be read.
public enum OSMError: CodedError, Equatable {
  case unreadable(path: String, reason: String)
  /// Neither PBF nor OSM XML.
  case unknownFormat(path: String)
  /// Damaged near a byte of the file (of the unpacked text for XML).
  case corrupt(path: String, offset: Int, reason: String)
  /// Ends within a block.
  case truncated(path: String, offset: Int)
  /// Needs a feature this reader does not have.
  case unsupported(path: String, feature: String)

  public var code: String {
    switch self {
    case .unreadable: "geo.osm.unreadable"
    case .unknownFormat: "geo.osm.unknownFormat"
    case .corrupt: "geo.osm.corrupt"
    case .truncated: "geo.osm.truncated"
    case .unsupported: "geo.osm.unsupported"
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unknownFormat(let path): "\(path) is neither OpenStreetMap PBF nor OpenStreetMap XML"
    case .corrupt(let path, let offset, let reason): "\(path) is damaged near byte \(offset): \(reason)"
    case .truncated(let path, let offset): "\(path) ends too early, at byte \(offset)"
    case .unsupported(let path, let feature): "\(path) needs the feature \(feature), which is not known here"
    }
  }

  public var hint: String {
    switch self {
    case .unreadable: "check the path and the rights of the file"
    case .unknownFormat: "give an .osm.pbf, .osm or .osm.gz file"
    case .corrupt, .truncated: "fetch the file again and compare its checksum"
    case .unsupported: "convert the file, for example with `osmium cat`"
    }
  }
}
