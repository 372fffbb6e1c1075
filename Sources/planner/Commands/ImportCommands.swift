import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Store

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Reads partners, the gazetteer, addresses, regions or roads.",
    subcommands: [
      ImportPartners.self, ImportRuns.self, ImportGazetteer.self, ImportAddresses.self, ImportRegions.self,
      ImportRoads.self,
    ])
}

struct ImportGazetteer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gazetteer",
    abstract: "Builds the gazetteer from the shipped data, lists of places and postcodes, and map extracts.",
    discussion: "Without files the shipped data is taken. A gazetteer made from equal sources is kept.")
  @OptionGroup var global: GlobalOptions
  @Argument(
    help: """
      Places or GeoNames postcodes (tab-separated, may be packed by gzip), or OpenStreetMap extracts (.osm.pbf, .osm, \
      .osm.gz, .osm.bz2); told apart by content.
      """)
  var files: [String] = []
  @Flag(help: "Build anew even when nothing changed.") var force = false

  func run() async throws {
    let workspace = Workspace(global)
    var sources = GazetteerSources.standard(dataDirectory: try workspace.dataFolder())
    for file in files { try GazetteerFile.add(file, to: &sources) }
    try workspace.checkGazetteerPlace()
    try Workspace.makeFolder(of: workspace.gazetteerPath)
    ProcessFiles.removeLeftovers(workspace.gazetteerPath + ".", ".new")
    let report = try GazetteerBuilder.build(
      sources, at: workspace.gazetteerPath, force: force, progress: Progress.lines())
    try GazetteerText.print(report, json: global.json)
  }
}

struct ImportAddresses: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "addresses", abstract: "Adds the addresses and streets of a map extract to the gazetteer.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2.") var file: String

  func run() async throws {
    let workspace = Workspace(global)
    ProcessFiles.removeLeftovers(workspace.gazetteerPath + ".", ".new")
    let report = try GazetteerBuilder.addExtract(
      file, to: workspace.gazetteerPath, progress: Progress.lines())
    try GazetteerText.print(report, json: global.json)
  }
}

enum GazetteerText {
  static func print(_ report: GazetteerReport, json: Bool) throws {
    if json { return try JSONOutput.print(report) }
    Session.print(
      "\(report.path): \(report.places) places, \(report.subdivisions) subdivisions, \(report.airports) airports, "
        + "\(report.streets) streets, \(report.addresses) addresses"
        + (report.reused ? " (unchanged)" : ""))
  }
}
