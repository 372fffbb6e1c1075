import Geo

/// Tasks for several vehicles: what VROOM's input says, as a value.
///
/// Units: times in whole seconds on a clock of the caller's choice, distances in metres, amounts in whatever
/// the caller counts. Windows include both ends. Places are rows of the matrices. The members and their
/// meaning are those of VROOM's `docs/API.md` (version 1.15).
public struct FleetProblem: Sendable, Hashable {
  public var jobs: [FleetJob]
  public var shipments: [FleetShipment]
  public var vehicles: [FleetVehicle]
  /// Driving by profile. Every profile that a vehicle uses must be here before solving.
  public var matrices: [String: FleetMatrix]
  /// The points of the matrices, when they were given as coordinates only; empty when the input has matrices.
  public var coordinates: [Coordinate]
  /// Whether the answer is to show where the routes lead: VROOM's `options.g`.
  public var wantsGeometry = false

  public init(
    jobs: [FleetJob] = [], shipments: [FleetShipment] = [], vehicles: [FleetVehicle] = [],
    matrices: [String: FleetMatrix] = [:], coordinates: [Coordinate] = []
  ) {
    self.jobs = jobs
    self.shipments = shipments
    self.vehicles = vehicles
    self.matrices = matrices
    self.coordinates = coordinates
  }

  /// How many numbers each amount has; shorter amounts count as zero beyond their end.
  public var dimensions: Int {
    var most = 0
    for vehicle in vehicles { most = max(most, vehicle.capacity.count) }
    for job in jobs { most = max(most, job.delivery.count, job.pickup.count) }
    for shipment in shipments { most = max(most, shipment.amount.count) }
    return most
  }

  /// The profiles that vehicles use and that have no matrix yet, in alphabetical order.
  public var profilesWithoutMatrix: [String] {
    Set(vehicles.map(\.profile)).subtracting(matrices.keys).sorted()
  }

  /// The problem with the missing matrices asked from a source.
  public func supplied(by source: some FleetMatrixSource) async throws -> FleetProblem {
    var problem = self
    for profile in profilesWithoutMatrix {
      problem.matrices[profile] = try await source.matrix(for: coordinates, profile: profile)
    }
    try problem.validate()
    return problem
  }
}

/// Something that knows driving times and distances between points: roads, or great circles.
public protocol FleetMatrixSource: Sendable {
  func matrix(for points: [Coordinate], profile: String) async throws -> FleetMatrix
}

/// A place: a row of the matrices, with its coordinates where they are known.
public struct FleetPlace: Sendable, Hashable {
  public var index: Int
  public var coordinate: Coordinate?

  public init(_ index: Int, coordinate: Coordinate? = nil) {
    self.index = index
    self.coordinate = coordinate
  }
}

/// The times of one stop, shared by jobs, pickups and deliveries.
public struct FleetStop: Sendable, Hashable {
  public var id: Int
  public var place: FleetPlace
  /// Seconds before the service, not paid when the step before is at the same place.
  public var setup: Int
  public var service: Int
  /// Other values for vehicles of a type.
  public var setupPerType: [String: Int]
  public var servicePerType: [String: Int]
  /// When the set-up, or the service where there is none, may start; sorted and disjoint. Empty: any time.
  public var windows: [ClosedRange<Int>]
  public var description: String?

  public init(
    id: Int, place: FleetPlace, setup: Int = 0, service: Int = 0, setupPerType: [String: Int] = [:],
    servicePerType: [String: Int] = [:], windows: [ClosedRange<Int>] = [], description: String? = nil
  ) {
    self.id = id
    self.place = place
    self.setup = setup
    self.service = service
    self.setupPerType = setupPerType
    self.servicePerType = servicePerType
    self.windows = windows
    self.description = description
  }

  func setup(_ type: String?) -> Int { type.flatMap { setupPerType[$0] } ?? setup }
  func service(_ type: String?) -> Int { type.flatMap { servicePerType[$0] } ?? service }
}

/// One task at one place.
public struct FleetJob: Sendable, Hashable {
  public var stop: FleetStop
  /// Loaded when the vehicle starts, and brought back to its end.
  public var delivery: [Int]
  public var pickup: [Int]
  public var skills: Set<Int>
  /// 0 … 100.
  public var priority: Int

  public init(
    _ stop: FleetStop, delivery: [Int] = [], pickup: [Int] = [], skills: Set<Int> = [], priority: Int = 0
  ) {
    self.stop = stop
    self.delivery = delivery
    self.pickup = pickup
    self.skills = skills
    self.priority = priority
  }
}

/// Something taken from one place to another by the same vehicle.
public struct FleetShipment: Sendable, Hashable {
  public var pickup: FleetStop
  public var delivery: FleetStop
  public var amount: [Int]
  public var skills: Set<Int>
  /// 0 … 100; counts for the pickup and for the delivery.
  public var priority: Int

