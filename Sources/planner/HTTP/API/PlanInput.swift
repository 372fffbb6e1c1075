import CRM
import Foundation
import Geo
import Planning
import Routing
import Store

/// A place as a request names it: text as on the command line, or an object.
enum PlaceInput: Sendable {
  case text(String)
  case point(Place)

  init(_ field: RequestField) throws {
    if case .string = field.value {
      self = .text(try field.text(1...500))
      return
    }
    let body = try field.object(["latitude", "longitude", "label", "partner", "address"])
    if let partner = body["partner"] {
      self = .text("partner:\(try partner.id(PartnerID.self))")
    } else if let address = body["address"] {
      self = .text(try address.text(1...500))
    } else {
      let coordinate = Coordinate(
        trustedLatitude: try body.required("latitude").number(-90...90),
        longitude: try body.required("longitude").number(-180...180))
      let label = try body["label"]?.text(1...200) ?? "\(coordinate.latitude), \(coordinate.longitude)"
      self = .point(Place(label: label, coordinate: coordinate))
    }
  }

  func place(_ role: PlaceResolver.Role, by resolver: PlaceResolver) async throws -> Place {
    switch self {
    case .text(let text): try await resolver.resolve(text, role: role)
    case .point(let place): place
    }
  }
}

/// Where and when one manager goes.
struct PlanRoute: Sendable {
  static let members = ["start", "end", "roundTrip", "open", "date", "days", "work"]
  var start: PlaceInput?
  var end: PlaceInput?
  var isOpen = false
  var date: LocalDate?
  var days: Int?
  var work: PlanRequest.Hours?

  init(_ body: RequestObject) throws {
    start = try body.value("start").map { try PlaceInput($0) }
    end = try body.value("end").map { try PlaceInput($0) }
    isOpen = try body["open"]?.bool() ?? false
    let roundTrip = try body["roundTrip"]?.bool() ?? false
    if let field = body["end"] ?? body["open"] ?? body["roundTrip"],
      [end != nil, isOpen, roundTrip].count(where: { $0 }) > 1
    {
      throw field.fault("the trip ends twice", hint: "give one of end, roundTrip and open")
    }
    date = try body.value("date")?.date()
    days = try body["days"]?.integer(1...PlanRequest.maximumDays)
    work = try body.value("work").map(PlanInput.hours)
  }

  /// What is said of one manager goes before what is said of all.
  func over(_ common: PlanRoute) -> PlanRoute {
    var route = common
    if let start { route.start = start }
    if end != nil || isOpen { (route.end, route.isOpen) = (end, isOpen) }
    if let date { route.date = date }
    if let days { route.days = days }
    if let work { route.work = work }
    return route
  }
}

/// What `POST /plan` asks for, before names are looked up.
struct PlanInput: Sendable {
  struct Manager: Sendable {
    var login: RequestField
    var route: PlanRoute
  }

  var draft = PlanDraft()
  var selection: RequestField
  var route: PlanRoute
  var order: [(date: LocalDate, partners: [PartnerID])] = []
  var improves = false
  var alternatives: Int?
  var choose = 1
  var managers: [Manager] = []
  var share = TeamProblem.Share.territory
  var saves = false
  var responsible: RequestField?

  private static let members =
    PlanRoute.members + [
      "selection", "lunch", "visitSeconds", "maxDriveSeconds", "night", "metric", "seed",
      "budgetMilliseconds",
      "precision", "skipVisited", "skipPlanned", "must", "title", "timeZone", "rules", "order", "improve",
      "alternatives", "choose", "managers", "share", "save", "responsible",
    ]

