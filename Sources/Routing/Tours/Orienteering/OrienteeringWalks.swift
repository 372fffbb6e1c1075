/// The places of one day as the bound's dynamic programme walks them, in one direction.
///
/// Forwards a label's time is the earliest begin of the visit; backwards it is the latest begin with its sign turned,
/// so that in both directions later means worse. Every label within `open … close` can be completed to a whole day,
/// because the windows of ``OrienteeringModel`` are narrowed to what start and end allow. Units as in the model.
final class OrienteeringWalks {
  static let mostBuckets = 1 << 10

  let count: Int
  let open: UnsafeMutablePointer<Int>
  let close: UnsafeMutablePointer<Int>
  /// The time of a walk that begins at a place, and the latest from which a walk can end there.
  let entry: UnsafeMutablePointer<Int>
  let exit: UnsafeMutablePointer<Int>
  /// `arc[i * count + j]`: from a begin at i to the begin at j.
  let arc: UnsafeMutablePointer<Int>
  /// The same by way of any other places: at most `arc`. From later than `close - reach` a place is out of reach.
  let reach: UnsafeMutablePointer<Int>
  let floor: Int
  let shift: Int
  let buckets: Int

  init(_ model: OrienteeringModel, day: Int, nodes: [Int32], backwards: Bool) {
    let k = nodes.count
    count = k
    open = .allocate(capacity: max(1, k))
    close = .allocate(capacity: max(1, k))
    entry = .allocate(capacity: max(1, k))
    exit = .allocate(capacity: max(1, k))
    arc = .allocate(capacity: max(1, k * k))
    reach = .allocate(capacity: max(1, k * k))
    var (low, high) = (Int.max, Int.min)
    for i in 0..<k {
      let (first, last) = (
        model.open[day * model.n + Int(nodes[i])], model.close[day * model.n + Int(nodes[i])]
      )
      open[i] = backwards ? -last : first
      close[i] = backwards ? -first : last
      let there = max(first, model.dayOpen[day] + model.out[Int(model.first) * model.n + Int(nodes[i])])
      let back = min(last, model.dayClose[day] - model.out[Int(nodes[i]) * model.n + Int(model.last)])
      entry[i] = backwards ? -back : there
      exit[i] = backwards ? -there : back
      if first <= last {
        low = min(low, open[i])
        high = max(high, close[i])
      }
      for j in 0..<k {
        let (a, b) = (Int(nodes[backwards ? j : i]), Int(nodes[backwards ? i : j]))
        arc[i * k + j] = i == j ? OrienteeringModel.far : model.out[a * model.n + b]
      }
    }
    if low > high { (low, high) = (0, 0) }
    floor = low
    var shift = 0
    while (high - low) >> shift >= Self.mostBuckets { shift += 1 }
    self.shift = shift
    buckets = (high - low) >> shift + 1
    reach.update(from: arc, count: k * k)
    guard k <= OrienteeringBound.mostExact else { return }
    for via in 0..<k {
      for i in 0..<k where reach[i * k + via] < OrienteeringModel.far {
        for j in 0..<k {
          reach[i * k + j] = min(reach[i * k + j], reach[i * k + via] + reach[via * k + j])
        }
      }
    }
  }

  deinit { for pointer in [open, close, entry, exit, arc, reach] { pointer.deallocate() } }

  @inline(__always)
  func bucket(_ time: Int) -> Int { (time &- floor) >> shift }
}

/// A set of at most 128 places.
struct PlaceSet: Equatable {
  var low: UInt64 = 0
  var high: UInt64 = 0

  static let capacity = 128

  init() {}

  init(_ place: Int) {
    if place < 64 {
      low = 1 << UInt64(place)
    } else if place < Self.capacity {
      high = 1 << UInt64(place - 64)
    }
  }

  @inline(__always)
  func contains(_ place: Int) -> Bool {
    place < 64
      ? low >> UInt64(place) & 1 != 0 : place < Self.capacity && high >> UInt64(place &- 64) & 1 != 0
  }

  @inline(__always)
  func isSubset(of other: PlaceSet) -> Bool { low & ~other.low == 0 && high & ~other.high == 0 }

  @inline(__always)
  static func | (a: PlaceSet, b: PlaceSet) -> PlaceSet {
    var union = a
    union.low |= b.low
    union.high |= b.high
    return union
  }

  @inline(__always)
  static func & (a: PlaceSet, b: PlaceSet) -> PlaceSet {
    var both = a
    both.low &= b.low
    both.high &= b.high
    return both
  }
}
