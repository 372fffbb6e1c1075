import Foundation

/// Reads one sheet of an Office Open XML workbook (ECMA-376) row by row. Values come as text: dates as `YYYY-MM-DD`
/// with `HH:MM` when they carry a time, booleans as `true` and `false`, whole numbers without exponent, formulas by
/// their last result. The texts that cells share stand in a temporary file when they are many.
public final class XLSXReader: TableReader {
  private let path: String
  private let limits: TableLimits
  private let stream: ZipStream
  private let sheet: XLSXSheetHandler
  private let xml: XMLStream
  private var atEnd = false

  /// - Throws: ``TableError`` as ``TableFile/open(_:options:)`` does.
  public convenience init(path: String, options: TableOptions = .init()) throws(TableError) {
    try self.init(try InputFile(path), options: options)
  }

  init(_ file: InputFile, options: TableOptions) throws(TableError) {
    path = file.path
    limits = options.limits
    let archive = try ZipArchive(file)
    let workbook = XLSXWorkbookHandler()
    guard try Self.parse("xl/workbook.xml", of: archive, limits, into: workbook) else {
      throw archive.entries["EncryptedPackage"] != nil
        ? .encrypted(path: file.path)
        : .corrupt(path: file.path, detail: "it is a ZIP file but holds no workbook")
    }
    let relations = XLSXRelationsHandler()
    _ = try Self.parse("xl/_rels/workbook.xml.rels", of: archive, limits, into: relations)
    // A sheet may be a chart alone; such a one holds no rows.
    let chosen = try Self.choose(
      workbook.sheets.filter { relations.holdsRows($0.relation) }, options.sheet)
    guard let target = relations.targets[chosen.relation] else {
      throw .corrupt(path: file.path, detail: "the sheet \"\(chosen.name)\" has no content")
    }
    let styles = XLSXStylesHandler()
    if let part = relations.part(ofType: "/styles") {
      _ = try Self.parse(part, of: archive, limits, into: styles)
    }
    let shared = XLSXSharedStrings(limit: limits.sharedStringBytes)
    if let part = relations.part(ofType: "/sharedStrings") {
      _ = try Self.parse(part, of: archive, limits, into: shared) { () throws(TableError) in
        if let fault = shared.fault { throw fault }
      }
    }
    let part = XLSXRelationsHandler.resolve(target)
    guard let stream = try archive.open(part, limits: limits) else {
      throw .corrupt(path: file.path, detail: "the sheet \"\(chosen.name)\" is missing in the file")
    }
    self.stream = stream
    var merged = XLSXMergedCells()
    // They stand behind the rows they are about.
    if let ahead = try archive.open(part, limits: limits) { try merged.scan(ahead) }
    sheet = XLSXSheetHandler(
      shared: shared, styles: styles, merged: merged, date1904: workbook.date1904, limits: limits)
    xml = XMLStream(sheet)
  }

  public func next() throws(TableError) -> TableRow? {
    while true {
      if let row = sheet.pop() { return row }
      if let fault = sheet.fault { throw fault }
      if atEnd { return nil }
      let block = try stream.next()
      if block.isEmpty { atEnd = true }
      if let problem = xml.feed(block) { throw sheet.fault ?? .corrupt(path: path, detail: problem) }
    }
  }

  /// Reads one part whole. False when the file has no such part.
  private static func parse(
    _ part: String, of archive: ZipArchive, _ limits: TableLimits, into handler: any XMLHandler,
    afterBlock: () throws(TableError) -> Void = { () throws(TableError) in }
  ) throws(TableError) -> Bool {
    guard let stream = try archive.open(part, limits: limits) else { return false }
    let xml = XMLStream(handler)
    while true {
      let block = try stream.next()
      if let problem = xml.feed(block) {
        throw .corrupt(path: archive.file.path, detail: "\(part): \(problem)")
      }
      try afterBlock()
      if block.isEmpty { return true }
    }
  }

  private static func choose(
    _ sheets: [XLSXWorkbookHandler.Sheet], _ name: String?
  ) throws(TableError) -> XLSXWorkbookHandler.Sheet {
    let found =
      name.map { name in sheets.first { $0.name == name } } ?? sheets.first { !$0.hidden } ?? sheets.first
    guard let found else { throw .noSheet(name: name, sheets: sheets.map(\.name)) }
    return found
  }
}

