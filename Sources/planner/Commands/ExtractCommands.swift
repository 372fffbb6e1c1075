import ArgumentParser
import Foundation
import Geo

struct ExtractCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract", abstract: "Makes partner lists to import.",
    subcommands: [ExtractPartners.self, ExtractSampleAgencies.self])
}

struct ExtractPartners: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "partners",
    abstract:
      "Named hotels, guest houses, hostels, travel agencies, museums and information offices of an extract.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "OpenStreetMap extract: .osm.pbf, .osm, .osm.gz or .osm.bz2.") var file: String
  @OptionGroup var target: ExportOptions

  func run() async throws {
    let sink = try ExportSink(target.output, keeping: Workspace(global).files + [file])
    let rows = try PartnerExtract.rows(ofExtract: file)
    try sink.write(Array(PartnerExtract.csv(rows).utf8))
    try sink.commit()
    try ExportText.report(target.output, what: "\(rows.count) partners", bytes: sink.bytes, json: global.json)
  }
}

struct ExtractSampleAgencies: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample-agencies",
    abstract: "Invented agencies, one in each of 60 towns of Brest and Grodno oblasts, for trying things out."
  )
  @OptionGroup var global: GlobalOptions
  @OptionGroup var target: ExportOptions

  func run() async throws {
    let sink = try ExportSink(target.output, keeping: Workspace(global).files)
    try sink.write(Array(SampleAgencies.csv().utf8))
    try sink.commit()
    try ExportText.report(target.output, what: "sample agencies", bytes: sink.bytes, json: global.json)
  }
}
