import Geo
import Routing

/// Parts of an answer in OSRM's language; nil for whatever does not look like one.
enum OSRMReading {
  static func waypoint(_ value: JSONValue, asked: Coordinate) -> RoadWaypoint? {
    guard let coordinate = location(value["location"]) else { return nil }
    // Older servers do not say how far it is.
    let distance = value["distance"].map(amount) ?? Geodesy.distance(asked, coordinate).value
    guard let distance else { return nil }
    var nodes: [Int64] = []
    if let given = value["nodes"] {
      guard let read = whole(given) else { return nil }
      nodes = read
    }
    return RoadWaypoint(
      coordinate: coordinate, distance: Metres(distance), name: value["name"]?.text ?? "", nodes: nodes)
  }

  static func leg(_ value: JSONValue, options: RoadOptions) -> RoadLeg? {
    guard let duration = duration(value["duration"]), let distance = amount(value["distance"]),
      case .array(let given) = value["steps"], !given.isEmpty
    else { return nil }
    var steps: [RoadStep] = []
    var points: [Coordinate] = []
    for entry in given {
      guard let step = step(entry) else { return nil }
      let line = step.line.points
      // The arrival is a point, written twice where it has to be a line.
      if step.kind != .arrive || points.isEmpty {
        points += points.last != nil && points.last == line.first ? line[1...] : line[...]
      }
      steps.append(step)
    }
    if points.count == 1 { points.append(points[0]) }
    var annotation: RoadAnnotation?
    if options.annotations {
      guard let read = self.annotation(value["annotation"]) else { return nil }
      annotation = read
    }
    return RoadLeg(
      duration: duration, distance: Metres(distance), line: LineString(points),
      summary: value["summary"]?.text ?? "", steps: options.steps ? steps : [], annotation: annotation)
  }

  private static func annotation(_ value: JSONValue?) -> RoadAnnotation? {
    guard let value, case .array(let durations) = value["duration"],
      let distances = numbers(value["distance"], count: durations.count),
      let nodes = value["nodes"].flatMap(whole), nodes.count == durations.count + 1
    else { return nil }
    let times = durations.compactMap { duration($0) }
    let lengths = distances.compactMap { $0.map { Metres($0) } }
    guard times.count == durations.count, lengths.count == durations.count else { return nil }
    return RoadAnnotation(durations: times, distances: lengths, nodes: nodes)
  }

  private static func step(_ value: JSONValue) -> RoadStep? {
    guard let duration = duration(value["duration"]), let distance = amount(value["distance"]),
      let text = value["geometry"]?.text, let manoeuvre = value["maneuver"],
      let location = location(manoeuvre["location"]), let type = manoeuvre["type"]?.text,
      var points = try? Polyline.decode(text.utf8, precision: .six), !points.isEmpty
    else { return nil }
    if points.count == 1 { points.append(points[0]) }
    var intersections: [RoadStep.Intersection] = []
    if case .array(let given) = value["intersections"] {
      for entry in given {
        guard let read = intersection(entry) else { return nil }
        intersections.append(read)
      }
    }
    return RoadStep(
      duration: duration, distance: Metres(distance), name: value["name"]?.text ?? "",
      reference: value["ref"]?.text ?? "", destinations: value["destinations"]?.text ?? "",
      isFerry: value["mode"]?.text == "ferry", line: LineString(points),
      // Kinds that come to be later are to be handled like turns, says OSRM.
      kind: RoadStep.ManoeuvreKind(rawValue: type) ?? .turn,
      modifier: manoeuvre["modifier"]?.text.flatMap { RoadStep.Modifier(rawValue: $0) }, location: location,
      bearingBefore: bearing(manoeuvre["bearing_before"]), bearingAfter: bearing(manoeuvre["bearing_after"]),
      exit: index(manoeuvre["exit"]), intersections: intersections)
  }

  private static func intersection(_ value: JSONValue) -> RoadStep.Intersection? {
    guard let coordinate = location(value["location"]), case .array(let bearings) = value["bearings"],
      case .array(let entry) = value["entry"], entry.count == bearings.count
    else { return nil }
    func place(_ name: String) -> Int? { index(value[name]).flatMap { $0 < bearings.count ? $0 : nil } }
    return RoadStep.Intersection(
      coordinate: coordinate, bearings: bearings.map(bearing), entry: entry.map { $0 == .bool(true) },
      incoming: place("in"), outgoing: place("out"))
  }

  // MARK: Values

  /// A row of that many numbers from zero on, nil where null stands.
  static func numbers(_ value: JSONValue?, count: Int) -> [Double?]? {
    guard case .array(let values) = value, values.count == count else { return nil }
    var numbers: [Double?] = []
    numbers.reserveCapacity(count)
    for value in values {
      if value == .null {
        numbers.append(nil)
      } else {
        guard let number = amount(value) else { return nil }
        numbers.append(number)
      }
    }
    return numbers
  }

  /// A number that is not negative nor beyond all roads and times.
  ///
  /// OSRM takes the rounded way to a place from the rounded way through it: between places on one piece of road it
  /// tells distances like -0.4 m.
  private static func amount(_ value: JSONValue?) -> Double? {
    guard let number = value?.number, number >= -5, number < 1e12 else { return nil }
    return max(0, number)
  }

  private static func duration(_ value: JSONValue?) -> Duration? {
    amount(value).map { .milliseconds(Int64(($0 * 1000).rounded())) }
  }

  private static func location(_ value: JSONValue?) -> Coordinate? {
    guard case .array(let pair) = value, pair.count == 2, let longitude = pair[0].number,
      let latitude = pair[1].number
    else { return nil }
    return try? Coordinate(latitude: latitude, longitude: longitude)
  }

  private static func bearing(_ value: JSONValue?) -> Int {
    guard let number = value?.number, (0...360).contains(number) else { return 0 }
    return Int(number) % 360
  }

  private static func index(_ value: JSONValue?) -> Int? {
    guard case .int(let index) = value, index >= 0 else { return nil }
    return index
  }

  /// Numbers of nodes; some servers write large ones with an exponent.
  private static func whole(_ value: JSONValue) -> [Int64]? {
    guard case .array(let values) = value else { return nil }
    let numbers = values.compactMap { value -> Int64? in
      switch value {
      case .int(let number): Int64(number)
      case .double(let number): Int64(exactly: number)
      default: nil
      }
    }
    return numbers.count == values.count ? numbers : nil
  }
}
