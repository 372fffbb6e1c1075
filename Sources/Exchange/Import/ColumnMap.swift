import Geo

/// Which columns of a file hold which field.
struct ColumnMap: Sendable {
  /// Column numbers from 0, in reading order.
  var columns: [ImportField: [Int]] = [:]
  var headings: [String]
  /// Columns nothing reads, for a notice to the user.
  var unused: [Int] = []

  /// Maps what the mapping names, then guesses the rest; nil when no name column is among them.
  /// - Throws: ``ImportError/columnsMissing(_:headings:)`` for a mapped heading that is not there.
  init?(_ cells: [String], _ mapping: ImportMapping) throws(ImportError) {
    headings = cells.map { TextFolding.clean($0, limit: 200) }
    let folded = headings.map { TextFolding.fold($0) }
    func find(_ heading: String) -> Int? {
      let clean = TextFolding.clean(heading, limit: 200)
      if let exact = headings.firstIndex(of: clean) { return exact }
      let key = TextFolding.fold(heading)
      return key.isEmpty ? nil : folded.firstIndex(of: key)
    }
    var taken: Set<Int> = []
    var missing: [String] = []
    for field in ImportField.allCases {
      guard let named = mapping.columns[field] else { continue }
      var list: [Int] = []
      for heading in named {
        if let column = find(heading) {
          list.append(column)
          taken.insert(column)
        } else {
          missing.append(heading)
        }
      }
      columns[field] = list
    }
    for heading in mapping.ignore {
      if let column = find(heading) { taken.insert(column) } else { missing.append(heading) }
    }
    guard missing.isEmpty else { throw .columnsMissing(missing, headings: headings.filter { !$0.isEmpty }) }
    for (column, heading) in headings.enumerated() where !taken.contains(column) {
      guard let field = HeadingGuess.field(heading), mapping.columns[field] == nil else {
        if !heading.isEmpty { unused.append(column) }
        continue
      }
      if columns[field] != nil, !field.takesSeveral {
        unused.append(column)
        continue
      }
      columns[field, default: []].append(column)
    }
    guard let name = columns[.name], !name.isEmpty else { return nil }
  }

  /// How many fields were found: tells a row of headings from a row of data.
  var score: Int { columns.values.filter { !$0.isEmpty }.count }

  /// Looks for the headings among the first rows, since exports like to begin with a title.
  /// - Returns: the map and the number of the row it stands in.
  static func find(
    in rows: [TableRow], _ mapping: ImportMapping
  ) throws(ImportError) -> (map: ColumnMap, row: Int) {
    guard let first = rows.first(where: { !$0.isBlank }) else { throw .headerMissing }
    var best: (map: ColumnMap, row: Int)?
    var refusal: ImportError?
    for row in rows where !row.isBlank {
      do {
        if let map = try ColumnMap(row.cells, mapping), map.score > (best?.map.score ?? 0) {
          best = (map, row.number)
        }
      } catch {
        if refusal == nil { refusal = error }
      }
    }
    if let best { return best }
    if let refusal { throw refusal }
    throw .nameColumnMissing(
      headings: first.cells.map { TextFolding.clean($0, limit: 80) }.filter { !$0.isEmpty })
  }
}
