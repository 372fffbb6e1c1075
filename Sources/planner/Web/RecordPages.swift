import CRM
import Foundation
import Geo
import Store

/// Tasks in a list.
struct TaskListView: Sendable {
  var items: [TaskSummary]
  /// Only what is still to be done.
  var isOpen: Bool
  var names: [UserID: String]
  var next: String?
  var clock: DayClock
  /// Nil where no task may be made.
  var people: [(login: String, name: String)]?
  var mayAssign = false
  /// Login of who looks.
  var user = ""

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    let nothing = items.isEmpty ? words.noTasks : nil
    let editing = language.phrases.editing
    return .object([
      "heading": .text(words.tasks), "editWords": .text(editing.script),
      "make": people.map { people in
        .object([
          "newTask": .text(editing.newTask), "titleLabel": .text(editing.title),
          "itemsLabel": .text(editing.items), "itemsHint": .text(editing.itemsHint),
          "mayAssign": .flag(mayAssign), "save": .text(editing.save),
          "people": language.options(people.map { ($0.login, $0.name) }, chosen: user),
        ])
      } ?? .flag(false),
      "tabs": .list(
        [(words.openTasks, "/tasks", isOpen), (words.everyTask, "/tasks?all=true", !isOpen)].map {
          .object(["name": .text($0), "address": .text($1), "chosen": .flag($2)])
        }),
      "hasRows": .flag(!items.isEmpty),
      "taskHead": .text(words.task), "stateHead": .text(words.status),
      "responsibleLabel": .text(language.phrases.responsible), "deadlineHead": .text(words.deadline),
      "rows": .list(
        items.map { task in
          let isOver = task.state == .done || task.state == .cancelled
          // On the clock of the trip, else on the reader's.
          let own = DayClock(
            now: clock.now, zone: task.timeZone.flatMap { TimeZone(identifier: $0) } ?? clock.zone)
          return .object([
            "title": .text(task.title), "link": .text("/tasks/\(task.id)"),
            "state": .text(words.taskStates[task.state] ?? task.state.rawValue),
            "checked": .optional(task.items > 0 ? words.checked(task.finished, task.items) : nil),
            "responsible": .optional(task.responsible.flatMap { names[$0] }),
            "deadline": .optional(
              task.deadline.map { "\(language.day(of: $0, own)), \(TripView.clock($0, own.zone))" }),
            "late": .optional(
              !isOver && task.deadline.map { $0 < clock.now } == true ? words.overdue : nil),
          ])
        }),
      "nothing": nothing.map { .object(["title": .text($0.title), "text": .text($0.text)]) } ?? .flag(false),
      "next": .optional(next), "nextLabel": .text(language.phrases.maps.nextPage),
    ])
  }
}

/// What was found.
struct SearchView: Sendable {
  var text: String
  var hits: [SearchHit]

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    let nothing =
      text.isEmpty ? words.searchEmpty : hits.isEmpty ? words.searchNothing(text) : nil
    return .object([
      "heading": .text(text.isEmpty ? language.phrases.frame.search : words.searchFor(text)),
      "groups": .list(
        SearchKind.allCases.compactMap { kind in
          let own = hits.filter { $0.kind == kind }
          guard !own.isEmpty else { return nil }
          return .object([
            "kind": .text(kind.rawValue), "name": .text(words.searchKinds[kind.rawValue] ?? kind.rawValue),
            "hits": .list(
              own.map { hit in
                .object([
                  "label": .text(hit.label), "detail": .optional(hit.detail.isEmpty ? nil : hit.detail),
                  "link": .optional(Self.link(hit)),
                ])
              }),
          ])
        }),
      "nothing": nothing.map { .object(["title": .text($0.title), "text": .text($0.text)]) } ?? .flag(false),
    ])
  }

  /// Those that have a page, best first.
  func shortList(in language: Language) -> HTMLValue {
    let words = language.phrases.records
    return .list(
      hits.compactMap { hit in Self.link(hit).map { (hit, $0) } }.enumerated().map { number, found in
        .object([
          "number": .number(number), "link": .text(found.1), "label": .text(found.0.label),
          "kind": .text(words.searchKinds[found.0.kind.rawValue] ?? found.0.kind.rawValue),
          "detail": .optional(found.0.detail.isEmpty ? nil : found.0.detail),
        ])
      })
  }

  /// Where a hit is shown; nil where it has no page.
  private static func link(_ hit: SearchHit) -> String? {
    let id = hit.id.uuidString.lowercased()
    return switch hit.kind {
    case .partner: "/partners/\(id)"
    case .trip: "/trips/\(id)"
    case .task: "/tasks/\(id)"
    case .user, .selection: nil
    }
  }
}

extension PageRenderer {
  func partners(_ view: PartnerListView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.records.partners, trips: [], in: frame.at(.partners),
      content: ["partners": view.values(in: frame.language)])
  }

  func partner(_ view: PartnerCardView, in frame: PageFrame) -> String {
    page(
      title: view.partner.name, trips: [], in: frame.at(.partners),
      content: ["partner": view.values(in: frame.language)],
      more: [
        "withForms": .flag(view.edit != nil),
        "controls": .text(Self.json(frame.language.phrases.mapControls)),
      ])
  }

  func tasks(_ view: TaskListView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.records.tasks, trips: [], in: frame.at(.tasks),
      content: ["tasks": view.values(in: frame.language)], more: ["withForms": .flag(view.people != nil)])
  }

  func search(_ view: SearchView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.frame.search, trips: [], in: frame,
      content: ["found": view.values(in: frame.language)])
  }
}
