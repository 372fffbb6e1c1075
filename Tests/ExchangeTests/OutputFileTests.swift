import Foundation
import Geo
import Store
import Testing

@testable import Exchange

@Suite("A file that is written never takes the place of one that is kept")
struct OutputFileTests {
  let folder = TemporaryFolder()

  @Test(
    "a kept file is known by every name: as it is, roundabout, by link, by hard link, through a linked folder"
  )
  func names() throws {
    let kept = folder.write("kept", "list.csv")
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.path("link.csv"), withDestinationPath: "list.csv")
    try files.createSymbolicLink(
      atPath: folder.path("again.csv"), withDestinationPath: folder.path("link.csv"))
    try files.linkItem(atPath: kept, toPath: folder.path("hard.csv"))
    try files.createSymbolicLink(atPath: folder.path("folder"), withDestinationPath: ".")
    let parent = folder.url.lastPathComponent
    for name in [
      "list.csv", "./list.csv", "../\(parent)/list.csv", "link.csv", "again.csv", "hard.csv",
      "folder/list.csv",
    ] {
      let path = folder.path("") + "/" + name
      let refused = code { _ = try OutputFile(path, keeping: [folder.path("none"), kept]) }
      #expect(refused == "file.output.inUse", "\(name)")
    }
    #expect(try String(contentsOfFile: kept, encoding: .utf8) == "kept")
    let error = OutputError.isKept(path: "a", file: "b")
    #expect(error.message.contains("a") && error.message.contains("b"))
  }

  @Test("a kept file that is still to be made is known as well")
  func comingFiles() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder.path("var"), withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "var/new.sqlite")
    let coming = folder.path("var") + "/new.sqlite"
    for path in [coming, folder.path("var") + "/./new.sqlite", folder.path("link")] {
      #expect(code { _ = try OutputFile(path, keeping: [coming]) } == "file.output.inUse", "\(path)")
    }
    let deep = folder.path("no/such/folder/file")
    #expect(code { _ = try OutputFile(deep, keeping: [deep]) } == "file.output.inUse")
    #expect(code { _ = try OutputFile(folder.path("no/such/file"), keeping: [deep]) } == nil)
    #expect(!files.fileExists(atPath: folder.path("no")))
  }

  @Test("no database is replaced, in use or not, nor the journal beside it")
  func databases() throws {
    let path = folder.path("other.sqlite")
    let database = try Database(path: path)
    #expect(code { try OutputFile.check(path + "-wal", keeping: []) } == "file.output.isDatabase")
    try database.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(code { _ = try OutputFile(path) } == "file.output.isDatabase")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    // One that comes while the output is written stays too.
    let late = folder.path("late.csv")
    let output = try OutputFile(late)
    try output.write(Array("text".utf8))
    try before.write(to: URL(fileURLWithPath: late))
    #expect(code { try output.commit() } == "file.output.isDatabase")
    #expect(try Data(contentsOf: URL(fileURLWithPath: late)) == before)
  }

  @Test("what stood there stays until the file is whole, and when it never is; nothing lies beside it")
  func wholeOrNot() throws {
    let path = folder.write("old", "report.csv")
    chmod(path, 0o640)
    var output: OutputFile? = try OutputFile(path)
    try output?.write(Array("half".utf8))
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    output = nil
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    let whole = try OutputFile(path)
    try whole.write(Array("new".utf8))
    try whole.commit()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o640)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["report.csv"])
  }

  @Test("a link stays a link and its file is replaced; a name may be as long as names can be")
  func linksAndLongNames() throws {
    folder.write("old", "real.csv")
    let link = folder.path("link.csv")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.csv")
    let long = folder.path(String(repeating: "ж", count: 125) + ".csv")
    for path in [link, long, folder.path("new/folder/a.csv")] {
      let output = try OutputFile(path)
      try output.write(Array("new".utf8))
      try output.commit()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.csv")
  }

  @Test("a folder is refused; a device is written to and stays one")
  func otherKinds() throws {
    let inFolder = try OutputFile(folder.path(""))
    #expect(code { try inFolder.open() } == "file.unwritable")
    let null = try OutputFile("/dev/null")
    try null.write(Array("text".utf8))
    try null.commit()
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("an import refuses a report over its list or a database before anything is read, dry or not")
  func report() async throws {
    let text = "Название;Город\nТур;Брест\n"
    let list = folder.write(text)
    func code(_ options: PartnerImport.Options) async -> String? {
      do {
        _ = try await PartnerImport.run(
          file: list, database: try Database(path: folder.path("db.sqlite")), geocoder: nil, options: options)
        return nil
      } catch {
        return (error as? any CodedError)?.code
      }
    }
    for dryRun in [true, false] {
      var options = PartnerImport.Options(dryRun: dryRun, at: testNow)
      options.reportPath = folder.path("./partners.csv")
      #expect(await code(options) == "file.output.inUse")
      options.reportPath = folder.path("db.sqlite")
      options.keptFiles = [folder.path("db.sqlite")]
      #expect(await code(options) == "file.output.inUse")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["partners.csv"])
    #expect(try String(contentsOfFile: list, encoding: .utf8) == text)
  }

  @Test("an import that ends half-way leaves an earlier report as it was")
  func halfReport() async throws {
    struct Stop: Error {}
    let list = folder.write("Название\n" + (0..<30).map { "Тур \($0)\n" }.joined())
    let report = folder.write("earlier", "report.csv")
    var options = PartnerImport.Options(at: testNow)
    options.batchSize = 10
    options.reportPath = report
    let database = try Database.temporary()
    await #expect(throws: Stop.self) {
      _ = try await PartnerImport.run(
        file: list, database: database, geocoder: nil, options: options, progress: { _ in throw Stop() })
    }
    #expect(try String(contentsOfFile: report, encoding: .utf8) == "earlier")
    _ = try await PartnerImport.run(file: list, database: database, geocoder: nil, options: options)
    let lines = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\r\n")
    #expect(lines.count == 31)
  }
}
