import Geo

/// Why a backup could not be made, used or put back. Equality is that of the codes.
public enum BackupError: CodedError {
  /// A file stands there that is no backup of planner; it is never overwritten.
  case occupied(path: String)
  case missing(path: String)
  case notABackup(path: String, detail: String)
  /// A backup with faults in it.
  case unsound(path: String, findings: [String])
  /// Something planner does not make stands in the schema of the backup.
  case foreignSchema(path: String, objects: [String])
  /// The database to be replaced is open in another process.
  case inUse(path: String)
  case unwritable(path: String, detail: String)

  public var code: String {
    switch self {
    case .occupied: "backup.occupied"
    case .missing: "backup.missing"
    case .notABackup: "backup.notABackup"
    case .unsound: "backup.unsound"
    case .foreignSchema: "backup.foreignSchema"
    case .inUse: "backup.inUse"
    case .unwritable: "backup.unwritable"
    }
  }

  public var message: String {
    switch self {
    case .occupied(let path): "\(path) is there already and is no backup of planner"
    case .missing(let path): "there is no backup at \(path)"
    case .notABackup(let path, let detail): "\(path) is no backup of planner: \(detail)"
    case .unsound(let path, let findings): "\(path) is not sound: " + findings.joined(separator: "; ")
    case .foreignSchema(let path, let objects):
      "the schema in \(path) is not one that planner makes: " + objects.joined(separator: ", ")
    case .inUse(let path): "\(path) is open in another process"
    case .unwritable(let path, let detail): "\(path) cannot be written: \(detail)"
    }
  }

  public var hint: String {
    switch self {
    case .occupied: "choose another name; nothing was written"
    case .missing: "`planner backup list FOLDER` shows those of a folder"
    case .notABackup, .unsound: "use an earlier backup; `planner restore --drill FILE` tries one out"
    case .foreignSchema: "use a backup that nobody else has written to"
    case .inUse: "end the server and all other commands first; nothing was changed"
    case .unwritable: "check the folder, its permissions and its free space"
    }
  }
}

extension BackupError: Equatable {
  public static func == (a: BackupError, b: BackupError) -> Bool { a.code == b.code }
}
