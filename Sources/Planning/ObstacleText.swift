import CRM
import Geo

/// What stands in the way of a left-out partner on a day, in English sentences; pages say them in their language by
/// these forms.
public enum ObstacleText {
  /// "2026-06-01, place 3: 24 min of driving and 18 km more; ends 12 min after work"
  public static func sentence(_ obstacle: DayObstacle) -> String {
    let place =
      "\(obstacle.date), place \(obstacle.position): \(span(obstacle.addedSeconds.value)) of driving and "
      + "\(kilometres(obstacle.addedMetres.value)) more"
    guard !obstacle.breaks.isEmpty else { return "\(place); fits there" }
    return ([place] + obstacle.breaks.map(sentence)).joined(separator: "; ")
  }

  /// One rule and by how much it would break.
  static func sentence(_ broken: DayObstacle.Broken) -> String {
    let name = broken.name.map { "\"\($0)\"" }
    let late = span(broken.amount)
    switch broken.rule {
    case .road: return "no road leads there or on"
    case .day: return "none of the days asked for"
    case .closed: return name.map { "closed, public holiday \($0)" } ?? "closed that day"
    case .ban: return "no visits are wanted that day"
    case .precedence: return "the order with \(name ?? "another") would not be kept"
    case .slot: return name.map { "\($0) would lose its place" } ?? "its place in the order is taken"
    case .samePlace: return "\(name ?? "another") is at the same place that day"
    case .appointment: return name.map { "\($0) would be \(late) late" } ?? "\(late) late for the appointment"
    case .window:
      return name.map { "\($0) would end \(late) after it closes" } ?? "ends \(late) after it closes"
    case .waiting:
      return name.map { "\($0) would be waited for \(late) too long" } ?? "the wait is \(late) too long"
    case .workEnd: return "the day ends \(late) too late"
    case .maxDriving: return "the day drives \(late) too long"
    case .maxDistance: return "the day goes \(kilometres(Double(broken.amount))) too far"
    case .lunch: return "lunch comes \(late) too late"
    case .otherDay: return broken.amount > 0 ? "another day ends \(late) too late" : "another day breaks"
    }
  }

  /// Whole minutes, rounded up: "1 h 20 min".
  private static func span(_ seconds: Int) -> String {
    let minutes = (max(0, seconds) + 59) / 60
    if minutes < 60 { return "\(minutes) min" }
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }

  private static func kilometres(_ metres: Double) -> String {
    "\(Int((max(0, metres) / 1000).rounded(.up))) km"
  }
}
