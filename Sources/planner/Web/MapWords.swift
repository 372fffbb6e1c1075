import CRM

/// By what partners are coloured on the map.
enum MapDimension: String, Sendable, CaseIterable {
  case urgency, status, lastVisit, responsible
}

/// How long ago a partner was visited, as the map's legend cuts it.
enum VisitAge: String, Sendable, CaseIterable {
  /// Up to 30 days.
  case month
  /// Up to 90.
  case quarter
  /// Up to 180.
  case halfYear
  case longer
  case never
}

/// By what regions are coloured.
enum RegionShade: String, Sendable, CaseIterable {
  /// How many partners.
  case partners
  /// Their share whose call interval has run out.
  case overdue
  /// Their share without a visit for 90 days.
  case unvisited
}

/// The words of the map of all partners.
struct MapWords: Sendable {
  var map: String
  var onMap: String
  var colourBy: String
  var dimensions: [MapDimension: String]
  var urgencies: [Urgency: String]
  var visitAges: [VisitAge: String]
  /// Several partners in one ring.
  var rings: String
  var inView: @Sendable (_ partners: Int) -> String
  var notOnMap: @Sendable (_ partners: Int) -> String
  var stale: @Sendable (_ partners: Int) -> String
  var filters: String
  var listed: String
  /// Under a list that is cut.
  var more: @Sendable (_ shown: Int) -> String
  var nobodyHere: Message
  var call: String
  var mail: String
  var openCard: String
  /// Opens the record of calls and visits.
  var log: String
  /// Takes a partner into the choice, and out of it.
  var choose: String
  var takeOut: String
  var findPlace: String
  var findPlaceHint: String
  var regions: String
  var noRegions: String
  var shades: [RegionShade: String]
  var overdueOf: @Sendable (_ partners: Int) -> String
  var unvisitedOf: @Sendable (_ partners: Int) -> String
  var chooseRegion: String
  var listRegion: String
  var others: String
  /// Why the list does not follow the map.
  var listFailed: String
}

extension MapWords {
  static let english = MapWords(
    map: "Map", onMap: "Partners on the map", colourBy: "Colour by",
    dimensions: [
      .urgency: "When due", .status: "Status", .lastVisit: "Last visit", .responsible: "Responsible",
    ],
    urgencies: [.overdue: "overdue", .due: "due", .notDue: "not due"],
    visitAges: [
      .month: "up to 30 days ago", .quarter: "up to 90", .halfYear: "up to 180", .longer: "longer ago",
      .never: "never",
    ],
    rings: "a ring: several, by their parts",
    inView: { "\(Language.grouped($0, by: ",", from: 1_000)) in view" },
    notOnMap: { "\(Language.grouped($0, by: ",", from: 1_000)) not on the map" },
    stale: { "\(Language.grouped($0, by: ",", from: 1_000)) with an address that changed since" },
    filters: "Filters", listed: "Partners in view",
    more: { "The first \($0) are listed. Zoom in or filter to see the rest." },
    nobodyHere: Message(title: "Nobody here", text: "Move the map, zoom out, or take a filter away."),
    call: "Call", mail: "Mail", openCard: "Open card", log: "Record", choose: "Choose", takeOut: "Take out",
    findPlace: "Find a place", findPlaceHint: "Town, street, house", regions: "Regions",
    noRegions: "not coloured",
    shades: [
      .partners: "how many partners", .overdue: "share overdue", .unvisited: "share not visited for 90 days",
    ],
    overdueOf: { "\(Language.grouped($0, by: ",", from: 1_000)) overdue" },
    unvisitedOf: { "\(Language.grouped($0, by: ",", from: 1_000)) not visited for 90 days" },
    chooseRegion: "Choose the region", listRegion: "List them", others: "others",
    listFailed: "The list could not be loaded. Move the map to try again.")

  static let russian = MapWords(
    map: "Карта", onMap: "Партнёры на карте", colourBy: "Цвет",
    dimensions: [
      .urgency: "Срочность", .status: "Статус", .lastVisit: "Последний визит", .responsible: "Ответственный",
    ],
    urgencies: [.overdue: "просрочен", .due: "пора", .notDue: "не срочно"],
    visitAges: [
      .month: "до 30 дней назад", .quarter: "до 90", .halfYear: "до 180", .longer: "раньше",
      .never: "ни разу",
    ],
    rings: "кольцо — несколько, по долям",
    inView: { "на экране \(Language.grouped($0, by: "\u{A0}", from: 10_000))" },
    notOnMap: { "\(Language.grouped($0, by: "\u{A0}", from: 10_000)) нет на карте" },
    stale: {
      "у \(Language.grouped($0, by: "\u{A0}", from: 10_000)) изменился адрес"
    },
    filters: "Фильтры", listed: "Партнёры на экране",
    more: { "В списке первые \($0). Приблизьте карту или уточните фильтр." },
    nobodyHere: Message(title: "Здесь никого", text: "Сдвиньте карту, отдалите её или снимите фильтр."),
    call: "Позвонить", mail: "Написать", openCard: "Открыть карточку", log: "Записать", choose: "Выбрать",
    takeOut: "Убрать", findPlace: "Найти место", findPlaceHint: "Город, улица, дом", regions: "Регионы",
    noRegions: "без заливки",
    shades: [
      .partners: "сколько партнёров", .overdue: "доля просроченных", .unvisited: "доля без визита 90 дней",
    ],
    overdueOf: {
      "\(Language.grouped($0, by: "\u{A0}", from: 10_000)) \(Language.form($0, "просрочен", "просрочено", "просрочено"))"
    },
    unvisitedOf: { "\(Language.grouped($0, by: "\u{A0}", from: 10_000)) без визита 90 дней" },
    chooseRegion: "Выбрать регион", listRegion: "Списком", others: "другие",
    listFailed: "Список не загрузился. Сдвиньте карту, чтобы попробовать снова.")
}
