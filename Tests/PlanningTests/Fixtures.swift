import CRM
import Foundation
import Geo
import Planning
import Store

/// Towns of Belarus, by road-map knowledge; distances between them are real.
enum Towns {
  static let minsk = Coordinate(trustedLatitude: 53.9, longitude: 27.5667)
  static let brest = Coordinate(trustedLatitude: 52.0975, longitude: 23.6877)
  static let grodno = Coordinate(trustedLatitude: 53.6884, longitude: 23.8258)
  static let baranovichi = Coordinate(trustedLatitude: 53.1327, longitude: 26.0139)
  static let pinsk = Coordinate(trustedLatitude: 52.1229, longitude: 26.0951)
  static let lida = Coordinate(trustedLatitude: 53.8833, longitude: 25.2997)
}

/// A Monday with no holiday in any country used here.
let monday = LocalDate(year: 2026, month: 6, day: 1)!

func partner(
  _ name: String, at coordinate: Coordinate?, number: UInt8 = 0, level: GeocodeLevel = .house,
  hours: OpeningHours? = nil, ban: DoNotVisit? = nil, lastVisit: Date? = nil, visit: Seconds? = nil
) -> PartnerSummary {
  let id = PartnerID(UUID(uuid: (1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, number)))
  return PartnerSummary(
    id: id, name: name, kind: .agency, status: .active, address: "ул. Советская, 1", phone: "+375291234567",
    coordinate: coordinate, level: coordinate == nil ? nil : level, stale: false, lastVisit: lastVisit,
    openingHours: hours, visitLength: visit, doNotVisit: ban)
}

/// Open at the same hours on the weekdays named, closed on others.
func hours(_ start: Int, _ end: Int, days: ClosedRange<Int> = 0...4) -> OpeningHours {
  let window = OpeningHours.Window(start: start * 3600, end: end * 3600)
  return OpeningHours(days: (0..<7).map { days.contains($0) ? [window] : [] }, text: "")
}

let minsk = TimeZone(identifier: "Europe/Minsk")!

/// Minsk time and Belarus everywhere, no addresses.
let belarus = PlaceFacts(
  timeZone: { _ in "Europe/Minsk" }, country: { _ in "BY" })

func request(days: Int = 1, selection: Selection = .all) -> PlanRequest {
  PlanRequest(
    selection: selection, start: Place(label: "Минск, вокзал", coordinate: Towns.minsk), firstDate: monday,
    dayCount: days)
}

/// A database of fourteen partners around Minsk.
func partnersAroundMinsk(as actor: Actor, at time: Date) throws -> Database {
  let database = try Database.temporary()
  try database.write(as: actor, at: time) { writer in
    for number in 0..<14 {
      let place = Coordinate(
        trustedLatitude: 53.75 + 0.03 * Double(number % 5), longitude: 27.3 + 0.09 * Double(number / 3))
      try writer.insert(
        Partner(
          kind: .agency, name: "№\(number)",
          location: GeocodeResult(
            coordinate: place, level: .house, score: 1, provider: "given", query: "", label: "", at: time)))
    }
  }
  return database
}
