import Geo

extension Trip {
  /// Where a day begins: the trip's start, the lodging of the day before, or the last stop of the days before when the night was spent there.
  /// - Parameter index: of the day, from 0.
  public func start(ofDay index: Int) -> Place {
    if index > 0,
      let lodging = days[..<index].last(where: { $0.lodging != nil || !$0.stops.isEmpty })?.lodging
    {
      return lodging.place
    }
    // The line of a leg begins on the road, not at the door.
    guard index > 0, let first = days[index].legs.first?.geometry.points.first,
      let last = days[..<index].last(where: { !$0.stops.isEmpty })?.stops.last
    else { return start }
    func gap(_ place: Coordinate) -> Double {
      abs(first.latitude - place.latitude) + abs(first.longitude - place.longitude)
    }
    return gap(last.coordinate) < gap(start.coordinate)
      ? Place(label: last.name, coordinate: last.coordinate) : start
  }

  /// Where a day ends when that is no stop; nil when it ends at its last stop. With nights at home all days but the last
  /// lead back to the start.
  /// - Parameter index: of the day, from 0.
  public func end(ofDay index: Int) -> Place? {
    if let lodging = days[index].lodging { return lodging.place }
    guard days[index].legs.count > days[index].stops.count else { return nil }
    return (index == days.count - 1 ? end : nil) ?? start
  }
}
