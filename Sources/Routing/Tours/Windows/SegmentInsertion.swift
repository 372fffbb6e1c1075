/// Or-opt (Or 1976) with windows: moves a run of stops to another place of the tour, its direction kept or turned.
///
/// Contract: `improve` goes through all runs of at most ``longest`` stops once and applies the first move of each that
/// lowers the objective and keeps every window; false where there was none. Travel changes by the three arcs
/// in less the three arcs out (and the run's own arcs where it is turned); the windows are checked along the stops
/// passed, then in O(1) by `latest` behind them. O(n² · longest) when windows are wide, near O(n) when narrow.
enum SegmentInsertion {
  static let longest = 8

  static func improve(_ state: inout WindowTourState) -> Bool {
    let stops = state.stops
    var improved = false
    for first in 1..<stops {
      for last in first..<min(first + longest, stops) {
        if later(&state, first, last) || earlier(&state, first, last) { improved = true }
      }
    }
    return improved
  }

  /// The run `first … last` goes behind a stop further on.
  private static func later(_ state: inout WindowTourState, _ first: Int, _ last: Int) -> Bool {
    let model = state.model
    let order = state.order
    let out =
      model.time(order[first &- 1], order[first])
      &+ model.time(order[last], last &+ 1 < state.stops ? order[last &+ 1] : 0)
    var clock = state.start[first &- 1]
    var here = order[first &- 1]
    var to = last &+ 1
    while to < state.stops {
      clock = max(model.open[Int(order[to])], clock &+ model.time(here, order[to]))
      here = order[to]
      if clock > model.close[Int(here)] { return false }
      let removed = out &+ model.time(here, order[to &+ 1])
      let joined = model.time(order[first &- 1], order[last &+ 1])
      for turned in [false, true] where !turned || last > first {
        let run = Run(state, first, last, turned, from: clock, at: here, next: to &+ 1)
        let travel = joined &+ run.travel &- removed
        if run.holds, better(state, travel, run.end) {
          rotate(&state, first, last, to, turned)
          return true
        }
      }
      to &+= 1
    }
    return false
  }

  /// The run `first … last` goes before a stop further to the front.
  private static func earlier(_ state: inout WindowTourState, _ first: Int, _ last: Int) -> Bool {
    let model = state.model
    let order = state.order
    let out = model.time(order[first &- 1], order[first]) &+ model.time(order[last], order[last &+ 1])
    var to = first &- 1
    while to > 0 {
      let removed = out &+ model.time(order[to &- 1], order[to])
      let joined = model.time(order[first &- 1], order[last &+ 1])
      var reachable = false
      for turned in [false, true] where !turned || last > first {
        var run = Run(state, first, last, turned, from: state.start[to &- 1], at: order[to &- 1], next: to)
        // The stops passed come after the run: walk them, then the tail.
        if run.holdsUntilNext {
          reachable = true
          if model.objective == .travel, joined &+ run.travel &- removed >= 0 { continue }
          run.walk(state, to, first &- 1, then: last &+ 1)
          if run.holds, better(state, joined &+ run.travel &- removed, run.end) {
            rotate(&state, to, first &- 1, last, false)
            if turned { reverse(&state, to, to &+ last &- first) }
            state.refresh()
            return true
          }
        }
      }
      // Too late for this stop even from its own opening: then for every stop further to the front, too.
      if !reachable, last == first {
        let node = order[first]
        let soonest = model.open[Int(node)] &+ model.time(node, order[to])
        if soonest > model.close[Int(order[to])] { return false }
      }
      to &-= 1
    }
    return false
  }

  @inline(__always)
  private static func better(_ state: WindowTourState, _ travel: Int, _ end: Int) -> Bool {
    if state.model.objective == .travel { return travel < 0 }
    let now = state.start[state.stops]
    return end < now || (end == now && travel < 0)
  }

  /// Puts `first … last` behind `to` (> last).
  private static func rotate(
    _ state: inout WindowTourState, _ first: Int, _ last: Int, _ to: Int, _ turned: Bool
  ) {
    if turned { reverse(&state, first, last) }
    reverse(&state, first, last)
    reverse(&state, last + 1, to)
    reverse(&state, first, to)
    state.refresh()
  }

  private static func reverse(_ state: inout WindowTourState, _ first: Int, _ last: Int) {
    var (a, b) = (first, last)
    while a < b {
      let held = state.order[a]
      state.order[a] = state.order[b]
      state.order[b] = held
      a += 1
      b -= 1
    }
  }

  /// A run driven from a given stop and time, and what follows.
  private struct Run {
    /// The run's new arcs, less its own where they change.
    var travel: Int
    var holds: Bool
    var holdsUntilNext: Bool
    var end: Int
    var clock: Int
    var here: Int32

    init(
      _ state: WindowTourState, _ first: Int, _ last: Int, _ turned: Bool, from: Int, at: Int32, next: Int
    ) {
      let model = state.model
      clock = from
      here = at
      travel = 0
      var p = turned ? last : first
      let step = turned ? -1 : 1
      var fits = true
      for k in 0...(last &- first) {
        let node = state.order[p]
        let time = model.time(here, node)
        travel &+= time
        if k > 0 { travel &-= turned ? model.time(node, here) : time }
        clock = max(model.open[Int(node)], clock &+ time)
        if clock > model.close[Int(node)] {
          fits = false
          break
        }
        here = node
        p &+= step
      }
      end = 0
      holds = false
      holdsUntilNext = fits
      guard fits else { return }
      travel &+= model.time(here, state.order[next])
      let arrival = clock &+ model.time(here, state.order[next])
      holds = arrival <= state.latest[next]
      holdsUntilNext = arrival <= (next == state.stops ? model.close[0] : model.close[Int(state.order[next])])
      end = Run.finish(state, arrival, next)
    }

    /// Drives the stops `from … to`, then the tail from `then`.
    mutating func walk(_ state: WindowTourState, _ from: Int, _ to: Int, then: Int) {
      let model = state.model
      holds = false
      for p in from...to {
        let node = state.order[p]
        clock = max(model.open[Int(node)], clock &+ model.time(here, node))
        if clock > model.close[Int(node)] { return }
        here = node
      }
      let arrival = clock &+ model.time(here, state.order[then])
      holds = arrival <= state.latest[then]
      end = Run.finish(state, arrival, then)
    }

    @inline(__always)
    static func finish(_ state: WindowTourState, _ arrival: Int, _ p: Int) -> Int {
      if p == state.stops { return arrival }
      let served = max(arrival, state.model.open[Int(state.order[p])])
      return max(served &+ state.drive[p], state.floor[p])
    }
  }
}
