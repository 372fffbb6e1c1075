import Foundation
import Geo

/// A planned journey of one manager: days of ordered stops, the legs between them, and who was left out.
public struct Trip: Hashable, Sendable, Codable {
  public enum State: String, Codable, Sendable, CaseIterable {
    case draft, published, inProgress, completed, cancelled
  }
  /// Where distances and times came from.
  public enum Matrix: String, Codable, Sendable, CaseIterable { case greatCircle, roads }

  public var id: TripID
  public var title: String
  public var state: State
  public var responsible: UserID?
  public var start: Place
  /// Nil for an open end.
  public var end: Place?
  /// IANA name; days and clock times of the trip are local to it.
  public var timeZone: String
  public var days: [TripDay]
  public var unassigned: [UnassignedStop]
  public var matrix: Matrix
  /// Driving of all days.
  public var metres: Metres
  public var seconds: Seconds
  /// No plan of the same visits can drive less than this.
  public var lowerBoundSeconds: Seconds?
  /// Driving if the visits were made in the order given.
  public var givenOrderSeconds: Seconds?
  /// The request that made it, as JSON, so that it can be planned again.
  public var request: String
  /// Grows by one each time the trip is saved again, called off or visited.
  public var version: Int

  public init(
    id: TripID = .new(), title: String, state: State = .draft, responsible: UserID? = nil, start: Place,
    end: Place?, timeZone: String, days: [TripDay], unassigned: [UnassignedStop], matrix: Matrix,
    metres: Metres, seconds: Seconds, lowerBoundSeconds: Seconds? = nil,
    givenOrderSeconds: Seconds? = nil, request: String = "{}", version: Int = 1
  ) {
    self.id = id
    self.title = title
    self.state = state
    self.responsible = responsible
    self.start = start
    self.end = end
    self.timeZone = timeZone
    self.days = days
    self.unassigned = unassigned
    self.matrix = matrix
    self.metres = metres
    self.seconds = seconds
    self.lowerBoundSeconds = lowerBoundSeconds
    self.givenOrderSeconds = givenOrderSeconds
    self.request = request
    self.version = version
  }

  /// Whether someone who might be visited is not for want of room: then the bound is about the driving of the visits
  /// made, not about which are made.
  public var leavesOutForRoom: Bool {
    unassigned.contains { [.dayFull, .tripFull, .windowMissed].contains($0.reason) }
  }

  /// How far above the proven lower bound the driving lies, in percent.
  public var gapPercent: Double? {
    guard let bound = lowerBoundSeconds, bound.value > 0 else { return nil }
    return (Double(seconds.value) / Double(bound.value) - 1) * 100
  }
}

/// A named point: the office, a hotel, a map click.
public struct Place: Hashable, Sendable, Codable {
  public var label: String
  public var coordinate: Coordinate
  public init(label: String, coordinate: Coordinate) {
    self.label = label
    self.coordinate = coordinate
  }
}

public struct TripDay: Hashable, Sendable, Codable {
  public var date: LocalDate
  /// Leaving the day's first place and reaching its last.
  public var start: Date
  public var end: Date
  public var stops: [Stop]
  /// In driving order. `legs[i]` leads to `stops[i]`; one more leads to the day's end when it has one.
  public var legs: [Leg]
  /// Start of lunch, when one was planned.
  public var lunch: Date?
  /// Where the night after the day is spent, when that is neither home nor at the last stop; the day's last leg leads
  /// there, and the next day begins there.
  public var lodging: Lodging?

  public init(
    date: LocalDate, start: Date, end: Date, stops: [Stop], legs: [Leg], lunch: Date? = nil,
    lodging: Lodging? = nil
  ) {
    self.date = date
    self.start = start
    self.end = end
    self.stops = stops
    self.legs = legs
    self.lunch = lunch
    self.lodging = lodging
  }
}

/// A place for the night.
public struct Lodging: Hashable, Sendable, Codable {
  public var place: Place
  /// The hotel, when it is a partner; nil for a town, or the start of the trip.
  public var partner: PartnerID?

  public init(place: Place, partner: PartnerID? = nil) {
    self.place = place
    self.partner = partner
  }
}

/// One visit of the trip.
public struct Stop: Hashable, Sendable, Codable {
  public enum VisitState: String, Codable, Sendable, CaseIterable {
    case planned, checkedIn, completed, missed, skipped, cancelled
  }
  public var id: StopID
  public var partner: PartnerID
  /// The partner's name and place as they were when planned.
  public var name: String
  public var coordinate: Coordinate
  public var arrival: Date
  /// `arrival` plus waiting for the door to open.
  public var serviceStart: Date
  public var departure: Date
  public var locked: Bool
  public var visit: VisitState
  public var outcome: String
  /// When the manager came, as told at the door.
  public var arrivedAt: Date?
  /// Why a skipped visit was not made, when that was told.
  public var missReason: MissReason?

  public init(
    id: StopID = .new(), partner: PartnerID, name: String, coordinate: Coordinate, arrival: Date,
    serviceStart: Date, departure: Date, locked: Bool = false, visit: VisitState = .planned,
    outcome: String = "", arrivedAt: Date? = nil, missReason: MissReason? = nil
  ) {
    self.id = id
    self.partner = partner
    self.name = name
    self.coordinate = coordinate
    self.arrival = arrival
    self.serviceStart = serviceStart
    self.departure = departure
    self.locked = locked
    self.visit = visit
    self.outcome = outcome
    self.arrivedAt = arrivedAt
    self.missReason = missReason
  }
}

/// Why a planned visit was not made.
public enum MissReason: String, Codable, Sendable, CaseIterable {
  case closed, nobodyThere, refused, noTime, wrongAddress, other
}

/// The drive between two neighbouring points of a day.
public struct Leg: Hashable, Sendable, Codable {
  public var metres: Metres
  public var seconds: Seconds
  public var geometry: LineString
  public var source: Trip.Matrix

  public init(metres: Metres, seconds: Seconds, geometry: LineString, source: Trip.Matrix) {
    self.metres = metres
    self.seconds = seconds
    self.geometry = geometry
    self.source = source
  }

  /// Both ways as one: this one, and another that begins where it ends.
  public func followed(by next: Leg) -> Leg {
    Leg(
      metres: metres + next.metres, seconds: seconds + next.seconds,
      geometry: LineString(geometry.points + next.geometry.points.dropFirst()),
      source: source == next.source ? source : .greatCircle)
  }
}

/// A selected partner that is not in the plan, and why.
public struct UnassignedStop: Hashable, Sendable, Codable {
  public var partner: PartnerID
  public var name: String
  public var coordinate: Coordinate?
  public var reason: ReasonCode
  /// The numbers behind the code, in one sentence.
  public var detail: String
  /// The best place on each day that is not over; empty where the partner never came before the optimiser.
  public var obstacles: [DayObstacle]

  public init(
    partner: PartnerID, name: String, coordinate: Coordinate?, reason: ReasonCode, detail: String,
    obstacles: [DayObstacle] = []
  ) {
    self.partner = partner
    self.name = name
    self.coordinate = coordinate
    self.reason = reason
    self.detail = detail
    self.obstacles = obstacles
  }
}

/// Why a selected partner is not in the plan.
public enum ReasonCode: String, Codable, Sendable, CaseIterable {
  case noCoordinates, lowPrecision, unreachable, closedThatDay, windowMissed, dayFull, tripFull, tooFar
  case doNotVisit, visitedRecently, plannedElsewhere
}
