import Foundation

/// One row of a table file.
public struct TableRow: Hashable, Sendable {
  /// What is odd about one cell; the rest of the row is sound.
  public struct Issue: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      /// A NUL or another control character that text does not hold; it was left out.
      case controlCharacter
      /// The spreadsheet shows an error (`#N/A`) there; the cell counts as empty.
      case spreadsheetError
      /// A formula that no program has worked out yet; the cell counts as empty.
      case formulaWithoutValue
    }
    /// Counted from 1.
    public var column: Int
    public var kind: Kind
    public init(column: Int, kind: Kind) {
      self.column = column
      self.kind = kind
    }
  }

  /// Counted from 1 as a spreadsheet program does: blank lines count, a record with line breaks in it is one row.
  public var number: Int
  /// NFC is not applied here: cells are as the file has them.
  public var cells: [String]
  public var issues: [Issue]

  public init(number: Int, cells: [String], issues: [Issue] = []) {
    self.number = number
    self.cells = cells
    self.issues = issues
  }

  /// No cell holds anything but white space.
  public var isBlank: Bool {
    cells.allSatisfy { $0.unicodeScalars.allSatisfy { $0.properties.isWhitespace } }
  }
}

/// A table read row by row, from its first row on. Memory does not grow with the file.
public protocol TableReader: AnyObject {
  /// The next row, or nil after the last. Rows without any character may be left out; ``TableRow/number`` tells.
  /// - Throws: ``TableError``; reading cannot go on after it.
  func next() throws(TableError) -> TableRow?
}

/// Bounds that no honest partner list reaches.
public struct TableLimits: Hashable, Sendable {
  /// UTF-8 bytes of one cell.
  public var cellBytes = 1 << 20
  /// UTF-8 bytes of one row.
  public var rowBytes = 4 << 20
  /// Cells of one row; Excel itself ends at 16,384.
  public var columns = 1024
  /// Text all cells of an XLSX file share, in bytes; it goes through a temporary file.
  public var sharedStringBytes = 1 << 30
  /// One part of an XLSX file when unpacked.
  public var unpackedBytes = 2 << 30
  /// Unpacked size over packed size; text reaches 20, bombs 1000.
  public var compressionRatio = 250
  public init() {}
}

/// How to read a table where guessing is not wanted.
public struct TableOptions: Hashable, Sendable {
  /// CSV only; nil guesses.
  public var delimiter: UInt8?
  /// CSV only; nil guesses.
  public var encoding: TextEncoding?
  /// XLSX only: the sheet's name; nil takes the first visible one.
  public var sheet: String?
  public var limits = TableLimits()

  public init(delimiter: UInt8? = nil, encoding: TextEncoding? = nil, sheet: String? = nil) {
    self.delimiter = delimiter
    self.encoding = encoding
    self.sheet = sheet
  }
}

/// Opens table files by their content, not by their name.
public enum TableFile {
  /// A reader at the first row.
  /// - Throws: ``TableError`` when the file is missing, empty, of a kind that is not read, encrypted or damaged, or in
  ///   an encoding that cannot be told.
  public static func open(_ path: String, options: TableOptions = .init()) throws(TableError)
    -> any TableReader
  {
    let file = try InputFile(path)
    let head = try file.read(at: 0, count: 8)
    guard !head.isEmpty else { throw .empty(path: path) }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      return try XLSXReader(file, options: options)
    }
    if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw try holdsEncryptedPackage(file) ? .encrypted(path: path) : .legacySpreadsheet(path: path)
    }
    if head.starts(with: Array("%PDF".utf8)) || head.starts(with: [0x1F, 0x8B])
      || head.starts(with: Array("Rar!".utf8)) || head.starts(with: [0x37, 0x7A, 0xBC, 0xAF])
    {
      throw .notATable(path: path)
    }
    return try CSVReader(file, options: options)
  }

  /// Reads the whole file without keeping it, so that a fault in its last row is known before anything is done with the
  /// first. Gives the number of rows that hold something.
  public static func check(_ path: String, options: TableOptions = .init()) throws(TableError) -> Int {
    let reader = try open(path, options: options)
    var rows = 0
    while let row = try reader.next() { if !row.isBlank { rows += 1 } }
    guard rows > 0 else { throw .empty(path: path) }
    return rows
  }

  /// A password-protected workbook is a compound file with a stream of this name (MS-OFFCRYPTO §2.3.4.4).
  private static func holdsEncryptedPackage(_ file: InputFile) throws(TableError) -> Bool {
    let name = "EncryptedPackage".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    var offset = 0
    while offset < file.size {
      let block = try file.read(at: offset, count: 1 << 20)
      if contains(block, name) { return true }
      if block.count <= name.count { break }
      offset += block.count - name.count
      if block.count < 1 << 20 { break }
    }
    return false
  }

  private static func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
    guard bytes.count >= pattern.count else { return false }
    var i = 0
    while i <= bytes.count - pattern.count {
      if bytes[i] == pattern[0], bytes[i..<(i + pattern.count)].elementsEqual(pattern) { return true }
      i += 1
    }
    return false
  }
}
