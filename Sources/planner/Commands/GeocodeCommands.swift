import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Planning

struct GeocodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geocode", abstract: "Finds the place of an address, in either alphabet.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "The address as people write it.") var address: String?
  @Option(help: "Country to prefer, by code or name (BY, Poland).", transform: OptionValue.country)
  var country: String?
  @Option(help: ArgumentHelp("Places near this come first among equals.", valueName: "LAT,LON"))
  var near: String?
  @Option(help: "Most results.") var limit = 5
  @Option(
    help: "Language of names, where they are known in it (en, de, ru, pl, …); else that of the address.")
  var lang: String?
  @OptionGroup var batch: BatchOptions

  func validate() throws {
    guard (address == nil) != (batch.batch == nil) else {
      throw ValidationError("give an address, or --batch with --column and --output")
    }
    guard (1...100).contains(limit) else { throw ValidationError("--limit is 1 … 100") }
    if let lang, lang.wholeMatch(of: /[A-Za-z]{2,3}/) == nil {
      throw ValidationError("\"\(lang)\" is no language code: write en, de, ru …")
    }
    if let near {
      do throws(CoordinateError) {
        _ = try CoordinateText.require(near)
      } catch {
        throw ValidationError("--near \(near): \(error.message)")
      }
    }
  }

  /// The fixed members and, beside them, those of GeocodeJSON: readers of either find theirs.
  struct Answer: Encodable {
    struct Result: Encodable {
      var label: String
      var level: String
      var score: Double
      var latitude: Double
      var longitude: Double
      var components: AddressComponents
      var provider: String
      var detail: GeocodeDetail

      init(_ candidate: GeocodeCandidate) {
        label = candidate.label
        level = candidate.level.rawValue
        score = (candidate.score * 1000).rounded() / 1000
        latitude = candidate.coordinate.latitude
        longitude = candidate.coordinate.longitude
        components = candidate.components
        provider = candidate.provider
        detail = candidate.detail
      }
    }
    private var query: String
    private var results: [Result]
    private var type: JSONValue?
    private var geocoding: JSONValue?
    private var features: JSONValue?

    init(_ text: String, _ found: [GeocodeCandidate], language: String) {
      query = text
      results = found.map(Result.init)
      let photon = JSONValue.object(
        GeocodeJSON.members(query: text, candidates: found, language: language))
      (type, geocoding, features) = (photon["type"], photon["geocoding"], photon["features"])
    }
  }

  func run() async throws {
    let workspace = Workspace(global)
    let near = try near.map { try CoordinateText.require($0) }
    if try await batch.run(workspace, country: country, near: near, json: global.json) { return }
    let geocoder = try workspace.geocoder()
    let text = address ?? ""
    let found = try await geocoder.geocode(
      GeocodeQuery(text, country: country, limit: limit, near: near, language: lang))
    if global.json { return try JSONOutput.print(Answer(text, found, language: lang ?? "en")) }
    TextTable(
      [
        .init(title: "Place", shrinksTo: 30), .init(title: "Level"), .init(title: "Score", alignment: .right),
        .init(title: "Latitude", alignment: .right), .init(title: "Longitude", alignment: .right),
      ],
      found.map { candidate in
        [
          candidate.label, candidate.level.rawValue, GeoText.decimals(candidate.score, 2),
          GeoText.decimals(candidate.coordinate.latitude, 5),
          GeoText.decimals(candidate.coordinate.longitude, 5),
        ]
      }
    ).print(orElse: "Nothing found for \"\(text)\"")
    guard let detail = found.first?.detail else { return }
    let notes = [("corrected to", detail.correctedText), ("ignored", detail.ignoredText)]
    let line = notes.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
    if !line.isEmpty { Session.print("First: " + line) }
  }
}

enum GeoText {
  /// A number with a fixed count of decimals, a point for the comma.
  static func decimals(_ value: Double, _ places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: max(0, places - fraction.utf8.count))
    return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / scale)"
      + (places > 0 ? ".\(zeros)\(fraction)" : "")
  }
}

struct ReverseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reverse", abstract: "Names the nearest address or place of a coordinate, and its region.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: ArgumentHelp("Degrees, latitude first.", valueName: "LAT,LON")) var coordinate: String

  struct Answer: Encodable {
    var latitude: Double
    var longitude: Double
    var label: String
    var level: String
    var metres: Double
    var place: String
    var placeMetres: Double
    var region: String?
    var regionCode: String?
    var country: String?
    var timeZone: String?

    /// - Throws: ``ReverseError/nothingNear(_:)``.
    init(_ point: Coordinate, in gazetteer: Gazetteer) throws {
      guard let found = gazetteer.reverse(point) else {
        throw ReverseError.nothingNear("\(point.latitude),\(point.longitude)")
      }
      latitude = point.latitude
      longitude = point.longitude
      label = found.nearest.label
      level = found.nearest.level.rawValue
      metres = found.distance.value.rounded()
      place = found.place.label
      placeMetres = found.placeDistance.value.rounded()
      region = found.place.components.region
      regionCode = found.place.components.regionCode
      country = found.place.components.country
      timeZone = found.timeZone
    }
  }

  func run() async throws {
    let point = try CoordinateText.require(coordinate)
    let gazetteer = try Workspace(global).gazetteer()
    let answer = try Answer(point, in: gazetteer)
    if global.json { return try JSONOutput.print(answer) }
    Session.print("\(answer.label) (\(answer.level), \(Int(answer.metres)) m away)")
    Session.print("Place: \(answer.place), \(TripText.kilometres(Metres(answer.placeMetres))) km away")
    let region = [answer.region, answer.regionCode, answer.country].compactMap { $0 }
    if !region.isEmpty { Session.print("Region: " + region.joined(separator: ", ")) }
    if let zone = answer.timeZone { Session.print("Time zone: \(zone)") }
  }
}

enum ReverseError: CodedError, Equatable {
  case nothingNear(String)
  var code: String { "reverse.nothingNear" }
  var message: String {
    switch self {
    case .nothingNear(let text): "no place of the gazetteer lies near \(text)"
    }
  }
  var hint: String { "latitude comes first; `planner import gazetteer` adds places" }
}
