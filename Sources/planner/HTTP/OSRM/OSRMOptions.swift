/// What a question in OSRM's language may add. Options that change nothing here are read, checked and forgotten.
struct OSRMOptions: Equatable {
  enum Geometries: Equatable { case polyline, polyline6, geojson }
  enum Overview: Equatable { case simplified, full, byLegs, none }
  enum Annotation: String, CaseIterable { case duration, distance, nodes, weight, datasources, speed }
  enum TableAnnotation: Equatable { case duration, distance }

  // Every service.
  /// Metres, infinity for `unlimited`; nil where the network's own limit holds.
  var radiuses: [Double?] = []
  var generateHints = true
  var skipWaypoints = false
  // Route and trip.
  var steps = false
  var geometries = Geometries.polyline
  var overview = Overview.simplified
  var annotations: Set<Annotation> = []
  // Table.
  /// Nil for all.
  var sources: [Int]?
  var destinations: [Int]?
  var tableAnnotations: [TableAnnotation] = [.duration]
  /// Metres per second over straight lines, for pairs without a way.
  var fallbackSpeed: Double?
  var fallbackFromSnapped = false
  var scaleFactor = 1.0
  // Nearest.
  var number = 1
  // Trip.
  var roundtrip = true
  var startsAtFirst = false
  var endsAtLast = false

  /// Places of a route that are no ends of legs.
  private var waypoints: [Int]?
  /// Sizes of lists that must have an entry for each coordinate.
  private var sizes: [(name: String, size: Int)] = []
  private var badBearing = false

  static func == (a: OSRMOptions, b: OSRMOptions) -> Bool {
    a.radiuses == b.radiuses && a.generateHints == b.generateHints && a.skipWaypoints == b.skipWaypoints
      && a.steps == b.steps && a.geometries == b.geometries && a.overview == b.overview
      && a.annotations == b.annotations && a.sources == b.sources && a.destinations == b.destinations
      && a.tableAnnotations == b.tableAnnotations && a.fallbackSpeed == b.fallbackSpeed
      && a.fallbackFromSnapped == b.fallbackFromSnapped && a.scaleFactor == b.scaleFactor
      && a.number == b.number && a.roundtrip == b.roundtrip && a.startsAtFirst == b.startsAtFirst
      && a.endsAtLast == b.endsAtLast
  }

  /// Reads `option=value&…` to the end; of an option given twice the last counts.
  mutating func read(
    _ reader: inout OSRMReader, for service: OSRMRequest.Service
  ) throws(OSRMProblem) {
    var start = reader.position
    repeat {
      let name = reader.word()
      guard reader.take("=") else { throw reader.malformed(at: start) }
      var isKnown = try readGeneral(name, &reader)
      if !isKnown { isKnown = try readOwn(name, &reader, of: service) }
      guard isKnown else { throw reader.malformed(at: start) }
      start = reader.position
    } while reader.take("&")
  }

  private mutating func readGeneral(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    switch name {
    case "radiuses":
      radiuses = try reader.perCoordinate { (reader) throws(OSRMProblem) in
        reader.take("unlimited") ? .infinity : try reader.double()
      }
      // OSRM takes a negative radius for none given.
      radiuses = radiuses.map { $0.flatMap { $0 < 0 ? nil : $0 } }
      sizes.append((name, radiuses.count))
    case "bearings":
      let bearings = try reader.perCoordinate { (reader) throws(OSRMProblem) in
        let value = try reader.index()
        guard reader.take(",") else { throw reader.malformed() }
        return (value, try reader.index())
      }
      badBearing = bearings.contains { $0.map { $0.0 > 360 || $0.1 > 180 } ?? false }
      sizes.append((name, bearings.count))
    case "hints":
      let hints = try reader.perCoordinate { (reader) throws(OSRMProblem) in
        let hint = reader.word()
        while reader.take("=") {}
        return hint
      }
      sizes.append((name, hints.count))
    case "approaches":
      let approaches = try reader.perCoordinate { (reader) throws(OSRMProblem) in
        try reader.choice(["curb": 0, "opposite": 1, "unrestricted": 2])
      }
      sizes.append((name, approaches.count))
    case "exclude":
      let classes = try reader.list(by: ",") { (reader) throws(OSRMProblem) in reader.word() }
      guard !classes.contains("") else { throw reader.malformed() }
    case "snapping": _ = try reader.choice(["default": 0, "any": 1])
    case "generate_hints": generateHints = try reader.bool()
    case "skip_waypoints": skipWaypoints = try reader.bool()
    default: return false
    }
    return true
  }

