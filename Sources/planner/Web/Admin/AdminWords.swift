import CRM

/// The words of the pages for whoever runs the service.
struct AdminWords: Sendable {
  var title: String
  var people: String
  var service: String
  var trail: String
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
  var nothingHappened: Message
}

extension AdminWords {
  static let english = AdminWords(
    title: "Administration", people: "People", service: "Service", trail: "Audit trail",
    login: "Sign-in name",
    loginHint: "letters, digits, dots and hyphens", role: "Role",
    roles: [
      .manager: "manager", .head: "head of sales", .booking: "booking officer", .accountant: "accountant",
      .administrator: "administrator",
    ],
    email: "E-mail", team: "Team", noTeam: "no team", newTeam: "New team", teamName: "Name of the team",
    sees: "Sees", asRole: "as the role does",
    visibilities: [.own: "what is theirs", .team: "what is their team's", .all: "everything"],
    mayEnter: "May sign in", yes: "yes", no: "no", disabled: "may not sign in", newPerson: "New person",
    newPersonText: "Whoever is new gets a link to set a password from their page.",
    mailLink: "Mail a link to set a password",
    showLink: "Show a link to set a password",
    linkText: "This link sets a password once. It is shown here and nowhere else: {address}",
    endSessions: "Sign out everywhere", workers: "What runs by itself", works: [:], cadence: "How often",
    howOften: { $0 },
    lastRun: "Last run", nextRun: "Next run", result: "Result",
    failures: { "failed \($0) \($0 == 1 ? "time" : "times") in a row" }, running: "is running",
    runNow: "Run now", backups: "Backups", backUpNow: "Back up now", noBackups: "There is none yet.",
    noBackupFolder: "No folder for backups is set: start the service with PLANNER_BACKUPS.", size: "Size",
    health: "Health of the data", checkNow: "Check everything",
    checkText:
      "Looks at the file, its indexes, keys, places, the audit trail, clock, disk and backups. With much data this takes a while.",
    levels: [.fine: "fine", .note: "worth knowing", .fault: "a fault"], when: "When", who: "Who",
    what: "What", record: "Record", before: "before", after: "after",
    nothingHappened: Message(title: "Nothing was found", text: "Take a filter away."))

  static let russian = AdminWords(
    title: "Управление", people: "Люди", service: "Служба", trail: "Журнал изменений", login: "Имя для входа",
    loginHint: "буквы, цифры, точки и дефисы", role: "Роль",
    roles: [
      .manager: "менеджер", .head: "руководитель продаж", .booking: "специалист по бронированию",
      .accountant: "бухгалтер", .administrator: "администратор",
    ],
    email: "Эл. почта", team: "Команда", noTeam: "без команды", newTeam: "Новая команда",
    teamName: "Название команды", sees: "Видит", asRole: "как положено роли",
    visibilities: [.own: "своё", .team: "своё и команды", .all: "всё"], mayEnter: "Может входить", yes: "да",
    no: "нет", disabled: "вход закрыт", newPerson: "Новый человек",
    newPersonText: "Новый человек получает ссылку для пароля на своей странице.",
    mailLink: "Отправить ссылку для пароля", showLink: "Показать ссылку для пароля",
    linkText: "Эта ссылка один раз задаёт пароль. Она показана только здесь: {address}",
    endSessions: "Завершить все сеансы", workers: "Что работает само",
    works: [
      "audit": "читает журнал изменений и поднимает тревогу, если его меняли",
      "backup": "делает резервную копию базы", "retention": "стирает персональные данные в срок",
      "geocoding": "ищет места адресов", "cleanup": "убирает старые задания, сообщения и сеансы",
      "mail": "отправляет письма", "webhooks": "сообщает другим программам об изменениях",
    ], cadence: "Как часто",
    howOften: {
      [("every ", "раз в "), (" min", " мин"), (" s", " с"), (" h", " ч"), ("daily ", "каждый день, ")]
        .reduce($0) {
          $0.replacing($1.0, with: $1.1)
        }
    },
    lastRun: "Последний раз", nextRun: "Следующий раз", result: "Результат",
    failures: { "неудач подряд: \($0)" }, running: "работает", runNow: "Запустить",
    backups: "Резервные копии",
    backUpNow: "Сделать копию", noBackups: "Копий пока нет.",
    noBackupFolder: "Папка для копий не задана: запустите службу с PLANNER_BACKUPS.", size: "Размер",
    health: "Состояние данных", checkNow: "Проверить всё",
    checkText:
      "Проверяет файл, индексы, ключи, места, журнал, часы, диск и копии. Если данных много, это займёт время.",
    levels: [.fine: "в порядке", .note: "обратите внимание", .fault: "ошибка"], when: "Когда", who: "Кто",
    what: "Что", record: "Запись", before: "было", after: "стало",
    nothingHappened: Message(title: "Ничего не нашлось", text: "Снимите фильтр."))
}
