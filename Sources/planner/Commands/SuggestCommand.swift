import ArgumentParser
import Exchange
import Foundation
import Geo
import Planning

struct SuggestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Places, streets and houses that a text may be the beginning of; its last word is unfinished.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "What was typed so far.") var text: String
  @Option(help: "Only in this country, by code or name (BY, Poland).", transform: OptionValue.country)
  var country: String?
  @Option(help: ArgumentHelp("What lies near comes first.", valueName: "LAT,LON")) var near: String?
  @Option(help: "Most results.") var limit = 8

  func validate() throws {
    guard (1...50).contains(limit) else { throw ValidationError("--limit is 1 … 50") }
    if let near, (try? CoordinateText.require(near)) == nil {
      throw ValidationError("\"\(near)\" is no LATITUDE,LONGITUDE")
    }
  }

  func run() async throws {
    let near = try near.map { try CoordinateText.require($0) }
    let found = try Workspace(global).gazetteer().suggest(text, country: country, near: near, limit: limit)
    if global.json {
      return try JSONOutput.print(
        GeocodeCommand.Answer(text, found, language: "en"))
    }
    guard !found.isEmpty else { return Session.print("Nothing begins with \"\(text)\"") }
    for candidate in found { Session.print("\(candidate.label)  (\(candidate.level.rawValue))") }
  }
}
