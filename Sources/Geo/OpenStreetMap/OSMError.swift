/// Why an OpenStreetMap extract could not be read.
public enum OSMError: CodedError, Equatable {
  case unreadable(path: String, reason: String)
  /// Neither PBF nor OSM XML.
  case unknownFormat(path: String)
  /// Damaged near a byte of the file, as it lies on disk.
  case corrupt(path: String, offset: Int, reason: String)
  /// Ends within a block.
  case truncated(path: String, offset: Int)
  /// The packing around the file's text is damaged or cut off; offsets count packed bytes.
  case packing(path: String, CompressionError)
  /// Needs a feature this reader does not have.
  case unsupported(path: String, feature: String)

  public var code: String {
    switch self {
    case .unreadable: "geo.osm.unreadable"
    case .unknownFormat: "geo.osm.unknownFormat"
    case .corrupt: "geo.osm.corrupt"
    case .truncated: "geo.osm.truncated"
    case .packing(_, .truncated): "geo.osm.truncated"
    case .packing: "geo.osm.corrupt"
    case .unsupported: "geo.osm.unsupported"
    }
  }

  public var message: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unknownFormat(let path): "\(path) is neither OpenStreetMap PBF nor OpenStreetMap XML"
    case .corrupt(let path, let offset, let reason): "\(path) is damaged near byte \(offset): \(reason)"
    case .truncated(let path, let offset): "\(path) ends too early, at byte \(offset)"
    case .packing(let path, .truncated(let offset)): "\(path) ends too early, at packed byte \(offset)"
    case .packing(let path, .corrupt(let offset)):
      "\(path) cannot be unpacked: damaged near packed byte \(offset)"
    case .packing(let path, let error): "\(path) cannot be unpacked: \(error.message)"
    case .unsupported(let path, let feature): "\(path) needs the feature \(feature), which is not known here"
    }
  }

  public var hint: String {
    switch self {
    case .unreadable: "check the path and the rights of the file"
    case .unknownFormat: "give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file"
    case .corrupt, .truncated, .packing: "fetch the file again and compare its checksum"
    case .unsupported: "convert the file, for example with `osmium cat`"
    }
  }
}
