import CRM
import Exchange
import Foundation
import Geo
import Store

/// The page a list of partners is brought in by, with the runs before.
struct ImportView: Sendable {
  var runs: [ImportRun]
  var pageCode: String?
  var clock: DayClock

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.importing
    let records = language.phrases.records
    var script = [
      "uploading": words.uploading, "readAs": words.readAs, "notRead": words.notRead,
      "running": words.running("1", "2"), "waiting": words.waiting, "stopped": words.stopped,
      "review": language.phrases.review.title, "wouldBe": words.wouldBe, "became": words.became,
      "located": words.located, "moreRows": words.more("1"),
      "undone": words.undone("1", "2"), "level-none": words.nowhere,
    ]
    for (field, name) in records.fields { script["changed-\(field)"] = name }
    for (outcome, name) in words.outcomes { script["outcome-\(outcome)"] = name }
    for (level, name) in records.levels { script["level-\(level.rawValue)"] = name }
    return .object([
      "script": .text(PageRenderer.json(script)), "fields": .text(PageRenderer.json(words.fields)),
      "reasons": .text(
        JSONValue.array(words.reasons.map { .texts([$0.code, $0.report, $0.page]) }).json),
      "marks": .text(PageRenderer.json(words.marks)),
      "editWords": .text(language.phrases.editing.script), "code": .optional(pageCode),
      "trailLabel": .text(language.phrases.maps.whereYouAre), "all": .text(records.allPartners),
      "heading": .text(words.title), "dropLabel": .text(words.drop), "dropText": .text(words.dropText),
      "stop": .text(words.stop), "columnsText": .text(words.columns), "countryLabel": .text(words.country),
      "systemLabel": .text(words.system), "geocodeLabel": .text(words.geocode),
      "tryLabel": .text(words.tryDry),
      "importLabel": .text(words.importAll), "undoLabel": .text(words.undo), "rowHead": .text(words.row),
      "nameHead": .text(records.partner), "outcomeHead": .text(words.outcome),
      "placeHead": .text(records.place),
      "whyHead": .text(words.why), "hasRuns": .flag(!runs.isEmpty), "runsLabel": .text(words.runs),
      "fileHead": .text(words.file), "whenHead": .text(language.phrases.editing.when),
      "runs": .list(
        runs.map { run in
          let state = words.states[run.state.rawValue] ?? ""
          return .object([
            "file": .text(run.source),
            "when": .text(
              language.moment(run.startedAt, clock)),
            "counts": .text(
              [words.counts(run.created, run.updated), state].filter { !$0.isEmpty }.joined(separator: " · ")),
            "undo": .optional([.finished, .interrupted].contains(run.state) ? run.id.description : nil),
            "undoFile": .text("\(words.undo): \(run.source)"),
          ])
        }),
    ])
  }
}

extension PageRenderer {
  func importing(_ view: ImportView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.importing.title, trips: [], in: frame.at(.partners),
      content: ["importing": view.values(in: frame.language)], more: ["withForms": .flag(true)])
  }
}
