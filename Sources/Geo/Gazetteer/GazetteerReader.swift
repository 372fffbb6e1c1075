import Foundation

/// A row of the gazetteer's table of places.
struct PlaceRow {
  var id: Int
  var name: String
  var country: String
  var region: Int?
  var district: Int?
  var coordinate: Coordinate
  var population: Int
  var zone: String?
  /// 0 GeoNames; 1 town, 2 village, 3 hamlet, 4 part of a town, 5 known by addresses only.
  var rank: Int
}

/// A place that goes by a name, and whether the name is its own (0), another (1) or only sounds so (2).
struct NamedPlace {
  var place: PlaceRow
  var kind: Int
}

struct SubdivisionRow {
  var id: Int
  var level: Int
  var country: String
  var code: String
  var iso: String?
  var name: String
  /// The mean of its places; nil when it has none.
  var coordinate: Coordinate?
}

struct StreetRow {
  var id: Int
  var name: String
  var kind: String
  var place: Int
  var coordinate: Coordinate
  var postcode: String?
}

struct HouseRow {
  var key: String
  var number: String
  var coordinate: Coordinate
  var postcode: String?
}

/// The questions asked of a gazetteer file, prepared once. One reader serves one thread at a time.
final class GazetteerReader {
  private let file: SQLiteFile
  private let placesByKey, subdivisionsByKey, placeByID, subdivisionByID: SQLiteStatement
  private let streetsInPlace, streetsAnywhere, housesByKey, housesOfStreet: SQLiteStatement
  private let placesByPostcode, placesInCells, housesInCells, streetByID: SQLiteStatement
  private let airportByCode, airportsInBox: SQLiteStatement
  private var placeCache: [String: [NamedPlace]] = [:]
  private var subdivisionCache: [Int: SubdivisionRow] = [:]
  /// Names remembered; the towns of an import come again and again.
  private static let cacheLimit = 4000

  private static let placeColumns =
    "p.id, p.name, p.country, p.region, p.district, p.latitude, p.longitude, p.population, p.zone, p.rank"
  private static let subdivisionColumns =
    "s.id, s.level, s.country, s.code, s.iso, s.name, s.latitude, s.longitude"
  private static let streetColumns = "s.id, s.name, s.kind, s.place, s.latitude, s.longitude, s.postcode"

  init(path: String) throws(SQLiteFault) {
    file = try SQLiteFile(path, writable: false)
    try file.execute("PRAGMA mmap_size=1073741824; PRAGMA query_only=1; PRAGMA cache_size=-4000")
    placesByKey = try file.prepare(
      """
      SELECT \(Self.placeColumns), k.kind FROM name_key k JOIN place p ON p.id = k.ref
        WHERE k.key = ? AND k.kind <= 2 LIMIT 500
      """)
    subdivisionsByKey = try file.prepare(
      """
      SELECT \(Self.subdivisionColumns) FROM name_key k JOIN subdivision s ON s.id = k.ref
        WHERE k.key = ? AND k.kind >= 3 LIMIT 200
      """)
    placeByID = try file.prepare("SELECT \(Self.placeColumns) FROM place p WHERE p.id = ?")
    subdivisionByID = try file.prepare("SELECT \(Self.subdivisionColumns) FROM subdivision s WHERE s.id = ?")
    streetsInPlace = try file.prepare(
      """
      SELECT \(Self.streetColumns) FROM street_key k JOIN street s ON s.id = k.street
        WHERE k.key = ? AND k.place = ? LIMIT 50
      """)
    streetsAnywhere = try file.prepare(
      """
      SELECT \(Self.streetColumns) FROM street_key k JOIN street s ON s.id = k.street
        WHERE k.key = ? LIMIT 300
      """)
    streetByID = try file.prepare("SELECT \(Self.streetColumns) FROM street s WHERE s.id = ?")
    housesByKey = try file.prepare(
      """
      SELECT key, number, latitude, longitude, postcode FROM house
        WHERE street = ? AND key = ? ORDER BY listed DESC, latitude, longitude LIMIT 20
      """)
    housesOfStreet = try file.prepare(
      "SELECT key, number, latitude, longitude, postcode FROM house WHERE street = ? LIMIT 3000")
    placesByPostcode = try file.prepare(
      """
      SELECT \(Self.placeColumns) FROM postcode c JOIN place p ON p.id = c.place
        WHERE c.code = ? ORDER BY c.houses DESC LIMIT 10
      """)
    placesInCells = try file.prepare(
      """
      SELECT \(Self.placeColumns) FROM place_cell c JOIN place p ON p.id = c.place
        WHERE c.cell BETWEEN ? AND ?
      """)
    housesInCells = try file.prepare(
      """
      SELECT h.key, h.number, h.latitude, h.longitude, h.postcode, h.street
        FROM house_cell c JOIN house h ON h.street = c.street AND h.key = c.key
        WHERE c.cell BETWEEN ? AND ? AND h.listed
      """)
    airportByCode = try file.prepare("SELECT * FROM airport WHERE iata = ?")
    airportsInBox = try file.prepare("SELECT * FROM airport WHERE latitude BETWEEN ? AND ?")
  }

  // MARK: Rows

