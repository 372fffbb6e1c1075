import Foundation

/// Driving times and distances between many places at once.
///
/// Restricted PHAST (Delling, Goldberg, Werneck 2011) instead of buckets: of the targets' part of the hierarchy a small
/// graph is made once; then each eight sources sweep over it together, a lane of a vector each. See docs/decisions.
struct RoadTable {
  typealias Lanes = SIMD8<Int32>
  /// No path; more than any that is one, and twice it is no overflow.
  static let unreached: Int32 = 1 << 30

  /// Row-major, sources by targets: milliseconds and decimetres, -1 where there is no way.
  private(set) var milliseconds: [Int32]
  private(set) var decimetres: [Int32]
  /// What the drives count, the least there is.
  private(set) var weights: [Int32]

  private struct LocalArc {
    var other: Int32
    var weight: Int32
    var time: Int32
    var length: Int32
  }

  /// A part of the hierarchy with its own numbers, in the order a sweep visits them.
  private struct Part {
    var vertices: [UInt32] = []
    var starts: [Int32] = [0]
    var arcs: [LocalArc] = []
  }

  /// A place with what its searches begin with.
  private struct Stop {
    var ends: [RoadEnd]
    var seeds: [RoadSeed]
  }

  init(_ graph: RoadGraph, sources: [RoadPosition?], targets: [RoadPosition?], threads: Int) {
    let columns = targets.count
    let total = sources.count * columns
    milliseconds = [Int32](repeating: -1, count: total)
    decimetres = milliseconds
    weights = milliseconds
    guard total > 0 else { return }
    let from = sources.map { position -> Stop in
      let ends = position.map { graph.ends(at: $0) } ?? []
      return Stop(ends: ends, seeds: graph.seeds(from: ends))
    }
    let to = targets.map { position -> Stop in
      let ends = position.map { graph.ends(at: $0) } ?? []
      return Stop(ends: ends, seeds: graph.seeds(to: ends))
    }
    // What leads down to the targets, most important first.
    let scratch = TableScratch(graph.vertexCount)
    let down = Self.downPart(graph, to, scratch)
    let targetSeeds = to.map { stop in
      stop.seeds.map {
        (local: scratch.local(of: $0.vertex), weight: $0.weight, time: $0.time, length: $0.length)
      }
    }
    // Drives along one edge are few: only those columns are looked at that share one with a row.
    var columnsOn: [UInt32: [Int]] = [:]
    for (column, stop) in to.enumerated() {
      for end in stop.ends where columnsOn[end.edge]?.last != column {
        columnsOn[end.edge, default: []].append(column)
      }
    }
    let columnsOnEdge = columnsOn
    // Sources near each other share most of what is above them.
    let order = sources.indices.filter { !from[$0].ends.isEmpty }.sorted {
      (from[$0].seeds.first?.vertex ?? 0, $0) < (from[$1].seeds.first?.vertex ?? 0, $1)
    }
    let lanes = Lanes.scalarCount
    milliseconds.withUnsafeMutableBufferPointer { times in
      decimetres.withUnsafeMutableBufferPointer { lengths in
        weights.withUnsafeMutableBufferPointer { weights in
          let times = UncheckedPointer(times.baseAddress!)
          let lengths = UncheckedPointer(lengths.baseAddress!)
          let weights = UncheckedPointer(weights.baseAddress!)
          let locals = UncheckedPointer(scratch.localOf)
          let pool = TableRoomPool(graph.vertexCount)
          Parallel.forEachChunk(of: order.count, size: lanes, threads: threads) { _, range in
            let room = pool.take(down.vertices.count)
            defer { pool.give(room) }
            let group = range.map { order[$0] }
            Self.sweep(graph, group.map { from[$0] }, down, locals.pointer, room)
            for (lane, row) in group.enumerated() {
              for column in 0..<columns {
                var best = Drive(weight: Self.unreached, time: 0, length: 0)
                for seed in targetSeeds[column] where seed.local >= 0 {
                  let local = Int(seed.local)
                  let weight = room.down.weights[local][lane] &+ seed.weight
                  if weight < best.weight {
                    best = Drive(
                      weight: weight, time: room.down.times[local][lane] &+ seed.time,
                      length: room.down.lengths[local][lane] &+ seed.length)
                  }
                }
                guard best.weight < Self.unreached - (1 << 29) else { continue }
                let place = row * columns + column
                weights.pointer[place] = best.weight
                times.pointer[place] = best.time
                lengths.pointer[place] = best.length
              }
              for end in from[row].ends {
                for column in columnsOnEdge[end.edge] ?? [] {
                  let place = row * columns + column
                  guard let direct = graph.direct(from[row].ends, to[column].ends),
                    weights.pointer[place] < 0 || direct.weight < weights.pointer[place]
                  else { continue }
                  weights.pointer[place] = direct.weight
                  times.pointer[place] = direct.time
                  lengths.pointer[place] = direct.length
                }
              }
            }
          }
        }
      }
    }
  }

