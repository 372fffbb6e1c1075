/// Cells of a sheet merged over several rows: only the topmost has the value, and people mean it for all of them.
struct XLSXMergedCells {
  private struct Area {
    /// Counted from 1.
    var column: Int
    var top: Int
    var bottom: Int
    var value = ""
  }

  /// By their first row once reading begins; those before `next` have begun.
  private var areas: [Area] = []
  private var next = 0
  private var open: [Area] = []

  /// More than an honest list has.
  private static let most = 100_000
  private static let element = Array("mergeCell ".utf8)

  /// Finds the merged areas of a sheet without taking the rest of its XML apart.
  mutating func scan(_ stream: ZipStream) throws(TableError) {
    var rest: [UInt8] = []
    while areas.count < Self.most {
      let block = try stream.next()
      if block.isEmpty { break }
      let bytes = rest + block
      let read = scan(bytes)
      rest = Array(bytes[max(read, bytes.count - 256)...])
    }
    areas.sort { ($0.top, $0.column) < ($1.top, $1.column) }
  }

  /// Gives the position up to which nothing more is to be found.
  private mutating func scan(_ bytes: [UInt8]) -> Int {
    var done = 0
    bytes.withUnsafeBufferPointer { bytes in
      var i = 1
      let first = Self.element[0]
      while i + Self.element.count <= bytes.count {
        guard bytes[i] == first, bytes[i - 1] == UInt8(ascii: "<") || bytes[i - 1] == UInt8(ascii: ":"),
          bytes[i..<i + Self.element.count].elementsEqual(Self.element)
        else {
          i += 1
          continue
        }
        guard let end = bytes[i...].prefix(200).firstIndex(of: UInt8(ascii: ">")) else { break }
        add(String(decoding: bytes[i..<end], as: UTF8.self))
        i = end
        done = end
      }
    }
    return done
  }

  /// `mergeCell ref="C2:C5"`; what lies in one row only is none.
  private mutating func add(_ element: String) {
    let quoted = element.split { $0 == "\"" || $0 == "'" }
    guard let name = quoted.firstIndex(where: { $0.hasSuffix("ref=") }), name + 1 < quoted.count else {
      return
    }
    let corners = quoted[name + 1].split(separator: ":").map(String.init)
    guard corners.count == 2, let column = XLSXSheetHandler.column(of: corners[0]),
      let top = Self.row(corners[0]), let bottom = Self.row(corners[1]), top < bottom
    else { return }
    areas.append(Area(column: column, top: top, bottom: bottom))
  }

  private static func row(_ reference: String) -> Int? {
    Int(reference.drop { !("0"..."9").contains($0) })
  }

  /// Puts the value of an area that began above into a row that holds anything else. Rows come in order.
  mutating func fill(_ row: inout TableRow) {
    open.removeAll { $0.bottom < row.number }
    let isBlank = row.isBlank
    for area in open where !isBlank && !area.value.isEmpty {
      while row.cells.count < area.column { row.cells.append("") }
      if row.cells[area.column - 1].isEmpty { row.cells[area.column - 1] = area.value }
    }
    while next < areas.count, areas[next].top <= row.number {
      var area = areas[next]
      next += 1
      guard area.top == row.number, row.cells.indices.contains(area.column - 1) else { continue }
      area.value = row.cells[area.column - 1]
      if !area.value.isEmpty { open.append(area) }
    }
  }
}
