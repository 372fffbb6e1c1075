import CRM

/// All rows of a partner as they stood, byte for byte, so that an undo can put them back.
public struct PartnerImage: Sendable {
  let bytes: [UInt8]
}

/// The rows of a partner, table by table.
///
/// Layout, all integers little-endian: for each table its name and column names (counted strings), then the
/// number of rows and the values, each a type byte (0 null, 1 integer, 2 real, 3 text, 4 blob) and its bytes.
/// Column names are kept so that an image still fits after a later migration has added a column.
enum PartnerRows {
  /// Parents before children.
  static let tables = [
    "partner", "partner_tag", "contact_person", "contact_point", "address", "geocode_result",
    "external_reference", "partner_name_word",
  ]

  static func key(of table: String) -> String { table == "partner" ? "id" : "partner_id" }
}

struct ImageTable {
  var name: String
  var columns: [String]
  var rows: [[SQLValue]]
}

extension PartnerImage {
  init(tables: [ImageTable]) {
    var out: [UInt8] = []
    func number(_ value: Int) { withUnsafeBytes(of: Int64(value).littleEndian) { out += $0 } }
    func text(_ value: String) {
      number(value.utf8.count)
      out += value.utf8
    }
    number(tables.count)
    for table in tables {
      text(table.name)
      number(table.columns.count)
      for column in table.columns { text(column) }
      number(table.rows.count)
      for value in table.rows.joined() {
        switch value {
        case .null: out.append(0)
        case .int(let value):
          out.append(1)
          number(Int(value))
        case .double(let value):
          out.append(2)
          number(Int(Int64(bitPattern: value.bitPattern)))
        case .text(let value):
          out.append(3)
          text(value)
        case .blob(let value):
          out.append(4)
          number(value.count)
          out += value
        }
      }
    }
    bytes = out
  }

  func tables() throws -> [ImageTable] {
    var at = 0
    func fail() -> StoreError {
      .unreadable(table: "import_change", detail: "an image of \(bytes.count) bytes ends early")
    }
    func number() throws -> Int {
      guard at + 8 <= bytes.count else { throw fail() }
      defer { at += 8 }
      return bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at, as: Int64.self)) }
    }
    func slice() throws -> ArraySlice<UInt8> {
      let count = try number()
      guard count >= 0, count <= bytes.count - at else { throw fail() }
      defer { at += count }
      return bytes[at..<at + count]
    }
    func text() throws -> String { String(decoding: try slice(), as: UTF8.self) }
    func value() throws -> SQLValue {
      guard at < bytes.count else { throw fail() }
      let type = bytes[at]
      at += 1
      switch type {
      case 0: return .null
      case 1: return .int(Int64(try number()))
      case 2: return .double(Double(bitPattern: UInt64(bitPattern: Int64(try number()))))
      case 3: return .text(try text())
      case 4: return .blob([UInt8](try slice()))
      default: throw fail()
      }
    }
    return try (0..<number()).map { _ in
      let name = try text()
      let columns = try (0..<number()).map { _ in try text() }
      let rows = try (0..<number()).map { _ in try columns.map { _ in try value() } }
      return ImageTable(name: name, columns: columns, rows: rows)
    }
  }
}

extension ReadAccess {
  /// The rows of a partner as they stand now; nil when there is none. Take it before an import changes the
  /// partner, and give it to `importChange` afterwards.
  public func image(of id: PartnerID) throws -> PartnerImage? {
    guard let row = try partnerRow(id) else { return nil }
    let tables = try PartnerRows.tables.map { table in
      let key = PartnerRows.key(of: table)
      var columns: [String] = []
      var rows: [[SQLValue]] = []
      try db.rows("SELECT * FROM \(table) WHERE \(key) = ?", .int(row)) { c in
        if columns.isEmpty { columns = c.names }
        rows.append((0..<columns.count).map { c.value(Int32($0)) })
      }
      return ImageTable(name: table, columns: columns, rows: rows)
    }
    return PartnerImage(tables: tables)
  }
}

extension Writer {
  /// Puts the rows back as the image has them.
  func restore(_ image: PartnerImage, row: Int64) throws {
    let tables = try image.tables()
    for table in PartnerRows.tables.reversed() where table != "partner" {
      try db.run("DELETE FROM \(table) WHERE partner_id = ?", .int(row))
    }
    for table in tables {
      guard PartnerRows.tables.contains(table.name) else { continue }
      for values in table.rows {
        if table.name == "partner" {
          let list = table.columns.map { "\"\($0)\" = ?" }.joined(separator: ", ")
          try db.run("UPDATE partner SET \(list) WHERE id = ?", arguments: values + [.int(row)])
        } else {
          let list = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
          let marks = table.columns.map { _ in "?" }.joined(separator: ", ")
          try db.run("INSERT INTO \(table.name) (\(list)) VALUES (\(marks))", arguments: values)
        }
      }
    }
  }
}