  private struct Drive {
    var weight: Int32
    var time: Int32
    var length: Int32
  }

  /// All vertices from which arcs down lead to the targets, with these arcs; remembers their numbers in `scratch`.
  private static func downPart(_ graph: RoadGraph, _ targets: [Stop], _ scratch: TableScratch) -> Part {
    var list: [UInt32] = []
    for target in targets {
      for seed in target.seeds where scratch.mark(seed.vertex) { list.append(seed.vertex) }
    }
    var k = 0
    while k < list.count {
      let v = Int(list[k])
      k += 1
      for a in Int(graph.downStarts[v])..<Int(graph.downStarts[v + 1]) where scratch.mark(graph.downs[a].end)
      {
        list.append(graph.downs[a].end)
      }
    }
    list.sort(by: >)
    for (k, v) in list.enumerated() { scratch.localOf[Int(v)] = Int32(k) }
    var part = Part()
    part.vertices = list
    part.starts.reserveCapacity(list.count + 1)
    for v in list {
      for a in Int(graph.downStarts[Int(v)])..<Int(graph.downStarts[Int(v) + 1]) {
        let arc = graph.downs[a]
        part.arcs.append(
          LocalArc(
            other: scratch.localOf[Int(arc.end)], weight: arc.weight, time: arc.time, length: arc.length))
      }
      part.starts.append(Int32(part.arcs.count))
    }
    return part
  }

  /// Weights of the vertices of `down` from each of at most eight sources.
  private static func sweep(
    _ graph: RoadGraph, _ sources: [Stop], _ down: Part, _ localOf: UnsafeMutablePointer<Int32>,
    _ room: TableRoom
  ) {
    // Upward: all that is above the sources, least important first.
    room.collect(graph, sources.lazy.flatMap { $0.seeds.lazy.map(\.vertex) })
    let (up, numberOf) = (room.up, room.numberOf)
    for (lane, source) in sources.enumerated() {
      for seed in source.seeds {
        let k = Int(numberOf[Int(seed.vertex)])
        if seed.weight < up.weights[k][lane] {
          up.weights[k][lane] = seed.weight
          up.times[k][lane] = seed.time
          up.lengths[k][lane] = seed.length
        }
      }
    }
    let (weights, times, lengths) = (room.down.weights, room.down.times, room.down.lengths)
    let far = Lanes(repeating: unreached)
    for k in 0..<down.vertices.count { weights[k] = far }
    for k in 0..<room.list.count {
      let v = Int(room.list[k])
      let (weight, time, length) = (up.weights[k], up.times[k], up.lengths[k])
      for a in Int(graph.upStarts[v])..<Int(graph.upStarts[v + 1]) {
        let arc = graph.ups[a]
        let head = Int(numberOf[Int(arc.end)])
        let reached = weight &+ Lanes(repeating: arc.weight)
        let isLess = reached .< up.weights[head]
        up.weights[head].replace(with: reached, where: isLess)
        up.times[head].replace(with: time &+ Lanes(repeating: arc.time), where: isLess)
        up.lengths[head].replace(with: length &+ Lanes(repeating: arc.length), where: isLess)
      }
      let local = localOf[v]
      if local >= 0 {
        weights[Int(local)] = weight
        times[Int(local)] = time
        lengths[Int(local)] = length
      }
    }
    // Downward: each vertex from those above it.
    down.arcs.withUnsafeBufferPointer { arcs in
      down.starts.withUnsafeBufferPointer { starts in
        for k in 0..<starts.count - 1 {
          var weight = weights[k]
          var time = times[k]
          var length = lengths[k]
          for a in Int(starts[k])..<Int(starts[k + 1]) {
            let arc = arcs[a]
            let reached = weights[Int(arc.other)] &+ Lanes(repeating: arc.weight)
            let isLess = reached .< weight
            weight.replace(with: reached, where: isLess)
            time.replace(with: times[Int(arc.other)] &+ Lanes(repeating: arc.time), where: isLess)
            length.replace(with: lengths[Int(arc.other)] &+ Lanes(repeating: arc.length), where: isLess)
          }
          weights[k] = weight
          times[k] = time
          lengths[k] = length
        }
      }
    }
  }
}

