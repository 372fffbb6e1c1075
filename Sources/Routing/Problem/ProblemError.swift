import Geo

/// Why a problem is none.
public enum ProblemError: CodedError, Equatable {
  case matrixShape(points: Int, seconds: Int, metres: Int)
  case matrixValue(from: Int, to: Int)
  case pointOutOfRange(what: String, point: Int, count: Int)
  case noDays
  case emptyDay(Int)
  case visitWindows(visit: Int)
  case negativeService(visit: Int)
  /// A visit already made is unknown, made twice, ends before it begins, or cannot be driven to or back from.
  case progress(day: Int, visit: Int)
  case fileFormat(String)

  public var code: String {
    switch self {
    case .matrixShape: "routing.matrix.shape"
    case .matrixValue: "routing.matrix.value"
    case .pointOutOfRange: "routing.problem.pointOutOfRange"
    case .noDays: "routing.problem.noDays"
    case .emptyDay: "routing.problem.emptyDay"
    case .visitWindows: "routing.problem.visitWindows"
    case .negativeService: "routing.problem.negativeService"
    case .progress: "routing.problem.progress"
    case .fileFormat: "routing.matrix.fileFormat"
    }
  }

  public var message: String {
    switch self {
    case .matrixShape(let points, let seconds, let metres):
      "\(points) points need \(points * points) entries, got \(seconds) times and \(metres) distances"
    case .matrixValue(let from, let to): "the entry from point \(from) to point \(to) is not usable"
    case .pointOutOfRange(let what, let point, let count):
      "\(what) names point \(point) of a matrix with \(count) points"
    case .noDays: "the trip has no day"
    case .emptyDay(let day): "day \(day + 1) has no working time"
    case .visitWindows(let visit): "visit \(visit) needs sorted windows for each day of the trip"
    case .negativeService(let visit): "visit \(visit) has a negative visit length"
    case .progress(let day, let visit):
      "visit \(visit), already made on day \(day + 1), is unknown, made twice, ends before it begins or cannot be driven to"
    case .fileFormat(let what): "the matrix file cannot be read: \(what)"
    }
  }

  public var hint: String {
    switch self {
    case .matrixShape, .matrixValue:
      "give times and distances of 0 … 2^30, both absent where a pair cannot be driven, zero on the diagonal"
    case .pointOutOfRange: "use indices 0 … count - 1"
    case .noDays: "plan at least one day"
    case .emptyDay: "working hours must end after they start"
    case .visitWindows: "one list of windows per day; an empty list means closed"
    case .negativeService: "use zero or more seconds"
    case .progress: "give each visit made once, with its times and a way there and to the start and end"
    case .fileFormat: "give a TSPLIB file with DIMENSION and a full explicit matrix"
    }
  }
}

extension TripProblem {
  func validate() throws(ProblemError) {
    func check(_ what: String, _ point: Int) throws(ProblemError) {
      guard (0..<matrix.count).contains(point) else {
        throw .pointOutOfRange(what: what, point: point, count: matrix.count)
      }
    }
    try check("the start", start)
    if case .at(let point) = end { try check("the end", point) }
    guard !days.isEmpty else { throw .noDays }
    for (index, day) in days.enumerated() where day.work.isEmpty { throw .emptyDay(index) }
    for (index, visit) in visits.enumerated() {
      try check("visit \(index)", visit.point)
      guard visit.service.value >= 0 else { throw .negativeService(visit: index) }
      guard let windows = visit.windows else { continue }
      let ordered = windows.allSatisfy { day in
        zip(day, day.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
      }
      guard windows.count == days.count, ordered else { throw .visitWindows(visit: index) }
    }
    try validateProgress()
  }

  private func validateProgress() throws(ProblemError) {
    var made = Set<Int>()
    var here = start
    for (index, day) in days.enumerated() {
      if night == .home { here = start }
      for stop in day.progress?.stops ?? [] {
        let failure = ProblemError.progress(day: index, visit: stop.visit)
        guard visits.indices.contains(stop.visit), made.insert(stop.visit).inserted,
          stop.arrival <= stop.serviceStart, stop.serviceStart <= stop.departure
        else { throw failure }
        let point = visits[stop.visit].point
        var ways = [(here, point), (point, start)]
        if case .at(let finish) = end { ways.append((point, finish)) }
        for (from, to) in ways where matrix.seconds(from: from, to: to) == nil { throw failure }
        here = point
      }
    }
  }
}
