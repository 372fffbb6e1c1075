import CRM
import Geo
import Planning
import Routing

/// Trips of several managers as people read them.
enum TeamText {
  typealias Saved = (trip: Trip, task: TripTask?)

  static func print(_ result: TeamResult, saved: [Saved?], byDay: Bool) {
    for (member, kept) in zip(result.members, saved) {
      guard let own = member.result, let kept else {
        Session.print("\(member.manager.name): nobody is left to visit")
        Session.print()
        continue
      }
      Session.print(kept.trip.title)
      Session.print(TripText.places(kept.trip))
      Session.print()
      Session.print(TripText.checklist(kept.trip, task: kept.task, partners: own.partners))
      if let task = kept.task { Session.print("Trip \(kept.trip.id), task \(task.id)") }
      Session.print()
    }
    Session.print(table(result))
    Session.print(costs(result))
    let left = result.leftOut
    if !left.isEmpty {
      let must = result.members.compactMap(\.result).reduce(into: Set<PartnerID>()) {
        $0.formUnion($1.trip.mustVisits)
      }
      let named = TripText.mustVisits(leftOut: left.map(\.stop), of: must)
      if !named.isEmpty { Session.print(named) }
      Session.print()
      Session.print(leftOut(left, byDay: byDay))
    }
    for note in result.notes { Session.print("Note: \(note)") }
  }

  /// A line for each manager, and one for all.
  static func table(_ result: TeamResult) -> String {
    var table = TextTable([
      .init(title: "Manager"), .init(title: "Days", alignment: .right),
      .init(title: "Visits", alignment: .right), .init(title: "km", alignment: .right),
      .init(title: "Driving", alignment: .right), .init(title: "Work", alignment: .right),
    ])
    func row(_ name: String, _ figures: TeamFigures) {
      table.add([
        name, "\(figures.days)", "\(figures.visits)", TripText.kilometres(figures.distance),
        TripText.duration(figures.driving), TripText.duration(figures.work),
      ])
    }
    for member in result.members { row(member.manager.name, member.figures) }
    row("All", result.sum)
    return table.render()
  }

  /// How even the work is, and what the sharing costs beside the least driving in all.
  static func costs(_ result: TeamResult) -> String {
    let even = "Work differs by \(TripText.duration(result.spread))"
    guard result.share != .total else { return even }
    let sum = result.sum
    let driving = sum.driving - result.total.driving
    let distance = Metres(sum.distance.value - result.total.distance.value)
    let visits = sum.visits - result.total.visits
    let more = "\(TripText.signed(distance)) km, \(TripText.signed(driving)) driving"
    let fewer =
      visits == 0 ? "" : ", \(visits > 0 ? "+" : "−")\(abs(visits)) visit\(abs(visits) == 1 ? "" : "s")"
    return even + "\nBeside --share total: \(more)\(fewer)"
  }

  /// Who is visited by nobody, and why by none of those who might.
  static func leftOut(_ list: [TeamResult.LeftOut], limit: Int = 20, byDay: Bool) -> String {
    var table = TextTable([
      .init(title: "Left out", shrinksTo: 24, wraps: true), .init(title: "Manager"), .init(title: "Reason"),
      .init(title: "Why", shrinksTo: 36, wraps: true),
    ])
    for left in list.prefix(limit) {
      guard !left.byManager.isEmpty else {
        table.add([left.stop.name, "", left.stop.reason.rawValue, left.stop.detail])
        continue
      }
      for (index, reason) in left.byManager.enumerated() {
        table.add([
          index == 0 ? left.stop.name : "", reason.login, reason.stop.reason.rawValue, reason.stop.detail,
        ])
        guard byDay else { continue }
        for day in reason.stop.obstacles { table.add(["", "", "", ObstacleText.sentence(day)]) }
      }
    }
    var text = table.render()
    if list.count > limit { text += "\n… and \(list.count - limit) more" }
    return text
  }
}

/// The answer of `plan --managers`.
struct TeamJSON: Encodable {
  struct Member: Encodable {
    var login: String
    var name: String
    var figures: Figures
    @OrNull var trip: TripJSON?
    @OrNull var taskId: String?
  }
  struct Figures: Encodable {
    var days: Int
    var visits: Int
    var metres: Double
    /// Driving.
    var seconds: Int
    /// Driving, visits and set-ups.
    var workSeconds: Int

    init(_ figures: TeamFigures) {
      days = figures.days
      visits = figures.visits
      metres = figures.distance.value
      seconds = figures.driving.value
      workSeconds = figures.work.value
    }
  }
  struct Left: Encodable {
    var partner: String
    var name: String
    var mustVisit: Bool
    /// For each manager who might visit, the one it came nearest to first; one without a manager for who never came
    /// before the optimiser.
    var reasons: [Reason]
  }
  struct Reason: Encodable {
    @OrNull var manager: String?
    var reason: String
    var detail: String
    var obstacles: [TripJSON.Left.Obstacle]

    init(_ manager: String?, _ stop: UnassignedStop) {
      let left = TripJSON.Left(stop, must: [])
      self.manager = manager
      reason = left.reason
      detail = left.detail
      obstacles = left.obstacles
    }
  }

  var share: String
  var managers: [Member]
  var sum: Figures
  var spreadSeconds: Int
  /// What all would do if partners were shared for the least driving in all.
  var total: Figures
  var leftOut: [Left]
  var notes: [String]

  init(_ result: TeamResult, saved: [TeamText.Saved?]) {
    share = result.share.rawValue
    managers = zip(result.members, saved).map { member, kept in
      Member(
        login: member.manager.login, name: member.manager.name, figures: Figures(member.figures),
        trip: kept.map { TripJSON($0.trip) }, taskId: kept?.task?.id.description)
    }
    sum = Figures(result.sum)
    spreadSeconds = result.spread.value
    total = Figures(result.total)
    let must = saved.reduce(into: Set<PartnerID>()) { $0.formUnion($1?.trip.mustVisits ?? []) }
    leftOut = result.leftOut.map { left in
      Left(
        partner: left.stop.partner.description, name: left.stop.name,
        mustVisit: must.contains(left.stop.partner),
        reasons: left.byManager.isEmpty
          ? [Reason(nil, left.stop)] : left.byManager.map { Reason($0.login, $0.stop) })
    }
    notes = result.notes
  }
}
