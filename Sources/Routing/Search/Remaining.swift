import Geo

/// What of a problem is still to be planned.
///
/// Days that are over and visits that are made are no question for the search. On the day being executed it goes on
/// from the last visit made, which stands first on that day as a visit of no length that costs nothing to reach and
/// is never moved; with nights away the same holds for the last visit of the days before.
struct Remaining {
  let whole: TripProblem
  /// The days and visits left; nil when no day is left.
  var problem: TripProblem?
  /// Number in the whole problem of each visit and each day left.
  let visits: [Int]
  let days: [Int]
  /// The visit of `problem` one stands at when the first day left begins.
  let standing: Int?
  /// Whether the first day left has visits made already.
  let underway: Bool

  init(_ whole: TripProblem) {
    self.whole = whole
    guard whole.days.contains(where: { $0.progress != nil }) else {
      problem = whole
      visits = Array(whole.visits.indices)
      days = Array(whole.days.indices)
      standing = nil
      underway = false
      return
    }
    let current = whole.days.lastIndex { !$0.made.isEmpty }
    let left = whole.days.indices.filter { index in
      let day = whole.days[index]
      guard index >= current ?? 0, day.progress?.isOver != true else { return false }
      guard let progress = day.progress else { return true }
      // Who has driven too much or worked too long already does nothing more that day.
      return progress.resumes < day.work.upperBound
        && day.maxDriving.map { $0 >= Self.driven(on: index, in: whole) } ?? true
    }
    let underway = current != nil && left.first == current
    let stays = current != nil && !left.isEmpty && (underway || whole.night == .away)
    let last = stays ? current.flatMap { whole.days[$0].made.last } : nil
    let made = Set(whole.days.flatMap(\.made))
    var numbers = whole.visits.indices.filter { !made.contains($0) }
    var rest = numbers.map { number in
      var visit = whole.visits[number]
      visit.windows = visit.windows.map { windows in left.map { windows[$0] } }
      return visit
    }
    if let last {
      // Open on the first day only, at any time.
      let windows = left.indices.map { $0 == 0 ? [-SearchModel.never..<SearchModel.never] : [] }
      rest.append(
        TripProblem.Visit(
          point: whole.visits[last].point, service: .zero, windows: windows, mustVisit: true))
      numbers.append(last)
    }
    visits = numbers
    days = left
    standing = last == nil ? nil : rest.count - 1
    self.underway = underway
    // The same points as a problem already checked.
    problem =
      left.isEmpty
      ? nil
      : try! TripProblem(
        matrix: whole.matrix, visits: rest, start: whole.start, end: whole.end,
        days: left.map { Self.rest(of: $0, in: whole) }, night: whole.night, metric: whole.metric)
  }

  /// The day from where it goes on: the hours, the driving and the lunch that are left.
  private static func rest(of index: Int, in whole: TripProblem) -> TripProblem.Day {
    var day = whole.days[index]
    guard let progress = day.progress else { return day }
    day.progress = nil
    day.work = max(day.work.lowerBound, progress.resumes)..<day.work.upperBound
    if progress.stops.isEmpty { return day }
    if let lunch = day.lunch,
      progress.lunch != nil || progress.resumes + lunch.length.value > lunch.window.upperBound
    {
      day.lunch = nil
    }
    day.maxDriving = day.maxDriving.map { $0 - driven(on: index, in: whole) }
    return day
  }

  /// Driving to the visits made on a day.
  static func driven(on index: Int, in whole: TripProblem) -> Seconds {
    var here = whole.night == .home ? whole.start : placeBefore(index, in: whole)
    return whole.days[index].made.reduce(.zero) { sum, visit in
      let point = whole.visits[visit].point
      defer { here = point }
      return sum + (whole.matrix.seconds(from: here, to: point) ?? .zero)
    }
  }

  /// Where a day begins by what was made before it, nights away.
  private static func placeBefore(_ index: Int, in whole: TripProblem) -> Int {
    let last = whole.days[..<index].last { !$0.made.isEmpty }?.made.last
    return last.map { whole.visits[$0].point } ?? whole.start
  }

  /// The same with another problem over the same days and visits.
  func with(_ problem: TripProblem) -> Remaining {
    var other = self
    other.problem = problem
    return other
  }
}
