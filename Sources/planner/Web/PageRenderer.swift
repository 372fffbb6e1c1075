import CRM
import Geo
import Mustache

/// Makes the HTML of every page. Templates and assets are part of the program: one file to copy, nothing to lose.
struct PageRenderer: Sendable {
  /// Short hashes of the assets: a changed file gets a new address, so browsers may keep the old for ever.
  struct AssetVersions: Sendable {
    var map = ""
    var mapStyle = ""
    var style = ""
    var aroundMap = ""
    var script = ""
    var mapScript = ""
    var planScript = ""
    var roadScript = ""
    var formsScript = ""
    var importScript = ""
    var reviewScript = ""
    var territoryScript = ""
    var frameScript = ""
    var signScript = ""
    var icon = ""
  }

  /// The signed-in one, as pages show him.
  struct Person: Sendable {
    var name: String
    /// What forms of the session carry.
    var code: String
  }

  private let library: MustacheLibrary
  private let versions: AssetVersions
  private let tiles: OperatorTiles?

  /// All templates, by the names they call each other.
  static let templates: KeyValuePairs<String, [UInt8]> = [
    "layout": PackageResources.layout_mustache,
    "trip": PackageResources.trip_mustache,
    "trip-days": PackageResources.trip_days_mustache,
    "trip-marks": PackageResources.trip_marks_mustache,
    "plan": PackageResources.plan_mustache,
    "plan-draft": PackageResources.plan_draft_mustache,
    "plan-nearby": PackageResources.plan_nearby_mustache,
    "message": PackageResources.message_mustache,
    "data": PackageResources.data_mustache,
    "sign-in": PackageResources.sign_in_mustache,
    "set-password": PackageResources.set_password_mustache,
    "choice": PackageResources.choice_mustache,
    "views": PackageResources.views_mustache,
    "map-region": PackageResources.map_region_mustache,
    "photos": PackageResources.photos_mustache, "task": PackageResources.task_mustache,
    "task-talk": PackageResources.task_talk_mustache,
    "partner-edit": PackageResources.partner_edit_mustache,
    "address-row": PackageResources.address_row_mustache,
    "point-row": PackageResources.point_row_mustache,
    "person-row": PackageResources.person_row_mustache,
    "import": PackageResources.import_mustache,
    "admin": PackageResources.admin_mustache, "territories": PackageResources.territories_mustache,
    "territory-state": PackageResources.territory_state_mustache,
    "territory-region": PackageResources.territory_region_mustache,
    "account": PackageResources.account_mustache,
    "help": PackageResources.help_mustache,
    "help-topics": PackageResources.help_topics_mustache,
    "tour": PackageResources.tour_mustache,
    "review": PackageResources.review_mustache,
    "nothing-yet": PackageResources.nothing_yet_mustache,
    "road": PackageResources.road_mustache,
    "road-report": PackageResources.road_report_mustache,
    "map": PackageResources.map_mustache,
    "map-list": PackageResources.map_list_mustache,
    "map-card": PackageResources.map_card_mustache,
    "map-tools": PackageResources.map_tools_mustache,
    "chosen": PackageResources.chosen_mustache,
    "partners": PackageResources.partners_mustache,
    "partner": PackageResources.partner_mustache,
    "tasks": PackageResources.tasks_mustache,
    "task-board": PackageResources.task_board_mustache,
    "task-calendar": PackageResources.task_calendar_mustache,
    "search": PackageResources.search_mustache,
    "hits": PackageResources.hits_mustache,
  ]

  /// - Parameter tiles: the operator's, drawn under everything on maps.
  init(versions: AssetVersions, tiles: OperatorTiles? = nil) throws {
    var library = MustacheLibrary()
    for (name, bytes) in Self.templates { try library.register(Self.text(bytes), named: name) }
    self.library = library
    self.versions = versions
    self.tiles = tiles
  }

  /// The page of one trip: map, legend, checklist, who was left out.
  func trip(
    _ view: TripView, among trips: [TripHead], in frame: PageFrame
  ) -> String {
    mapPage(
      title: view.trip.title, trips: trips, current: view.trip.id, in: frame,
      content: ["trip": view.values(in: frame.language)],
      more: ["leftOutTotal": .number(view.trip.unassigned.count)])
  }

  /// A page with the map library and the words of its controls.
  func mapPage(
    title: String, trips: [TripHead] = [], current: TripID? = nil, in frame: PageFrame,
    content: [String: HTMLValue], more: [String: HTMLValue] = [:]
  ) -> String {
    var more = more
    more["controls"] = .text(Self.json(frame.language.phrases.mapControls))
    return page(
      title: title, trips: trips, current: current, in: frame, content: content, withMap: true, more: more)
  }

  /// A page of trips while there is none; it leads to where one is planned.
  /// - Parameter title: of the page.
  func nothingYet(_ message: Message, title: String, in frame: PageFrame) -> String {
    page(
      title: title, trips: [], in: frame,
      content: [
        "nothingYet": .object([
          "title": .text(message.title), "text": .text(message.text), "address": .text("/plan"),
          "label": .text(frame.language.phrases.planning.plan),
        ])
      ])
  }

  /// What went wrong, in words.
  /// - Parameter status: of HTTP.
  func message(
    status: Int, among trips: [TripHead], in frame: PageFrame
  ) -> String {
    let words = frame.language.phrases
    let message =
      switch status {
      case 404: words.notFound
      case 405: words.notAllowed
      case 403: words.forbidden
      case 429: words.tooMany
      case 400..<500: words.badRequest
      case 503: words.busy
      case 507: words.diskFull
      default: words.failure
      }
    return page(
      title: message.title, trips: trips, in: frame,
      content: [
        "message": .object([
          "status": .text(String(status)), "heading": .text(message.title), "text": .text(message.text),
        ])
      ])
  }

