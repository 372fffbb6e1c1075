/// 2-opt (Croes 1958) with windows, on symmetric and asymmetric times.
///
/// Contract: `improve` goes through all first stops once and applies the first reversal of each that lowers the
/// objective and keeps every window; false where there was none. The travel of the turned run is summed while it
/// grows, its windows are driven through, the tail is checked in O(1). A run stops growing when its last stop could
/// not even be served first.
enum SegmentReversal {
  static let longest = 60

  static func improve(_ state: inout WindowTourState) -> Bool {
    let model = state.model
    let order = state.order
    var improved = false
    for first in 1..<state.stops {
      var forward = 0
      var backward = 0
      var last = first &+ 1
      let before = order[first &- 1]
      while last < state.stops, last &- first < longest {
        forward &+= model.time(order[last &- 1], order[last])
        backward &+= model.time(order[last], order[last &- 1])
        // The last stop served first must leave time for the one before it.
        let begin = max(
          model.open[Int(order[last])], state.start[first &- 1] &+ model.time(before, order[last]))
        if begin &+ model.leastOut[Int(order[last])] > model.close[Int(order[first])] { break }
        let change =
          model.time(before, order[last]) &+ backward &+ model.time(order[first], order[last &+ 1])
          &- model.time(before, order[first]) &- forward &- model.time(order[last], order[last &+ 1])
        let mayGain = model.objective == .makespan || change < 0
        if mayGain, let end = drive(state, first, last), gains(state, change, end) {
          var (a, b) = (first, last)
          while a < b {
            let held = order[a]
            order[a] = order[b]
            order[b] = held
            a &+= 1
            b &-= 1
          }
          state.refresh()
          improved = true
          break
        }
        last &+= 1
      }
    }
    return improved
  }

  private static func gains(_ state: WindowTourState, _ change: Int, _ end: Int) -> Bool {
    if state.model.objective == .travel { return change < 0 }
    let now = state.start[state.stops]
    return end < now || (end == now && change < 0)
  }

  /// The return with `first … last` turned; nil where a window breaks.
  private static func drive(_ state: WindowTourState, _ first: Int, _ last: Int) -> Int? {
    let model = state.model
    var clock = state.start[first &- 1]
    var here = state.order[first &- 1]
    var p = last
    while p >= first {
      let node = state.order[p]
      clock = max(model.open[Int(node)], clock &+ model.time(here, node))
      if clock > model.close[Int(node)] { return nil }
      here = node
      p &-= 1
    }
    let next = last &+ 1
    let arrival = clock &+ model.time(here, state.order[next])
    guard arrival <= state.latest[next] else { return nil }
    if next == state.stops { return arrival }
    return max(max(arrival, model.open[Int(state.order[next])]) &+ state.drive[next], state.floor[next])
  }
}
