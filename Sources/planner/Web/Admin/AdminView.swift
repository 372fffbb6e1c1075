import CRM
import Foundation
import Geo
import Store

/// One of the pages for whoever runs the service.
struct AdminView: Sendable {
  enum Tab: String, Sendable, CaseIterable {
    case people, territories, tags, service, trail
    var address: String { "/admin/\(rawValue)" }
    var permission: Permission {
      switch self {
      case .people: .manageUsers
      case .territories: .manageTerritories
      case .tags: .manageTags
      case .service: .manageService
      case .trail: .readAudit
      }
    }
  }

  enum Content: Sendable {
    case people([User], teams: [Team])
    case person(User, teams: [Team])
    case tags([TagUse])
    /// - Parameter backups: newest first; nil where no folder is set.
    case service(
      workers: [WorkerStatus], jobs: JobsView, backups: [BackupFile]?, findings: [DoctorCheck.Finding]?)
    case trail(AuditPage)
  }

  struct AuditPage: Sendable {
    var rows: [AuditRow]
    var users: [(login: String, name: String)]
    var names: [UserID: String]
    var user: String
    var entity: String
    var entities: [String]
    var next: String?
  }

  var content: Content
  /// Those the reader may open.
  var tabs: [Tab]
  var clock: DayClock

  private var tab: Tab {
    switch content {
    case .people, .person: .people
    case .tags: .tags
    case .service: .service
    case .trail: .trail
    }
  }

  func values(in language: Language) -> HTMLValue {
    let words = language.phrases.admin
    var values: [String: HTMLValue] = [
      "heading": .text(words.title), "editWords": .text(language.phrases.editing.script),
      "trailLabel": .text(language.phrases.maps.whereYouAre), "save": .text(language.phrases.editing.save),
      "tabs": Self.tabs(tabs, at: tab, in: language),
      "peopleList": .flag(false), "onePerson": .flag(false), "tagList": .flag(false),
      "serviceState": .flag(false),
      "auditTrail": .flag(false),
    ]
    switch content {
    case .people(let users, let teams): values["peopleList"] = people(users, teams, language)
    case .person(let user, let teams): values["onePerson"] = person(user, teams, language)
    case .tags(let uses): values["tagList"] = TagsView(uses: uses).values(in: language)
    case .service(let workers, let jobs, let backups, let findings):
      values["serviceState"] = service(workers, jobs, backups, findings, language)
    case .trail(let page): values["auditTrail"] = trail(page, language)
    }
    return .object(values)
  }

  static func tabs(
    _ tabs: [Tab], at tab: Tab, in language: Language
  ) -> HTMLValue {
    let words = language.phrases.admin
    return .list(
      tabs.map { one in
        let name =
          switch one {
          case .people: words.people
          case .territories: language.phrases.territories.title
          case .tags: language.phrases.tags.title
          case .service: words.service
          case .trail: words.trail
          }
        return .object([
          "name": .text(name), "address": .text(one.address), "chosen": .flag(one == tab),
        ])
      })
  }

  // MARK: People

  private func fields(_ user: User?, _ teams: [Team], _ language: Language) -> [String: HTMLValue] {
    let words = language.phrases.admin
    return [
      "nameLabel": .text(words.personName), "loginLabel": .text(words.login),
      "loginHint": .text(words.loginHint),
      "roleLabel": .text(words.role), "emailLabel": .text(words.email), "teamLabel": .text(words.team),
      "roles": language.options(
        UserRole.allCases.map { ($0.rawValue, words.roles[$0] ?? $0.rawValue) },
        chosen: (user?.role ?? .manager).rawValue),
      "teams": language.options(
        [("", words.noTeam)] + teams.map { ($0.id.description, $0.name) },
        chosen: user?.team?.description ?? ""),
      "languageLabel": .text(words.mailLanguage),
      "languages": language.options(
        [("", words.notSaid)] + Language.all.map { ($0.code, $0.phrases.languageName) },
        chosen: user?.language ?? ""),
    ]
  }

  private func people(_ users: [User], _ teams: [Team], _ language: Language) -> HTMLValue {
    let words = language.phrases.admin
    let names = Dictionary(uniqueKeysWithValues: teams.map { ($0.id, $0.name) })
    var values = fields(nil, teams, language)
    values["seesLabel"] = .text(words.sees)
    values["newPerson"] = .text(words.newPerson)
    values["newPersonText"] = .text(words.newPersonText)
    values["newTeam"] = .text(words.newTeam)
    values["teamNameLabel"] = .text(words.teamName)
    values["rows"] = .list(
      users.map { user in
        .object([
          "id": .text(user.id.description), "name": .text(user.name), "login": .text(user.login),
          "role": .text(words.roles[user.role] ?? user.role.rawValue),
          "team": .optional(user.team.flatMap { names[$0] }),
          "sees": .text(words.visibilities[user.visibility ?? user.role.visibility] ?? ""),
          "disabled": .optional(user.disabled ? words.disabled : nil),
        ])
      })
    return .object(values)
  }

  private func person(_ user: User, _ teams: [Team], _ language: Language) -> HTMLValue {
    let words = language.phrases.admin
    var values = fields(user, teams, language)
    values.merge([
      "name": .text(user.name), "login": .text(user.login), "email": .text(user.email ?? ""),
      "address": .text("/api/v1/users/\(user.id)"), "version": .number(user.version),
      "seesLabel": .text(words.sees),
      "visibilities": language.options(
        [("", "\(words.asRole): \(words.visibilities[user.role.visibility] ?? "")")]
          + Visibility.allCases.map { ($0.rawValue, words.visibilities[$0] ?? $0.rawValue) },
        chosen: user.visibility?.rawValue ?? ""),
      "enterLabel": .text(words.mayEnter),
      "enters": language.options([("false", words.yes), ("true", words.no)], chosen: String(user.disabled)),
      "mayLink": .flag(!user.disabled), "mayMail": .flag(!user.disabled && user.email != nil),
      "mailLink": .text(words.mailLink), "showLink": .text(words.showLink), "linkText": .text(words.linkText),
      "endSessions": .text(words.endSessions),
    ]) { $1 }
    return .object(values)
  }

