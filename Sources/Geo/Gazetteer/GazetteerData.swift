import Foundation
import Kernels

/// A gazetteer file mapped into memory: its records and what finds them. Nothing is copied at opening; every reference
/// is checked when followed, so that a damaged file gives wrong answers and no fault. Any number of threads may read.
final class GazetteerData: @unchecked Sendable {
  private let file: MappedFile
  private let textBytes: UnsafeBufferPointer<UInt8>
  private let textStarts: UnsafeBufferPointer<UInt32>
  let places: UnsafeBufferPointer<PlaceRecord>
  let subdivisions: UnsafeBufferPointer<SubdivisionRecord>
  let airports: UnsafeBufferPointer<AirportRecord>
  let streets: UnsafeBufferPointer<StreetRecord>
  let houses: UnsafeBufferPointer<HouseRecord>
  let postcodes: UnsafeBufferPointer<PostcodeRecord>
  let placeNames: NameSearch
  let streetNames: NameSearch
  let placePostings: UnsafeBufferPointer<NamePosting>
  let streetPostings: UnsafeBufferPointer<NamePosting>
  private let slipStarts: UnsafeBufferPointer<UInt32>
  private let slipEntries: UnsafeBufferPointer<UInt32>
  private let placeCells: UnsafeBufferPointer<CellRecord>
  private let streetCells: UnsafeBufferPointer<CellRecord>
  private let houseCells: UnsafeBufferPointer<CellRecord>
  let sources: UnsafeBufferPointer<UInt8>
  /// The keys of streets that start with the mark of sounds.
  let streetSoundKeys: Range<Int>

  /// - Throws: ``GazetteerError``
  init(path: String) throws(GazetteerError) {
    let file: MappedFile
    do throws(SystemFault) {
      file = try MappedFile(path)
    } catch {
      if error.number == ENOENT { throw .missing(path: path) }
      throw .unreadable(path: path, reason: error.reason)
    }
    self.file = file
    let bytes = file.bytes
    let sections = GazetteerLayout.Section.allCases.count
    guard bytes.count >= GazetteerLayout.headerSize, bytes.starts(with: GazetteerLayout.magic) else {
      throw .unreadable(path: path, reason: "it is no gazetteer")
    }
    let version = Int(bytes.load(fromByteOffset: 8, as: UInt32.self))
    guard version == GazetteerBuilder.schemaVersion else {
      throw .wrongVersion(path: path, found: version, wanted: GazetteerBuilder.schemaVersion)
    }
    let tableEnd = GazetteerLayout.headerSize + sections * 16
    guard Int(bytes.load(fromByteOffset: 12, as: UInt32.self)) == sections, bytes.count >= tableEnd,
      bytes.load(fromByteOffset: 16, as: UInt64.self) == UInt64(bytes.count)
    else { throw .unreadable(path: path, reason: "it is cut short") }
    func section<Record>(_ section: GazetteerLayout.Section, of: Record.Type) throws(GazetteerError)
      -> UnsafeBufferPointer<Record>
    {
      let at = GazetteerLayout.headerSize + section.rawValue * 16
      let start = bytes.load(fromByteOffset: at, as: UInt64.self)
      let length = bytes.load(fromByteOffset: at + 8, as: UInt64.self)
      guard start <= UInt64(bytes.count), length <= UInt64(bytes.count) - start,
        start % UInt64(GazetteerLayout.alignment) == 0, let base = bytes.baseAddress
      else { throw .unreadable(path: path, reason: "section \(section) lies outside the file") }
      let count = Int(length) / MemoryLayout<Record>.stride
      return UnsafeBufferPointer(
        start: (base + Int(start)).assumingMemoryBound(to: Record.self), count: count)
    }
    textBytes = try section(.textBytes, of: UInt8.self)
    textStarts = try section(.textStarts, of: UInt32.self)
    places = try section(.places, of: PlaceRecord.self)
    subdivisions = try section(.subdivisions, of: SubdivisionRecord.self)
    airports = try section(.airports, of: AirportRecord.self)
    streets = try section(.streets, of: StreetRecord.self)
    houses = try section(.houses, of: HouseRecord.self)
    postcodes = try section(.postcodes, of: PostcodeRecord.self)
    placePostings = try section(.placePostings, of: NamePosting.self)
    streetPostings = try section(.streetPostings, of: NamePosting.self)
    slipStarts = try section(.slipStarts, of: UInt32.self)
    slipEntries = try section(.slipEntries, of: UInt32.self)
    placeCells = try section(.placeCells, of: CellRecord.self)
    streetCells = try section(.streetCells, of: CellRecord.self)
    houseCells = try section(.houseCells, of: CellRecord.self)
    sources = try section(.sources, of: UInt8.self)
    placeNames = NameSearch(
      bytes: textBytes, starts: textStarts, names: try section(.placeNames, of: NameRecord.self),
      table: try section(.placeTable, of: UInt32.self), postingCount: placePostings.count)
    streetNames = NameSearch(
      bytes: textBytes, starts: textStarts, names: try section(.streetNames, of: NameRecord.self),
      table: try section(.streetTable, of: UInt32.self), postingCount: streetPostings.count)
    let mark = [UInt8(ascii: "~")]
    streetSoundKeys = mark.withUnsafeBufferPointer { [streetNames] in streetNames.prefixed($0) }
  }

