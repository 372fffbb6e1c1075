import Foundation
import Geo
import Store

/// The tags of all partners, each with what it may become.
struct TagsView: Sendable {
  var uses: [TagUse]

  /// The list of the partners with a tag.
  private static func address(of tag: String) -> String {
    var address = URLComponents()
    address.path = "/partners"
    address.queryItems = [URLQueryItem(name: "tag", value: tag)]
    return (address.string ?? "/partners").replacing("+", with: "%2B")
  }

  func values(in language: Language) -> HTMLValue {
    let (words, records) = (language.phrases.tags, language.phrases.records)
    return .object([
      "intro": .text(words.intro), "tagHead": .text(words.tag), "countHead": .text(words.partners),
      "changeHead": .text(words.change), "change": .text(words.change), "nameLabel": .text(words.newName),
      "rename": .text(words.rename), "remove": .text(words.remove), "underWay": .text(words.underWay),
      "hasTags": .flag(!uses.isEmpty), "none": .optional(uses.isEmpty ? words.none : nil),
      "rows": .list(
        uses.map { use in
          .object([
            "tag": .text(use.tag), "count": .text(records.partnerCount(use.partners)),
            "changeLabel": .text("\(words.change): \(use.tag)"),
            "address": .text(Self.address(of: use.tag)),
            "removeText": .text(words.removeText(records.partnerCount(use.partners))),
            "body": .text(
              JSONValue.object([("tag", .string(use.tag)), ("to", .null)]).json),
          ])
        }),
    ])
  }
}

/// The words of the page of tags.
struct TagWords: Sendable {
  var title: String
  var intro: String
  var tag: String
  var partners: String
  var change: String
  var newName: String
  var rename: String
  var remove: String
  /// Partners are counted as ``RecordWords/partnerCount`` says it.
  var removeText: @Sendable (_ partners: String) -> String
  var underWay: String
  var none: String
}

extension TagWords {
  static let english = TagWords(
    title: "Tags",
    intro: "A new name is given to all partners with the tag, and to the selections and views that name it. "
      + "A name that is there already joins the two.",
    tag: "Tag", partners: "Partners", change: "Change", newName: "New name", rename: "Rename or join",
    remove: "Take it away", removeText: { "It is taken from \($0) and does not come back." },
    underWay: "Being changed …",
    none: "No partner has a tag yet. They get them on their cards, or many at once on the map.")

  static let russian = TagWords(
    title: "Метки",
    intro: "Новое название получат все партнёры с этой меткой, а также выборки и виды, где она названа. "
      + "Если такая метка уже есть, две станут одной.",
    tag: "Метка", partners: "Партнёры", change: "Изменить", newName: "Новое название",
    rename: "Переименовать или объединить", remove: "Убрать метку",
    removeText: { "Будет снята: \($0). Вернуть её нельзя." }, underWay: "Меняем…",
    none: "Меток пока нет. Их ставят в карточке партнёра или на карте, сразу многим.")
}
