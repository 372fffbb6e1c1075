import CRM
import Foundation

/// What checking an item did.
public struct CheckResult: Sendable, Hashable {
  /// False when the item had this state and outcome already: nothing was written.
  public var changed: Bool
  public var item: ChecklistItem
  public var task: TaskID
  public var taskState: TripTask.State
  /// The visit the partner has from this stop, when it was done.
  public var visit: ActivityID?
}

extension Writer {
  /// Records how an item of a checklist ended, on the item, on the stop it is, and as one visit on the
  /// partner. Saying the same again changes nothing; saying something else corrects the record.
  ///
  /// - Parameters:
  ///   - state: `done` records a visit, `skipped` none (and removes one recorded by mistake), `open` takes
  ///     the check back.
  ///   - outcome: what came of it; nil keeps what is recorded.
  ///   - at: when the visit was; the partner's last visit follows.
  ///   - reason: why a skipped visit was not made; nil keeps what is recorded.
  ///   - seen: the state the caller knows of, for who may not have heard what others did meanwhile.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/itemIsNoStop(id:)`` for an item with items
  ///   below it, whose state follows theirs, ``StoreError/itemChanged(id:state:outcome:)`` when it has another state
  ///   than the one seen, and not the wanted one.
  @discardableResult
  public func check(
    item id: ChecklistItemID, state: ChecklistItem.State, outcome: String? = nil, at: Date? = nil,
    reason: MissReason? = nil, seen: ChecklistItem.State? = nil
  ) throws -> CheckResult {
    let instant = Date(milliseconds: (at ?? self.at).milliseconds)
    guard var task = try task(ofItem: id), let item = try checklistItem(id) else {
      throw StoreError.notFound(entity: "checklistItem", id: id.description)
    }
    let outcome = outcome?.composed ?? item.outcome
    guard item.children.isEmpty else { throw StoreError.itemIsNoStop(id: id.description) }
    let known = try item.stop.map(facts)
    let reason = state == .skipped ? reason ?? known?.reason : nil
    let isSame = item.state == state && (item.outcome == outcome || state == .open)
    // A stop one has only come to is open too: taking that back is a change.
    if isSame, known?.reason == reason, state != .open || known?.visit != .checkedIn {
      return CheckResult(
        changed: false, item: item, task: task.id, taskState: task.state,
        visit: try item.stop.flatMap { try self.visit(on: $0)?.id })
    }
    if let seen, seen != item.state, !isSame {
      throw StoreError.itemChanged(id: id.description, state: item.state, outcome: item.outcome)
    }
    var after = item
    after.state = state
    after.outcome = state == .open ? "" : outcome
    // A corrected outcome keeps the instant it was first recorded at.
    after.doneAt = state == .open ? nil : (item.state == state ? item.doneAt : instant)
    after.doneBy = state == .open ? nil : actor.user
    try db.run(
      "UPDATE checklist_item SET state = ?, outcome = ?, done_at = ?, done_by = ? WHERE uid = ?",
      .text(after.state.rawValue), .text(after.outcome), .date(after.doneAt), try userRow(after.doneBy),
      id.blob)
    try audit(
      "check", entity: "checklistItem", id: id.description, before: try JSONText.encode(item),
      after: try JSONText.encode(after))
    var visit: ActivityID?
    if let stop = item.stop { visit = try record(after, reason: reason, on: stop) }
    try countVisit(in: task)
    try followItems(of: &task)
    return CheckResult(changed: true, item: after, task: task.id, taskState: task.state, visit: visit)
  }

