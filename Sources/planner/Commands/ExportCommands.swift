import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Store

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes partners, regions or a trip for other programs.",
    subcommands: [ExportPartners.self, ExportRegions.self, ExportTrip.self])
}

struct ExportPartners: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case geojson, kml, csv }
  static let configuration = CommandConfiguration(
    commandName: "partners", abstract: "Partners of a selection, streamed.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup var target: ExportOptions
  @Option(help: "File format.") var format: Format = .geojson

  func run() async throws {
    let workspace = Workspace(global)
    let sink = try ExportSink(target.output, keeping: workspace.files + selection.files)
    let database = try workspace.existingDatabase()
    var count = 0
    try database.read { reader in
      let value = try selection.resolve(in: reader, workspace: Workspace(global))
      switch format {
      case .geojson:
        var writer = PartnersGeoJSON { try sink.write($0) }
        try reader.forEachSummary(value, by: .session) {
          try writer.write($0)
          count += 1
        }
        try writer.finish()
      case .kml:
        var writer = PartnersKML { try sink.write($0) }
        try reader.forEachSummary(value, by: .session) {
          try writer.write($0)
          count += 1
        }
        try writer.finish()
      case .csv:
        var writer = try PartnersCSV { try sink.write($0) }
        try reader.forEachSummary(value, by: .session) { summary in
          guard let partner = try reader.partner(summary.id) else { return }
          try writer.write(partner, responsible: summary.responsible)
          count += 1
        }
        try writer.finish()
      }
    }
    try sink.commit()
    try ExportText.report(
      target.output, what: "\(count) partner\(count == 1 ? "" : "s")", bytes: sink.bytes, json: global.json)
  }
}

struct ExportRegions: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case geojson, kml }
  static let configuration = CommandConfiguration(commandName: "regions", abstract: "Administrative regions.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var target: ExportOptions
  @Option(help: "File format.") var format: Format = .geojson
  @Option(help: "Only regions of a country, two letters.") var country: String?

  func run() async throws {
    let workspace = Workspace(global)
    let sink = try ExportSink(target.output, keeping: workspace.files)
    let database = try workspace.existingDatabase()
    var count = 0
    try database.read { reader in
      switch format {
      case .geojson:
        var writer = RegionsGeoJSON { try sink.write($0) }
        try reader.forEachRegion(country: country?.uppercased()) {
          try writer.write($0)
          count += 1
        }
        try writer.finish()
      case .kml:
        var writer = RegionsKML { try sink.write($0) }
        try reader.forEachRegion(country: country?.uppercased()) {
          try writer.write($0)
          count += 1
        }
        try writer.finish()
      }
    }
    try sink.commit()
    try ExportText.report(
      target.output, what: "\(count) region\(count == 1 ? "" : "s")", bytes: sink.bytes, json: global.json)
  }
}

struct ExportTrip: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case geojson, gpx, kml, ics, csv }
  static let configuration = CommandConfiguration(
    commandName: "trip", abstract: "A saved trip: map, track, calendar or table.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var target: ExportOptions
  @Argument(help: "Identifier of the trip.") var id: String
  @Option(help: "File format.") var format: Format = .geojson

  func run() async throws {
    let workspace = Workspace(global)
    let sink = try ExportSink(target.output, keeping: workspace.files)
    let database = try workspace.existingDatabase()
    let saved = try SavedTrip(id, in: database)
    try sink.write(TripFiles(saved, in: database, at: Session.current.now()).bytes(format))
    try sink.commit()
    try ExportText.report(
      target.output, what: "\"\(saved.trip.title)\"", bytes: sink.bytes, json: global.json)
  }
}

/// A saved trip as the files of other programs.
struct TripFiles {
  let saved: SavedTrip
  let regions: [Region]
  let history: TripCalendarHistory
  let at: Date

  init(_ saved: SavedTrip, in database: Database, at: Date) throws {
    self.saved = saved
    self.at = at
    (regions, history) = try database.read { reader in
      (
        try Self.regionCodes(in: saved.trip.request).compactMap { try reader.region(code: $0) },
        try TripCalendarHistory(of: saved.trip, in: reader)
      )
    }
  }

  func bytes(_ format: ExportTrip.Format) -> [UInt8] {
    switch format {
    case .geojson: TripGeoJSON.bytes(saved.trip, regions: regions, partners: saved.partners)
    case .gpx: TripGPX.bytes(saved.trip, partners: saved.partners, at: at)
    case .kml: TripKML.bytes(saved.trip, partners: saved.partners)
    case .ics: TripCalendar.bytes(saved.trip, history: history, at: at, partners: saved.partners)
    case .csv: TripCSV.bytes(saved.trip, partners: saved.partners)
    }
  }

  /// Regions the trip's selection names, outside of any NOT.
  static func regionCodes(in request: String) -> [String] {
    struct Stored: Decodable { var selection: Selection }
    guard let stored = try? JSONDecoder().decode(Stored.self, from: Data(request.utf8)) else { return [] }
    var codes: [String] = []
    func walk(_ selection: Selection) {
      switch selection {
      case .region(let code): if !codes.contains(code) { codes.append(code) }
      case .and(let list), .or(let list): for part in list { walk(part) }
      default: break
      }
    }
    walk(stored.selection)
    return codes
  }
}