  init(_ field: RequestField) throws {
    let body = try field.object(Self.members)
    selection = try body.required("selection")
    route = try PlanRoute(body)
    draft.lunch = try body.value("lunch").map(Self.lunch)
    draft.visit = try body.value("visitSeconds").map { Seconds(try $0.integer(60...86_400)) }
    draft.maxDriving = try body.value("maxDriveSeconds").map { Seconds(try $0.integer(60...86_400)) }
    draft.night = try body.value("night").map { try $0.choice(Night.self).value }
    draft.metric = try body["metric"].map { try $0.choice(Metric.self).value } ?? .time
    draft.seed = UInt64(try body["seed"]?.integer(0...Int(Int32.max)) ?? 1)
    draft.budgetMilliseconds = try body.value("budgetMilliseconds")?.integer(1...60_000)
    if let precision = body["precision"] {
      let level: GeocodeLevel = try precision.choice()
      guard level != .given else { throw precision.fault("it is no level", hint: "give house at most") }
      draft.minimumLevel = level
    }
    draft.skipVisitedWithinDays = try body.value("skipVisited")?.integer(1...3650)
    draft.skipPlannedElsewhere = try body["skipPlanned"]?.bool() ?? false
    draft.mustVisit = try body["must"]?.array(limit: 1000).map { try $0.id(PartnerID.self) } ?? []
    draft.title = try body.value("title")?.text(1...300)
    draft.timeZone = try body.value("timeZone").map(Self.zone)
    if let rules = body["rules"] { draft.rules = try RulesInput.rules(rules) }
    order = try body["order"].map(Self.order) ?? []
    improves = try body["improve"]?.bool() ?? false
    alternatives = try body.value("alternatives")?.integer(1...TripPlanner.maximumAlternatives)
    choose = try body["choose"]?.integer(1...TripPlanner.maximumAlternatives) ?? 1
    managers =
      try body["managers"]?.array(limit: TeamRequest.maximumManagers).map { item in
        if case .string = item.value { return Manager(login: item, route: try PlanRoute(.empty)) }
        let one = try item.object(PlanRoute.members + ["login"])
        return Manager(login: try one.required("login"), route: try PlanRoute(one))
      } ?? []
    share = try body["share"]?.choice() ?? .territory
    saves = try body["save"]?.bool() ?? false
    responsible = body["responsible"]
    try check(body)
  }

  /// Members that say nothing together.
  private func check(_ body: RequestObject) throws {
    if managers.isEmpty {
      guard route.start != nil else {
        _ = try body.required("start")
        return
      }
    } else if let field = body["alternatives"] ?? body["order"] ?? body["responsible"] {
      throw field.fault("it is for the trip of one", hint: "leave it or managers out")
    }
    if choose > (alternatives ?? 1), let field = body["choose"] {
      throw field.fault("there are not so many", hint: "give 1 to the number of alternatives")
    }
    if !order.isEmpty, alternatives != nil || draft.rules.lodging != nil, let field = body["order"] {
      throw field.fault("it is a plan of its own", hint: "leave out alternatives and lodging")
    }
    if improves, order.isEmpty, let field = body["improve"] {
      throw field.fault("it starts from an order", hint: "give order too")
    }
    if draft.night == .home, draft.rules.lodging != nil, let field = body["night"] {
      throw field.fault("nights at home have no lodging", hint: "leave one out")
    }
  }

  private enum Night: String, CaseIterable {
    case home, away
    var value: TripProblem.Night { self == .home ? .home : .away }
  }
  private enum Metric: String, CaseIterable {
    case time, distance
    var value: TripProblem.Metric { self == .time ? .time : .distance }
  }

  /// `09:00-18:00`.
  static func hours(_ field: RequestField) throws -> PlanRequest.Hours {
    let parts = try field.text(1...20).split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = OptionValue.clock(parts[0]), let end = OptionValue.clock(parts[1]),
      start < end
    else { throw field.fault("\(field.value.told) are no hours", hint: "write 09:00-18:00") }
    return .init(start: start, end: end)
  }

  private static func lunch(_ field: RequestField) throws -> PlanRequest.Lunch {
    let body = try field.object(["window", "seconds"])
    return .init(
      window: try hours(body.required("window")),
      length: Seconds(try body.required("seconds").integer(60...14_400)))
  }

  private static func zone(_ field: RequestField) throws -> String {
    let name = try field.text(1...64)
    guard TimeZone(identifier: name) != nil else {
      throw field.fault("there is no time zone \"\(name)\"", hint: "write Europe/Minsk")
    }
    return name
  }

