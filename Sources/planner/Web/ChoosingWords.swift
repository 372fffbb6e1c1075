/// How partners are chosen on the map.
enum ChoosingTool: String, Sendable, CaseIterable {
  case lasso, polygon, circle, region, drive, corridor, single

  /// Takes points until it is told that these are all.
  var isOpenEnded: Bool { self == .polygon || self == .corridor }
}

/// The words of choosing partners on the map.
struct ChoosingWords: Sendable {
  var choose: String
  var tools: [ChoosingTool: String]
  /// What to do while a tool is in hand.
  var hints: [ChoosingTool: String]
  var add: String
  var subtract: String
  var intersect: String
  var combine: String
  var undo: String
  var clear: String
  var finish: String
  /// Puts the tool away.
  var close: String
  var minutes: String
  var kilometres: String
  /// For somebody without a pointer.
  var keys: String
  var chosen: @Sendable (_ partners: Int) -> String
  var nobody: String
  var save: String
  var name: String
  var shared: String
  /// Said when a selection was kept.
  var saved: String
  var change: String
  var assign: String
  var tag: String
  var setStatus: String
  var apply: String
  /// Said when partners were changed; "{n}" stands for how many, "{m}" for how many could not be.
  var changed: String
  var refused: String
  var tooMany: @Sendable (_ partners: Int) -> String
  var makeTask: String
  /// What a task may be called, in an empty field.
  var taskExample: String
  var makeTaskHint: @Sendable (_ partners: Int) -> String
  var takeOut: String
}

extension ChoosingWords {
  static let english = ChoosingWords(
    choose: "Choose partners",
    tools: [
      .lasso: "Lasso", .polygon: "Polygon", .circle: "Circle", .region: "Region", .drive: "Driving time",
      .corridor: "Along a line", .single: "One by one",
    ],
    hints: [
      .lasso: "Draw around the partners", .polygon: "Press corner after corner",
      .circle: "Press the middle, then the rim", .region: "Press a region",
      .drive: "Press where the drive begins", .corridor: "Press point after point of the line",
      .single: "Press pins; again takes them out",
    ],
    add: "add", subtract: "take away", intersect: "only these", combine: "What is drawn next",
    undo: "Undo", clear: "Clear", finish: "Done", close: "Close", minutes: "minutes", kilometres: "km",
    keys: "With the map in focus: arrows move it, Enter sets a point in the middle, Backspace takes it back.",
    chosen: { "\(Language.grouped($0, by: ",", from: 1_000)) chosen" },
    nobody: "Nobody is in there. Draw another shape, or take a filter away.",
    save: "Save as a selection", name: "Name", shared: "for everybody",
    saved: "Saved. It is offered wherever partners are selected.", change: "Change all of them",
    assign: "Responsible", tag: "Add a tag", setStatus: "Status", apply: "Apply",
    changed: "Changed: {n}.", refused: "Not changed, because they are another's: {m}.",
    tooMany: { "At most \(Language.grouped($0, by: ",", from: 1_000)) are changed at once." },
    makeTask: "Make a task of them", taskExample: "Call about the summer programme",
    makeTaskHint: { "A checklist with a line for each; at most \($0) partners." },
    takeOut: "Take out as a file")

  static let russian = ChoosingWords(
    choose: "Выбрать партнёров",
    tools: [
      .lasso: "Лассо", .polygon: "Контур", .circle: "Круг", .region: "Регион",
      .drive: "Время в пути", .corridor: "Вдоль линии", .single: "По одному",
    ],
    hints: [
      .lasso: "Обведите партнёров", .polygon: "Нажимайте угол за углом",
      .circle: "Нажмите центр, затем край", .region: "Нажмите на регион",
      .drive: "Нажмите, откуда выезжать", .corridor: "Нажимайте точку за точкой линии",
      .single: "Нажимайте метки; повторно — убрать",
    ],
    add: "добавить", subtract: "убрать", intersect: "только эти", combine: "Следующая фигура",
    undo: "Отменить", clear: "Сбросить", finish: "Готово", close: "Закрыть", minutes: "минут",
    kilometres: "км",
    keys: "Когда карта в фокусе: стрелки двигают её, Enter ставит точку в середине, Backspace убирает её.",
    chosen: {
      "\(Language.form($0, "Выбран", "Выбрано", "Выбрано")) \(Language.grouped($0, by: "\u{A0}", from: 10_000))"
    },
    nobody: "Здесь никого. Обведите другое место или снимите фильтр.",
    save: "Сохранить выборку", name: "Название", shared: "для всех",
    saved: "Сохранено. Выборка доступна всюду, где выбирают партнёров.", change: "Изменить у всех",
    assign: "Ответственный", tag: "Добавить метку", setStatus: "Статус", apply: "Применить",
    changed: "Изменено: {n}.", refused: "Не изменено, это партнёры других: {m}.",
    tooMany: { "Сразу меняют не больше \(Language.grouped($0, by: "\u{A0}", from: 10_000))." },
    makeTask: "Сделать из них задачу", taskExample: "Обзвонить по летней программе",
    makeTaskHint: { "Чек-лист со строкой на каждого, не больше \($0) партнёров." },
    takeOut: "Выгрузить в файл")
}
