import Kernels

/// The file of a gazetteer: a header, a table of sections, and each section an array of records or bytes, as they
/// stand in memory. Written once, mapped to be read, never edited. Little-endian.
enum GazetteerLayout {
  /// The first eight bytes of the file.
  static let magic: [UInt8] = Array("PLNRGAZ\n".utf8)
  /// Magic, version, count of sections, length of the file; then for each section its start and its bytes.
  static let headerSize = 32
  /// Sections start at multiples of this.
  static let alignment = 16

  enum Section: Int, CaseIterable {
    case textBytes, textStarts
    case places, subdivisions, airports, postcodes
    case placeNames, placePostings, placeTable, slipStarts, slipEntries
    case streets, streetNames, streetPostings, streetTable
    case houses
    case placeCells, streetCells, houseCells
    case sources
  }

  /// No such row or text.
  static let none = UInt32.max
  /// A latitude that says "unknown".
  static let nowhere = Int32.min

  /// Two letters of a country as one number; 0 for none.
  static func country(_ code: String) -> UInt16 {
    let bytes = Array(code.utf8)
    return bytes.count == 2 ? UInt16(bytes[0]) << 8 | UInt16(bytes[1]) : 0
  }

  static func country(_ code: UInt16) -> String {
    code == 0 ? "" : String(decoding: [UInt8(code >> 8), UInt8(code & 0xFF)], as: UTF8.self)
  }

  static func units(_ degrees: Double) -> Int32 { Int32((degrees * 1e7).rounded()) }
}

/// A place. Its streets stand together in the section of streets.
struct PlaceRecord {
  var name: UInt32
  /// Its name in Cyrillic letters, where the source has one; 0 else.
  var cyrillic: UInt32 = 0
  var region: UInt32
  var district: UInt32
  var latitude: Int32
  var longitude: Int32
  var population: UInt32
  var zone: UInt32
  var firstStreet: UInt32 = 0
  var streetCount: UInt32 = 0
  var country: UInt16
  /// 0 GeoNames; 1 town, 2 village, 3 hamlet, 4 part of a town, 5 known by addresses only; 6 a country.
  var rank: UInt8
  var spare: UInt8 = 0
  /// Fills what would be padding, so that equal sources give equal bytes.
  var filler: UInt32 = 0
  /// At its source: GeoNames or OpenStreetMap.
  var number: Int64

  var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
}

struct SubdivisionRecord {
  var name: UInt32
  /// Its Russian name, else another Cyrillic one; 0 for none.
  var cyrillic: UInt32 = 0
  var code: UInt32
  var iso: UInt32
  var latitude: Int32
  var longitude: Int32
  /// The first-level subdivision a second-level one lies in.
  var parent: UInt32
  var country: UInt16
  var level: UInt8
  var spare: UInt8 = 0

  /// The mean of its places; nil when it has none.
  var coordinate: Coordinate? {
    latitude == GazetteerLayout.nowhere ? nil : Coordinate(unitsLatitude: latitude, longitude: longitude)
  }
}

/// A street of a place. Its houses stand together in the section of houses.
struct StreetRecord {
  var name: UInt32
  /// ``StreetName/skeleton`` and ``StreetName/spokenSkeleton`` without their mark, for slips.
  var skeleton: UInt32
  var spokenSkeleton: UInt32
  /// All words as one byte a letter (`TextLetters`), and which letters they are.
  var letters: UInt32
  var mask: UInt64
  var place: UInt32
  var latitude: Int32
  var longitude: Int32
  var postcode: UInt32
  var firstHouse: UInt32
  var houseCount: UInt32
  /// The place of the kind in ``StreetKind/all``.
  var kind: UInt32
  /// Fills what would be padding, so that equal sources give equal bytes.
  var filler: UInt32 = 0

  var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
}

/// A house; of one street in the order of number and key.
struct HouseRecord {
  /// As tagged.
  var number: UInt32
  /// ``HouseNumber/hash(_:)`` of the key.
  var key: UInt32
  /// The number it starts with; bit 31 is set where it follows from a range or list only.
  var leading: UInt32
  var latitude: Int32
  var longitude: Int32
  var postcode: UInt32

  static let derived: UInt32 = 1 << 31
  var isListed: Bool { leading & Self.derived == 0 }
  var leadingNumber: Int { Int(leading & ~Self.derived) }
  var coordinate: Coordinate { Coordinate(unitsLatitude: latitude, longitude: longitude) }
}

struct PostcodeRecord {
  var code: UInt32
  var place: UInt32
  var houses: UInt32
}

struct AirportRecord {
  var iata: UInt32
  var icao: UInt32
  var name: UInt32
  var city: UInt32
  var zone: UInt32
  var latitude: Int32
  var longitude: Int32
  var country: UInt32
}

/// What stands in a cell of a grid, in the order of cells.
struct CellRecord {
  var cell: UInt32
  var reference: UInt32
}

/// A square grid over the globe: rows of cells by latitude, so that neighbours in longitude are neighbours in the
/// index and a box is one range a row.
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
  /// For houses and streets.
  static let houses = CellGrid(size: 0.006)

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