  private mutating func readOwn(
    _ name: String, _ reader: inout OSRMReader, of service: OSRMRequest.Service
  ) throws(OSRMProblem) -> Bool {
    switch service {
    case .route:
      if try readRoute(name, &reader) { return true }
      return try readDrive(name, &reader)
    case .trip:
      if try readTrip(name, &reader) { return true }
      return try readDrive(name, &reader)
    case .table: return try readTable(name, &reader)
    case .nearest: return try readNearest(name, &reader)
    }
  }

  private mutating func readRoute(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    switch name {
    case "alternatives":
      if !reader.take("true"), !reader.take("false") { _ = try reader.index() }
    case "continue_straight": _ = try reader.choice(["default": 0, "true": 1, "false": 2])
    case "waypoints":
      waypoints = try reader.list(by: ";") { (reader) throws(OSRMProblem) in try reader.index() }
    default: return false
    }
    return true
  }

  /// What routes and trips have in common.
  private mutating func readDrive(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    switch name {
    case "steps": steps = try reader.bool()
    case "geometries":
      geometries = try reader.choice(["polyline": .polyline, "polyline6": .polyline6, "geojson": .geojson])
    case "overview":
      overview = try reader.choice([
        "simplified": .simplified, "full": .full, "by_legs": .byLegs, "false": .none,
      ])
    case "annotations":
      if reader.take("true") {
        annotations = Set(Annotation.allCases)
      } else if reader.take("false") {
        annotations = []
      } else {
        annotations = Set(
          try reader.list(by: ",") { (reader) throws(OSRMProblem) in
            try reader.choice([
              "duration": Annotation.duration, "distance": .distance, "nodes": .nodes, "weight": .weight,
              "datasources": .datasources, "speed": .speed,
            ])
          })
      }
    default: return false
    }
    return true
  }

  private mutating func readTrip(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    switch name {
    // OSRM reads it here and goes everywhere all the same.
    case "waypoints": _ = try reader.list(by: ";") { (reader) throws(OSRMProblem) in try reader.index() }
    case "roundtrip": roundtrip = try reader.bool()
    case "source": startsAtFirst = try reader.choice(["any": false, "first": true])
    case "destination": endsAtLast = try reader.choice(["any": false, "last": true])
    default: return false
    }
    return true
  }

  private mutating func readTable(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    func indices(_ reader: inout OSRMReader) throws(OSRMProblem) -> [Int]? {
      if reader.take("all") { return nil }
      return try reader.list(by: ";") { (reader) throws(OSRMProblem) in try reader.index() }
    }
    switch name {
    case "sources": sources = try indices(&reader)
    case "destinations": destinations = try indices(&reader)
    case "annotations":
      tableAnnotations = try reader.list(by: ",") { (reader) throws(OSRMProblem) in
        try reader.choice(["duration": .duration, "distance": .distance])
      }
    case "fallback_speed": fallbackSpeed = try reader.double()
    case "fallback_coordinate":
      fallbackFromSnapped = try reader.choice(["input": false, "snapped": true])
    case "scale_factor": scaleFactor = try reader.double()
    default: return false
    }
    return true
  }

  private mutating func readNearest(
    _ name: String, _ reader: inout OSRMReader
  ) throws(OSRMProblem) -> Bool {
    guard name == "number" else { return false }
    number = try reader.index()
    return true
  }

  /// Values that can be read but not be meant.
  func check(coordinates count: Int) throws(OSRMProblem) {
    for (name, size) in sizes where size != count {
      throw .options("Number of elements in \(name) size \(size) does not match coordinate size \(count)")
    }
    guard !badBearing else { throw .options("A bearing is 0 … 360 degrees with a range of 0 … 180.") }
    for (name, indices) in [("sources", sources), ("destinations", destinations), ("waypoints", waypoints)] {
      guard indices?.allSatisfy({ $0 < count }) ?? true else {
        throw .options("An index in \(name) is not below the number of coordinates, \(count).")
      }
    }
    guard number >= 1 else { throw .options("number must be >= 1") }
    guard fallbackSpeed.map({ $0 > 0 }) ?? true else { throw .options("fallback_speed must be > 0") }
    guard scaleFactor > 0 else { throw .options("scale_factor must be > 0") }
    // Places that are passed by without a stop are not known to the network's questions.
    guard waypoints.map({ $0 == Array(0..<count) }) ?? true else { throw .notSupported }
  }
}