  /// The form to sign in with.
  /// - Parameters:
  ///   - next: where to go afterwards.
  ///   - fault: why the last attempt failed.
  func signIn(next: String, fault: (any CodedError)?, login: String, in frame: PageFrame) -> String {
    let words = frame.language.phrases.signIn
    return page(
      title: words.signIn, trips: [], in: frame,
      content: [
        "signIn": .object([
          "heading": .text(words.signIn), "fault": .optional(fault.map(words.sentence)), "next": .text(next),
          "loginLabel": .text(words.login), "login": login.isEmpty ? .flag(false) : .text(login),
          "passwordLabel": .text(words.password), "submit": .text(words.signIn),
          "forgotten": .text(words.forgotten), "codeLabel": .text(words.oneTimeCode),
          "wantsCode": .flag(Self.isAboutCode(fault)),
        ])
      ])
  }

  private static func isAboutCode(_ fault: (any CodedError)?) -> Bool {
    switch fault as? SignInError {
    case .codeNeeded, .wrongCode: true
    default: false
    }
  }

  /// The form to set a password with, by the code of a link.
  func setPassword(fault: (any CodedError)?, in frame: PageFrame) -> String {
    let words = frame.language.phrases.signIn
    return page(
      title: words.setPassword, trips: [], in: frame,
      content: [
        "setPassword": .object([
          "heading": .text(words.setPassword), "fault": .optional(fault.map(words.sentence)),
          "codeLabel": .text(words.code), "passwordLabel": .text(words.newPassword),
          "submit": .text(words.save), "rule": .text(words.passwordRule),
        ])
      ])
  }

  func page(
    title: String, trips: [TripHead], current: TripID? = nil, in frame: PageFrame,
    content: [String: HTMLValue], withMap: Bool = false, more: [String: HTMLValue] = [:]
  ) -> String {
    let words = frame.language.phrases
    var values: [String: HTMLValue] = [
      "pageTitle": .text("\(title) · planner"),
      "assets": .object([
        "map": .text(versions.map), "mapStyle": .text(versions.mapStyle), "style": .text(versions.style),
        "aroundMap": .text(versions.aroundMap),
        "script": .text(versions.script), "mapScript": .text(versions.mapScript),
        "planScript": .text(versions.planScript), "roadScript": .text(versions.roadScript),
        "formsScript": .text(versions.formsScript),
        "importScript": .text(versions.importScript), "reviewScript": .text(versions.reviewScript),
        "territoryScript": .text(versions.territoryScript),
        "frame": .text(versions.frameScript),
        "sign": .text(versions.signScript), "icon": .text(versions.icon),
      ]),
      "words": .object([
        "trips": .text(words.trips), "dayByDay": .text(words.dayByDay), "skipToList": .text(words.skipToList),
        "tripOnMap": .text(words.tripOnMap), "allDays": .text(words.allDays),
        "leftOut": .text(words.leftOut), "showInList": .text(words.showInList),
        "noMap": .text(words.noMap), "noScript": .text(words.noScript),
        "calendar": .text(words.calendar), "signOut": .text(words.signIn.signOut),
        "unsent": .text(words.signIn.unsent("0")), "noSignal": .text(words.signIn.noSignal),
        "stay": .text(words.signIn.stay),
        "backToTrip": .text(words.backToTrip),
        "onTheRoad": .text(words.road.title),
      ]),
      "withMap": .flag(withMap),
      "tiles": tiles.map { .object(["address": .text($0.address), "credit": .text($0.credit)]) }
        ?? .flag(false),
      "hasTrips": .flag(!trips.isEmpty),
      "tripCount": .number(trips.count),
      "trips": .list(
        trips.map { head in
          .object([
            "id": .text(head.id.description), "title": .text(head.title),
            "days": .text(words.days(head.days)),
            "stops": .text(words.stops(head.stops)),
            "current": .flag(head.id == current),
          ])
        }),
      "trip": .flag(false), "message": .flag(false), "signIn": .flag(false),
      "setPassword": .flag(false), "data": .flag(false), "partners": .flag(false), "partner": .flag(false),
      "tasks": .flag(false), "found": .flag(false), "map": .flag(false),
      "plan": .flag(false), "road": .flag(false), "roadReport": .flag(false), "nothingYet": .flag(false),
      "task": .flag(false), "review": .flag(false), "help": .flag(false), "admin": .flag(false),
      "account": .flag(false), "territories": .flag(false),
      "topic": .optional(HelpTopic.allCases.first { content[$0.rawValue] != nil }?.rawValue),
      "withForms": .flag(false), "importing": .flag(false),
    ]
    values.merge(frame.values) { $1 }
    values.merge(content) { $1 }
    values.merge(more) { $1 }
    return library.render(HTMLValue.object(values).rendered, withTemplate: "layout") ?? ""
  }

  /// What was found as a list of links without a page around it.
  func hits(_ view: SearchView, in language: Language) -> String {
    fragment("hits", ["hits": view.shortList(in: language)])
  }

  /// A template without a page around it.
  func fragment(_ template: String, _ values: [String: HTMLValue]) -> String {
    library.render(HTMLValue.object(values).rendered, withTemplate: template) ?? ""
  }

  /// A flat object of strings as JSON with sorted keys, for a data attribute.
  static func json(_ strings: [String: String]) -> String {
    func quoted(_ text: String) -> String {
      var out = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\u{0}"..."\u{1F}": out += " "
        default: out.unicodeScalars.append(scalar)
        }
      }
      return out + "\""
    }
    let members = strings.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
    return "{\(members.joined(separator: ","))}"
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
