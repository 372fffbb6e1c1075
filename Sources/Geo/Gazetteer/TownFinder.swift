import Foundation
import Kernels

/// The towns an extract's addresses may belong to: those of the gazetteer and those the extract adds.
struct TownFinder {
  private let file: SQLiteFile
  private let byKey: SQLiteStatement
  private let inCells: SQLiteStatement
  private let insertPlace: SQLiteStatement
  private let insertKey: SQLiteStatement
  private var next: Int

  private struct Town {
    var id: Int
    var coordinate: Coordinate
    /// Metres within which a point is taken to belong to it.
    var reach: Double
  }
  private var cache: [String: [Town]] = [:]
  /// Towns by tenths of a degree, filled when asked for.
  private var near: [Int: [Town]] = [:]
  private let grid = CellGrid(size: 0.1)
  /// Not yet in the grid of the file.
  private var added: [Town] = []

  /// Where numbers of added places begin; GeoNames ids are far below.
  private static let firstAdded = 1 << 40

  init(_ file: SQLiteFile) throws(SQLiteFault) {
    self.file = file
    byKey = try file.prepare(
      """
      SELECT p.id, p.latitude, p.longitude, p.population, p.rank FROM name_key k JOIN place p ON p.id = k.ref
        WHERE k.key = ? AND k.kind <= 1
      """)
    inCells = try file.prepare(
      """
      SELECT p.id, p.latitude, p.longitude, p.population, p.rank, p.country, p.region, p.district, p.zone
        FROM place_cell c JOIN place p ON p.id = c.place WHERE c.cell BETWEEN ? AND ?
      """)
    insertPlace = try file.prepare("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?)")
    insertKey = try file.prepare("INSERT OR IGNORE INTO name_key VALUES (?,?,?)")
    next = max(try file.number("SELECT max(id) FROM place"), Self.firstAdded) + 1
  }

  /// Ranks of added places: 1 town, 2 village, 3 hamlet, 4 part of a town, 5 known by addresses only.
  private static let ranks: [String: (rank: Int, population: Int, reach: Double)] = [
    "city": (1, 100_000, 15_000), "town": (1, 10_000, 6000), "village": (2, 500, 2000),
    "hamlet": (3, 50, 800), "isolated_dwelling": (3, 5, 300), "suburb": (4, 0, 0),
    "quarter": (4, 0, 0), "neighbourhood": (4, 0, 0),
  ]

  /// Metres a town of so many people reaches, when nothing better is known.
  private static func reach(population: Int, rank: Int) -> Double {
    if rank == 4 { return 0 }
    if rank == 5 { return 1500 }
    return min(max(Double(population).squareRoot() * 30, 300), 20_000)
  }

  /// Takes up a mapped place: merged with the gazetteer's own of that name near by, else added.
  mutating func add(
    place: String, name: String, tags: [String: String], number: Int64, at coordinate: Coordinate
  ) throws(SQLiteFault) {
    guard let kind = Self.ranks[place] else { return }
    let name = TextFolding.clean(name, limit: 200)
    let key = TextFolding.fold(name)
    guard !key.isEmpty else { return }
    let others = tags.filter { $0.key.hasPrefix("name:") || $0.key == "alt_name" || $0.key == "old_name" }
      .values.sorted()
    let limit = kind.rank == 1 ? 10_000.0 : 5000.0
    let same = try towns(key).first { GreatCircle.metres($0.coordinate, coordinate) < limit }
    if let same, kind.rank < 4 {
      try file(names: others, of: same.id)
      return
    }
    let population =
      tags["population"].flatMap { Int($0.filter { $0.isASCII && $0.isNumber }.prefix(9)) } ?? kind.population
    _ = try insert(
      name, at: coordinate, population: population, rank: kind.rank, others: others, reach: kind.reach)
  }

  /// The town of that name by an address; made up of its addresses when nobody knows it.
  mutating func town(
    named name: String, near coordinate: Coordinate, elseAt middle: Coordinate?
  ) throws(SQLiteFault) -> Int {
    let key = TextFolding.fold(name)
    guard !key.isEmpty else { return 0 }
    let known = try towns(key).map { ($0.id, GreatCircle.metres($0.coordinate, coordinate)) }
      .min { $0.1 < $1.1 }
    if let known, known.1 < 30_000 { return known.0 }
    return try insert(
      name, at: middle ?? coordinate, population: 0, rank: 5, others: [], reach: 1500)
  }

