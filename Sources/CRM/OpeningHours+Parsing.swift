import Foundation
import Geo

/// Why opening hours could not be read. The text itself is kept by whoever asked.
public enum OpeningHoursError: CodedError, Hashable {
  case empty
  case tooLong(bytes: Int)
  case unknownWord(String, text: String)
  case badTime(String, text: String)
  /// A closing time before the opening time that no night explains: a slip, as in `18-9`.
  case endsBeforeStart(String, text: String)
  /// The words are known, their order says nothing.
  case notUnderstood(text: String)

  public var code: String {
    switch self {
    case .empty: "crm.openingHours.empty"
    case .tooLong: "crm.openingHours.tooLong"
    case .unknownWord: "crm.openingHours.unknownWord"
    case .badTime: "crm.openingHours.badTime"
    case .endsBeforeStart: "crm.openingHours.endsBeforeStart"
    case .notUnderstood: "crm.openingHours.notUnderstood"
    }
  }

  public var message: String {
    switch self {
    case .empty: "the opening hours are empty"
    case .tooLong(let bytes):
      "the opening hours are \(bytes) bytes long; at most \(OpeningHours.longestText) are read"
    case .unknownWord(let word, let text): "\"\(word)\" in the opening hours \"\(text)\" is not understood"
    case .badTime(let time, let text): "\"\(time)\" in the opening hours \"\(text)\" is no time of day"
    case .endsBeforeStart(let window, let text):
      "\"\(window)\" in the opening hours \"\(text)\" closes before it opens"
    case .notUnderstood(let text): "the opening hours \"\(text)\" are not understood"
    }
  }

  public var hint: String { "write them like \"пн-пт 9-18, сб 10-14\", \"Mo-Fr 09:00-18:00\" or \"24/7\"" }
}

extension OpeningHours {
  /// Longest text that is read, in UTF-8 bytes.
  public static let longestText = 1000

  /// Reads opening hours as people write them: `пн-пт 9-18, сб 10-14`, `Mo-Fr 09:00-12:00,13:00-18:00; Sa off`,
  /// `ежедневно 10-20`, `24/7`, `пн–пт: 9.00–18.00 обед 13-14`, `9-18 кроме вс`, in Russian, Belarusian, Ukrainian,
  /// English, German and Polish, and the plain weekly part of OpenStreetMap's `opening_hours`.
  ///
  /// Times without days mean every day. A break applies where it lies inside a window. A later rule replaces an
  /// earlier one for its days, unless the two do not overlap and stand in one list (`Mo-Fr 8-12, Mo-Fr 13-18`); `пт до 17`
  /// shortens its day. A window that ends before it starts runs past midnight, at most 18 hours and until 6:00: `20-02` is
  /// a bar, `18-9` and `9-5` are slips. Holidays are tolerated and not used; seasons, weeks and
  /// dates are refused, since leaving them out would tell a wrong time.
  ///
  /// - Throws: ``OpeningHoursError``; nothing is guessed.
  public static func parse(_ text: String) throws(OpeningHoursError) -> OpeningHours {
    let kept = TextFolding.composed(text.trimmingWhitespace())
    guard !kept.isEmpty else { throw .empty }
    guard kept.utf8.count <= longestText else { throw .tooLong(bytes: kept.utf8.count) }
    let tokens = try OpeningHoursLexer.tokens(of: kept)
    var reader = OpeningHoursReader(tokens: tokens, text: kept)
    return OpeningHours(days: try reader.read(), text: kept)
  }
}

/// Groups tokens into "these days" and "these times" and lays them over the week.
private struct OpeningHoursReader {
  private enum Group {
    case days(Set<Int>, additive: Bool)
    case holiday
    case windows([OpeningHours.Window])
    case closed
    case pause(OpeningHours.Window)
    /// A closing time alone.
    case until(Int)
    case except(Set<Int>)
  }

