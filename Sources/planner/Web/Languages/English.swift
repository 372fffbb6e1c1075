import CRM

extension Language {
  static let english = Language(
    code: "en", decimalSeparator: ".",
    weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
      "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December",
    ],
    phrases: Phrases(
      languageName: "English", quoted: { "“\($0)”" }, metre: "m", kilometre: "km", hour: "h", minute: "min",
      grouped: { grouped($0, by: ",", from: 1_000) },
      trips: "Trips", skipToList: "Skip to the checklist", tripOnMap: "The trip on the map",
      checklist: "Checklist", day: { "Day \($0)" }, days: { "\($0) \($0 == 1 ? "day" : "days")" },
      stops: { "\($0) \($0 == 1 ? "stop" : "stops")" },
      visitsDone: { "\($0) of \($1) done" },
      driving: "driving", start: "Start", end: "End", openEnd: "The trip ends at the last stop",
      night: "Night", locked: "locked",
      responsible: "Responsible", lunch: "Lunch", waiting: { "\($0) of waiting" },
      showOnMap: "Show on the map", showInList: "Show in the list", allDays: "All days", leftOut: "Left out",
      dayByDay: "Day by day",
      leftOutCount: { "\($0) left out" },
      gain: { "\($0) less driving than in the order given (\($1)\u{A0}%)" },
      loss: { "\($0) more driving than in the order given, for the sake of hours and days" },
      gap: { "at most \($0)\u{A0}% from the best possible" }, optimal: "proven to be the best possible",
      gapOfThese: { "at most \($0)\u{A0}% from the least driving for these visits" },
      optimalForThese: "proven to be the least driving for these visits",
      greatCircle: "Distances along great circles with a detour factor", roads: "Distances on roads",
      partlyEstimated: {
        "Distances on roads, partly estimated: \($0) of \($1) \($1 == 1 ? "drive" : "drives"), \($2)\u{A0}% of the way"
      }, estimatedDrive: "Estimated",
      calendar: "Calendar",
      visit: [
        .planned: "planned", .checkedIn: "checked in", .completed: "done", .missed: "missed",
        .skipped: "skipped", .cancelled: "cancelled",
      ],
      reason: [
        .noCoordinates: "its address could not be placed", .lowPrecision: "its address is placed too roughly",
        .unreachable: "cannot be reached by road", .closedThatDay: "closed on the days of the trip",
        .windowMissed: "cannot be reached while it is open", .dayFull: "does not fit into the day",
        .tripFull: "no time left on any day", .tooFar: "too far for one day's driving",
        .doNotVisit: "visits are not wanted", .visitedRecently: "visited recently",
        .plannedElsewhere: "part of another trip",
      ], details: [:], detailValues: [:], holiday: { _ in nil },
      dayEnds: { "Back by \($0)" }, lowPrecision: "place not exact: check the address",
      noTrip: Message(
        title: "No trip yet",
        text: "Choose partners on the map and plan a trip: it appears here, day by day, beside the map."),
      noScript: "The map needs JavaScript; the checklist works without it.",
      noMap: "The map cannot be drawn in this browser. The checklist is complete.",
      tripState: [
        .draft: "draft", .published: "published", .inProgress: "under way", .completed: "completed",
        .cancelled: "cancelled",
      ],
      notFound: Message(
        title: "There is no such page",
        text: "The trip may have been removed, or the address has a typing error."),
      notAllowed: Message(
        title: "This page is only there to be read", text: "It takes nothing that is sent to it."),
      forbidden: Message(
        title: "This is not yours to see",
        text: "Your role does not open this page. Ask whoever runs planner if you need it."),
      tooMany: Message(
        title: "That was a lot at once", text: "Wait a minute, then load the page again."),
      badRequest: Message(
        title: "The address asks for something that is not there",
        text: "A part of it cannot be read. Go back, or begin again from the map."),
      busy: Message(
        title: "The database is busy",
        text: "Another program is writing to it. Load the page again in a few seconds."),
      diskFull: Message(
        title: "The disk of the server is full",
        text: "What was saved before is safe. Free some space and load the page again."),
      failure: Message(
        title: "Something went wrong here",
        text: "The page could not be made. The log of the server says why."),
      backToTrip: "To the latest trip", signIn: .english,
      mapControls: [
        "Map.Title": "Map", "NavigationControl.ZoomIn": "Zoom in", "NavigationControl.ZoomOut": "Zoom out",
        "NavigationControl.ResetBearing": "North up", "AttributionControl.ToggleAttribution": "Sources",
        "Popup.Close": "Close", "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km",
        "CooperativeGesturesHandler.WindowsHelpText": "Use Ctrl + scroll to zoom the map",
        "CooperativeGesturesHandler.MacHelpText": "Use ⌘ + scroll to zoom the map",
        "CooperativeGesturesHandler.MobileHelpText": "Use two fingers to move the map",
      ], maps: .english, frame: .english, records: .english, map: .english, choosing: .english,
      planning: .english, road: .english, editing: .english, taskPages: .english, taskTalk: .english,
      importing: .english, review: .english, views: .english, help: .english, admin: .english,
      territories: .english, tags: .english, jobs: .english,
      account: .english))

  /// A number with a mark between groups of three digits, when it is at least `least`.
  static func grouped(_ number: Int, by mark: String, from least: Int) -> String {
    guard abs(number) >= least else { return String(number) }
    var digits = Array(String(abs(number)).utf8)
    var groups: [String] = []
    while !digits.isEmpty {
      groups.append(String(decoding: digits.suffix(3), as: UTF8.self))
      digits.removeLast(min(3, digits.count))
    }
    return (number < 0 ? "−" : "") + groups.reversed().joined(separator: mark)
  }
}
