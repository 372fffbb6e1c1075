import CRM
import Foundation
import Geo

/// The days of a trip as lines of time, one below the other on the same hours: when one drives, visits, waits and eats.
struct DayTimeline: Sendable {
  /// A stretch of a day.
  struct Part: Sendable, Equatable {
    enum Kind: String, Sendable { case drive, wait, visit, lunch }
    var kind: Kind
    /// Minutes since midnight where the trip is.
    var from: Int
    var to: Int
    var stop: Stop?
  }

  /// Full hours that hold every day; an even number of them, eight at least.
  let hours: ClosedRange<Int>
  private let zone: TimeZone

  init(_ days: [TripDay], in zone: TimeZone) {
    self.zone = zone
    let spans = days.map { day in
      (Self.minutes(day.start, on: day, zone), Self.minutes(day.end, on: day, zone))
    }
    let first = max(0, (spans.map(\.0).min() ?? 540) / 60)
    let last = max(first + 8, ((spans.map(\.1).max() ?? 1080) + 59) / 60)
    hours = first...(last + (last - first) % 2)
  }

  private static func minutes(_ instant: Date, on day: TripDay, _ zone: TimeZone) -> Int {
    let midnight = day.date.instant(secondsAfterMidnight: 0, in: zone)
    return Int((instant.timeIntervalSince(midnight) / 60).rounded())
  }

  /// What a day holds, in its order. Lunch lies where it is taken: on the way, or while one waits.
  func parts(of day: TripDay) -> [Part] {
    func minutes(_ instant: Date) -> Int { Self.minutes(instant, on: day, zone) }
    var parts: [Part] = []
    var here = minutes(day.start)
    func add(_ kind: Part.Kind, to end: Int, _ stop: Stop? = nil) {
      if end > here { parts.append(Part(kind: kind, from: here, to: end, stop: stop)) }
      here = max(here, end)
    }
    func way(to end: Int, _ kind: Part.Kind, lunch length: Int) {
      if let lunch = day.lunch.map(minutes), lunch >= here, lunch < end, length > 0 {
        add(kind, to: lunch)
        add(.lunch, to: min(end, lunch + length))
      }
      add(kind, to: end)
    }
    /// What of the way is no driving is lunch.
    func drive(to end: Int, _ leg: Leg?) {
      way(to: end, .drive, lunch: leg.map { end - here - ($0.seconds.value + 30) / 60 } ?? 0)
    }
    for (index, stop) in day.stops.enumerated() {
      drive(to: minutes(stop.arrival), index < day.legs.count ? day.legs[index] : nil)
      // Who waits may eat until the door opens.
      way(to: minutes(stop.serviceStart), .wait, lunch: .max / 2)
      add(.visit, to: minutes(stop.departure), stop)
    }
    drive(to: minutes(day.end), day.legs.count > day.stops.count ? day.legs.last : nil)
    return parts
  }

  /// What a page draws, on a width of one for each minute.
  /// - Parameters:
  ///   - swatch: number of the day's colour.
  ///   - first: number of the day's first stop.
  func values(of day: TripDay, swatch: Int, first: Int, in language: Language) -> HTMLValue {
    let words = language.phrases
    let left = hours.lowerBound * 60
    func clock(_ minutes: Int) -> String {
      let (hour, minute) = (minutes / 60 % 24, minutes % 60)
      return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
    var number = first - 1
    return .object([
      "width": .number((hours.upperBound - hours.lowerBound) * 60),
      "hours": .list(hours.map { .object(["x": .number($0 * 60 - left)]) }),
      "labels": .list(
        stride(from: hours.lowerBound, through: hours.upperBound, by: 2).map {
          .object(["label": .number($0 % 24)])
        }),
      "parts": .list(
        parts(of: day).map { part in
          let span = language.duration(Seconds(minutes: part.to - part.from))
          let what: String
          switch part.kind {
          case .drive: what = "\(span) \(words.driving)"
          case .wait: what = words.waiting(span)
          case .lunch: what = "\(words.lunch), \(span)"
          case .visit:
            number += 1
            what = "\(number). \(part.stop?.name ?? "")"
          }
          return .object([
            "kind": .text(part.kind.rawValue), "x": .number(part.from - left),
            "length": .number(part.to - part.from), "colour": .flag(part.kind == .visit),
            "swatch": .number(swatch),
            "what": .text("\(clock(part.from))–\(clock(part.to)) \(what)"),
          ])
        }),
    ])
  }
}
