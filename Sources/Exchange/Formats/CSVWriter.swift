import CRM
import Foundation
import Geo

/// Writes CSV (RFC 4180: comma, CRLF, doubled quotes) that a spreadsheet shows as text and never runs.
///
/// Text whose first character could begin a formula (`=` `+` `-` `@`, tab, carriage return, their full-width forms)
/// gets an apostrophe in front; ``PartnerImport`` takes it away again. Numbers are written as they are.
public struct CSVWriter {
  public enum Cell: Hashable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    /// Text kept as it stands, without the guard: a cell that was in a file already.
    case verbatim(String)
    case int(Int)
    /// Plain decimals; empty when not finite.
    case double(Double)
    case empty
    public init(stringLiteral value: String) { self = .text(value) }
    public init(_ text: String?) { self = text.map { .text($0) } ?? .empty }
    public init(_ number: Int?) { self = number.map { .int($0) } ?? .empty }
  }

  private let sink: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []

  /// - Parameters:
  ///   - byteOrderMark: true where Excel is to open the file by a double click.
  ///   - sink: receives UTF-8 in pieces of about 64 KiB, in order.
  public init(byteOrderMark: Bool = false, sink: @escaping ([UInt8]) throws -> Void) {
    self.sink = sink
    if byteOrderMark { buffer = [0xEF, 0xBB, 0xBF] }
  }

  public mutating func row(_ cells: [Cell]) throws {
    Self.append(cells, to: &buffer)
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Appends one record with its line end.
  static func append(_ cells: [Cell], to bytes: inout [UInt8]) {
    for (i, cell) in cells.enumerated() {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      switch cell {
      case .text(let text): append(text, to: &bytes)
      case .verbatim(let text): append(text, guarded: false, to: &bytes)
      case .int(let number): bytes.append(contentsOf: String(number).utf8)
      case .double(let number):
        if number.isFinite { bytes.append(contentsOf: decimal(number).utf8) }
      case .empty: break
      }
    }
    bytes.append(contentsOf: [0x0D, 0x0A])
  }

  /// Hands over what is left.
  public mutating func finish() throws { try flush() }

  private mutating func flush() throws {
    guard !buffer.isEmpty else { return }
    try sink(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  static func append(_ text: String, to bytes: inout [UInt8]) {
    append(text, guarded: FormulaGuard.needsGuard(text), to: &bytes)
  }

  private static func append(_ text: String, guarded: Bool, to bytes: inout [UInt8]) {
    var quoted = guarded
    for byte in text.utf8 where byte == 0x22 || byte == 0x2C || byte == 0x3B || byte < 0x20 || byte == 0x7C {
      quoted = true
      break
    }
    if text.utf8.first == 0x20 || text.utf8.last == 0x20 { quoted = true }
    if quoted { bytes.append(0x22) }
    if guarded { bytes.append(0x27) }
    for byte in text.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      if byte == 0 { continue }
      bytes.append(byte)
    }
    if quoted { bytes.append(0x22) }
  }

  private static func decimal(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    let text = number.description
    return text.utf8.contains(UInt8(ascii: "e")) ? String(format: "%.9f", number) : text
  }
}

/// What makes a spreadsheet take text for a formula.
enum FormulaGuard {
  /// Looks at the first scalar only: a combining mark behind it changes nothing. Text that begins with apostrophes of its
  /// own before a formula gets one more, so that taking one away gives back every text.
  static func needsGuard(_ text: String) -> Bool {
    let rest = text.unicodeScalars.drop { $0 == "'" }
    guard let first = rest.first(where: { !isInvisible($0) }) else { return false }
    return starters.contains(first)
  }

  /// The text without an apostrophe that a guard put in front.
  static func removing(_ text: String) -> String {
    guard text.utf8.first == 0x27 else { return text }
    let rest = String(text.unicodeScalars.dropFirst())
    return needsGuard(rest) ? rest : text
  }

  private static let starters: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\u{2212}",
  ]

  /// Spaces and marks of no width that programs strip before they look.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case " ", "\u{A0}", "\u{FEFF}", "\u{200B}"..."\u{200F}", "\u{2060}", "\u{0}": true
    default: false
    }
  }
}
