/// The cheapest days at given prices: labels over (visit, time, what is remembered), taken in the order of time.
///
/// A label is dropped when another at its place is no later hungry and fed, no dearer, has driven no more and remembers
/// nothing else (Feillet, Dejax, Gendreau and Gueguen 2004, "An exact algorithm for the elementary shortest path problem
/// with resource constraints"). Clocks are those of ``DayClock``.
final class RoutePricing {
  struct Label {
    /// Driving less prices, in parts of a second.
    var cost: Int32
    var hungry: Int32
    var fed: Int32
    /// Seconds and metres driven today; 0 where no limit asks for them.
    var driving: Int32
    var metres: Int32
    /// What is remembered, a bit a position.
    var low: UInt64
    var high: UInt64
    var parent: Int32
    var next: Int32
    /// Position of the visit; the number of visits at the start.
    var visit: Int32
    var isMorning: Bool

    @inline(__always)
    func beats(_ other: Label) -> Bool {
      cost <= other.cost && fed <= other.fed && hungry <= other.hungry && driving <= other.driving
        && metres <= other.metres && low & ~other.low == 0 && high & ~other.high == 0
    }
  }

  /// A list that grows.
  struct List {
    private(set) var items: UnsafeMutablePointer<Label>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int) {
      self.capacity = capacity
      items = .allocate(capacity: capacity)
    }

    @inline(__always)
    mutating func append(_ label: Label) {
      if count == capacity { grow() }
      (items + count).initialize(to: label)
      count &+= 1
    }

    @inline(never)
    private mutating func grow() {
      let larger = UnsafeMutablePointer<Label>.allocate(capacity: capacity * 2)
      larger.moveInitialize(from: items, count: count)
      items.deallocate()
      (items, capacity) = (larger, capacity * 2)
    }

