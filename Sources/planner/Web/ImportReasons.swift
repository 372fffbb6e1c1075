/// How a page says what an import noticed about a row, or why it failed as a whole, where it does not speak the language
/// of the report.
struct ImportReason: Sendable {
  var code: String
  /// As the report says it: `{1}` stands for what differs from row to row, `<1>` for one of the marks that partners are
  /// found by. They are numbered in their order.
  var report: String
  /// The same on the page; `{1}` stands for either.
  var page: String

  init(_ code: String, _ report: String, _ page: String) {
    self.code = code
    self.report = report
    self.page = page
  }
}

extension ImportReason {
  /// The marks that partners are found by, as the report names them.
  static let russianMarks = [
    "the planner id": "номер в planner", "the external key": "ключ в другой системе",
    "the registration number": "регистрационный номер", "the phone": "телефон", "the e-mail": "почта",
    "the name": "название",
  ]

  /// The first of a code that fits is taken.
  static let russian = [conflicts, cells, values, people, places, hours, failures].flatMap { $0 }

  private static let conflicts = [
    ImportReason(
      "partner.import.duplicateInFile", "row {1} is about the same partner, {2} ({3}), by <4>",
      "строка {1} — о том же партнёре, {2} ({3}); совпало: {4}"),
    ImportReason(
      "partner.import.rulesDisagree", "<1> belongs to {2}, <3> to {4}",
      "это разные партнёры: {1} — {2}; {3} — {4}"),
    ImportReason(
      "partner.import.severalMatches", "<1> belongs to {2} and {3} more",
      "{1} — у нескольких партнёров: {2} и ещё {3}"),
    ImportReason(
      "partner.import.severalMatches", "<1> belongs to {2}", "{1} — у нескольких партнёров: {2}"),
    ImportReason(
      "partner.import.severalMatches", "similar names near by or in the same town: {1}",
      "похожие названия рядом или в том же городе: {1}"),
    ImportReason(
      "partner.import.otherKey", "<1> belongs to {2} ({3}), whose key in {4} is {5}, not {6}",
      "{1} — у партнёра {2} ({3}), чей ключ в {4} — {5}, а не {6}"),
    ImportReason(
      "partner.import.otherRegistrationNumber",
      "<1> belongs to {2} ({3}), whose registration number is {4}, not {5}",
      "{1} — у партнёра {2} ({3}), чей регистрационный номер — {4}, а не {5}"),
    ImportReason(
      "partner.import.outOfSight", "<1> belongs to a partner out of your sight",
      "{1} — у партнёра, которого вы не видите"),
    ImportReason("partner.import.nameMissing", "the row has no name", "в строке нет названия"),
  ]

  private static let cells = [
    ImportReason(
      "partner.import.controlCharacter", "control characters in column {1} were left out",
      "управляющие символы в столбце {1} пропущены"),
    ImportReason(
      "partner.import.cellError", "column {1} shows an error and counts as empty",
      "в столбце {1} ошибка, он считается пустым"),
    ImportReason(
      "partner.import.formulaWithoutValue",
      "column {1} has a formula without its result and counts as empty: save the file in a spreadsheet program",
      "в столбце {1} формула без результата, он считается пустым: сохраните файл в табличном редакторе"),
    ImportReason(
      "partner.import.extraCells", "the row has more cells than there are headings",
      "в строке больше ячеек, чем заголовков"),
    ImportReason(
      "partner.import.nameTooLong", "the name was cut after {1} characters",
      "в названии оставлено символов: {1}"),
    ImportReason(
      "partner.import.houseIsDate",
      "a spreadsheet made a date of the house number: \"{1}\" is read as {2}",
      "номер дома в таблице стал датой: «{1}» прочитано как {2}"),
  ]

  private static let values = [
    ImportReason(
      "partner.import.unknownCountry", "\"{1}\" is no known country", "«{1}» — неизвестная страна"),
    ImportReason("partner.import.badPlannerID", "\"{1}\" is no planner id", "«{1}» — не номер в planner"),
    ImportReason(
      "partner.import.badReference", "\"{1}\" is not written as system:key",
      "«{1}» записано не как система:ключ"),
    ImportReason(
      "partner.import.badRegistrationNumber", "\"{1}\" is no registration number",
      "«{1}» — не регистрационный номер"),
    ImportReason(
      "partner.import.unknownKind", "\"{1}\" is no known kind of partner",
      "«{1}» — неизвестный вид партнёра"),
    ImportReason(
      "partner.import.unknownStatus", "\"{1}\" is no known status", "«{1}» — неизвестный статус"),
    ImportReason(
      "partner.import.badCallInterval", "\"{1}\" is no interval in days, weeks or months",
      "«{1}» — не срок в днях, неделях или месяцах"),
    ImportReason(
      "partner.import.badVisitLength", "\"{1}\" is no length of time: write minutes (30), or 0:30",
      "«{1}» — не длительность: напишите минуты (30) или 0:30"),
  ]

