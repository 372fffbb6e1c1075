import Foundation

/// A made-up country as an OpenStreetMap extract, with what real ones hold besides roads: of the 33 nodes a crossing a
/// fifth belongs to roads that cars can use, the rest to buildings with addresses, woods and fields, footpaths, trees and
/// shops. Streets lie on a crooked grid: every 5th is tertiary, every 25th primary, every 100th a trunk road; of the
/// others three blocks of ten are missing in towns and six in the country. Five bends lie between two crossings. Objects
/// tell their version and time as those of real extracts do. The same bytes for the same size; nothing but the turn
/// restrictions is held in memory.
struct SyntheticCountry {
  /// Crossings in a row and in a column.
  let side: Int

  /// What a crossing with all around it comes to in the file.
  private static let bytesPerCell = 285.0

  init(megabytes: Int) {
    side = max(10, Int((Double(megabytes) * 1e6 / Self.bytesPerCell).squareRoot().rounded()))
  }

  typealias Point = PBFExtractWriter.Point
  private typealias Tags = [(String, String)]

  // Nodes of a cell: its crossing, bends eastward and southward, and those of no road.
  private static let bends = 5
  private static let others = 22
  private static let nodesPerCell = 1 + 2 * bends + others
  /// Corners of the areas of a cell; the nodes that are left stand alone.
  private static let areas: [[Int]] = [[6, 6, 8], [4, 6, 6, 4], [4, 4, 6, 4], [16, 4]]
  private static let waySize = 10

  private enum Direction: Int { case east, south }

