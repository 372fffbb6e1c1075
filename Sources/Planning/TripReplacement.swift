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
    var (stored, kept) = (trip, task)
    stored.version += 1
    if oldTask != nil { kept.version += 1 }
    return (stored, kept)
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
    trip.state = state(of: trip)
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

  /// As ticking its stops off leaves it.
  private static func state(of trip: Trip) -> Trip.State {
    let stops = trip.days.flatMap(\.stops)
    let open = stops.count { $0.visit == .planned || $0.visit == .checkedIn }
    return open == stops.count ? .published : open == 0 ? .completed : .inProgress
  }

  /// The checklist of the new plan; items of stops that stay are the old ones, what was recorded on them too, and lines
  /// of one's own stay on their day, or beside the days when theirs is gone.
  static func task(
    for trip: Trip, partners: [PartnerID: PartnerSummary], inPlaceOf old: TripTask?, of oldTrip: Trip,
    creator: UserID?
  ) -> TripTask {
    let fresh = RouteChecklist.task(
      for: trip, partners: partners, responsible: trip.responsible, creator: creator)
    guard let old else { return fresh }
    var task = old
    // The end of the trip is the deadline until somebody says otherwise.
    if old.deadline == oldTrip.days.last?.end { task.deadline = fresh.deadline }

    var known: [LocalDate: ChecklistItem] = [:]
    var own: (before: [ChecklistItem], after: [ChecklistItem]) = ([], [])
    for item in old.checklist {
      if let date = day(of: item, in: oldTrip) {
        known[date] = item
      } else if isOwn(item) {
        if known.isEmpty { own.before.append(item) } else { own.after.append(item) }
      }
    }
    let lines = stopLines(fresh, of: trip, partners, old)
    var days: [ChecklistItem] = []
    for (index, day) in trip.days.enumerated() {
      var item = fresh.checklist[index]
      item.children = lines[index]
      let before = known.removeValue(forKey: day.date)
      if let before {
        item.id = before.id
        for (place, line) in before.children.enumerated() where isOwn(line) {
          item.children.insert(line, at: min(place, item.children.count))
        }
      }
      follow(&item, before)
      days.append(item)
    }
    let left = known.sorted { $0.key < $1.key }.flatMap { $0.value.children.filter(isOwn) }
    task.checklist = own.before + days + left + own.after
    let leaves = task.checklist.flatMap(Self.leaves)
    let open = leaves.count { $0.state == .open }
    task.state = open == 0 ? .done : open == leaves.count ? .open : .inProgress
    return task
  }

  /// The items of the new plan's stops, day by day: those that stay are the old ones, called as they are now.
  private static func stopLines(
    _ fresh: TripTask, of trip: Trip, _ partners: [PartnerID: PartnerSummary], _ old: TripTask
  ) -> [[ChecklistItem]] {
    var items: [StopID: ChecklistItem] = [:]
    for item in old.checklist.flatMap(\.children) { if let stop = item.stop { items[stop] = item } }
    // Address and telephone of the others are not asked for again.
    let planned = trip.days.flatMap(\.stops).filter { $0.visit == .planned && partners[$0.partner] != nil }
    let renamed = Set(planned.map(\.id))
    return fresh.checklist.map { day in
      day.children.map { line in
        guard let stop = line.stop, var item = items[stop] else { return line }
        if item.state == .open, renamed.contains(stop) { item.title = line.title }
        return item
      }
    }
  }

  /// The day of a trip that an item is; nil for a line of one's own.
  private static func day(of item: ChecklistItem, in trip: Trip) -> LocalDate? {
    let stops = Set(item.children.compactMap(\.stop))
    for (index, day) in trip.days.enumerated() {
      if day.stops.contains(where: { stops.contains($0.id) }) { return day.date }
      // The way back has nothing below it.
      let name = RouteChecklist.dayName(index, day.date)
      if day.stops.isEmpty, item.stop == nil, item.title.hasPrefix(name + ":") { return day.date }
    }
    return nil
  }

  private static func isOwn(_ item: ChecklistItem) -> Bool {
    item.stop == nil && item.children.allSatisfy(isOwn)
  }

  private static func leaves(_ item: ChecklistItem) -> [ChecklistItem] {
    item.children.isEmpty ? [item] : item.children.flatMap(leaves)
  }

  /// The item of a day follows those below it, as ticking them off has it.
  private static func follow(_ item: inout ChecklistItem, _ before: ChecklistItem?) {
    guard !item.children.isEmpty else {
      if let before, before.children.isEmpty {
        (item.state, item.outcome) = (before.state, before.outcome)
        (item.doneAt, item.doneBy) = (before.doneAt, before.doneBy)
      }
      return
    }
    let states = item.children.map(\.state)
    item.state = states.contains(.open) ? .open : states.contains(.done) ? .done : .skipped
    guard item.state != .open else { return }
    item.doneAt =
      before?.state == item.state ? before?.doneAt : item.children.compactMap(\.doneAt).max()
  }
}
