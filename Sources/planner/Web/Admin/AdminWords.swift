import CRM

/// The words of the pages for whoever runs the service.
struct AdminWords: Sendable {
  var title: String
  var people: String
  var service: String
  var trail: String
  var personName: String
  var login: String
  var loginHint: String
  var role: String
  var roles: [UserRole: String]
  var email: String
  var team: String
  var noTeam: String
  var newTeam: String
  var teamName: String
  var sees: String
  var asRole: String
  var mailLanguage: String
  var notSaid: String
  var visibilities: [Visibility: String]
  var mayEnter: String
  var yes: String
  var no: String
  var disabled: String
  var newPerson: String
  var newPersonText: String
  var mailLink: String
  var showLink: String
  var linkText: String
  var endSessions: String
  var workers: String
  /// What each does, where it is not said in the words it has itself.
  var works: [String: String]
  var cadence: String
  /// How often, from the words the worker has itself: `every 5 min`, `daily 04:30 Europe/Minsk`.
  var howOften: @Sendable (_ own: String) -> String
  var lastRun: String
  var nextRun: String
  var result: String
  var failures: @Sendable (_ runs: Int) -> String
  var running: String
  var runNow: String
  var backups: String
  var backUpNow: String
  var noBackups: String
  var noBackupFolder: String
  var size: String
  var health: String
  var checkNow: String
  var checkText: String
  var levels: [DoctorCheck.Finding.Level: String]
  var when: String
  var who: String
  var what: String
  var record: String
  var before: String
  var after: String
  /// What rows of the trail are about, and what was done, by the names they are kept under.
  var entities: [String: String]
  var actions: [String: String]
  /// What workers say of a run, by its English form (``Sentences``).
  var results: [String: String]
  /// What they count, by the English word behind the number.
  var counted: [String: String]
  var nothingHappened: Message
}

extension AdminWords {
  static let english = AdminWords(
    title: "Administration", people: "People", service: "Service", trail: "Audit trail",
    personName: "Name", login: "Sign-in name",
    loginHint: "letters, digits, dots and hyphens", role: "Role",
    roles: [
      .manager: "manager", .head: "head of sales", .booking: "booking officer",
      .accountant: "accountant",
      .administrator: "administrator",
    ],
    email: "E-mail", team: "Team", noTeam: "no team", newTeam: "New team",
    teamName: "Name of the team",
    sees: "Sees", asRole: "as the role does", mailLanguage: "Language of mails",
    notSaid: "as whoever writes",
    visibilities: [.own: "what is theirs", .team: "what is their team's", .all: "everything"],
    mayEnter: "May sign in", yes: "yes", no: "no", disabled: "may not sign in",
    newPerson: "New person",
    newPersonText: "Whoever is new gets a link to set a password from their page.",
    mailLink: "Mail a link to set a password",
    showLink: "Show a link to set a password",
    linkText: "This link sets a password once. It is shown here and nowhere else: {address}",
    endSessions: "Sign out everywhere", workers: "What runs by itself", works: [:],
    cadence: "How often",
    howOften: { $0 },
    lastRun: "Last run", nextRun: "Next run", result: "Result",
    failures: { "failed \($0) \($0 == 1 ? "time" : "times") in a row" }, running: "is running",
    runNow: "Run now", backups: "Backups", backUpNow: "Back up now",
    noBackups: "There is none yet.",
    noBackupFolder: "No folder for backups is set: start the service with PLANNER_BACKUPS.",
    size: "Size",
    health: "Health of the data", checkNow: "Check everything",
    checkText:
      "Looks at the file, its indexes, keys, places, the audit trail, clock, disk and backups. With much data this takes a while.",
    levels: [.fine: "fine", .note: "worth knowing", .fault: "a fault"], when: "When", who: "Who",
    what: "What", record: "Record", before: "before", after: "after",
    entities: [
      "partner": "Partner", "trip": "Trip", "stop": "Stop", "task": "Task",
      "checklistItem": "Item of a checklist", "taskComment": "Comment", "taskReminder": "Reminder",
      "photo": "Photo", "activity": "Activity", "user": "Person", "team": "Team", "territory": "Territory",
      "token": "Token",
      "calendarToken": "Calendar address", "selection": "Selection", "savedView": "View",
      "region": "Region",
      "importRun": "Import", "job": "Job", "outbox": "Message", "webhook": "Webhook",
      "inboundSource": "Source of messages", "retentionRule": "Retention rule",
      "contactPerson": "Contact",
      "search": "Search index", "database": "Database", "audit": "Audit trail",
    ],
    actions: [
      "create": "added", "update": "changed", "delete": "removed", "remove": "removed",
      "begin": "begun",
      "finish": "finished", "done": "done", "failed": "failed", "check": "ticked off",
      "arrive": "arrived",
      "cancel": "called off", "replace": "replaced", "revoke": "revoked", "signIn": "signed in",
      "signOut": "signed out", "setPassword": "password set", "invite": "invited", "reset": "reset",
      "beginSecondFactor": "second factor begun", "confirmSecondFactor": "second factor confirmed",
      "removeSecondFactor": "second factor removed", "askCancel": "asked to stop",
      "resend": "sent again",
      "withdraw": "withdrawn", "restore": "restored", "rebuild": "made anew", "keep": "kept",
      "erase": "erased", "assign": "given", "set": "set", "state": "state changed",
      "visit": "visit recorded",
      "override": "area set by hand", "protect": "sealed value kept", "reseal": "begun anew",
      "geocode": "placed",
      "geocode.kept": "place kept", "import.undo.remove": "import taken back",
      "running": "is running",
      "import.undo.restore": "import taken back", "invitation": "link to set a password",
      "queued": "waiting",
      "reveal": "shown", "rotate": "key changed", "undo": "taken back",
      "disable": "may not sign in any more", "enable": "may sign in again", "rotateSecret": "secret changed",
      "sent": "sent", "unknown": "may not have arrived", "cancelled": "called off",
    ], results: [:], counted: [:],
    nothingHappened: Message(title: "Nothing was found", text: "Take a filter away."))

