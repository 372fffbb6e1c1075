/// Takes a TSPLIB file line by line and keeps what it says.
struct TSPLIBReader {
  private enum Section { case none, nodes, weights, skipped }

  private var section = Section.none
  private var seen: Set<String> = []
  private var name = ""
  private var dimension: Int?
  private var metric: TourPoints.Metric?
  private var isExplicit = false
  private var layout: MatrixLayout?
  private var numbers: [Int] = []
  private var known: Set<Int> = []
  private var x: [Double] = []
  private var y: [Double] = []
  private var weights: [Int32] = []

  private static let ignored: Set<String> = [
    "COMMENT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE", "CAPACITY", "EDGE_DATA_FORMAT",
  ]

  /// - Returns: whether more is to be read: false after EOF.
  mutating func take(_ line: ArraySlice<UInt8>, line number: Int) throws(TourInputError) -> Bool {
    let words = line.split { $0 == 32 || $0 == 9 || $0 == 11 || $0 == 12 || $0 == 0 }
    guard let first = words.first?.first else { return true }
    let isLetter = (first | 32) >= 97 && (first | 32) <= 122
    if isLetter { return try takeKeyword(line, number) }
    switch section {
    case .none: throw .dataOutsideSection(line: number)
    case .skipped: break
    case .nodes: try takeNode(words, number)
    case .weights: for word in words { try takeWeight(word, number) }
    }
    return true
  }

