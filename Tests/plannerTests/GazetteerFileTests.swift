import Foundation
import Geo
import Testing

@testable import planner

@Suite("Files of the gazetteer are told apart by content, whatever their name")
struct GazetteerFileTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gazetteer-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  /// `places`, `postal`, `extract` or the code of the error.
  func kind(_ data: Data, name: String = "file") throws -> String {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent(name).path
    try data.write(to: URL(fileURLWithPath: path))
    var sources = GazetteerSources()
    do {
      try GazetteerFile.add(path, to: &sources)
    } catch let error as any CodedError {
      return error.code
    }
    return sources.places == [path] ? "places" : sources.postal == [path] ? "postal" : "extract"
  }

  @Test("places, postcodes and extracts, packed and with a byte order mark as well")
  func known() throws {
    let place = "1\tMir\tBY\t03\tBY-HR\t\t53.45\t26.47\t2248\tEurope/Minsk\tМир\n"
    let postal = "LV\tLV-1010\tRīga\tRīga\t\t\t\t\t\t56.95\t24.1\t4\r\n"
    for (text, wanted) in [
      (place, "places"), (postal, "postal"), ("\u{FEFF}" + postal, "postal"), ("<?xml?><osm/>", "extract"),
      ("\u{FEFF}\n<osm></osm>", "extract"),
    ] {
      #expect(try kind(Data(text.utf8)) == wanted, "\(text)")
      #expect(try kind(Gzip.deflate(Data(text.utf8))) == wanted, "\(text)")
    }
    // <osm></osm> packed by bzip2.
    let bzip2 = "QlpoOTFBWSZTWfh7t0AAAAEZgAAAgAUAAogAIAAhJMIMA5kMS48XckU4UJD4e7dA"
    #expect(try kind(#require(Data(base64Encoded: bzip2))) == "extract")
    let data = TranscriptRunner.packageRoot.appendingPathComponent("data/osm/monaco_2023.osm.pbf")
    #expect(try kind(try Data(contentsOf: data), name: "a.txt") == "extract")
  }

  @Test("anything else is refused by its code")
  func unknown() throws {
    for text in [
      "", "\n\n", "Мир, Замковая 2\n", "1\tMir\tBY\t03\tBY-HR\t\t93.45\t26.47\t2248\n",
      "BY\tA\tМир\t\t\t\t\t\t\t53\t26\t4\n", "BLR\t1\tМир\t\t\t\t\t\t\t53\t26\t4\n", "PK\u{3}\u{4}\0\0\0",
    ] {
      #expect(try kind(Data(text.utf8), name: "a.tsv") == "gazetteer.file.unknown", "\(text)")
    }
    // A list of postcodes packed by bzip2, which lists are not read from.
    let bzip2 =
      "QlpoOTFBWSZTWeUy8M4AAA3fFBAyAAN3IAAEEQAggAAIBAAgACEqA0DIAUwmmgNMR4bxbcb1WT2QVFuNlmplHaOHTx4+LuSKcKEhymXhnA=="
    #expect(try kind(#require(Data(base64Encoded: bzip2))) == "gazetteer.file.unknown")
    #expect(try kind(Gzip.deflate(Data("LV\tLV-1010".utf8)).dropLast()) == "geo.compression.truncated")
    var sources = GazetteerSources()
    #expect(throws: WorkspaceError.unreadable(folder.path)) {
      try GazetteerFile.add(folder.path, to: &sources)
    }
  }
}
