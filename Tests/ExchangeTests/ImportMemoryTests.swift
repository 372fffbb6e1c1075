import CRM
import Foundation
import Geo
import Store
import TestSupport
import Testing

@testable import Exchange

/// Elements of all collections that can be reached from a value, each object once. Databases and what the geocoder
/// remembers are bounded by themselves and left out.
func heldElements(_ value: Any) -> Int {
  var seen: Set<ObjectIdentifier> = []
  func count(_ value: Any) -> Int {
    if value is Database || value is GeocodePool { return 0 }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class, !seen.insert(ObjectIdentifier(value as AnyObject)).inserted { return 0 }
    var sum = 0
    if let list = value as? [UInt8] { return list.count }
    switch mirror.displayStyle {
    case .collection, .dictionary, .set: sum += mirror.children.count
    default: break
    }
    for child in mirror.children { sum += count(child.value) }
    if let parent = mirror.superclassMirror { for child in parent.children { sum += count(child.value) } }
    return sum
  }
  return count(value)
}

@Suite("An import holds no more of a long file than of a short one")
struct ImportMemoryTests {
  @Test("the importer holds nothing for the rows behind it")
  func importer() async throws {
    let database = try Database.temporary()
    var options = PartnerImport.Options(at: testNow)
    options.batchSize = 500
    let folder = TemporaryFolder()
    let rows = (1...6000).map { "K\($0);Партнёр \($0);+375 29 \(1_000_000 + $0)\n" }.joined()
    let source = try ImportSource(
      file: folder.write("Код;Название;Телефон\n" + rows), mapping: .init(), options: options)
    let run = try database.write(as: options.actor, at: testNow) { try $0.beginImportRun(source: "x") }
    let importer = try BatchImporter(
      database: database, run: run, mapping: .init(), pool: nil, options: options)
    var held: [Int] = []
    var read: [Int] = []
    while case let batch = try source.next(500), !batch.isEmpty {
      let results = try await importer.write(try await importer.prepare(batch))
      #expect(results.allSatisfy { $0.result == .create })
      held.append(heldElements(importer))
      read.append(heldElements(source))
    }
    #expect(held.count == 12)
    #expect(Set(held).count == 1, "\(held)")
    // The reader holds the block it is in.
    #expect(read.max()! <= 1 << 17, "\(read)")
    // What was forgotten in memory is known all the same.
    let again = try await importer.write(try await importer.prepare(try draftsAgain(folder, options)))
    #expect(again.allSatisfy { $0.issue?.code == "partner.import.duplicateInFile" })
    #expect(again.first?.issue?.message.hasPrefix("row 2 ") == true)
  }

  private func draftsAgain(_ folder: TemporaryFolder, _ options: PartnerImport.Options) throws
    -> [PartnerDraft]
  {
    try ImportSource(file: folder.path("partners.csv"), mapping: .init(), options: options).next(500)
  }

  @Test("which row was about which partner is known for any number of partners, and memory does not grow")
  func seenPartners() throws {
    var random = SplitMix(seed: 5)
    func id(_ number: Int) -> PartnerID {
      // Half of them differ in their first bytes only, half in their last.
      var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0)
      withUnsafeMutableBytes(of: &uuid) {
        $0.storeBytes(of: UInt32(number), toByteOffset: number % 2 == 0 ? 0 : 12, as: UInt32.self)
      }
      return PartnerID(UUID(uuid: uuid))
    }
    var seen = SeenPartners(capacity: 4)
    let numbers = (1...30_000).shuffled(using: &random)
    for number in numbers { try seen.insert(id(number), row: number) }
    try seen.insert(id(7), row: 99_999)
    #expect(seen.count == 30_000)
    #expect(heldElements(seen) == 0)
    for number in numbers { #expect(try seen.row(of: id(number)) == number) }
    #expect(try seen.row(of: id(30_001)) == nil)
  }

  @Test("shared texts of a workbook stand outside of memory once they are many, each as it was")
  func sharedStrings() throws {
    let shared = XLSXSharedStrings(limit: 1 << 30)
    var random = SplitMix(seed: 6)
    func text(_ number: Int) -> [UInt8] {
      Array(String(repeating: "текст \(number) ", count: number % 97).utf8)
    }
    for number in 0..<20_000 {
      shared.start("si", [:])
      shared.start("t", [:])
      text(number).withUnsafeBufferPointer { shared.text($0) }
      shared.end("t")
      shared.end("si")
    }
    #expect(shared.fault == nil)
    func read(_ number: Int) throws -> [UInt8]? {
      try shared.text(number, limit: 1 << 20, tooLarge: .noSheet(name: nil, sheets: []))
    }
    for number in Array(0..<20_000) + (0..<20_000).shuffled(using: &random) {
      #expect(try read(number) == text(number))
    }
    #expect(try read(20_000) == nil)
    #expect(try read(-1) == nil)
    // 17 MiB of text went through.
    #expect(shared.held < 3 << 20, "\(shared.held)")
    #expect(throws: TableError.noSheet(name: nil, sheets: [])) {
      _ = try shared.text(96, limit: 10, tooLarge: .noSheet(name: nil, sheets: []))
    }
  }

  @Test("a temporary folder that takes no file is a coded error")
  func noFolder() {
    let file = ScratchFile(folder: "/nowhere/at/all")
    #expect(code { try [1].withUnsafeBytes { try file.write($0, at: 0) } } == "table.temporaryFile")
  }
}
