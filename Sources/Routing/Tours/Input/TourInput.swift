/// A TSPLIB problem of tours, symmetric or not (Reinelt 1995, "TSPLIB 95").
///
/// Read are TYPE TSP and ATSP with the weights EUC_2D, CEIL_2D, GEO, ATT, and EXPLICIT as FULL_MATRIX or as the
/// upper or lower triangle, with or without the diagonal, by rows or columns. Lines may end in LF, CRLF or CR.
public struct TourInput: Sendable, Equatable {
  public enum Costs: Sendable, Equatable {
    case points(TourPoints)
    case matrix(TourMatrix)
  }

  /// The largest number of nodes that is read.
  public static let largestDimension = 10_000_000

  public let name: String
  public let costs: Costs
  /// Per node index, its number in the file.
  public let nodeNumbers: [Int]

  public var count: Int { nodeNumbers.count }

  public var isSymmetric: Bool {
    switch costs {
    case .points: true
    case .matrix(let matrix): matrix.isSymmetric
    }
  }

  public static func parse(_ text: String) throws(TourInputError) -> TourInput {
    try parse(Array(text.utf8))
  }

  /// - Throws: ``TourInputError`` naming the line where one is at fault; nothing in the bytes traps.
  public static func parse(_ bytes: [UInt8]) throws(TourInputError) -> TourInput {
    var reader = TSPLIBReader()
    var start = 0
    var line = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count && bytes[end] != 10 && bytes[end] != 13 { end += 1 }
      line += 1
      guard try reader.take(bytes[start..<end], line: line) else { break }
      if end + 1 < bytes.count && bytes[end] == 13 && bytes[end + 1] == 10 { end += 1 }
      start = end + 1
    }
    return try reader.finish(line: line)
  }

  /// The file's numbers of nodes given by index.
  public func numbers(of tour: [Int]) -> [Int] { tour.map { nodeNumbers[$0] } }
}
