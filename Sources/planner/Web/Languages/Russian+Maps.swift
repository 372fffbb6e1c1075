extension MapPhrases {
  static let russian = MapPhrases(
    serviceTitle: "Данные для карт",
    serviceText:
      "Партнёры, регионы и поездки для картографических и других программ по стандарту OGC API – Features: QGIS, GDAL и прочие читают их без настройки.",
    connect: "Адрес для вашей программы",
    collections: "Наборы данных", conformance: "Соответствие стандарту", definition: "Описание API",
    definitionText:
      "Каждый адрес отвечает и в JSON, и страницей: выбирают f=json и f=html, а без них — заголовок Accept.",
    thisDocument: "Этот документ", asPage: "Страницей", previousPage: "Назад", nextPage: "Дальше",
    forPrograms: "Для программ", whereYouAre: "Где вы находитесь", browse: "Смотреть записи",
    properties: "Свойства", eachProperty: "любое свойство", sortables: "Порядок",
    told: "Какие свойства показать; без него — все.",
    token: "Токен; при Basic — логин и токен как имя и пароль.",
    order: "По каким свойствам упорядочить, с минусом — по убыванию; записи без значения — в конце.",
    property: "Свойство", meaning: "Что означает", values: "Что может стоять",
    address: "Адрес", parameters: "Параметры", extent: "Охват", time: "Время", systems: "Системы координат",
    identifier: "Идентификатор", place: "Место", nowhere: "место неизвестно", nothing: "Ничего не подходит.",
    yes: "да", no: "нет",
    shown: { "\($0) из \($1)" },
    propertiesText: {
      "Каждое может стоять в адресе записей, например /collections/\($0)/items?имя=значение."
    },
    sortablesText: {
      "По ним упорядочивают записи, например /collections/\($0)/items?sortby=имя,-другое: минус — по убыванию, записи без значения стоят в конце."
    },
    collectionWords: [
      "partners": .init(title: "Партнёры", text: "Компании, с которыми работает оператор, по их адресам."),
      "regions": .init(title: "Регионы", text: "Страны и их области, воеводства, земли."),
      "trips": .init(title: "Поездки", text: "Запланированные поездки с маршрутами."),
      "stops": .init(title: "Точки", text: "Визиты всех поездок со временем."),
      "legs": .init(title: "Переезды", text: "Дорога между соседними точками."),
      "territories": .init(title: "Территории", text: "Какой менеджер за какую территорию отвечает."),
    ],
    propertyWords: [
      "name": "Название", "kind": "Вид", "status": "Состояние", "responsible": "Ответственный",
      "address": "Адрес", "phone": "Телефон", "registrationNumber": "Регистрационный номер",
      "level": "Точность места", "regionLevel": "Уровень", "stale": "Место проверить",
      "lastVisit": "Последний визит",
      "callIntervalDays": "Дней между визитами", "openingHours": "Часы работы",
      "doNotVisit": "Визиты запрещены", "tags": "Метки", "version": "Версия", "code": "Код",
      "nameRu": "Название по-русски", "country": "Страна", "origin": "Происхождение", "title": "Название",
      "state": "Состояние", "start": "Отправление", "end": "Прибытие", "firstDay": "Первый день",
      "lastDay": "Последний день", "days": "Дней", "stops": "Точек", "metres": "Расстояние",
      "seconds": "В пути", "matrix": "Расстояния", "timeZone": "Часовой пояс", "savedAt": "Сохранена",
      "trip": "Поездка", "tripTitle": "Название поездки", "partner": "Партнёр", "day": "День",
      "date": "Дата", "position": "Место в дне", "arrival": "Прибытие", "serviceStart": "Начало визита",
      "departure": "Отъезд", "locked": "Закреплена", "visit": "Визит", "outcome": "Итог",
      "source": "Источник", "region": "Регион", "regionName": "Название региона",
      "regionNameRu": "Название региона по-русски", "manager": "Менеджер", "managerName": "Имя менеджера",
    ],
    kindWords: [
      "text": "текст", "integer": "целое число", "number": "число", "boolean": "true, false",
      "instant": "момент (UTC)", "day": "день", "identifier": "идентификатор",
    ],
    valueWords: [
      "status.prospect": "возможный", "status.active": "действующий", "status.paused": "на паузе",
      "status.closed": "закрыт", "kind.agency": "агентство", "kind.hotel": "отель",
      "kind.carrier": "перевозчик", "kind.supplier": "поставщик", "kind.corporate": "корпоративный клиент",
      "level.country": "страна", "level.subdivision": "область", "level.region": "регион",
      "level.locality": "населённый пункт", "level.street": "улица", "level.interpolated": "по номерам домов",
      "level.house": "дом", "level.rooftop": "здание", "level.given": "задано",
      "origin.shipped": "из поставки",
      "origin.own": "своё", "matrix.greatCircle": "по дуге", "matrix.roads": "по дорогам",
      "source.greatCircle": "по дуге", "source.roads": "по дорогам",
    ])
}
