/// What is explained: a page, by the name of its content in the layout.
enum HelpTopic: String, Sendable, CaseIterable {
  case map, plan, trip, road, roadReport, partners, partner, review, importing, tasks, task, found, account
  case admin, territories
}

/// Where the tour leads, in its order.
enum TourStop: Sendable, CaseIterable {
  case partners, map, plan, road

  var address: String {
    switch self {
    case .partners: PageFrame.Section.partners.address
    case .map: PageFrame.Section.map.address
    case .plan: "/plan"
    case .road: PageFrame.Section.road.address
    }
  }

  func label(in words: Phrases) -> String {
    switch self {
    case .partners: words.frame.section[.partners] ?? ""
    case .map: words.frame.section[.map] ?? ""
    case .plan: words.planning.plan
    case .road: words.road.title
    }
  }
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
  typealias Step = (title: String, text: String)

  var title: String
  var intro: String
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
  var tour: [TourStop: Step]
}
