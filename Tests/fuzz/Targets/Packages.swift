import Foundation

/// A file in memory with the bytes of the input, for readers that take a path; the same one each time.
enum InputPath {
  private static let path = "/dev/shm/planner-fuzz-\(getpid())"

  static func holding(_ bytes: [UInt8]) throws -> String {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(file, $0.baseAddress! + written, bytes.count - written) }
      guard count > 0 else { throw CocoaError(.fileWriteUnknown) }
      written += count
    }
    return path
  }
}

/// A workbook of parts that are stored and not packed: fuzzing reaches the XML in it.
enum StoredWorkbook {
  private static let book = """
    <workbook xmlns:r="r"><workbookPr date1904="0"/><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>
    """
  private static let relations = """
    <Relationships><Relationship Id="r1" Type="t/worksheet" Target="worksheets/sheet1.xml"/>\
    <Relationship Id="r2" Type="t/sharedStrings" Target="sharedStrings.xml"/>\
    <Relationship Id="r3" Type="t/styles" Target="styles.xml"/></Relationships>
    """
  private static let packageRelations = """
    <Relationships><Relationship Id="r1" \
    Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
    Target="xl/workbook.xml"/></Relationships>
    """
  private static let styles = """
    <styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>\
    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>
    """

  /// The input up to its first NUL is the shared strings, what follows the sheet.
  static func package(_ bytes: [UInt8]) -> [UInt8] {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let strings = parts.count > 1 ? Array(parts[0]) : []
    let sheet = Array(parts.last ?? [])
    return zip([
      ("_rels/.rels", Array(packageRelations.utf8)), ("xl/workbook.xml", Array(book.utf8)),
      ("xl/_rels/workbook.xml.rels", Array(relations.utf8)), ("xl/styles.xml", Array(styles.utf8)),
      ("xl/sharedStrings.xml", strings), ("xl/worksheets/sheet1.xml", sheet),
    ])
  }

  /// APPNOTE 6.3.9, method 0; checksums are left 0.
  private static func zip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in files {
      let common =
        le(20, 2) + le(0, 2) + le(0, 2) + le(0, 4) + le(0, 4) + le(content.count, 4) + le(content.count, 4)
        + le(name.utf8.count, 2) + le(0, 2)
      directory +=
        [0x50, 0x4B, 1, 2] + le(20, 2) + common + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4) + le(out.count, 4)
      directory += Array(name.utf8)
      out += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + content
    }
    let end = le(0, 2) + le(0, 2) + le(files.count, 2) + le(files.count, 2)
    return out + directory + [0x50, 0x4B, 5, 6] + end + le(directory.count, 4) + le(out.count, 4) + le(0, 2)
  }

  private static func le(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// A PBF file with a right header and one block of data that is not packed.
enum RawExtract {
  static func file(block: [UInt8]) -> [UInt8] {
    blob("OSMHeader", field(4, Array("OsmSchema-V0.6".utf8)) + field(4, Array("DenseNodes".utf8)))
      + blob("OSMData", block)
  }

  private static func blob(_ type: String, _ content: [UInt8]) -> [UInt8] {
    let body = field(1, content) + [0x10] + varint(content.count)
    let head = field(1, Array(type.utf8)) + [0x18] + varint(body.count)
    return (0..<4).reversed().map { UInt8(truncatingIfNeeded: head.count >> (8 * $0)) } + head + body
  }

  private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(content.count) + content
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var (rest, out) = (value, [UInt8]())
    while rest >= 0x80 {
      out.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    return out + [UInt8(rest)]
  }
}
