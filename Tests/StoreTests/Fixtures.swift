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
      try reader.db.rows("SELECT * FROM \(table) ") { c in
        let values = (0..<c.names.count).map { "\(c.value(Int32($0)))" }
        lines.append("\(table): " + values.joined(separator: "|"))
      }
    }
    return lines.sorted().joined(separator: "\n")
  }
}

/// A database with a user, three partners, a region, a saved selection and a two-day trip with its task, in which the
/// first stop was visited.
struct SavedTrip {
  let database: Database
  let user = User(login: "anna", name: "Анна", role: .manager)
  var partners: [Partner]
  var trip: Trip
  var task: TripTask

  init(visited: Bool = true) throws {
    let database = try Database.temporary()
    self.init(in: database)
    try database.write(as: tester, at: noon) { try write(visited: visited, to: $0) }
  }

  /// The values alone; ``write(visited:to:)`` puts them into a file.
  init(in database: Database) {
    let user = user
    let spots = [place(52.0975, 23.688), place(52.2, 24.1), place(52.4, 24.9)]
    var partners = zip(spots, ["Ветразь", "Белая Русь", "Скарбница"]).enumerated().map { index, item in
      fullPartner(item.1, at: item.0, key: "\(index + 1)")
    }
    let left = fullPartner("Далёкий", at: nil, key: "4")
    let office = Place(label: "Офис", coordinate: place(53.9, 27.56))
    func stop(_ index: Int, _ hour: Int) -> Stop {
      let arrival = noon.addingTimeInterval(Double(hour) * 3600)
      return Stop(
        partner: partners[index].id, name: partners[index].name, coordinate: spots[index], arrival: arrival,
        serviceStart: arrival, departure: arrival.addingTimeInterval(1800))
    }
    func leg(_ a: Coordinate, _ b: Coordinate) -> Leg {
      Leg(
        metres: Metres(1000), seconds: Seconds(600), geometry: LineString([a, b]), source: .greatCircle)
    }
    let days = [
      TripDay(
        date: LocalDate("2026-06-08")!, start: noon, end: noon.addingTimeInterval(8 * 3600),
        stops: [stop(0, 1), stop(1, 3)], legs: [leg(office.coordinate, spots[0]), leg(spots[0], spots[1])],
        lunch: noon.addingTimeInterval(3 * 3600)),
      TripDay(
        date: LocalDate("2026-06-09")!, start: noon.addingTimeInterval(86_400),
        end: noon.addingTimeInterval(90_000), stops: [stop(2, 24)], legs: [leg(spots[1], spots[2])]),
    ]
    let trip = Trip(
      title: "Брест", responsible: user.id, start: office, end: office, timeZone: "Europe/Minsk", days: days,
      unassigned: [
        UnassignedStop(
          partner: left.id, name: left.name, coordinate: nil, reason: .noCoordinates, detail: "no place")
      ], matrix: .greatCircle, metres: Metres(3000), seconds: Seconds(1800),
      lowerBoundSeconds: Seconds(1700), givenOrderSeconds: Seconds(2000))
    let task = TripTask(
      title: "Объехать Брест", responsible: user.id, creator: user.id,
      deadline: noon.addingTimeInterval(172_800),
      trip: trip.id,
      checklist: days.map { day in
        ChecklistItem(
          title: day.date.description,
          children: day.stops.map { ChecklistItem(title: $0.name, stop: $0.id) })
      })
    partners.append(left)
    self.database = database
    self.partners = partners
    self.trip = trip
    self.task = task
  }

  func write(visited: Bool, to writer: Writer) throws {
    // Into files of the first version too, which knew less of users.
    try writer.db.run(
      "INSERT INTO user (uid, login, name, role) VALUES (?, ?, ?, ?)", user.id.blob, .text(user.login),
      .text(user.name), .text(user.role.rawValue))
    try writer.audit("create", entity: "user", id: user.id.description, after: try JSONText.encode(user))
    for partner in partners { try writer.insert(partner) }
    // By the columns every version has: files of earlier ones are filled by this too.
    try writer.db.run(
      """
      INSERT INTO region (code, level, country, names, aliases, revision, area)
      VALUES ('BY-BR', 'subdivision', 'BY', '{"ru":"Брестская область"}', '[]', 1, ?)
      """, .blob(GeometryBlob.area(MultiPolygon([Polygon(outer: square(52, 23, 53, 26))]))))
    try writer.save(selection: SavedSelection(name: "Запад", selection: .region("BY-BR")))
    try writer.save(trip, task: task)
    if visited {
      try writer.check(item: task.checklist[0].children[0].id, state: .done, outcome: "Договорились")
    }
  }

  /// Another trip, of stops at the first two partners, with its task that has an item for the first; and a partner
  /// nobody visits.
  func writeAnother(to writer: Writer) throws {
    let spot = place(52.0975, 23.688)
    let stops = partners.prefix(2).map {
      Stop(
        partner: $0.id, name: $0.name, coordinate: spot, arrival: noon, serviceStart: noon, departure: noon)
    }
    let other = Trip(
      title: "Другая", start: Place(label: "Офис", coordinate: spot), end: nil, timeZone: "Europe/Minsk",
      days: [TripDay(date: LocalDate("2026-07-01")!, start: noon, end: noon, stops: stops, legs: [])],
      unassigned: [], matrix: .greatCircle, metres: .zero, seconds: .zero)
    try writer.save(
      other,
      task: TripTask(
        title: "Другая", trip: other.id, checklist: [ChecklistItem(title: "Ветразь", stop: stops[0].id)]))
    try writer.insert(fullPartner("Никем не посещаемый", at: place(52.5, 25), key: "5"))
  }
}

/// A closed ring around a box.
func square(_ south: Double, _ west: Double, _ north: Double, _ east: Double) -> [Coordinate] {
  [place(south, west), place(south, east), place(north, east), place(north, west), place(south, west)]
}
