/// Why a gazetteer could not be built or opened.
public enum GazetteerError: CodedError, Equatable {
  /// No gazetteer stands at the path.
  case missing(path: String)
  /// The file is no gazetteer, or a damaged one.
  case unreadable(path: String, reason: String)
  /// The file was made by another version of the program.
  case wrongVersion(path: String, found: Int, wanted: Int)
  /// A source file is missing or cannot be read.
  case sourceUnreadable(path: String, reason: String)
  /// A source file does not have the columns it should have.
  case sourceMalformed(path: String, line: Int, reason: String)
  /// The new file could not be written.
  case cannotWrite(path: String, reason: String)

  public var code: String {
    switch self {
    case .missing: "geo.gazetteer.missing"
    case .unreadable: "geo.gazetteer.unreadable"
    case .wrongVersion: "geo.gazetteer.wrongVersion"
    case .sourceUnreadable: "geo.gazetteer.sourceUnreadable"
    case .sourceMalformed: "geo.gazetteer.sourceMalformed"
    case .cannotWrite: "geo.gazetteer.cannotWrite"
    }
  }

  public var message: String {
    switch self {
    case .missing(let path): "there is no gazetteer at \(path)"
    case .unreadable(let path, let reason): "\(path) is no readable gazetteer: \(reason)"
    case .wrongVersion(let path, let found, let wanted):
      "\(path) has version \(found), this program needs \(wanted)"
    case .sourceUnreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .sourceMalformed(let path, let line, let reason): "\(path), line \(line): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    }
  }

  public var hint: String {
    switch self {
    case .missing, .unreadable, .wrongVersion: "build it with `planner import gazetteer`"
    case .sourceUnreadable: "check the path and the rights of the file"
    case .sourceMalformed: "data/README.md lists the columns of each file"
    case .cannotWrite: "check free space and the rights of the folder"
    }
  }
}
