import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Exchange

/// The lists the project ships, imported with the gazetteer that is built from the data beside them.
@Suite struct SampleTests {
  static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("data").path

  func importSample(_ name: String, country: String, extracts: [String] = []) async throws -> (
    ImportReport, ImportReport, [Partner]
  ) {
    let folder = TemporaryFolder()
    let path = folder.path("gazetteer.bin")
    var sources = GazetteerSources.standard(
      dataDirectory: Self.data, extracts: extracts.map { Self.data + "/osm/" + $0 })
    sources.countries = [country]
    try GazetteerBuilder.build(sources, at: path)
    let gazetteer = try Gazetteer(path: path)
    let database = try Database.temporary()
    var options = PartnerImport.Options(at: testNow)
    options.country = country
    func run() async throws -> ImportReport {
      try await PartnerImport.run(
        file: Self.data + "/samples/" + name, database: database, geocoder: gazetteer,
        options: options)
    }
    let first = try await run()
    let second = try await run()
    try await exportChangesNothing(in: database, geocoder: gazetteer)
    return (first, second, try allPartners(database))
  }

  /// What goes out as CSV is skipped row by row on its way back, without any option the first import had; a copy in an
  /// empty database goes out as the same file.
  func exportChangesNothing(in database: Database, geocoder: any GeocodingProvider) async throws {
    let folder = TemporaryFolder()
    let text = try PartnerRoundTripTests().export(database)
    let file = folder.write(text, "export.csv")
    let back = try await PartnerImport.run(
      file: file, database: database, geocoder: geocoder, options: .init(at: testNow))
    #expect((back.created, back.updated, back.conflicts) == (0, 0, 0))
    let copy = try Database.temporary()
    _ = try await PartnerImport.run(
      file: file, database: copy, geocoder: geocoder, options: .init(at: testNow))
    func lines(_ text: String) -> [Substring] { text.split(separator: "\r\n") }
    let other = lines(try PartnerRoundTripTests().export(copy))
    #expect(other.count == lines(text).count)
    for (old, new) in zip(lines(text), other) { #expect(old == new) }
  }

  @Test("sixty agencies of two oblasts find their town, and come in once")
  func agencies() async throws {
    let (first, second, partners) = try await importSample("brest_grodno_partners.csv", country: "BY")
    #expect((first.created, first.conflicts, first.warnings) == (60, 0, 0))
    #expect(first.located[.none] == nil)
    #expect(first.located[.locality] == 60)
    #expect((second.created, second.updated, second.skipped, second.conflicts) == (0, 0, 60, 0))
    #expect(partners.allSatisfy { $0.openingHours != nil && $0.kind == .agency && !$0.contactPoints.isEmpty })
    #expect(Set(partners.compactMap { $0.location?.coordinate }).count == 60)
  }

  @Test("partners of a real town are placed at their houses by their address alone")
  func town() async throws {
    let (first, second, partners) = try await importSample(
      "neubrandenburg_partners.csv", country: "DE", extracts: ["neubrandenburg.osm.pbf"])
    #expect((first.created, first.conflicts) == (23, 0))
    #expect(first.located[.house] == 23)
    #expect((second.created, second.updated, second.skipped) == (0, 0, 23))
    #expect(partners.allSatisfy { $0.externalReferences.first?.key.contains("/") == true })
  }
}
