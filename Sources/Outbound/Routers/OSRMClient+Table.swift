import Geo
import Routing

extension OSRMClient {
  /// Places that are on no road have no waypoint and no entries. Large tables are asked for in blocks, smaller ones
  /// when the server finds a block too big.
  public func table(
    sources: [Coordinate], targets: [Coordinate], options: RoadOptions
  ) async throws -> RoadTimes {
    let places = sources + targets
    let rows = Array(sources.indices)
    let columns = Array(sources.count..<places.count)
    let limits = places.indices.map { options.radius(of: $0) ?? Self.unlimited }
    let question = TableQuestion(places: places, limits: limits)
    let side = max(1, settings.tableSide)
    var times = TableDraft(rows: rows.count, columns: columns.count)
    try await withThrowingTaskGroup(of: TableBlock.self) { group in
      for top in stride(from: 0, to: rows.count, by: side) {
        for left in stride(from: 0, to: columns.count, by: side) {
          let block = TableBlock(
            rows: Array(rows[top..<min(top + side, rows.count)]),
            columns: Array(columns[left..<min(left + side, columns.count)]))
          group.addTask { try await self.filled(block, question) }
        }
      }
      for try await block in group { times.take(block) }
    }
    return times.times
  }

  /// Asks for a block, without places the server knows no road for, in parts where it is too big.
  private func filled(_ asked: TableBlock, _ question: TableQuestion) async throws -> TableBlock {
    var block = asked
    while true {
      let rows = block.rows.indices.filter { !block.roadless.contains(block.rows[$0]) }
      let columns = block.columns.indices.filter { !block.roadless.contains(block.columns[$0]) }
      guard !rows.isEmpty, !columns.isEmpty else { return block }
      do {
        try await fill(&block, rows, columns, question)
        return block
      } catch let refusal as OSRMRefusal {
        switch refusal.code {
        case "NoSegment":
          let list = TableList(block, rows, columns, question)
          if let index = refusal.coordinate, list.members.indices.contains(index) {
            block.roadless.formUnion(list.members[index])
            continue
          }
        case "TooBig": break
        default: throw refusal.error
        }
        // Half of it, then.
        guard rows.count * columns.count > 1 else {
          guard refusal.code == "NoSegment" else { throw refusal.error }
          return block
        }
        let isTall = rows.count >= columns.count
        for half in [0, 1] {
          func cut(_ list: [Int]) -> [Int] {
            Array(half == 0 ? list[..<(list.count / 2)] : list[(list.count / 2)...])
          }
          let part = TableBlock(
            rows: (isTall ? cut(rows) : rows).map { block.rows[$0] },
            columns: (isTall ? columns : cut(columns)).map { block.columns[$0] })
          block.take(try await filled(part, question))
        }
        return block
      }
    }
  }

  private func fill(
    _ block: inout TableBlock, _ rows: [Int], _ columns: [Int], _ question: TableQuestion
  ) async throws {
    let list = TableList(block, rows, columns, question)
    let answer = try await ask(
      "table", Self.text(list.coordinates),
      [
        "annotations=duration,distance", "sources=" + Self.words(list.rows),
        "destinations=" + Self.words(list.columns),
      ])
    guard case .array(let durations) = answer["durations"], durations.count == rows.count,
      case .array(let sources) = answer["sources"], sources.count == rows.count,
      case .array(let targets) = answer["destinations"], targets.count == columns.count
    else { throw Self.unreadable }
    var distances: [JSONValue]?
    if case .array(let values)? = answer["distances"] {
      guard values.count == rows.count else { throw Self.unreadable }
      distances = values
    }
    for (value, index) in zip(
      sources + targets, rows.map { block.rows[$0] } + columns.map { block.columns[$0] })
    {
      guard let waypoint = OSRMReading.waypoint(value, asked: question.places[index]) else {
        throw Self.unreadable
      }
      if waypoint.distance <= question.limits[index] { block.waypoints[index] = waypoint }
    }
    for (k, row) in rows.enumerated() {
      guard let seconds = OSRMReading.numbers(durations[k], count: columns.count) else {
        throw Self.unreadable
      }
      var metres = [Double?](repeating: nil, count: columns.count)
      if let distances {
        guard let read = OSRMReading.numbers(distances[k], count: columns.count) else {
          throw Self.unreadable
        }
        metres = read
      }
      guard block.waypoints[block.rows[row]] != nil else { continue }
      for (j, column) in columns.enumerated() where block.waypoints[block.columns[column]] != nil {
        guard let time = seconds[j] else { continue }
        let place = row * block.columns.count + column
        guard let milliseconds = Int32(exactly: (time * 1000).rounded()) else { throw Self.unreadable }
        block.milliseconds[place] = milliseconds
        guard let length = metres[j] else { continue }
        guard let decimetres = Int32(exactly: (length * 10).rounded()) else { throw Self.unreadable }
        block.decimetres[place] = decimetres
      }
    }
  }

