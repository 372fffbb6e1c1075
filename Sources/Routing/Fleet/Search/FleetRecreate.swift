/// Puts requests back one by one where they cost least, passing over a route now and then (a blink).
///
/// Christiaens and Vanden Berghe 2020, whose blinks pass over single places; the orders are theirs, with orders
/// by window and by priority added.
struct FleetRecreate {
  private let model: FleetTables
  private var keys: [(Int, Int32)] = []
  private let farthest: [Int]
  private let demand: [Int]
  private let windowLength: [Int]
  private let windowEnd: [Int]
  private let hasWindows: Bool
  private let hasPriorities: Bool
  private let cache: FleetPlacementCache
  private var firstOfGroup: [Int]
  /// The last version given to a route.
  var changes = 0
  /// One route in a hundred is passed over.
  private let blink = UInt64(0.01 * 0x1p32)

  init(_ model: FleetTables) {
    self.model = model
    let tasks = 0..<model.tasks
    farthest = tasks.map { task in
      let costs = model.vehicle[0].costs
      let depot = model.place(model.place(model.start(0)) == model.places - 1 ? model.end(0) : model.start(0))
      return Int(costs[depot * model.places + model.place(task)])
    }
    demand = tasks.map { task in
      (0..<model.dimensions).reduce(0) { sum, d in
        let k = task * model.dimensions + d
        return sum + 2 * model.initial[k] + model.added[k]
      }
    }
    func bounds(_ task: Int) -> (first: Int, end: Int) {
      (task == 0 ? 0 : Int(model.windowEnds[task - 1]), Int(model.windowEnds[task]))
    }
    windowLength = tasks.map { task in
      let (first, end) = bounds(task)
      return (first..<end).reduce(0) { $0 + model.closing[$1] - model.opening[$1] }
    }
    windowEnd = tasks.map { model.closing[bounds($0).end - 1] }
    hasWindows = windowEnd.contains { $0 < FleetTables.never / 2 }
    hasPriorities = tasks.contains { model.priority[$0] > 0 }
    cache = FleetPlacementCache(model)
    firstOfGroup = [Int](repeating: -1, count: model.vehicles)
  }

  func deallocate() { cache.deallocate() }

  /// - Parameter lasting: by vehicle, the version of the route that the search comes back to when it does not take the
  ///   changes; its places stay in the cache beside those of the changed route.
  mutating func run(
    _ state: FleetState, _ waiting: [Int32], lasting: UnsafePointer<Int>, _ random: inout SeededRandom
  ) {
    order(waiting, &random)
    for (_, head) in keys {
      var best = FleetPlacement()
      for v in 0..<model.vehicles { firstOfGroup[v] = -1 }
      for v in 0..<model.vehicles {
        if state.count[v] == 0 {
          let group = model.vehicle[v].group
          if firstOfGroup[group] >= 0 { continue }
          firstOfGroup[group] = v
        }
        if random.next() >> 32 < blink { continue }
        cache.place(Int(head), in: v, state, lasting: lasting, &best)
      }
      if best.vehicle >= 0, state.insert(head: Int(head), at: best) {
        changes += 1
        state.version[best.vehicle] = changes
      }
    }
  }

  private mutating func order(_ waiting: [Int32], _ random: inout SeededRandom) {
    keys.removeAll(keepingCapacity: true)
    let byPriority = hasPriorities && random.below(4) != 0
    let kind = random.below(hasWindows ? 15 : 11)
    for head in waiting {
      let task = Int(head)
      var key: Int
      switch kind {
      case 0..<4: key = Int(random.next() >> 33)
      case 4..<8: key = model.dimensions > 0 ? -demand[task] : Int(random.next() >> 33)
      case 8..<10: key = -farthest[task]
      case 10: key = farthest[task]
      case 11..<13: key = windowLength[task]
      default: key = windowEnd[task]
      }
      if byPriority { key = max(-(1 << 50), min(1 << 50, key)) - Int(model.priority[task]) << 52 }
      keys.append((key, head))
    }
    keys.sort { $0 < $1 }
  }
}

/// The cheapest place of each request in each route, kept while the route's content stays.
struct FleetPlacementCache {
  private struct Entry {
    var version: Int
    var delta: Int
    var after: Int32
    var deliveryAfter: Int32
  }

  private let entries: UnsafeMutablePointer<Entry>?
  private let vehicles: Int

  /// Two entries a pair, side by side. No cache where it would take over 128 MB.
  init(_ model: FleetTables) {
    vehicles = model.vehicles
    let size = 2 * model.tasks * model.vehicles
    guard size <= 4_000_000 else {
      entries = nil
      return
    }
    let memory = UnsafeMutablePointer<Entry>.allocate(capacity: max(1, size))
    memory.initialize(repeating: Entry(version: -1, delta: 0, after: 0, deliveryAfter: 0), count: size)
    entries = memory
  }

  func deallocate() { entries?.deallocate() }

  @inline(__always)
  func place(
    _ head: Int, in v: Int, _ state: FleetState, lasting: UnsafePointer<Int>,
    _ best: inout FleetPlacement
  ) {
    guard let entries else { return state.place(head, in: v, &best) }
    var entry = entries + (head &* vehicles &+ v) &* 2
    let version = state.version[v]
    if entry.pointee.version != version {
      let standing = entry.pointee.version == lasting[v]
      if standing || entry[1].version == version { entry += 1 }
    }
    if entry.pointee.version != version {
      var found = FleetPlacement()
      state.place(head, in: v, &found)
      entry.pointee = Entry(
        version: version, delta: found.delta, after: Int32(truncatingIfNeeded: found.after),
        deliveryAfter: Int32(truncatingIfNeeded: found.deliveryAfter))
    }
    if entry.pointee.delta < best.delta {
      best = FleetPlacement(
        vehicle: v, after: Int(entry.pointee.after), deliveryAfter: Int(entry.pointee.deliveryAfter),
        delta: entry.pointee.delta)
    }
  }
}
