import Foundation
import Testing

@testable import Routing

@Suite("Directed tours of odd and of known matrices")
struct AsymmetricInstanceTests {
  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  static let isThere = FileManager.default.fileExists(
    atPath: folder.appendingPathComponent("road-matrices/best_known.tsv").path)

  @Test(
    "matrices of one value, of nothing but holes, and of very large costs are answered",
    arguments: [11, 14, 40, 230])
  func oddMatrices(n: Int) {
    let zero = solve([Int32](repeating: 0, count: n * n), n)
    #expect(zero.cost == 0 && zero.isOptimal && Set(zero.tour).count == n)
    let same = solve([Int32](repeating: 9, count: n * n), n)
    #expect(same.cost == 9 * n && same.isOptimal)
    let holes = solve([Int32](repeating: -1, count: n * n), n)
    #expect(holes.isImpossible && holes.tour.isEmpty)
    var random = ArcRandom(seed: UInt64(n))
    let large = (0..<(n * n)).map { _ in Int32(random.below((1 << 30) / n)) }
    let answer = solve(large, n)
    #expect(DirectedCosts.cost(answer.tour, large, n, .round(start: 0)) == answer.cost)
    #expect(answer.lowerBound! <= answer.cost)
  }

  @Test("a ring of one-way pairs, the only tour there is, is found")
  func ring() {
    let n = 60
    var costs = [Int32](repeating: -1, count: n * n)
    for i in 0..<n { costs[(i * 7 % n) * n + ((i + 1) * 7 % n)] = 3 }
    let answer = solve(costs, n)
    #expect(answer.cost == 3 * n)
    #expect(answer.isOptimal)
  }

  @Test(
    "road matrices of up to 40 stops are proven at the best known length",
    .enabled(if: isThere, "the shared road matrices are not here"))
  func roadMatrices() throws {
    let table = try String(
      contentsOf: Self.folder.appendingPathComponent("road-matrices/best_known.tsv"), encoding: .utf8)
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      let text = try String(
        contentsOf: Self.folder.appendingPathComponent("road-matrices/\(fields[0]).atsp"), encoding: .utf8)
      let words = text.split(whereSeparator: \.isWhitespace)
      let section = try #require(words.firstIndex(of: "EDGE_WEIGHT_SECTION"))
      let costs = words[(section + 1)...].compactMap { Int32($0) }
      let n = Int(Double(costs.count).squareRoot())
      if n > 40 { continue }
      let answer = solve(costs, n)
      #expect(answer.cost == Int(fields[1]))
      #expect(answer.isOptimal)
    }
  }

  private func solve(_ costs: [Int32], _ n: Int) -> AsymmetricTours.Answer {
    costs.withUnsafeBufferPointer {
      AsymmetricTours.solve(count: n, costs: $0, options: .init(seed: 3, iterations: 3000))
    }
  }
}
