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
    self.near = near.enumerated().map { k, set in
      let me = UInt64(1) << UInt64(k & 63)
      return k < 64 ? (set.low | me, set.high) : (set.low, set.high | me)
    }
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
      cost: 0, hungry: day.morning.hungry, fed: day.morning.fed, driving: 0, metres: 0, low: 0,
      high: 0,
      parent: -1,
      next: -1, visit: Int32(count), isMorning: true)
  }

  /// The label of a day that is over: what is done before is done by then. Its times count backwards, see
  /// ``extendBack(_:_:_:_:)``.
  func evening(_ day: RouteDay) -> Label {
    Label(
      cost: 0, hungry: day.lunchLength > 0 ? -min(day.closes, day.lunchLatest) : RouteDay.never,
      fed: -day.closes, driving: 0, metres: 0, low: 0, high: 0, parent: -1, next: -1,
      visit: Int32(count),
      isMorning: false)
  }

  /// The labels kept at a visit by the latest run.
  func kept(at visit: Int) -> UnsafeBufferPointer<Label> {
    UnsafeBufferPointer(start: fronts[visit].items, count: fronts[visit].count)
  }

  /// Adds the day's labels, the starts and those they lead to, and answers the range of them; nil when there would be too
  /// many.
  /// - Parameter ends: where the day ends, by visit, to run backwards from the evening; nil to run forwards.
  func run(
    _ day: RouteDay, starts: [Label], prices: [Int32], endingAt ends: DayEnd? = nil
  ) -> Range<Int>? {
    let first = labels.count
    let base = ends == nil ? day.opens : -day.closes
    let buckets = max(0, Int((day.closes - day.opens) / grain)) + 1
    for k in 0..<count { fronts[k].shorten(to: 0) }
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: buckets) { heads in
      heads.initialize(repeating: -1)
      let turn = Turn(day: day, prices: prices, heads: heads, base: base, ends: ends)
      for start in starts {
        labels.append(start)
        extend(labels.count - 1, turn)
      }
      for bucket in 0..<buckets {
        // Labels a bucket gives to itself are taken in the next turn.
        while heads[bucket] >= 0 {
          var k = Int(heads[bucket])
          heads[bucket] = -1
          while k >= 0 {
            let next = Int(labels.items[k].next)
            if keeps(labels.items[k]) {
              extend(k, turn)
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

  /// What a run extends labels with.
  private struct Turn {
    let day: RouteDay
    let prices: [Int32]
    let heads: UnsafeMutableBufferPointer<Int32>
    /// The time of the first bucket.
    let base: Int32
    let ends: DayEnd?
  }

  @inline(__always)
  private func extend(_ index: Int, _ turn: Turn) {
    extensions &+= count
    if turn.ends == nil { extendOn(index, turn) } else { extendBack(index, turn) }
  }

  private func extendOn(_ index: Int, _ turn: Turn) {
    let label = labels.items[index]
    for w in 0..<count {
      guard var next = Self.step(label, to: w, turn.day) else { continue }
      next.cost &-= turn.prices[w]
      add(&next, after: label, index, turn)
    }
  }

  /// The label after going on to a visit, at the very second and remembering all, its price not counted; nil when it was
  /// remembered or a rule of the day breaks.
  @inline(__always)
  static func step(_ label: Label, to w: Int, _ day: RouteDay) -> Label? {
    let k = Int(label.visit) * day.count + w
    let seen = w < 64 ? label.low >> UInt64(w) : label.high >> UInt64(w &- 64)
    let drive = day.drives[k]
    if seen & 1 != 0 || drive < 0 { return nil }
    let driving = label.driving &+ drive
    let metres = label.metres &+ day.metres[k]
    if driving > day.maxDriving || metres > day.maxMetres { return nil }
    let length = label.isMorning ? day.mornings[w] : day.lengths[k]
    var (hungry, fed) = Self.reached(label, after: drive, day)
    fed = fed <= day.closes ? Self.end(w, length, from: fed, day) : RouteDay.never
    if fed > day.closes { fed = RouteDay.never }
    hungry =
      hungry <= min(day.closes, day.lunchLatest)
      ? Self.end(w, length, from: hungry, day) : RouteDay.never
    if hungry > min(day.closes, day.lunchLatest) { hungry = RouteDay.never }
    if min(hungry, fed) >= RouteDay.never { return nil }
    let me = UInt64(1) << UInt64(w & 63)
    return Label(
      cost: label.cost &+ drive &* Int32(RouteRelaxation.scale), hungry: hungry, fed: fed,
      driving: day.maxDriving >= RouteDay.never ? 0 : driving,
      metres: day.maxMetres >= RouteDay.never ? 0 : metres,
      low: w < 64 ? label.low | me : label.low,
      high: w < 64 ? label.high : label.high | me, parent: -1, next: -1, visit: Int32(w),
      isMorning: false)
  }

  /// To the visits that may come before the label's: its times are the latest ones at which the visit may have ended,
  /// below zero so that earlier in the run is less, and its cost is that of all after the visit (see ``DayDeadline``).
  private func extendBack(_ index: Int, _ turn: Turn) {
    let label = labels.items[index]
    let (day, v) = (turn.day, Int(label.visit))
    for u in 0..<count {
      let seen = u < 64 ? label.low >> UInt64(u) : label.high >> UInt64(u &- 64)
      let k = u * count + v
      let drive = v == count ? turn.ends!.drives[u] : day.drives[k]
      if seen & 1 != 0 || drive < 0 { continue }
      let driving = label.driving &+ drive
      let metres = label.metres &+ (v == count ? turn.ends!.metres[u] : day.metres[k])
      if driving > day.maxDriving || metres > day.maxMetres { continue }
      var (hungry, fed) = (-label.hungry, -label.fed)
      if v < count {
        hungry = Self.latest(v, day.lengths[k], endingBy: hungry, day)
        fed = Self.latest(v, day.lengths[k], endingBy: fed, day)
      }
      let early = day.lunchFrom &+ day.lunchLength <= fed
      hungry = hungry > -RouteDay.never ? hungry &- drive : hungry
      fed = fed > -RouteDay.never ? fed &- drive : fed
      if early { hungry = max(hungry, min(day.lunchLatest, fed &- day.lunchLength)) }
      if max(hungry, fed) < day.opens { continue }
      let me = UInt64(1) << UInt64(u & 63)
      var before = Label(
        cost: label.cost &+ drive &* Int32(RouteRelaxation.scale)
          &- (v < count ? turn.prices[v] : 0),
        hungry: hungry < day.opens ? RouteDay.never : -hungry,
        fed: fed < day.opens ? RouteDay.never : -fed,
        driving: day.maxDriving >= RouteDay.never ? 0 : driving,
        metres: day.maxMetres >= RouteDay.never ? 0 : metres,
        low: u < 64 ? label.low | me : label.low,
        high: u < 64 ? label.high : label.high | me, parent: -1, next: -1, visit: Int32(u),
        isMorning: false)
      add(&before, after: label, index, turn)
    }
  }

  /// Puts a label into its bucket, times rounded down as far as they are later than those of the label before, and what
  /// is no near visit of its own forgotten.
  @inline(__always)
  private func add(_ next: inout Label, after label: Label, _ index: Int, _ turn: Turn) {
    let now = min(label.hungry, label.fed)
    let w = Int(next.visit)
    next.hungry = rounded(next.hungry, turn.base, after: now)
    next.fed = rounded(next.fed, turn.base, after: now)
    next.low &= near[w].low
    next.high &= near[w].high
    let bucket = Int((min(next.hungry, next.fed) &- turn.base) / grain)
    next.parent = Int32(index)
    next.next = turn.heads[bucket]
    labels.append(next)
    turn.heads[bucket] = Int32(labels.count - 1)
  }

  /// Rounds down, as far as it is later than `now`.
  @inline(__always)
  private func rounded(_ time: Int32, _ base: Int32, after now: Int32) -> Int32 {
    guard time < RouteDay.never else { return time }
    let early = base &+ (time &- base) / grain &* grain
    return early > now ? early : time
  }

  /// The latest time at the door that lets the visit end by `time`; `-never` when there is none.
  @inline(__always)
  private static func latest(_ visit: Int, _ length: Int32, endingBy time: Int32, _ day: RouteDay)
    -> Int32
  {
    var w = Int(day.windowIndex[visit + 1]) - 1
    while w >= Int(day.windowIndex[visit]) {
      let window = day.windows[w]
      let begin = min(min(window.closes, time) &- length, window.latest)
      if begin >= window.opens { return begin }
      w -= 1
    }
    return -RouteDay.never
  }

  /// See ``DayClock/reached(after:_:)``.
  @inline(__always)
  private static func reached(_ label: Label, after drive: Int32, _ day: RouteDay) -> (
    hungry: Int32, fed: Int32
  ) {
    var fed = min(label.fed &+ drive, RouteDay.never)
    guard label.hungry < RouteDay.never else { return (RouteDay.never, fed) }
    let eats = max(label.hungry, day.lunchFrom)
    if eats <= day.lunchLatest {
      fed = min(fed, max(label.hungry &+ drive, eats) &+ day.lunchLength)
    }
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
    guard drive >= 0, label.driving + drive <= day.maxDriving,
      label.metres + metres <= day.maxMetres
    else {
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
      if label.visit < count && !(label.isMorning && label.parent >= 0) {
        list.append(Int(label.visit))
      }
      k = Int(label.parent)
    }
    return list
  }
}
