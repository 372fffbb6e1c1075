/// The words of the page on which territories are drawn.
struct TerritoryWords: Sendable {
  var title: String
  var intro: String
  var how: String
  var alone: String
  var beside: String
  var around: String
  var aroundHint: String
  var noneAround: String
  var managers: String
  var noManagers: String
  /// Partners are counted as ``RecordWords/partnerCount`` says it.
  var has: @Sendable (_ regions: Int, _ partners: String) -> String
  var gaps: String
  var fine: String
  var nobodys: @Sendable (_ partners: String) -> String
  var shared: @Sendable (_ partners: String) -> String
  var unknown: @Sendable (_ partners: String) -> String
  var regions: String
  var regionCount: @Sendable (_ regions: Int) -> String
  var otherCountry: String
  var wholeCountry: String
  /// `{n}` stands for how many regions.
  var several: String
  /// `{who}` and `{what}` stand for a name and a region.
  var given: String
  var taken: String
  var chooseFirst: String
  var undone: String
}

extension TerritoryWords {
  static let english = TerritoryWords(
    title: "Territories",
    intro:
      "Choose a manager, then press regions on the map or in the list. Pressing one again takes it away.",
    how: "The manager gets a region", alone: "alone", beside: "beside those who have it",
    around: "Draw around regions",
    aroundHint: "Draw around the regions; those that lie mostly within are taken.",
    noneAround: "No region lies mostly within that line.", managers: "Managers",
    noManagers: "There is nobody yet who could have a territory: add people first.",
    has: { "\(Self.regions($0)), \($1)" }, gaps: "Gaps and overlaps",
    fine: "Every region with partners has one manager.",
    nobodys: { "Nobody's: \($0)" }, shared: { "With two or more: \($0)" },
    unknown: { "\($0) more whose address names no region; they are in no territory." },
    regions: "All regions", regionCount: Self.regions,
    otherCountry: "Another country", wholeCountry: "the whole country", several: "Regions: {n}",
    given: "{what}: now {who}.", taken: "{what}: not {who} any more.", chooseFirst: "Choose a manager first.",
    undone: "Taken back.")

  private static func regions(_ count: Int) -> String { "\(count) \(count == 1 ? "region" : "regions")" }

  static let russian = TerritoryWords(
    title: "Территории",
    intro: "Выберите менеджера и нажимайте регионы на карте или в списке. Повторное нажатие убирает регион.",
    how: "Менеджер получает регион", alone: "один", beside: "вместе с теми, у кого он есть",
    around: "Обвести регионы",
    aroundHint: "Обведите регионы: возьмём те, что лежат внутри больше чем наполовину.",
    noneAround: "Внутри этой линии нет ни одного региона.", managers: "Менеджеры",
    noManagers: "Пока некому дать территорию: сначала добавьте людей.",
    has: { "\(Self.regionsRu($0)), \($1)" }, gaps: "Пробелы и пересечения",
    fine: "У каждого региона с партнёрами ровно один менеджер.",
    nobodys: { "Ничьи: \($0)" }, shared: { "У двоих и больше: \($0)" },
    unknown: { "Ещё \($0): в адресе нет региона, территории у них нет." },
    regions: "Все регионы", regionCount: Self.regionsRu,
    otherCountry: "Другая страна", wholeCountry: "вся страна", several: "Регионов: {n}",
    given: "{what}: теперь {who}.", taken: "{what}: больше не {who}.",
    chooseFirst: "Сначала выберите менеджера.",
    undone: "Возвращено.")

  private static func regionsRu(_ count: Int) -> String {
    "\(count) \(Language.form(count, "регион", "региона", "регионов"))"
  }
}
