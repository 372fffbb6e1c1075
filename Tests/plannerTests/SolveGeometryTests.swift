import Foundation
import Geo
import Testing

@testable import planner

@Suite("The lines of VROOM's routes")
struct SolveGeometryTests {
  private struct Answer: Decodable {
    struct Route: Decodable {
      var geometry: String?
      var distance: Int
    }
    var routes: [Route]
  }

  private static let input = """
    {"vehicles": [{"id": 1, "start": [13.26, 53.55], "end": [13.26, 53.55]}],
     "jobs": [{"id": 7, "location": [13.27, 53.56]}, {"id": 8, "location": [13.25, 53.56]}]OPTIONS}
    """

  private func solve(_ runner: TranscriptRunner, _ arguments: [String], options: String = "") async throws
    -> Answer
  {
    let file = runner.folder.appendingPathComponent("problem.json")
    try Self.input.replacing("OPTIONS", with: options).write(to: file, atomically: true, encoding: .utf8)
    let outcome = await runner.run(["solve", file.path, "--iterations", "5"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
  }

  @Test("they follow the roads, only where they are asked for and there are roads")
  func lines() async throws {
    let runner = try TranscriptRunner()
    defer { runner.remove() }
    let extract = TranscriptRunner.packageRoot.appendingPathComponent("data/osm/neubrandenburg.osm.pbf").path
    let imported = await runner.run(["import", "roads", extract])
    try #require(imported.status == 0, "\(imported.errors)")

    let asked = try await solve(runner, [], options: #", "options": {"g": true}"#)
    #expect(try await solve(runner, ["--geometry"]).routes.map(\.geometry) == asked.routes.map(\.geometry))
    let route = try #require(asked.routes.first)
    let points = try Polyline.decode(try #require(route.geometry).utf8)
    let length = zip(points, points.dropFirst()).reduce(0) {
      $0 + Geodesy.distance($1.0, $1.1).value
    }
    #expect(
      abs(length - Double(route.distance)) < 0.02 * length, "\(length) m drawn, \(route.distance) m driven")
    #expect(points.first == points.last)

    #expect(
      try await solve(runner, [], options: #", "options": {"g": false}"#).routes.map(\.geometry) == [nil])
    #expect(try await solve(runner, ["--geometry", "--roads", "none"]).routes.map(\.geometry) == [nil])
  }
}
