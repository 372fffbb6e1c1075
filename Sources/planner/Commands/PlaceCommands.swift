import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct ReviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Lists partners whose place a person should look at: not located, below house level, or stale.")

  @OptionGroup var global: GlobalOptions
  @Option(help: "Most rows.") var limit = 50

  struct Row: Encodable {
    var id: String
    var name: String
    var address: String?
    var reason: String
    var level: String?
    var latitude: Double?
    var longitude: Double?
  }

  func run() async throws {
    let list = try Workspace(global).existingDatabase().read { try $0.partnersToReview(limit: limit) }
    if global.json {
      let rows = list.map { item in
        Row(
          id: item.partner.id.description, name: item.partner.name, address: item.partner.address,
          reason: item.reason.rawValue, level: item.partner.level?.rawValue,
          latitude: item.partner.coordinate?.latitude, longitude: item.partner.coordinate?.longitude)
      }
      return try JSONOutput.print(["partners": rows])
    }
    guard !list.isEmpty else { return Session.print("Nothing to review") }
    var table = TextTable([
      .init(title: "Partner"), .init(title: "Name", shrinksTo: 20), .init(title: "Address", shrinksTo: 24),
      .init(title: "Why"),
    ])
    for item in list {
      let why: String =
        switch item.reason {
        case .notLocated: "not located"
        case .belowHouse: item.partner.level?.rawValue ?? "below house"
        case .stale: "address changed"
        }
      table.add([item.partner.id.description, item.partner.name, item.partner.address ?? "—", why])
    }
    Session.print(table.render())
    Session.print("Set a place by `planner pin PARTNER LAT,LON`")
  }
}

struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Sets a partner's place by hand; no geocoder replaces it.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the partner.") var partner: String
  @Argument(help: ArgumentHelp("Degrees, latitude first.", valueName: "LAT,LON")) var coordinate: String

  struct Answer: Encodable {
    var partner: String
    var name: String
    var latitude: Double
    var longitude: Double
  }

  func run() async throws {
    guard let id = PartnerID(partner) else { throw WorkspaceError.badIdentifier(partner, what: "partner") }
    let point = try CoordinateText.require(coordinate)
    let name = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { writer in
        guard let known = try writer.partner(id) else { throw WorkspaceError.unknownPartner(partner) }
        try writer.setPin(point, for: id)
        return known.name
      }
    if global.json {
      return try JSONOutput.print(
        Answer(partner: id.description, name: name, latitude: point.latitude, longitude: point.longitude))
    }
    Session.print("\(name): pinned at \(coordinate)")
  }
}
