import CRM
import Foundation
import Geo
import Planning

/// A trip and its checklist as a manager reads them.
enum TripText {
  /// The route checklist: a head for each day, a line for each stop.
  static func checklist(_ trip: Trip, task: TripTask?, partners: [PartnerID: PartnerSummary]) -> String {
    let zone = TimeZone(identifier: trip.timeZone) ?? .gmt
    var table = TextTable([
      .init(title: "   #", alignment: .right), .init(title: "Visit"),
      .init(title: "Partner", shrinksTo: 22, wraps: true),
      .init(title: "Address", shrinksTo: 26, wraps: true),
      .init(title: "Phone", shrinksTo: 17), .init(title: "km", alignment: .right),
      .init(title: "Drive", alignment: .right),
    ])
    var items: [StopID: ChecklistItem] = [:]
    for item in task?.checklist ?? [] {
      for child in item.children { if let stop = child.stop { items[stop] = child } }
    }
    for (index, day) in trip.days.enumerated() {
      table.addHeading(dayHeading(index, day, zone: zone))
      var lunch = day.lunch
      for (position, stop) in day.stops.enumerated() {
        if let time = lunch, time <= stop.serviceStart {
          table.add(["", RouteChecklist.clock(time, zone), "lunch", "", "", "", ""])
          lunch = nil
        }
        let partner = partners[stop.partner]
        let span =
          "\(RouteChecklist.clock(stop.serviceStart, zone))–\(RouteChecklist.clock(stop.departure, zone))"
        let state = box(items[stop.id]?.state, stop.visit)
        table.add(
          [
            "\(state)\(padded(position + 1))", span, stop.name + (stop.locked ? " (locked)" : ""),
            partner?.address ?? "",
            partner?.phone ?? "",
          ] + (position < day.legs.count ? drive(day.legs[position]) : ["", ""]))
      }
      if let time = lunch { table.add(["", RouteChecklist.clock(time, zone), "lunch", "", "", "", ""]) }
      if let end = trip.end(ofDay: index), let last = day.legs.last {
        let label = (day.lodging == nil ? "→ " : "night: ") + end.shortLabel
        table.add(["", RouteChecklist.clock(day.end, zone), label, "", ""] + drive(last))
      }
    }
    return table.render()
  }

  /// Where the trip starts and ends, as it was understood.
  static func places(_ trip: Trip) -> String {
    let start = "Start: \(trip.start.labelWithDegrees)"
    guard trip.end != trip.start else { return start }
    return "\(start) · end: \(trip.end?.labelWithDegrees ?? "at the last visit")"
  }

  /// A line for each must-visit that no day holds; empty when there is none.
  static func mustVisits(leftOut: [UnassignedStop], of must: Set<PartnerID>) -> String {
    leftOut.filter { must.contains($0.partner) }.map {
      "Must-visit left out: \($0.name): \($0.reason.rawValue)" + ($0.detail.isEmpty ? "" : ", \($0.detail)")
    }.joined(separator: "\n")
  }

  /// Totals, gain and proof in a few lines.
  static func summary(_ trip: Trip) -> String {
    let visits = trip.days.reduce(0) { $0 + $1.stops.count }
    var lines = [
      "\(visits) visit\(visits == 1 ? "" : "s") in \(trip.days.count) day\(trip.days.count == 1 ? "" : "s"), "
        + "\(kilometres(trip.metres)) km, \(duration(trip.seconds)) driving "
        + "(\(source(trip)))"
    ]
    if let given = trip.givenOrderSeconds, given.value > 0 {
      let gain = (1 - Double(trip.seconds.value) / Double(given.value)) * 100
      lines.append(
        gain >= 0
          ? "In the order given it would be \(duration(given)): \(percent(gain)) % less driving"
          : "In the order given, without regard for doors, fixed days and beds, it would be \(duration(given)): "
            + "\(percent(-gain)) % more driving to keep them")
    }
    if let gap = trip.gapPercent {
      lines.append(
        "At most \(percent(gap)) % from the "
          + (trip.leavesOutForRoom ? "least driving for these visits" : "best possible"))
    }
    if !trip.unassigned.isEmpty {
      let reasons = PlanningError.countsByReason(trip.unassigned)
        .map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ")
      lines.append("Left out: \(reasons)")
    }
    return lines.joined(separator: "\n")
  }

