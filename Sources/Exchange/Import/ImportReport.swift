import CRM
import Foundation
import Geo
import Store

/// What became of one row.
public struct ImportRow: Hashable, Sendable {
  public enum Result: String, Hashable, Sendable, CaseIterable { case create, update, skip, conflict }

  /// As a spreadsheet program counts.
  public var row: Int
  public var result: Result
  public var partner: PartnerID?
  public var name: String
  /// The rule that found the partner.
  public var rule: ImportMapping.Rule?
  /// Where the partner lies after the row; nil when nowhere.
  public var level: GeocodeLevel?
  /// Why a row is a conflict.
  public var issue: ImportIssue?
  /// What an update changed.
  public var changed: [String]
  public var warnings: [ImportIssue]
}

/// What became of a whole file.
public struct ImportReport: Hashable, Sendable {
  /// Nil for a dry run.
  public var run: ImportRunID?
  public var dryRun: Bool
  public var rows = 0
  public var created = 0
  public var updated = 0
  public var skipped = 0
  public var conflicts = 0
  public var warnings = 0
  /// Created, updated and skipped rows by how well their partner is located now.
  public var located: [Level: Int] = [:]
  /// Headings nothing was read from.
  public var unusedColumns: [String] = []
  /// The first conflicts, for a person to see at once; the report file has all.
  public var firstConflicts: [ImportRow] = []

  public enum Level: String, Hashable, Sendable, CaseIterable {
    case house, interpolated, street, locality, region, given, none

    public init(_ level: GeocodeLevel?) {
      switch level {
      case .house?, .rooftop?: self = .house
      case .interpolated?: self = .interpolated
      case .street?: self = .street
      case .locality?: self = .locality
      case .region?: self = .region
      case .given?: self = .given
      case nil: self = .none
      }
    }
  }

  public init(run: ImportRunID? = nil, dryRun: Bool) {
    self.run = run
    self.dryRun = dryRun
  }

  mutating func add(_ row: ImportRow) {
    rows += 1
    warnings += row.warnings.count
    switch row.result {
    case .create: created += 1
    case .update: updated += 1
    case .skip: skipped += 1
    case .conflict:
      conflicts += 1
      if firstConflicts.count < 20 { firstConflicts.append(row) }
    }
    if row.result != .conflict { located[Level(row.level), default: 0] += 1 }
  }

  /// `{"run","created","updated","skipped","conflicts","located":{…}, …}`.
  public var json: JSONValue {
    .object([
      ("run", run.map { .string($0.description) } ?? .null), ("dryRun", .bool(dryRun)), ("rows", .int(rows)),
      ("created", .int(created)), ("updated", .int(updated)), ("skipped", .int(skipped)),
      ("conflicts", .int(conflicts)), ("warnings", .int(warnings)),
      ("located", .object(Level.allCases.map { ($0.rawValue, .int(located[$0] ?? 0)) })),
      ("unusedColumns", .array(unusedColumns.map { .string($0) })),
    ])
  }
}

extension ImportRow {
  /// One row of the report as JSON.
  public var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return .object([
      ("row", .int(row)), ("result", .string(result.rawValue)), ("partner", text(partner?.description)),
      ("name", .string(name)), ("rule", text(rule?.rawValue)), ("level", text(level?.rawValue)),
      ("code", text(issue?.code)), ("reason", text(issue?.message)),
      ("changed", .array(changed.map { .string($0) })),
      ("warnings", .array(warnings.map { $0.json })),
    ])
  }
}

extension ImportIssue {
  var json: JSONValue {
    .object([
      ("code", .string(code)), ("message", .string(message)), ("column", column.map { .string($0) } ?? .null),
    ])
  }
}

/// Writes the per-row report while the import runs: `.csv` as a table, `.jsonl` one object a line, anything else one JSON
/// document with `rows` and `summary`. The file takes its place when it is finished.
final class ImportReportWriter {
  private enum Form { case csv, lines, document }
  private let file: OutputFile
  private let form: Form
  private var buffer: [UInt8] = []
  private var isFirst = true

  /// - Parameter kept: files that the report must not replace.
  /// - Throws: ``OutputError``; ``ImportError/reportUnwritable(path:detail:)``.
  init(path: String, keeping kept: [String]) throws {
    let lower = path.lowercased()
    form =
      lower.hasSuffix(".csv")
      ? .csv : lower.hasSuffix(".jsonl") || lower.hasSuffix(".ndjson") ? .lines : .document
    file = try OutputFile(path, keeping: kept)
    try reporting { try file.open() }
    switch form {
    case .csv:
      CSVWriter.append(
        ["row", "result", "partner", "name", "rule", "level", "code", "reason", "changed", "warnings"],
        to: &buffer)
    case .document: buffer = Array("{\"rows\":[".utf8)
    case .lines: break
    }
  }

  func write(_ rows: [ImportRow]) throws {
    for row in rows {
      switch form {
      case .csv:
        CSVWriter.append(
          [
            .int(row.row), .text(row.result.rawValue), .init(row.partner?.description), .text(row.name),
            .init(row.rule?.rawValue), .init(row.level?.rawValue), .init(row.issue?.code),
            .init(row.issue?.message),
            .text(row.changed.joined(separator: " ")),
            .text(row.warnings.map { "\($0.code): \($0.message)" }.joined(separator: "; ")),
          ], to: &buffer)
      case .lines:
        row.json.write(to: &buffer)
        buffer.append(0x0A)
      case .document:
        buffer.append(contentsOf: (isFirst ? "\n" : ",\n").utf8)
        row.json.write(to: &buffer)
      }
      isFirst = false
    }
    try flush()
  }

  func finish(_ report: ImportReport) throws {
    if form == .document {
      buffer.append(contentsOf: "\n],\"summary\":".utf8)
      report.json.write(to: &buffer)
      buffer.append(contentsOf: "}\n".utf8)
    }
    try flush()
    try reporting { try file.commit() }
  }

  private func flush() throws {
    try reporting { try file.write(buffer) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch OutputError.unwritable(let path, let detail) {
      throw ImportError.reportUnwritable(path: path, detail: detail ?? "it cannot be created")
    }
  }
}
