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
    var script = ""
    var mapScript = ""
    var planScript = ""
    var roadScript = ""
    var formsScript = ""
    var importScript = ""
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

  init(versions: AssetVersions) throws {
    var library = MustacheLibrary()
    try library.register(Self.text(PackageResources.layout_mustache), named: "layout")
    try library.register(Self.text(PackageResources.trip_mustache), named: "trip")
    try library.register(Self.text(PackageResources.trip_days_mustache), named: "trip-days")
    try library.register(Self.text(PackageResources.trip_marks_mustache), named: "trip-marks")
    try library.register(Self.text(PackageResources.plan_mustache), named: "plan")
    try library.register(Self.text(PackageResources.plan_draft_mustache), named: "plan-draft")
    try library.register(Self.text(PackageResources.plan_nearby_mustache), named: "plan-nearby")
    try library.register(Self.text(PackageResources.empty_mustache), named: "empty")
    try library.register(Self.text(PackageResources.message_mustache), named: "message")
    try library.register(Self.text(PackageResources.data_mustache), named: "data")
    try library.register(Self.text(PackageResources.sign_in_mustache), named: "sign-in")
    try library.register(Self.text(PackageResources.set_password_mustache), named: "set-password")
    try library.register(Self.text(PackageResources.choice_mustache), named: "choice")
    try library.register(Self.text(PackageResources.task_mustache), named: "task")
    try library.register(Self.text(PackageResources.partner_edit_mustache), named: "partner-edit")
    try library.register(Self.text(PackageResources.address_row_mustache), named: "address-row")
    try library.register(Self.text(PackageResources.point_row_mustache), named: "point-row")
    try library.register(Self.text(PackageResources.person_row_mustache), named: "person-row")
    try library.register(Self.text(PackageResources.import_mustache), named: "import")
    try library.register(Self.text(PackageResources.nothing_yet_mustache), named: "nothing-yet")
    try library.register(Self.text(PackageResources.road_mustache), named: "road")
    try library.register(Self.text(PackageResources.road_report_mustache), named: "road-report")
    try library.register(Self.text(PackageResources.map_mustache), named: "map")
    try library.register(Self.text(PackageResources.map_list_mustache), named: "map-list")
    try library.register(Self.text(PackageResources.map_card_mustache), named: "map-card")
    try library.register(Self.text(PackageResources.map_tools_mustache), named: "map-tools")
    try library.register(Self.text(PackageResources.chosen_mustache), named: "chosen")
    try library.register(Self.text(PackageResources.partners_mustache), named: "partners")
    try library.register(Self.text(PackageResources.partner_mustache), named: "partner")
    try library.register(Self.text(PackageResources.tasks_mustache), named: "tasks")
    try library.register(Self.text(PackageResources.search_mustache), named: "search")
    try library.register(Self.text(PackageResources.hits_mustache), named: "hits")
    self.library = library
    self.versions = versions
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

  /// The first page while nothing is planned.
  func empty(in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.noTripTitle, trips: [], in: frame,
      content: ["empty": .flag(true)])
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
        "script": .text(versions.script), "mapScript": .text(versions.mapScript),
        "planScript": .text(versions.planScript), "roadScript": .text(versions.roadScript),
        "formsScript": .text(versions.formsScript),
        "importScript": .text(versions.importScript),
        "frame": .text(versions.frameScript),
        "sign": .text(versions.signScript), "icon": .text(versions.icon),
      ]),
      "words": .object([
        "trips": .text(words.trips), "dayByDay": .text(words.dayByDay), "skipToList": .text(words.skipToList),
        "tripOnMap": .text(words.tripOnMap), "allDays": .text(words.allDays),
        "leftOut": .text(words.leftOut), "showInList": .text(words.showInList),
        "noMap": .text(words.noMap), "noScript": .text(words.noScript),
        "calendar": .text(words.calendar), "signOut": .text(words.signIn.signOut),
        "noTripTitle": .text(words.noTripTitle),
        "noTripText": .text(words.noTripText), "backToTrip": .text(words.backToTrip),
        "onTheRoad": .text(words.road.title),
      ]),
      "withMap": .flag(withMap),
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
      "trip": .flag(false), "empty": .flag(false), "message": .flag(false), "signIn": .flag(false),
      "setPassword": .flag(false), "data": .flag(false), "partners": .flag(false), "partner": .flag(false),
      "tasks": .flag(false), "found": .flag(false), "map": .flag(false),
      "plan": .flag(false), "road": .flag(false), "roadReport": .flag(false), "nothingYet": .flag(false),
      "task": .flag(false),
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