  /// Records that the manager is at the door of a stop. Saying it again keeps the first time; a stop that has ended
  /// already gets its time of arrival and stays ended.
  /// - Parameter at: when; now when nil.
  /// - Returns: the stop's state and when the manager came, and whether that is new.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/itemIsNoVisit(id:)`` for an item that is no stop.
  @discardableResult
  public func arrive(
    at item: ChecklistItemID, at instant: Date? = nil
  ) throws -> (visit: Stop.VisitState, arrivedAt: Date, changed: Bool) {
    let instant = Date(milliseconds: (instant ?? self.at).milliseconds)
    guard let task = try task(ofItem: item), let found = try checklistItem(item) else {
      throw StoreError.notFound(entity: "checklistItem", id: item.description)
    }
    guard let stop = found.stop else { throw StoreError.itemIsNoVisit(id: item.description) }
    let known = try facts(of: stop)
    if let arrived = known.arrivedAt { return (known.visit, arrived, false) }
    let visit = known.visit == .planned ? .checkedIn : known.visit
    try db.run(
      "UPDATE stop SET visit = ?, arrived_at = ? WHERE uid = ?", .text(visit.rawValue), .date(instant),
      stop.blob)
    try audit(
      "arrive", entity: "stop", id: stop.description,
      before: try JSONText.encode(["visit": known.visit.rawValue]),
      after: try JSONText.encode(["visit": visit.rawValue, "arrivedAt": instant.formatted(.iso8601)]))
    try countVisit(in: task)
    return (visit, instant, true)
  }

  /// A visit is a change of the task and of its trip: whoever plans the trip anew has to know of it.
  private func countVisit(in task: TripTask) throws {
    try db.run("UPDATE task SET version = version + 1 WHERE uid = ?", task.id.blob)
    if let trip = task.trip { try db.run("UPDATE trip SET version = version + 1 WHERE uid = ?", trip.blob) }
  }

  /// What was told of a stop.
  private func facts(
    of stop: StopID
  ) throws -> (visit: Stop.VisitState, arrivedAt: Date?, reason: MissReason?) {
    try db.first("SELECT visit, arrived_at, miss_reason FROM stop WHERE uid = ?", stop.blob) {
      (
        visit: try $0.value(0, in: "stop"), arrivedAt: $0.dateOrNil(1),
        reason: $0.isNull(2) ? nil : try $0.value(2, in: "stop")
      )
    }!
  }

  /// Brings the stop and the partner's visit in line with the item.
  private func record(_ item: ChecklistItem, reason: MissReason?, on stop: StopID) throws -> ActivityID? {
    let row = try stopRow(stop)
    let state: Stop.VisitState =
      switch item.state {
      case .open: .planned
      case .done: .completed
      case .skipped: .skipped
      }
    let partner = try db.first(
      "SELECT s.partner_id, p.uid, s.visit, s.outcome FROM stop s JOIN partner p ON p.id = s.partner_id WHERE s.id = ?",
      .int(row)
    ) { (row: $0.int64(0), id: $0.id(1, of: Partner.self), visit: $0.text(2), outcome: $0.text(3)) }!
    try db.run(
      """
      UPDATE stop SET visit = ?, outcome = ?, miss_reason = ?,
        arrived_at = CASE WHEN ?1 = 'planned' THEN NULL ELSE arrived_at END
      WHERE id = ?
      """, .text(state.rawValue), .text(item.outcome), .optional(reason?.rawValue), .int(row))
    var told = ["visit": state.rawValue, "outcome": item.outcome]
    if let reason { told["missReason"] = reason.rawValue }
    try audit(
      "visit", entity: "stop", id: stop.description,
      before: try JSONText.encode(["visit": partner.visit, "outcome": partner.outcome]),
      after: try JSONText.encode(told))
    let old = try self.visit(on: stop)
    if item.state == .done, let old {
      var corrected = old
      corrected.outcome = item.outcome
      try db.run("UPDATE activity SET outcome = ? WHERE uid = ?", .text(item.outcome), old.id.blob)
      try audit(
        "update", entity: "activity", id: old.id.description, before: try JSONText.encode(old),
        after: try JSONText.encode(corrected))
      return old.id
    }
    if item.state == .done {
      let visit = Activity(
        id: .new(), kind: .visit, partner: partner.id, at: item.doneAt!, author: actor.user,
        outcome: item.outcome, stop: stop)
      try record(activity: visit)
      return visit.id
    }
    if let old {
      try db.run("DELETE FROM activity WHERE uid = ?", old.id.blob)
      try db.run("UPDATE partner SET revision = revision + 1 WHERE id = ?", .int(partner.row))
      try audit("delete", entity: "activity", id: old.id.description, before: try JSONText.encode(old))
      try followVisits(of: partner.id, row: partner.row, removed: old)
    }
    return nil
  }

