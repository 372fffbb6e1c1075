/// The tables of `gazetteer.sqlite`. The file is written once, in one transaction, and never edited.
enum GazetteerSchema {
  /// Marks the file as ours: "PLGZ".
  static let applicationID = 0x504C_475A

  /// What a row of `name_key` points to. Smaller is the better match of two with one key.
  enum KeyKind: UInt8 {
    case placeName = 0
    case placeAlias = 1
    case placeSkeleton = 2
    case region = 3
    case district = 4
  }

  static let tables = """
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE source(role TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, crc INTEGER NOT NULL,
      path TEXT NOT NULL, PRIMARY KEY(role, name, size, crc)) WITHOUT ROWID;
    CREATE TABLE subdivision(id INTEGER PRIMARY KEY, level INTEGER NOT NULL, country TEXT NOT NULL,
      code TEXT NOT NULL, iso TEXT, name TEXT NOT NULL, kind TEXT NOT NULL,
      latitude REAL, longitude REAL);
    CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, region INTEGER,
      district INTEGER, latitude REAL NOT NULL, longitude REAL NOT NULL, population INTEGER NOT NULL,
      zone TEXT, rank INTEGER NOT NULL);
    CREATE TABLE name_key(key TEXT NOT NULL, kind INTEGER NOT NULL, ref INTEGER NOT NULL,
      PRIMARY KEY(key, kind, ref)) WITHOUT ROWID;
    CREATE TABLE place_cell(cell INTEGER NOT NULL, place INTEGER NOT NULL,
      PRIMARY KEY(cell, place)) WITHOUT ROWID;
    CREATE TABLE airport(iata TEXT PRIMARY KEY, icao TEXT NOT NULL, name TEXT NOT NULL, city TEXT NOT NULL,
      country TEXT NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL, zone TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE street(id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, place INTEGER NOT NULL,
      latitude REAL NOT NULL, longitude REAL NOT NULL, postcode TEXT);
    CREATE TABLE street_key(key TEXT NOT NULL, place INTEGER NOT NULL, street INTEGER NOT NULL,
      PRIMARY KEY(key, place, street)) WITHOUT ROWID;
    CREATE TABLE house(street INTEGER NOT NULL, key TEXT NOT NULL, latitude REAL NOT NULL,
      longitude REAL NOT NULL, number TEXT NOT NULL, postcode TEXT, listed INTEGER NOT NULL,
      PRIMARY KEY(street, key, latitude, longitude)) WITHOUT ROWID;
    CREATE TABLE house_cell(cell INTEGER NOT NULL, street INTEGER NOT NULL, key TEXT NOT NULL,
      PRIMARY KEY(cell, street, key)) WITHOUT ROWID;
    CREATE TABLE postcode(code TEXT NOT NULL, place INTEGER NOT NULL, houses INTEGER NOT NULL,
      PRIMARY KEY(code, place)) WITHOUT ROWID;
    """
}

/// A square grid over the globe: rows of cells by latitude, so that neighbours in longitude are neighbours in the
/// index and a box is one range scan a row.
struct CellGrid {
  /// Side of a cell in degrees.
  let size: Double
  private let columns: Int

  init(size: Double) {
    self.size = size
    columns = Int((360 / size).rounded(.up))
  }

  /// For places.
  static let places = CellGrid(size: 0.25)
  /// For houses.
  static let houses = CellGrid(size: 0.005)

  func row(_ latitude: Double) -> Int { Int(((latitude + 90) / size).rounded(.down)) }
  func column(_ longitude: Double) -> Int {
    min(max(Int(((longitude + 180) / size).rounded(.down)), 0), columns - 1)
  }
  func cell(_ c: Coordinate) -> Int { row(c.latitude) * columns + column(c.longitude) }

  /// The ranges of cells that cover the box, one or two (across the 180th meridian) a row.
  func ranges(_ box: BoundingBox) -> [ClosedRange<Int>] {
    let (first, last) = (column(box.west), column(box.east))
    return (row(box.south)...max(row(box.south), row(box.north))).flatMap { row -> [ClosedRange<Int>] in
      let start = row * columns
      return first <= last
        ? [start + first...start + last] : [start + first...start + columns - 1, start...start + last]
    }
  }
}
