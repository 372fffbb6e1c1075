import Foundation
import TestSupport
import Testing

@testable import Exchange

@Suite struct TableReaderTests {
  let folder = TemporaryFolder()

  func rows(_ bytes: [UInt8], options: TableOptions = .init()) throws -> [[String]] {
    let reader = try TableFile.open(folder.write(bytes), options: options)
    var rows: [[String]] = []
    while let row = try reader.next() { rows.append(row.cells) }
    return rows
  }
  func rows(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)) }

  static let utf16le: @Sendable (String) -> [UInt8] = {
    $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  }
  static let utf16be: @Sendable (String) -> [UInt8] = {
    $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
  }
  /// Windows-1251 of Cyrillic text, by the layout of its letters.
  static func cp1251(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x410...0x44F: UInt8(scalar.value - 0x410 + 0xC0)
      case 0x401: 0xA8
      case 0x451: 0xB8
      case 0x40E: 0xA1
      case 0x45E: 0xA2
      case 0x406: 0xB2
      case 0x456: 0xB3
      case 0xAB: 0xAB
      case 0xBB: 0xBB
      case 0x2116: 0xB9
      case 0x2013: 0x96
      default: UInt8(scalar.value)
      }
    }
  }

  static let text =
    "Название;Адрес\r\nАгентство «Вояж» № 1;г. Минск, ул. Мясникова – 5\r\nТурфирма Ёлка;Быхаў, вёска Іўе\r\n"

  @Test(
    "the delimiter is the one that splits the rows, whatever the title above them says",
    arguments: [
      ("Список\nНазвание;Город\nА;Брест\n", ";"), ("Список\n\nНазвание;Город\nА;Брест\n", ";"),
      ("Список клиентов на 01.11, все\nНазвание;Город;Телефон\nА;Брест;1\nБ;Лида;2\n", ";"),
      ("name,address\nA,\"Minsk; Lenina, 1\"\n", ","), ("name\taddress\nA, B\tMinsk, 1\n", "\t"),
      ("Название\nАльфа, турагентство\nБета; ООО\n", "\t"), ("name\nAlpha\n", "\t"),
    ])
  func delimiter(_ text: String, _ expected: String) {
    #expect(CSVReader.guessDelimiter(Array(text.utf8)[...]) == Array(expected.utf8)[0], "\(text)")
  }

  @Test(
    "the same text is read from every encoding",
    arguments: [
      Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + utf16le(text),
      [0xFE, 0xFF] + utf16be(text),
      utf16le(text), utf16be(text), cp1251(text),
    ])
  func encodings(_ bytes: [UInt8]) throws {
    #expect(
      try rows(bytes) == [
        ["Название", "Адрес"], ["Агентство «Вояж» № 1", "г. Минск, ул. Мясникова – 5"],
        ["Турфирма Ёлка", "Быхаў, вёска Іўе"],
      ])
  }

  @Test("characters beyond the first plane survive UTF-16")
  func surrogates() throws {
    let text = "name,x\n🏨 Отель,𝔸\n"
    #expect(try rows([0xFF, 0xFE] + Self.utf16le(text))[1] == ["🏨 Отель", "𝔸"])
    #expect(throws: TableError.self) { try rows([0xFF, 0xFE, 0x3D, 0xD8, 0x41, 0x00]) }
    #expect(throws: TableError.self) { try rows([0xFF, 0xFE] + Self.utf16le(text) + [0x41]) }
  }

  @Test("an encoding that is none of these is refused with row and column")
  func wrongEncoding() throws {
    // "Łódź" and "Wrocław" in Windows-1250.
    let polish: [UInt8] =
      Array("nazwa;miasto\nBiuro;".utf8) + [0xA3, 0xF3, 0x64, 0x9F, 0x0A] + Array("B;Wroc".utf8) + [
        0xB3, 0x61, 0x77,
      ]
    #expect { try rows(polish) } throws: { error in
      guard case .wrongEncoding(_, let row, let column, _)? = error as? TableError else { return false }
      return row == 2 && column == 2
    }
    // Russian in KOI8-R: "Название", "Минск".
    let koi: [UInt8] = [
      0xEE, 0xC1, 0xDA, 0xD7, 0xC1, 0xCE, 0xC9, 0xC5, 0x0A, 0xED, 0xC9, 0xCE, 0xD3, 0xCB, 0xCF, 0xD4, 0xCF,
    ]
    #expect(code { _ = try rows(koi) } == "table.encoding.wrong")
    #expect(code { _ = try rows(Array("имя\nда\n".utf8) + [0xC0, 0xAF]) } == "table.encoding.wrong")
    #expect(code { _ = try rows([0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0]) } == "table.encoding.wrong")
  }

  @Test(
    "the delimiter is guessed",
    arguments: [
      ("a;b;c\n1,5;2,5;x, y\n", ["1,5", "2,5", "x, y"]), ("a,b,c\n1,2;3,4\n", ["1", "2;3", "4"]),
      ("a\tb\tc\n1, 2\t3\t4\n", ["1, 2", "3", "4"]), ("a|b|c\n1|2,2|3\n", ["1", "2,2", "3"]),
      ("name\nx, y\n", ["x", " y"]), ("\"a;b\",c\n\"1;2\",3\n", ["1;2", "3"]),
      ("sep=|\na|b;c\n1|2;3\n", ["2", "3"]),
    ] as [(String, [String])])
  func delimiters(_ text: String, _ expected: [String]) throws {
    if text.hasPrefix("sep") {
      #expect(try rows(text) == [["a", "b;c"], ["1", "2;3"]])
    } else {
      #expect(try rows(text).last == expected)
    }
  }

  @Test("quotes, line breaks inside them, every line end, ragged rows and blank lines")
  func shapes() throws {
    #expect(try rows("a,b\r\n\"x \"\"y\"\"\",\"1\n2\r\n3\"\r\n") == [["a", "b"], ["x \"y\"", "1\n2\r\n3"]])
    #expect(try rows("a,b\r1,2\r3,4") == [["a", "b"], ["1", "2"], ["3", "4"]])
    #expect(try rows("a,b\n1\n1,2,3\n") == [["a", "b"], ["1"], ["1", "2", "3"]])
    #expect(try rows("a,b\n\n\n1,2\n") == [["a", "b"], ["1", "2"]])
    #expect(try rows("a,b\n\"\",\"\"\n") == [["a", "b"], ["", ""]])
    #expect(try rows("a,b\n\"x\"y,5\" тв\n") == [["a", "b"], ["xy", "5\" тв"]])
    #expect(try rows("a,b\n\"x\"\u{301},2\n") == [["a", "b"], ["x\u{301}", "2"]])
  }

  @Test("rows are counted as a spreadsheet counts them")
  func numbers() throws {
    let reader = try TableFile.open(folder.write("a,b\n\n\"1\n2\",3\n4,5\n"))
    var numbers: [Int] = []
    while let row = try reader.next() { numbers.append(row.number) }
    #expect(numbers == [1, 3, 4])
  }

  @Test("any split of the bytes into blocks gives the same rows")
  func longFile() throws {
    let line = "\"Вояж \"\"\(String(repeating: "я", count: 333))\"\"\",Минск\r\n"
    let text = "name,city\r\n" + String(repeating: line, count: 700)
    let all = try rows(text)
    #expect(all.count == 701)
    #expect(Set(all.dropFirst()).count == 1)
  }

  @Test("limits name the row and the column")
  func limits() throws {
    var options = TableOptions()
    options.limits.cellBytes = 10
    options.limits.columns = 3
    #expect(throws: TableError.cellTooLarge(row: 2, column: 2, limit: 10)) {
      _ = try rows(Array("a,b\n1,12345678901\n".utf8), options: options)
    }
    #expect(throws: TableError.tooManyColumns(row: 2, limit: 3)) {
      _ = try rows(Array("a,b\n1,2,3,4\n".utf8), options: options)
    }
    options.limits.rowBytes = 15
    #expect(throws: TableError.rowTooLarge(row: 2, limit: 15)) {
      _ = try rows(Array("a,b\n12345678,12345678\n".utf8), options: options)
    }
    #expect(throws: TableError.unclosedQuote(row: 2, column: 2)) { _ = try rows("a,b\n1,\"2\n3,4\n") }
  }

  @Test("control characters are left out and told")
  func controls() throws {
    let reader = try TableFile.open(folder.write("a,b\nx\u{0}y,\u{1B}[31m\n"))
    _ = try reader.next()
    let row = try #require(try reader.next())
    #expect(row.cells == ["xy", "[31m"])
    #expect(
      row.issues == [.init(column: 1, kind: .controlCharacter), .init(column: 2, kind: .controlCharacter)])
  }

  @Test("random bytes give rows or a coded error, never a crash")
  func randomBytes() throws {
    var random = SplitMix(seed: 11)
    let alphabet: [UInt8] = Array("\",;\t|\r\n ab\u{0}".utf8) + [0xD0, 0xBF, 0xFF, 0xFE, 0xEF, 0xBB]
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
        alphabet.randomElement(using: &random)!
      }
      do { _ = try rows(bytes) } catch { #expect(error is TableError) }
    }
  }
}
