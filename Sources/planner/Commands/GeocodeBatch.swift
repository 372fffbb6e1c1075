import Exchange
import Foundation
import Geo

/// A CSV or XLSX file with one column geocoded: its own columns and `latitude`, `longitude`, `level`, `score`,
/// `label` beside them. Rows stream; one not found has the five cells empty.
///
/// The file's own cells stay as they are, so that whoever reads the file next finds what he wrote: a guard would turn
/// his numbers below zero and his telephone numbers into other text. On wish they are guarded like `label`, which always
/// is; an import takes the guard away again.
struct GeocodeBatch {
  let geocoder: any GeocodingProvider
  let input: String
  let column: String
  let output: String
  let sink: ExportSink
  let country: String?
  /// Whether the file's own cells are guarded against formulas as well.
  let guardsFormulas: Bool
  let json: Bool

  struct Answer: Encodable {
    var output: String
    var rows: Int
    var found: [String: Int]
  }

  func run() async throws {
    let reader = try TableFile.open(input)
    guard let head = try reader.next() else { throw GeocodeBatchError.empty(input) }
    let wanted = TextFolding.fold(column)
    guard let index = head.cells.firstIndex(where: { TextFolding.fold($0) == wanted }) else {
      throw GeocodeBatchError.noColumn(column, columns: head.cells)
    }
    var writer = CSVWriter { try sink.write($0) }
    try writer.row(
      head.cells.map(own) + ["latitude", "longitude", "level", "score", "label"])
    var rows = 0
    var found: [String: Int] = ["none": 0]
    let progress = Progress("geocoded")
    defer { progress.finish() }
    while let row = try reader.next() {
      if row.isBlank { continue }
      var cells = row.cells.map(own)
      while cells.count < head.cells.count { cells.append(.empty) }
      let text = index < row.cells.count ? row.cells[index] : ""
      if let best = try await geocoder.geocode(GeocodeQuery(text, country: country, limit: 1)).first {
        cells += [
          .double(best.coordinate.latitude), .double(best.coordinate.longitude), .text(best.level.rawValue),
          .double((best.score * 1000).rounded() / 1000), .text(best.label),
        ]
        found[best.level.rawValue, default: 0] += 1
      } else {
        cells += [.empty, .empty, .empty, .empty, .empty]
        found["none", default: 0] += 1
      }
      try writer.row(cells)
      rows += 1
      if rows % 1000 == 0 { progress.report(rows) }
    }
    try writer.finish()
    try sink.commit()
    progress.finish()
    if json { return try JSONOutput.print(Answer(output: output, rows: rows, found: found)) }
    let counts = found.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    Session.print("\(rows) rows → \(output): \(counts)")
  }

  private func own(_ cell: String) -> CSVWriter.Cell { guardsFormulas ? .text(cell) : .verbatim(cell) }
}

enum GeocodeBatchError: CodedError, Equatable {
  case empty(String)
  case noColumn(String, columns: [String])

  var code: String {
    switch self {
    case .empty: "geocode.batch.empty"
    case .noColumn: "geocode.batch.noColumn"
    }
  }
  var message: String {
    switch self {
    case .empty(let file): "\(file) has no heading line"
    case .noColumn(let name, _): "there is no column \"\(name)\""
    }
  }
  var hint: String {
    switch self {
    case .empty: "the first line names the columns"
    case .noColumn(_, let columns): "columns: " + columns.joined(separator: ", ")
    }
  }
  var choices: [String] {
    if case .noColumn(_, let columns) = self { return columns }
    return []
  }
}
