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
  /// What a place in the order of the first day left is more here, where it begins with the visit one stands at.
  let slotShift: Int
  /// Whether the first day left has visits made already.
  let underway: Bool

  init(_ whole: TripProblem) {
    self.whole = whole
    guard whole.days.contains(where: { $0.progress != nil }) else {
      problem = whole
      visits = Array(whole.visits.indices)
      days = Array(whole.days.indices)
      standing = nil
      slotShift = 0
      underway = false
      return
    }
    let current = whole.days.lastIndex { !$0.made.isEmpty }
    let left = whole.days.indices.filter { index in
      let day = whole.days[index]
      guard index >= current ?? 0, day.progress?.isOver != true else { return false }
      guard let progress = day.progress else { return true }
      // Who has driven too much or worked too long already does nothing more that day.
      return progress.resumes < day.hardEnd
        && day.maxDriving.map { $0 >= Self.driven(on: index, in: whole) } ?? true
        && day.maxDistance.map { $0 >= Self.covered(on: index, in: whole) } ?? true
    }
    let underway = current != nil && left.first == current
    let stays = current != nil && !left.isEmpty && (underway || whole.night == .away)
    let last = stays ? current.flatMap { whole.days[$0].made.last } : nil
    let made = Set(whole.days.flatMap(\.made))
    var numbers = whole.visits.indices.filter { !made.contains($0) }
    var rest = numbers.map { Self.rest(of: whole.visits[$0], on: left, underway: underway, in: whole) }
    let precedences = whole.precedences.compactMap { rule -> TripProblem.Precedence? in
      guard let before = numbers.firstIndex(of: rule.before), let after = numbers.firstIndex(of: rule.after)
      else { return nil }
      return .init(before: before, after: after)
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
    slotShift = last == nil ? 0 : 1 - whole.days[left[0]].made.count
    self.underway = underway
    problem =
      left.isEmpty
      ? nil
      : whole.replacing(
        visits: rest, days: left.map { Self.rest(of: $0, in: whole) }, precedences: precedences)
  }

  /// A visit with its windows, days and appointment on the days left.
  private static func rest(
    of visit: TripProblem.Visit, on left: [Int], underway: Bool, in whole: TripProblem
  ) -> TripProblem.Visit {
    var rest = visit
    rest.windows = visit.windows.map { windows in left.map { windows[$0] } }
    rest.days = nil
    rest.appointment = nil
    var allowed = Set(left.indices.filter { visit.mayBeMade(on: left[$0]) })
    if underway, whole.samePlaceOnceADay,
      whole.days[left[0]].made.contains(where: { whole.samePlace(whole.visits[$0].point, visit.point) })
    {
      allowed.remove(0)
    }
    if allowed.isEmpty {
      rest.windows = left.map { _ in [] }
    } else if allowed.count < left.count {
      rest.days = allowed
    }
    if let appointment = visit.appointment, let day = left.firstIndex(of: appointment.day),
      allowed.contains(day)
    {
      rest.appointment = .init(day: day, start: appointment.start)
    }
    return rest
  }

  /// The day from where it goes on: the hours, the driving and the lunch that are left.
  private static func rest(of index: Int, in whole: TripProblem) -> TripProblem.Day {
    var day = whole.days[index]
    guard let progress = day.progress else { return day }
    day.progress = nil
    let hardEnd = day.hardEnd
    let opens = max(day.work.lowerBound, progress.resumes)
    day.work = opens..<max(day.work.upperBound, opens + 1)
    day.overtime = Seconds(hardEnd - day.work.upperBound)
    if progress.stops.isEmpty { return day }
    if let lunch = day.lunch,
      progress.lunch != nil || progress.resumes + lunch.length.value > lunch.window.upperBound
    {
      day.lunch = nil
    }
    day.maxDriving = day.maxDriving.map { $0 - driven(on: index, in: whole) }
    day.maxDistance = day.maxDistance.map { $0 - covered(on: index, in: whole) }
    return day
  }

  /// Driving to the visits made on a day.
  static func driven(on index: Int, in whole: TripProblem) -> Seconds {
    legs(on: index, in: whole).reduce(.zero) {
      $0 + (whole.matrix.seconds(from: $1.from, to: $1.to) ?? .zero)
    }
  }

  /// The way to the visits made on a day.
  static func covered(on index: Int, in whole: TripProblem) -> Metres {
    legs(on: index, in: whole).reduce(.zero) { $0 + (whole.matrix.metres(from: $1.from, to: $1.to) ?? .zero) }
  }

  private static func legs(on index: Int, in whole: TripProblem) -> [(from: Int, to: Int)] {
    var here = whole.night == .home ? whole.start : placeBefore(index, in: whole)
    return whole.days[index].made.map { visit in
      let point = whole.visits[visit].point
      defer { here = point }
      return (here, point)
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
