import CRM
import Foundation
import Geo
import Store
import TestSupport
import Testing

@testable import Exchange

/// A ZIP file made by hand.
struct ZipMaker {
  private var body: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  mutating func add(_ name: String, _ content: [UInt8], deflated: Bool = false, encrypted: Bool = false) {
    var packed = content
    if deflated {
      // A gzip stream is a raw deflate stream with ten bytes in front and eight behind.
      packed = Array(Array(Gzip.deflate(Data(content))).dropFirst(10).dropLast(8))
    }
    func two(_ n: Int) -> [UInt8] { [UInt8(n & 0xFF), UInt8(n >> 8 & 0xFF)] }
    func four(_ n: Int) -> [UInt8] { two(n) + two(n >> 16) }
    let offset = body.count
    let common =
      two(20) + two(encrypted ? 1 : 0) + two(deflated ? 8 : 0) + four(0) + four(0) + four(packed.count)
      + four(content.count) + two(name.utf8.count) + two(0)
    body += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + packed
    directory += [0x50, 0x4B, 1, 2] + two(20) + common + two(0) + two(0) + two(0) + four(0) + four(offset)
    directory += Array(name.utf8)
    count += 1
  }

  var bytes: [UInt8] {
    func two(_ n: Int) -> [UInt8] { [UInt8(n & 0xFF), UInt8(n >> 8 & 0xFF)] }
    func four(_ n: Int) -> [UInt8] { two(n) + two(n >> 16) }
    return body + directory + [0x50, 0x4B, 5, 6] + four(0) + two(count) + two(count) + four(directory.count)
      + four(body.count) + two(0)
  }
}

/// A workbook of one sheet.
func workbook(
  sheet: String, shared: String = "", styles: String = "", encrypted: Bool = false, deflated: Bool = true,
  merged: String = ""
) -> [UInt8] {
  var zip = ZipMaker()
  func add(_ name: String, _ text: String) {
    zip.add(name, Array(("<?xml version=\"1.0\"?>" + text).utf8), deflated: deflated, encrypted: encrypted)
  }
  add(
    "xl/workbook.xml",
    "<x:workbook xmlns:x=\"m\" xmlns:r=\"r\"><x:sheets><x:sheet name=\"S\" r:id=\"rId1\"/></x:sheets></x:workbook>"
  )
  add(
    "xl/_rels/workbook.xml.rels",
    """
    <Relationships><Relationship Id="rId1" Type="t/worksheet" Target="/xl/sheets/s.xml"/>\
    <Relationship Id="rId2" Type="t/sharedStrings" Target="shared.xml"/>\
    <Relationship Id="rId3" Type="t/styles" Target="styles.xml"/></Relationships>
    """)
  add("xl/shared.xml", "<sst>\(shared)</sst>")
  add("xl/styles.xml", "<styleSheet>\(styles)</styleSheet>")
  add("xl/sheets/s.xml", "<worksheet><sheetData>\(sheet)</sheetData>\(merged)</worksheet>")
  return zip.bytes
}

@Suite struct XLSXReaderTests {
  let folder = TemporaryFolder()

  func rows(_ bytes: [UInt8], options: TableOptions = .init()) throws -> [TableRow] {
    let reader = try TableFile.open(folder.write(bytes, "p.xlsx"), options: options)
    var rows: [TableRow] = []
    while let row = try reader.next() { rows.append(row) }
    return rows
  }

