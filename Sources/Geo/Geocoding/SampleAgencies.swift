/// The invented partner agencies of the country-scale example: one in each of 60 towns of Brest and Grodno oblasts,
/// with addresses typed as people type them. Towns are real; agencies, streets, telephones and e-mails are not.
public enum SampleAgencies {
  struct Town {
    /// Its number at GeoNames, for checking answers.
    var geonameID: Int
    /// `г.`, `г.п.`, `аг.`, `д.`
    var sign: String
    var name: String
    /// Latin, for mail addresses and keys.
    var latin: String
    /// Raion as an adjective; the town it is named after does without.
    var raion: String?
  }

  static let brest: [Town] = [
    Town(geonameID: 629_634, sign: "г.", name: "Брест", latin: "brest"),
    Town(geonameID: 630_429, sign: "г.", name: "Барановичи", latin: "baranovichi"),
    Town(geonameID: 623_549, sign: "г.", name: "Пинск", latin: "pinsk"),
    Town(geonameID: 627_145, sign: "г.", name: "Кобрин", latin: "kobrin"),
    Town(geonameID: 629_454, sign: "г.", name: "Берёза", latin: "bereza"),
    Town(geonameID: 625_818, sign: "г.", name: "Лунинец", latin: "luninets"),
    Town(geonameID: 627_800, sign: "г.", name: "Ивацевичи", latin: "ivatsevichi"),
    Town(geonameID: 622_997, sign: "г.", name: "Пружаны", latin: "pruzhany"),
    Town(geonameID: 627_811, sign: "г.", name: "Иваново", latin: "ivanovo"),
    Town(geonameID: 628_884, sign: "г.", name: "Дрогичин", latin: "drogichin"),
    Town(geonameID: 618_913, sign: "г.", name: "Жабинка", latin: "zhabinka"),
    Town(geonameID: 621_277, sign: "г.", name: "Столин", latin: "stolin"),
    Town(geonameID: 627_909, sign: "г.", name: "Ганцевичи", latin: "gantsevichi"),
    Town(geonameID: 625_539, sign: "г.", name: "Малорита", latin: "malorita"),
    Town(geonameID: 625_228, sign: "г.", name: "Микашевичи", latin: "mikashevichi", raion: "Лунинецкий"),
    Town(geonameID: 630_279, sign: "г.", name: "Белоозёрск", latin: "beloozersk", raion: "Берёзовский"),
    Town(geonameID: 625_772, sign: "г.", name: "Ляховичи", latin: "lyakhovichi"),
    Town(geonameID: 627_711, sign: "г.", name: "Каменец", latin: "kamenets"),
    Town(geonameID: 629_159, sign: "г.", name: "Давид-Городок", latin: "david-gorodok", raion: "Столинский"),
    Town(geonameID: 619_818, sign: "г.", name: "Высокое", latin: "vysokoe", raion: "Каменецкий"),
    Town(geonameID: 624_908, sign: "аг.", name: "Мотоль", latin: "motol", raion: "Ивановский"),
    Town(geonameID: 620_945, sign: "г.п.", name: "Телеханы", latin: "telekhany", raion: "Ивацевичский"),
    Town(geonameID: 626_266, sign: "г.п.", name: "Логишин", latin: "logishin", raion: "Пинский"),
    Town(geonameID: 622_500, sign: "г.п.", name: "Ружаны", latin: "ruzhany", raion: "Пружанский"),
    Town(geonameID: 628_175, sign: "г.п.", name: "Городище", latin: "gorodishche", raion: "Барановичский"),
    Town(geonameID: 629_338, sign: "аг.", name: "Чернавчицы", latin: "chernavchitsy", raion: "Брестский"),
    Town(geonameID: 626_829, sign: "г.", name: "Коссово", latin: "kossovo", raion: "Ивацевичский"),
    Town(
      geonameID: 626_738, sign: "аг.", name: "Кожан-Городок", latin: "kozhan-gorodok", raion: "Лунинецкий"),
    Town(geonameID: 630_543, sign: "г.п.", name: "Антополь", latin: "antopol", raion: "Дрогичинский"),
    Town(geonameID: 628_968, sign: "г.п.", name: "Домачево", latin: "domachevo", raion: "Брестский"),
  ]

