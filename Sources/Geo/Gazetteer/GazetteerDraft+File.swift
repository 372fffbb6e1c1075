import Foundation
import Kernels

extension GazetteerDraft {
  /// Writes the whole draft as a new file. Rows take their final order here: places by population, streets by place,
  /// houses by street and number; the draft is used up by it.
  /// - Throws: ``SystemFault``
  func write(to path: String) throws {
    streetRows = [:]
    orderPlaces()
    orderStreets()
    let file = try SectionWriter(path)
    try writeHouses(file)
    let streetNames = collectStreetNames()
    try file.write(.streetCells, streetCells())
    try file.write(.streets, streets.map(\.record))
    var (names, postings) = streetNames.sorted(texts)
    try file.write(.streetNames, names)
    try file.write(.streetPostings, postings)
    try file.write(.streetTable, NameTables.hashTable(names, texts))
    (names, postings) = placeNames.sorted(texts)
    try file.write(.placeNames, names)
    try file.write(.placePostings, postings)
    try file.write(.placeTable, NameTables.hashTable(names, texts))
    // Slips are looked for among names of places only, by sound.
    let slips = NameTables.slipTable(names, texts) { $0.first == UInt8(ascii: "~") }
    try file.write(.slipStarts, slips.starts)
    try file.write(.slipEntries, slips.entries)
    try file.write(.places, places)
    try file.write(.placeCells, placeCells())
    try file.write(.subdivisions, subdivisions)
    try file.write(.airports, airports.sorted { texts.text(Int($0.iata)) < texts.text(Int($1.iata)) })
    try file.write(.postcodes, postcodeRecords())
    try file.write(.sources, Array(SourceList(sources: sources, selection: selection).json()))
    try file.write(.textBytes, texts.bytes)
    try file.write(.textStarts, texts.starts)
    try file.finish()
  }

  // MARK: Order

  /// The larger place first, so that the first posting of a name is the one most people mean.
  private func orderPlaces() {
    let order = places.indices.sorted {
      (places[$1].population, places[$0].number) < (places[$0].population, places[$1].number)
    }
    var newRow = [UInt32](repeating: 0, count: places.count)
    for (row, old) in order.enumerated() { newRow[old] = UInt32(row) }
    places = order.map { places[$0] }
    placeNames.renumber {
      $0.kind <= NameKind.placeSkeleton.rawValue ? newRow[Int($0.reference)] : $0.reference
    }
    for k in streets.indices { streets[k].record.place = newRow[Int(streets[k].record.place)] }
    postcodes = Dictionary(
      uniqueKeysWithValues: postcodes.map { ($0 & ~0xFFFF_FFFF | UInt64(newRow[Int($0 & 0xFFFF_FFFF)]), $1) })
  }

  private func orderStreets() {
    let order = streets.indices.sorted {
      (streets[$0].record.place, $0) < (streets[$1].record.place, $1)
    }
    var newRow = [UInt32](repeating: 0, count: streets.count)
    for (row, old) in order.enumerated() { newRow[old] = UInt32(row) }
    streets = order.map { streets[$0] }
    for k in houses.indices { houses[k].street = newRow[Int(houses[k].street)] }
    for k in keptStreetCells.indices {
      keptStreetCells[k].reference = newRow[Int(keptStreetCells[k].reference)]
    }
    for k in streetPoints.indices { streetPoints[k].street = newRow[Int(streetPoints[k].street)] }
    for k in places.indices {
      places[k].firstStreet = 0
      places[k].streetCount = 0
    }
    for (row, street) in streets.enumerated() {
      let place = Int(street.record.place)
      if places[place].streetCount == 0 { places[place].firstStreet = UInt32(row) }
      places[place].streetCount += 1
    }
  }

  // MARK: Sections

  /// Writes the houses by street and number and where they lie, and tells the streets theirs. A country's houses are
  /// too many to be copied: they are put in order by their numbers and written as they come.
  private func writeHouses(_ file: SectionWriter) throws {
    var order = GroupOrder(count: houses.count, groups: streets.count) { houses[$0].street }
    var cells: [UInt64] = []
    cells.reserveCapacity(houses.count)
    try file.write(.houses, of: HouseRecord.self) { put in
      var count: UInt32 = 0
      for street in streets.indices {
        order.sort(street) { isHouse($0, before: $1) }
        // A street without houses starts where the one before it ends: what house is whose is one binary search.
        streets[street].record.firstHouse = count
        var last: HouseRecord?
        for k in order.rows[order.range(street)] {
          let house = houses[Int(k)].record
          if let last, last.key == house.key, last.latitude == house.latitude,
            last.longitude == house.longitude
          {
            continue
          }
          last = house
          try put(house)
          if house.isListed {
            cells.append(UInt64(CellGrid.houses.cell(house.coordinate)) << 32 | UInt64(count))
          }
          count += 1
        }
        streets[street].record.houseCount = count - streets[street].record.firstHouse
      }
    }
    houses = []
    order = GroupOrder(count: 0, groups: 0) { _ in nil }
    cells.sort()
    try file.write(.houseCells, of: CellRecord.self) { put in
      for cell in cells {
        try put(CellRecord(cell: UInt32(cell >> 32), reference: UInt32(truncatingIfNeeded: cell)))
      }
    }
  }

  /// The order of houses of one street.
  private func isHouse(_ a: UInt32, before b: UInt32) -> Bool {
    let (m, n) = (houses[Int(a)].record, houses[Int(b)].record)
    if m.leadingNumber != n.leadingNumber { return m.leadingNumber < n.leadingNumber }
    if m.key != n.key { return m.key < n.key }
    // What is listed comes before what follows from a range.
    return (m.leading, m.latitude, m.longitude, a) < (n.leading, n.latitude, n.longitude, b)
  }

