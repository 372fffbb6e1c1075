import CRM
import Geo

/// The words of the pages that list and show partners and tasks.
struct RecordWords: Sendable {
  var partners: String
  var partnerCount: @Sendable (Int) -> String
  var kind: String
  var kinds: [PartnerKind: String]
  var status: String
  var statuses: [PartnerStatus: String]
  var anyKind: String
  var anyStatus: String
  var anybody: String
  var nobody: String
  var anyPlace: String
  var region: String
  var anyRegion: String
  var tag: String
  var anyTag: String
  var places: [PartnerChoice.Place: String]
  var overdueOnly: String
  var order: String
  var orders: [String: String]
  var show: String
  var partner: String
  var address: String
  var lastVisit: String
  var phone: String
  var never: String
  var overdue: String
  var notOnMap: String
  var noPartners: Message
  var nothingFound: Message
  var allPartners: String
  var contacts: String
  var people: String
  var visits: String
  var callInterval: String
  var everyDays: @Sendable (Int) -> String
  var openingHours: String
  var visitLength: String
  var doNotVisit: String
  var until: @Sendable (String) -> String
  var note: String
  var tags: String
  var registrationNumber: String
  var keys: String
  var place: String
  var levels: [GeocodeLevel: String]
  var byHand: String
  var stale: String
  var navigate: String
  var history: String
  var noHistory: String
  var older: String
  var activities: [Activity.Kind: String]
  var created: String
  var changed: @Sendable (_ fields: String) -> String
  var removed: String
  var fields: [String: String]
  var planned: @Sendable (_ trip: String) -> String
  var leftOutOf: @Sendable (_ trip: String) -> String
  var tasks: String
  var task: String
  var deadline: String
  var taskStates: [TripTask.State: String]
  var checked: @Sendable (_ done: Int, _ of: Int) -> String
  var noTasks: Message
  var openTasks: String
  var everyTask: String
  var searchFor: @Sendable (_ text: String) -> String
  var searchKinds: [String: String]
  var searchEmpty: Message
  var searchNothing: @Sendable (_ text: String) -> Message
}

extension RecordWords {
  static let english = RecordWords(
    partners: "Partners",
    partnerCount: { "\(Language.grouped($0, by: ",", from: 1_000)) \($0 == 1 ? "partner" : "partners")" },
    kind: "Kind",
    kinds: [
      .agency: "Travel agency", .hotel: "Hotel", .carrier: "Carrier", .supplier: "Supplier",
      .corporate: "Corporate client",
    ],
    status: "Status",
    statuses: [.prospect: "prospect", .active: "active", .paused: "paused", .closed: "closed"],
    anyKind: "Any kind", anyStatus: "Any status", anybody: "Anybody", nobody: "Nobody",
    anyPlace: "Anywhere", region: "Region", anyRegion: "Any region", tag: "Tag", anyTag: "Any tag",
    places: [.missing: "not on the map", .stale: "address changed since"],
    overdueOnly: "Overdue only", order: "Order",
    orders: [
      "name": "By name", "lastVisit": "Longest not visited", "-lastVisit": "Visited last", "city": "By town",
      "-created": "Newest first",
    ],
    show: "Show", partner: "Partner", address: "Address", lastVisit: "Last visit", phone: "Phone",
    never: "never", overdue: "overdue", notOnMap: "not on the map",
    noPartners: Message(
      title: "No partners yet",
      text: "Bring in the list of your agencies, CSV or XLSX; columns are guessed from their headings."),
    nothingFound: Message(title: "Nobody fits", text: "Take a filter away, or look for another word."),
    allPartners: "All partners", contacts: "Contacts", people: "People", visits: "Visits",
    callInterval: "Call interval", everyDays: { "every \($0) \($0 == 1 ? "day" : "days")" },
    openingHours: "Opening hours", visitLength: "Length of a visit", doNotVisit: "Not to be visited",
    until: { "until \($0)" }, note: "Note", tags: "Tags", registrationNumber: "Registration number",
    keys: "Keys elsewhere", place: "On the map",
    levels: [
      .rooftop: "to the building", .given: "given with the record", .house: "to the house",
      .interpolated: "between two houses", .street: "to the street",
      .locality: "to the town", .region: "to the region",
    ], byHand: "set by hand", stale: "the address changed after it was placed", navigate: "Route",
    history: "History", noHistory: "Nothing has happened yet.", older: "Older",
    activities: [.meeting: "Meeting", .call: "Call", .email: "E-mail", .visit: "Visit", .note: "Note"],
    created: "Added", changed: { "Changed: \($0)" }, removed: "Removed",
    fields: [
      "name": "name", "kind": "kind", "status": "status", "responsible": "responsible", "tags": "tags",
      "callIntervalDays": "call interval", "openingHours": "opening hours",
      "visitLength": "length of a visit",
      "registrationNumber": "registration number", "doNotVisit": "ban on visits", "note": "note",
      "contactPoints": "contacts", "people": "people", "addresses": "address", "location": "place",
      "externalReferences": "keys elsewhere", "lastVisit": "last visit",
    ],
    planned: { "On the trip “\($0)”" }, leftOutOf: { "Left out of the trip “\($0)”" },
    tasks: "Tasks", task: "Task", deadline: "Deadline",
    taskStates: [.open: "open", .inProgress: "in progress", .done: "done", .cancelled: "cancelled"],
    checked: { "\($0) of \($1)" },
    noTasks: Message(
      title: "Nothing to do", text: "A saved trip becomes a task with its stops as a checklist."),
    openTasks: "To do", everyTask: "All",
    searchFor: { "Search: \($0)" },
    searchKinds: [
      "partner": "Partners", "task": "Tasks", "trip": "Trips", "user": "People", "selection": "Selections",
    ],
    searchEmpty: Message(
      title: "What are you looking for?",
      text:
        "A name or a part of it in either alphabet, a town, a street, a telephone number, the title of a task or a trip. Slips are forgiven."
    ),
    searchNothing: {
      Message(title: "Nothing found for “\($0)”", text: "Try fewer words, or the beginning of a word.")
    })
}
