import CRM
import Foundation
import Geo
import Store

/// One task with its checklist.
struct TaskView: Sendable {
  var task: TripTask
  var names: [UserID: String]
  /// Logins and names of who may get the task.
  var people: [(login: String, name: String)]
  /// Login of who is responsible.
  var responsible: String?
  var mayEdit: Bool
  var mayAssign: Bool
  /// Stops are ticked off by whoever may record visits.
  var mayRecord: Bool
  var clock: DayClock
  var talk: TaskTalkView
  /// Of everybody.
  var logins: [UserID: String]
  /// Of its stops.
  var photos: [Photo]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.editing
    let records = language.phrases.records
    let isOver = task.state == .done || task.state == .cancelled
    let leaves = Self.leaves(task.checklist)
    func state(_ name: String, _ state: TripTask.State) -> HTMLValue {
      .object(["name": .text(name), "body": .text("{\"state\":\"\(state.rawValue)\"}")])
    }
    // A checklist says itself how far the task is.
    let buttons =
      !mayEdit || task.trip != nil || !leaves.isEmpty
      ? task.trip == nil && mayEdit && !isOver ? [state(words.callOff, .cancelled)] : []
      : isOver
        ? [state(words.markOpen, .open)] : [state(words.markDone, .done), state(words.callOff, .cancelled)]
    let deadline = task.deadline.map { language.moment($0, clock) }
    return .object([
      "editWords": .text(words.script), "trailLabel": .text(language.phrases.maps.whereYouAre),
      "all": .text(records.tasks), "heading": .text(task.title), "address": .text("/api/v1/tasks/\(task.id)"),
      "version": .number(task.version),
      "state": .text(records.taskStates[task.state] ?? task.state.rawValue),
      "late": .optional(
        !isOver && task.deadline.map { $0 < clock.now } == true ? records.overdue : nil),
      "checked": .optional(
        leaves.isEmpty ? nil : records.checked(leaves.count { $0.state != .open }, leaves.count)),
      "facts": .list(
        [
          (records.deadline, deadline),
          (language.phrases.responsible, task.responsible.flatMap { names[$0] }),
          (words.creator, task.creator.flatMap { names[$0] }),
        ].compactMap { name, value in value.map { .object(["name": .text(name), "value": .text($0)]) } }),
      "trip": task.trip.map {
        .object([
          "address": .text("/trips/\($0)"), "name": .text(words.ofTrip), "road": .text("/road/\($0)"),
          "roadName": .text(language.phrases.road.title),
        ])
      } ?? .flag(false),
      "buttons": .list(buttons), "mayEdit": .flag(mayEdit), "editLabel": .text(words.edit),
      "titleLabel": .text(words.title), "deadlineLabel": .text(records.deadline),
      "deadlineDay": .text(task.deadline.map { LocalDate($0, in: clock.zone).description } ?? ""),
      "responsibleLabel": .text(language.phrases.responsible),
      "isOwn": .flag(task.trip == nil),
      "people": mayAssign
        ? language.options(
          people.map { ($0.login, $0.name) } + [("", records.nobody)], chosen: responsible ?? "")
        : .list([]),
      "mayAssign": .flag(mayAssign && task.trip == nil), "save": .text(words.save),
      "checklistLabel": .text(words.checklist), "noItems": .optional(leaves.isEmpty ? words.noItems : nil),
      "checklist": .list(lines(task.checklist, below: nil, depth: 0, in: language)),
      "addItemLabel": .text(words.addItem), "add": .text(words.add),
      "talk": talk.values(for: task, self, in: language),
    ])
  }

  /// The tree in the order in which it is read, each line with its depth.
  private func lines(
    _ items: [ChecklistItem], below parent: ChecklistItemID?, depth: Int, in language: Language
  ) -> [HTMLValue] {
    items.enumerated().flatMap { index, item -> [HTMLValue] in
      let when = item.doneAt.map { language.moment($0, clock) }
      let who = item.doneBy.flatMap { names[$0] }
      let isLeaf = item.children.isEmpty
      let line = HTMLValue.object([
        "id": .text(item.id.description), "title": .text(title(of: item, in: language)),
        "depth": .number(min(depth, 5)),
        "isLeaf": .flag(isLeaf), "isDone": .flag(item.state != .open), "state": .text(item.state.rawValue),
        "check": .text("/api/v1/tasks/\(task.id)/items/\(item.id)/check"),
        "item": .text("/api/v1/tasks/\(task.id)/items/\(item.id)"),
        "skipped": .optional(
          isLeaf && item.state == .skipped ? language.phrases.visit[.skipped] : nil),
        "outcome": .optional(item.outcome.isEmpty ? nil : item.outcome),
        "photos": PhotoStrip(
          photos: photos.filter { $0.item == item.id }, name: item.title, clock: clock,
          remover: { [mayEdit, user = talk.user] in mayEdit || $0.author == user }
        ).values(in: language),
        "told": .optional(
          isLeaf
            ? when.map { when in who.map { language.phrases.editing.doneBy($0, when) } ?? when } : nil),
        "ticks": .flag(mayTick && isLeaf && (item.stop == nil || mayRecord)),
        "about": .optional(item.partner.map { "/partners/\($0)" }),
        "aboutLabel": .text(language.phrases.records.partner),
        "undo": isLeaf && item.state == .open
          ? undo(item, at: index, below: parent, in: language) : .flag(false),
        "removes": .optional(
          mayEdit && !item.isOfTrip ? "\(language.phrases.editing.remove): \(item.title)" : nil),
      ])
      return [line] + lines(item.children, below: item.id, depth: depth + 1, in: language)
    }
  }

  /// A day of a trip is kept in English, as it was planned, and said in the language of the page.
  private func title(of item: ChecklistItem, in language: Language) -> String {
    let form = /Day ([0-9]{1,3}), ([0-9-]{10}): (\S+), (?:([0-9]{1,4}) visits?|the way back), ([0-9]{1,6}) km/
    guard task.trip != nil, let found = item.title.wholeMatch(of: form),
      let day = Int(found.1), let date = LocalDate(String(found.2)), let kilometres = Double(found.5)
    else { return item.title }
    return [
      "\(language.phrases.day(day)), \(language.date(date)): \(found.3)",
      found.4.flatMap { Int($0) }.map(language.phrases.stops),
      language.distance(Metres(kilometres: kilometres)),
    ].compactMap(\.self).joined(separator: ", ")
  }

  /// Whoever takes part ticks off what is no visit.
  private var mayTick: Bool {
    mayEdit || (talk.maySpeak && task.trip == nil && task.participants.contains(talk.user))
  }

  /// Puts an item back where it stood.
  private func undo(
    _ item: ChecklistItem, at index: Int, below parent: ChecklistItemID?, in language: Language
  ) -> HTMLValue {
    let body = JSONValue.object(
      [("title", .string(item.title)), ("parent", .optional(parent)), ("position", .int(index + 1))]
        + (item.partner.map { [("partner", .id($0))] } ?? []))
    return .object([
      "told": .text(language.phrases.taskTalk.itemRemoved), "body": .text(body.json),
      "to": .text("/api/v1/tasks/\(task.id)/items"), "label": .text(language.phrases.views.undo),
    ])
  }

  static func leaves(_ items: [ChecklistItem]) -> [ChecklistItem] {
    items.flatMap { $0.children.isEmpty ? [$0] : leaves($0.children) }
  }
}

extension PageRenderer {
  func task(_ view: TaskView, in frame: PageFrame) -> String {
    page(
      title: view.task.title, trips: [], in: frame.at(.tasks),
      content: ["task": view.values(in: frame.language)], more: ["withForms": .flag(true)])
  }
}
