import Foundation
import Geo
import Testing

@testable import Routing

@Suite("TSPLIB matrices")
struct RoadMatrixTests {
  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data"
  ).appendingPathComponent("road-matrices")
  static let isPresent = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("best_known.tsv").path)

  @Test("a full matrix is read, its diagonal is zero")
  func reads() throws {
    let text =
      "NAME: x\r\nTYPE: ATSP\r\nDIMENSION: 2\r\nEDGE_WEIGHT_TYPE: EXPLICIT\r\nEDGE_WEIGHT_FORMAT: FULL_MATRIX\r\nEDGE_WEIGHT_SECTION\r\n 9999 3\r\n 5\r\n 9999\r\nEOF\r\n"
    let matrix = try TSPLIBMatrix.parse(text)
    #expect(matrix.seconds(from: 0, to: 1) == Seconds(3))
    #expect(matrix.seconds(from: 1, to: 0) == Seconds(5))
    #expect(matrix.seconds(from: 1, to: 1) == .zero)
  }

  @Test(
    "what is no full matrix is refused with its code",
    arguments: [
      "", "DIMENSION: 2\nEDGE_WEIGHT_SECTION\n0 1 2\n", "DIMENSION: 2\nEDGE_WEIGHT_SECTION\n0 1 x 0\n",
      "DIMENSION: 2\nEDGE_WEIGHT_TYPE: EUC_2D\n", "DIMENSION: 999999999\nEDGE_WEIGHT_SECTION\n0\n",
    ])
  func refuses(text: String) {
    do {
      _ = try TSPLIBMatrix.parse(text)
      Issue.record("read")
    } catch {
      #expect(error.code == "routing.matrix.fileFormat")
    }
  }

  @Test(
    "tours over measured driving times are near the best known",
    .enabled(if: isPresent, "the folder of road matrices is absent"))
  func nearBestKnown() throws {
    let table = try String(contentsOf: Self.folder.appendingPathComponent("best_known.tsv"), encoding: .utf8)
    var sum = 0.0
    var count = 0
    for line in table.split(separator: "\n") {
      let words = line.split(separator: "\t")
      guard words.count == 2, let best = Int(words[1]) else { continue }
      let file = Self.folder.appendingPathComponent("\(words[0]).atsp")
      let matrix = try TSPLIBMatrix.parse(String(contentsOf: file, encoding: .utf8))
      let problem = try TripProblem(
        matrix: matrix, visits: (1..<matrix.count).map { .init(point: $0, service: .zero) }, start: 0,
        end: .roundTrip, days: [.init(work: 0..<1_000_000_000)])
      let plan = TripSolver.solve(problem, .init(iterations: 600))
      #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
      #expect(plan.lowerBound!.value <= min(best, plan.driving.value), "\(words[0]): bound above a tour")
      #expect(plan.lowerBound!.value * 100 >= best * 97)
      if matrix.count <= 40 { #expect(plan.lowerBound == plan.driving, "\(words[0]) is not proven") }
      sum += Double(plan.driving.value) / Double(best) - 1
      count += 1
    }
    #expect(count == 30)
    #expect(sum / Double(count) < 0.001, "mean gap \(sum / Double(count))")
  }
}