  private static func mix(_ a: Int, _ b: Int = 0) -> Int {
    let z = UInt64(truncatingIfNeeded: a) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: b)
    return Int(truncatingIfNeeded: SplitMix.mixed(z) >> 2)
  }

  private func cell(_ row: Int, _ column: Int) -> Int { row * side + column }

  private func node(_ cell: Int, _ k: Int) -> Int64 {
    PBFExtractWriter.firstID + Int64(cell * Self.nodesPerCell + k)
  }

  private func place(_ row: Int, _ column: Int) -> Point {
    let chance = Self.mix(cell(row, column), 1)
    return Point(
      latitude: 500_000_000 + Int64(row * 16_000 + chance % 5000),
      longitude: 200_000_000 + Int64(column * 25_000 + chance / 8192 % 8000))
  }

  private static func moved(_ point: Point, _ a: Int, _ b: Int) -> Point {
    Point(latitude: point.latitude + Int64(a), longitude: point.longitude + Int64(b))
  }

  // MARK: Roads

  /// Whether there is a road from the crossing to the next one.
  private func hasRoad(_ row: Int, _ column: Int, _ direction: Direction) -> Bool {
    let (street, end) = direction == .east ? (row, column) : (column, row)
    guard end < side - 1 else { return false }
    if street % 5 == 0 { return true }
    let isTown = Self.mix(row / 20 << 20 | column / 20, 2) % 3 == 0
    return Self.mix(cell(row, column), 3 + direction.rawValue) % 10 < (isTown ? 7 : 4)
  }

  /// A way ends after ten blocks and where the road does.
  private func wayBegins(_ row: Int, _ column: Int, _ direction: Direction) -> Bool {
    guard hasRoad(row, column, direction) else { return false }
    let along = direction == .east ? column : row
    return along % Self.waySize == 0
      || !(direction == .east ? hasRoad(row, column - 1, .east) : hasRoad(row - 1, column, .south))
  }

  /// Nodes of the way that begins at the crossing.
  private func wayNodes(_ row: Int, _ column: Int, _ direction: Direction) -> [Int64] {
    var (row, column) = (row, column)
    var nodes = [node(cell(row, column), 0)]
    repeat {
      let first = node(cell(row, column), 1 + direction.rawValue * Self.bends)
      nodes.append(contentsOf: first..<first + Int64(Self.bends))
      if direction == .east { column += 1 } else { row += 1 }
      nodes.append(node(cell(row, column), 0))
    } while hasRoad(row, column, direction) && !wayBegins(row, column, direction)
    return nodes
  }

  private func roadTags(_ row: Int, _ column: Int, _ direction: Direction) -> Tags {
    let street = direction == .east ? row : column
    let chance = Self.mix(cell(row, column), 7 + direction.rawValue)
    let name = ("name", Self.streetName(chance % 80_000))
    let isEast = direction == .east
    if street % 100 == 50 {
      return [
        ("highway", "trunk"), ("maxspeed", "110"), ("ref", "\(isEast ? "M" : "A")\(street)"), ("lanes", "2"),
        ("surface", "asphalt"),
      ]
    }
    if street % 25 == 0 {
      return [
        ("highway", "primary"), ("maxspeed", "\(50 + chance / 64 % 5 * 10)"), ("ref", "P \(street)"), name,
        ("surface", "asphalt"),
      ]
    }
    if street % 5 == 0 { return [("highway", "tertiary"), ("maxspeed", "50"), name, ("surface", "asphalt")] }
    // A piece alone is a drive to a house often.
    let isShort = wayNodes(row, column, direction).count == Self.bends + 2
    switch chance / 512 % 24 {
    case 4...9 where isShort: return [("highway", "service"), ("service", "driveway"), ("access", "private")]
    case 0, 1: return [("highway", "residential"), ("oneway", "yes"), name]
    case 2: return [("highway", "residential"), ("oneway", "-1"), ("maxspeed", "30"), name]
    case 3: return [("highway", "living_street"), name]
    case 4, 5, 6, 7: return [("highway", "service"), ("surface", "paving_stones")]
    case 8, 9, 10: return [("highway", "track"), ("tracktype", "grade\(1 + chance / 65_536 % 5)")]
    case 11, 12, 13: return [("highway", "unclassified"), ("surface", "asphalt")]
    case 14, 15, 16, 17: return [("highway", "residential"), name, ("maxspeed", "30"), ("lit", "yes")]
    default: return [("highway", "residential"), name, ("surface", "asphalt")]
    }
  }

  private static func crossingTags(_ chance: Int) -> Tags {
    switch chance % 100 {
    case 0, 1: [("highway", "traffic_signals")]
    case 2: [("highway", "stop")]
    default: []
    }
  }

  private static func bendTags(_ chance: Int) -> Tags {
    switch chance % 400 {
    case 0...7: [("highway", "crossing"), ("crossing", "uncontrolled")]
    case 8: [("barrier", "gate")]
    case 9: [("barrier", "bollard")]
    default: []
    }
  }

  // MARK: All else

  private static let syllables = [
    "bor", "da", "gro", "ka", "lu", "ma", "no", "pol", "ra", "sta", "tur", "ve", "wi", "za", "ko", "mi",
  ]

  private static func streetName(_ number: Int) -> String {
    let code = number &* 40_503
    return "ulica " + (0..<5).map { syllables[code >> (4 * $0) & 15] }.joined() + "owa"
  }

  private static func address(_ chance: Int, _ town: Int) -> Tags {
    [
      ("addr:housenumber", "\(1 + chance % 90)"), ("addr:street", streetName((town + chance / 128) % 80_000)),
      ("addr:city", streetName(town % 5000)), ("addr:postcode", "\(10_000 + town % 5000)"),
    ]
  }

  private static func areaTags(_ chance: Int, corners: Int, town: Int) -> Tags {
    if corners > 10 {
      return [("landuse", ["forest", "meadow", "farmland", "residential"][chance % 4])]
    }
    let building = ("building", ["yes", "house", "yes", "garage", "residential"][chance / 16 % 5])
    return chance / 256 % 5 < 3 ? [building] + address(chance / 2048, town) : [building]
  }

  private static func pointTags(_ chance: Int, town: Int) -> Tags {
    switch chance % 10 {
    case 0: address(chance / 16, town)
    case 1:
      [("shop", "convenience"), ("name", streetName(chance / 16 % 30_000))] + address(chance / 16, town)
    case 2, 3, 4: [("natural", "tree")]
    default: []
    }
  }

  /// Corners of an area around a place, the later ones a little off the side of a rectangle.
  private static func corners(_ count: Int, around place: Point, _ chance: Int) -> [Point] {
    let (height, width) = (300 + chance % 900, 500 + chance / 1024 % 1300)
    let scale = count > 10 ? 8 : 1
    return (0..<count).map { k in
      let side = k * 4 / count
      let part = k - (side * count + 3) / 4
      let jitter = mix(chance, k)
      let (up, right) = [(0, 0), (0, 1), (1, 1), (1, 0)][side]
      return moved(
        place, scale * (up * height + part * (100 + jitter % 64)),
        scale * (right * width - part * (100 + jitter / 64 % 64)))
    }
  }

  private func edit(_ chance: Int) -> PBFExtractWriter.Edit {
    PBFExtractWriter.Edit(
      version: UInt64(1 + chance % 4), time: 1_350_000_000 + Int64(chance / 4 % 400_000_000))
  }

  // MARK: The file

  func write(to path: String) throws {
    var file = try PBFExtractWriter(path)
    for row in 0..<side {
      for column in 0..<side { try writeNodes(row, column, &file) }
    }
    try file.endNodes()
    var way: Int64 = 0
    // Ways that meet at a crossing.
    var meetings: [(from: Int64, node: Int64, to: Int64)] = []
    for row in 0..<side {
      for column in 0..<side {
        try writeAreas(row, column, &way, &file)
        var begun: [Int64] = []
        for direction in [Direction.east, .south] where wayBegins(row, column, direction) {
          file.edit = edit(Self.mix(cell(row, column), 11 + direction.rawValue))
          try file.way(wayNodes(row, column, direction), tags: roadTags(row, column, direction))
          way += 1
          begun.append(way)
        }
        if begun.count == 2, Self.mix(cell(row, column), 13) % 15 == 0 {
          meetings.append((begun[0], node(cell(row, column), 0), begun[1]))
        }
      }
    }
    try file.endWays()
    for meeting in meetings {
      let chance = Self.mix(Int(meeting.node), 14)
      file.edit = edit(chance)
      try file.relation(
        [("from", .way, meeting.from), ("via", .node, meeting.node), ("to", .way, meeting.to)],
        tags: [
          ("type", "restriction"),
          ("restriction", ["no_left_turn", "no_right_turn", "only_right_turn"][chance / 4 % 3]),
        ])
    }
    try file.finish()
  }

  private func writeNodes(_ row: Int, _ column: Int, _ file: inout PBFExtractWriter) throws {
    let cell = cell(row, column)
    let here = place(row, column)
    let chance = Self.mix(cell, 5)
    file.edit = edit(chance)
    try file.node(at: here, tags: Self.crossingTags(chance))
    for direction in [Direction.east, .south] {
      let chance = Self.mix(cell, 15 + direction.rawValue)
      file.edit = edit(chance)
      if hasRoad(row, column, direction) {
        let end = direction == .east ? place(row, column + 1) : place(row + 1, column)
        for k in 1...Self.bends {
          let wiggle = Self.mix(chance, k)
          let part = Int64(k)
          let whole = Int64(Self.bends + 1)
          let bend = Point(
            latitude: here.latitude + (end.latitude - here.latitude) * part / whole,
            longitude: here.longitude + (end.longitude - here.longitude) * part / whole)
          try file.node(
            at: Self.moved(bend, wiggle % 1200 - 600, wiggle / 2048 % 1800 - 900),
            tags: Self.bendTags(wiggle / 4_194_304))
        }
      } else {
        let middle = Self.moved(here, 1000 + chance % 10_000, 1000 + chance / 16_384 % 16_000)
        for corner in Self.corners(Self.bends, around: middle, chance) { try file.node(at: corner, tags: []) }
      }
    }
    var left = Self.others
    for (k, count) in areas(of: cell).enumerated() {
      let chance = Self.mix(cell, 20 + k)
      file.edit = edit(chance)
      let middle = Self.moved(here, 1000 + chance % 10_000, 1000 + chance / 16_384 % 16_000)
      for corner in Self.corners(count, around: middle, chance) { try file.node(at: corner, tags: []) }
      left -= count
    }
    for k in 0..<left {
      let chance = Self.mix(cell, 40 + k)
      file.edit = edit(chance)
      try file.node(
        at: Self.moved(here, chance % 14_000, chance / 16_384 % 20_000),
        tags: Self.pointTags(chance / 1_048_576, town: town(cell)))
    }
  }

  private func areas(of cell: Int) -> [Int] { Self.areas[Self.mix(cell, 6) % Self.areas.count] }

  private func town(_ cell: Int) -> Int { Self.mix(cell / side / 20 << 20 | cell % side / 20, 4) % 1_000_000 }

  /// The areas of a cell, and buildings or footpaths where no road is.
  private func writeAreas(
    _ row: Int, _ column: Int, _ way: inout Int64, _ file: inout PBFExtractWriter
  ) throws {
    let cell = cell(row, column)
    for direction in [Direction.east, .south] where !hasRoad(row, column, direction) {
      let chance = Self.mix(cell, 15 + direction.rawValue)
      file.edit = edit(chance)
      let first = node(cell, 1 + direction.rawValue * Self.bends)
      let nodes = (first..<first + Int64(Self.bends)).map { $0 }
      if chance / 64 % 4 == 0 {
        try file.way(nodes, tags: [("highway", "footway"), ("surface", "gravel")])
      } else {
        try file.way(nodes + [first], tags: Self.areaTags(chance, corners: nodes.count, town: town(cell)))
      }
      way += 1
    }
    var first = node(cell, 1 + 2 * Self.bends)
    for (k, count) in areas(of: cell).enumerated() {
      let chance = Self.mix(cell, 20 + k)
      file.edit = edit(chance)
      try file.way(
        (first..<first + Int64(count)).map { $0 } + [first],
        tags: Self.areaTags(chance, corners: count, town: town(cell)))
      way += 1
      first += Int64(count)
    }
  }
}