  // MARK: Texts

  @inline(__always)
  func withText<R>(_ id: UInt32, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    guard Int(id) + 1 < textStarts.count else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let (start, end) = (Int(textStarts[Int(id)]), Int(textStarts[Int(id) + 1]))
    guard start <= end, end <= textBytes.count else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    return try body(UnsafeBufferPointer(rebasing: textBytes[start..<end]))
  }

  func text(_ id: UInt32) -> String { withText(id) { String(decoding: $0, as: UTF8.self) } }

  /// All texts, for taking the file apart again.
  var allTexts: (bytes: UnsafeBufferPointer<UInt8>, starts: UnsafeBufferPointer<UInt32>) {
    (textBytes, textStarts)
  }
  var allStreetCells: UnsafeBufferPointer<CellRecord> { streetCells }

  // MARK: Rows

  func place(_ row: UInt32) -> PlaceRecord? { Int(row) < places.count ? places[Int(row)] : nil }
  func subdivision(_ row: UInt32) -> SubdivisionRecord? {
    Int(row) < subdivisions.count ? subdivisions[Int(row)] : nil
  }
  func street(_ row: UInt32) -> StreetRecord? { Int(row) < streets.count ? streets[Int(row)] : nil }

  /// The rows of the streets of a place.
  func streetRows(of place: PlaceRecord) -> Range<Int> {
    let start = Int(place.firstStreet)
    let end = start + Int(place.streetCount)
    return end <= streets.count ? start..<end : 0..<0
  }

  /// The rows of the houses of a street, in the order of number and key.
  func houseRows(of street: StreetRecord) -> Range<Int> {
    let start = Int(street.firstHouse)
    let end = start + Int(street.houseCount)
    return end <= houses.count ? start..<end : 0..<0
  }

