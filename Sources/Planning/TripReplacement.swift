import CRM
import Foundation
import Geo
import Store

extension TripPlanner {
  /// Keeps a plan made anew by ``replan(_:in:)`` in place of the trip it was made from, in one transaction.
  ///
  /// The trip, its task and the stops of the same partners keep their identity, the version grows: calendars move
  /// their events, and nobody is visited for two trips. Stops whose visit is over stay, first on their day.
  /// - Throws: `StoreError.staleVersion` when the trip was changed meanwhile.
  public func replace(
    _ old: Trip, task oldTask: TripTask?, by result: Result, in database: Database, as actor: Actor, at: Date
  ) throws -> (trip: Trip, task: TripTask) {
    let trip = TripReplacement.trip(result.trip, inPlaceOf: old)
    let task = TripReplacement.task(
      for: trip, partners: result.partners, inPlaceOf: oldTask, of: old, creator: actor.user)
    try database.write(as: actor, at: at) { try $0.save(trip, task: task) }
    var stored = trip
    stored.version += 1
    return (stored, task)
  }
}

/// A new plan under the identity of an old trip.
enum TripReplacement {
  static func trip(_ new: Trip, inPlaceOf old: Trip) -> Trip {
    var trip = new
    trip.id = old.id
    trip.version = old.version
    trip.responsible = old.responsible
    trip.state = old.state == .inProgress ? .inProgress : .published
    var known: [PartnerID: StopID] = [:]
    for stop in old.days.flatMap(\.stops) where stop.visit == .planned { known[stop.partner] = stop.id }
    var days: [LocalDate: TripDay] = [:]
    for var day in trip.days {
      for index in day.stops.indices {
        if let id = known.removeValue(forKey: day.stops[index].partner) { day.stops[index].id = id }
      }
      days[day.date] = day
    }
    for past in old.days {
      let over = past.stops.indices.filter { past.stops[$0].visit != .planned }
      guard let last = over.last else { continue }
      var day =
        days[past.date]
        ?? TripDay(
          date: past.date, start: past.start, end: past.stops[last].departure, stops: [], legs: [])
      let legs = over.map { past.legs[$0] }
      day.stops = over.map { past.stops[$0] } + day.stops
      day.legs = legs + day.legs
      days[past.date] = day
      let driven = legs.reduce(Seconds.zero) { $0 + $1.seconds }
      trip.metres = legs.reduce(trip.metres) { $0 + $1.metres }
      trip.seconds = trip.seconds + driven
      trip.lowerBoundSeconds = trip.lowerBoundSeconds.map { $0 + driven }
      trip.givenOrderSeconds = trip.givenOrderSeconds.map { $0 + driven }
    }
    trip.days = days.values.sorted { $0.date < $1.date }
    return trip
  }

  /// The checklist of the new plan; items of stops that stay are the old ones, what was recorded on them too.
  static func task(
    for trip: Trip, partners: [PartnerID: PartnerSummary], inPlaceOf old: TripTask?, of oldTrip: Trip,
    creator: UserID?
  ) -> TripTask {
    var task = RouteChecklist.task(
      for: trip, partners: partners, responsible: trip.responsible, creator: creator)
    guard let old else { return task }
    task.id = old.id
    task.creator = old.creator
    task.responsible = old.responsible
    task.state = old.state == .inProgress ? .inProgress : .open
    var items: [StopID: ChecklistItem] = [:]
    for item in old.checklist.flatMap(\.children) { if let stop = item.stop { items[stop] = item } }
    for day in task.checklist.indices {
      for index in task.checklist[day].children.indices {
        guard let stop = task.checklist[day].children[index].stop, var item = items[stop] else { continue }
        if item.state == .open { item.title = task.checklist[day].children[index].title }
        task.checklist[day].children[index] = item
      }
    }
    return task
  }

  /// The trip without the stops that were over when it was planned again: what the optimiser planned.
  static func planned(_ trip: Trip, request: PlanRequest) -> Trip {
    let done = Set(request.alreadyDone)
    var rest = trip
    rest.days = trip.days.compactMap { day in
      let over = day.stops.prefix { done.contains($0.partner) && $0.visit != .planned }.count
      guard over > 0 else { return day }
      var day = day
      let driven = day.legs.prefix(over).reduce(Seconds.zero) { $0 + $1.seconds }
      rest.metres = day.legs.prefix(over).reduce(rest.metres) { $0 - $1.metres }
      rest.seconds = rest.seconds - driven
      rest.lowerBoundSeconds = rest.lowerBoundSeconds.map { $0 - driven }
      day.stops.removeFirst(over)
      day.legs.removeFirst(over)
      return day.legs.isEmpty ? nil : day
    }
    return rest
  }
}
