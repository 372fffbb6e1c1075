import CRM
import Geo

/// One language of the interface: its words, and how it writes days, numbers and lengths. The words of a part of the
/// pages stand with that part, the others in the files of `Languages/`; ``all`` lists the languages.
struct Language: Sendable {
  /// BCP 47.
  let code: String
  let decimalSeparator: String
  /// Short names, Monday first.
  let weekdays: [String]
  /// Names of months as they stand in a date, January first.
  let months: [String]
  let phrases: Phrases

  /// English first: it answers when nothing that is asked for is spoken.
  static let all: [Language] = [.english, .russian]

  /// The best language for an `Accept-Language` header (RFC 9110 §12.5.4).
  static func preferred(by header: String?) -> Language {
    guard let header else { return all[0] }
    var best: (quality: Double, language: Language)?
    for entry in header.utf8.split(separator: UInt8(ascii: ",")).prefix(20) {
      let parts = entry.split(separator: UInt8(ascii: ";")).map { part in
        String(decoding: part, as: UTF8.self).filter { $0 != " " && $0 != "\t" }.lowercased()
      }
      guard let range = parts.first, !range.isEmpty else { continue }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      guard quality > 0, quality > best?.quality ?? 0 else { continue }
      let primary = range.split(separator: "-").first.map(String.init) ?? range
      if let match = all.first(where: { $0.code == primary }) ?? (primary == "*" ? all[0] : nil) {
        best = (quality, match)
      }
    }
    return best?.language ?? all[0]
  }

  /// The language of a locale of the environment, as `LANG=ru_RU.UTF-8` sets it.
  static func ofLocale(in environment: [String: String]) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
    return all.first { locale?.hasPrefix($0.code) == true } ?? all[0]
  }

  /// What a user reads.
  /// - Parameter other: where nobody said.
  static func of(_ user: User, else other: Language) -> Language {
    all.first { $0.code == user.language } ?? other
  }

  /// `Mon 14 December`, `пн 14 декабря`.
  func date(_ date: LocalDate) -> String {
    "\(weekdays[date.weekday.rawValue]) \(date.day) \(months[date.month - 1])"
  }

  func decimal(_ value: Double, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let whole = phrases.grouped(scaled / scale)
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard places > 0 else { return sign + whole }
    let fraction = String(scaled % scale)
    return sign + whole + decimalSeparator + String(repeating: "0", count: places - fraction.utf8.count)
      + fraction
  }

  func distance(_ metres: Metres) -> String {
    metres.value < 1000
      ? "\(Int(metres.value.rounded()))\u{A0}\(phrases.metre)"
      : "\(decimal(metres.kilometres, places: metres.kilometres < 10 ? 1 : 0))\u{A0}\(phrases.kilometre)"
  }

  /// To the minute, never broken over two lines: `2 h 5 min`.
  func duration(_ seconds: Seconds) -> String {
    let minutes = (max(0, seconds.value) + 30) / 60
    if minutes < 60 { return "\(minutes)\u{A0}\(phrases.minute)" }
    let rest = minutes % 60
    return rest == 0
      ? "\(minutes / 60)\u{A0}\(phrases.hour)"
      : "\(minutes / 60)\u{A0}\(phrases.hour)\u{A0}\(rest)\u{A0}\(phrases.minute)"
  }
}

/// What a page says instead of showing something.
struct Message: Sendable {
  var title: String
  var text: String
}

/// The words of the pages. A language that misses one does not compile.
struct Phrases: Sendable {
  var languageName: String
  /// A name in quotation marks.
  var quoted: @Sendable (String) -> String
  var metre: String
  var kilometre: String
  var hour: String
  var minute: String
  /// A whole number with its thousands set apart.
  var grouped: @Sendable (Int) -> String

  var trips: String
  var skipToList: String
  var tripOnMap: String
  var checklist: String
  var day: @Sendable (Int) -> String
  var days: @Sendable (Int) -> String
  var stops: @Sendable (Int) -> String
  var visitsDone: @Sendable (_ done: Int, _ of: Int) -> String
  var driving: String
  var start: String
  var end: String
  var openEnd: String
  /// Where a night away is spent.
  var night: String
  /// Said of a stop that a new plan keeps where it is.
  var locked: String
  var responsible: String
  var lunch: String
  var waiting: @Sendable (String) -> String
  var showOnMap: String
  var showInList: String
  var allDays: String
  var leftOut: String
  /// Opens what stands in the way of who is left out.
  var dayByDay: String
  var leftOutCount: @Sendable (Int) -> String
  var gain: @Sendable (_ time: String, _ percent: String) -> String
  var loss: @Sendable (_ time: String) -> String
  var gap: @Sendable (_ percent: String) -> String
  var optimal: String
  /// The same where not all visits fit: the proof is about the driving of those made.
  var gapOfThese: @Sendable (_ percent: String) -> String
  var optimalForThese: String
  var greatCircle: String
  var roads: String
  /// - Parameter percent: of the distance.
  var partlyEstimated: @Sendable (_ estimated: Int, _ of: Int, _ percent: String) -> String
  /// Names the dashed line in the legend.
  var estimatedDrive: String
  var calendar: String
  var visit: [Stop.VisitState: String]
  var reason: [ReasonCode: String]
  /// The sentences that stand with the reasons, by their English form (``Sentences``); empty for English itself.
  var details: [String: String]
  /// Words that stand as values in those sentences.
  var detailValues: [String: String]
  /// The own name of a public holiday; nil where the English one stays.
  var holiday: @Sendable (_ english: String) -> String?
  var dayEnds: @Sendable (_ time: String) -> String
  var lowPrecision: String

  var noTrip: Message
  var noScript: String
  var noMap: String
  var tripState: [Trip.State: String]

  var notFound: Message
  var notAllowed: Message
  /// Of what one may not do.
  var forbidden: Message
  /// After too many requests.
  var tooMany: Message
  /// Any other request that cannot be answered as it stands.
  var badRequest: Message
  var busy: Message
  var diskFull: Message
  /// Any other failure.
  var failure: Message
  var backToTrip: String
  var signIn: SignInWords

  /// Words of the map's own controls, under the library's keys.
  var mapControls: [String: String]

  /// The words of the pages that show data as it is.
  var maps: MapPhrases
  var frame: FrameWords
  var records: RecordWords
  var map: MapWords
  var choosing: ChoosingWords
  var planning: PlanningWords
  var road: RoadWords
  var editing: EditingWords
  var taskPages: TaskWords
  var taskTalk: TaskTalkWords
  var importing: ImportWords
  var review: ReviewWords
  var views: ViewWords
  var help: HelpWords
  var admin: AdminWords
  var territories: TerritoryWords
  var tags: TagWords
  var jobs: JobWords
  var account: AccountWords
}