  /// Brings the state of a task, of its items with items below them and of its trip in line with the leaves, after items
  /// were added or taken away. A task without items keeps the state it was given.
  public func followItems(ofTask id: TaskID) throws {
    guard var task = try task(id), !task.checklist.isEmpty else { return }
    try followItems(of: &task)
  }

  /// Items with children, the task and the trip follow the state of the leaves.
  private func followItems(of task: inout TripTask) throws {
    guard let current = try self.task(task.id) else { return }
    var open = 0
    var finished = 0
    func image(_ item: ChecklistItem) throws -> String {
      var alone = item
      alone.children = []
      return try JSONText.encode(alone)
    }
    func follow(_ item: ChecklistItem) throws -> ChecklistItem.State {
      guard !item.children.isEmpty else {
        if item.state == .open { open += 1 } else { finished += 1 }
        return item.state
      }
      let states = try item.children.map(follow)
      let state: ChecklistItem.State =
        states.contains(.open) ? .open : states.contains(.done) ? .done : .skipped
      if state != item.state {
        let at: Date? = state == .open ? nil : self.at
        try db.run(
          "UPDATE checklist_item SET state = ?, done_at = ?, done_by = NULL WHERE uid = ?",
          .text(state.rawValue), .date(at), item.id.blob)
        var after = item
        after.state = state
        after.doneAt = at
        after.doneBy = nil
        try audit(
          "state", entity: "checklistItem", id: item.id.description, before: try image(item),
          after: try image(after))
      }
      return state
    }
    for item in current.checklist { _ = try follow(item) }
    let state: TripTask.State = open == 0 ? .done : finished == 0 ? .open : .inProgress
    task = current
    if current.state != .cancelled, current.state != state {
      task.state = state
      try db.run("UPDATE task SET state = ? WHERE uid = ?", .text(state.rawValue), task.id.blob)
      try audit(
        "state", entity: "task", id: task.id.description,
        before: try JSONText.encode(["state": current.state.rawValue]),
        after: try JSONText.encode(["state": state.rawValue]))
    }
    if let trip = task.trip { try followStops(of: trip) }
  }

  /// A published trip is under way from its first stop that ended and completed with its last; taking checks back
  /// takes it back. Drafts and cancelled trips stay what they are.
  private func followStops(of trip: TripID) throws {
    let found = try db.first(
      """
      SELECT t.state, count(*), count(*) FILTER (WHERE s.visit IN ('planned', 'checkedIn'))
      FROM trip t JOIN trip_day d ON d.trip_id = t.id JOIN stop s ON s.day_id = d.id WHERE t.uid = ?
      GROUP BY t.id
      """, trip.blob
    ) { (state: try $0.value(0, in: "trip") as Trip.State, stops: $0.int(1), open: $0.int(2)) }
    guard let (before, stops, open) = found, before != .draft, before != .cancelled else { return }
    let after: Trip.State = open == 0 ? .completed : open == stops ? .published : .inProgress
    guard after != before else { return }
    try db.run("UPDATE trip SET state = ? WHERE uid = ?", .text(after.rawValue), trip.blob)
    try audit(
      "state", entity: "trip", id: trip.description,
      before: try JSONText.encode(["state": before.rawValue]),
      after: try JSONText.encode(["state": after.rawValue]))
  }
}
