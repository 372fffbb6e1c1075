import CRM

/// The words of forms that change records.
struct EditingWords: Sendable {
  var edit: String
  var save: String
  var saved: String
  var nothingChanged: String
  var conflict: String
  var theirs: String
  var mine: String
  var keepMine: String
  var takeTheirs: String
  var add: String
  var remove: String
  var label: String
  var value: String
  var pointKinds: [ContactPoint.Kind: String]
  var addressTypes: [Address.AddressType: String]
  var position: String
  var visitMinutes: String
  var intervalDays: String
  var hoursHint: String
  var tagsHint: String
  var ban: String
  var banReason: String
  var banUntil: String
  var log: String
  var when: String
  var outcome: String
  var details: String
  var fixPlace: String
  var pinHint: String
  var latitude: String
  var longitude: String
  var setPin: String
  var newTask: String
  var title: String
  var name: String
  var items: String
  var itemsHint: String
  var addItem: String
  var checklist: String
  var noItems: String
  var markDone: String
  var markOpen: String
  var callOff: String
  var ofTrip: String
  var creator: String
  var doneBy: @Sendable (_ who: String, _ when: String) -> String
}

extension EditingWords {
  static let english = EditingWords(
    edit: "Edit", save: "Save", saved: "Saved.",
    nothingChanged: "Nothing was changed.",
    conflict: "Somebody changed this meanwhile.", theirs: "now", mine: "yours", keepMine: "Keep mine",
    takeTheirs: "Take theirs", add: "Add", remove: "Remove", label: "Note", value: "Number or address",
    pointKinds: [.phone: "Phone", .email: "E-mail", .web: "Web"],
    addressTypes: [.physical: "place of visits", .legal: "legal", .mailing: "for mail"], position: "Position",
    visitMinutes: "Minutes a visit", intervalDays: "A visit every … days", hoursHint: "Mo-Fr 09:00-18:00",
    tagsHint: "separated by commas", ban: "Not to be visited", banReason: "Why", banUntil: "Until",
    log: "Record", when: "When", outcome: "What came of it", details: "In detail",
    fixPlace: "Correct the place",
    pinHint: "Drag the pin, press the map, or type the figures. A place set by hand stays.",
    latitude: "Latitude", longitude: "Longitude", setPin: "Set the place", newTask: "New task",
    title: "Title", name: "Name",
    items: "Checklist", itemsHint: "one line each", addItem: "One more item", checklist: "Checklist",
    noItems: "There is no checklist yet.", markDone: "Done", markOpen: "Open again", callOff: "Call off",
    ofTrip: "Its trip", creator: "Created by", doneBy: { "\($0), \($1)" })

  static let russian = EditingWords(
    edit: "Изменить", save: "Сохранить", saved: "Сохранено.",
    nothingChanged: "Ничего не изменено.",
    conflict: "Тем временем это изменил кто-то другой.", theirs: "сейчас", mine: "у вас",
    keepMine: "Оставить моё", takeTheirs: "Взять чужое", add: "Добавить", remove: "Убрать", label: "Пометка",
    value: "Номер или адрес", pointKinds: [.phone: "Телефон", .email: "Почта", .web: "Сайт"],
    addressTypes: [.physical: "место визитов", .legal: "юридический", .mailing: "почтовый"],
    position: "Должность", visitMinutes: "Минут на визит", intervalDays: "Визит раз в … дней",
    hoursHint: "пн-пт 9-18, обед 13-14", tagsHint: "через запятую", ban: "Не посещать", banReason: "Почему",
    banUntil: "До", log: "Записать", when: "Когда", outcome: "Что вышло", details: "Подробно",
    fixPlace: "Поправить место",
    pinHint: "Перетащите метку, нажмите на карту или введите числа. Место, указанное вручную, останется.",
    latitude: "Широта", longitude: "Долгота", setPin: "Указать место", newTask: "Новая задача",
    title: "Название", name: "Название", items: "Чек-лист", itemsHint: "по строке на пункт",
    addItem: "Ещё один пункт",
    checklist: "Чек-лист", noItems: "Чек-листа ещё нет.", markDone: "Сделана", markOpen: "Открыть снова",
    callOff: "Отменить", ofTrip: "Её поездка", creator: "Создатель",
    doneBy: { "\($0), \($1)" })
}

extension EditingWords {
  /// What the script of the forms says, for a data attribute.
  var script: String {
    PageRenderer.json([
      "saved": saved, "nothingChanged": nothingChanged, "conflict": conflict,
      "theirs": theirs, "mine": mine, "keepMine": keepMine, "takeTheirs": takeTheirs,
    ])
  }
}