    mutating func shorten(to count: Int) { self.count = count }
    func deallocate() { items.deallocate() }
  }

  let count: Int
  private let mostLabels: Int
  private let grain: Int32
  private let near: [(low: UInt64, high: UInt64)]
  private(set) var labels = List(capacity: 1 << 12)
  private let fronts: UnsafeMutablePointer<List>
  private(set) var extensions = 0

  /// - Parameter near: for each visit the set it remembers.
  init(near: [(low: UInt64, high: UInt64)], grain: Int, mostLabels: Int) {
    count = near.count
    self.near = near
    self.grain = Int32(grain)
    self.mostLabels = mostLabels
    fronts = .allocate(capacity: near.count)
    for k in near.indices { (fronts + k).initialize(to: List(capacity: 16)) }
  }

  deinit {
    labels.deallocate()
    for k in 0..<count { fronts[k].deallocate() }
    fronts.deallocate()
  }

  func clear() { labels.shorten(to: 0) }

  /// The label of a day that begins at the start.
  func morning(_ day: RouteDay) -> Label {
    Label(
      cost: 0, hungry: day.morning.hungry, fed: day.morning.fed, driving: 0, metres: 0, low: 0, high: 0,
      parent: -1,
      next: -1, visit: Int32(count), isMorning: true)
  }

  /// Adds the day's labels, the starts and those they lead to, and answers the range of them; nil when there would be too
  /// many.
  func run(_ day: RouteDay, starts: [Label], prices: [Int32]) -> Range<Int>? {
    let first = labels.count
    let buckets = max(0, Int((day.closes - day.opens) / grain)) + 1
    for k in 0..<count { fronts[k].shorten(to: 0) }
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: buckets) { heads in
      heads.initialize(repeating: -1)
      for start in starts {
        labels.append(start)
        extend(labels.count - 1, day, prices, heads)
      }
      for bucket in 0..<buckets {
        // Labels a bucket gives to itself are taken in the next turn.
        while heads[bucket] >= 0 {
          var k = Int(heads[bucket])
          heads[bucket] = -1
          while k >= 0 {
            let next = Int(labels.items[k].next)
            if keeps(labels.items[k]) {
              extend(k, day, prices, heads)
            } else {
              labels.items[k].visit = -1
            }
            k = next
          }
          if labels.count > mostLabels { return nil }
        }
      }
      return first..<labels.count
    }
  }

  /// False when a kept one beats it; else those it beats are kept no longer.
  private func keeps(_ label: Label) -> Bool {
    let front = fronts + Int(label.visit)
    let items = front.pointee.items
    let all = front.pointee.count
    var kept = 0
    for k in 0..<all {
      if items[k].beats(label) { return false }
      if !label.beats(items[k]) {
        if kept != k { items[kept] = items[k] }
        kept &+= 1
      }
    }
    front.pointee.shorten(to: kept)
    front.pointee.append(label)
    return true
  }

  private func extend(
    _ index: Int, _ day: RouteDay, _ prices: [Int32], _ heads: UnsafeMutableBufferPointer<Int32>
  ) {
    let label = labels.items[index]
    let row = Int(label.visit) * count
    let now = min(label.hungry, label.fed)
    extensions &+= count
    for w in 0..<count {
      let seen = w < 64 ? label.low >> UInt64(w) : label.high >> UInt64(w &- 64)
      let drive = day.drives[row + w]
      if seen & 1 != 0 || drive < 0 { continue }
      let driving = label.driving &+ drive
      let metres = label.metres &+ day.metres[row + w]
      if driving > day.maxDriving || metres > day.maxMetres { continue }
      let length = label.isMorning ? day.mornings[w] : day.lengths[row + w]
      var (hungry, fed) = Self.reached(label, after: drive, day)
      fed = fed <= day.closes ? Self.end(w, length, from: fed, day) : RouteDay.never
      if fed > day.closes { fed = RouteDay.never }
      hungry =
        hungry <= min(day.closes, day.lunchLatest) ? Self.end(w, length, from: hungry, day) : RouteDay.never
      if hungry > min(day.closes, day.lunchLatest) { hungry = RouteDay.never }
      if min(hungry, fed) >= RouteDay.never { continue }
      hungry = rounded(hungry, day, after: now)
      fed = rounded(fed, day, after: now)
      let bucket = Int((min(hungry, fed) - day.opens) / grain)
      let me = UInt64(1) << UInt64(w & 63)
      labels.append(
        Label(
          cost: label.cost &+ drive &* Int32(RouteRelaxation.scale) &- prices[w], hungry: hungry, fed: fed,
          driving: day.maxDriving >= RouteDay.never ? 0 : driving,
          metres: day.maxMetres >= RouteDay.never ? 0 : metres,
          low: label.low & near[w].low | (w < 64 ? me : 0),
          high: label.high & near[w].high | (w < 64 ? 0 : me), parent: Int32(index), next: heads[bucket],
          visit: Int32(w), isMorning: false))
      heads[bucket] = Int32(labels.count - 1)
    }
  }

  /// Rounds down, as far as it is later than `now`.
  @inline(__always)
  private func rounded(_ time: Int32, _ day: RouteDay, after now: Int32) -> Int32 {
    guard time < RouteDay.never else { return time }
    let early = day.opens &+ (time &- day.opens) / grain &* grain
    return early > now ? early : time
  }

  /// See ``DayClock/reached(after:_:)``.
  @inline(__always)
  private static func reached(_ label: Label, after drive: Int32, _ day: RouteDay) -> (
    hungry: Int32, fed: Int32
  ) {
    var fed = min(label.fed &+ drive, RouteDay.never)
    guard label.hungry < RouteDay.never else { return (RouteDay.never, fed) }
    let eats = max(label.hungry, day.lunchFrom)
    if eats <= day.lunchLatest { fed = min(fed, max(label.hungry &+ drive, eats) &+ day.lunchLength) }
    return (label.hungry &+ drive, fed)
  }

  /// When the visit ends; `never` when no window holds it any more.
  @inline(__always)
  private static func end(_ visit: Int, _ length: Int32, from time: Int32, _ day: RouteDay) -> Int32 {
    for w in Int(day.windowIndex[visit])..<Int(day.windowIndex[visit + 1]) {
      let window = day.windows[w]
      let begin = max(time, window.opens)
      if begin <= window.latest && begin &+ length <= window.closes { return begin &+ length }
    }
    return RouteDay.never
  }

  /// Whether the day can end at the label's visit, or after the way to where it goes.
  func canEnd(_ label: Label, drive: Int32, metres: Int32, _ day: RouteDay) -> Bool {
    guard drive >= 0, label.driving + drive <= day.maxDriving, label.metres + metres <= day.maxMetres else {
      return false
    }
    let at = Self.reached(label, after: drive, day)
    return min(at.fed, at.hungry <= day.lunchLatest ? at.hungry : RouteDay.never) <= day.closes
  }

  /// The visits of the way to a label, last first; nights at a visit count it once.
  func visits(endingIn label: Int) -> [Int] {
    var list: [Int] = []
    var k = label
    while k >= 0 {
      let label = labels.items[k]
      if label.visit < count && !(label.isMorning && label.parent >= 0) { list.append(Int(label.visit)) }
      k = Int(label.parent)
    }
    return list
  }
}
