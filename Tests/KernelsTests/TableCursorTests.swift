import Testing

@testable import Kernels

@Suite struct TableCursorTests {
  private func rows(_ text: String) -> [[String]] {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      var table = TableCursor(bytes)
      var columns: [Range<Int>] = []
      var rows: [[String]] = []
      while table.next(&columns) { rows.append(["\(table.line)"] + columns.map { table.text($0) }) }
      return rows
    }
  }

  @Test("lines split at tabs, with either line end, empty fields and the number of the line")
  func lines() {
    #expect(rows("a\t\tb\r\n\nc\n\td") == [["1", "a", "", "b"], ["3", "c"], ["4", "", "d"]])
    #expect(rows("") == [] && rows("\r\n\n") == [])
    #expect(rows("x\t\n") == [["1", "x", ""]])
  }

  @Test("plain decimal numbers are read, and nothing else")
  func numbers() {
    for (text, wanted) in [
      ("0", 0), ("-12.345", -12.345), ("2248", 2248), (".5", 0.5), ("7.", 7), ("55.8211404", 55.8211404),
    ] as [(String, Double)] {
      #expect(number(text) == wanted, "\(text)")
    }
    for text in ["", "-", ".", "1e5", "1.2.3", "+1", " 1", "12345678901234567890", "nan", "0x10"] {
      #expect(number(text) == nil, "\(text)")
    }
  }

  private func number(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { TableCursor($0).number(0..<$0.count) }
  }
}