  @Test(
    "a workbook of another program is read: visible sheet, dates, times, booleans, big numbers, line breaks")
  func realWorkbook() throws {
    let rows = try rows(workbookFixture)
    #expect(rows.map(\.number) == [1, 3, 4, 5])
    #expect(
      rows[1].cells == [
        "Код", "Название", "Адрес", "Телефон", "Визит", "Время", "Активен", "Широта", "Заметка",
      ])
    #expect(
      rows[2].cells == [
        "1001", "ООО «Вояж»", "г. Брест, ул. Ленина, 5", "375291234567", "2026-11-23", "09:30", "true",
        "52.0976",
        "строка 1\nстрока 2",
      ])
    #expect(
      rows[3].cells == [
        "1002", "Юность & <Ко>", "Минск", "", "2026-01-02 03:04", "", "false", "53.9045", "=1+1",
      ])
  }

  @Test("a sheet is chosen by name, and a name that is not there is refused with those that are")
  func sheets() throws {
    #expect(try rows(workbookFixture, options: .init(sheet: "Скрытый")).map(\.cells) == [["нет"]])
    #expect(throws: TableError.noSheet(name: "Нет", sheets: ["Скрытый", "Партнёры"])) {
      _ = try rows(workbookFixture, options: .init(sheet: "Нет"))
    }
  }

  @Test("a workbook is imported, its title row passed over")
  func imports() async throws {
    let database = try Database.temporary()
    var options = PartnerImport.Options(at: testNow)
    options.country = "BY"
    let file = folder.write(workbookFixture, "p.xlsx")
    let report = try await PartnerImport.run(
      file: file, database: database, geocoder: townGeocoder, options: options)
    #expect((report.created, report.conflicts) == (2, 0))
    let partners = try allPartners(database)
    #expect(partners.map(\.name) == ["Юность & <Ко>", "ООО «Вояж»"].sorted())
    #expect(partners.contains { $0.contactPoints.map(\.normalised) == ["+375291234567"] })
    #expect(partners.contains { $0.externalReferences.map(\.key) == ["1001"] })
  }

  @Test("shared, inline, rich, phonetic and escaped texts; gaps in rows and columns; errors")
  func cells() throws {
    let shared = "<si><t>А</t></si><si><r><t>Б</t></r><r><t>В</t></r><rPh><t>нет</t></rPh></si>"
    let sheet = """
      <row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c><c t="inlineStr"><is><t>Г_x000A_Д_x0001_</t></is></c></row>\
      <row><c t="str"><f>1</f><v>итог</v></c><c t="e"><v>#N/A</v></c><c><v>3.75291234567E11</v></c><c><v>0.1</v></c></row>\
      <row r="9"><c t="s"><v>77</v></c></row><row r="10"/>
      """
    for deflated in [true, false] {
      let rows = try rows(workbook(sheet: sheet, shared: shared, deflated: deflated))
      #expect(rows[0].cells == ["", "А", "", "БВ", "Г\nД"])
      #expect(rows[0].issues == [.init(column: 5, kind: .controlCharacter)])
      #expect(rows[1].cells == ["итог", "", "375291234567", "0.1"])
      #expect(rows[1].issues == [.init(column: 2, kind: .spreadsheetError)])
      #expect(rows.map(\.number) == [2, 3])
    }
  }

  @Test("dates by built-in and own formats, and what only looks like one")
  func dates() throws {
    #expect(XLSXStylesHandler.look(ofFormat: "dd\\.mm\\.yyyy") == .date)
    #expect(XLSXStylesHandler.look(ofFormat: "[$-419]d mmmm yyyy \"г.\"") == .date)
    #expect(XLSXStylesHandler.look(ofFormat: "h:mm") == .time)
    #expect(XLSXStylesHandler.look(ofFormat: "[h]:mm") == .time)
    #expect(XLSXStylesHandler.look(ofFormat: "[mm]:ss") == .time)
    #expect(XLSXStylesHandler.look(ofFormat: "h:mm AM/PM") == .time)
    #expect(XLSXStylesHandler.look(ofFormat: "[Magenta]0.00") == .number)
    #expect(XLSXStylesHandler.look(ofFormat: "yyyy-mm-dd hh:mm") == .dateTime)
    #expect(XLSXStylesHandler.look(ofFormat: "0.00\" дней\"") == .number)
    #expect(XLSXStylesHandler.look(ofFormat: "[Red]0;\"d\"0") == .number)
    #expect(XLSXSheetHandler.date(46_349, .date, false) == "2026-11-23")
    #expect(XLSXSheetHandler.date(1, .date, false) == "1900-01-01")
    #expect(XLSXSheetHandler.date(61, .date, false) == "1900-03-01")
    #expect(XLSXSheetHandler.date(0.75, .dateTime, false) == "18:00")
    #expect(XLSXSheetHandler.date(44_887, .date, true) == "2026-11-23")
  }

  @Test("an office worker's sheet: merged title, formulas, times, dates, yes and no, errors, bold text")
  func officeSheet() async throws {
    func text(_ cell: String, _ value: String) -> String {
      "<c r=\"\(cell)\" t=\"inlineStr\"><is><r><rPr><b/></rPr><t>\(value)</t></r></is></c>"
    }
    let headings = [
      "Код", "Название", "Город", "Открытие", "Закрытие", "Действующий", "Не посещать до", "Время визита",
      "УНП",
      "Широта", "Долгота",
    ]
    let letters = headings.indices.map { String(UnicodeScalar(UInt8(65 + $0))) }
    let head = zip(letters, headings).map { text("\($0)3", $1) }.joined()
    let sheet = """
      <row r="1">\(text("A1", "Партнёры на 01.06.2026"))<c r="B1"/><c r="C1"/></row>\
      <row r="3">\(head)</row>\
      <row r="4"><c r="A4"><v>17</v></c><c r="B4" t="str"><f>A4&amp;"x"</f><v>ООО «Вояж»</v></c>\(text("C4", "Брест"))\
      <c r="D4" s="1"><f>9/24</f><v>0.375</v></c><c r="E4" s="2"><v>0.75</v></c><c r="F4" t="b"><v>0</v></c>\
      <c r="G4" s="3"><v>46387</v></c><c r="H4" s="2"><v>3.125E-2</v></c><c r="I4"><v>1.90000001E8</v></c>\
      <c r="J4"><v>52.097600000000003</v></c><c r="K4"><v>23.7341</v></c></row>\
      <row r="5"><c r="A5" t="e"><v>#REF!</v></c>\(text("B5", "Юность"))<c r="C5" t="e"><v>#N/A</v></c>\
      <c r="D5"><v>0.35416666666666669</v></c><c r="E5"><v>17</v></c><c r="F5" t="b"><v>1</v></c></row>\
      <row r="6" hidden="1"><c r="B6" s="1"/></row>
      """
    let styles = """
      <numFmts count="2"><numFmt numFmtId="165" formatCode="[h]:mm"/>\
      <numFmt numFmtId="166" formatCode="[$-419]dd\\.mm\\.yyyy;@"/></numFmts>\
      <cellXfs><xf numFmtId="0"/><xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>
      """
    let database = try Database.temporary()
    let report = try await PartnerImport.run(
      file: folder.write(workbook(sheet: sheet, styles: styles), "p.xlsx"),
      mapping: try ImportMapping(yaml: "columns: {status: Действующий, visitLength: Время визита}"),
      database: database, geocoder: nil, options: .init(at: testNow))
    #expect((report.rows, report.created, report.conflicts) == (2, 2, 0), "\(report.firstConflicts)")
    let partners = try allPartners(database)
    let voyage = try #require(partners.first { $0.name == "ООО «Вояж»" })
    #expect(voyage.externalReferences.map(\.key) == ["17"])
    #expect(voyage.openingHours?.days == Array(repeating: [.init(start: 32_400, end: 64_800)], count: 7))
    #expect(voyage.status == .closed)
    #expect(voyage.doNotVisit == DoNotVisit(until: LocalDate("2026-12-31"), reason: ""))
    #expect(voyage.visitLength == Seconds(minutes: 45))
    #expect(voyage.registrationNumber == "190000001")
    #expect(voyage.location?.coordinate == Coordinate(trustedLatitude: 52.0976, longitude: 23.7341))
    let young = try #require(partners.first { $0.name == "Юность" })
    // A time without its format, and a whole hour.
    #expect(young.openingHours?.days[0] == [.init(start: 30_600, end: 61_200)])
    #expect(young.status == .active && young.externalReferences.isEmpty)
  }

  @Test(
    "what a spreadsheet did to the cells is told: a house made a date, a formula nobody worked out, half of something"
  )
  func spoiltCells() async throws {
    func text(_ value: String) -> String { "<c t=\"inlineStr\"><is><t>\(value)</t></is></c>" }
    let head = ["Название", "Город", "Улица", "Дом", "Длительность визита", "Примечание", "Координаты"]
    let sheet = """
      <row>\(head.map(text).joined())</row>\
      <row>\(text("Вояж"))\(text("Минск"))\(text("Ленина"))<c s="1"><v>46143</v></c><c><v>0.5</v></c>\
      <c><f>A1</f></c>\(text("0x10, 27"))</row>\
      <row>\(text("Ветразь"))<c/><c/><c/><c s="2"><v>3.125E-2</v></c><c t="str"><f>""</f><v></v></c></row>
      """
    let styles =
      "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"16\"/><xf numFmtId=\"20\"/></cellXfs>"
    let database = try Database.temporary()
    var options = PartnerImport.Options(at: testNow)
    options.reportPath = folder.path("r.csv")
    _ = try await PartnerImport.run(
      file: folder.write(workbook(sheet: sheet, styles: styles), "p.xlsx"), database: database, geocoder: nil,
      options: options)
    let report = try String(contentsOfFile: folder.path("r.csv"), encoding: .utf8)
    for code in ["houseIsDate", "badVisitLength", "formulaWithoutValue"] {
      #expect(report.components(separatedBy: "partner.import." + code).count == 2, "\(code)")
    }
    #expect(report.contains("\"2026-05-01\"\" is read as 1/5"))
    let partners = try allPartners(database)
    #expect(partners[1].visitAddress?.components.house == "1/5")
    #expect(partners[1].visitLength == nil && partners[1].location == nil)
    #expect(partners[0].visitLength == Seconds(minutes: 45))
  }

  @Test("a cell merged over rows holds for each of them; blank rows stay blank and titles where they are")
  func mergedCells() throws {
    func text(_ cell: String, _ value: String) -> String {
      "<c r=\"\(cell)\" t=\"inlineStr\"><is><t>\(value)</t></is></c>"
    }
    let sheet = """
      <row r="1">\(text("A1", "Список"))</row>\
      <row r="2">\(text("A2", "Минск"))\(text("B2", "Вояж"))</row><row r="3">\(text("B3", "Ветразь"))</row>\
      <row r="4"><c r="A4"/><c r="B4"/></row><row r="5"><c r="A5"/>\(text("B5", "Роза"))</row>\
      <row r="6">\(text("B6", "Якорь"))</row>
      """
    let merged =
      "<mergeCells count=\"3\"><mergeCell ref=\"A1:C1\"/><mergeCell ref=\"A2:A5\"/><x:mergeCell  ref='D1048576:E9999999' /></mergeCells>"
    for deflated in [true, false] {
      let rows = try rows(workbook(sheet: sheet, deflated: deflated, merged: merged))
      #expect(
        rows.filter { !$0.isBlank }.map(\.cells) == [
          ["Список"], ["Минск", "Вояж"], ["Минск", "Ветразь"], ["Минск", "Роза"], ["", "Якорь"],
        ])
    }
    // The list of areas is cut by a block of the stream.
    let many = (0..<9000).map { "<mergeCell ref=\"C\(2 * $0 + 20):C\(2 * $0 + 21)\"/>" }.joined()
    let long = (0..<18_000).map { row in
      "<row r=\"\(row + 20)\">\(text("A\(row + 20)", "x"))\(row % 2 == 0 ? text("C\(row + 20)", "\(row / 2)") : "")</row>"
    }.joined()
    let rows = try rows(workbook(sheet: long, deflated: false, merged: "<mergeCells>\(many)</mergeCells>"))
    #expect(rows.map { $0.cells.last } == (0..<18_000).map { "\($0 / 2)" })
  }

  @Test("a sheet that is a chart is passed over")
  func chartSheet() throws {
    var zip = ZipMaker()
    func add(_ name: String, _ text: String) { zip.add(name, Array(text.utf8)) }
    add(
      "xl/workbook.xml",
      "<workbook><sheets><sheet name=\"График\" r:id=\"a\" xmlns:r=\"r\"/><sheet name=\"Список\" r:id=\"b\" xmlns:r=\"r\"/></sheets></workbook>"
    )
    add(
      "xl/_rels/workbook.xml.rels",
      "<R><Relationship Id=\"a\" Type=\"t/chartsheet\" Target=\"c.xml\"/><Relationship Id=\"b\" Type=\"t/worksheet\" Target=\"s.xml\"/></R>"
    )
    add("xl/c.xml", "<chartsheet/>")
    add("xl/s.xml", "<worksheet><sheetData><row><c><v>5</v></c></row></sheetData></worksheet>")
    #expect(try rows(zip.bytes).map(\.cells) == [["5"]])
    #expect(throws: TableError.noSheet(name: "График", sheets: ["Список"])) {
      _ = try rows(zip.bytes, options: .init(sheet: "График"))
    }
  }

  @Test("what is damaged, protected or made to explode is refused by name")
  func refused() throws {
    let good = workbook(sheet: "<row><c><v>1</v></c></row>")
    #expect(code { _ = try rows(Array(good.prefix(good.count / 2))) } == "table.xlsx.corrupt")
    #expect(code { _ = try rows(workbook(sheet: "<row>", encrypted: true)) } == "table.xlsx.encrypted")
    #expect(code { _ = try rows(workbook(sheet: "<row><c></row>")) } == "table.xlsx.corrupt")
    let ole: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0] + TableReaderTests.utf16le("....EncryptedPackage")
    #expect(code { _ = try rows(ole) } == "table.xlsx.encrypted")
    var zip = ZipMaker()
    zip.add("word/document.xml", Array("<x/>".utf8))
    #expect(code { _ = try rows(zip.bytes) } == "table.xlsx.corrupt")
    let bomb = String(repeating: " ", count: 40 << 20)
    #expect(code { _ = try rows(workbook(sheet: bomb)) } == "table.xlsx.unpacksTooLarge")
    #expect(
      code {
        _ = try rows(
          workbook(
            sheet:
              "<row><c t=\"inlineStr\"><is><t>\(String(repeating: "я", count: 600_000))</t></is></c></row>",
            deflated: false))
      }
        == "table.cell.tooLarge")
    var laughs = ZipMaker()
    laughs.add("xl/workbook.xml", Array("<!DOCTYPE a [<!ENTITY b \"c\">]><workbook>&b;</workbook>".utf8))
    #expect(code { _ = try rows(laughs.bytes) } == "table.xlsx.corrupt")
  }

  @Test("a workbook with flipped bytes gives rows or a coded error, never a crash")
  func flippedBytes() throws {
    var random = SplitMix(seed: 12)
    for _ in 0..<400 {
      var bytes = workbookFixture
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bytes = Array(bytes.prefix(Int.random(in: 1...bytes.count, using: &random)))
      }
      do { _ = try rows(bytes) } catch { #expect(error is TableError) }
    }
  }
}
