/// A table for people: aligned by display width, at most ``maximumWidth`` columns wide.
struct TextTable {
  enum Alignment { case left, right }

  struct Column {
    var title: String
    var alignment: Alignment = .left
    /// Narrowest the column may become when the table is too wide; nil never shrinks.
    var shrinksTo: Int?
    /// Cells too long go on in lines below instead of being cut.
    var wraps = false
  }

  static let maximumWidth = 110
  private static let gap = "  "

  var columns: [Column]
  private(set) var rows: [Row] = []

  enum Row {
    case cells([String])
    /// A line across all columns: the head of a group.
    case heading(String)
  }

  init(_ columns: [Column], _ rows: [[String]] = []) {
    self.columns = columns
    for row in rows { add(row) }
  }

  mutating func add(_ cells: [String]) {
    precondition(cells.count == columns.count)
    rows.append(.cells(cells))
  }

  mutating func addHeading(_ text: String) { rows.append(.heading(text)) }

  /// Prints the table, and below it how much of `total` it shows when that is not all; `nothing` for no rows.
  func print(of total: Int? = nil, orElse nothing: String) {
    guard !rows.isEmpty else { return Session.print(nothing) }
    Session.print(render())
    if let total, let note = ListLimit.note(shown: rows.count, of: total) { Session.print(note) }
  }

  /// Lines joined by line breaks, no blanks at their ends.
  func render(width: Int = TextTable.maximumWidth) -> String {
    var widths = columns.map { DisplayWidth.of($0.title) }
    for case .cells(let cells) in rows {
      for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], DisplayWidth.of(cell)) }
    }
    shrink(&widths, to: width - Self.gap.count * (columns.count - 1))
    var lines = [line(columns.map(\.title), widths)]
    lines.append(widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap))
    for row in rows {
      switch row {
      case .cells(let cells): lines += self.lines(cells, widths)
      case .heading(let text): lines.append(DisplayWidth.fit(text, columns: width))
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Takes one column at a time from the widest that may shrink.
  private func shrink(_ widths: inout [Int], to limit: Int) {
    while widths.reduce(0, +) > limit {
      let candidate = columns.indices
        .filter { index in columns[index].shrinksTo.map { widths[index] > $0 } ?? false }
        .max { widths[$0] < widths[$1] }
      guard let candidate else { return }
      widths[candidate] -= 1
    }
  }

  /// A row, with further lines for cells that wrap.
  private func lines(_ cells: [String], _ widths: [Int]) -> [String] {
    let parts = cells.indices.map { index in
      columns[index].wraps
        ? DisplayWidth.wrap(cells[index], columns: widths[index])
        : [DisplayWidth.fit(cells[index], columns: widths[index])]
    }
    let height = parts.map(\.count).max() ?? 1
    return (0..<height).map { row in line(parts.map { row < $0.count ? $0[row] : "" }, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var parts: [String] = []
    for (index, cell) in cells.enumerated() {
      let text = DisplayWidth.fit(cell, columns: widths[index])
      let blank = String(repeating: " ", count: max(0, widths[index] - DisplayWidth.of(text)))
      parts.append(columns[index].alignment == .left ? text + blank : blank + text)
    }
    var line = parts.joined(separator: Self.gap)
    while line.utf8.last == UInt8(ascii: " ") { line.removeLast() }
    return line
  }
}
