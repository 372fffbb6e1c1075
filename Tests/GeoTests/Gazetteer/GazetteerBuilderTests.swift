import Foundation
import Testing

@testable import Geo

@Suite struct GazetteerBuilderTests {
  private let data = GazetteerFixture.data

  private func small(_ extracts: [String] = []) -> GazetteerSources {
    var sources = GazetteerSources.standard(dataDirectory: data, extracts: extracts)
    sources.countries = ["MC"]
    return sources
  }

  private func identity(_ path: String) throws -> UInt64 {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require((attributes[.systemFileNumber] as? NSNumber)?.uint64Value)
  }

  @Test("the shipped data gives all its places, each once")
  func whole() throws {
    let report = try GazetteerBuilder.report(of: try GazetteerFixture.shared.get().path)
    // 32,745 + 68,949 lines, 9,095 to 9,170 of them in both files.
    #expect((92_000...93_000).contains(report.places))
    #expect(report.names > 800_000)
    #expect(report.subdivisions == 51_711)
    #expect(report.airports == 7884)
    #expect(report.addresses > 10_000)
    #expect(report.streets > 700)
  }

  @Test("a file made from equal sources is kept, one made from others is replaced")
  func reuse() throws {
    let path = try GazetteerFixture.temporaryFolder() + "/new/folder/g.sqlite"
    let first = try GazetteerBuilder.build(small(), at: path)
    #expect(!first.reused)
    let before = try identity(path)
    #expect(try GazetteerBuilder.build(small(), at: path).reused)
    #expect(try identity(path) == before)
    #expect(try !GazetteerBuilder.build(small(), at: path, force: true).reused)
    var other = small()
    other.airports = nil
    #expect(try GazetteerBuilder.build(other, at: path).airports == 0)
  }