  static func order(_ field: RequestField) throws -> [(date: LocalDate, partners: [PartnerID])] {
    let days = try field.array(limit: PlanRequest.maximumDays)
    guard !days.isEmpty else { throw field.fault("it names no day", hint: "give days with partners") }
    return try days.map { item in
      let day = try item.object(["date", "partners"])
      return (
        try day.required("date").date(),
        try day.required("partners").array(limit: 1000).map { try $0.id(PartnerID.self) }
      )
    }
  }
}

/// Limits of days and rules for single partners.
enum RulesInput {
  private enum Prefer: String, CaseIterable { case count, urgency }

  static func rules(_ field: RequestField) throws -> TripRules {
    let body = try field.object([
      "maxDistanceMetres", "overtimeSeconds", "setUpSeconds", "maxWaitSeconds", "weekdays", "prefer",
      "lodging",
      "nightAwayFromMetres", "stops", "orders", "turnover",
    ])
    var rules = TripRules()
    rules.maxDistance = try body.value("maxDistanceMetres").map { Metres(try $0.number(1...10_000_000)) }
    rules.overtime = try body.value("overtimeSeconds").map { Seconds(try $0.integer(0...43_200)) }
    rules.setUp = try body.value("setUpSeconds").map { Seconds(try $0.integer(0...14_400)) }
    rules.maxWait = try body.value("maxWaitSeconds").map { Seconds(try $0.integer(0...86_400)) }
    rules.weekdays = try body.value("weekdays").map(weekdays)
    rules.worth = try body["prefer"].map { try $0.choice(Prefer.self) } == .urgency ? .urgency : .equal
    rules.nightAwayFrom = try body.value("nightAwayFromMetres").map { Metres(try $0.number(1...10_000_000)) }
    let lodging: TripRules.Lodging? = try body.value("lodging")?.choice()
    rules.lodging = lodging ?? (rules.nightAwayFrom == nil ? nil : .any)
    for item in try body["stops"]?.array(limit: 1000) ?? [] {
      let stop = try Self.stop(item)
      guard rules.stop(stop.partner) == nil else {
        throw item.fault("the partner stands twice", hint: "give all of its rules at once")
      }
      rules.stops.append(stop)
    }
    rules.orders =
      try body["orders"]?.array(limit: 1000).map { item in
        let order = try item.object(["before", "after"])
        return TripRules.Order(
          before: try order.required("before").id(), after: try order.required("after").id())
      } ?? []
    rules.turnover = try body.value("turnover")?.array(limit: 1000).map { item in
      let one = try item.object(["partner", "amount"])
      return TripRules.Turnover(
        partner: try one.required("partner").id(), amount: try one.required("amount").number(0...1e14))
    }
    return rules
  }

  private static func weekdays(_ field: RequestField) throws -> [Weekday] {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let days = try field.array(limit: 7).map { item in
      guard let name = item.value.text, let index = names.firstIndex(of: name) else {
        throw item.fault(
          "\(item.value.told) is no weekday", hint: "give some of: " + names.joined(separator: ", "))
      }
      return index
    }
    guard !days.isEmpty else { throw field.fault("no weekday is left", hint: "name one, or leave it out") }
    return Set(days).sorted().compactMap(Weekday.init(rawValue:))
  }

  private static func stop(_ field: RequestField) throws -> TripRules.Stop {
    let body = try field.object(["partner", "dates", "appointment", "place", "value"])
    var stop = TripRules.Stop(partner: try body.required("partner").id())
    stop.dates = try body.value("dates")?.array(limit: PlanRequest.maximumDays).map { try $0.date() }
    if let field = body.value("appointment") {
      let moment = try field.object(["date", "time"])
      let time = try moment.required("time")
      guard let seconds = OptionValue.clock(Substring(try time.text(1...5))), seconds < 86_400 else {
        throw time.fault("\(time.value.told) is no time of a day", hint: "write 14:00")
      }
      stop.appointment = .init(date: try moment.required("date").date(), time: seconds)
    }
    if let place = body.value("place") {
      stop.place =
        switch place.value {
        case "first": .first
        case "last": .last
        default: .position(try place.integer(1...1000))
        }
    }
    stop.weight = try body.value("value")?.integer(1...TripRules.maximumWeight)
    return stop
  }
}

extension RequestObject {
  static let empty = RequestObject(fields: [:], path: "")
}