  // MARK: Service

  private func service(
    _ workers: [WorkerStatus], _ jobs: JobsView, _ backups: [BackupFile]?,
    _ findings: [DoctorCheck.Finding]?, _ language: Language
  ) -> HTMLValue {
    let words = language.phrases.admin
    func when(_ text: String?) -> String? { text.flatMap(Instant.parse).map { language.moment($0, clock) } }
    return .object([
      "workersLabel": .text(words.workers), "cadenceHead": .text(words.cadence),
      "lastHead": .text(words.lastRun),
      "nextHead": .text(words.nextRun), "resultHead": .text(words.result), "runNow": .text(words.runNow),
      "workers": .list(
        workers.map { worker in
          .object([
            "name": .text(worker.name), "about": .text(words.works[worker.name] ?? worker.about),
            "cadence": .text(words.howOften(worker.cadence)),
            "last": .optional(
              worker.running ? words.running : when(worker.lastFinishedAt ?? worker.lastStartedAt)),
            "next": .optional(when(worker.nextAt)),
            "result": .optional(worker.lastMessage.map { words.result($0, in: language) } ?? worker.lastCode),
            "failed": .optional(worker.failures > 0 ? words.failures(worker.failures) : nil),
            "runLabel": .text("\(words.runNow): \(worker.name)"),
          ])
        }),
      "work": jobs.values(in: language), "backupsLabel": .text(words.backups),
      "backUpNow": .text(words.backUpNow),
      "noBackups": .optional(
        backups == nil ? words.noBackupFolder : backups?.isEmpty == true ? words.noBackups : nil),
      "mayBackUp": .flag(backups != nil), "hasBackups": .flag(backups?.isEmpty == false),
      "whenHead": .text(words.when), "sizeHead": .text(words.size),
      "backups": .list(
        (backups ?? []).map { file in
          .object([
            "when": .text(language.moment(file.note.madeAt, clock)),
            "size": .text("\(max(1, file.bytes / 1_000_000)) MB"),
          ])
        }),
      "healthLabel": .text(words.health), "checkNow": .text(words.checkNow),
      "checkText": .text(words.checkText),
      "hasFindings": .flag(findings != nil), "whatHead": .text(words.what),
      "findings": .list(
        (findings ?? []).map { one in
          .object([
            "what": .text(one.what), "level": .text(words.levels[one.level] ?? ""),
            "isBad": .flag(one.level == .fault), "detail": .text(one.detail), "hint": .optional(one.hint),
          ])
        }),
    ])
  }

  // MARK: The audit trail

  private func trail(_ page: AuditPage, _ language: Language) -> HTMLValue {
    let words = language.phrases.admin
    let nothing = page.rows.isEmpty ? words.nothingHappened : nil
    return .object([
      "whoLabel": .text(words.who), "recordLabel": .text(words.record), "whenHead": .text(words.when),
      "whatHead": .text(words.what), "beforeLabel": .text(words.before), "afterLabel": .text(words.after),
      "show": .text(language.phrases.records.show),
      "users": language.options(
        [("", language.phrases.records.anybody)] + page.users.map { ($0.login, $0.name) }, chosen: page.user),
      "entities": language.options(
        [("", "…")] + page.entities.map { ($0, words.entities[$0] ?? $0) }, chosen: page.entity),
      "hasRows": .flag(!page.rows.isEmpty),
      "rows": .list(
        page.rows.map { row in
          .object([
            "when": .text(language.moment(row.at, clock)), "instant": .text(Instant.text(row.at)),
            "who": .text(row.user.flatMap { page.names[$0] } ?? row.actor),
            "what": .text(
              "\(words.entities[row.entity] ?? row.entity) · \(words.actions[row.action] ?? row.action)"),
            "id": .text(Self.title(row)),
            "link": .optional(Self.link(row)),
            "hasChange": .flag(row.before != nil || row.after != nil),
            "before": .optional(row.before), "after": .optional(row.after),
          ])
        }),
      "nothing": nothing.map { .object(["title": .text($0.title), "text": .text($0.text)]) } ?? .flag(false),
      "next": .optional(page.next), "nextLabel": .text(language.phrases.maps.nextPage),
    ])
  }

  /// What the record is called, else its identifier.
  private static func title(_ row: AuditRow) -> String {
    for text in [row.after, row.before].compactMap(\.self) {
      let members = try? JSONValue(parsing: Array(text.utf8))
      if let name = members?["name"]?.text ?? members?["title"]?.text, !name.isEmpty { return name }
    }
    return row.id
  }

  /// The page of what a row is about.
  private static func link(_ row: AuditRow) -> String? {
    let folders = ["partner": "partners", "trip": "trips", "task": "tasks", "user": "admin/people"]
    guard row.after != nil, let folder = folders[row.entity] else { return nil }
    return "/\(folder)/\(row.id)"
  }
}

extension PageRenderer {
  func admin(_ view: AdminView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.admin.title, trips: [], in: frame,
      content: ["admin": view.values(in: frame.language)], more: ["withForms": .flag(true)])
  }
}
