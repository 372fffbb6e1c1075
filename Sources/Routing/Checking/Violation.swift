/// One constraint that a plan breaks.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
  /// What is broken. The raw values are stable.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The plan has another number of days than the problem.
    case dayCount
    /// A visit number that the problem does not have.
    case unknownVisit
    /// A visit is made more than once.
    case visitedTwice
    /// A visit is both made and left out, or left out twice.
    case leftOutTwice
    /// A visit is neither made nor left out.
    case visitLost
    /// A day starts or ends at the wrong point.
    case startPoint, endPoint
    /// A leg cannot be driven.
    case hole
    /// An arrival, a departure or the day's end is not what driving and lunch make it.
    case arrivalTime, serviceTime, endTime
    /// A visit starts before its window opens or does not end inside it, or the place is closed that day.
    case window
    /// The day leaves too early or ends too late.
    case workStart, workEnd
    /// Lunch lies outside its window, is missing, cut into by a visit, or taken where none is asked for.
    case lunchWindow, lunchMissing, lunchOverlap, lunchUnasked
    /// The day drives longer, or further, than allowed.
    case maxDriving, maxDistance
    /// A visit is waited for longer than allowed.
    case waiting
    /// A visit on a day that is none of its days, off its appointment, or not at its place in the order.
    case visitDay, appointment, slot
    /// A visit made without the one it needs before it.
    case precedence
    /// A place visited twice a day.
    case samePlace
    /// Driving or distance of a day or of the trip is not the sum of its legs.
    case dayDriving, dayDistance, tripDriving, tripDistance
    /// The lower bound is above the driving.
    case lowerBound
    /// A visit made is not kept as it was, or something new stands on a day that is over or before a visit made.
    case history
    /// A must-visit is left out although a day holds it beside the must-visits made that day.
    case mustVisit
  }

  public var kind: Kind
  /// Index of the day, when the violation belongs to one.
  public var day: Int?
  /// Index of the visit, when the violation belongs to one.
  public var visit: Int?
  /// One English sentence with the numbers.
  public var detail: String

  public init(_ kind: Kind, day: Int? = nil, visit: Int? = nil, _ detail: String) {
    self.kind = kind
    self.day = day
    self.visit = visit
    self.detail = detail
  }

  public var description: String {
    let place = [day.map { "day \($0 + 1)" }, visit.map { "visit \($0)" }].compactMap { $0 }
    return place.isEmpty ? "\(kind): \(detail)" : "\(kind) (\(place.joined(separator: ", "))): \(detail)"
  }
}
