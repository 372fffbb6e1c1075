import Foundation

/// Puts the addresses, streets and named places of one OpenStreetMap extract into a gazetteer.
///
/// Towns come first, because everything else stands in one: a mapped town that the gazetteer knows already (same
/// name near by) lends it its names, another is added. An address belongs to the town of its `addr:city`; without
/// one to that of its neighbours, else to the town most addresses of its postcode name, else to the nearest by size. A
/// street belongs to the town of the addresses in it, else to the nearest.
final class ExtractLoader {
  private let writer: GazetteerWriter
  private var towns: TownFinder
  private var addresses: [RawAddress] = []
  private var ways: [RawStreet] = []

  private struct RawAddress {
    var street: String
    var house: String
    var city: String?
    var postcode: String?
    var coordinate: Coordinate
    var town = 0
  }

  private struct RawStreet {
    var name: String
    var coordinate: Coordinate
  }

  init(_ writer: GazetteerWriter) throws {
    self.writer = writer
    towns = try TownFinder(writer.file)
  }

  /// - Throws: ``OSMError``, `SQLiteFault`
  func load(_ path: String) throws {
    try OSMFeatureScan.scan(path, wanted: Self.isWanted) { feature in
      let tags = feature.tags
      if let place = tags["place"], let name = tags["name"], feature.kind == .node {
        try towns.add(place: place, name: name, tags: tags, number: feature.number, at: feature.coordinate)
      }
      if let house = tags["addr:housenumber"], let street = tags["addr:street"] ?? tags["addr:place"] {
        addresses.append(
          RawAddress(
            street: TextFolding.clean(street, limit: 200), house: TextFolding.clean(house, limit: 60),
            city: (tags["addr:city"] ?? tags["addr:village"] ?? tags["addr:hamlet"]).map {
              TextFolding.clean($0, limit: 200)
            },
            postcode: tags["addr:postcode"].map { TextFolding.clean($0, limit: 20) },
            coordinate: feature.coordinate))
      } else if tags["highway"] != nil, let name = tags["name"], feature.kind == .way {
        ways.append(RawStreet(name: TextFolding.clean(name, limit: 200), coordinate: feature.coordinate))
      }
    }
    try settleAddresses()
    try writeStreets()
    try writer.writePlaceCells(where: "rank > 0")
  }

  private static let placeKinds: Set<String> = [
    "city", "town", "village", "hamlet", "isolated_dwelling", "suburb", "quarter", "neighbourhood",
  ]

  private static func isWanted(_ tags: [String: String]) -> Bool {
    if tags.isEmpty { return false }
    if tags["addr:housenumber"] != nil { return tags["addr:street"] != nil || tags["addr:place"] != nil }
    guard tags["name"] != nil else { return false }
    if let place = tags["place"] { return placeKinds.contains(place) }
    return tags["highway"] != nil
  }

  // MARK: Towns of addresses

  private func settleAddresses() throws {
    // Named towns first; they also tell which town a postcode means.
    var byName: [String: [Int]] = [:]
    for i in addresses.indices {
      guard let city = addresses[i].city, !city.isEmpty else { continue }
      byName[city, default: []].append(i)
    }
    var votes: [String: [Int: Int]] = [:]
    for (city, members) in byName.sorted(by: { $0.key < $1.key }) {
      let middle = Self.middle(members.map { addresses[$0].coordinate })
      for i in members {
        let town = try towns.town(named: city, near: addresses[i].coordinate, elseAt: middle)
        addresses[i].town = town
        if let postcode = addresses[i].postcode { votes[postcode, default: [:]][town, default: 0] += 1 }
      }
    }
    let insert = try writer.file.prepare(
      """
      INSERT INTO postcode VALUES (?,?,?)
        ON CONFLICT(code, place) DO UPDATE SET houses = houses + excluded.houses
      """)
    for (postcode, counts) in votes.sorted(by: { $0.key < $1.key }) {
      for (town, count) in counts.sorted(by: { $0.key < $1.key }) {
        insert.bind(0, TextFolding.fold(postcode))
        insert.bind(1, town)
        insert.bind(2, count)
        try insert.run()
      }
    }
    try settleUnnamed(votes)
  }