  let tokens: [OpeningHoursToken]
  let text: String
  private var index = 0
  private var week: [[OpeningHours.Window]] = Array(repeating: [], count: 7)
  /// What was laid last, for days that say only when they close.
  private var lastWindows: [OpeningHours.Window] = []

  init(tokens: [OpeningHoursToken], text: String) {
    self.tokens = tokens
    self.text = text
  }

  mutating func read() throws(OpeningHoursError) -> [[OpeningHours.Window]] {
    let groups = try self.groups()
    let said = groups.contains {
      switch $0 {
      case .windows, .closed: true
      default: false
      }
    }
    guard said else { throw .notUnderstood(text: text) }
    // "…, выходной: сб, вс" names its days behind it whatever the order of the rest.
    var rest = groups
    var closing: [Group] = []
    while rest.count > 2, case .days = rest[rest.count - 1], case .closed = rest[rest.count - 2],
      !isDays(rest[rest.count - 3])
    {
      closing = Array(rest.suffix(2)) + closing
      rest.removeLast(2)
    }
    // "9-18 пн-пт, 10-14 сб, выходной вс"
    if closing.isEmpty, rest.count > 3, case .days = rest[rest.count - 1],
      case .closed = rest[rest.count - 2],
      timesComeFirst(Array(rest.dropLast(2)))
    {
      closing = Array(rest.suffix(2))
      rest.removeLast(2)
    }
    try lay((timesComeFirst(rest) ? swapped(rest) : rest) + closing)
    return week
  }

  // MARK: - Groups

  private mutating func groups() throws(OpeningHoursError) -> [Group] {
    var groups: [Group] = []
    var afterSemicolon = true
    while index < tokens.count {
      switch tokens[index] {
      case .dash:
        index += 1
        if index < tokens.count, case .time(let end) = tokens[index],
          index + 1 == tokens.count || tokens[index + 1] != .dash
        {
          groups.append(.until(end))
          index += 1
        }
      case .comma:
        index += 1
      case .semicolon:
        afterSemicolon = true
        index += 1
      case .reassurance:
        index += 1
      case .day, .days:
        groups.append(.days(try daySet(), additive: !afterSemicolon))
        afterSemicolon = false
      case .holiday:
        groups.append(.holiday)
        index += 1
      case .time:
        groups.append(.windows(try windows()))
        afterSemicolon = false
      case .allDay:
        groups.append(.windows([.init(start: 0, end: 86_400)]))
        index += 1
      case .closed, .weekendOrClosed:
        groups.append(.closed)
        index += 1
        if groups.count == 1, let (closed, open) = closedDaysFirst() {
          groups += [.days(closed, additive: false), .days(open, additive: false)]
          afterSemicolon = false
        }
      case .breakTime:
        index += 1
        while index < tokens.count, tokens[index] == .dash || tokens[index] == .breakTime { index += 1 }
        guard index < tokens.count, case .time = tokens[index] else { throw .notUnderstood(text: text) }
        for window in try windows() { groups.append(.pause(window)) }
      case .except:
        index += 1
        guard index < tokens.count else { throw .notUnderstood(text: text) }
        switch tokens[index] {
        case .day, .days: groups.append(.except(try daySet()))
        case .holiday: index += 1
        default: throw .notUnderstood(text: text)
        }
      }
    }
    return groups
  }