  static let grodno: [Town] = [
    Town(geonameID: 627_904, sign: "г.", name: "Гродно", latin: "grodno"),
    Town(geonameID: 626_081, sign: "г.", name: "Лида", latin: "lida"),
    Town(geonameID: 621_754, sign: "г.", name: "Слоним", latin: "slonim"),
    Town(geonameID: 620_391, sign: "г.", name: "Волковыск", latin: "volkovysk"),
    Town(geonameID: 621_713, sign: "г.", name: "Сморгонь", latin: "smorgon"),
    Town(geonameID: 624_785, sign: "г.", name: "Новогрудок", latin: "novogrudok"),
    Town(geonameID: 630_515, sign: "г.", name: "Ошмяны", latin: "oshmyany"),
    Town(geonameID: 623_941, sign: "г.", name: "Островец", latin: "ostrovets"),
    Town(geonameID: 622_113, sign: "г.", name: "Щучин", latin: "shchuchin"),
    Town(geonameID: 625_367, sign: "г.", name: "Мосты", latin: "mosty"),
    Town(geonameID: 630_166, sign: "г.", name: "Берёзовка", latin: "berezovka", raion: "Лидский"),
    Town(geonameID: 611_866, sign: "г.", name: "Скидель", latin: "skidel", raion: "Гродненский"),
    Town(geonameID: 628_658, sign: "г.", name: "Дятлово", latin: "dyatlovo"),
    Town(
      geonameID: 626_621, sign: "г.п.", name: "Красносельский", latin: "krasnoselskiy", raion: "Волковысский"),
    Town(geonameID: 620_146, sign: "аг.", name: "Вишнево", latin: "vishnevo", raion: "Сморгонский"),
    Town(geonameID: 627_793, sign: "г.", name: "Ивье", latin: "ivie"),
    Town(geonameID: 622_700, sign: "г.п.", name: "Россь", latin: "ross", raion: "Волковысский"),
    Town(geonameID: 618_932, sign: "г.п.", name: "Зельва", latin: "zelva"),
    Town(geonameID: 621_048, sign: "г.", name: "Свислочь", latin: "svisloch"),
    Town(
      geonameID: 629_986, sign: "г.п.", name: "Большая Берестовица", latin: "berestovitsa",
      raion: "Берестовицкий"),
    Town(geonameID: 626_939, sign: "г.п.", name: "Кореличи", latin: "korelichi"),
    Town(geonameID: 619_979, sign: "г.п.", name: "Вороново", latin: "voronovo"),
    Town(geonameID: 628_317, sign: "аг.", name: "Гольшаны", latin: "golshany", raion: "Ошмянский"),
    Town(geonameID: 626_548, sign: "аг.", name: "Крево", latin: "krevo", raion: "Сморгонский"),
    Town(geonameID: 629_697, sign: "аг.", name: "Боруны", latin: "boruny", raion: "Ошмянский"),
    Town(geonameID: 625_128, sign: "г.п.", name: "Мир", latin: "mir", raion: "Кореличский"),
    Town(geonameID: 621_641, sign: "аг.", name: "Солы", latin: "soly", raion: "Сморгонский"),
    Town(geonameID: 618_818, sign: "аг.", name: "Жировичи", latin: "zhirovichi", raion: "Слонимский"),
    Town(geonameID: 623_904, sign: "г.п.", name: "Острино", latin: "ostrino", raion: "Щучинский"),
    Town(geonameID: 556_386, sign: "аг.", name: "Индура", latin: "indura", raion: "Гродненский"),
  ]

