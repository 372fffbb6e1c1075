/// What the help shows: everything, or what belongs to one page.
struct HelpView: Sendable {
  /// The page that is explained; nil for all of them.
  var topic: HelpTopic?

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.help
    return .object([
      "heading": .text(words.title), "intro": .text(words.intro), "tourLabel": .text(words.showTour),
      "part": part(in: language),
    ])
  }

  /// The topics alone.
  func part(in language: Language) -> HTMLValue {
    let words = language.phrases.help
    let topics = topic.map { [$0] } ?? HelpTopic.allCases
    let shown =
      topics.compactMap { one in words.topics[one].map { (one.rawValue, $0) } } + [
        ("everywhere", words.everywhere)
      ]
    return .object([
      "topics": .list(
        shown.map { id, one in
          .object([
            "id": .text(id), "title": .text(one.title),
            "paragraphs": .list(one.text.map { .object(["paragraph": .text($0)]) }),
            "hasKeys": .flag(!one.keys.isEmpty), "keysLabel": .text(language.phrases.review.keysTitle),
            "keys": .list(one.keys.map { .object(["key": .text($0.key), "does": .text($0.text)]) }),
          ])
        })
    ])
  }

  /// The tour, a step after another.
  static func tour(in language: Language) -> HTMLValue {
    let words = language.phrases.help
    return .object([
      "heading": .text(words.tourTitle), "nextLabel": .text(words.next), "backLabel": .text(words.back),
      "endLabel": .text(words.end), "closeLabel": .text(words.close),
      "steps": .list(
        TourStop.allCases.enumerated().map { index, stop in
          .object([
            "title": .text(words.tour[stop]?.title ?? ""), "text": .text(words.tour[stop]?.text ?? ""),
            "address": .text(stop.address), "label": .text(stop.label(in: language.phrases)),
            "place": .text(words.step(index + 1, TourStop.allCases.count)),
            "later": .flag(index > 0),
          ])
        }),
    ])
  }
}

extension PageRenderer {
  /// All of the help as a page.
  func help(in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.help.title, trips: [], in: frame,
      content: ["help": HelpView().values(in: frame.language)])
  }

  /// What belongs to one page, without a page around it.
  func help(on topic: HelpTopic, in language: Language) -> String {
    fragment("help-topics", ["part": HelpView(topic: topic).part(in: language)])
  }

  func tour(in language: Language) -> String {
    fragment("tour", ["tour": HelpView.tour(in: language)])
  }
}