  /// An address without a town lies where its nearest neighbour with one does, if within a kilometre; else in the
  /// town most addresses of its postcode name; else in the nearest town.
  private func settleUnnamed(_ votes: [String: [Int: Int]]) throws {
    let grid = CellGrid(size: 0.02)
    var named: [Int: [Int]] = [:]
    for i in addresses.indices where addresses[i].town != 0 {
      named[grid.cell(addresses[i].coordinate), default: []].append(i)
    }
    let unnamed = addresses.indices.filter { addresses[$0].town == 0 }
    for i in unnamed {
      let here = addresses[i].coordinate
      let near = grid.ranges(GreatCircle.box(around: here, metres: 1000)).flatMap { range in
        range.flatMap { named[$0] ?? [] }
      }
      let neighbour = near.map { ($0, GreatCircle.metres(addresses[$0].coordinate, here)) }.min {
        $0.1 < $1.1
      }
      if let neighbour, neighbour.1 < 1000 {
        addresses[i].town = addresses[neighbour.0].town
        continue
      }
      let majority = addresses[i].postcode.flatMap { votes[$0] }?.max {
        ($0.value, -$0.key) < ($1.value, -$1.key)
      }
      addresses[i].town = majority?.key ?? towns.nearest(to: here) ?? 0
    }
  }

  // MARK: Streets and houses

  private struct StreetID: Hashable {
    var town: Int
    var key: String
    var kind: String
  }

  private struct Street {
    var name: StreetName
    var spelling: String
    var houses: [Int] = []
    var ways: [Coordinate] = []
    var postcodes: [String: Int] = [:]
  }

  private func writeStreets() throws {
    var names: [String: StreetName?] = [:]
    func parsed(_ text: String) -> StreetName? {
      if let known = names[text] { return known }
      let name = StreetName(text)
      names[text] = name
      return name
    }
    var streets: [StreetID: Street] = [:]
    var order: [StreetID] = []
    var townsOfName: [String: [StreetID]] = [:]
    func street(_ name: StreetName, _ spelling: String, in town: Int) -> StreetID {
      let id = StreetID(town: town, key: name.key, kind: name.kind)
      if streets[id] == nil {
        streets[id] = Street(name: name, spelling: spelling)
        order.append(id)
        townsOfName[name.key + "|" + name.kind, default: []].append(id)
      }
      return id
    }
    for i in addresses.indices where addresses[i].town != 0 {
      guard let name = parsed(addresses[i].street) else { continue }
      let id = street(name, addresses[i].street, in: addresses[i].town)
      streets[id]?.houses.append(i)
      if let postcode = addresses[i].postcode { streets[id]?.postcodes[postcode, default: 0] += 1 }
    }
    // A way joins the street of its name whose houses are near; the middle of each is enough to tell.
    let middles = streets.mapValues { street in
      Self.middle(street.houses.map { addresses[$0].coordinate })
    }
    for way in ways {
      guard let name = parsed(way.name) else { continue }
      let known = (townsOfName[name.key + "|" + name.kind] ?? []).compactMap { id -> (StreetID, Double)? in
        guard let middle = middles[id] ?? nil else { return nil }
        return (id, GreatCircle.metres(middle, way.coordinate))
      }
      if let nearest = known.min(by: { $0.1 < $1.1 }), nearest.1 < 3000 {
        streets[nearest.0]?.ways.append(way.coordinate)
      } else if let town = towns.nearest(to: way.coordinate) {
        streets[street(name, way.name, in: town)]?.ways.append(way.coordinate)
      }
    }
    let inserts = try Inserts(writer.file)
    for id in order {
      guard let street = streets[id] else { continue }
      try write(street, in: id.town, inserts)
    }
  }