  private static let names = [
    "Ветразь-тур", "Белый аист", "Зубр-вояж", "Неман-тур", "Полесье-трэвел", "Васильковый путь", "Семь дорог",
    "Пуща-тур", "Вокруг света", "Золотой якорь", "Росинка-тур", "Спутник-плюс",
  ]
  private static let streets = [
    "ул. Советская", "ул. Ленина", "ул.Пушкина", "ул. 17 Сентября", "пр-т Машерова", "ул. Кирова",
    "улица Мицкевича", "ул. Янки Купалы", "пл. Свободы", "ул. М. Богдановича", "ул Первомайская",
    "пер. Садовый", "ул. Гагарина",
  ]
  private static let hours = [
    "пн-пт 9-18", "пн-пт 9-18, сб 10-14", "Пн-Пт 09:00-18:00, Сб 10:00-15:00", "ежедневно 10-20",
    "пн-пт 10-19, сб-вс 10-16", "пн-пт 9-18, обед 13-14", "вт-сб 10-18, вс выходной",
  ]
  private static let tags = [
    "автобусные туры", "море", "экскурсии, автобусные туры", "санатории", "VIP, море",
  ]

  /// One agency as a row of the list.
  struct Row {
    var town: Town
    var address: String
    var fields: [String]
  }

  static let rows: [Row] = {
    var rows: [Row] = []
    for (oblast, code, towns) in [("Брестская", "BR", brest), ("Гродненская", "HR", grodno)] {
      for (i, town) in towns.enumerated() {
        rows.append(row(town, oblast: oblast, code: code, number: i + 1, index: rows.count))
      }
    }
    return rows
  }()

  private static func row(_ town: Town, oblast: String, code: String, number: Int, index: Int) -> Row {
    let address = address(town, oblast: oblast, index: index)
    let key = "\(code)-\(number < 10 ? "0" : "")\(number)"
    // Subscriber numbers that start with 000 are given to nobody.
    let tail = "\((index + 1) / 10)\((index + 1) % 10)"
    let phone = [
      "+375 29 000-00-\(tail)", "8 (029) 000-00-\(tail)", "80290000\(tail.count == 2 ? "0" : "")\(tail)",
      "+375290000\("0")\(tail), +375 33 000-00-\(tail)",
    ][index % 4]
    return Row(
      town: town, address: address,
      fields: [
        key, "«\(names[index % names.count])» \(town.name)", "турагентство", address, phone,
        "\(town.latin)@example.com", hours[index % hours.count], tags[index % tags.count],
        "вымышленное агентство, пример данных",
      ])
  }

  /// The ways people write one and the same thing, in turn.
  private static func address(_ town: Town, oblast: String, index: Int) -> String {
    let street = streets[index % streets.count]
    let house = (index * 7) % 90 + 1
    let raion = town.raion.map { "\($0) р-н, " } ?? ""
    let place = "\(town.sign) \(town.name)"
    switch index % 6 {
    case 0: return "\(oblast) обл., \(raion)\(place), \(street), \(house)"
    case 1: return "\(oblast) область, \(raion)\(place), \(street), д. \(house), оф. \(index % 9 + 1)"
    case 2:
      let long = town.raion.map { "\($0) район, " } ?? ""
      return "Беларусь, \(oblast) обл., \(long)\(town.sign)\(town.name), \(street) \(house)а"
    case 3: return "\(place), \(raion)\(oblast) обл., \(street), д.\(house), корп. 2"
    case 4:
      let long = town.raion.map { "\($0) район" } ?? ""
      return "\(oblast) область \(long) \(place) \(street) \(house)".replacing("  ", with: " ")
    default:
      return "\(oblast) обл, \(raion)\(place), \(street), \(house)/\(index % 3 + 1)".uppercased()
    }
  }

  /// CSV (RFC 4180, UTF-8, header line); the same text at each call.
  public static func csv() -> String {
    CSVText.table(
      ["Код", "Название", "Тип", "Адрес", "Телефон", "E-mail", "Часы работы", "Метки", "Примечание"],
      rows.map(\.fields))
  }
}
