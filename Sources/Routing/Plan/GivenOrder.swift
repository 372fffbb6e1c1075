import Geo

extension TripSolver {
  /// Driving if visits are made in the order given, to show what planning gains.
  ///
  /// Days are filled one after another by the hours, visit lengths, lunch and maximum driving of the problem's
  /// days (the last day's rules hold for any further day); opening windows are not looked at, for an order made
  /// without planning has no regard for them either. A visit too long for a day of its own gets one anyway. With
  /// nights at home every day but the last leads back to the start.
  ///
  /// - Parameter visits: the visits, in the order to make them; nil for all in the problem's order. Give those
  ///   that a plan makes to compare like with like.
  /// - Returns: nil when a leg cannot be driven.
  public static func givenOrderDriving(_ problem: TripProblem, visits: [Int]? = nil) -> Seconds? {
    let order = visits ?? Array(problem.visits.indices)
    guard !order.isEmpty else { return .zero }
    let finish: Int? =
      switch problem.end {
      case .open: nil
      case .roundTrip: problem.start
      case .at(let point): point
      }
    let points = order.map { problem.visits[$0].point }
    func drive(_ from: Int, _ to: Int?) -> Int? {
      guard let to else { return 0 }
      return problem.matrix.seconds(from: from, to: to)?.value
    }
    var total = 0
    if problem.night == .away {
      var here = problem.start
      for point in points {
        guard let leg = drive(here, point) else { return nil }
        total += leg
        here = point
      }
      guard let back = drive(here, finish) else { return nil }
      return Seconds(total + back)
    }

    var day = 0
    var here = problem.start
    var driven = 0
    var worked = 0
    for (k, point) in points.enumerated() {
      let isLast = k == points.count - 1
      guard let leg = drive(here, point), let back = drive(point, isLast ? finish : problem.start) else {
        return nil
      }
      let rule = problem.days[min(day, problem.days.count - 1)]
      let lunch = rule.lunch.map {
        $0.window.overlaps(rule.work) ? $0.length.value : 0
      }
      let driving = driven + leg + back
      let hours = worked + leg + problem.visits[order[k]].service.value + back + (lunch ?? 0)
      let fits = hours <= rule.work.count && driving <= rule.maxDriving?.value ?? .max
      if fits || here == problem.start && driven == 0 && worked == 0 {
        driven += leg
        worked += leg + problem.visits[order[k]].service.value
        here = point
        continue
      }
      guard let home = drive(here, problem.start), let out = drive(problem.start, point) else { return nil }
      total += driven + home
      day += 1
      driven = out
      worked = out + problem.visits[order[k]].service.value
      here = point
    }
    guard let home = drive(here, finish) else { return nil }
    return Seconds(total + driven + home)
  }
}