  private mutating func takeKeyword(_ line: ArraySlice<UInt8>, _ number: Int) throws(TourInputError) -> Bool {
    let text = String(decoding: line, as: UTF8.self)
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: true) {
      $0 == ":" || $0 == " " || $0 == "\t"
    }
    let keyword = parts.first.map { $0.uppercased() } ?? ""
    let rest = parts.count > 1 ? parts[1] : ""
    let words = rest.split { $0 == ":" || $0 == " " || $0 == "\t" || $0.isNewline }
    let value = words.first.map(String.init) ?? ""
    if keyword == "EOF" { return false }
    guard !Self.ignored.contains(keyword) else { return true }
    guard seen.insert(keyword).inserted else { throw .repeated(line: number, keyword: keyword) }
    section = .none
    switch keyword {
    case "NAME": name = words.joined(separator: " ")
    case "TYPE":
      guard value == "TSP" || value == "ATSP" else { throw unsupported(number, keyword, value) }
    case "DIMENSION":
      guard let count = Int(value), (1...TourInput.largestDimension).contains(count) else {
        throw .dimension(line: number, value: String(value.prefix(30)))
      }
      dimension = count
    case "EDGE_WEIGHT_TYPE": try takeWeightType(value, number)
    case "EDGE_WEIGHT_FORMAT":
      layout = MatrixLayout(rawValue: value)
      guard layout != nil || value == "FUNCTION" else { throw unsupported(number, keyword, value) }
    case "NODE_COORD_SECTION": section = .nodes
    case "EDGE_WEIGHT_SECTION": section = .weights
    case "DISPLAY_DATA_SECTION": section = .skipped
    case "FIXED_EDGES_SECTION", "EDGE_DATA_SECTION", "DEPOT_SECTION", "DEMAND_SECTION", "TOUR_SECTION":
      throw unsupported(number, keyword, value)
    default: throw .unknownKeyword(line: number, keyword: String(keyword.prefix(30)))
    }
    return true
  }

  private func unsupported(_ line: Int, _ keyword: String, _ value: String) -> TourInputError {
    .unsupported(line: line, keyword: keyword, value: String(value.prefix(30)))
  }

  private mutating func takeWeightType(_ value: String, _ line: Int) throws(TourInputError) {
    switch value {
    case "EUC_2D": metric = .euclidean
    case "CEIL_2D": metric = .euclideanCeiling
    case "ATT": metric = .pseudoEuclidean
    case "GEO": metric = .geographical
    case "EXPLICIT": isExplicit = true
    default: throw unsupported(line, "EDGE_WEIGHT_TYPE", value)
    }
  }

  private mutating func takeNode(_ words: [ArraySlice<UInt8>], _ line: Int) throws(TourInputError) {
    guard words.count == 3, let number = Self.whole(words[0]) else { throw .nodeLine(line: line) }
    guard known.insert(number).inserted else { throw .duplicateNode(line: line, node: number) }
    numbers.append(number)
    x.append(try Self.coordinate(words[1], line))
    y.append(try Self.coordinate(words[2], line))
  }

  private mutating func takeWeight(_ word: ArraySlice<UInt8>, _ line: Int) throws(TourInputError) {
    let value: Int
    if let whole = Self.whole(word) {
      value = whole
    } else if let real = Self.real(word), real == real.rounded(), abs(real) < 1e15 {
      value = Int(real)
    } else {
      throw .weight(line: line, text: Self.shown(word))
    }
    guard value >= Int(TourMatrix.hole), value <= Int(TourMatrix.largest) else {
      // The diagonal of a full matrix often holds a number too large for any cost.
      guard layout == .fullMatrix, let dimension, weights.count % (dimension + 1) == 0 else {
        throw .weight(line: line, text: Self.shown(word))
      }
      weights.append(0)
      return
    }
    weights.append(Int32(value))
  }

  private static func coordinate(_ word: ArraySlice<UInt8>, _ line: Int) throws(TourInputError) -> Double {
    guard let value = real(word), abs(value) <= TourPoints.largestCoordinate else {
      throw .number(line: line, text: shown(word))
    }
    return value
  }

  private static func shown(_ word: ArraySlice<UInt8>) -> String {
    String(decoding: word.prefix(30), as: UTF8.self)
  }

  /// Digits with a sign; nil for anything else or more than 18 digits.
  private static func whole(_ word: ArraySlice<UInt8>) -> Int? {
    var digits = word
    let negative = word.first == 45
    if negative || word.first == 43 { digits = digits.dropFirst() }
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    var value = 0
    for digit in digits {
      guard digit >= 48 && digit <= 57 else { return nil }
      value = value * 10 + Int(digit - 48)
    }
    return negative ? -value : value
  }

  /// A decimal number; nil for names of numbers, hexadecimal and what is not finite.
  private static func real(_ word: ArraySlice<UInt8>) -> Double? {
    for byte in word {
      switch byte {
      case 48...57, 43, 45, 46, 69, 101: continue
      default: return nil
      }
    }
    guard let value = Double(String(decoding: word, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }

  consuming func finish(line: Int) throws(TourInputError) -> TourInput {
    guard let dimension else { throw .missing("DIMENSION") }
    if isExplicit { return try matrix(dimension, line) }
    guard let metric else { throw .missing("EDGE_WEIGHT_TYPE") }
    guard seen.contains("NODE_COORD_SECTION") else { throw .missing("NODE_COORD_SECTION") }
    guard numbers.count == dimension else {
      throw .entryCount(section: "NODE_COORD_SECTION", expected: dimension, found: numbers.count, line: line)
    }
    do {
      let points = try TourPoints(x: x, y: y, metric: metric)
      return TourInput(name: name, costs: .points(points), nodeNumbers: numbers)
    } catch { throw .costs(error) }
  }

  private func matrix(_ dimension: Int, _ line: Int) throws(TourInputError) -> TourInput {
    guard let layout else { throw .missing("EDGE_WEIGHT_FORMAT") }
    guard seen.contains("EDGE_WEIGHT_SECTION") else { throw .missing("EDGE_WEIGHT_SECTION") }
    let expected = layout.entries(dimension)
    guard weights.count == expected else {
      throw .entryCount(
        section: "EDGE_WEIGHT_SECTION", expected: expected, found: weights.count, line: line)
    }
    // Coordinates beside explicit weights are for drawing; their numbers name the nodes.
    let names = numbers.count == dimension ? numbers : Array(1...dimension)
    do {
      let matrix = try TourMatrix(count: dimension, values: layout.spread(weights, dimension))
      return TourInput(name: name, costs: .matrix(matrix), nodeNumbers: names)
    } catch { throw .costs(error) }
  }
}