  @Test("an extract is added to a copy, once, and stays when the base is asked for again")
  func addExtract() throws {
    let path = try GazetteerFixture.temporaryFolder() + "/g.sqlite"
    try GazetteerBuilder.build(small(), at: path)
    let reader = try Gazetteer(path: path)
    let extract = data + "/osm/monaco_2023.osm.pbf"
    let report = try GazetteerBuilder.addExtract(extract, to: path)
    #expect(report.addresses >= 300)
    #expect(try GazetteerBuilder.addExtract(extract, to: path).reused)
    #expect(try GazetteerBuilder.build(small(), at: path).addresses == report.addresses)
    let query = GeocodeQuery("Avenue Saint-Michel 11, Monaco")
    #expect(try Gazetteer(path: path).geocode(query).first?.level ?? .region >= .street)
    // The reader opened before still reads the old file.
    #expect(reader.geocode(query).first?.level == .locality)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: (path as NSString).deletingLastPathComponent)
    #expect(names == ["g.sqlite"])
    // All in one build gives the same.
    let other = try GazetteerFixture.temporaryFolder() + "/g.sqlite"
    let whole = try GazetteerBuilder.build(small([extract]), at: other)
    #expect(
      whole.addresses == report.addresses && whole.streets == report.streets && whole.places == report.places)
  }

  @Test("a damaged extract leaves the old file as it was")
  func damagedExtract() throws {
    let folder = try GazetteerFixture.temporaryFolder()
    let path = folder + "/g.sqlite"
    try GazetteerBuilder.build(small(), at: path)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let half = folder + "/half.osm.pbf"
    let whole = try Data(contentsOf: URL(fileURLWithPath: data + "/osm/monaco_2023.osm.pbf"))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: half))
    #expect(throws: OSMError.self) { try GazetteerBuilder.addExtract(half, to: path) }
    #expect(throws: OSMError.self) { try GazetteerBuilder.build(small([half]), at: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["g.sqlite", "half.osm.pbf"])
  }

  @Test("what is no gazetteer, or another version's, is refused by name")
  func refused() throws {
    let folder = try GazetteerFixture.temporaryFolder()
    #expect(throws: GazetteerError.missing(path: folder + "/none")) { try Gazetteer(path: folder + "/none") }
    let text = folder + "/text"
    try Data("just text, long enough to be looked at as a database header".utf8).write(
      to: URL(fileURLWithPath: text))
    #expect { try Gazetteer(path: text) } throws: {
      ($0 as? GazetteerError)?.code == "geo.gazetteer.unreadable"
    }
    let path = folder + "/g.sqlite"
    try GazetteerBuilder.build(small(), at: path)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: 8)
    try file.write(contentsOf: Data([99, 0, 0, 0]))
    try file.close()
    #expect(
      throws: GazetteerError.wrongVersion(path: path, found: 99, wanted: GazetteerBuilder.schemaVersion)
    ) {
      try Gazetteer(path: path)
    }
    #expect(try !GazetteerBuilder.build(small(), at: path).reused)
    #expect(throws: Never.self) { try Gazetteer(path: path) }
  }

  @Test("missing and malformed sources name the file and the line")
  func badSources() throws {
    let folder = try GazetteerFixture.temporaryFolder()
    var sources = GazetteerSources(places: [folder + "/none.tsv"])
    #expect { try GazetteerBuilder.build(sources, at: folder + "/g.sqlite") } throws: {
      ($0 as? GazetteerError)?.code == "geo.gazetteer.sourceUnreadable"
    }
    let good = "1\tMir\tBY\t03\tBY-HR\t\t53.45\t26.47\t2248\tEurope/Minsk\tМир"
    for bad in [
      "2\tMir\tBY", "x\tMir\tBY\t03\tBY-HR\t\t53.45\t26.47\t2248\tEurope/Minsk\t",
      "2\tMir\tBY\t03\tBY-HR\t\t127\t26.47\t2248\tEurope/Minsk\t",
    ] {
      try Data("\(good)\n\(bad)\n".utf8).write(to: URL(fileURLWithPath: folder + "/places.tsv"))
      sources.places = [folder + "/places.tsv"]
      #expect { try GazetteerBuilder.build(sources, at: folder + "/g.sqlite") } throws: {
        guard case .sourceMalformed(_, let line, _)? = $0 as? GazetteerError else { return false }
        return line == 2
      }
    }
    try Data("\(good)\n".utf8).write(to: URL(fileURLWithPath: folder + "/places.tsv"))
    #expect(try GazetteerBuilder.build(sources, at: folder + "/g.sqlite").places == 1)
    #expect(throws: GazetteerError.self) { try GazetteerBuilder.build(sources, at: "/proc/none/g.sqlite") }
  }

  @Test("towns only addresses know are added; addresses without a town go where their postcode is")
  func settlements() throws {
    let folder = try GazetteerFixture.temporaryFolder()
    try Data("1\tMir\tBY\t03\tBY-HR\t\t53.45\t26.47\t2248\tEurope/Minsk\tМир\n".utf8)
      .write(to: URL(fileURLWithPath: folder + "/places.tsv"))
    func house(_ id: Int, _ lat: Double, _ lon: Double, _ tags: [String: String]) -> String {
      let inner = tags.sorted { $0.key < $1.key }.map { "<tag k=\"\($0.key)\" v=\"\($0.value)\"/>" }.joined()
      return "<node id=\"\(id)\" lat=\"\(lat)\" lon=\"\(lon)\">\(inner)</node>"
    }
    let nodes = [
      house(
        1, 53.60, 26.60,
        [
          "addr:street": "улица Мира", "addr:housenumber": "1", "addr:city": "Новинка",
          "addr:postcode": "231000",
        ]),
      house(
        2, 53.60, 26.6002,
        ["addr:street": "улица Мира", "addr:housenumber": "3-7", "addr:postcode": "231000"]),
      house(3, 53.45, 26.4701, ["addr:street": "Замковая улица", "addr:housenumber": "2;4"]),
    ]
    try Data("<osm>\(nodes.joined())</osm>".utf8).write(to: URL(fileURLWithPath: folder + "/x.osm"))
    try GazetteerBuilder.build(
      GazetteerSources(places: [folder + "/places.tsv"], extracts: [folder + "/x.osm"]),
      at: folder + "/g.sqlite")
    let gazetteer = try Gazetteer(path: folder + "/g.sqlite")
    func level(_ text: String) -> GeocodeLevel? { gazetteer.geocode(GeocodeQuery(text)).first?.level }
    #expect(level("Новинка, ул. Мира, 1") == .house)
    #expect(level("Новинка, ул. Мира, 5") == .house)
    #expect(level("г.п. Мир, ул. Замковая, д. 4") == .house)
    #expect(level("г.п. Мир, ул. Замковая, д. 3") == .street)
    #expect(gazetteer.geocode(GeocodeQuery("Новинка")).first?.components.country == "BY")
  }
}
