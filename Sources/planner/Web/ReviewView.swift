import CRM
import Geo
import Store

/// The queue of partners whose place a person should look at, beside a map.
struct ReviewView: Sendable {
  /// Those without a place, then those whose address changed, then those placed below the house.
  var partners: [Partner]
  /// How many there are, listed or not.
  var total: Int
  /// Where the map stands for a partner without a place.
  var around: BoundingBox?
  var pageCode: String?

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.review, language.phrases.records)
    var script = [
      "looking": words.looking, "nothing": words.nothingFound, "now": words.now, "put": words.put,
      "sure": words.sure("1"), "done": words.done, "skipped": words.skipped, "notMarked": words.notMarked,
      "conflict": words.conflict, "byHand": records.byHand, "left": words.left(-1),
    ]
    for (level, name) in records.levels { script["level-\(level.rawValue)"] = name }
    return .object([
      "heading": .text(words.title), "intro": .text(words.intro), "leftText": .text(words.left(total)),
      "total": .number(total), "onMap": .text(language.phrases.map.onMap),
      "script": .text(PageRenderer.json(script)), "code": .optional(pageCode),
      "trailLabel": .text(language.phrases.maps.whereYouAre), "allLabel": .text(records.allPartners),
      "around": .optional(around.map { "\($0.west),\($0.south),\($0.east),\($0.north)" }),
      "some": .flag(!partners.isEmpty), "fineTitle": .text(words.allFine.title),
      "fineText": .text(words.allFine.text),
      "toMap": .text(words.toMap), "lookLabel": .text(language.phrases.records.address),
      "lookAgain": .text(words.lookAgain),
      "acceptLabel": .text(words.accept), "skipLabel": .text(words.skip), "backLabel": .text(words.back),
      "queueLabel": .text(words.queue),
      "more": .optional(total > partners.count ? words.more(total - partners.count) : nil),
      "keysTitle": .text(words.keysTitle),
      "keys": .list(words.keys.map { .object(["key": .text($0.key), "text": .text($0.text)]) }),
      "queue": .list(partners.map { item($0, language) }),
    ])
  }

  private func item(_ partner: Partner, _ language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.review, language.phrases.records)
    let location = partner.location
    let why = location.map { $0.stale ? words.stale : records.levels[$0.level] ?? $0.level.rawValue }
    return .object([
      "id": .text(partner.id.description), "version": .number(partner.version), "name": .text(partner.name),
      "address": .optional(partner.visitAddress?.text),
      "country": .optional(partner.visitAddress?.components.country),
      "latitude": .optional(location.map { String($0.coordinate.latitude) }),
      "longitude": .optional(location.map { String($0.coordinate.longitude) }),
      "level": .optional(location?.level.rawValue), "why": .text(why ?? words.nowhere),
    ])
  }
}

extension PageRenderer {
  func review(_ view: ReviewView, in frame: PageFrame) -> String {
    mapPage(
      title: frame.language.phrases.review.title, in: frame.at(.partners),
      content: ["review": view.values(in: frame.language)])
  }
}
