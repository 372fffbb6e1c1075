/// A step with its times in ticks.
struct FleetTimedStep {
  enum Content {
    case node(Int)
    case rest(Int)
  }
  var content: Content
  var arrival: Int
  /// When work starts.
  var begin: Int
  /// Driving since the start of the route.
  var driven: Int
}

/// Times of a feasible route: ends as early as possible, then starts as late as possible, then does everything
/// as early as possible.
struct FleetTiming {
  let model: FleetTables
  let state: FleetState
  let vehicle: Int

  /// - Precondition: the route is feasible and its figures are up to date.
  func steps() -> [FleetTimedStep] {
    var nodes = [model.start(vehicle)]
    while nodes.last! != model.end(vehicle) { nodes.append(state.successor(nodes.last!)) }
    let taken = breaksByLeg(nodes)
    return forward(nodes, taken, from: latestStart(nodes, taken))
  }

  /// How many breaks each leg has so that the route ends earliest.
  private func breaksByLeg(_ nodes: [Int]) -> [Int] {
    let stages = model.stages
    var taken = [Int](repeating: 0, count: nodes.count - 1)
    var stage = model.vehicle[vehicle].breaks
    for k in stride(from: nodes.count - 1, to: 0, by: -1) where stage > 0 {
      let wanted = state.earliest[nodes[k] * stages + stage]
      for before in stride(from: stage, through: 0, by: -1) {
        let time = state.earliest[nodes[k - 1] * stages + before]
        guard time < FleetTables.never, mayRest(before..<stage, after: nodes[k - 1]) else { continue }
        let arrival = model.arrival(
          vehicle, leaving: time + state.workBefore(nodes[k - 1]),
          travel: model.travel(vehicle, nodes[k - 1], nodes[k]), stage: before, taken: stage - before)
        guard arrival < FleetTables.never, model.opening(nodes[k], from: arrival) == wanted else { continue }
        taken[k - 1] = stage - before
        stage = before
        break
      }
    }
    return taken
  }

  private func mayRest(_ range: Range<Int>, after node: Int) -> Bool {
    guard model.vehicle[vehicle].boundsLoad else { return true }
    return range.allSatisfy { rest in
      (0..<model.dimensions).allSatisfy { d in
        state.load[node * model.dimensions + d]
          <= model.breakLoad[(model.vehicle[vehicle].firstBreak + rest) * model.dimensions + d]
      }
    }
  }

  private func latestStart(_ nodes: [Int], _ taken: [Int]) -> Int {
    var stage = model.vehicle[vehicle].breaks
    var time = state.earliest[nodes.last! * model.stages + stage]
    for k in stride(from: nodes.count - 1, to: 0, by: -1) {
      stage -= taken[k - 1]
      let leaving = model.leaving(
        vehicle, arriving: time, travel: model.travel(vehicle, nodes[k - 1], nodes[k]), stage: stage,
        taken: taken[k - 1])
      time = model.closing(nodes[k - 1], to: leaving - state.workBefore(nodes[k - 1]))
    }
    return time
  }

  private func forward(_ nodes: [Int], _ taken: [Int], from start: Int) -> [FleetTimedStep] {
    var steps = [FleetTimedStep(content: .node(nodes[0]), arrival: start, begin: start, driven: 0)]
    var time = start
    var driven = 0
    var rest = model.vehicle[vehicle].firstBreak
    for k in 1..<nodes.count {
      time += state.workBefore(nodes[k - 1])
      var left = model.travel(vehicle, nodes[k - 1], nodes[k])
      for _ in 0..<taken[k - 1] {
        let begin = model.breakOpening(rest, from: time)
        let part = min(left, begin - time)
        left -= part
        driven += part
        steps.append(
          FleetTimedStep(
            content: .rest(rest - model.vehicle[vehicle].firstBreak), arrival: time + part, begin: begin,
            driven: driven))
        time = begin + model.breakService[rest]
        rest += 1
      }
      time += left
      driven += left
      let begin = model.opening(nodes[k], from: time)
      steps.append(FleetTimedStep(content: .node(nodes[k]), arrival: time, begin: begin, driven: driven))
      time = begin
    }
    return steps
  }
}
