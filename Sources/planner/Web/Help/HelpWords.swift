/// What is explained: a page, by the name of its content in the layout.
enum HelpTopic: String, Sendable, CaseIterable {
  case map, plan, trip, road, partners, partner, review, importing, tasks, task, found
}

/// What a page is for and how it is used, in the program itself.
struct HelpWords: Sendable {
  /// One page explained.
  struct Topic: Sendable {
    var title: String
    /// Paragraphs.
    var text: [String]
    /// Keys that work on this page, and what they do.
    var keys: [(key: String, text: String)] = []
  }

  /// One stop of the tour.
  struct Step: Sendable {
    var title: String
    var text: String
    var address: String
    var label: String
  }

  var title: String
  var intro: String
  var keysTitle: String
  /// Keys that work everywhere.
  var everywhere: Topic
  var topics: [HelpTopic: Topic]
  var close: String
  var allHelp: String
  var tourTitle: String
  var showTour: String
  var next: String
  var back: String
  var end: String
  var step: @Sendable (_ number: Int, _ of: Int) -> String
  var tour: [Step]
}
