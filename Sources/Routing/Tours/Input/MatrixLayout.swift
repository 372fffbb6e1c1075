/// How EDGE_WEIGHT_SECTION writes a matrix (Reinelt 1995, "TSPLIB 95", section 1.1.6).
enum MatrixLayout: String, CaseIterable {
  case fullMatrix = "FULL_MATRIX"
  case upperRow = "UPPER_ROW"
  case lowerRow = "LOWER_ROW"
  case upperDiagonalRow = "UPPER_DIAG_ROW"
  case lowerDiagonalRow = "LOWER_DIAG_ROW"
  case upperColumn = "UPPER_COL"
  case lowerColumn = "LOWER_COL"
  case upperDiagonalColumn = "UPPER_DIAG_COL"
  case lowerDiagonalColumn = "LOWER_DIAG_COL"

  /// The number of entries for `count` nodes.
  func entries(_ count: Int) -> Int {
    switch self {
    case .fullMatrix: count * count
    case .upperRow, .lowerRow, .upperColumn, .lowerColumn: count * (count - 1) / 2
    default: count * (count + 1) / 2
    }
  }

  /// The whole matrix by rows, 0 on the diagonal; `weights` holds `entries(count)`.
  func spread(_ weights: [Int32], _ count: Int) -> [Int32] {
    var values = self == .fullMatrix ? weights : [Int32](repeating: 0, count: count * count)
    var next = 0
    func put(_ i: Int, _ j: Int) {
      values[i * count + j] = weights[next]
      values[j * count + i] = weights[next]
      next += 1
    }
    for i in 0..<count {
      switch self {
      case .fullMatrix: break
      // A symmetric triangle by columns is the other triangle by rows.
      case .upperRow, .lowerColumn: for j in (i + 1)..<max(count, i + 1) { put(i, j) }
      case .lowerRow, .upperColumn: for j in 0..<i { put(i, j) }
      case .upperDiagonalRow, .lowerDiagonalColumn: for j in i..<count { put(i, j) }
      case .lowerDiagonalRow, .upperDiagonalColumn: for j in 0...i { put(i, j) }
      }
    }
    for i in 0..<count { values[i * count + i] = 0 }
    return values
  }
}