  /// Houses of a street with a leading number.
  func houseRows(of street: StreetRecord, number: Int) -> Range<Int> {
    let rows = houseRows(of: street)
    func bound(_ value: Int) -> Int {
      var (low, high) = (rows.lowerBound, rows.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if houses[middle].leadingNumber < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return bound(number)..<bound(number + 1)
  }

  /// The street a house belongs to: streets and houses stand in one order.
  func streetRow(ofHouse house: Int) -> UInt32? {
    var (low, high) = (0, streets.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(streets[middle].firstHouse) + Int(streets[middle].houseCount) <= house {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < streets.count && houseRows(of: streets[low]).contains(house) ? UInt32(low) : nil
  }

  // MARK: Names

  /// The postings of a place key; empty for none.
  @inline(__always)
  func postings(place key: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<NamePosting>> {
    guard let name = placeNames.find(key) else { return placePostings[0..<0] }
    return placePostings[placeNames.postings(name)]
  }

  func postings(place key: [UInt8]) -> Slice<UnsafeBufferPointer<NamePosting>> {
    key.withUnsafeBufferPointer { postings(place: $0) }
  }

  /// Place keys one error from a sound key (with its mark).
  func soundsOneErrorAway(_ key: [UInt8]) -> [(name: Int, distance: Int)] {
    key.withUnsafeBufferPointer {
      placeNames.oneErrorAway($0, slipStarts: slipStarts, slipEntries: slipEntries)
    }
  }

  /// Place keys some errors from a sound key (with its mark); the first letter is taken to be right, which leaves a
  /// twentieth of them to look at.
  func soundsWithin(_ limit: Int, of key: [UInt8], most: Int) -> [(name: Int, distance: Int)] {
    key.withUnsafeBufferPointer { key in
      guard key.count > 2 else { return [] }
      let range = placeNames.prefixed(UnsafeBufferPointer(rebasing: key[..<2]))
      return placeNames.within(limit, of: key, in: range, most: most)
    }
  }

  /// Postings of a street key in one place.
  func postings(street key: UnsafeBufferPointer<UInt8>, in place: PlaceRecord)
    -> Slice<UnsafeBufferPointer<NamePosting>>
  {
    guard place.streetCount > 0, let name = streetNames.find(key) else { return streetPostings[0..<0] }
    let range = streetNames.postings(name)
    let rows = streetRows(of: place)
    func bound(_ row: Int) -> Int {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low < high {
        let middle = (low + high) / 2
        if Int(streetPostings[middle].reference) < row { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return streetPostings[bound(rows.lowerBound)..<bound(rows.upperBound)]
  }

  /// Postings of a street key anywhere.
  func postings(street key: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<NamePosting>> {
    guard let name = streetNames.find(key) else { return streetPostings[0..<0] }
    return streetPostings[streetNames.postings(name)]
  }

  /// Places of a folded postcode, the one with most houses first.
  func places(postcode: [UInt8]) -> [UInt32] {
    postcode.withUnsafeBufferPointer { wanted in
      func isBelow(_ record: PostcodeRecord, orEqual: Bool) -> Bool {
        withText(record.code) { text in
          let common = min(text.count, wanted.count)
          for k in 0..<common where text[k] != wanted[k] { return text[k] < wanted[k] }
          return text.count < wanted.count || orEqual && text.count == wanted.count
        }
      }
      func bound(orEqual: Bool) -> Int {
        var (low, high) = (0, postcodes.count)
        while low < high {
          let middle = (low + high) / 2
          if isBelow(postcodes[middle], orEqual: orEqual) { low = middle + 1 } else { high = middle }
        }
        return low
      }
      let range = bound(orEqual: false)..<bound(orEqual: true)
      return postcodes[range].sorted { ($1.houses, $0.place) < ($0.houses, $1.place) }.prefix(40).map(\.place)
    }
  }

  // MARK: Neighbours

  private func forEach(
    _ cells: UnsafeBufferPointer<CellRecord>, _ grid: CellGrid, in box: BoundingBox, _ body: (UInt32) -> Void
  ) {
    for range in grid.ranges(box) {
      var (low, high) = (0, cells.count)
      while low < high {
        let middle = (low + high) / 2
        if Int(cells[middle].cell) < range.lowerBound { low = middle + 1 } else { high = middle }
      }
      while low < cells.count, Int(cells[low].cell) <= range.upperBound {
        body(cells[low].reference)
        low += 1
      }
    }
  }

  func forEachPlace(in box: BoundingBox, _ body: (UInt32) -> Void) {
    forEach(placeCells, .places, in: box) { if Int($0) < places.count { body($0) } }
  }

  func forEachStreet(in box: BoundingBox, _ body: (UInt32, Coordinate) -> Void) {
    forEach(streetCells, .houses, in: box) {
      if Int($0) < streets.count { body($0, streets[Int($0)].coordinate) }
    }
  }

  func forEachHouse(in box: BoundingBox, _ body: (Int) -> Void) {
    forEach(houseCells, .houses, in: box) { if Int($0) < houses.count { body(Int($0)) } }
  }

  // MARK: Airports

  func airport(_ record: AirportRecord) -> Airport {
    Airport(
      iata: text(record.iata), icao: text(record.icao), name: text(record.name), city: text(record.city),
      country: GazetteerLayout.country(UInt16(truncatingIfNeeded: record.country)),
      coordinate: Coordinate(unitsLatitude: record.latitude, longitude: record.longitude),
      timeZone: text(record.zone))
  }

  func airport(iata: String) -> Airport? {
    airports.first { text($0.iata) == iata }.map(airport)
  }
}
