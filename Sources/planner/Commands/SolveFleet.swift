import Foundation
import Geo
import Outbound
import Routing

extension SolveCommand {
  /// Answers VROOM's input in VROOM's output, mistakes too: their JSON on standard output, beside the coded error.
  func solveFleet(_ bytes: [UInt8]) async throws {
    var isRouting = false
    do {
      let started = ContinuousClock.now
      var problem = try FleetReader.read(bytes)
      let drives = FleetDrives(workspace: Workspace(global))
      isRouting = true
      if !problem.profilesWithoutMatrix.isEmpty { problem = try await problem.supplied(by: drives) }
      isRouting = false
      let loaded = ContinuousClock.now
      var solution = try await answer(problem)
      if geometry || problem.wantsGeometry { solution = await drives.traced(solution, in: problem) }
      let times = FleetWriter.Times(
        loading: Int((loaded - started) / .milliseconds(1)),
        solving: Int((ContinuousClock.now - loaded) / .milliseconds(1)))
      Session.print(FleetWriter.write(solution, of: problem, times: times))
    } catch {
      Session.print(FleetWriter.write(error, routing: isRouting))
      throw error
    }
  }

  private func answer(_ problem: FleetProblem) async throws -> FleetSolution {
    if check { return try FleetSolver.check(problem) }
    let milliseconds = iterations == nil ? time ?? 1000 : time
    let options = FleetSolver.Options(seed: seed, iterations: iterations, budgetMilliseconds: milliseconds)
    return try await Interruption.endingSearch(watched: global.json ? nil : SearchProgress()) {
      let started = ContinuousClock.now
      return try FleetSolver.solve(problem, options) {
        Task.isCancelled ? .infinity : (ContinuousClock.now - started) / .milliseconds(1)
      }
    }
  }
}

/// Driving for problems that give coordinates: roads where there are some, else estimates.
private struct FleetDrives: FleetMatrixSource {
  let workspace: Workspace

  func matrix(for points: [Coordinate], profile: String) async throws -> FleetMatrix {
    let provider: any MatrixProvider =
      try router(profile).map { RoadMatrix(roads: $0) } ?? GreatCircleMatrix()
    return FleetMatrix(try await provider.matrix(for: points).costs)
  }

  /// Nil where driving is estimated.
  private func router(_ profile: String) throws -> (any RoadRouting)? {
    if workspace.roadsPath == Workspace.noRoads { return nil }
    if profile == "car" || profile == "driving" { return try workspace.roads() }
    guard let place = try? ImportRoads.place(ofProfile: profile),
      FileManager.default.fileExists(atPath: place)
    else {
      throw FleetInputError(
        .unknownProfile, at: "vehicles", "there are no roads of profile \"\(profile)\"",
        hint: "make them with `planner import roads FILE --profile \(profile)`, or give matrices.\(profile)")
    }
    return try Workspace(database: nil, gazetteer: nil, roads: place).requiredRoadRouter()
  }

  /// The answer with the lines of its routes, as far as their places have coordinates and the roads lead through them.
  func traced(_ solution: FleetSolution, in problem: FleetProblem) async -> FleetSolution {
    var solution = solution
    for k in solution.routes.indices {
      let route = solution.routes[k]
      let places = route.steps.compactMap(\.place)
      let points = places.compactMap(\.coordinate)
      guard points.count == places.count, points.count > 1,
        let roads = try? router(problem.vehicles[route.vehicle].profile),
        let drive = try? await roads.route(
          through: points, options: RoadOptions(radius: RoadMatrix.coveredWithin))
      else { continue }
      solution.routes[k].geometry = Polyline.encode(OSRMWriter.joined(drive.legs.map(\.line)).points)
    }
    return solution
  }
}
