import CRM
import Geo

extension RecordWords {
  static let russian = RecordWords(
    partners: "Партнёры",
    partnerCount: {
      Language.grouped($0, by: "\u{A0}", from: 10_000) + " "
        + Language.form($0, "партнёр", "партнёра", "партнёров")
    },
    kind: "Вид",
    kinds: [
      .agency: "Турагентство", .hotel: "Гостиница", .carrier: "Перевозчик", .supplier: "Поставщик",
      .corporate: "Корпоративный клиент",
    ],
    status: "Статус",
    statuses: [
      .prospect: "возможный", .active: "действующий", .paused: "на паузе", .closed: "закрыт",
    ],
    anyKind: "Любой вид", anyStatus: "Любой статус", anybody: "Кто угодно", nobody: "Никто",
    anyPlace: "Где угодно", region: "Регион", anyRegion: "Любой регион", tag: "Метка", anyTag: "Любая метка",
    places: [.missing: "нет на карте", .stale: "адрес изменился"],
    overdueOnly: "Только просроченные", order: "Порядок",
    orders: [
      "name": "По названию", "lastVisit": "Давно не посещали", "-lastVisit": "Недавно посещали",
      "city": "По городу", "-created": "Сначала новые",
    ],
    show: "Показать", partner: "Партнёр", address: "Адрес", lastVisit: "Последний визит", phone: "Телефон",
    never: "ни разу", overdue: "просрочен", notOnMap: "нет на карте",
    noPartners: Message(
      title: "Партнёров ещё нет",
      text: "Загрузите список агентств, CSV или XLSX; столбцы узнаются по заголовкам."),
    nothingFound: Message(title: "Никто не подходит", text: "Уберите фильтр или измените слова поиска."),
    allPartners: "Все партнёры", contacts: "Контакты", people: "Люди", visits: "Визиты",
    callInterval: "Периодичность",
    everyDays: { "раз в \($0) " + Language.form($0, "день", "дня", "дней") },
    openingHours: "Часы работы", visitLength: "Длительность визита", doNotVisit: "Не посещать",
    until: { "до \($0)" }, note: "Заметка", tags: "Метки", registrationNumber: "Регистрационный номер",
    keys: "Ключи в других системах", place: "На карте",
    levels: [
      .rooftop: "до здания", .given: "дано с записью", .house: "до дома", .interpolated: "между двумя домами",
      .street: "до улицы", .locality: "до города",
      .region: "до области",
    ], byHand: "указано вручную", stale: "адрес изменился после привязки", navigate: "Маршрут",
    history: "История", noHistory: "Пока ничего не происходило.", older: "Раньше",
    activities: [.meeting: "Встреча", .call: "Звонок", .email: "Письмо", .visit: "Визит", .note: "Заметка"],
    created: "Добавлен", changed: { "Изменено: \($0)" }, removed: "Удалено",
    fields: [
      "name": "название", "kind": "вид", "status": "статус", "responsible": "ответственный", "tags": "метки",
      "callIntervalDays": "периодичность", "openingHours": "часы работы",
      "visitLength": "длительность визита", "registrationNumber": "регистрационный номер",
      "doNotVisit": "запрет визитов", "note": "заметка", "contactPoints": "контакты", "people": "люди",
      "addresses": "адрес", "location": "место", "externalReferences": "ключи в других системах",
      "lastVisit": "последний визит",
    ],
    planned: { "В поездке «\($0)»" }, leftOutOf: { "Не вошёл в поездку «\($0)»" },
    tasks: "Задачи", task: "Задача", deadline: "Срок",
    taskStates: [.open: "открыта", .inProgress: "в работе", .done: "сделана", .cancelled: "отменена"],
    checked: { "\($0) из \($1)" },
    noTasks: Message(
      title: "Задач нет", text: "Сохранённая поездка становится задачей, её визиты — чек-листом."),
    openTasks: "Предстоит", everyTask: "Все",
    searchFor: { "Поиск: \($0)" },
    searchKinds: [
      "partner": "Партнёры", "task": "Задачи", "trip": "Поездки", "user": "Люди", "selection": "Выборки",
    ],
    searchEmpty: Message(
      title: "Что ищем?",
      text:
        "Название или его часть на любом алфавите, город, улицу, телефон, задачу или поездку. Опечатки прощаются."
    ),
    searchNothing: {
      Message(title: "По запросу «\($0)» ничего не нашлось", text: "Попробуйте меньше слов или начало слова.")
    })
}
