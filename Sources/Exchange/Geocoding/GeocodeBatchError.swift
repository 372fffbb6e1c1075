import Geo

/// Why a file of addresses was not geocoded.
public enum GeocodeBatchError: CodedError, Equatable {
  case empty(String)
  case noColumn(String, columns: [String])
  /// An unfinished output of the same run stands beside the output.
  case unfinished(String)
  /// The unfinished output was made of another file or by other options, which are named.
  case otherRun(String, differs: [String])
  /// A file that no batch made stands where the unfinished output or its note goes.
  case notOurs(String)
  /// Another process writes the same output.
  case running(String)

  public var code: String {
    switch self {
    case .empty: "geocode.batch.empty"
    case .noColumn: "geocode.batch.noColumn"
    case .unfinished: "geocode.batch.unfinished"
    case .otherRun: "geocode.batch.otherRun"
    case .notOurs: "geocode.batch.notOurs"
    case .running: "geocode.batch.running"
    }
  }

  public var message: String {
    switch self {
    case .empty(let file): "\(file) has no heading line"
    case .noColumn(let name, _): "there is no column \"\(name)\""
    case .unfinished(let path): "\(path) holds the rows of an earlier run that did not end"
    case .otherRun(let path, let differs):
      "\(path) holds the rows of an earlier run that differed in: \(differs.joined(separator: ", "))"
    case .notOurs(let path): "\(path) is in the way, and no earlier run made it"
    case .running(let path): "another process writes \(path)"
    }
  }

  public var hint: String {
    switch self {
    case .empty: "the first line names the columns"
    case .noColumn(_, let columns): "columns: " + columns.joined(separator: ", ")
    case .unfinished: "--resume goes on behind them, --restart begins anew"
    case .otherRun: "repeat that run with --resume, or begin anew with --restart"
    case .notOurs: "move it away, or name another output"
    case .running: "wait for its end, or name another output"
    }
  }

  public var choices: [String] {
    if case .noColumn(_, let columns) = self { return columns }
    return []
  }
}