  private mutating func towns(_ key: String) throws(SQLiteFault) -> [Town] {
    if let known = cache[key] { return known }
    byKey.bind(0, key)
    defer { byKey.reset() }
    var result: [Town] = []
    while try byKey.step() {
      result.append(
        Town(
          id: byKey.int(0),
          coordinate: Coordinate(trustedLatitude: byKey.double(1), longitude: byKey.double(2)),
          reach: Self.reach(population: byKey.int(3), rank: byKey.int(4))))
    }
    cache[key] = result
    return result
  }

  private mutating func insert(
    _ name: String, at coordinate: Coordinate, population: Int, rank: Int, others: [String], reach: Double
  ) throws(SQLiteFault) -> Int {
    let context = try surroundings(of: coordinate)
    let id = next
    next += 1
    insertPlace.bind(0, id)
    insertPlace.bind(1, name)
    insertPlace.bind(2, context.country)
    insertPlace.bind(3, context.region)
    insertPlace.bind(4, context.district)
    insertPlace.bind(5, coordinate.latitude)
    insertPlace.bind(6, coordinate.longitude)
    insertPlace.bind(7, population)
    insertPlace.bind(8, context.zone)
    insertPlace.bind(9, rank)
    try insertPlace.run()
    let town = Town(id: id, coordinate: coordinate, reach: reach)
    cache[TextFolding.fold(name), default: []].append(town)
    near = [:]
    added.append(town)
    try file(names: [name], of: id, kind: .placeName)
    try file(names: others, of: id)
    return id
  }

  private func file(
    names: [String], of id: Int, kind: GazetteerSchema.KeyKind = .placeAlias
  ) throws(SQLiteFault) {
    for name in names.flatMap({ $0.split(separator: ";") }) {
      let key = String(TextFolding.fold(String(name)).prefix(NameKeyTable.keyLimit / 2))
      guard !key.isEmpty else { continue }
      try file(key, kind, id)
      let skeleton = TextFolding.skeleton(String(name))
      if skeleton.utf8.count > 2, skeleton.utf8.allSatisfy({ $0 < 0x80 }) {
        try file("~" + skeleton, .placeSkeleton, id)
      }
    }
  }

  private func file(_ key: String, _ kind: GazetteerSchema.KeyKind, _ id: Int) throws(SQLiteFault) {
    insertKey.bind(0, key)
    insertKey.bind(1, Int(kind.rawValue))
    insertKey.bind(2, id)
    try insertKey.run()
  }

  /// Country, region, district and zone of the nearest place the gazetteer knows.
  private func surroundings(
    of coordinate: Coordinate
  ) throws(SQLiteFault) -> (country: String, region: Int?, district: Int?, zone: String?) {
    var best: (distance: Double, country: String, region: Int?, district: Int?, zone: String?)?
    for metres in [20_000.0, 100_000] {
      for range in CellGrid.places.ranges(GreatCircle.box(around: coordinate, metres: metres)) {
        inCells.bind(0, range.lowerBound)
        inCells.bind(1, range.upperBound)
        defer { inCells.reset() }
        while try inCells.step() {
          let c = Coordinate(trustedLatitude: inCells.double(1), longitude: inCells.double(2))
          let distance = GreatCircle.metres(c, coordinate)
          if distance < best?.distance ?? .infinity {
            best = (
              distance, inCells.text(5), inCells.optionalInt(6), inCells.optionalInt(7),
              inCells.optionalText(8)
            )
          }
        }
      }
      if let best { return (best.country, best.region, best.district, best.zone) }
    }
    return ("", nil, nil, nil)
  }

  /// The town whose reach covers the point best; nil when there is none within 30 km.
  mutating func nearest(to coordinate: Coordinate) -> Int? {
    let cell = grid.cell(coordinate)
    if near[cell] == nil { near[cell] = candidates(around: coordinate) }
    return near[cell]?.map { ($0.id, GreatCircle.metres($0.coordinate, coordinate) / max($0.reach, 1)) }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  private func candidates(around coordinate: Coordinate) -> [Town] {
    var result = added.filter {
      $0.reach > 0 && GreatCircle.metres($0.coordinate, coordinate) < 40_000
    }
    for range in CellGrid.places.ranges(GreatCircle.box(around: coordinate, metres: 40_000)) {
      inCells.bind(0, range.lowerBound)
      inCells.bind(1, range.upperBound)
      defer { inCells.reset() }
      while (try? inCells.step()) == true {
        let reach = Self.reach(population: inCells.int(3), rank: inCells.int(4))
        guard reach > 0 else { continue }
        result.append(
          Town(
            id: inCells.int(0),
            coordinate: Coordinate(trustedLatitude: inCells.double(1), longitude: inCells.double(2)),
            reach: reach))
      }
    }
    return result
  }
}
