/// Reads the steps that the caller gives for the vehicles.
struct FleetGivenRoutes {
  let model: FleetModel

  /// One step with its node or break.
  struct Element {
    var content: FleetTimedStep.Content
    var step: FleetGivenStep
  }

  /// The steps of a vehicle with their nodes, start first and end last.
  /// - Throws: ``FleetInputError`` for unknown ids, and for tasks or breaks given twice.
  func elements(_ v: Int, _ seen: inout Set<Int>) throws(FleetInputError) -> [Element] {
    let vehicle = model.problem.vehicles[v]
    var start = FleetGivenStep(.start)
    var end = FleetGivenStep(.end)
    var inner: [Element] = []
    var rests = Set<Int>()
    for (k, step) in vehicle.steps.enumerated() {
      let path = "vehicles[\(v)].steps[\(k)]"
      switch step.kind {
      case .start, .end:
        guard step.kind == .start ? k == 0 : k == vehicle.steps.count - 1 else {
          throw FleetInputError(
            .unknownID, at: path, "\"\(step.kind.rawValue)\" stands inside the route",
            hint: "let start be the first step and end the last")
        }
        if step.kind == .start { start = step } else { end = step }
      case .break:
        guard let rest = vehicle.breaks.firstIndex(where: { $0.id == step.id }) else {
          throw unknown(step, path)
        }
        guard rests.insert(rest).inserted else { throw twice(step, path) }
        inner.append(Element(content: .rest(rest), step: step))
      case .job, .pickup, .delivery:
        guard let id = step.id, let node = nodes[Key(kind: step.kind, id: id)] else {
          throw unknown(step, path)
        }
        guard seen.insert(node).inserted else { throw twice(step, path) }
        inner.append(Element(content: .node(node), step: step))
      }
    }
    guard !inner.isEmpty else { return [] }
    let tables = model.tables
    return [Element(content: .node(tables.start(v)), step: start)] + inner
      + [Element(content: .node(tables.end(v)), step: end)]
  }

  /// Puts the given tasks into their routes.
  /// - Throws: ``FleetInputError/Kind/infeasibleSteps`` when a route breaks a constraint.
  func insert(into state: FleetState) throws(FleetInputError) {
    var seen = Set<Int>()
    for v in 0..<model.tables.vehicles where !model.problem.vehicles[v].steps.isEmpty {
      var last = model.tables.start(v)
      let path = "vehicles[\(v)].steps"
      var loaded = Set<Int>()
      for element in try elements(v, &seen) {
        guard case .node(let node) = element.content, node < model.tables.tasks else { continue }
        guard model.tables.allowed[v * model.tables.tasks + node] else {
          throw infeasible(path, "the vehicle lacks a skill of \(describe(element.step))")
        }
        let mate = Int(model.tables.mate[node])
        if mate >= 0 {
          if node < mate {
            loaded.insert(node)
          } else if loaded.remove(mate) == nil {
            throw infeasible(path, "\(describe(element.step)) has no pickup before it")
          }
        }
        state.insert(node, after: last, v)
        last = node
      }
      guard loaded.isEmpty else { throw infeasible(path, "a pickup has no delivery after it") }
      guard state.refresh(v) else {
        throw infeasible(path, "the route breaks a window, a capacity or a limit")
      }
    }
  }

  private struct Key: Hashable {
    var kind: FleetGivenStep.Kind
    var id: Int
  }

  private let nodes: [Key: Int]

  init(model: FleetModel) {
    self.model = model
    var nodes: [Key: Int] = [:]
    if model.problem.vehicles.contains(where: { !$0.steps.isEmpty }) {
      for (k, stop) in FleetModel.stops(of: model.problem).enumerated() {
        let kind: FleetGivenStep.Kind =
          switch model.task(k).kind {
          case .job: .job
          case .pickup: .pickup
          case .delivery: .delivery
          }
        nodes[Key(kind: kind, id: stop.id)] = k
      }
    }
    self.nodes = nodes
  }

  private func describe(_ step: FleetGivenStep) -> String {
    "\(step.kind.rawValue) \(step.id.map(String.init) ?? "without id")"
  }

  private func unknown(_ step: FleetGivenStep, _ path: String) -> FleetInputError {
    FleetInputError(
      .unknownID, at: "\(path).id", "there is no \(describe(step))",
      hint: "use the id of a job, of a shipment's pickup or delivery, or of a break of the vehicle")
  }

  private func twice(_ step: FleetGivenStep, _ path: String) -> FleetInputError {
    FleetInputError(.givenTwice, at: path, "\(describe(step)) is given twice", hint: "give each step once")
  }

  private func infeasible(_ path: String, _ fault: String) -> FleetInputError {
    FleetInputError(
      .infeasibleSteps, at: path, fault,
      hint: "check the given route to see its violations, or drop the steps to let the search choose")
  }
}
