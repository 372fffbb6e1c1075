import ArgumentParser
import CRM
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
  @Option(help: "Most results.") var limit = 5
  @Option(help: ArgumentHelp("Geocode a column of a CSV file.", valueName: "FILE.csv")) var batch: String?
  @Option(help: "The column of --batch that holds the address.") var column: String?
  @Option(help: "Where --batch writes its rows with latitude, longitude, level, score and label.")
  var output: String?
  @Flag(
    help: ArgumentHelp(
      "Guard the file's own cells of --batch against formulas too.",
      discussion: """
        Without it they are written as they were read. With it a cell that a spreadsheet would run (=, +, -, @) gets an \
        apostrophe in front, which `planner import partners` takes away again.
        """))
  var guardFormulas = false

  func validate() throws {
    guard (address == nil) != (batch == nil) else {
      throw ValidationError("give an address, or --batch with --column and --output")
    }
    if guardFormulas && batch == nil { throw ValidationError("--guard-formulas goes with --batch") }
    if batch != nil && (column == nil || output == nil) {
      throw ValidationError("--batch needs --column and --output")
    }
    guard (1...100).contains(limit) else { throw ValidationError("--limit is 1 … 100") }
  }

  struct Answer: Encodable {
    struct Result: Encodable {
      var label: String
      var level: String
      var score: Double
      var latitude: Double
      var longitude: Double
      var components: AddressComponents
      var provider: String

      init(_ candidate: GeocodeCandidate) {
        label = candidate.label
        level = candidate.level.rawValue
        score = (candidate.score * 1000).rounded() / 1000
        latitude = candidate.coordinate.latitude
        longitude = candidate.coordinate.longitude
        components = candidate.components
        provider = candidate.provider
      }
    }
    var query: String
    var results: [Result]
  }

  func run() async throws {
    let workspace = Workspace(global)
    if let batch, let column, let output {
      let sink = try ExportSink(output, keeping: workspace.files + [batch])
      try await GeocodeBatch(
        geocoder: workspace.geocoder(), input: batch, column: column, output: output, sink: sink,
        country: country, guardsFormulas: guardFormulas, json: global.json
      ).run()
      return
    }
    let geocoder = try workspace.geocoder()
    let text = address ?? ""
    let query = GeocodeQuery(text, country: country, limit: limit)
    let found = try await geocoder.geocode(query)
    if global.json {
      return try JSONOutput.print(Answer(query: text, results: found.map(Answer.Result.init)))
    }
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
  }

  func run() async throws {
    let point = try CoordinateText.require(coordinate)
    let gazetteer = try Workspace(global).gazetteer()
    guard let found = gazetteer.reverse(point) else { throw ReverseError.nothingNear(coordinate) }
    let answer = Answer(
      latitude: point.latitude, longitude: point.longitude, label: found.nearest.label,
      level: found.nearest.level.rawValue, metres: found.distance.value.rounded(), place: found.place.label,
      placeMetres: found.placeDistance.value.rounded(), region: found.place.components.region,
      regionCode: found.place.components.regionCode, country: found.place.components.country,
      timeZone: found.timeZone)
    if global.json { return try JSONOutput.print(answer) }
    Session.print("\(answer.label) (\(answer.level), \(Int(answer.metres)) m away)")
    Session.print("Place: \(answer.place), \(TripText.kilometres(found.placeDistance)) km away")
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