  private final class Inserts {
    let find, street, key, house, cell: SQLiteStatement
    var next: Int
    init(_ file: SQLiteFile) throws(SQLiteFault) {
      find = try file.prepare(
        """
        SELECT s.id FROM street_key k JOIN street s ON s.id = k.street
          WHERE k.key = ? AND k.place = ? AND s.kind = ?
        """)
      street = try file.prepare("INSERT INTO street VALUES (?,?,?,?,?,?,?)")
      key = try file.prepare("INSERT OR IGNORE INTO street_key VALUES (?,?,?)")
      house = try file.prepare("INSERT OR IGNORE INTO house VALUES (?,?,?,?,?,?,?)")
      cell = try file.prepare("INSERT OR IGNORE INTO house_cell VALUES (?,?,?)")
      next = try file.number("SELECT coalesce(max(id), 0) FROM street") + 1
    }
  }

  private func write(_ street: Street, in town: Int, _ inserts: Inserts) throws {
    let points = street.ways.isEmpty ? street.houses.map { addresses[$0].coordinate } : street.ways
    guard let middle = Self.middle(points),
      let point = points.min(by: { GreatCircle.metres($0, middle) < GreatCircle.metres($1, middle) })
    else { return }
    inserts.find.bind(0, street.name.key)
    inserts.find.bind(1, town)
    inserts.find.bind(2, street.name.kind)
    let known = try inserts.find.step() ? inserts.find.int(0) : nil
    inserts.find.reset()
    let id = known ?? inserts.next
    if known == nil {
      inserts.next += 1
      inserts.street.bind(0, id)
      inserts.street.bind(1, street.spelling)
      inserts.street.bind(2, street.name.kind)
      inserts.street.bind(3, town)
      inserts.street.bind(4, point.latitude)
      inserts.street.bind(5, point.longitude)
      inserts.street.bind(6, street.postcodes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key)
      try inserts.street.run()
      for key in street.name.filingKeys {
        inserts.key.bind(0, key)
        inserts.key.bind(1, town)
        inserts.key.bind(2, id)
        try inserts.key.run()
      }
    }
    // Numbers a house really has come before those that only follow from a range.
    var own: Set<String> = []
    for i in street.houses {
      for (k, part) in HouseNumber.expand(addresses[i].house).enumerated() where k == 0 || !part.contains("-")
      {
        own.insert(HouseNumber.key(part))
        if addresses[i].house.contains("-") { break }
      }
    }
    for i in street.houses {
      let address = addresses[i]
      for (k, part) in HouseNumber.expand(address.house).enumerated() {
        let key = HouseNumber.key(part)
        let isOwn = k == 0 || !address.house.contains("-")
        guard !key.isEmpty, isOwn || !own.contains(key) else { continue }
        inserts.house.bind(0, id)
        inserts.house.bind(1, key)
        inserts.house.bind(2, address.coordinate.latitude)
        inserts.house.bind(3, address.coordinate.longitude)
        inserts.house.bind(4, k == 0 ? address.house : part)
        inserts.house.bind(5, address.postcode)
        inserts.house.bind(6, k == 0 ? 1 : 0)
        try inserts.house.run()
        guard k == 0 else { continue }
        inserts.cell.bind(0, CellGrid.houses.cell(address.coordinate))
        inserts.cell.bind(1, id)
        inserts.cell.bind(2, key)
        try inserts.cell.run()
      }
    }
  }

  /// The mean of points of one town; nil for none.
  private static func middle(_ points: some Sequence<Coordinate>) -> Coordinate? {
    var (count, latitude, longitude) = (0.0, 0.0, 0.0)
    for point in points {
      count += 1
      latitude += point.latitude
      longitude += point.longitude
    }
    return count > 0 ? try? Coordinate(latitude: latitude / count, longitude: longitude / count) : nil
  }
}