  private func collectStreetNames() -> NameCollector {
    var collector = NameCollector()
    // Streets of one name are in every town.
    var filings: [UInt64: [(key: Int, kind: UInt32)]] = [:]
    func filing(_ spelling: UInt32, asAlias: Bool) -> [(key: Int, kind: UInt32)] {
      let id = UInt64(spelling) << 1 | (asAlias ? 1 : 0)
      if let known = filings[id] { return known }
      let name = StreetName(texts.text(Int(spelling)))
      let keys = (name?.filing(asAlias: asAlias) ?? []).map { (texts.intern($0.key), $0.fit.rawValue) }
      filings[id] = keys
      return keys
    }
    for (row, street) in streets.enumerated() {
      for (k, spelling) in ([street.record.name] + street.aliases).enumerated() {
        for (key, kind) in filing(spelling, asAlias: k > 0) {
          collector.add(key: key, NamePosting(reference: UInt32(row), spelling: spelling, kind: kind))
        }
      }
    }
    return collector
  }

  private func cells(_ records: [CellRecord]) -> [CellRecord] {
    records.sorted { ($0.cell, $0.reference) < ($1.cell, $1.reference) }
  }

  private func streetCells() -> [CellRecord] {
    let own = streets.indices.filter { streets[$0].record.latitude != GazetteerLayout.nowhere }.map {
      CellRecord(
        cell: UInt32(CellGrid.houses.cell(streets[$0].record.coordinate)), reference: UInt32($0))
    }
    let points = streetPoints.map {
      CellRecord(
        cell: UInt32(
          CellGrid.houses.cell(Coordinate(unitsLatitude: $0.latitude, longitude: $0.longitude))),
        reference: $0.street)
    }
    var result = cells(keptStreetCells + own + points)
    var kept = 0
    for k in result.indices {
      if kept > 0, result[kept - 1].cell == result[k].cell, result[kept - 1].reference == result[k].reference
      {
        continue
      }
      result[kept] = result[k]
      kept += 1
    }
    result.removeSubrange(kept...)
    return result
  }

  private func placeCells() -> [CellRecord] {
    cells(
      places.indices.map {
        CellRecord(cell: UInt32(CellGrid.places.cell(places[$0].coordinate)), reference: UInt32($0))
      })
  }

  private func postcodeRecords() -> [PostcodeRecord] {
    let codes = Dictionary(
      uniqueKeysWithValues: Set(postcodes.keys.map { UInt32($0 >> 32) }).map { ($0, texts.text(Int($0))) })
    return postcodes.map {
      PostcodeRecord(code: UInt32($0.key >> 32), place: UInt32($0.key & 0xFFFF_FFFF), houses: $0.value)
    }.sorted {
      if $0.code != $1.code { return codes[$0.code] ?? "" < codes[$1.code] ?? "" }
      return ($1.houses, $0.place) < ($0.houses, $1.place)
    }
  }
}

/// Writes sections one after another; the table of them comes last, into the room left at the start.
final class SectionWriter {
  private let descriptor: Int32
  private var position: Int
  private var table: [(start: Int, bytes: Int)]

  /// - Throws: ``SystemFault``
  init(_ path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemFault(errno) }
    table = Array(repeating: (0, 0), count: GazetteerLayout.Section.allCases.count)
    position = 0
    try put([UInt8](repeating: 0, count: GazetteerLayout.headerSize + table.count * 16))
  }

  deinit { close(descriptor) }

  private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemFault) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(
        descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw SystemFault(errno) }
      done += written
    }
  }

  private func put(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try put($0, at: position) }
    position += bytes.count
  }

  /// Appends a section.
  func write<Record: BitwiseCopyable>(_ section: GazetteerLayout.Section, _ records: [Record]) throws {
    try begin()
    let start = position
    try append(records)
    table[section.rawValue] = (start, position - start)
  }

  /// Appends a section of what `body` puts, without holding it.
  func write<Record: BitwiseCopyable>(
    _ section: GazetteerLayout.Section, of: Record.Type, _ body: ((Record) throws -> Void) throws -> Void
  ) throws {
    try begin()
    let start = position
    var buffer: [Record] = []
    buffer.reserveCapacity(Self.bufferCount)
    try body { record in
      buffer.append(record)
      if buffer.count == Self.bufferCount {
        try append(buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try append(buffer)
    table[section.rawValue] = (start, position - start)
  }

  private static let bufferCount = 16_384

  /// Sections start at multiples of the alignment.
  private func begin() throws {
    let rest = position % GazetteerLayout.alignment
    if rest > 0 { try put([UInt8](repeating: 0, count: GazetteerLayout.alignment - rest)) }
  }

  private func append<Record: BitwiseCopyable>(_ records: [Record]) throws {
    try records.withUnsafeBytes { bytes in
      try put(bytes, at: position)
      position += bytes.count
    }
  }

  /// Writes the header and brings everything to the disk.
  func finish() throws {
    var header = GazetteerLayout.magic
    func append(_ value: UInt64, bytes: Int) {
      for k in 0..<bytes { header.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * k))) }
    }
    append(UInt64(GazetteerBuilder.schemaVersion), bytes: 4)
    append(UInt64(table.count), bytes: 4)
    append(UInt64(position), bytes: 8)
    append(0, bytes: 8)
    for entry in table {
      append(UInt64(entry.start), bytes: 8)
      append(UInt64(entry.bytes), bytes: 8)
    }
    try header.withUnsafeBytes { try put($0, at: 0) }
    guard fsync(descriptor) == 0 else { throw SystemFault(errno) }
  }
}
