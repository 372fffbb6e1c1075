import Testing

@testable import Routing

@Suite("TSPLIB files")
struct TSPLIBReaderTests {
  /// The same four nodes in each layout of a matrix.
  @Test(
    "all layouts of a matrix give the same costs",
    arguments: [
      ("FULL_MATRIX", "0 1 2 3 1 0 4 5 2 4 0 6 3 5 6 0"), ("UPPER_ROW", "1 2 3 4 5 6"),
      ("LOWER_ROW", "1 2 4 3 5 6"), ("UPPER_DIAG_ROW", "0 1 2 3 0 4 5 0 6 0"),
      ("LOWER_DIAG_ROW", "0 1 0 2 4 0 3 5 6 0"), ("UPPER_COL", "1 2 4 3 5 6"), ("LOWER_COL", "1 2 3 4 5 6"),
      ("UPPER_DIAG_COL", "0 1 0 2 4 0 3 5 6 0"), ("LOWER_DIAG_COL", "0 1 2 3 0 4 5 0 6 0"),
    ])
  func layouts(format: String, entries: String) throws {
    let text =
      "NAME : x\r\nTYPE : TSP\r\nDIMENSION : 4\r\nEDGE_WEIGHT_TYPE : EXPLICIT\r\nEDGE_WEIGHT_FORMAT : \(format)\r\n"
      + "EDGE_WEIGHT_SECTION\r\n\(entries)\r\nEOF\r\n"
    let input = try TourInput.parse(text)
    guard case .matrix(let matrix) = input.costs else { throw TourError.noTour }
    #expect(matrix.isSymmetric && input.nodeNumbers == [1, 2, 3, 4])
    #expect((1..<4).map { matrix.cost(from: 0, to: $0) } == [1, 2, 3])
    #expect(
      matrix.cost(from: 1, to: 2) == 4 && matrix.cost(from: 3, to: 1) == 5 && matrix.cost(from: 2, to: 3) == 6
    )
  }

  @Test("distances are those of the format's rules")
  func metrics() throws {
    func cost(_ kind: String, _ a: String, _ b: String) throws -> Int {
      let text =
        "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: \(kind)\nNODE_COORD_SECTION\n1 \(a)\n2 \(b)\nEOF\n"
      guard case .points(let points) = try TourInput.parse(text).costs else { throw TourError.noTour }
      return points.cost(from: 0, to: 1)
    }
    #expect(try cost("EUC_2D", "0 0", "1 1") == 1)
    #expect(try cost("CEIL_2D", "0 0", "1 1") == 2)
    #expect(try cost("ATT", "0 0", "100 0") == 32)
    // Ulysses: Ithaca and Troy.
    #expect(try cost("GEO", "38.24 20.42", "39.57 26.15") == 509)
  }

  @Test(
    "what cannot be read is refused with its line",
    arguments: [
      "", "DIMENSION: 3\n", "DIMENSION: -1\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\nEOF\n",
      "DIMENSION: 99999999999999999999\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n1 1 1\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 nan\n2 1 1\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: XRAY1\nNODE_COORD_SECTION\n1 0 0\n2 1 1\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: FULL_MATRIX\nEDGE_WEIGHT_SECTION\n0 1 2\nEOF\n",
      "DIMENSION: 2\nTYPE: TSP\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: FULL_MATRIX\nEDGE_WEIGHT_SECTION\n0 1 x 0\nEOF\n",
    ])
  func refused(text: String) {
    #expect(throws: TourInputError.self) { try TourInput.parse(text) }
  }

  @Test("cut anywhere or with any byte changed a file is read or refused, never a crash")
  func mutations() {
    let text = Array(
      "NAME: s\nTYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 10 10\n3 10 0\n4 0 10\nEOF\n"
        .utf8)
    var random = SeededRandom(seed: 3)
    for k in 0..<600 {
      var mutant = text
      if k < text.count {
        mutant = Array(text[..<k])
      } else {
        mutant[random.below(text.count)] = UInt8(random.below(256))
      }
      _ = try? TourInput.parse(mutant)
    }
  }
}
