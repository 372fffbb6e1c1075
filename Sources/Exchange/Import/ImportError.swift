import Geo

/// Why a whole import was refused; nothing was changed then.
public enum ImportError: CodedError, Hashable {
  case mappingMissing(path: String)
  case mappingUnreadable(detail: String)
  case mappingUnknownKeys([String])
  case mappingBadValue(key: String, detail: String)
  /// The mapping names columns that the file has not.
  case columnsMissing([String], headings: [String])
  /// No column holds the partners' names.
  case nameColumnMissing(headings: [String])
  /// Two columns claim the same single-valued field by mapping.
  case headerMissing
  case reportUnwritable(path: String, detail: String)
  case badRun(String)

  public var code: String {
    switch self {
    case .mappingMissing: "partner.import.mappingMissing"
    case .mappingUnreadable: "partner.import.mappingUnreadable"
    case .mappingUnknownKeys: "partner.import.mappingUnknownKey"
    case .mappingBadValue: "partner.import.mappingBadValue"
    case .columnsMissing: "partner.import.columnMissing"
    case .nameColumnMissing: "partner.import.nameColumnMissing"
    case .headerMissing: "partner.import.headerMissing"
    case .reportUnwritable: "partner.import.reportUnwritable"
    case .badRun: "partner.import.badRun"
    }
  }

  public var message: String {
    func quoted(_ list: [String]) -> String { list.map { "\"\($0)\"" }.joined(separator: ", ") }
    switch self {
    case .mappingMissing(let path): return "there is no mapping file \(path)"
    case .mappingUnreadable(let detail): return "the mapping is no YAML: \(detail)"
    case .mappingUnknownKeys(let keys): return "the mapping has unknown keys: \(quoted(keys))"
    case .mappingBadValue(let key, let detail): return "\"\(key)\" in the mapping: \(detail)"
    case .columnsMissing(let columns, let headings):
      return "the mapping names columns the file has not: \(quoted(columns)); it has \(quoted(headings))"
    case .nameColumnMissing(let headings):
      return "no column holds the partners' names; the headings are \(quoted(headings))"
    case .headerMissing: return "the file has no row of headings"
    case .reportUnwritable(let path, let detail): return "the report \(path) cannot be written: \(detail)"
    case .badRun(let text): return "\"\(text)\" is no import run"
    }
  }

  public var hint: String {
    switch self {
    case .mappingMissing: "check the path"
    case .mappingUnreadable: "docs/import.md has an example to start from"
    case .mappingUnknownKeys:
      "fields are \(ImportField.allCases.map(\.rawValue).joined(separator: ", ")); other keys stand in docs/import.md"
    case .mappingBadValue: "docs/import.md lists what is allowed"
    case .columnsMissing: "write the headings exactly as the file has them"
    case .nameColumnMissing: "name the column in a mapping file: columns: {name: \"…\"}"
    case .headerMissing: "put the columns' headings into the first row"
    case .reportUnwritable: "choose another path for the report"
    case .badRun: "use the run's id as the import printed it"
    }
  }

  public var choices: [String] {
    if case .columnsMissing(_, let headings) = self { return headings }
    return []
  }
}
