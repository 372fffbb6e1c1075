import CRM
import Exchange
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("The page of imports")
struct ImportPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture() }

  @Test("who may bring in lists gets the page with the runs before, each to be taken back once")
  func page() async throws {
    for role in [UserRole.manager, .accountant, .booking] {
      #expect(try await service.page("/import", as: role).status == 403)
      #expect(!(try await service.page("/partners", as: role).text.contains("href=\"/import\"")))
    }
    let empty = try await service.page("/import", as: .head)
    #expect(empty.status == 200 && !empty.text.contains("aria-labelledby=\"runs\""))
    #expect(try await service.page("/partners", as: .head).text.contains("href=\"/import\""))
    let run = try service.database.write(as: Actor(name: "test")) { writer in
      let run = try writer.beginImportRun(source: "список <b>.csv", options: "{}")
      try writer.finishImportRun(run, report: "{}")
      return run
    }
    let page = try await service.page("/import", as: .head)
    #expect(page.text.contains("список &lt;b&gt;.csv") && page.text.contains("data-run=\"\(run)\""))
    _ = try service.database.write(as: Actor(name: "test")) { try $0.undoImportRun(run) }
    let after = try await service.page("/import", as: .head)
    #expect(after.text.contains("taken back") && !after.text.contains("data-run=\"\(run)\""))
    #expect(try await service.page("/import?x=1", as: .head).status == 400)
  }

  @Test("why a whole import failed has Russian words, the particular before the general")
  func failures() async throws {
    let tables: [TableError] = [
      .missing(path: "a"), .unreadable(path: "a", detail: "b"), .empty(path: "a"), .notATable(path: "a"),
      .legacySpreadsheet(path: "a"), .encrypted(path: "a"), .corrupt(path: "a", detail: "b"),
      .noSheet(name: "a", sheets: ["b"]), .noSheet(name: nil, sheets: []),
      .wrongEncoding(path: "a", row: 1, column: 2, detail: "b"), .unclosedQuote(row: 1, column: 2),
      .cellTooLarge(row: 1, column: 2, limit: 3), .rowTooLarge(row: 1, limit: 2),
      .tooManyColumns(row: 1, limit: 2), .unpacksTooLarge(part: "a", limit: 1),
      .temporaryFile(folder: "a", detail: "b"),
    ]
    let imports: [ImportError] = [
      .mappingMissing(path: "a"), .mappingUnreadable(detail: "a"), .mappingUnknownKeys(["a", "b"]),
      .mappingBadValue(key: "a", detail: "b"), .columnsMissing(["a"], headings: ["b"]),
      .nameColumnMissing(headings: ["a", "b"]), .headerMissing, .reportUnwritable(path: "a", detail: "b"),
      .badRun("a"),
    ]
    let others: [any CodedError] = [
      OutputError.unwritable(path: "a"), OutputError.unwritable(path: "a", detail: "b"),
      StoreError.diskFull(path: "a"), StoreError.busy(path: "a"), StoreError.importRunning(run: "a"),
      StoreError.importAlreadyUndone(run: "a"),
      StoreError.undoConflict(
        run: "a", partners: [.init(partner: .new(), name: "b", reason: .changedSince)]),
      APIError.bodyTooLarge(limit: 1),
      APIError.badField(path: "country", detail: "\"1\" is no country", hint: ""),
    ]
    for error in (tables as [any CodedError]) + (imports as [any CodedError]) + others {
      #expect(
        ImportReason.russian.contains { $0.code == error.code && fits(error.message, $0.report) },
        "\(error.code): \(error.message)")
    }
    func first(_ error: TableError) -> String? {
      ImportReason.russian.first { $0.code == error.code && fits(error.message, $0.report) }?.page
    }
    let torn = first(.corrupt(path: "a", detail: "the ZIP directory is cut off"))
    #expect(torn?.contains("оглавление ZIP оборвано") == true)
    #expect(first(.corrupt(path: "a", detail: "x does not unpack"))?.contains("не распаковывается") == true)
    let wide = first(.wrongEncoding(path: "a", row: 1, column: 1, detail: "UTF-32 is not read"))
    #expect(wide?.contains("UTF-32 не читается") == true)
    let headers: HTTPFields = [.accept: "text/html", .acceptLanguage: "ru"]
    let russian = try await service.send(.get, "/import", as: .head, headers: headers).text
    #expect(russian.contains("таблица в формате Excel 97–2003"))
    #expect(try await !service.page("/import", as: .head).text.contains("таблица в формате"))
  }

  @Test("what a job and a file say of themselves is what the page has words for")
  func told() async throws {
    let upload = try await service.send(
      .post, "/api/v1/uploads?name=a.csv", as: .head, headers: [.contentType: "text/csv"],
      body: "Город;Телефон\nБрест;1\n")
    let id = try #require(upload.json["id"]?.text)
    let preview = try await service.send(.post, "/api/v1/uploads/\(id)/preview", as: .head, json: "{}")
    let none = try await service.send(
      .post, "/api/v1/uploads?name=a.csv", as: .head, headers: [.contentType: "text/csv"], body: "")
    for (answer, words) in [(preview, "ни в одном столбце"), (none, "файл пуст")] {
      let (code, detail) = (try #require(answer.code), try #require(answer.json["detail"]?.text))
      let reason = ImportReason.russian.first { $0.code == code && fits(detail, $0.report) }
      #expect(reason?.page.contains(words) == true, "\(answer.text)")
    }
  }

  /// Whether a sentence of the report is what the page has words for.
  private func fits(_ message: String, _ report: String) -> Bool {
    let parts = report.split(separator: /\{\d\}|<\d>/, omittingEmptySubsequences: false)
    let pattern = parts.map { NSRegularExpression.escapedPattern(for: String($0)) }.joined(separator: ".*?")
    return message.range(of: "^\(pattern)$", options: .regularExpression) != nil
  }

  @Test("what an import notices about a row has Russian words, and nothing it names is lost")
  func reasons() async throws {
    for reason in ImportReason.russian {
      let named = reason.report.matches(of: /[{<](\d)[}>]/).compactMap { Int($0.output.1) }
      let said = reason.page.matches(of: /\{(\d)\}/).compactMap { Int($0.output.1) }
      #expect(named == Array(1..<(named.count + 1)) && said.sorted() == named, "\(reason.report)")
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("reasons-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (list, report) = (folder.appendingPathComponent("a.csv"), folder.appendingPathComponent("r.jsonl"))
    let lines = [
      "f1;f2;f3;f4;f5;f6;f7;f8;f9;f10;f11;f12;f13;f14;f15;f16",
      "Вояж;12;x@;нет;0;слон;слон;Нарния;некто;абв;слон;слон;91;200;слон;слон",
      "А;+375 29 111-22-33", "Б;+375 29 111-22-33", ";+375 29 111-22-44", "В;+375 29 111-22-55;;;;;;;;;;;0;0",
    ]
    try Data(lines.joined(separator: "\n").utf8).write(to: list)
    let mapping = try ImportMapping(
      yaml: """
        columns: {name: f1, phone: f2, email: f3, web: f4, registrationNumber: f5, kind: f6, status: f7, country: f8,
          responsible: f9, openingHours: f10, callInterval: f11, visitLength: f12, latitude: f13, longitude: f14,
          plannerID: f15, externalReferences: f16}
        """)
    var options = PartnerImport.Options(at: Date(timeIntervalSince1970: 1_780_909_200))
    options.reportPath = report.path
    _ = try await PartnerImport.run(
      file: list.path, mapping: mapping, database: service.database, geocoder: nil, options: options)
    var codes: Set<String> = []
    for line in try String(contentsOf: report, encoding: .utf8).split(separator: "\n") {
      let row = try JSONValue(parsing: Array(line.utf8))
      var issues = (row["warnings"]?.elements ?? []).map { ($0["code"]?.text, $0["message"]?.text) }
      issues.append((row["code"]?.text, row["reason"]?.text))
      for case (let code?, let message?) in issues {
        codes.insert(code)
        #expect(
          ImportReason.russian.contains { $0.code == code && fits(message, $0.report) }, "\(code): \(message)"
        )
      }
    }
    let expected = [
      "unknownKind", "unknownStatus", "unknownCountry", "unknownResponsible", "badPhone", "duplicateInFile",
      "nameMissing", "coordinatesZero",
    ]
    #expect(codes.isSuperset(of: expected.map { "partner.import.\($0)" }), "\(codes.sorted())")
  }
}
