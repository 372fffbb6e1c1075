import Geo

/// Why a file of time-window or orienteering instances, or numbers given in place of one, cannot be used.
public enum InstanceFileError: CodedError, Equatable {
  /// The text does not follow its format. `line` counts from 1; 0 where the file as a whole is meant.
  case format(line: Int, reason: String)
  /// Numbers given by the caller do not make a problem.
  case values(reason: String)
  /// The bytes are no text that is read.
  case encoding(String)

  public var code: String {
    switch self {
    case .format: "routing.instance.format"
    case .values: "routing.instance.values"
    case .encoding: "routing.instance.encoding"
    }
  }

  public var message: String {
    switch self {
    case .format(let line, let reason): line > 0 ? "line \(line): \(reason)" : reason
    case .values(let reason), .encoding(let reason): reason
    }
  }

  public var hint: String {
    switch self {
    case .format: "give a file in the published layout of its family, complete and with plain numbers"
    case .values: "give sizes that agree and times of 0 … 2^28"
    case .encoding: "save the file as UTF-8, or as UTF-16 with its byte order mark"
    }
  }
}