  /// `выходной: вс. Пн-сб 9-18`: the days behind "closed" and those that the times are for, parted by less than a comma, or
  /// the latter a range. Nil, and nothing is read, where nothing parts them.
  private mutating func closedDaysFirst() -> (closed: Set<Int>, open: Set<Int>)? {
    let start = index
    var lists: [(days: Set<Int>, isRange: Bool, isApart: Bool)] = []
    var isApart = false
    scan: while index < tokens.count {
      switch tokens[index] {
      case .dash where lists.isEmpty: break
      case .comma where !lists.isEmpty: isApart = false
      case .days(let days):
        lists.append((days, true, isApart))
        isApart = true
      case .day(let first):
        var days: Set<Int> = [first]
        if index + 2 < tokens.count, tokens[index + 1] == .dash, case .day(let last) = tokens[index + 2] {
          var day = first
          while day != last {
            day = (day + 1) % 7
            days.insert(day)
          }
          index += 2
        }
        lists.append((days, days.count > 1, isApart))
        isApart = true
      default: break scan
      }
      index += 1
    }
    if index < tokens.count, let last = lists.last, lists.count > 1 {
      let isBeforeTimes =
        switch tokens[index] {
        case .time, .allDay: true
        default: false
        }
      let cut = lists.lastIndex { $0.isApart } ?? (last.isRange ? lists.count - 1 : nil)
      if isBeforeTimes, let cut, cut > 0 {
        func union(_ part: some Sequence<(days: Set<Int>, isRange: Bool, isApart: Bool)>) -> Set<Int> {
          part.reduce(into: []) { $0.formUnion($1.days) }
        }
        return (union(lists[..<cut]), union(lists[cut...]))
      }
    }
    index = start
    return nil
  }

  private mutating func daySet() throws(OpeningHoursError) -> Set<Int> {
    var set: Set<Int> = []
    while index < tokens.count {
      switch tokens[index] {
      case .days(let days):
        set.formUnion(days)
        index += 1
      case .day(let first):
        if index + 2 < tokens.count, tokens[index + 1] == .dash, case .day(let last) = tokens[index + 2] {
          var day = first
          set.insert(day)
          while day != last {
            day = (day + 1) % 7
            set.insert(day)
          }
          index += 3
        } else {
          set.insert(first)
          index += 1
        }
      case .comma:
        // A list of days goes on behind the comma, a list of times does not begin here.
        guard index + 1 < tokens.count else { return set }
        switch tokens[index + 1] {
        case .day, .days: index += 1
        default: return set
        }
      default:
        return set
      }
    }
    return set
  }

  private mutating func windows() throws(OpeningHoursError) -> [OpeningHours.Window] {
    var list: [OpeningHours.Window] = []
    while index < tokens.count {
      guard case .time(let start) = tokens[index] else { break }
      guard index + 2 < tokens.count, tokens[index + 1] == .dash, case .time(var end) = tokens[index + 2]
      else {
        throw .notUnderstood(text: text)
      }
      guard start < 86_400 else { throw .badTime("\(start / 3600):00", text: text) }
      if end <= start {
        let window = "\(Self.clock(start))-\(Self.clock(end))"
        end += 86_400
        guard end <= 30 * 3600, end - start <= 18 * 3600 || end == 86_400 else {
          throw .endsBeforeStart(window, text: text)
        }
      }
      guard end - start <= 86_400 else { throw .notUnderstood(text: text) }
      list.append(.init(start: start, end: end))
      index += 3
      if index + 1 < tokens.count, tokens[index] == .comma, case .time = tokens[index + 1] { index += 1 }
    }
    return list
  }

  private static func clock(_ seconds: Int) -> String {
    let minutes = seconds / 60 % 60
    return "\(seconds / 3600):\(minutes < 10 ? "0" : "")\(minutes)"
  }

  // MARK: - Order of days and times

  /// `9-18 пн-пт, 10-14 сб`: the text begins with times and ends with days.
  private func timesComeFirst(_ groups: [Group]) -> Bool {
    guard let first = groups.first, let last = groups.last else { return false }
    switch first {
    case .windows: break
    // "выходной: вс" alone
    case .closed: break
    default: return false
    }
    guard case .days = last else { return false }
    return true
  }

  private func isDays(_ group: Group) -> Bool {
    if case .days = group { true } else { false }
  }

  private func swapped(_ groups: [Group]) -> [Group] {
    var result: [Group] = []
    var pending: [Group] = []
    for group in groups {
      if case .days = group {
        result.append(group)
        result.append(contentsOf: pending)
        pending = []
      } else {
        pending.append(group)
      }
    }
    return result + pending
  }

  // MARK: - Laying