  private static func words(_ indices: [Int]) -> String {
    indices.map(String.init).joined(separator: ";")
  }
}

/// All places of a table, sources before targets, and how far each may be from its road.
private struct TableQuestion: Sendable {
  let places: [Coordinate]
  let limits: [Metres]
}

/// A part of a table, with rows and columns by the numbers of their places.
private struct TableBlock: Sendable {
  let rows: [Int]
  let columns: [Int]
  var milliseconds: [Int32]
  var decimetres: [Int32]
  var waypoints: [Int: RoadWaypoint] = [:]
  /// Places the server knows no road for.
  var roadless: Set<Int> = []

  init(rows: [Int], columns: [Int]) {
    self.rows = rows
    self.columns = columns
    milliseconds = .init(repeating: -1, count: rows.count * columns.count)
    decimetres = milliseconds
  }

  /// Takes over a part of this block.
  mutating func take(_ part: TableBlock) {
    waypoints.merge(part.waypoints) { first, _ in first }
    roadless.formUnion(part.roadless)
    let places = Dictionary(uniqueKeysWithValues: zip(columns, columns.indices))
    let lines = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
    for (i, row) in part.rows.enumerated() {
      for (j, column) in part.columns.enumerated() {
        guard let line = lines[row], let place = places[column] else { continue }
        milliseconds[line * columns.count + place] = part.milliseconds[i * part.columns.count + j]
        decimetres[line * columns.count + place] = part.decimetres[i * part.columns.count + j]
      }
    }
  }
}

/// The coordinates of one request: equal places stand once.
private struct TableList {
  var coordinates: [Coordinate] = []
  /// Which places each coordinate stands for.
  var members: [[Int]] = []
  var rows: [Int] = []
  var columns: [Int] = []

  init(_ block: TableBlock, _ rows: [Int], _ columns: [Int], _ question: TableQuestion) {
    var known: [Coordinate: Int] = [:]
    func add(_ place: Int) -> Int {
      let coordinate = question.places[place]
      if let index = known[coordinate] {
        members[index].append(place)
        return index
      }
      known[coordinate] = coordinates.count
      coordinates.append(coordinate)
      members.append([place])
      return coordinates.count - 1
    }
    self.rows = rows.map { add(block.rows[$0]) }
    self.columns = columns.map { add(block.columns[$0]) }
    // OSRM wants two coordinates.
    if coordinates.count == 1 {
      coordinates.append(coordinates[0])
      members.append(members[0])
    }
  }
}

/// The whole table while blocks come in.
private struct TableDraft {
  private let rows: Int
  private let columns: Int
  private var milliseconds: [Int32]
  private var decimetres: [Int32]
  private var waypoints: [RoadWaypoint?]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    milliseconds = .init(repeating: -1, count: rows * columns)
    decimetres = milliseconds
    waypoints = .init(repeating: nil, count: rows + columns)
  }

  mutating func take(_ block: TableBlock) {
    for (place, waypoint) in block.waypoints { waypoints[place] = waypoint }
    for (i, row) in block.rows.enumerated() {
      for (j, column) in block.columns.enumerated() {
        milliseconds[row * columns + column - rows] = block.milliseconds[i * block.columns.count + j]
        decimetres[row * columns + column - rows] = block.decimetres[i * block.columns.count + j]
      }
    }
  }

  var times: RoadTimes {
    RoadTimes(
      sources: Array(waypoints[..<rows]), targets: Array(waypoints[rows...]), milliseconds: milliseconds,
      decimetres: decimetres)
  }
}