  private static let people = [
    ImportReason("partner.import.badPhone", "\"{1}\" is no phone number", "«{1}» — не номер телефона"),
    ImportReason(
      "partner.import.badPhone", "\"{1}\" is no complete phone number", "«{1}» — неполный номер телефона"),
    ImportReason(
      "partner.import.badEmail", "\"{1}\" is no e-mail address", "«{1}» — не адрес электронной почты"),
    ImportReason("partner.import.badWeb", "\"{1}\" is no web address", "«{1}» — не адрес сайта"),
    ImportReason(
      "partner.import.ambiguousResponsible", "several users are called \"{1}\"",
      "несколько пользователей зовутся «{1}»"),
    ImportReason(
      "partner.import.disabledResponsible", "the user \"{1}\" is disabled", "пользователь «{1}» отключён"),
    ImportReason(
      "partner.import.unknownResponsible", "there is no user \"{1}\"", "нет пользователя «{1}»"),
  ]

  private static let places = [
    ImportReason(
      "partner.import.coordinateIncomplete", "only one of latitude and longitude is given",
      "указана только широта или только долгота"),
    ImportReason(
      "partner.import.coordinatesSwapped", "latitude and longitude were swapped: read as {1}, {2}",
      "широта и долгота стояли наоборот: прочитано как {1}, {2}"),
    ImportReason(
      "partner.import.coordinatesOutsideCountry", "{1}, {2} is not in the country given",
      "{1}, {2} — не в указанной стране"),
    ImportReason(
      "partner.import.coordinatesOutsideCountry", "{1}, {2} is not in {3}", "{1}, {2} — не в стране {3}"),
    ImportReason(
      "partner.import.coordinatesZero", "0, 0 stands for an unknown place",
      "0, 0 — так пишут вместо неизвестного места"),
    ImportReason(
      "geo.coordinate.notFinite", "latitude {1}, longitude {2} is not a pair of finite numbers",
      "широта {1}, долгота {2} — не пара чисел"),
    ImportReason(
      "geo.coordinate.latitudeOutOfRange", "latitude {1} is outside -90 … 90",
      "широта {1} — вне пределов от -90 до 90"),
    ImportReason(
      "geo.coordinate.longitudeOutOfRange", "longitude {1} is outside -180 … 180",
      "долгота {1} — вне пределов от -180 до 180"),
    ImportReason("geo.coordinate.unreadable", "\"{1}\" is not a coordinate", "«{1}» — не координаты"),
    ImportReason(
      "partner.import.placeDoubtful",
      "\"{1}\" was not placed: the best answer is {2} at {3}, score {4}; a score below {5} is a guess",
      "«{1}» не поставлено на карту: лучший ответ — {2} ({3}), оценка {4}; ниже {5} это догадка"),
    ImportReason(
      "partner.import.placeDoubtful",
      "\"{1}\" was not placed: the best answer is {2} at {3}, score {4}; that is in {5}, not in {6}",
      "«{1}» не поставлено на карту: лучший ответ — {2} ({3}), оценка {4}; это в стране {5}, а не {6}"),
    ImportReason(
      "partner.import.coordinatesFarFromAddress",
      "{1} lies {2} km from \"{3}\", which is {4} at {5}; the coordinates were taken",
      "от {1} до «{3}» {2} км, а это {4} ({5}); взяты координаты"),
    ImportReason(
      "partner.import.vaguerAddress", "the address \"{1}\" says less than \"{2}\", which stays",
      "адрес «{1}» говорит меньше, чем прежний, «{2}»; прежний остаётся"),
  ]

  private static let hours = [
    ImportReason("crm.openingHours.empty", "the opening hours are empty", "часы работы пусты"),
    ImportReason(
      "crm.openingHours.tooLong", "the opening hours are {1} bytes long; at most {2} are read",
      "часы работы занимают байтов: {1}, читается не больше {2}"),
    ImportReason(
      "crm.openingHours.unknownWord", "\"{1}\" in the opening hours \"{2}\" is not understood",
      "непонятно «{1}» в часах работы «{2}»"),
    ImportReason(
      "crm.openingHours.badTime", "\"{1}\" in the opening hours \"{2}\" is no time of day",
      "«{1}» в часах работы «{2}» — не время"),
    ImportReason(
      "crm.openingHours.endsBeforeStart", "\"{1}\" in the opening hours \"{2}\" closes before it opens",
      "«{1}» в часах работы «{2}»: закрытие раньше открытия"),
    ImportReason(
      "crm.openingHours.notUnderstood", "the opening hours \"{1}\" are not understood",
      "часы работы «{1}» непонятны"),
  ]
}
