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
  @OptionGroup var rows: ListLimit

  struct Answer: Encodable {
    var partners: [Row]
    /// How many there are, shown or not.
    var total: Int
  }

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
    let (total, list) = try Workspace(global).existingDatabase().read { reader in
      (try reader.partnersToReviewCount(), try reader.partnersToReview(limit: rows.limit))
    }
    if global.json {
      let partners = list.map { item in
        Row(
          id: item.partner.id.description, name: item.partner.name, address: item.partner.address,
          reason: item.reason.rawValue, level: item.partner.level?.rawValue,
          latitude: item.partner.coordinate?.latitude, longitude: item.partner.coordinate?.longitude)
      }
      return try JSONOutput.print(Answer(partners: partners, total: total))
    }
    TextTable(
      [
        .init(title: "Partner"), .init(title: "Name", shrinksTo: 20),
        .init(title: "Address", shrinksTo: 24), .init(title: "Why"),
      ],
      list.map { item in
        [item.partner.id.description, item.partner.name, item.partner.address ?? "—", Self.why(item)]
      }
    ).print(of: total, orElse: "Nothing to review")
    if !list.isEmpty { Session.print("Set a place by `planner pin PARTNER LAT,LON`") }
  }

  private static func why(_ item: PartnerToReview) -> String {
    switch item.reason {
    case .notLocated: "not located"
    case .belowHouse: item.partner.level?.rawValue ?? "below house"
    case .stale: "address changed"
    }
  }
}

struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Sets a partner's place by hand; no geocoder replaces it.",
    discussion:
      "A pin far from the partner's address or former place, or in another country, is set with a warning.")

  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the partner.") var partner: String
  @Argument(help: ArgumentHelp("Degrees, latitude first.", valueName: "LAT,LON")) var coordinate: String

  struct Answer: Encodable {
    var partner: String
    var name: String
    var latitude: Double
    var longitude: Double
    /// What is odd about the place.
    @OrNull var warning: String?
  }

  /// Farther from any town than the gazetteer looks.
  private static let nowhere: (country: String?, distance: Metres) = (nil, Gazetteer.nearestPlaceLimit)

  func run() async throws {
    guard let id = PartnerID(partner) else { throw WorkspaceError.badIdentifier(partner, what: "partner") }
    let point = try CoordinateText.require(coordinate)
    let workspace = Workspace(global)
    let known = try workspace.existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { writer in
        guard let known = try writer.partner(id) else { throw WorkspaceError.unknownPartner(partner) }
        try writer.setPin(point, for: id)
        return known
      }
    // A pin needs no gazetteer; where there is one it is asked what it thinks of the place.
    let gazetteer = try? workspace.gazetteer()
    let warning = try PinCheck(
      geocode: { gazetteer?.geocode($0) ?? [] },
      nearest: { point in
        gazetteer.map {
          $0.reverse(point).map { ($0.place.components.country, $0.placeDistance) } ?? Self.nowhere
        }
      }
    ).warning(pin: point, partner: known)
    if let warning { Session.printError("warning: \(warning)") }
    if global.json {
      return try JSONOutput.print(
        Answer(
          partner: id.description, name: known.name, latitude: point.latitude, longitude: point.longitude,
          warning: warning))
    }
    Session.print("\(known.name): pinned at \(point.latitude), \(point.longitude)")
  }
}