  public init(
    pickup: FleetStop, delivery: FleetStop, amount: [Int] = [], skills: Set<Int> = [], priority: Int = 0
  ) {
    self.pickup = pickup
    self.delivery = delivery
    self.amount = amount
    self.skills = skills
    self.priority = priority
  }
}

/// A rest of a vehicle's crew, taken between two steps or during the drive between them.
public struct FleetBreak: Sendable, Hashable {
  public var id: Int
  /// When the break may start; sorted and disjoint. Empty: any time.
  public var windows: [ClosedRange<Int>]
  public var service: Int
  /// The most that may be on board during the break.
  public var maxLoad: [Int]?
  public var description: String?

  public init(
    id: Int, windows: [ClosedRange<Int>] = [], service: Int = 0, maxLoad: [Int]? = nil,
    description: String? = nil
  ) {
    self.id = id
    self.windows = windows
    self.service = service
    self.maxLoad = maxLoad
    self.description = description
  }
}

/// A step of a route that the caller gives.
public struct FleetGivenStep: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case start, job, pickup, delivery, `break`, end
  }
  public var kind: Kind
  /// Of the job, pickup, delivery or break.
  public var id: Int?
  /// Hard bounds of the start of the action.
  public var serviceAt: Int?
  public var serviceAfter: Int?
  public var serviceBefore: Int?

  public init(
    _ kind: Kind, id: Int? = nil, serviceAt: Int? = nil, serviceAfter: Int? = nil, serviceBefore: Int? = nil
  ) {
    self.kind = kind
    self.id = id
    self.serviceAt = serviceAt
    self.serviceAfter = serviceAfter
    self.serviceBefore = serviceBefore
  }
}

/// What a vehicle costs, in units of the caller's choice.
public struct FleetCosts: Sendable, Hashable {
  /// Once, when the vehicle is used.
  public var fixed: Int
  /// An hour of driving.
  public var perHour: Int
  public var perKilometre: Int
  /// An hour of set-up and service.
  public var perTaskHour: Int

  public init(fixed: Int = 0, perHour: Int = 3600, perKilometre: Int = 0, perTaskHour: Int = 0) {
    self.fixed = fixed
    self.perHour = perHour
    self.perKilometre = perKilometre
    self.perTaskHour = perTaskHour
  }
}

/// A vehicle with its crew.
public struct FleetVehicle: Sendable, Hashable {
  public var id: Int
  public var profile = "car"
  public var description: String?
  /// nil: the route begins at its first task.
  public var start: FleetPlace?
  /// nil: the route ends at its last task.
  public var end: FleetPlace?
  public var capacity: [Int] = []
  public var skills: Set<Int> = []
  /// Selects `setupPerType` and `servicePerType`.
  public var type: String?
  /// nil: any time.
  public var window: ClosedRange<Int>?
  /// In the order in which they are taken.
  public var breaks: [FleetBreak] = []
  public var costs = FleetCosts()
  /// Times of the matrix are divided by it.
  public var speedFactor = 1.0
  public var maxTasks: Int?
  public var maxTravelTime: Int?
  public var maxDistance: Int?
  public var steps: [FleetGivenStep] = []

  public init(id: Int, start: FleetPlace? = nil, end: FleetPlace? = nil) {
    self.id = id
    self.start = start
    self.end = end
  }
}

/// Driving between the places of one profile: row-major, `count × count`, -1 for a pair that cannot be driven.
public struct FleetMatrix: Sendable, Hashable {
  public var count: Int
  /// Seconds.
  public var durations: [Int32]
  /// Metres; nil when not known.
  public var distances: [Int32]?
  /// What a drive costs, in place of its time; nil for the time.
  public var costs: [Int32]?

  /// The pairs that any of the tables lacks are marked in all of them.
  public init(count: Int, durations: [Int32], distances: [Int32]? = nil, costs: [Int32]? = nil) {
    self.count = count
    self.durations = durations
    self.distances = distances
    self.costs = costs
    guard durations.count == count * count, distances.map({ $0.count == durations.count }) ?? true,
      costs.map({ $0.count == durations.count }) ?? true
    else { return }
    for k in durations.indices where durations[k] < 0 || (distances?[k] ?? 0) < 0 || (costs?[k] ?? 0) < 0 {
      self.durations[k] = -1
      self.distances?[k] = -1
      self.costs?[k] = -1
    }
  }

  /// A table of times and distances, as the matrix providers give it.
  public init(_ matrix: CostMatrix) {
    self.init(count: matrix.count, durations: matrix.secondsTable, distances: matrix.metresTable)
  }
}
