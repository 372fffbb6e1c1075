import Geo

/// Reads the explicit full matrices of TSPLIB (Reinelt 1995, "TSPLIB 95"), symmetric or not, as driving seconds.
///
/// Of the format only `DIMENSION`, `EDGE_WEIGHT_TYPE: EXPLICIT`, `EDGE_WEIGHT_FORMAT: FULL_MATRIX` and
/// `EDGE_WEIGHT_SECTION` are read: what measured driving times come in.
public enum TSPLIBMatrix {
  /// A matrix whose metres equal its seconds; the diagonal, whatever the file writes there, is zero.
  /// - Throws: ``ProblemError/fileFormat`` naming what is missing or unreadable, or what ``CostMatrix`` throws.
  public static func parse(_ text: String) throws(ProblemError) -> CostMatrix {
    var count: Int?
    var numbers: [Int] = []
    var inside = false
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
      guard let first = words.first else { continue }
      switch first {
      case "DIMENSION": count = words.dropFirst().first.flatMap { Int($0) }
      case "EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT":
        let value = words.dropFirst().first ?? ""
        guard value == "EXPLICIT" || value == "FULL_MATRIX" else {
          throw .fileFormat("\(first) \(value) is not read, only EXPLICIT and FULL_MATRIX")
        }
      case "EDGE_WEIGHT_SECTION": inside = true
      case "EOF": inside = false
      default:
        guard inside else { continue }
        for word in words {
          guard let number = Int(word) else { throw .fileFormat("\"\(word.prefix(20))\" is no whole number") }
          numbers.append(number)
        }
      }
    }
    guard let count, (1...10_000).contains(count) else {
      throw .fileFormat("DIMENSION is missing or out of range")
    }
    guard numbers.count == count * count else {
      throw .fileFormat("\(count) points need \(count * count) entries, found \(numbers.count)")
    }
    for k in 0..<count { numbers[k * count + k] = 0 }
    return try CostMatrix(
      count: count, seconds: numbers.map { Seconds($0) }, metres: numbers.map { Metres(Double($0)) },
      source: .roads)
  }
}
