import CRM

extension Language {
  static let russian = Language(
    code: "ru", decimalSeparator: ",",
    weekdays: ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
    months: [
      "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
      "ноября", "декабря",
    ],
    phrases: Phrases(
      languageName: "Русский", quoted: { "«\($0.replacing("«", with: "„").replacing("»", with: "“"))»" },
      metre: "м", kilometre: "км", hour: "ч", minute: "мин",
      grouped: { grouped($0, by: "\u{A0}", from: 10_000) },
      trips: "Поездки", skipToList: "К списку точек", tripOnMap: "Поездка на карте",
      checklist: "Чек-лист", day: { "День \($0)" },
      days: { "\($0) \(form($0, "день", "дня", "дней"))" },
      stops: { "\($0) \(form($0, "точка", "точки", "точек"))" },
      visitsDone: { "выполнено \($0) из \($1)" },
      driving: "в пути", start: "Отправление", end: "Прибытие",
      openEnd: "Поездка кончается на последней точке",
      night: "Ночёвка", locked: "закреплено", responsible: "Ответственный", lunch: "Обед",
      waiting: { "ожидание \($0)" },
      showOnMap: "Показать на карте", showInList: "Показать в списке", allDays: "Все дни",
      leftOut: "Не вошли в маршрут", dayByDay: "По дням",
      leftOutCount: { "не \(form($0, "вошёл", "вошли", "вошли")) \($0)" },
      gain: { "на \($0) меньше в пути, чем в заданном порядке (\($1)\u{A0}%)" },
      loss: { "на \($0) больше в пути, чем в заданном порядке, ради часов работы и дней" },
      gap: { "не хуже лучшего возможного более чем на \($0)\u{A0}%" },
      optimal: "доказано: лучше не бывает",
      gapOfThese: { "не хуже лучшего для этих визитов более чем на \($0)\u{A0}%" },
      optimalForThese: "доказано: с этими визитами меньше пути не бывает",
      greatCircle: "Расстояния по дуге большого круга с поправкой на дороги",
      roads: "Расстояния по дорогам",
      partlyEstimated: {
        "Расстояния по дорогам, частично оценка: \($0) из \($1) \(form($1, "переезда", "переездов", "переездов")), \($2)\u{A0}% пути"
      }, estimatedDrive: "Оценка", calendar: "Календарь",
      visit: [
        .planned: "запланирован", .checkedIn: "на месте", .completed: "выполнен", .missed: "не состоялся",
        .skipped: "пропущен", .cancelled: "отменён",
      ],
      reason: [
        .noCoordinates: "адрес не найден на карте", .lowPrecision: "адрес найден слишком неточно",
        .unreachable: "нет проезда по дорогам", .closedThatDay: "закрыт в дни поездки",
        .windowMissed: "не успеть в часы работы", .dayFull: "не помещается в день",
        .tripFull: "не осталось времени ни в один день", .tooFar: "слишком далеко для одного дня",
        .doNotVisit: "визиты запрещены", .visitedRecently: "недавно был визит",
        .plannedElsewhere: "входит в другую поездку",
      ], details: leftOutDetails, detailValues: leftOutValues, holiday: russianHoliday,
      dayEnds: { "Возвращение в \($0)" }, lowPrecision: "место неточное: проверьте адрес",
      noTrip: Message(
        title: "Поездок пока нет",
        text: "Выберите партнёров на карте и спланируйте поездку: она появится здесь по дням, рядом с картой."
      ),
      noScript: "Карте нужен JavaScript; список работает и без него.",
      noMap: "Этот браузер не может показать карту. Список полный.",
      tripState: [
        .draft: "черновик", .published: "утверждена", .inProgress: "в пути", .completed: "завершена",
        .cancelled: "отменена",
      ],
      notFound: Message(
        title: "Такой страницы нет", text: "Возможно, поездка удалена или в адресе опечатка."),
      notAllowed: Message(
        title: "Эту страницу можно только читать", text: "Отправить на неё ничего нельзя."),
      forbidden: Message(
        title: "Эта страница не для вашей роли",
        text: "Если она вам нужна, обратитесь к тому, кто управляет planner."),
      tooMany: Message(
        title: "Слишком много запросов", text: "Подождите минуту и откройте страницу снова."),
      badRequest: Message(
        title: "В адресе что-то не так",
        text: "Часть адреса не удалось прочитать. Вернитесь назад или начните с карты."),
      busy: Message(
        title: "База данных занята",
        text: "В неё пишет другая программа. Обновите страницу через несколько секунд."),
      diskFull: Message(
        title: "На диске сервера нет места",
        text: "Всё сохранённое раньше цело. Освободите место и обновите страницу."),
      failure: Message(
        title: "Что-то пошло не так",
        text: "Страницу не удалось построить. Причина записана в журнале сервера."),
      backToTrip: "К последней поездке", signIn: .russian,
      mapControls: [
        "Map.Title": "Карта", "NavigationControl.ZoomIn": "Приблизить",
        "NavigationControl.ZoomOut": "Отдалить",
        "NavigationControl.ResetBearing": "Север вверх", "AttributionControl.ToggleAttribution": "Источники",
        "Popup.Close": "Закрыть", "ScaleControl.Meters": "м", "ScaleControl.Kilometers": "км",
        "CooperativeGesturesHandler.WindowsHelpText": "Масштаб карты: Ctrl + колесо мыши",
        "CooperativeGesturesHandler.MacHelpText": "Масштаб карты: ⌘ + прокрутка",
        "CooperativeGesturesHandler.MobileHelpText": "Двигайте карту двумя пальцами",
      ], maps: .russian, frame: .russian, records: .russian, map: .russian, choosing: .russian,
      planning: .russian, road: .russian, editing: .russian, taskPages: .russian, taskTalk: .russian,
      importing: .russian, review: .russian, views: .russian, help: .russian, admin: .russian,
      territories: .russian, tags: .russian, jobs: .russian,
      account: .russian))

  /// The form of a noun after a number: 1 точка, 2 точки, 5 точек (Unicode CLDR plural rules).
  static func form(_ number: Int, _ one: String, _ few: String, _ many: String) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...14): many
    case (1, _): one
    case (2...4, _): few
    default: many
    }
  }
}