/// `xl/workbook.xml`: the sheets and where days are counted from.
final class XLSXWorkbookHandler: XMLHandler {
  struct Sheet {
    var name: String
    var relation: String
    var hidden: Bool
  }
  var sheets: [Sheet] = []
  var date1904 = false

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "sheet":
      sheets.append(
        Sheet(
          name: attributes["name"] ?? "", relation: attributes["id"] ?? "",
          hidden: (attributes["state"] ?? "visible") != "visible"))
    case "workbookPr": date1904 = ["1", "true"].contains(attributes["date1904"] ?? "")
    default: break
    }
  }
  func end(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// `xl/_rels/workbook.xml.rels`: which part of the file is what.
final class XLSXRelationsHandler: XMLHandler {
  var targets: [String: String] = [:]
  private var types: [(type: String, target: String)] = []
  private var withoutRows: Set<String> = []

  func start(_ name: String, _ attributes: [String: String]) {
    guard name == "Relationship", let id = attributes["Id"], let target = attributes["Target"] else { return }
    targets[id] = target
    let type = attributes["Type"] ?? ""
    types.append((type, target))
    if ["/chartsheet", "/dialogsheet"].contains(where: type.hasSuffix) { withoutRows.insert(id) }
  }
  func end(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  func holdsRows(_ id: String) -> Bool { !withoutRows.contains(id) }

  func part(ofType suffix: String) -> String? {
    types.first { $0.type.hasSuffix(suffix) }.map { Self.resolve($0.target) }
  }

  /// Targets are relative to `xl/`, or begin with a slash.
  static func resolve(_ target: String) -> String {
    if target.hasPrefix("/") { return String(target.dropFirst()) }
    return "xl/" + (target.hasPrefix("./") ? String(target.dropFirst(2)) : target)
  }
}

/// `xl/styles.xml`: which cell styles show a number as a date.
final class XLSXStylesHandler: XMLHandler {
  enum Look { case number, date, time, dateTime }
  private(set) var looks: [Look] = []
  private var formats: [Int: String] = [:]
  private var inCellFormats = false

  func start(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "numFmt":
      if let id = attributes["numFmtId"].flatMap({ Int($0) }) { formats[id] = attributes["formatCode"] ?? "" }
    case "cellXfs": inCellFormats = true
    case "xf" where inCellFormats: looks.append(look(attributes["numFmtId"].flatMap { Int($0) } ?? 0))
    default: break
    }
  }
  func end(_ name: String) { if name == "cellXfs" { inCellFormats = false } }
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  private func look(_ id: Int) -> Look {
    if let format = formats[id] { return Self.look(ofFormat: format) }
    switch id {
    case 14...17, 27...31, 34...36, 50...58: return .date
    case 18...21, 32, 33, 45...47: return .time
    case 22: return .dateTime
    default: return .number
    }
  }

  /// Days and years make a date, hours a time, elapsed ones (`[h]:mm`) too; what else stands in quotes, brackets or behind
  /// a backslash is decoration.
  static func look(ofFormat format: String) -> Look {
    var quoted = false
    var bracket = false
    var bracketed = ""
    var escaped = false
    var date = false
    var time = false
    var months = false
    for scalar in format.lowercased().unicodeScalars {
      if escaped {
        escaped = false
        continue
      }
      switch scalar {
      case "\"" where !bracket: quoted.toggle()
      case "\\" where !quoted, "_" where !quoted, "*" where !quoted: escaped = true
      case "[" where !quoted:
        bracket = true
        bracketed = ""
      case "]" where !quoted:
        bracket = false
        if ["h", "hh", "m", "mm", "s", "ss"].contains(bracketed) { time = true }
      case _ where bracket: bracketed.unicodeScalars.append(scalar)
      case _ where quoted: break
      case ";": return result(date, time, months)
      case "d", "y": date = true
      case "h", "s": time = true
      case "m": months = true
      default: break
      }
    }
    return result(date, time, months)
  }

  private static func result(_ date: Bool, _ time: Bool, _ months: Bool) -> Look {
    switch (date || months && !time, time) {
    case (true, true): .dateTime
    case (true, false): .date
    case (false, true): .time
    case (false, false): .number
    }
  }
}

/// `xl/sharedStrings.xml` as one run of bytes with the ends of its texts, both outside of memory when they are many.
final class XLSXSharedStrings: XMLHandler {
  private var bytes = SpilledBytes()
  /// The end of each text, eight bytes a text.
  private var ends = SpilledBytes()
  private let limit: Int
  private var inText = false
  private var phonetic = 0
  private(set) var fault: TableError?

  init(limit: Int) { self.limit = limit }

  /// Bytes that stand in memory now.
  var held: Int { bytes.held + ends.held }

  func start(_ name: String, _ attributes: [String: String]) {
    if name == "rPh" { phonetic += 1 }
    if name == "t", phonetic == 0 { inText = true }
  }

  func end(_ name: String) {
    switch name {
    case "t": inText = false
    case "rPh": phonetic -= 1
    case "si":
      let end = UInt64(bytes.count)
      withUnsafeBytes(of: end) { keep($0, in: \.ends) }
    default: break
    }
  }

  func text(_ block: UnsafeBufferPointer<UInt8>) {
    guard inText else { return }
    keep(UnsafeRawBufferPointer(block), in: \.bytes)
  }

  private func keep(
    _ new: UnsafeRawBufferPointer, in place: ReferenceWritableKeyPath<XLSXSharedStrings, SpilledBytes>
  ) {
    guard fault == nil else { return }
    do throws(TableError) {
      try self[keyPath: place].append(new)
      if bytes.count > limit || ends.count > limit {
        fault = .unpacksTooLarge(part: "the shared texts", limit: limit)
      }
    } catch {
      fault = error
    }
  }

  /// The text of that number, nil when there is none.
  /// - Throws: `cellTooLarge` for more than `limit` bytes, before they are read.
  func text(_ index: Int, limit: Int, tooLarge: @autoclosure () -> TableError) throws(TableError) -> [UInt8]?
  {
    guard index >= 0, index < ends.count / 8 else { return nil }
    func number(_ bytes: [UInt8], _ i: Int) -> Int {
      bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self)) }
    }
    let range: Range<Int>
    if index == 0 {
      range = 0..<number(try ends.read(0..<8), 0)
    } else {
      let both = try ends.read((index - 1) * 8..<(index + 1) * 8)
      range = number(both, 0)..<number(both, 1)
    }
    guard range.count <= limit else { throw tooLarge() }
    return try bytes.read(range)
  }
}
