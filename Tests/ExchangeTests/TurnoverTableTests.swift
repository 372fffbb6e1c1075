import Foundation
import Testing

@testable import Exchange

@Suite("Turnover lists")
struct TurnoverTableTests {
  private func table(_ text: String) throws -> TurnoverTable {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("turnover-\(UUID()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    return try TurnoverTable(path: file.path)
  }

  private func code(_ text: String) -> String? {
    do { _ = try table(text) } catch { return (error as? TurnoverTable.Failure)?.code ?? "\(error)" }
    return nil
  }

  @Test("rows of one partner are summed, headings are told in several languages")
  func sums() throws {
    let list = try table(
      "Код;Агентство;Оборот за год, BYN\nBR-1;Ветразь;1 250,50\nBR-2;Аист;\nBR-1;Ветразь;100\n")
    #expect(list.amounts == ["BR-1": 1350.5, "BR-2": 0])
    #expect(try table("partner,Turnover\n7,\"1,250\"\n").amounts == ["7": 1250])
  }

  @Test(
    "amounts are read as they are written in any of our countries",
    arguments: [
      ("1250", 1250.0), ("1 250.50", 1250.5), ("1.250,50", 1250.5), ("1,250.50", 1250.5),
      ("1\u{a0}250,5", 1250.5),
      ("1.250.000", 1_250_000), ("1'250", 1250), ("1,250", 1250), ("7,5", 7.5), ("7.25", 7.25), ("0", 0),
      ("12 345 678,90", 12_345_678.9),
    ])
  func amounts(text: String, value: Double) { #expect(TurnoverTable.amount(text) == value) }

  @Test(
    "what is no amount is none",
    arguments: ["-5", "12 EUR", "1.2.3", "1e9", "nan", "1,25,3", ",", "1,2.50,3"])
  func refused(text: String) { #expect(TurnoverTable.amount(text) == nil) }

  @Test("a list without the columns, with a bad amount or without rows is refused with what and where")
  func faults() {
    #expect(code("a;b\n1;2\n") == "turnover.column")
    #expect(code("code;b\n1;2\n") == "turnover.column")
    #expect(code("code;turnover\n") == "turnover.empty")
    #expect(code("code;turnover\n1;5\n2;five\n") == "turnover.amount")
  }
}
