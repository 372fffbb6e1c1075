import CRM

/// The words of the page on the road and of the report of a day.
struct RoadWords: Sendable {
  var title: String
  var nothing: Message
  var others: String
  var progress: @Sendable (_ done: Int, _ of: Int) -> String
  var call: String
  var navigate: String
  /// Maps a phone may have, in the order in which they are offered.
  var navigators: [(name: String, address: @Sendable (_ latitude: String, _ longitude: String) -> String)]
  var arrive: String
  var outcome: String
  var next: String
  var nextHint: String
  var nextDay: String
  var done: String
  var skip: String
  var why: String
  var reasons: [MissReason: String]
  var note: String
  var save: String
  var reopen: String
  var card: String
  /// Said of a stop by its state; the time stands behind.
  var told: [String: String]
  var waits: String
  var offline: String
  var waiting: @Sendable (_ entries: String) -> String
  var allSent: String
  var sendNow: String
  var conflict: String
  var gone: String
  var refused: String
  var keepTheirs: String
  var keepMine: String
  var drop: String
  var signIn: String
  var otherPerson: String
  var photo: String
  var photoOf: @Sendable (_ name: String, _ when: String) -> String
  var photoFailed: String
  var replan: String
  var replanText: String
  var replanHere: String
  var replanLast: String
  var finding: String
  var notFound: String
  var replanWaits: String
  var working: String
  var report: String
  var reportTitle: @Sendable (_ day: String) -> String
  var backToRoad: String
  var planned: String
  var fact: String
  var difference: String
  var order: String
  var result: String
  var place: String
  var notTold: String
  var minutesLate: @Sendable (_ minutes: Int) -> String
  var onTime: String
  var made: String
  var missed: String
  var open: String
  var driving: String
  var firstArrival: String
  var lastEnd: String
  var print: String

  /// Addresses of navigation on the way, as each map publishes them.
  private static func navigators(
    _ other: String
  ) -> [(name: String, address: @Sendable (_ latitude: String, _ longitude: String) -> String)] {
    [
      (
        "Google Maps",
        { "https://www.google.com/maps/dir/?api=1&destination=\($0),\($1)&travelmode=driving" }
      ),
      ("Яндекс Карты", { "https://yandex.ru/maps/?rtext=~\($0),\($1)&rtt=auto" }),
      ("Apple Maps", { "https://maps.apple.com/?daddr=\($0),\($1)&dirflg=d" }),
      ("OsmAnd", { "https://osmand.net/map/navigate/?finish=\($0),\($1)&profile=car" }),
      (other, { "geo:\($0),\($1)?q=\($0),\($1)" }),
    ]
  }
}

extension RoadWords {
  static let english = RoadWords(
    title: "On the road",
    nothing: Message(
      title: "No trip of yours is under way",
      text: "A saved trip appears here with the stops of the day, also where there is no signal."),
    others: "Other trips",
    progress: { "\($0) of \($1) stops are over" },
    call: "Call", navigate: "Navigate", navigators: navigators("Another app"), arrive: "I have arrived",
    outcome: "What came of it", next: "Next step", nextHint: "Send the prices", nextDay: "By when",
    done: "Visit done", skip: "Not visited", why: "Why",
    reasons: [
      .closed: "closed", .nobodyThere: "nobody to talk to", .refused: "did not want to",
      .noTime: "no time left", .wrongAddress: "wrong address", .other: "another reason",
    ], note: "Note", save: "Save", reopen: "Take back",
    card: "Everything about the partner",
    told: ["planned": "", "checkedIn": "arrived", "completed": "done", "skipped": "not visited"],
    waits: "waits for a signal", offline: "No signal. What you enter is kept here and sent later.",
    waiting: { "Not sent yet: \($0)" }, allSent: "Everything is sent.", sendNow: "Send now",
    conflict: "Somebody else has ended this stop meanwhile", gone: "This stop is not in the trip any more",
    refused: "This was not taken", keepTheirs: "Keep what they wrote", keepMine: "Keep what I wrote",
    drop: "Throw mine away", signIn: "Sign in to send it",
    otherPerson: "Somebody else has entries on this device; they are sent when that person signs in.",
    photo: "Add photos", photoOf: { "Photo: \($0), \($1)" },
    photoFailed: "This picture cannot be read. Take another one.",
    replan: "Plan the rest anew",
    replanText:
      "The stops to come are ordered again, beginning now: from where you are, or from where the last visit ended. What is locked stays.",
    replanHere: "From where I am", replanLast: "From the last visit", finding: "Finding where you are …",
    notFound: "Where you are is not known: allow it in the browser, or plan from the last visit.",
    replanWaits: "This needs a signal, and everything sent.", working: "Planning …",
    report: "Report of the day", reportTitle: { "Report, \($0)" },
    backToRoad: "Back to the stops", planned: "Planned", fact: "Fact", difference: "Difference",
    order: "Order", result: "Result", place: "Stop", notTold: "not told",
    minutesLate: { $0 > 0 ? "\($0) min later" : "\(-$0) min earlier" }, onTime: "on time",
    made: "visits made", missed: "not visited", open: "still open", driving: "driving as planned",
    firstArrival: "first arrival", lastEnd: "last visit ended", print: "Print")