/// The numbers that the targets' part of the hierarchy has in a table; -1 for none.
private final class TableScratch {
  let localOf: UnsafeMutablePointer<Int32>

  init(_ count: Int) {
    localOf = .allocate(capacity: max(count, 1))
    localOf.initialize(repeating: -1, count: max(count, 1))
  }

  deinit { localOf.deallocate() }

  @inline(__always)
  func mark(_ v: UInt32) -> Bool {
    guard localOf[Int(v)] < 0 else { return false }
    localOf[Int(v)] = 0
    return true
  }

  func local(of v: UInt32) -> Int32 { localOf[Int(v)] }
}

/// What drives count, take and how long they are, eight at a time.
struct TableLanes {
  let weights: UnsafeMutablePointer<RoadTable.Lanes>
  let times: UnsafeMutablePointer<RoadTable.Lanes>
  let lengths: UnsafeMutablePointer<RoadTable.Lanes>

  /// Times and lengths are zero, weights not set.
  init(capacity: Int) {
    weights = .allocate(capacity: capacity)
    times = .allocate(capacity: capacity)
    lengths = .allocate(capacity: capacity)
    times.initialize(repeating: .zero, count: capacity)
    lengths.initialize(repeating: .zero, count: capacity)
  }

  func deallocate() {
    weights.deallocate()
    times.deallocate()
    lengths.deallocate()
  }
}

/// Room for one sweep.
private final class TableRoom: @unchecked Sendable {
  /// Of the targets' part.
  let down: TableLanes
  /// Of what is above the sources, in the order of `list`.
  var up: TableLanes
  var upCapacity = 0
  var list: [UInt32] = []
  let numberOf: UnsafeMutablePointer<Int32>

  init(_ vertexCount: Int, down count: Int) {
    down = TableLanes(capacity: max(count, 1))
    up = TableLanes(capacity: 0)
    numberOf = .allocate(capacity: max(vertexCount, 1))
    numberOf.initialize(repeating: -1, count: max(vertexCount, 1))
  }

  deinit {
    down.deallocate()
    up.deallocate()
    numberOf.deallocate()
  }

  /// All vertices that arcs up lead to, least important first, unreached.
  func collect(_ graph: RoadGraph, _ seeds: some Sequence<UInt32>) {
    for v in list { numberOf[Int(v)] = -1 }
    list.removeAll(keepingCapacity: true)
    for v in seeds where numberOf[Int(v)] < 0 {
      numberOf[Int(v)] = 0
      list.append(v)
    }
    var k = 0
    while k < list.count {
      let v = Int(list[k])
      k += 1
      for a in Int(graph.upStarts[v])..<Int(graph.upStarts[v + 1]) where numberOf[Int(graph.ups[a].end)] < 0 {
        numberOf[Int(graph.ups[a].end)] = 0
        list.append(graph.ups[a].end)
      }
    }
    list.sort()
    if list.count > upCapacity {
      up.deallocate()
      upCapacity = list.count * 2
      up = TableLanes(capacity: upCapacity)
    }
    let far = RoadTable.Lanes(repeating: RoadTable.unreached)
    for (k, v) in list.enumerated() {
      numberOf[Int(v)] = Int32(k)
      up.weights[k] = far
      up.times[k] = .zero
      up.lengths[k] = .zero
    }
  }
}

/// Rooms that are not in use.
private final class TableRoomPool: @unchecked Sendable {
  private let vertexCount: Int
  private let lock = NSLock()
  private var free: [TableRoom] = []

  init(_ vertexCount: Int) { self.vertexCount = vertexCount }

  func take(_ down: Int) -> TableRoom {
    lock.withLock { free.popLast() } ?? TableRoom(vertexCount, down: down)
  }
  func give(_ room: TableRoom) { lock.withLock { free.append(room) } }
}
