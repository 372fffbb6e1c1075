import CRM
import Foundation

/// Turns a sheet's XML into rows, kept until they are asked for.
final class XLSXSheetHandler: XMLHandler {
  private let shared: XLSXSharedStrings
  private let styles: XLSXStylesHandler
  private var merged: XLSXMergedCells
  private let date1904: Bool
  private let limits: TableLimits
  private var ready: [TableRow] = []
  private var taken = 0
  private(set) var fault: TableError?

  private var row = TableRow(number: 0, cells: [])
  private var rowBytes = 0
  private var column = 0
  private var type = "n"
  private var style = 0
  private var value: [UInt8] = []
  private var inValue = false
  private var hasFormula = false
  private var phonetic = 0

  init(
    shared: XLSXSharedStrings, styles: XLSXStylesHandler, merged: XLSXMergedCells, date1904: Bool,
    limits: TableLimits
  ) {
    self.shared = shared
    self.styles = styles
    self.merged = merged
    self.date1904 = date1904
    self.limits = limits
  }

  func pop() -> TableRow? {
    guard taken < ready.count else {
      ready.removeAll(keepingCapacity: true)
      taken = 0
      return nil
    }
    defer { taken += 1 }
    return ready[taken]
  }

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "row":
      let number = attributes["r"].flatMap { Int($0) } ?? row.number + 1
      row = TableRow(number: max(number, row.number + 1), cells: [])
      rowBytes = 0
      column = 0
    case "c":
      column = attributes["r"].flatMap(Self.column(of:)) ?? column + 1
      type = attributes["t"] ?? "n"
      style = attributes["s"].flatMap { Int($0) } ?? 0
      hasFormula = false
      value.removeAll(keepingCapacity: true)
    case "rPh": phonetic += 1
    case "v": inValue = true
    case "f": hasFormula = true
    case "t" where type == "inlineStr" && phonetic == 0: inValue = true
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard inValue, fault == nil else { return }
    value.append(contentsOf: bytes)
    if value.count > limits.cellBytes {
      fault = .cellTooLarge(row: row.number, column: column, limit: limits.cellBytes)
    }
  }

  func end(_ name: String) {
    switch name {
    case "v", "t": inValue = false
    case "rPh": phonetic -= 1
    case "c": finishCell()
    case "row":
      guard fault == nil, !row.cells.isEmpty else { break }
      merged.fill(&row)
      ready.append(row)
    default: break
    }
  }

  // MARK: - Cells

  private func finishCell() {
    guard fault == nil else { return }
    guard (1...limits.columns).contains(column) else {
      // Formatting far to the right is common, text there is not.
      if !value.isEmpty { fault = .tooManyColumns(row: row.number, limit: limits.columns) }
      return
    }
    if hasFormula, value.isEmpty, type != "str" {
      row.issues.append(.init(column: column, kind: .formulaWithoutValue))
    }
    var text = ""
    switch type {
    case "s":
      let index = Int(String(decoding: value, as: UTF8.self)) ?? -1
      let found: [UInt8]?
      do throws(TableError) {
        found = try shared.text(
          index, limit: limits.cellBytes,
          tooLarge: .cellTooLarge(row: row.number, column: column, limit: limits.cellBytes))
      } catch {
        fault = error
        return
      }
      guard let found else {
        if !value.isEmpty { row.issues.append(.init(column: column, kind: .spreadsheetError)) }
        break
      }
      text = Self.unescaped(String(decoding: found, as: UTF8.self))
    case "inlineStr", "str": text = Self.unescaped(String(decoding: value, as: UTF8.self))
    case "b": text = value == [0x31] ? "true" : value.isEmpty ? "" : "false"
    case "e": row.issues.append(.init(column: column, kind: .spreadsheetError))
    case "d": text = String(decoding: value, as: UTF8.self)
    default: text = number(String(decoding: value, as: UTF8.self))
    }
    if text.unicodeScalars.contains(where: Self.isControl) {
      row.issues.append(.init(column: column, kind: .controlCharacter))
      text.unicodeScalars.removeAll(where: Self.isControl)
    }
    guard !text.isEmpty else { return }
    rowBytes += text.utf8.count
    guard rowBytes <= limits.rowBytes else {
      fault = .rowTooLarge(row: row.number, limit: limits.rowBytes)
      return
    }
    while row.cells.count < column { row.cells.append("") }
    row.cells[column - 1] = text
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r" || scalar.value == 0x7F
  }

  private func number(_ raw: String) -> String {
    guard let number = Double(raw), number.isFinite else { return raw }
    let look = styles.looks.indices.contains(style) ? styles.looks[style] : .number
    if look != .number, (0..<2_958_466).contains(number) { return Self.date(number, look, date1904) }
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    return number.description
  }

  /// Days since 1899-12-30 (which makes up for Excel's 29 February 1900), or since 1904-01-01.
  static func date(_ serial: Double, _ look: XLSXStylesHandler.Look, _ date1904: Bool) -> String {
    let minutesInAll = Int((serial * 1440).rounded())
    let days = minutesInAll / 1440
    let minutes = minutesInAll % 1440
    func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
    let clock = "\(two(minutes / 60)):\(two(minutes % 60))"
    if look == .time || days == 0 && !date1904 { return clock }
    let early = !date1904 && days < 60 ? 1 : 0
    let day = LocalDate(daysSinceEpoch: days - (date1904 ? 24_107 : 25_569) + early)
    return minutes == 0 || look == .date ? day.description : "\(day) \(clock)"
  }

  /// "BC12" → 55.
  static func column(of reference: String) -> Int? {
    var column = 0
    for byte in reference.utf8 {
      guard (0x41...0x5A).contains(byte) else { break }
      column = column * 26 + Int(byte) - 0x40
      if column > 1 << 20 { return nil }
    }
    return column > 0 ? column : nil
  }

  /// `_x000D_` stands for a character XML cannot hold (ECMA-376 part 1, §22.9.2.19).
  static func unescaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")), text.contains("_x") else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if i + 7 <= bytes.count, bytes[i] == 0x5F, bytes[i + 1] == 0x78, bytes[i + 6] == 0x5F,
        let value = UInt32(String(decoding: bytes[(i + 2)..<(i + 6)], as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(value)
      {
        out.append(contentsOf: UTF8.encode(scalar)!)
        i += 7
      } else {
        out.append(bytes[i])
        i += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
