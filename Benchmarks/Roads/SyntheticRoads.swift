import Foundation
import Geo

/// A made-up network as an OpenStreetMap extract: a crooked grid of streets 100 metres apart with two points in each block
/// between crossings, so that a fifth of the nodes are crossings. Every 5th street is tertiary, every 25th primary, every 100th
/// as fast as a motorway; a sixth of the others is one-way, and of these others two blocks of five are missing, so that three
/// roads meet at a crossing mostly, as in towns. Ways are ten blocks long at most; where a row's and a column's ways
/// end at one crossing there is a turn restriction mostly. The same bytes for the same count.
struct SyntheticRoads {
  /// Crossings in a row and in a column.
  let side: Int

  init(nodes: Int) { side = max(3, Int((Double(nodes) / 5).squareRoot().rounded())) }

  private static let waySize = 10

  private static func mix(_ a: Int, _ b: Int = 0) -> Int {
    let z = UInt64(truncatingIfNeeded: a) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: b)
    return Int(truncatingIfNeeded: SplitMix.mixed(z) >> 2)
  }

  // Nodes are numbered row by row: crossings, then the points in blocks eastward, then those southward.
  private func crossing(_ row: Int, _ column: Int) -> Int { row * side + column }

  private func place(_ row: Int, _ column: Int) -> PBFExtractWriter.Point {
    let chance = Self.mix(crossing(row, column), 1)
    return PBFExtractWriter.Point(
      latitude: 500_000_000 + Int64(row * 9000 + chance % 2000),
      longitude: 200_000_000 + Int64(column * 14_000 + chance / 4096 % 3000))
  }

  private static func between(_ a: PBFExtractWriter.Point, _ b: PBFExtractWriter.Point, _ k: Int)
    -> PBFExtractWriter.Point
  {
    PBFExtractWriter.Point(
      latitude: a.latitude + (b.latitude - a.latitude) * Int64(k) / 3,
      longitude: a.longitude + (b.longitude - a.longitude) * Int64(k) / 3)
  }

  private func tags(_ street: Int, _ isRow: Bool) -> [(String, String)] {
    let name = ("name", "\(isRow ? "Row" : "Column") \(street)")
    if street % 100 == 50 { return [("highway", "trunk"), ("maxspeed", "110"), name] }
    if street % 25 == 0 { return [("highway", "primary"), ("maxspeed", "70"), name] }
    if street % 5 == 0 { return [("highway", "tertiary"), ("maxspeed", "50"), name] }
    let chance = Self.mix(street, isRow ? 2 : 3) % 12
    if chance < 2 { return [("highway", "residential"), ("oneway", chance == 0 ? "yes" : "-1"), name] }
    return [("highway", "residential"), ("maxspeed", "30"), name]
  }

  func write(to path: String) throws {
    var file = try PBFExtractWriter(path)
    for row in 0..<side {
      for column in 0..<side { try file.node(at: place(row, column), tags: []) }
    }
    for (down, right) in [(0, 1), (1, 0)] {
      for row in 0..<side - down {
        for column in 0..<side - right {
          let (a, b) = (place(row, column), place(row + down, column + right))
          for k in 1...2 { try file.node(at: Self.between(a, b, k), tags: []) }
        }
      }
    }
    try file.endNodes()
    let first = Int(PBFExtractWriter.firstID)
    let east = first + side * side
    let south = east + side * (side - 1) * 2
    var ways: Int64 = 0
    // The ways that end at crossings where both a row's and a column's do.
    var ending: [Int: (row: Int64, column: Int64)] = [:]
    for isRow in [true, false] {
      for street in 0..<side {
        for begin in stride(from: 0, to: side - 1, by: Self.waySize) {
          let end = min(begin + Self.waySize, side - 1)
          var nodes: [Int64] = []
          for k in begin...end {
            let (row, column) = isRow ? (street, k) : (k, street)
            nodes.append(Int64(first + crossing(row, column)))
            let block = isRow ? east + (row * (side - 1) + column) * 2 : south + (row * side + column) * 2
            let isMissing = street % 5 != 0 && Self.mix(block, 5) % 5 < 2
            if k < end, !isMissing {
              nodes += [Int64(block), Int64(block + 1)]
              continue
            }
            if nodes.count > 1 {
              try file.way(nodes, tags: tags(street, isRow))
              ways += 1
            }
            nodes = []
          }
          if street % Self.waySize == 0, street > 0, begin > 0 {
            if isRow {
              ending[crossing(street, begin), default: (0, 0)].row = ways
            } else {
              ending[crossing(begin, street), default: (0, 0)].column = ways
            }
          }
        }
      }
    }
    try file.endWays()
    for (node, ways) in ending.sorted(by: { $0.key < $1.key }) where ways.row > 0 && ways.column > 0 {
      guard Self.mix(node, 4) % 3 > 0 else { continue }
      try file.relation(
        [
          ("from", .way, ways.row), ("via", .node, Int64(first + node)), ("to", .way, ways.column),
        ], tags: [("type", "restriction"), ("restriction", "no_left_turn")])
    }
    try file.finish()
  }
}
