import CRM
import Foundation
import Geo
import Store

/// A month of deadlines and of days on the road.
struct TaskCalendar: Sendable {
  /// The first day of the month.
  var month: LocalDate
  var tasks: [TaskSummary]
  var trips: [TripDaySummary]
  var viewer: Viewer
  var mayEdit: Bool

  /// - Parameter text: `2026-11`; nil when it is none.
  static func month(_ text: String) -> LocalDate? { LocalDate(text + "-01") }

  /// Whole weeks, Monday first.
  static func days(of month: LocalDate) -> [LocalDate] {
    let first = month.adding(days: -month.weekday.rawValue)
    let next = self.next(month, by: 1)
    var days: [LocalDate] = []
    var day = first
    while day < next || day.weekday.rawValue != 0 {
      days.append(day)
      day = day.adding(days: 1)
    }
    return days
  }

  static func next(_ month: LocalDate, by months: Int) -> LocalDate {
    let number = month.year * 12 + month.month - 1 + months
    return LocalDate(year: number / 12, month: number % 12 + 1, day: 1) ?? month
  }

  private static func text(_ month: LocalDate) -> String { String(month.description.prefix(7)) }

  /// - Parameter address: of the page of a month.
  func values(
    names: [UserID: String], clock: DayClock, in language: Language, address: (String) -> String
  ) -> HTMLValue {
    let (words, records) = (language.phrases.taskPages, language.phrases.records)
    let due = Dictionary(grouping: tasks.filter { $0.deadline != nil }) {
      LocalDate($0.deadline!, in: clock.zone)
    }
    let away = Dictionary(grouping: trips) { $0.date }
    let days = Self.days(of: month)
    func day(_ date: LocalDate) -> HTMLValue {
      let (tasks, trips) = (due[date] ?? [], away[date] ?? [])
      return .object([
        "date": .text(date.description), "number": .number(date.day),
        "name": .text(language.date(date)), "other": .flag(date.month != month.month),
        "today": .flag(date == clock.today), "free": .flag(date.weekday.rawValue > 4),
        "empty": .flag(tasks.isEmpty && trips.isEmpty),
        "trips": .list(
          trips.map {
            .object([
              "title": .text($0.title), "link": .text("/trips/\($0.trip)"),
              "who": .optional($0.responsible.flatMap { names[$0] }),
              "stops": .text(language.phrases.stops($0.stops)),
            ])
          }),
        "tasks": .list(
          tasks.sorted { $0.deadline! < $1.deadline! }.map { task in
            let isOver = task.state == .done || task.state == .cancelled
            return .object([
              "title": .text(task.title), "link": .text("/tasks/\(task.id)"),
              "time": .text(TripView.clock(task.deadline!, clock.zone)), "over": .flag(isOver),
              "who": .optional(task.responsible.flatMap { names[$0] }),
              "late": .optional(!isOver && task.deadline! < clock.now ? records.overdue : nil),
              "movable": .flag(mayEdit && viewer.changes(task.responsible)),
              "address": .text("/api/v1/tasks/\(task.id)"), "version": .number(task.version),
              "deadline": .text(Instant.text(task.deadline!)),
            ])
          }),
      ])
    }
    return .object([
      "month": .text("\(words.months[month.month - 1]) \(month.year)"),
      "before": .text(address(Self.text(Self.next(month, by: -1)))), "beforeLabel": .text(words.monthBefore),
      "after": .text(address(Self.text(Self.next(month, by: 1)))), "afterLabel": .text(words.monthAfter),
      "today": .text(address(Self.text(clock.today))), "todayLabel": .text(words.today),
      "weekdays": .list(language.weekdays.map { .object(["name": .text($0)]) }),
      "weeks": .list(
        stride(from: 0, to: days.count, by: 7).map { start in
          .object(["days": .list(days[start..<start + 7].map(day))])
        }),
      "nothing": .optional(tasks.isEmpty && trips.isEmpty ? words.emptyMonth : nil),
      "drag": .optional(mayEdit ? words.dragHint : nil),
    ])
  }
}
