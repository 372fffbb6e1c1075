import CRM
import Routing

/// What stands in the way of a left-out partner on a day, in English sentences; pages say them in their language by
/// these forms.
public enum ObstacleText {
  /// "2026-06-01, place 3: 24 min of driving and 18 km more; ends 12 min after work"
  public static func sentence(_ obstacle: DayObstacle) -> String {
    let added = TripPlan.sentence(driving: obstacle.addedSeconds, distance: obstacle.addedMetres)
    let place = "\(obstacle.date), place \(obstacle.position): \(added) more"
    guard !obstacle.breaks.isEmpty else { return "\(place); fits there" }
    return ([place] + obstacle.breaks.map(sentence)).joined(separator: "; ")
  }

  /// One rule and by how much it would break.
  static func sentence(_ broken: DayObstacle.Broken) -> String {
    let name = broken.name.map { "\"\($0)\"" }
    switch broken.rule {
    case .closed: return name.map { "closed, public holiday \($0)" } ?? "closed that day"
    case .ban: return "no visits are wanted that day"
    default:
      return TripPlan.Rule(rawValue: broken.rule.rawValue)
        .map { TripPlan.sentence($0, by: broken.amount, of: name) } ?? broken.rule.rawValue
    }
  }
}
