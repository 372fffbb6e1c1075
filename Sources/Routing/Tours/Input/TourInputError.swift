import Geo

/// Why a file is no problem of tours. Lines count from 1.
public enum TourInputError: CodedError, Equatable {
  case missing(String)
  case repeated(line: Int, keyword: String)
  case unknownKeyword(line: Int, keyword: String)
  case unsupported(line: Int, keyword: String, value: String)
  case dimension(line: Int, value: String)
  case number(line: Int, text: String)
  case weight(line: Int, text: String)
  case nodeLine(line: Int)
  case duplicateNode(line: Int, node: Int)
  case dataOutsideSection(line: Int)
  case entryCount(section: String, expected: Int, found: Int, line: Int)
  case costs(TourError)

  public var code: String {
    switch self {
    case .missing: "routing.tourInput.missing"
    case .repeated: "routing.tourInput.repeated"
    case .unknownKeyword: "routing.tourInput.unknownKeyword"
    case .unsupported: "routing.tourInput.unsupported"
    case .dimension: "routing.tourInput.dimension"
    case .number: "routing.tourInput.number"
    case .weight: "routing.tourInput.weight"
    case .nodeLine: "routing.tourInput.nodeLine"
    case .duplicateNode: "routing.tourInput.duplicateNode"
    case .dataOutsideSection: "routing.tourInput.dataOutsideSection"
    case .entryCount: "routing.tourInput.entryCount"
    case .costs(let error): error.code
    }
  }

  public var message: String {
    switch self {
    case .missing(let what): "the file has no \(what)"
    case .repeated(let line, let keyword): "line \(line): \(keyword) stands a second time"
    case .unknownKeyword(let line, let keyword): "line \(line): \"\(keyword)\" is no keyword of TSPLIB"
    case .unsupported(let line, let keyword, let value): "line \(line): \(keyword) \(value) is not read"
    case .dimension(let line, let value):
      "line \(line): DIMENSION \"\(value)\" is no number of 1 … \(TourInput.largestDimension)"
    case .number(let line, let text): "line \(line): \"\(text)\" is no finite number in range"
    case .weight(let line, let text): "line \(line): \"\(text)\" is no whole number of 0 … 2^30"
    case .nodeLine(let line): "line \(line): a node is its number and two coordinates"
    case .duplicateNode(let line, let node): "line \(line): node \(node) stands a second time"
    case .dataOutsideSection(let line): "line \(line): numbers before any section"
    case .entryCount(let section, let expected, let found, let line):
      "line \(line): \(section) needs \(expected) entries by DIMENSION, found \(found)"
    case .costs(let error): error.message
    }
  }

  public var hint: String {
    switch self {
    case .missing, .repeated, .unknownKeyword, .dataOutsideSection:
      "give DIMENSION, EDGE_WEIGHT_TYPE and NODE_COORD_SECTION or EDGE_WEIGHT_SECTION, each once"
    case .unsupported:
      "give TYPE TSP or ATSP with EUC_2D, CEIL_2D, GEO, ATT or EXPLICIT weights in a matrix, row or column layout"
    case .dimension, .entryCount: "let DIMENSION be the number of nodes that the file lists"
    case .number: "write coordinates as decimal numbers of at most 3e8"
    case .weight: "write weights as whole numbers, -1 where a pair cannot be driven"
    case .nodeLine, .duplicateNode: "give each node once, one a line"
    case .costs(let error): error.hint
    }
  }
}
