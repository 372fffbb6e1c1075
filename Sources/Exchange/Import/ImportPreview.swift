import Geo

/// What an import would read of a file: which column it takes for what, and the first rows.
public struct ImportPreview: Sendable, Hashable {
  public struct Column: Sendable, Hashable {
    public var heading: String
    /// The field it is read as; nil when nothing reads it.
    public var field: String?
  }
  public var columns: [Column]
  /// Number of the row the headings stand in, from 1.
  public var headingRow: Int
  /// Cells of the first rows below the headings.
  public var rows: [[String]]

  /// Reads the beginning of a file.
  /// - Parameter count: rows below the headings.
  /// - Throws: ``TableError``, ``ImportError`` as the import itself would.
  public static func read(
    _ file: String, mapping: ImportMapping = .init(), rows count: Int = 20
  ) throws -> ImportPreview {
    let reader = try TableFile.open(file, options: mapping.table)
    var first: [TableRow] = []
    while first.count < count + 20, let row = try reader.next() { first.append(row) }
    let (map, number) = try ColumnMap.find(in: Array(first.prefix(20)), mapping)
    var fields: [Int: ImportField] = [:]
    for (field, columns) in map.columns { for column in columns { fields[column] = field } }
    return ImportPreview(
      columns: map.headings.enumerated().map { Column(heading: $1, field: fields[$0]?.rawValue) },
      headingRow: number,
      rows: first.filter { $0.number > number && !$0.isBlank }.prefix(count).map { row in
        row.cells.map { TextFolding.clean($0, limit: 200) }
      })
  }

  /// Names of all fields a column may be read as.
  public static let fields = ImportField.allCases.map(\.rawValue)
}