  /// Where the driving comes from: "on roads; 2 of 9 legs estimated".
  private static func source(_ trip: Trip) -> String {
    guard trip.matrix == .roads else { return "estimated from straight lines" }
    let estimate = trip.estimate
    guard estimate.estimated > 0 else { return "on roads" }
    return
      "on roads; \(estimate.estimated) of \(estimate.drives) leg\(estimate.drives == 1 ? "" : "s") estimated"
  }

  /// Who was left out and why.
  /// - Parameter byDay: also what stands in the way on each day.
  static func leftOut(_ list: [UnassignedStop], limit: Int = 20, byDay: Bool = false) -> String {
    var table = TextTable([
      .init(title: "Left out", shrinksTo: 24, wraps: true), .init(title: "Reason"),
      .init(title: "Why", shrinksTo: 40, wraps: true),
    ])
    for left in list.prefix(limit) {
      table.add([left.name, left.reason.rawValue, left.detail])
      guard byDay else { continue }
      for day in left.obstacles { table.add(["", "", ObstacleText.sentence(day)]) }
    }
    var text = table.render()
    if list.count > limit { text += "\n… and \(list.count - limit) more" }
    return text
  }

  static func dayHeading(_ index: Int, _ day: TripDay, zone: TimeZone) -> String {
    let metres = day.legs.reduce(Metres.zero) { $0 + $1.metres }
    let seconds = day.legs.reduce(Seconds.zero) { $0 + $1.seconds }
    return "Day \(index + 1) · \(weekdayName(day.date.weekday)) \(day.date) · "
      + "\(RouteChecklist.clock(day.start, zone))–\(RouteChecklist.clock(day.end, zone)) · "
      + "\(RouteChecklist.visits(day.stops.count)) · "
      + "\(kilometres(metres)) km · \(duration(seconds)) driving"
  }

  static func kilometres(_ metres: Metres) -> String {
    let tenths = Int((metres.kilometres * 10).rounded())
    return tenths >= 1000 ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `2 h 05 min`, `12 min`.
  static func duration(_ seconds: Seconds) -> String {
    let minutes = (seconds.value + 30) / 60
    guard minutes >= 60 else { return "\(minutes) min" }
    return "\(minutes / 60) h \(minutes % 60 < 10 ? "0" : "")\(minutes % 60) min"
  }

  /// `+1.2`, `−0.4`, `0.0`.
  static func signed(_ metres: Metres) -> String {
    let text = kilometres(Metres(abs(metres.value)))
    return text == "0.0" ? text : (metres.value < 0 ? "−" : "+") + text
  }

  /// `+12 min`, `−1 h 05 min`, `0 min`.
  static func signed(_ seconds: Seconds) -> String {
    let text = duration(Seconds(abs(seconds.value)))
    return text == "0 min" ? text : (seconds.value < 0 ? "−" : "+") + text
  }

  private static func percent(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// Kilometres, and hours with minutes.
  private static func drive(_ leg: Leg) -> [String] {
    let minutes = (leg.seconds.value + 30) / 60
    return [kilometres(leg.metres), "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"]
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "  \(number)" : " \(number)" }

  private static func box(_ state: ChecklistItem.State?, _ visit: Stop.VisitState) -> String {
    switch state {
    case .done: return "[x]"
    case .skipped: return "[-]"
    case .open: return "[ ]"
    case nil: return visit == .completed ? "[x]" : visit == .skipped ? "[-]" : "[ ]"
    }
  }

  private static func weekdayName(_ weekday: Weekday) -> String {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday.rawValue]
  }
}