  static let russian = RoadWords(
    title: "В дороге",
    nothing: Message(
      title: "Сейчас у вас нет поездки",
      text: "Сохранённая поездка появится здесь с визитами на день — и там, где нет связи."),
    others: "Другие поездки",
    progress: { "закончено \($0) из \($1)" },
    call: "Позвонить", navigate: "Маршрут", navigators: navigators("Другое приложение"), arrive: "Я на месте",
    outcome: "Что вышло", next: "Следующий шаг", nextHint: "Отправить цены", nextDay: "К какому дню",
    done: "Визит состоялся", skip: "Визит не состоялся", why: "Почему",
    reasons: [
      .closed: "закрыто", .nobodyThere: "не с кем говорить", .refused: "отказались",
      .noTime: "не хватило времени",
      .wrongAddress: "неверный адрес", .other: "другая причина",
    ], note: "Заметка", save: "Сохранить", reopen: "Вернуть",
    card: "Всё о партнёре",
    told: ["planned": "", "checkedIn": "на месте", "completed": "состоялся", "skipped": "не состоялся"],
    waits: "ждёт связи", offline: "Нет связи. Всё, что вы введёте, сохранится здесь и уйдёт позже.",
    waiting: { "Ещё не отправлено: \($0)" }, allSent: "Всё отправлено.", sendNow: "Отправить сейчас",
    conflict: "Этот визит тем временем отметил кто-то другой", gone: "Этого визита в поездке больше нет",
    refused: "Это не принято", keepTheirs: "Оставить чужое", keepMine: "Оставить моё",
    drop: "Убрать моё", signIn: "Войдите, чтобы отправить",
    otherPerson: "На этом устройстве есть записи другого человека; они уйдут, когда он войдёт.",
    photo: "Добавить фото", photoOf: { "Фото: \($0), \($1)" },
    photoFailed: "Этот снимок не читается. Сделайте другой.",
    replan: "Перепланировать остаток",
    replanText:
      "Оставшиеся визиты будут упорядочены заново с этой минуты: оттуда, где вы сейчас, или от последнего визита. Закреплённое останется.",
    replanHere: "Оттуда, где я сейчас", replanLast: "От последнего визита", finding: "Определяем, где вы…",
    notFound: "Где вы, неизвестно: разрешите это в браузере или планируйте от последнего визита.",
    replanWaits: "Для этого нужна связь, и всё должно быть отправлено.", working: "Планируем…",
    report: "Отчёт за день", reportTitle: { "Отчёт, \($0)" },
    backToRoad: "Назад к визитам", planned: "План", fact: "Факт", difference: "Разница", order: "Порядок",
    result: "Результат", place: "Визит", notTold: "не отмечено",
    minutesLate: { $0 > 0 ? "на \($0) мин позже" : "на \(-$0) мин раньше" }, onTime: "вовремя",
    made: "визитов состоялось", missed: "не состоялось", open: "не отмечено", driving: "за рулём по плану",
    firstArrival: "первое прибытие", lastEnd: "конец последнего визита", print: "Напечатать")
}
