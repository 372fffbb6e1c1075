/// The problem as flat tables for the search.
///
/// Nodes 0 ..< `tasks` are the jobs, then pickup and delivery of each shipment in turn; node `tasks + 2v` is
/// the start of vehicle v and `tasks + 2v + 1` its end. Places are the used rows of the matrices, renumbered;
/// the last place stands for a start or end that is not given: to and from it everything is zero.
/// Times are in ticks: seconds, or hundredths where a vehicle has a speed factor.
struct FleetTables {
  /// No time is later; sums of two stay inside 64 bits.
  static let never = Int.max / 4
  /// A leg that cannot be driven costs and takes this much or more.
  static let hole: Int32 = 1 << 30

  var tasks = 0
  var nodes = 0
  var vehicles = 0
  var places = 0
  var types = 0
  var dimensions = 0
  /// Numbers of breaks done that a state tells apart: most breaks of a vehicle and one.
  var stages = 1
  var ticks = 1

  /// By node.
  var place: UnsafeMutablePointer<Int32>
  var mate: UnsafeMutablePointer<Int32>
  var priority: UnsafeMutablePointer<Int32>
  var windowEnds: UnsafeMutablePointer<Int32>
  /// By node and vehicle type: `node * types + type`.
  var setup: UnsafeMutablePointer<Int>
  var service: UnsafeMutablePointer<Int>
  /// By window: opening and closing.
  var opening: UnsafeMutablePointer<Int>
  var closing: UnsafeMutablePointer<Int>
  /// By node and dimension: what is on board from the start, and what the node adds.
  var initial: UnsafeMutablePointer<Int>
  var added: UnsafeMutablePointer<Int>
  /// By vehicle.
  var vehicle: UnsafeMutablePointer<FleetVehicleRow>
  var capacity: UnsafeMutablePointer<Int>
  /// By vehicle and task: `vehicle * tasks + task`.
  var allowed: UnsafeMutablePointer<Bool>
  /// By break.
  var breakService: UnsafeMutablePointer<Int>
  var breakWindowEnds: UnsafeMutablePointer<Int32>
  var breakOpening: UnsafeMutablePointer<Int>
  var breakClosing: UnsafeMutablePointer<Int>
  var breakLoad: UnsafeMutablePointer<Int>

  @inline(__always) func start(_ v: Int) -> Int { tasks &+ 2 &* v }
  @inline(__always) func end(_ v: Int) -> Int { tasks &+ 2 &* v &+ 1 }
  @inline(__always) func place(_ node: Int) -> Int { Int(place[node]) }
}

/// One vehicle's numbers.
struct FleetVehicleRow {
  /// Row-major tables over the places.
  var seconds: UnsafePointer<Int32>
  var costs: UnsafePointer<Int32>
  /// The costs with rows and columns exchanged, so that the ways to a place lie side by side.
  var costsTo: UnsafePointer<Int32>
  var metres: UnsafePointer<Int32>?
  var type = 0
  var fixed = 0
  /// Cost of a tick of set-up or service; zero for most.
  var taskRate = 0.0
  var firstBreak = 0
  var breaks = 0
  var maxTasks = Int.max
  var maxTravel = Int.max
  var maxMetres = Int.max
  /// Some break bounds the load.
  var boundsLoad = false
  /// Vehicles of a group are alike in all that matters.
  var group = 0
}

extension FleetTables {
  @inline(__always) func travel(_ v: Int, _ from: Int, _ to: Int) -> Int {
    Int(vehicle[v].seconds[place(from) &* places &+ place(to)])
  }

  @inline(__always) func metres(_ v: Int, _ from: Int, _ to: Int) -> Int {
    guard let table = vehicle[v].metres else { return 0 }
    return Int(table[place(from) &* places &+ place(to)])
  }

  /// Set-up and service of `node` after `previous`.
  @inline(__always) func action(_ v: Int, _ previous: Int, _ node: Int) -> Int {
    let k = node &* types &+ vehicle[v].type
    return place[previous] == place[node] ? service[k] : service[k] &+ setup[k]
  }

  /// What the leg and the work at its end cost.
  @inline(__always) func cost(_ v: Int, _ from: Int, _ to: Int) -> Int {
    let drive = Int(vehicle[v].costs[place(from) &* places &+ place(to)])
    if vehicle[v].taskRate == 0 { return drive }
    return drive &+ Int((vehicle[v].taskRate * Double(action(v, from, to))).rounded())
  }

  /// The first time from `time` on when `node` may start; `never` when there is none.
  @inline(__always) func opening(_ node: Int, from time: Int) -> Int {
    var k = node == 0 ? 0 : Int(windowEnds[node &- 1])
    let end = Int(windowEnds[node])
    while k < end {
      if time <= closing[k] { return max(time, opening[k]) }
      k &+= 1
    }
    return Self.never
  }

  /// The last time up to `time` when `node` may start; `-never` when there is none.
  @inline(__always) func closing(_ node: Int, to time: Int) -> Int {
    let begin = node == 0 ? 0 : Int(windowEnds[node &- 1])
    var k = Int(windowEnds[node]) &- 1
    while k >= begin {
      if time >= opening[k] { return min(time, closing[k]) }
      k &-= 1
    }
    return -Self.never
  }

  /// When a drive of `travel` ticks that may begin at `time` ends, with breaks `stage ..< stage + taken` of the
  /// vehicle taken on it: each as early as it can be, driving while it is waited for.
  @inline(__always)
  func arrival(_ v: Int, leaving time: Int, travel: Int, stage: Int, taken: Int) -> Int {
    taken == 0 ? time &+ travel : arrivalWithBreaks(v, time, travel, stage, taken)
  }

  private func arrivalWithBreaks(_ v: Int, _ time: Int, _ travel: Int, _ stage: Int, _ taken: Int) -> Int {
    var time = time
    var left = travel
    for rest in vehicle[v].firstBreak + stage..<vehicle[v].firstBreak + stage + taken {
      let begin = breakOpening(rest, from: time)
      if begin >= Self.never { return Self.never }
      left = max(0, left - (begin - time))
      time = begin + breakService[rest]
    }
    return time + left
  }

  /// The latest leaving for a drive that is to end by `time`; the mirror of ``arrival(_:leaving:travel:stage:taken:)``.
  @inline(__always)
  func leaving(_ v: Int, arriving time: Int, travel: Int, stage: Int, taken: Int) -> Int {
    taken == 0 ? time &- travel : leavingWithBreaks(v, time, travel, stage, taken)
  }

  private func leavingWithBreaks(_ v: Int, _ time: Int, _ travel: Int, _ stage: Int, _ taken: Int) -> Int {
    var time = time
    var left = travel
    for rest in (vehicle[v].firstBreak + stage..<vehicle[v].firstBreak + stage + taken).reversed() {
      let begin = breakClosing(rest, to: time - breakService[rest])
      if begin <= -Self.never { return -Self.never }
      left = max(0, left - (time - breakService[rest] - begin))
      time = begin
    }
    return time - left
  }

  func breakOpening(_ rest: Int, from time: Int) -> Int {
    for k in (rest == 0 ? 0 : Int(breakWindowEnds[rest - 1]))..<Int(breakWindowEnds[rest])
    where time <= breakClosing[k] { return max(time, breakOpening[k]) }
    return Self.never
  }

  func breakClosing(_ rest: Int, to time: Int) -> Int {
    for k in ((rest == 0 ? 0 : Int(breakWindowEnds[rest - 1]))..<Int(breakWindowEnds[rest])).reversed()
    where time >= breakOpening[k] { return min(time, breakClosing[k]) }
    return -Self.never
  }
}
