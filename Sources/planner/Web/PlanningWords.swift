import Routing

/// The words of planning a trip.
struct PlanningWords: Sendable {
  /// The verb, on buttons and over the page.
  var plan: String
  var title: String
  var whom: String
  var fromMap: @Sendable (_ partners: Int) -> String
  var noChoice: Message
  var toMap: String
  var start: String
  var startHint: String
  /// Takes the start from the map, and what to do then.
  var pickStart: String
  var pick: String
  var end: String
  var ends: [(value: String, name: String)]
  var endPlace: String
  var date: String
  var days: String
  var from: String
  var until: String
  var lunch: String
  var lunchMinutes: String
  var visitMinutes: String
  var maxDriving: String
  var night: String
  var nights: [(value: String, name: String)]
  var skipVisited: String
  var skipPlanned: String
  var more: String
  /// Over everything that is decided before.
  var conditions: String
  var tripName: String
  var save: String
  var undo: String
  var redo: String
  var improve: String
  var best: String
  var alternatives: String
  var alternative: @Sendable (_ number: Int) -> String
  var working: String
  var nothingFits: Message
  var breaks: String
  /// What is wrong, by the rule that is broken; those that no order of stops can break have none.
  var rules: [Violation.Kind: String]
  var menu: String
  var up: String
  var down: String
  var must: String
  var without: String
  var takeBack: String
  var includeAnyway: String
  /// Keeps a stop on its day, and its opposite.
  var lock: String
  var unlock: String
  var nearby: String
  var nearbyNone: String
  var add: String
  /// Where one more visit would stand.
  var placeOfDay: @Sendable (_ day: String, _ position: Int) -> String
  /// How stops are moved.
  var keys: String
}

extension PlanningWords {
  static let english = PlanningWords(
    plan: "Plan a trip", title: "New trip", whom: "Partners",
    fromMap: { "chosen on the map: \(Language.grouped($0, by: ",", from: 1_000))" },
    noChoice: Message(
      title: "Whom to visit?", text: "Choose partners on the map, or take a selection that was kept."),
    toMap: "To the map", start: "Start", startHint: "Address, or latitude,longitude",
    pickStart: "Start from a place on the map", pick: "Press the map where the trip begins.", end: "End",
    ends: [("round", "back at the start"), ("open", "at the last visit"), ("place", "elsewhere")],
    endPlace: "Where it ends", date: "First day", days: "Days", from: "From", until: "until", lunch: "Lunch",
    lunchMinutes: "minutes of lunch", visitMinutes: "Minutes a visit",
    maxDriving: "Driving a day at most, hours",
    night: "Nights", nights: [("home", "at the start"), ("away", "on the way")],
    skipVisited: "Leave out who was visited within days",
    skipPlanned: "leave out who is in another trip already", more: "More", conditions: "What is wanted",
    tripName: "Name of the trip",
    save: "Save trip and task", undo: "Undo", redo: "Redo", improve: "Improve from here",
    best: "Best order again", alternatives: "Other plans", alternative: { "Plan \($0)" },
    working: "Planning …",
    nothingFits: Message(
      title: "Nothing fits", text: "Nobody can be visited in these days. Why stands beside each."),
    breaks: "This order breaks something",
    rules: [
      .hole: "no road", .window: "out of opening hours", .workStart: "leaves before work begins",
      .workEnd: "the day ends too late", .lunchWindow: "lunch at another time",
      .lunchMissing: "no time for lunch",
      .lunchOverlap: "lunch runs into a visit", .maxDriving: "too much driving", .maxDistance: "too far",
      .waiting: "too long a wait", .visitDay: "on another day than wanted",
      .appointment: "off the appointment",
      .slot: "not at its place in the day", .precedence: "in the wrong order",
      .samePlace: "twice at one place",
      .mustVisit: "has to be visited",
    ], menu: "Change", up: "Earlier", down: "Later",
    must: "must be visited",
    without: "Leave out", takeBack: "Take back", includeAnyway: "Visit in any case",
    lock: "Keep on this day", unlock: "Let go from this day", nearby: "Who is near the way?",
    nearbyNone: "Nobody else near the way fits into these days.", add: "Add",
    placeOfDay: { "\($0), place \($1)" },
    keys: "Drag a stop to another place or day, or open ⋯ beside it.")

  static let russian = PlanningWords(
    plan: "Спланировать поездку", title: "Новая поездка", whom: "Партнёры",
    fromMap: { "выбранные на карте: \(Language.grouped($0, by: "\u{A0}", from: 10_000))" },
    noChoice: Message(
      title: "К кому поедем?", text: "Выберите партнёров на карте или возьмите сохранённую выборку."),
    toMap: "К карте", start: "Откуда", startHint: "Адрес или широта,долгота",
    pickStart: "Указать начало на карте", pick: "Нажмите на карте, где начнётся поездка.", end: "Конец",
    ends: [("round", "там же, где начало"), ("open", "у последнего партнёра"), ("place", "в другом месте")],
    endPlace: "Где закончить", date: "Первый день", days: "Дней", from: "С", until: "до", lunch: "Обед",
    lunchMinutes: "минут на обед", visitMinutes: "Минут на визит",
    maxDriving: "За рулём в день не больше, часов",
    night: "Ночлег", nights: [("home", "там, откуда выехали"), ("away", "в пути")],
    skipVisited: "Пропустить тех, у кого были за последние дней",
    skipPlanned: "пропустить тех, кто уже в другой поездке", more: "Ещё", conditions: "Условия",
    tripName: "Название поездки",
    save: "Сохранить поездку и задачу", undo: "Отменить", redo: "Вернуть", improve: "Улучшить этот порядок",
    best: "Снова лучший порядок", alternatives: "Другие планы", alternative: { "План \($0)" },
    working: "Планируем…",
    nothingFits: Message(
      title: "Никто не помещается", text: "В эти дни никого не посетить. Причина — рядом с каждым."),
    breaks: "Такой порядок нарушает",
    rules: [
      .hole: "нет дороги", .window: "не в часы работы", .workStart: "выезд до начала работы",
      .workEnd: "день кончается слишком поздно", .lunchWindow: "обед не в своё время",
      .lunchMissing: "на обед нет времени", .lunchOverlap: "обед заходит на визит",
      .maxDriving: "слишком долго за рулём", .maxDistance: "слишком далеко", .waiting: "слишком долго ждать",
      .visitDay: "не в назначенный день", .appointment: "мимо назначенной встречи",
      .slot: "не на своём месте в дне", .precedence: "не в том порядке", .samePlace: "дважды в одном месте",
      .mustVisit: "обязательный визит",
    ], menu: "Изменить", up: "Раньше", down: "Позже",
    must: "посетить обязательно", without: "Не ехать", takeBack: "Вернуть",
    includeAnyway: "Посетить обязательно", lock: "Закрепить за этим днём", unlock: "Открепить от дня",
    nearby: "Кто рядом с маршрутом?", nearbyNone: "Рядом с маршрутом больше никто не помещается в эти дни.",
    add: "Добавить", placeOfDay: { "\($0), место \($1)" },
    keys: "Перетащите визит на другое место или день либо откройте ⋯ рядом с ним.")
}
