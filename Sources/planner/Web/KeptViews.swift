import CRM
import Foundation
import Geo
import Store

/// The words of views that are kept.
struct ViewWords: Sendable {
  var title: String
  var keep: String
  var forWhom: String
  var forMe: String
  var forAll: String
  var none: String
  var remove: @Sendable (_ name: String) -> String
  var removed: String
  var undo: String
}

extension ViewWords {
  static let english = ViewWords(
    title: "Kept views", keep: "Keep this view", forWhom: "For", forMe: "me", forAll: "everybody",
    none: "Set filters, then keep them here under a name.",
    remove: { "Remove \($0)" }, removed: "The view is removed.", undo: "Undo")

  static let russian = ViewWords(
    title: "Сохранённые виды", keep: "Сохранить вид", forWhom: "Для кого", forMe: "для меня",
    forAll: "для всех", none: "Задайте фильтры и сохраните их здесь под названием.",
    remove: { "Удалить «\($0)»" }, removed: "Вид удалён.", undo: "Вернуть")
}

/// Choices of partners somebody keeps under names, and those that are kept for everybody.
struct KeptViews: Sendable {
  /// One of them, as pages can show it.
  struct View: Sendable {
    var id: SavedViewID
    var name: String
    var shared: Bool
    var choice: PartnerChoice
    var sort: String
    /// Members a program shows of the list.
    var columns: [String]
    var mayRemove: Bool
    /// Whether whoever looks keeps it: only what one makes anew is one's own again.
    var isOwn: Bool
  }

  var views: [View] = []
  var mayKeep = false
  var mayShare = false

  init() {}

  init(_ reader: Reader, _ identity: Identity?) throws {
    guard let identity else { return }
    let user = identity.user.id
    mayKeep = identity.may(.keepViews)
    mayShare = identity.may(.assignOthers)
    let mayRemoveAll = mayShare
    views = try reader.savedViews(for: user, list: .partners).compactMap { view in
      PartnerChoice(filters: view.filters).map {
        View(
          id: view.id, name: view.name, shared: view.shared, choice: $0, sort: view.sort,
          columns: view.columns, mayRemove: view.owner == user || mayRemoveAll, isOwn: view.owner == user)
      }
    }
  }

  /// - Parameters:
  ///   - choice: what the page shows.
  ///   - sort: the order it stands in; empty on pages without one.
  ///   - page: its address.
  func values(for choice: PartnerChoice, sort: String, on page: String, in language: Language) -> HTMLValue {
    let words = language.phrases.views
    guard mayKeep || !views.isEmpty else { return .flag(false) }
    let order = sort == "name" ? "" : sort
    func address(_ view: View) -> String {
      let parts = [view.choice.address, sort.isEmpty || view.sort.isEmpty ? "" : "sort=\(view.sort)"]
      return "\(page)?" + parts.filter { !$0.isEmpty }.joined(separator: "&")
    }
    return .object([
      "label": .text(words.title), "count": views.isEmpty ? .flag(false) : .number(views.count),
      "editWords": .text(language.phrases.editing.script),
      "none": .optional(views.isEmpty && !choice.isSet ? words.none : nil),
      "list": .list(
        views.map { view in
          .object([
            "id": .text(view.id.description), "name": .text(view.name), "address": .text(address(view)),
            "current": .flag(view.choice == choice && (sort.isEmpty || view.sort == order)),
            "shared": .optional(view.shared ? language.phrases.choosing.shared : nil),
            "removeLabel": .optional(view.mayRemove ? words.remove(view.name) : nil),
            "removed": .text(words.removed), "undo": .text(words.undo),
            "again": .optional(view.isOwn ? Self.body(view) : nil),
          ])
        }),
      "keep": mayKeep && choice.isSet
        ? .object([
          "keepLabel": .text(words.keep), "nameLabel": .text(language.phrases.editing.name),
          "filters": .text(PageRenderer.json(choice.filters)), "sort": .optional(order.isEmpty ? nil : order),
          "forWhom": .optional(mayShare ? words.forWhom : nil),
          "whoever": language.options([("false", words.forMe), ("true", words.forAll)], chosen: "false"),
        ]) : .flag(false),
    ])
  }

  /// What makes the view anew once it is gone.
  private static func body(_ view: View) -> String {
    let members: [(String, JSONValue)] = [
      ("name", .string(view.name)), ("list", .string(SavedView.List.partners.rawValue)),
      ("shared", .bool(view.shared)),
      (
        "filters", .object(view.choice.filters.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
      ),
      ("sort", .optional(view.sort.isEmpty ? nil : view.sort)), ("columns", .texts(view.columns)),
    ]
    return JSONValue.object(members).json
  }
}
