import Foundation

/// Reads CSV: RFC 4180 with what real files do beside it — any of `,` `;` tab `|` as delimiter, LF, CRLF or CR,
/// line breaks inside quotes, text after a closing quote, a first line `sep=;`.
///
/// Works on UTF-8 bytes throughout: a quote followed by a combining mark is still a quote.
public final class CSVReader: TableReader {
  public let encoding: TextEncoding
  public let delimiter: UInt8
  private let limits: TableLimits
  private var source: TextSource
  private var block: [UInt8] = []
  private var position = 0
  private var atEnd = false
  private var rowNumber = 0
  private var skipLineFeed = false

  /// - Throws: ``TableError`` as ``TableFile/open(_:options:)`` does.
  public convenience init(path: String, options: TableOptions = .init()) throws(TableError) {
    try self.init(try InputFile(path), options: options)
  }

  init(_ file: InputFile, options: TableOptions) throws(TableError) {
    guard file.size > 0 else { throw .empty(path: file.path) }
    let finding: EncodingDetector.Finding
    if let encoding = options.encoding {
      finding = .init(encoding: encoding, markLength: try Self.markLength(file, encoding))
    } else {
      finding = try EncodingDetector.detect(file)
    }
    encoding = finding.encoding
    limits = options.limits
    var source = TextSource(file, finding)
    let first = try source.next()
    let announced = Self.announcedDelimiter(first)
    let start = announced?.length ?? 0
    delimiter = options.delimiter ?? announced?.delimiter ?? Self.guessDelimiter(first[start...])
    self.source = source
    block = first
    position = start
    rowNumber = announced == nil ? 0 : 1
  }

  public func next() throws(TableError) -> TableRow? {
    while let row = try record() {
      if row.cells.count == 1, row.cells[0].isEmpty, row.issues.isEmpty { continue }
      return row
    }
    return nil
  }

  // MARK: - Records

  private func byte() throws(TableError) -> UInt8? {
    if position == block.count {
      if atEnd { return nil }
      block = try source.next()
      position = 0
      if block.isEmpty {
        atEnd = true
        return nil
      }
    }
    defer { position += 1 }
    return block[position]
  }

  private func record() throws(TableError) -> TableRow? {
    var cells: [String] = []
    var issues: [TableRow.Issue] = []
    var cell: [UInt8] = []
    var rowBytes = 0
    var quoted = false
    var wasQuoted = false
    var any = false
    let number = rowNumber + 1
    var odd = false

    func finishCell() throws(TableError) {
      guard cells.count < limits.columns else { throw .tooManyColumns(row: number, limit: limits.columns) }
      if odd { issues.append(.init(column: cells.count + 1, kind: .controlCharacter)) }
      rowBytes += cell.count
      cells.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
      wasQuoted = false
      odd = false
    }

    while let b = try byte() {
      if skipLineFeed {
        skipLineFeed = false
        if b == 0x0A { continue }
      }
      any = true
      if quoted {
        if b == 0x22 {
          // A doubled quote stands for one.
          if try peek() == 0x22 {
            position += 1
            cell.append(0x22)
          } else {
            quoted = false
          }
          continue
        }
      } else if b == delimiter {
        try finishCell()
        continue
      } else if b == 0x0A || b == 0x0D {
        skipLineFeed = b == 0x0D
        try finishCell()
        rowNumber = number
        return TableRow(number: number, cells: cells, issues: issues)
      } else if b == 0x22, cell.isEmpty, !wasQuoted {
        quoted = true
        wasQuoted = true
        continue
      }
      if b < 0x20 && b != 0x09 && b != 0x0A && b != 0x0D || b == 0x7F {
        odd = true
        continue
      }
      cell.append(b)
      if cell.count > limits.cellBytes {
        throw .cellTooLarge(row: number, column: cells.count + 1, limit: limits.cellBytes)
      }
      if rowBytes + cell.count > limits.rowBytes { throw .rowTooLarge(row: number, limit: limits.rowBytes) }
    }
    guard !quoted else { throw .unclosedQuote(row: number, column: cells.count + 1) }
    guard any else { return nil }
    try finishCell()
    rowNumber = number
    return TableRow(number: number, cells: cells, issues: issues)
  }

  private func peek() throws(TableError) -> UInt8? {
    guard let b = try byte() else { return nil }
    position -= 1
    return b
  }

  // MARK: - Guessing

  private static func markLength(_ file: InputFile, _ encoding: TextEncoding) throws(TableError) -> Int {
    let head = try file.read(at: 0, count: 3)
    switch encoding {
    case .utf8: return head == [0xEF, 0xBB, 0xBF] ? 3 : 0
    case .utf16LittleEndian: return head.starts(with: [0xFF, 0xFE]) ? 2 : 0
    case .utf16BigEndian: return head.starts(with: [0xFE, 0xFF]) ? 2 : 0
    case .windows1251: return 0
    }
  }

  /// Excel's `sep=;` line.
  private static func announcedDelimiter(_ block: [UInt8]) -> (delimiter: UInt8, length: Int)? {
    guard block.count >= 6, Array(block[0..<4]) == Array("sep=".utf8) else { return nil }
    if block[5] == 0x0A { return (block[4], 6) }
    if block[5] == 0x0D { return (block[4], block.count > 6 && block[6] == 0x0A ? 7 : 6) }
    return nil
  }

  /// The delimiter that splits most of the first rows, and splits them alike; a title above the headings has no say.
  /// When none splits half of them it is a list of one column, and the answer is a character it does not hold.
  static func guessDelimiter(_ sample: ArraySlice<UInt8>) -> UInt8 {
    let delimiters = [UInt8(ascii: ";"), 0x09, UInt8(ascii: ","), UInt8(ascii: "|")]
    var best: (score: Double, delimiter: UInt8)?
    for delimiter in delimiters {
      let counts = cellCounts(sample, delimiter, rows: 50)
      let split = counts.filter { $0 > 1 }
      guard !split.isEmpty, split.count * 2 >= counts.count else { continue }
      var times: [Int: Int] = [:]
      for count in split { times[count, default: 0] += 1 }
      let usual = times.max { ($0.value, $0.key) < ($1.value, $1.key) }!
      let score = Double(usual.value) / Double(counts.count) + Double(min(usual.key, 40)) / 100
      if score > best?.score ?? 0 { best = (score, delimiter) }
    }
    return best?.delimiter ?? [0x09, UInt8(ascii: "|"), UInt8(ascii: ";")].first { !sample.contains($0) }
      ?? UInt8(ascii: ",")
  }

  private static func cellCounts(_ sample: ArraySlice<UInt8>, _ delimiter: UInt8, rows: Int) -> [Int] {
    var counts: [Int] = []
    var cells = 1
    var quoted = false
    var cellStart = true
    var justClosed = false
    var lineEmpty = true
    for b in sample {
      if quoted {
        if b == 0x22 {
          quoted = false
          justClosed = true
        }
        continue
      }
      defer { justClosed = false }
      switch b {
      case 0x22 where cellStart || justClosed:
        quoted = true
        cellStart = false
        lineEmpty = false
      case delimiter:
        cells += 1
        cellStart = true
        lineEmpty = false
      case 0x0A, 0x0D:
        if !lineEmpty { counts.append(cells) }
        if counts.count == rows { return counts }
        cells = 1
        cellStart = true
        lineEmpty = true
      default:
        cellStart = false
        lineEmpty = false
      }
    }
    if !lineEmpty, counts.isEmpty || !quoted { counts.append(cells) }
    return counts
  }
}
