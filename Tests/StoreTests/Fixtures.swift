import CRM
import Foundation
import Geo

@testable import Store

/// 2026-06-08 09:00 UTC.
let noon = Date(timeIntervalSince1970: 1_780_909_200)
let tester = Actor(name: "test")

func place(_ latitude: Double, _ longitude: Double) -> Coordinate {
  Coordinate(trustedLatitude: latitude, longitude: longitude)
}

func geocode(
  _ c: Coordinate, level: GeocodeLevel = .house, provider: String = "gazetteer", query: String = "query",
  at: Date = noon
) -> GeocodeResult {
  GeocodeResult(
    coordinate: c, level: level, score: 0.9, provider: provider, query: query, label: "label", at: at)
}

/// A partner with something in every field.
func fullPartner(
  _ name: String = "Ветразь Тур", at c: Coordinate? = place(52.0975, 23.688), city: String = "Брест",
  responsible: UserID? = nil, key: String? = nil
) -> Partner {
  Partner(
    kind: .agency, name: name, status: .active, responsible: responsible, tags: ["сеть", "vip"],
    callIntervalDays: 30,
    openingHours: OpeningHours(
      days: Array(repeating: [.init(start: 32_400, end: 64_800)], count: 5) + [[], []],
      text: "пн-пт 9-18"),
    visitLength: Seconds(minutes: 40), registrationNumber: "291234567",
    doNotVisit: DoNotVisit(until: LocalDate("2026-05-01"), reason: "ремонт"), note: "Заметка",
    contactPoints: [
      ContactPoint(kind: .phone, value: "8 029 123-45-67", normalised: "+375291234567"),
      ContactPoint(kind: .email, value: "Info@Vetraz.by", normalised: "info@vetraz.by"),
    ],
    people: [
      ContactPerson(
        name: "Анна Ковалёва", position: "директор",
        contactPoints: [
          ContactPoint(kind: .phone, value: "80291112233", normalised: "+375291112233", label: "моб.")
        ])
    ],
    addresses: [
      Address(
        text: "г. \(city), ул. Советская, 1",
        components: AddressComponents(
          country: "BY", regionCode: "BY-BR", city: city, street: "Советская", house: "1")),
      Address(type: .legal, text: "г. Минск, пр. Независимости, 4"),
    ],
    externalReferences: key.map { [ExternalReference(system: "bitrix", key: $0, version: "7")] } ?? [],
    location: c.map { geocode($0) })
}

/// The whole content of the business tables as text, byte for byte.
func dump(_ database: Database) throws -> String {
  try database.read { reader in
    var lines: [String] = []
    for table in [
      "user", "partner", "partner_tag", "contact_person", "contact_point", "address", "geocode_result",
      "external_reference", "partner_name_word", "region", "region_override", "selection", "trip",
      "trip_day", "stop", "leg", "unassigned_stop", "activity", "task", "checklist_item",
      "idx_partner_location",
    ] {
      try reader.db.rows("SELECT * FROM \(table) ORDER BY 1, 2, 3") { c in
        let values = (0..<c.names.count).map { "\(c.value(Int32($0)))" }
        lines.append("\(table): " + values.joined(separator: "|"))
      }
    }
    return lines.joined(separator: "\n")
  }
}
