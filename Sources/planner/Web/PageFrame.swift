import Geo

/// What surrounds the content of every page: who is signed in, where one stands, how it looks.
struct PageFrame: Sendable {
  /// The parts of the program a reader goes to, in the order in which they stand.
  enum Section: String, Sendable, CaseIterable {
    case map, trips, road, partners, tasks

    var address: String {
      switch self {
      case .map: "/map"
      case .trips: "/trips"
      case .road: "/road"
      case .partners: "/partners"
      case .tasks: "/tasks"
      }
    }
  }

  /// How bright pages are; without one they follow the device.
  enum Theme: String, Sendable, CaseIterable { case light, dark }

  var language: Language
  var theme: Theme?
  /// Whoever has a session.
  var person: PageRenderer.Person?
  /// Whoever looks, with a session or without one: what pages keep on a device is that person's.
  var visitor: (id: String, login: String)?
  /// Whether sections and search are offered: somebody may read records.
  var reads = false
  /// Whether the pages of administration are offered.
  var administers = false
  var section: Section?
  /// What was searched for.
  var query = ""
  /// Where a change of language or brightness leads back to.
  var address = "/"

  init(language: Language) { self.language = language }

  func at(_ section: Section) -> PageFrame {
    var frame = self
    frame.section = section
    return frame
  }

  var values: [String: HTMLValue] {
    let words = language.phrases.frame
    let looks: [(String, String)] = [
      ("", words.asDevice), (Theme.light.rawValue, words.light), (Theme.dark.rawValue, words.dark),
    ]
    return [
      "lang": .text(language.code),
      "theme": .optional(theme?.rawValue),
      "frame": .object([
        "reads": .flag(reads), "administers": .flag(administers),
        "account": .text(language.phrases.account.title),
        "administration": .text(language.phrases.admin.title), "query": .text(query),
        "address": .text(address),
        "sections": .text(words.sections), "search": .text(words.search),
        "searchHint": .text(words.searchHint), "menu": .text(words.menu), "look": .text(words.look),
        "languageLabel": .text(words.language), "apply": .text(words.apply),
        "skip": .text(words.skipToContent), "failed": .text(words.failed),
        "help": .text(language.phrases.help.title), "close": .text(language.phrases.help.close),
        "allHelp": .text(language.phrases.help.allHelp),
        "list": .list(
          Section.allCases.map { one in
            .object([
              "address": .text(one.address), "name": .text(words.section[one] ?? one.rawValue),
              "icon": .text(one.rawValue), "current": .flag(one == section),
            ])
          }),
        "languages": .list(
          Language.all.map { one in
            .object([
              "code": .text(one.code), "name": .text(one.phrases.languageName),
              "chosen": .flag(one.code == language.code),
            ])
          }),
        "looks": .list(
          looks.map { look, name in
            .object([
              "value": .text(look), "name": .text(name), "chosen": .flag(look == theme?.rawValue ?? ""),
            ])
          }),
      ]),
      "person": person.map { .object(["name": .text($0.name), "code": .text($0.code)]) } ?? .flag(false),
      "visitor": visitor.map { .object(["id": .text($0.id), "login": .text($0.login)]) } ?? .flag(false),
    ]
  }
}

/// The words of the frame and of the pages of records.
struct FrameWords: Sendable {
  var sections: String
  var section: [PageFrame.Section: String]
  var search: String
  var searchHint: String
  var menu: String
  var language: String
  var look: String
  var asDevice: String
  var light: String
  var dark: String
  var apply: String
  var skipToContent: String
  /// What scripts say before the reason why something did not work.
  var failed: String

  static let english = FrameWords(
    sections: "Sections",
    section: [
      .map: "Map", .trips: "Trips", .road: RoadWords.english.title, .partners: "Partners", .tasks: "Tasks",
    ],
    search: "Search", searchHint: "Name, address, phone, task", menu: "Menu", language: "Language",
    look: "Brightness", asDevice: "As the device", light: "Light", dark: "Dark", apply: "Apply",
    skipToContent: "Skip to the content", failed: "That did not work: ")

  static let russian = FrameWords(
    sections: "Разделы",
    section: [
      .map: "Карта", .trips: "Поездки", .road: RoadWords.russian.title, .partners: "Партнёры",
      .tasks: "Задачи",
    ],
    search: "Поиск", searchHint: "Имя, адрес, телефон, задача", menu: "Меню", language: "Язык",
    look: "Яркость", asDevice: "Как на устройстве", light: "Светлая", dark: "Тёмная",
    apply: "Применить", skipToContent: "К содержанию", failed: "Не получилось: ")
}
