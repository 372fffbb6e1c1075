import CRM
import Foundation
import Geo
import Store

@testable import Exchange

/// A folder that goes with the test.
final class TemporaryFolder {
  let url: URL
  init() {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("exchange-\(UUID().uuidString)")
    try! FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  @discardableResult
  func write(_ text: String, _ name: String = "partners.csv") -> String { write(Array(text.utf8), name) }

  @discardableResult
  func write(_ bytes: [UInt8], _ name: String = "partners.csv") -> String {
    let path = path(name)
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    return path
  }
}

/// Fixed moment of all tests.
let testNow = Date(timeIntervalSince1970: 1_795_000_000)

/// Four towns known by name in either alphabet, streets nowhere.
struct TownGeocoder: GeocodingProvider {
  let name = "towns"
  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] { towns(query) }
}

let townGeocoder = TownGeocoder()

private func towns(_ query: GeocodeQuery) -> [GeocodeCandidate] {
  let text = TextFolding.fold(query.text + " " + (query.components.city ?? ""))
  let towns: [(stem: String, city: String, Double, Double)] = [
    ("брест", "Брест", 52.0976, 23.7341), ("brest", "Брест", 52.0976, 23.7341),
    ("гродно", "Гродно", 53.6694, 23.8131), ("минск", "Минск", 53.9045, 27.5615),
    ("minsk", "Минск", 53.9045, 27.5615),
    ("пинск", "Пинск", 52.1229, 26.0951),
  ]
  // The whole word, or "минск" would be found in "пинск".
  let words = Set(text.split(separator: " ").map(String.init))
  guard let town = towns.first(where: { words.contains($0.stem) }) else { return [] }
  let isStreet = text.contains("улица") || words.contains("ул")
  return [
    GeocodeCandidate(
      label: town.city, level: isStreet ? .street : .locality, score: 0.8,
      coordinate: Coordinate(trustedLatitude: town.2, longitude: town.3),
      components: AddressComponents(country: "BY", city: town.city), provider: "towns")
  ]
}

/// Runs an import of CSV text.
func importText(
  _ text: String, into database: Database, mapping: String = "", dryRun: Bool = false,
  geocoder: (any GeocodingProvider)? = townGeocoder, batchSize: Int = 1000, report: String? = nil,
  scope: RecordScope = .all
) async throws -> ImportReport {
  let folder = TemporaryFolder()
  var options = PartnerImport.Options(dryRun: dryRun, at: testNow)
  options.country = "BY"
  options.batchSize = batchSize
  options.reportPath = report
  options.scope = scope
  return try await PartnerImport.run(
    file: folder.write(text), mapping: try ImportMapping(yaml: mapping), database: database,
    geocoder: geocoder,
    options: options)
}

/// All partners, with everything, by name.
func allPartners(_ database: Database) throws -> [Partner] {
  try database.read { reader in
    try reader.summaries(.all).compactMap { try reader.partner($0.id) }.sorted { $0.name < $1.name }
  }
}

func code(of body: () throws -> Void) -> String? { code(Result { try body() }) }

func codeAsync(of body: () async throws -> Void) async -> String? {
  do {
    return code(.success(try await body()))
  } catch {
    return code(.failure(error))
  }
}

private func code(_ result: Result<Void, any Error>) -> String? {
  do {
    try result.get()
    return nil
  } catch let error as any CodedError {
    return error.code
  } catch {
    return String(describing: error)
  }
}
