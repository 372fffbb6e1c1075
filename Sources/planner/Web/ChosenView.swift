import CRM
import Geo
import Store

/// Whom a choice on the map holds, and what may be done with them.
struct ChosenView: Sendable {
  var found: SelectedPartners
  /// As it is kept under a name; nil when it cannot be.
  var selection: Selection?
  var people: [(login: String, name: String)]
  var mayChange: Bool
  /// Make anybody responsible, not only oneself.
  var mayAssign: Bool
  /// Keep a selection for everybody.
  var mayShare: Bool
  var mayPlan: Bool
  var mayMakeTasks: Bool
  var mayExport: Bool
  /// Login of whoever asks.
  var user: String

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.choosing, language.phrases.records)
    let names = Dictionary(people.map { ($0.login, $0.name) }) { first, _ in first }
    func counts(_ list: [(name: String, count: Int, colour: String)]) -> HTMLValue {
      .list(
        list.map { one in
          .object([
            "name": .text(one.name), "count": .text(language.phrases.grouped(one.count)),
            "colour": .text(one.colour),
          ])
        })
    }
    let statuses = PartnerStatus.allCases.compactMap { status in
      found.byStatus[status.rawValue].map {
        (name: records.statuses[status] ?? status.rawValue, count: $0, colour: "status-\(status.rawValue)")
      }
    }
    let responsible = found.byResponsible.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      (name: $0.key.isEmpty ? records.nobody : names[$0.key] ?? $0.key, count: $0.value, colour: "")
    }
    let isChanged = mayChange && (1...ChoosingController.mostChanged).contains(found.count)
    let offered = mayAssign ? people : people.filter { $0.login == user }
    let editing = language.phrases.editing
    return .object([
      "count": .text(words.chosen(found.count)), "number": .number(found.count),
      "undo": .text(words.undo), "clear": .text(words.clear),
      "isNobody": .flag(found.count == 0), "nobody": .text(words.nobody),
      "ids": found.count > ChoosingController.mostChanged
        ? .flag(false) : .text(found.entries.map(\.id.description).joined(separator: " ")),
      "selection": .optional(
        selection.flatMap { try? JSONValue.encoding($0) }.map(\.json)),
      "statusLabel": .text(records.status), "statuses": counts(statuses),
      "responsibleLabel": .text(language.phrases.responsible), "responsible": counts(responsible),
      "plan": .optional(
        mayPlan && selection != nil && found.count > 0 ? language.phrases.planning.plan : nil),
      "saveLabel": .text(words.save), "nameLabel": .text(words.name), "sharedLabel": .text(words.shared),
      "mayShare": .flag(mayShare), "maySave": .flag(selection != nil && found.count > 0),
      "changes": isChanged
        ? .object([
          "label": .text(words.change), "assignLabel": .text(words.assign), "tagLabel": .text(words.tag),
          "stateLabel": .text(words.setStatus), "apply": .text(words.apply),
          "people": language.options(
            offered.map { ($0.login, $0.name) } + (mayAssign ? [("", records.nobody)] : [])),
          "states": language.options(
            PartnerStatus.allCases.map { ($0.rawValue, records.statuses[$0] ?? $0.rawValue) }),
        ]) : .flag(false),
      "task": mayMakeTasks && (1...ChoosingController.mostInTask).contains(found.count)
        ? .object([
          "label": .text(words.makeTask), "hint": .text(words.makeTaskHint(ChoosingController.mostInTask)),
          "titleLabel": .text(editing.title), "example": .text(words.taskExample),
          "deadlineLabel": .text(records.deadline), "whoLabel": .text(language.phrases.responsible),
          "makers": language.options(offered.map { ($0.login, $0.name) }, chosen: user),
          "make": .text(editing.save),
        ]) : .flag(false),
      "files": mayExport && selection != nil && found.count > 0
        ? .object(["label": .text(words.takeOut)]) : .flag(false),
      "tooMany": mayChange && found.count > ChoosingController.mostChanged
        ? .text(words.tooMany(ChoosingController.mostChanged)) : .flag(false),
    ])
  }
}

extension PageRenderer {
  /// What the map says of a choice, without a page around it.
  func chosen(_ view: ChosenView, in language: Language) -> String {
    fragment("chosen", ["chosen": view.values(in: language)])
  }
}