  private mutating func lay(_ groups: [Group]) throws(OpeningHoursError) {
    var current: Set<Int>?
    var additive = false
    var onHoliday = false
    var usedCurrent = true
    var laid = false
    for (position, group) in groups.enumerated() {
      switch group {
      case .days(let days, let isAdditive):
        if case .closed? = position > 0 ? groups[position - 1] : nil, closedNames(groups, position) {
          // "выходной: сб, вс"
          for day in days { week[day] = [] }
          current = nil
          usedCurrent = true
          continue
        }
        if !usedCurrent, let before = current {
          current = before.union(days)
        } else {
          current = days
        }
        additive = isAdditive
        usedCurrent = false
        onHoliday = false
      case .holiday:
        if usedCurrent { onHoliday = true }
      case .windows(let windows):
        if onHoliday {
          onHoliday = false
          continue
        }
        let days = current ?? Set(0..<7)
        put(windows, on: days, replacing: usedCurrent ? false : !additive)
        lastWindows = usedCurrent ? lastWindows + windows : windows
        laid = true
        usedCurrent = true
      case .until(let end):
        guard let days = current, !usedCurrent, laid else { throw .notUnderstood(text: text) }
        for day in days {
          let known = week[day].isEmpty ? lastWindows : week[day]
          week[day] = known.filter { $0.start < end }.map { .init(start: $0.start, end: min($0.end, end)) }
          guard week[day].last?.end == end else { throw .notUnderstood(text: text) }
        }
        usedCurrent = true
      case .closed:
        if onHoliday {
          onHoliday = false
          continue
        }
        if let days = current, !usedCurrent {
          for day in days { week[day] = [] }
          usedCurrent = true
        } else if closedNames(groups, position + 1) {
          continue
        } else if groups.count == 1 {
          week = Array(repeating: [], count: 7)
        } else {
          throw .notUnderstood(text: text)
        }
      case .pause(let pause):
        let named = current != nil && !usedCurrent ? current! : Set(0..<7)
        for day in named { week[day] = Self.cut(pause, from: week[day]) }
        if current != nil { usedCurrent = true }
      case .except(let days):
        if let named = current, !usedCurrent {
          current = named.subtracting(days)
        } else if !laid {
          current = Set(0..<7).subtracting(days)
          usedCurrent = false
        } else {
          for day in days { week[day] = [] }
        }
      }
    }
    if let days = current, !usedCurrent, !days.isEmpty { throw .notUnderstood(text: text) }
  }

  /// True when the days at `position` belong to a "closed" before them: no times follow the days.
  private func closedNames(_ groups: [Group], _ position: Int) -> Bool {
    guard position < groups.count, case .days = groups[position] else { return false }
    guard position + 1 < groups.count else { return true }
    switch groups[position + 1] {
    case .windows, .closed, .pause: return false
    default: return true
    }
  }

  private mutating func put(_ windows: [OpeningHours.Window], on days: Set<Int>, replacing: Bool) {
    for day in days {
      let overlap = week[day].contains { old in windows.contains { $0.start < old.end && old.start < $0.end }
      }
      week[day] = Self.merged(replacing || overlap ? windows : week[day] + windows)
    }
  }

  private static func merged(_ windows: [OpeningHours.Window]) -> [OpeningHours.Window] {
    var result: [OpeningHours.Window] = []
    for window in windows.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      if let last = result.last, window.start <= last.end {
        result[result.count - 1].end = min(last.start + 86_400, max(last.end, window.end))
      } else {
        result.append(window)
      }
    }
    return result
  }

  private static func cut(
    _ pause: OpeningHours.Window, from windows: [OpeningHours.Window]
  ) -> [OpeningHours.Window] {
    windows.flatMap { window -> [OpeningHours.Window] in
      guard window.start < pause.start, pause.end < window.end else { return [window] }
      return [.init(start: window.start, end: pause.start), .init(start: pause.end, end: window.end)]
    }
  }
}