  private func place(_ s: SQLiteStatement) -> PlaceRow {
    PlaceRow(
      id: s.int(0), name: s.text(1), country: s.text(2), region: s.optionalInt(3),
      district: s.optionalInt(4), coordinate: coordinate(s, 5), population: s.int(7),
      zone: s.optionalText(8), rank: s.int(9))
  }

  /// The middle of nowhere stands for a value that a damaged file holds.
  private func coordinate(_ s: SQLiteStatement, _ column: Int) -> Coordinate {
    (try? Coordinate(latitude: s.double(column), longitude: s.double(column + 1)))
      ?? Coordinate(trustedLatitude: 0, longitude: 0)
  }

  private func subdivision(_ s: SQLiteStatement) -> SubdivisionRow {
    SubdivisionRow(
      id: s.int(0), level: s.int(1), country: s.text(2), code: s.text(3), iso: s.optionalText(4),
      name: s.text(5), coordinate: s.isNull(6) ? nil : coordinate(s, 6))
  }

  private func street(_ s: SQLiteStatement) -> StreetRow {
    StreetRow(
      id: s.int(0), name: s.text(1), kind: s.text(2), place: s.int(3), coordinate: coordinate(s, 4),
      postcode: s.optionalText(6))
  }

  private func house(_ s: SQLiteStatement) -> HouseRow {
    HouseRow(key: s.text(0), number: s.text(1), coordinate: coordinate(s, 2), postcode: s.optionalText(4))
  }

  private func rows<Row>(_ s: SQLiteStatement, _ row: (SQLiteStatement) -> Row) -> [Row] {
    defer { s.reset() }
    var result: [Row] = []
    // A fault here means a file damaged under our feet: what was read so far is all there is.
    while (try? s.step()) == true { result.append(row(s)) }
    return result
  }

  // MARK: Names

  /// Places that go by a folded name (or a skeleton, marked by `~`).
  func places(key: String) -> [NamedPlace] {
    if let known = placeCache[key] { return known }
    placesByKey.bind(0, key)
    let found = rows(placesByKey) { NamedPlace(place: place($0), kind: $0.int(10)) }
    // A place may have the key both as its own name and as another: the better one counts.
    var best: [Int: Int] = [:]
    var result: [NamedPlace] = []
    for named in found {
      if let k = best[named.place.id] {
        if named.kind < result[k].kind { result[k].kind = named.kind }
      } else {
        best[named.place.id] = result.count
        result.append(named)
      }
    }
    if placeCache.count >= Self.cacheLimit { placeCache.removeAll(keepingCapacity: true) }
    placeCache[key] = result
    return result
  }

  func subdivisions(key: String) -> [SubdivisionRow] {
    subdivisionsByKey.bind(0, key)
    return rows(subdivisionsByKey, subdivision)
  }

  func place(id: Int) -> PlaceRow? {
    placeByID.bind(0, id)
    return rows(placeByID, place).first
  }

  func subdivision(id: Int) -> SubdivisionRow? {
    if let known = subdivisionCache[id] { return known }
    subdivisionByID.bind(0, id)
    let row = rows(subdivisionByID, subdivision).first
    if let row, subdivisionCache.count < Self.cacheLimit { subdivisionCache[id] = row }
    return row
  }

  func places(postcode: String) -> [PlaceRow] {
    placesByPostcode.bind(0, postcode)
    return rows(placesByPostcode, place)
  }

  // MARK: Streets and houses

  func streets(key: String, place: Int) -> [StreetRow] {
    streetsInPlace.bind(0, key)
    streetsInPlace.bind(1, place)
    return rows(streetsInPlace, street)
  }

  func streets(key: String) -> [StreetRow] {
    streetsAnywhere.bind(0, key)
    return rows(streetsAnywhere, street)
  }

  func street(id: Int) -> StreetRow? {
    streetByID.bind(0, id)
    return rows(streetByID, street).first
  }

  func houses(street: Int, key: String) -> [HouseRow] {
    housesByKey.bind(0, street)
    housesByKey.bind(1, key)
    return rows(housesByKey, house)
  }

  func houses(street: Int) -> [HouseRow] {
    housesOfStreet.bind(0, street)
    return rows(housesOfStreet, house)
  }

  // MARK: Neighbours

  func places(in box: BoundingBox) -> [PlaceRow] {
    CellGrid.places.ranges(box).flatMap { range in
      placesInCells.bind(0, range.lowerBound)
      placesInCells.bind(1, range.upperBound)
      return rows(placesInCells, place)
    }
  }

  func houses(in box: BoundingBox) -> [(house: HouseRow, street: Int)] {
    CellGrid.houses.ranges(box).flatMap { range in
      housesInCells.bind(0, range.lowerBound)
      housesInCells.bind(1, range.upperBound)
      return rows(housesInCells) { (house($0), $0.int(5)) }
    }
  }

  // MARK: Airports

  private func airport(_ s: SQLiteStatement) -> Airport {
    Airport(
      iata: s.text(0), icao: s.text(1), name: s.text(2), city: s.text(3), country: s.text(4),
      coordinate: coordinate(s, 5), timeZone: s.text(7))
  }

  func airport(iata: String) -> Airport? {
    airportByCode.bind(0, iata)
    return rows(airportByCode, airport).first
  }

  func airports(south: Double, north: Double) -> [Airport] {
    airportsInBox.bind(0, south)
    airportsInBox.bind(1, north)
    return rows(airportsInBox, airport)
  }
}