  static let russian = AdminWords(
    title: "Управление", people: "Люди", service: "Служба", trail: "Журнал изменений",
    personName: "Имя", login: "Имя для входа",
    loginHint: "буквы, цифры, точки и дефисы", role: "Роль",
    roles: [
      .manager: "менеджер", .head: "руководитель продаж", .booking: "специалист по бронированию",
      .accountant: "бухгалтер", .administrator: "администратор",
    ],
    email: "Эл. почта", team: "Команда", noTeam: "без команды", newTeam: "Новая команда",
    teamName: "Название команды", sees: "Видит", asRole: "как положено роли", mailLanguage: "Язык писем",
    notSaid: "как у отправителя",
    visibilities: [.own: "своё", .team: "своё и команды", .all: "всё"], mayEnter: "Может входить",
    yes: "да",
    no: "нет", disabled: "вход закрыт", newPerson: "Новый человек",
    newPersonText: "Новый человек получает ссылку для пароля на своей странице.",
    mailLink: "Отправить ссылку для пароля", showLink: "Показать ссылку для пароля",
    linkText: "Эта ссылка один раз задаёт пароль. Она показана только здесь: {address}",
    endSessions: "Завершить все сеансы", workers: "Что работает само",
    works: [
      "audit": "читает журнал изменений и поднимает тревогу, если его меняли",
      "backup": "делает резервную копию базы", "retention": "стирает персональные данные в срок",
      "geocoding": "ищет места адресов", "cleanup": "убирает старые задания, сообщения и сеансы",
      "mail": "отправляет письма", "reminders": "напоминает о задачах письмом",
      "webhooks": "сообщает другим программам об изменениях",
    ], cadence: "Как часто",
    howOften: {
      [
        ("every ", "раз в "), (" min", " мин"), (" s", " с"), (" h", " ч"),
        ("daily ", "каждый день, "),
      ]
      .reduce($0) {
        $0.replacing($1.0, with: $1.1)
      }
    },
    lastRun: "Последний раз", nextRun: "Следующий раз", result: "Результат",
    failures: { "неудач подряд: \($0)" }, running: "работает", runNow: "Запустить",
    backups: "Резервные копии",
    backUpNow: "Сделать копию", noBackups: "Копий пока нет.",
    noBackupFolder: "Папка для копий не задана: запустите службу с PLANNER_BACKUPS.",
    size: "Размер",
    health: "Состояние данных", checkNow: "Проверить всё",
    checkText:
      "Проверяет файл, индексы, ключи, места, журнал, часы, диск и копии. Если данных много, это займёт время.",
    levels: [.fine: "в порядке", .note: "обратите внимание", .fault: "ошибка"], when: "Когда",
    who: "Кто",
    what: "Что", record: "Запись", before: "было", after: "стало",
    entities: [
      "partner": "Партнёр", "trip": "Поездка", "stop": "Визит поездки", "task": "Задача",
      "checklistItem": "Пункт чек-листа", "taskComment": "Комментарий", "taskReminder": "Напоминание",
      "photo": "Фото", "activity": "Событие", "user": "Человек",
      "team": "Команда",
      "territory": "Территория", "token": "Токен", "calendarToken": "Адрес календаря",
      "selection": "Выборка",
      "savedView": "Вид", "region": "Регион", "importRun": "Загрузка", "job": "Задание",
      "outbox": "Сообщение",
      "webhook": "Вебхук", "inboundSource": "Источник сообщений", "retentionRule": "Срок хранения",
      "contactPerson": "Контакт", "search": "Поисковый индекс", "database": "База данных",
      "audit": "Журнал изменений",
    ],
    actions: [
      "create": "добавлено", "update": "изменено", "delete": "удалено", "remove": "удалено",
      "begin": "начато",
      "finish": "закончено", "done": "выполнено", "failed": "не удалось", "check": "отмечено",
      "arrive": "приезд", "cancel": "отменено", "replace": "заменено", "revoke": "отозвано",
      "signIn": "вход", "signOut": "выход", "setPassword": "задан пароль", "invite": "приглашение",
      "reset": "сброс пароля", "beginSecondFactor": "второй фактор начат",
      "confirmSecondFactor": "второй фактор включён", "removeSecondFactor": "второй фактор убран",
      "askCancel": "просьба остановить", "resend": "отправлено снова",
      "withdraw": "отозвано из отправки",
      "restore": "восстановлено", "rebuild": "построено заново", "keep": "оставлено",
      "erase": "стёрто", "assign": "закреплено", "set": "задано", "state": "состояние изменено",
      "visit": "записан визит", "override": "граница задана вручную",
      "protect": "сохранено скрытое значение",
      "reseal": "начат заново", "geocode": "найдено место", "geocode.kept": "место оставлено",
      "import.undo.remove": "загрузка отменена", "import.undo.restore": "загрузка отменена",
      "running": "выполняется", "invitation": "ссылка для пароля", "queued": "ожидает",
      "reveal": "показано", "rotate": "ключ сменён", "undo": "отменено",
      "disable": "вход закрыт", "enable": "вход снова открыт", "rotateSecret": "секрет сменён",
      "sent": "отправлено", "unknown": "могло не дойти", "cancelled": "отменено",
    ],
    results: [
      "nothing to look up": "искать нечего", "no mail server is set": "почтовый сервер не задан",
      "{0} values erased": "стёрто значений: {0}", "{0} rows, unbroken": "строк: {0}, цепочка цела",
      "{0} looked up, {1} found": "искали: {0}, нашли: {1}",
      "{0} looked up, {1} found, {2} edited meanwhile":
        "искали: {0}, нашли: {1}, изменили тем временем: {2}",
      "{0} changes to tell, {1} calls taken, {2} not":
        "изменений: {0}, принято вызовов: {1}, не принято: {2}",
      "{0} sent, {1} failed": "отправлено: {0}, не отправлено: {1}",
      "made {0}, {1} kept": "сделана {0}, хранится копий: {1}",
    ],
    counted: [
      "sent": "отправлено", "mails": "писем", "to be tried again": "попробуем снова", "failed": "не удалось",
      "unknown": "неизвестно", "jobs": "удалено заданий", "messages": "сообщений",
      "broken-off uploads": "прерванных загрузок", "sessions and links": "сеансов и ссылок",
      "kept answers": "сохранённых ответов", "inbound messages": "входящих сообщений", "sessions": "сеансов",
      "tokens": "токенов",
      "keys": "ключей", "links": "ссылок", "deliveries": "доставок", "calls": "вызовов",
    ],
    nothingHappened: Message(title: "Ничего не нашлось", text: "Снимите фильтр."))
}

extension AdminWords {
  /// What a worker says of a run, in the words of the language as far as there are some.
  func result(_ text: String, in language: Language) -> String {
    if let own = Sentences(in: language, forms: results).translated(text) { return own }
    let told = text.trimmingPrefix("removed: ").split(separator: ", ").map { part -> String? in
      guard let parts = part.wholeMatch(of: /(\d+) (.+)/), let own = counted[String(parts.2)] else {
        return nil
      }
      return "\(own): \(parts.1)"
    }
    return told.contains(nil) ? text : told.compactMap { $0 }.joined(separator: ", ")
  }
}
