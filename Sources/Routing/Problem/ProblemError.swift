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
  /// A precedence names an unknown visit, a visit and itself, or closes a circle.
  case precedence(before: Int, after: Int)
  /// The days of a visit are none or not of the trip.
  case visitDays(visit: Int)
  /// The day of an appointment is not of the trip or none of the visit's days.
  case appointment(visit: Int)
  case negativeSlot(visit: Int)
  case negativeSetUp(visit: Int)
  case visitValue(visit: Int)
  /// A limit of a day is negative.
  case dayLimit(day: Int)
  case overtimeWeight(Int)

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
    case .precedence: "routing.problem.precedence"
    case .visitDays: "routing.problem.visitDays"
    case .appointment: "routing.problem.appointment"
    case .negativeSlot: "routing.problem.negativeSlot"
    case .negativeSetUp: "routing.problem.negativeSetUp"
    case .visitValue: "routing.problem.visitValue"
    case .dayLimit: "routing.problem.dayLimit"
    case .overtimeWeight: "routing.problem.overtimeWeight"
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
    case .precedence(let before, let after):
      "visit \(before) before visit \(after) names no two visits, or closes a circle"
    case .visitDays(let visit): "the days of visit \(visit) are none or not of the trip"
    case .appointment(let visit): "the appointment of visit \(visit) is on none of its days of the trip"
    case .negativeSlot(let visit): "visit \(visit) is locked to a negative position"
    case .negativeSetUp(let visit): "visit \(visit) has a negative set-up time"
    case .visitValue(let visit): "visit \(visit) has a value that is negative or too large"
    case .dayLimit(let day): "day \(day + 1) has a negative limit"
    case .overtimeWeight(let weight): "a second of overtime cannot cost \(weight)"
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
    case .precedence: "give pairs of different visits of the problem that some order can keep"
    case .visitDays: "name at least one of the days 0 … count - 1, or give nil for any"
    case .appointment: "name one of the days 0 … count - 1, and one of the visit's days when those are given"
    case .negativeSlot: "use 0 for the first of its day"
    case .negativeSetUp: "use zero or more seconds"
    case .visitValue: "use 0 … 2^30"
    case .dayLimit: "use zero or more, or nil for no limit"
    case .overtimeWeight: "use 0 … 2^20"
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
    for (index, day) in days.enumerated() {
      if day.work.isEmpty { throw .emptyDay(index) }
      if day.overtime.value < 0 || day.maxWaiting.map({ $0.value < 0 }) == true
        || day.maxDistance.map({ !($0.value >= 0) }) == true
      {
        throw .dayLimit(day: index)
      }
    }
    guard (0...1 << 20).contains(overtimeWeight) else { throw .overtimeWeight(overtimeWeight) }
    for (index, visit) in visits.enumerated() {
      try check("visit \(index)", visit.point)
      guard visit.service.value >= 0 else { throw .negativeService(visit: index) }
      try validateRules(of: visit, index)
      guard let windows = visit.windows else { continue }
      let ordered = windows.allSatisfy { day in
        zip(day, day.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound }
      }
      guard windows.count == days.count, ordered else { throw .visitWindows(visit: index) }
    }
    try validatePrecedences()
    try validateProgress()
  }

  private func validateRules(of visit: Visit, _ index: Int) throws(ProblemError) {
    if visit.setUp.value < 0 { throw .negativeSetUp(visit: index) }
    if !(0...1 << 30).contains(visit.value) { throw .visitValue(visit: index) }
    if let chosen = visit.days, chosen.isEmpty || !chosen.allSatisfy(days.indices.contains) {
      throw .visitDays(visit: index)
    }
    if let day = visit.appointment?.day, !days.indices.contains(day) || visit.days?.contains(day) == false {
      throw .appointment(visit: index)
    }
    if let slot = visit.slot, slot.visitsBefore < 0 { throw .negativeSlot(visit: index) }
  }

  private func validatePrecedences() throws(ProblemError) {
    var waitsFor = [Int](repeating: 0, count: visits.count)
    for rule in precedences {
      guard visits.indices.contains(rule.before), visits.indices.contains(rule.after),
        rule.before != rule.after
      else { throw .precedence(before: rule.before, after: rule.after) }
      waitsFor[rule.after] += 1
    }
    // Kahn 1962: what can be put in order is taken out until nothing or a circle is left.
    var free = visits.indices.filter { waitsFor[$0] == 0 }
    while let visit = free.popLast() {
      for rule in precedences where rule.before == visit {
        waitsFor[rule.after] -= 1
        if waitsFor[rule.after] == 0 { free.append(rule.after) }
      }
    }
    for rule in precedences where waitsFor[rule.after] > 0 && waitsFor[rule.before] > 0 {
      throw .precedence(before: rule.before, after: rule.after)
    }
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
