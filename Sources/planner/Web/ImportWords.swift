/// The words of bringing in a list.
struct ImportWords: Sendable {
  var title: String
  var drop: String
  var dropText: String
  var uploading: String
  var columns: String
  var readAs: String
  var notRead: String
  var country: String
  var system: String
  var geocode: String
  var tryDry: String
  var importAll: String
  var running: @Sendable (_ done: String, _ of: String) -> String
  var waiting: String
  var stop: String
  var stopped: String
  var wouldBe: String
  var became: String
  var outcomes: [String: String]
  var located: String
  var nowhere: String
  var more: @Sendable (_ rows: String) -> String
  var undo: String
  var undone: @Sendable (_ removed: String, _ restored: String) -> String
  var row: String
  var outcome: String
  var why: String
  var runs: String
  var file: String
  var counts: @Sendable (_ created: Int, _ updated: Int) -> String
  var states: [String: String]
  /// What a column can be read as, by the names of the API.
  var fields: [String: String]
  /// Of the report, which is in English; none where the page is too.
  var reasons: [ImportReason] = []
  var marks: [String: String] = [:]
}

extension ImportWords {
  static let english = ImportWords(
    title: "Bring in partners", drop: "Choose a list, or drop it here",
    dropText: "CSV or XLSX with a row of headings, at most 100 MiB. Nothing is kept before you say so.",
    uploading: "The file is on its way …",
    columns: "What each column is read as was guessed from its heading. Put right what is wrong.",
    readAs: "Read as", notRead: "not read", country: "Country of rows that do not say (BY)",
    system: "Whose keys the file holds", geocode: "look addresses up", tryDry: "Try without keeping anything",
    importAll: "Bring it in", running: { "\($0) of \($1) rows" }, waiting: "It begins in a moment …",
    stop: "Stop", stopped: "It was stopped.",
    wouldBe: "What would become of the rows", became: "What became of the rows",
    outcomes: [
      "all": "rows", "create": "new", "update": "changed", "skip": "unchanged", "conflict": "left out",
      "warning": "with a warning",
    ], located: "On the map:", nowhere: "not on the map", more: { "… and \($0) more" },
    undo: "Take back", undone: { "Taken back: \($0) removed, \($1) restored." }, row: "Row",
    outcome: "Outcome", why: "Why, and what was noticed", runs: "Brought in before", file: "File",
    counts: { "\($0) new, \($1) changed" },
    states: ["running": "under way", "interrupted": "interrupted", "undone": "taken back"],
    fields: [
      "plannerID": "planner's own id", "externalKey": "key elsewhere", "externalReferences": "keys elsewhere",
      "name": "name", "kind": "kind", "status": "status", "responsible": "responsible", "tags": "tags",
      "callInterval": "call interval", "openingHours": "opening hours", "opensAt": "opens at",
      "closesAt": "closes at", "visitLength": "length of a visit", "doNotVisit": "not to be visited",
      "doNotVisitReason": "why not to be visited", "registrationNumber": "registration number",
      "note": "note", "phone": "phone", "email": "e-mail", "web": "web", "contactPerson": "person",
      "contactPosition": "position of the person", "address": "address", "legalAddress": "legal address",
      "mailingAddress": "address for mail", "country": "country", "region": "region",
      "regionCode": "code of the region", "district": "district", "city": "town", "street": "street",
      "house": "house", "postcode": "postcode", "latitude": "latitude", "longitude": "longitude",
      "coordinates": "coordinates", "locationLevel": "how well it is placed",
      "locationStale": "place is stale",
    ])

  static let russian = ImportWords(
    title: "Загрузка партнёров", drop: "Выберите список или перетащите его сюда",
    dropText:
      "CSV или XLSX со строкой заголовков, не больше 100 МиБ. Пока вы не скажете, ничего не сохранится.",
    uploading: "Файл загружается…",
    columns: "По заголовкам угадано, что в каком столбце. Поправьте, если что-то не так.",
    readAs: "Читать как", notRead: "не читать", country: "Страна строк, где она не указана (BY)",
    system: "Чьи ключи в файле", geocode: "искать адреса", tryDry: "Попробовать, ничего не сохраняя",
    importAll: "Загрузить", running: { "строк: \($0) из \($1)" }, waiting: "Сейчас начнётся…",
    stop: "Остановить", stopped: "Остановлено.",
    wouldBe: "Что стало бы со строками", became: "Что стало со строками",
    outcomes: [
      "all": "всего", "create": "новые", "update": "изменены", "skip": "без изменений",
      "conflict": "не взяты", "warning": "с замечаниями",
    ], located: "На карте:", nowhere: "нет на карте", more: { "… и ещё \($0)" }, undo: "Вернуть как было",
    undone: { "Возвращено: убрано \($0), восстановлено \($1)." }, row: "Строка", outcome: "Итог",
    why: "Почему и что замечено", runs: "Загружено раньше", file: "Файл",
    counts: { "новых \($0), изменено \($1)" },
    states: ["running": "идёт", "interrupted": "прервана", "undone": "отменена"],
    fields: [
      "plannerID": "номер в planner", "externalKey": "ключ в другой системе",
      "externalReferences": "ключи в других системах", "name": "название", "kind": "вид",
      "status": "статус", "responsible": "ответственный", "tags": "метки", "callInterval": "периодичность",
      "openingHours": "часы работы", "opensAt": "открывается", "closesAt": "закрывается",
      "visitLength": "длительность визита", "doNotVisit": "не посещать",
      "doNotVisitReason": "почему не посещать", "registrationNumber": "регистрационный номер",
      "note": "заметка", "phone": "телефон", "email": "почта", "web": "сайт",
      "contactPerson": "контактное лицо", "contactPosition": "должность", "address": "адрес",
      "legalAddress": "юридический адрес", "mailingAddress": "почтовый адрес", "country": "страна",
      "region": "область", "regionCode": "код области", "district": "район", "city": "город",
      "street": "улица", "house": "дом", "postcode": "индекс", "latitude": "широта",
      "longitude": "долгота", "coordinates": "координаты", "locationLevel": "точность места",
      "locationStale": "место устарело",
    ], reasons: ImportReason.russian, marks: ImportReason.russianMarks)
}
