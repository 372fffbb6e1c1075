/// The words of the board and the calendar of tasks.
struct TaskWords: Sendable {
  var board: String
  var calendar: String
  var nothing: String
  var more: @Sendable (_ tasks: Int) -> String
  var move: String
  /// Why a task stays in its column.
  var followsTrip: String
  var followsChecklist: String
  /// Names as they stand alone, January first.
  var months: [String]
  var monthBefore: String
  var monthAfter: String
  var today: String
  var emptyMonth: String
  var dragHint: String
}

extension TaskWords {
  static let english = TaskWords(
    board: "Board", calendar: "Calendar", nothing: "Nothing here.", more: { "and \($0) more in the list" },
    move: "Move", followsTrip: "follows its trip", followsChecklist: "follows its checklist",
    months: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December",
    ],
    monthBefore: "The month before", monthAfter: "The month after", today: "Today",
    emptyMonth: "Nothing is due this month, and nobody is on the road.",
    dragHint: "Drag a task to another day to move its deadline.")

  static let russian = TaskWords(
    board: "Доска", calendar: "Календарь", nothing: "Здесь пусто.", more: { "и ещё \($0) в списке" },
    move: "Переместить", followsTrip: "следует за поездкой", followsChecklist: "следует за чек-листом",
    months: [
      "Январь", "Февраль", "Март", "Апрель", "Май", "Июнь", "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь",
      "Декабрь",
    ],
    monthBefore: "Предыдущий месяц", monthAfter: "Следующий месяц", today: "Сегодня",
    emptyMonth: "В этом месяце сроков нет и никто не в поездке.",
    dragHint: "Перетащите задачу на другой день, чтобы перенести её срок.")
}
