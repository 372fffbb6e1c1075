import Foundation
import Geo

/// The table a batch reads, and how its rows are written.
final class BatchSheet {
  /// Cells of the widest row: shorter ones are filled up, so that what is added stands in its columns.
  let width: Int
  /// Rows that hold something, without the headings.
  let rows: Int
  private let head: TableRow
  private let index: Int
  private let guardsFormulas: Bool
  private let reader: any TableReader
  private var returned: TableRow?

  /// Reads the whole file once, so that a fault in its last row is known before anything is done with the first.
  init(_ input: String, column: String, guardsFormulas: Bool) throws {
    let survey = try TableFile.open(input)
    guard let first = try survey.next() else { throw GeocodeBatchError.empty(input) }
    let wanted = TextFolding.fold(column)
    guard let index = first.cells.firstIndex(where: { TextFolding.fold($0) == wanted }) else {
      throw GeocodeBatchError.noColumn(column, columns: first.cells)
    }
    var (width, rows) = (first.cells.count, 0)
    while let row = try survey.next() {
      if row.isBlank { continue }
      rows += 1
      width = max(width, (row.cells.lastIndex { !$0.isEmpty } ?? -1) + 1)
    }
    (self.width, self.rows, self.index, self.guardsFormulas) = (width, rows, index, guardsFormulas)
    reader = try TableFile.open(input)
    head = try reader.next() ?? first
  }

  /// The next row that holds something.
  func next() throws -> TableRow? {
    if let row = returned {
      returned = nil
      return row
    }
    while let row = try reader.next() { if !row.isBlank { return row } }
    return nil
  }

  /// The row comes once more.
  func putBack(_ row: TableRow) { returned = row }

  /// The address of a row, equal for texts of equal answers: composed form, single blanks. Signs, capitals and line breaks
  /// stay: `12/3` is another house than `12 3`.
  func text(_ row: TableRow) -> String {
    guard index < row.cells.count else { return "" }
    let lines = row.cells[index].unicodeScalars.split { $0 == "\n" || $0 == "\r" }
    return lines.map { TextFolding.clean(String($0)) }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  // MARK: - Output

  static let added: [CSVWriter.Cell] = ["latitude", "longitude", "level", "score", "label"]

  var columns: Int { width + Self.added.count }

  var headings: [CSVWriter.Cell] { own(head) + Self.added }

  func line(_ row: TableRow, _ best: GeocodeCandidate?) -> [CSVWriter.Cell] {
    guard let best else { return own(row) + Self.added.map { _ in .empty } }
    return own(row) + [
      .double(best.coordinate.latitude), .double(best.coordinate.longitude), .text(best.level.rawValue),
      .double(Self.rounded(best.score)), .text(best.label),
    ]
  }

  private func own(_ row: TableRow) -> [CSVWriter.Cell] {
    (0..<width).map { column in
      guard column < row.cells.count else { return .empty }
      return guardsFormulas ? .text(row.cells[column]) : .verbatim(row.cells[column])
    }
  }

  static func rounded(_ score: Double) -> Double { (score * 1000).rounded() / 1000 }

  // MARK: - Review list

  static let alternatives = 3
  static let reviewHeadings: [CSVWriter.Cell] = [
    "row", "text", "label", "level", "score", "corrected", "ignored", "alternative 1", "alternative 2",
    "alternative 3",
  ]

  func reviewLine(_ row: TableRow, _ found: [GeocodeCandidate]) -> [CSVWriter.Cell] {
    let best = found.first
    let others = found.dropFirst().prefix(Self.alternatives).map {
      CSVWriter.Cell.text("\($0.label) (\($0.level.rawValue), \(Self.rounded($0.score)))")
    }
    return [
      .int(row.number), .text(index < row.cells.count ? row.cells[index] : ""), .init(best?.label),
      .init(best?.level.rawValue), best.map { .double(Self.rounded($0.score)) } ?? .empty,
      .text(best?.detail.correctedText ?? ""), .text(best?.detail.ignoredText ?? ""),
    ] + others + [CSVWriter.Cell](repeating: .empty, count: Self.alternatives - others.count)
  }
}

extension GeocodeDetail {
  /// `city Минск, street Ленина`: what was taken for another word than was typed; empty when nothing was.
  public var correctedText: String {
    corrected.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// The words that play no part, as typed.
  public var ignoredText: String { ignored.joined(separator: ", ") }
}
