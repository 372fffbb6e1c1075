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
      isRouting = true
      if !problem.profilesWithoutMatrix.isEmpty {
        problem = try await problem.supplied(by: FleetDrives(workspace: Workspace(global)))
      }
      isRouting = false
      let loaded = ContinuousClock.now
      let solution = try await answer(problem)
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
    return try await Interruption.endingSearch {
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
    let provider: any MatrixProvider
    if workspace.roadsPath == Workspace.noRoads {
      provider = GreatCircleMatrix()
    } else if profile == "car" || profile == "driving" {
      provider = try workspace.roads().map { RoadMatrix(roads: $0) } ?? GreatCircleMatrix()
    } else {
      guard let place = try? ImportRoads.place(ofProfile: profile),
        FileManager.default.fileExists(atPath: place)
      else {
        throw FleetInputError(
          .unknownProfile, at: "vehicles", "there are no roads of profile \"\(profile)\"",
          hint: "make them with `planner import roads FILE --profile \(profile)`, or give matrices.\(profile)"
        )
      }
      let roads = Workspace(database: nil, gazetteer: nil, roads: place)
      provider = RoadMatrix(roads: try roads.requiredRoadRouter())
    }
    return FleetMatrix(try await provider.matrix(for: points).costs)
  }
}
