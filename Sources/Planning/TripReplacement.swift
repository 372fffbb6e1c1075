import CRM
import Foundation
import Geo
import Store

extension TripPlanner {
  /// Keeps a plan made anew by ``replan(_:in:)`` in place of the trip it was made from, in one transaction.
  ///
  /// The trip, its task and the stops of the same partners keep their identity, the version grows: calendars move
  /// their events, and nobody is visited for two trips. Stops whose visit is over stay, first on their day.
  /// - Throws: ``PlanningError/tripCancelled(title:)``; `StoreError.staleVersion` when the trip was changed meanwhile.
  public func replace(
    _ old: Trip, task oldTask: TripTask?, by result: Result, in database: Database, as actor: Actor, at: Date
  ) throws -> (trip: Trip, task: TripTask) {
    try Self.refuseCancelled(old)
    let (trip, task) = Self.replacement(of: old, task: oldTask, by: result, creator: actor.user)
    try database.write(as: actor, at: at) { try $0.save(trip, task: task) }
    var stored = trip
    stored.version += 1
    return (stored, task)
  }

  /// A trip that was called off stays as it is: a new plan in its place would take that back.
  /// - Throws: ``PlanningError/tripCancelled(title:)``.
  public static func refuseCancelled(_ trip: Trip) throws(PlanningError) {
    guard trip.state != .cancelled else { throw .tripCancelled(title: trip.title) }
  }

  /// A plan made anew as it is saved in place of the old trip and its task; see ``replace(_:task:by:in:as:at:)``.
  public static func replacement(
    of old: Trip, task oldTask: TripTask?, by result: Result, creator: UserID?
  ) -> (trip: Trip, task: TripTask) {
    let trip = TripReplacement.trip(result.trip, inPlaceOf: old)
    let task = TripReplacement.task(
      for: trip, partners: result.partners, inPlaceOf: oldTask, of: old, creator: creator)
    return (trip, task)
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
    trip.unassigned = trip.unassigned.map(\.kept)
    var known: [PartnerID: StopID] = [:]
    for stop in old.days.flatMap(\.stops) where stop.visit == .planned { known[stop.partner] = stop.id }
    for day in trip.days.indices {
      for index in trip.days[day].stops.indices where trip.days[day].stops[index].visit == .planned {
        // A partner planned twice has two stops.
        if let id = known.removeValue(forKey: trip.days[day].stops[index].partner) {
          trip.days[day].stops[index].id = id
        }
      }
    }
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
    task.participants = old.participants
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
}
