import Geo

/// Why a table file cannot be read. Rows and columns count from 1.
public enum TableError: CodedError, Hashable {
  case missing(path: String)
  case unreadable(path: String, detail: String)
  case empty(path: String)
  case notATable(path: String)
  case legacySpreadsheet(path: String)
  case encrypted(path: String)
  case corrupt(path: String, detail: String)
  case noSheet(name: String?, sheets: [String])
  /// The bytes are no text in the encoding the file seems to have.
  case wrongEncoding(path: String, row: Int, column: Int, detail: String)
  case unclosedQuote(row: Int, column: Int)
  case cellTooLarge(row: Int, column: Int, limit: Int)
  case rowTooLarge(row: Int, limit: Int)
  case tooManyColumns(row: Int, limit: Int)
  /// A part unpacks to far more than its packed size allows for.
  case unpacksTooLarge(part: String, limit: Int)
  /// The temporary folder takes no file, or no more of it.
  case temporaryFile(folder: String, detail: String)

  public var code: String {
    switch self {
    case .missing: "table.file.missing"
    case .unreadable: "table.file.unreadable"
    case .empty: "table.file.empty"
    case .notATable: "table.file.notATable"
    case .legacySpreadsheet: "table.xls.legacy"
    case .encrypted: "table.xlsx.encrypted"
    case .corrupt: "table.xlsx.corrupt"
    case .noSheet: "table.xlsx.noSheet"
    case .wrongEncoding: "table.encoding.wrong"
    case .unclosedQuote: "table.csv.unclosedQuote"
    case .cellTooLarge: "table.cell.tooLarge"
    case .rowTooLarge: "table.row.tooLarge"
    case .tooManyColumns: "table.row.tooManyColumns"
    case .unpacksTooLarge: "table.xlsx.unpacksTooLarge"
    case .temporaryFile: "table.temporaryFile"
    }
  }

  public var message: String {
    switch self {
    case .missing(let path): "there is no file \(path)"
    case .unreadable(let path, let detail): "\(path) cannot be read: \(detail)"
    case .empty(let path): "\(path) is empty"
    case .notATable(let path): "\(path) is neither CSV nor XLSX"
    case .legacySpreadsheet(let path): "\(path) is a spreadsheet in the format of Excel 97–2003"
    case .encrypted(let path): "\(path) is protected by a password"
    case .corrupt(let path, let detail): "\(path) is damaged: \(detail)"
    case .noSheet(let name, let sheets):
      name.map { "there is no sheet \"\($0)\" among \(sheets.joined(separator: ", "))" }
        ?? "the workbook has no sheet"
    case .wrongEncoding(let path, let row, let column, let detail):
      "\(path), row \(row), column \(column): \(detail)"
    case .unclosedQuote(let row, let column):
      "row \(row), column \(column): a quote is opened and never closed"
    case .cellTooLarge(let row, let column, let limit):
      "row \(row), column \(column): the cell is longer than \(limit) bytes"
    case .rowTooLarge(let row, let limit): "row \(row) is longer than \(limit) bytes"
    case .tooManyColumns(let row, let limit): "row \(row) has more than \(limit) columns"
    case .unpacksTooLarge(let part, let limit): "\(part) unpacks to more than \(limit) bytes"
    case .temporaryFile(let folder, let detail): "a temporary file in \(folder) failed: \(detail)"
    }
  }

  public var hint: String {
    switch self {
    case .missing: "check the path"
    case .unreadable: "check the permissions of the file"
    case .empty: "export the list again"
    case .notATable: "save the list as CSV or XLSX"
    case .legacySpreadsheet: "open it in a spreadsheet program and save it as .xlsx or .csv"
    case .encrypted: "save it without a password"
    case .corrupt: "open it in a spreadsheet program and save it again"
    case .noSheet: "name one of the workbook's sheets under \"sheet\" in the mapping"
    case .wrongEncoding: "save the file as UTF-8, or name its encoding under \"encoding\" in the mapping"
    case .unclosedQuote: "close the quote, or double a quote that belongs to the text"
    case .cellTooLarge, .rowTooLarge: "a quote may be missing there; shorten the cell otherwise"
    case .tooManyColumns:
      "a wrong delimiter may have been guessed: name it under \"delimiter\" in the mapping"
    case .unpacksTooLarge: "the file looks made to fill memory; export the list again"
    case .temporaryFile: "make room there, or name another folder in TMPDIR"
    }
  }

  public var choices: [String] {
    if case .noSheet(_, let sheets) = self { return sheets }
    return []
  }
}
