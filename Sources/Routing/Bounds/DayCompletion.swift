/// What the rest of a day costs at least at given prices, for whoever has ended a visit: the labels of a day run backwards
/// from the evening (completion bounds; Christofides, Mingozzi and Toth 1981, "State-space relaxation procedures").
///
/// The kept labels of a visit stand in the order of their costs, and for each time and each visit a row of bits says which
/// of them are too early or remember it, so that 64 of them are passed over at once.
struct DayCompletion {
  private struct Place {
    /// Kept labels, cheapest first; times below zero, see ``RoutePricing``.
    var labels: [RoutePricing.Label] = []
    var words: Int { (labels.count + 63) / 64 }
    /// Labels that may still come when one is hungry and fed at a time: `words` for each bucket of time.
    var hungry: [UInt64] = []
    var fed: [UInt64] = []
    /// Labels that remember a visit: `words` for each visit; and which visits any of them remembers.
    var remembering: [UInt64] = []
    var low: UInt64 = 0
    var high: UInt64 = 0
  }

  private var places: [Place] = []
  private let opens: Int32
  private static let bucket: Int32 = 300
  /// What any day with visits costs at least, in parts of a second.
  private(set) var least: Int32 = 1 << 28
  private(set) var count = 0

  /// Nil when there would be too many labels.
  init?(_ day: RouteDay, endingAt ends: DayEnd, prices: [Int32], _ pricing: RoutePricing) {
    pricing.clear()
    guard pricing.run(day, starts: [pricing.evening(day)], prices: prices, endingAt: ends) != nil
    else {
      return nil
    }
    opens = day.opens
    for visit in 0..<day.count {
      let kept = pricing.kept(at: visit).sorted {
        ($0.cost, $0.fed, $0.hungry, $0.low, $0.high) < (
          $1.cost, $1.fed, $1.hungry, $1.low, $1.high
        )
      }
      places.append(Self.place(visit, kept, day))
      count += kept.count
    }
    var looks = 0
    let morning = pricing.morning(day)
    for visit in 0..<day.count {
      guard var first = RoutePricing.step(morning, to: visit, day) else { continue }
      first.cost -= prices[visit]
      if let rest = rest(after: first, below: least &- first.cost, day, &looks) {
        least = min(least, first.cost + rest)
      }
    }
  }

  private static func place(_ visit: Int, _ kept: [RoutePricing.Label], _ day: RouteDay) -> Place {
    var place = Place(labels: kept)
    let buckets = Int((day.closes - day.opens) / bucket) + 1
    let words = place.words
    place.hungry = .init(repeating: 0, count: buckets * words)
    place.fed = place.hungry
    place.remembering = .init(repeating: 0, count: day.count * words)
    for (k, label) in kept.enumerated() {
      let bit = UInt64(1) << UInt64(k & 63)
      if label.hungry < RouteDay.never {
        for b in 0...Int((-label.hungry - day.opens) / bucket) {
          place.hungry[b * words + k / 64] |= bit
        }
      }
      if label.fed < RouteDay.never {
        for b in 0...Int((-label.fed - day.opens) / bucket) { place.fed[b * words + k / 64] |= bit }
      }
      for other in 0..<day.count where other != visit {
        let is64 = other < 64
        guard (is64 ? label.low >> UInt64(other) : label.high >> UInt64(other - 64)) & 1 != 0 else {
          continue
        }
        place.remembering[other * words + k / 64] |= bit
        if is64 { place.low |= 1 << UInt64(other) } else { place.high |= 1 << UInt64(other - 64) }
      }
    }
    return place
  }

  /// What the rest of the day costs at least after a label that remembers all its visits; nil when that is not below the
  /// limit or there is no rest.
  @inline(__always)
  func rest(
    after label: RoutePricing.Label, below limit: Int32, _ day: RouteDay, _ looks: inout Int
  )
    -> Int32?
  {
    places.withUnsafeBufferPointer { places in
      let place = places.baseAddress! + Int(label.visit)
      return Self.rest(after: label, below: limit, place.pointee, opens, day, &looks)
    }
  }

  private static func rest(
    after label: RoutePricing.Label, below limit: Int32, _ place: Place, _ opens: Int32,
    _ day: RouteDay,
    _ looks: inout Int
  ) -> Int32? {
    let words = place.words
    let hungry = label.hungry < RouteDay.never ? Int((label.hungry - opens) / bucket) * words : -1
    let fed = label.fed < RouteDay.never ? Int((label.fed - opens) / bucket) * words : -1
    for word in 0..<words {
      if place.labels[word * 64].cost >= limit { return nil }
      looks &+= 1
      var open =
        (hungry >= 0 ? place.hungry[hungry + word] : 0) | (fed >= 0 ? place.fed[fed + word] : 0)
      var bits = label.low & place.low
      while bits != 0 {
        open &= ~place.remembering[bits.trailingZeroBitCount * words + word]
        bits &= bits - 1
      }
      bits = label.high & place.high
      while bits != 0 {
        open &= ~place.remembering[(64 + bits.trailingZeroBitCount) * words + word]
        bits &= bits - 1
      }
      while open != 0 {
        let rest = place.labels[word * 64 + open.trailingZeroBitCount]
        open &= open - 1
        if rest.cost >= limit { return nil }
        if label.hungry > -rest.hungry && label.fed > -rest.fed { continue }
        if label.driving &+ rest.driving > day.maxDriving
          || label.metres &+ rest.metres > day.maxMetres
        {
          continue
        }
        return rest.cost
      }
    }
    return nil
  }
}
