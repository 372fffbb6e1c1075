import CRM
import Geo
import Testing

@testable import Exchange

@Suite struct CellTests {
  static let headings: [(String, ImportField?)] = [
    ("Название", .name), ("Наименование организации", .name), ("Партнёр", .name), ("company name", .name),
    ("Nazwa firmy", .name),
    ("Телефон", .phone), ("Телефон 2", .phone), ("ТЕЛЕФОН ОФИСА", .phone), ("phone_1", .phone),
    ("Tel.", .phone), ("Факс", nil),
    ("E-mail", .email), ("Эл. почта", .email), ("E-Mail-Adresse", .email),
    ("Адрес электронной почты", .email),
    ("Сайт", .web), ("Website", .web), ("Адрес", .address), ("Фактический адрес", .address),
    ("Юридический адрес", .legalAddress),
    ("Город", .city), ("Улица", .street), ("Дом", .house), ("PLZ", .postcode), ("Область", .region),
    ("Województwo", .region),
    ("УНП", .registrationNumber), ("ИНН/КПП", .registrationNumber), ("NIP", .registrationNumber),
    ("Широта", .latitude),
    ("lon", .longitude), ("Lat, Lon", .coordinates), ("Координаты", .coordinates),
    ("Часы работы", .openingHours),
    ("opening_hours", .openingHours), ("Öffnungszeiten", .openingHours), ("Теги", .tags),
    ("Ответственный менеджер", .responsible),
    ("Периодичность визитов", .callInterval), ("Длительность визита", .visitLength), ("Код 1С", .externalKey),
    ("ID", .externalKey),
    ("Тел./факс", .phone), ("Телефон/факс", .phone), ("Контактное лицо", .contactPerson),
    ("Должность", .contactPosition), ("Статус", .status), ("Тип", .kind),
    ("Примечание", .note),
    ("", nil), ("№", nil), ("Прочее", nil), ("osm_id", .externalKey),
    ("registrationNumber", .registrationNumber),
    // Of lists that came in.
    ("Улица, дом", .address), ("Улица и дом", .address), ("Адрес доставки", .address),
    ("Адрес (улица, дом)", .address),
    ("Интервал обзвона (дн.)", .callInterval), ("Периодичность звонков, дней", .callInterval),
    ("Периодичность визитов [дн]", .callInterval), ("Частота посещений (раз в месяц)", nil),
    ("Длительность визита (мин.)", .visitLength), ("Продолжительность визита, ч", .visitLength),
    ("№ дома", .house), ("Дом/корпус", .house), ("Номер дома, корпус", .house),
    ("Город/населённый пункт", .city), ("Населённый пункт (город)", .city), ("Город / посёлок", .city),
    ("Город/район", nil), ("Контактный телефон", .phone), ("Контактный телефон *", .phone),
    ("Тел. моб.", .phone),
    ("Эл. почта", .email), ("Эл.адрес", .email), ("Менеджер", .responsible),
    ("Ответственный менеджер", .responsible),
    ("Менеджер (ФИО)", .responsible), ("Дата последнего визита", nil), ("Почтовый индекс", .postcode),
    ("Почт. индекс", .postcode), ("УНП (ИНН)", .registrationNumber), ("Название (полное)", .name),
    ("Режим работы (будни)", .openingHours), ("Время приёма", .openingHours), ("Доп. информация", .note),
    ("Miejscowość", .city), ("Ulica i nr", .address), ("Ulica i nr domu", .address),
    ("Kod pocztowy", .postcode),
    ("Nr telefonu", .phone), ("Opiekun klienta", .responsible), ("Godz. otwarcia", .openingHours),
    ("Straße und Hausnummer", .address), ("Straße, Nr.", .address), ("Haus-Nr.", .house), ("Ort", .city),
    ("Kundenbetreuer", .responsible), ("Anmerkungen", .note), ("Rufnummer", .phone),
    ("Pavadinimas", .name), ("Miestas", .city), ("Gatvė, namas", .address), ("Pašto kodas", .postcode),
    ("El. paštas", .email), ("Telefonas", .phone), ("Darbo laikas", .openingHours),
    ("Įmonės kodas", .registrationNumber),
    ("Nosaukums", .name), ("Pilsēta", .city), ("Iela, māja", .address), ("Pasta indekss", .postcode),
    ("Tālrunis", .phone), ("E-pasts", .email), ("Darba laiks", .openingHours), ("Adrese", .address),
  ]

  @Test("a column that is understood and not taken says why")
  func notRead() {
    #expect(ImportField.whyNotRead("Дата последнего визита")?.contains("visits") == true)
    #expect(ImportField.whyNotRead("Last visit") != nil)
    #expect(ImportField.whyNotRead("Цвет") == nil)
  }

  @Test("a bare number counts in the unit of its heading; a small fraction without one is not guessed")
  func units() {
    #expect(CellValues.visitLength("1.5", unit: HeadingUnit("Визит, ч")) == Seconds(minutes: 90))
    #expect(CellValues.visitLength("0,5", unit: HeadingUnit("Визит (часов)")) == Seconds(minutes: 30))
    #expect(CellValues.visitLength("45", unit: HeadingUnit("Визит (мин)")) == Seconds(minutes: 45))
    #expect(CellValues.visitLength("20 мин", unit: HeadingUnit("Визит, ч")) == Seconds(minutes: 20))
    #expect(CellValues.callIntervalDays("2", unit: HeadingUnit("Интервал (нед.)")) == 14)
    #expect(CellValues.callIntervalDays("2", unit: HeadingUnit("Интервал, мес")) == 60)
    #expect(CellValues.callIntervalDays("2", unit: HeadingUnit("Визитов раз в месяц")) == 2)
  }

  @Test(
    "a house number that a spreadsheet made a date is told from houses",
    arguments: [
      ("2026-05-01", "1/5"), ("01.05.2026", "1/5"), ("01.май", "1/5"), ("1-May", "1/5"), ("янв.25", "1/25"),
      ("12.maj", "12/5"), ("5", nil), ("1/5", nil), ("5-7", nil), ("12 корп. 3", nil), ("3а", nil),
      ("10.2.1", nil),
    ] as [(String, String?)])
  func houses(_ text: String, _ house: String?) {
    #expect(CellValues.houseMadeDate(text) == house, "\(text)")
  }

  @Test("headings are understood in Russian, English, Polish and German", arguments: headings)
  func heading(_ text: String, _ field: ImportField?) {
    #expect(HeadingGuess.field(text) == field, "\(text)")
  }

  @Test(
    "a contact's job may stand behind the name",
    arguments: [
      ("Иванова Анна, директор", "Иванова Анна", "директор"),
      ("Anna Nowak (kierownik)", "Anna Nowak", "kierownik"),
      ("Петров П. П.", "Петров П. П.", ""), ("Иванова, Петрова, Сидорова", "Иванова, Петрова, Сидорова", ""),
    ])
  func person(_ text: String, _ name: String, _ job: String) {
    let person = PersonText.read(text, country: nil)
    #expect((person.name, person.position) == (name, job))
  }

  static let pairs: [(String, Double, Double)] = [
    ("53.9045, 27.5615", 53.9045, 27.5615), ("53,9045; 27,5615", 53.9045, 27.5615),
    ("53,9045 27,5615", 53.9045, 27.5615),
    ("53.9045,27.5615", 53.9045, 27.5615), ("53,9045,27,5615", 53.9045, 27.5615),
    ("(53.9045 27.5615)", 53.9045, 27.5615),
    ("53,9045, 27,5615", 53.9045, 27.5615), ("53°54'16.2\"N 27°33'41.4\"E", 53.9045, 27.5615),
    ("N53.9045 E27.5615", 53.9045, 27.5615), ("27.5615 E, 53.9045 N", 53.9045, 27.5615),
    ("53.9045 с.ш. 27.5615 в.д.", 53.9045, 27.5615),
    ("53.9045/27.5615", 53.9045, 27.5615),
  ]

  @Test("one column may hold both coordinates", arguments: pairs)
  func coordinatePairs(_ text: String, _ latitude: Double, _ longitude: Double) throws {
    guard case .found(let c) = CoordinateText.read(text, country: "BY", certain: false) else {
      Issue.record("\(text) was not read")
      return
    }
    #expect(abs(c.latitude - latitude) < 1e-6 && abs(c.longitude - longitude) < 1e-6)
  }

  @Test("coordinates are checked: swapped, out of range, not a number, zero, elsewhere")
  func coordinateChecks() throws {
    let minsk = try Coordinate(latitude: 53.9, longitude: 27.56)
    #expect(CoordinateText.read("27.56", "53.9", country: "BY", certain: false) == .swapped(minsk))
    #expect(CoordinateText.read("53,9", "27,56", country: "BY", certain: true) == .found(minsk))
    #expect(
      CoordinateText.read("127", "27", country: nil, certain: false)
        == .refused(.latitudeOutOfRange(127, longitude: 27)))
    let vladivostok = try Coordinate(latitude: 43.1, longitude: 131.9)
    #expect(CoordinateText.read("131.9", "43.1", country: "RU", certain: true) == .swapped(vladivostok))
    #expect(CoordinateText.read("0", "0", country: "BY", certain: false) == .zero)
    if case .refused(let error) = CoordinateText.read("NaN", "27", country: nil, certain: false) {
      #expect(error.code == "geo.coordinate.notFinite")
    } else {
      Issue.record("NaN was taken")
    }
    #expect(
      CoordinateText.read("пять", "27", country: nil, certain: false) == .refused(.unreadable("пять, 27")))
    let rome = try Coordinate(latitude: 41.9, longitude: 12.5)
    #expect(CoordinateText.read("41.9", "12.5", country: "BY", certain: true) == .outsideCountry(rome))
    #expect(CoordinateText.read("41.9", "12.5", country: "BY", certain: false) == .found(rome))
    for text in [
      "", ",", "53.9", "53.9,27.5,1", "0x10, 27", "53.9, 0x1b", "53°99' 27°", "1e999, 2", "53.9 N",
    ] {
      guard case .refused = CoordinateText.read(text, country: nil, certain: false) else {
        Issue.record("\(text) was taken")
        continue
      }
    }
  }

  static let lengths: [(String, Int?)] = [
    ("45", 45), ("30 мин", 30), ("1 ч", 60), ("1 час", 60), ("1 ч 15 мин", 75), ("1,5 часа", 90),
    ("1:30", 90), ("полчаса", 30),
    ("30m", 30), ("2h", 120), ("1h30", 90), ("20 minutes", 20), ("45 min.", 45), ("0", nil), ("долго", nil),
    ("25 ч", nil),
    ("-5", 5), ("", nil), ("1 нед", nil), ("0.5", nil), ("0,03125", nil), ("1,5", nil),
  ]

  @Test("lengths of visits", arguments: lengths)
  func visitLength(_ text: String, _ minutes: Int?) {
    #expect(CellValues.visitLength(text) == minutes.map { Seconds(minutes: $0) }, "\(text)")
  }

  static let intervals: [(String, Int?)] = [
    ("30", 30), ("30 дней", 30), ("2 недели", 14), ("раз в месяц", 30), ("2 раза в месяц", 15),
    ("1 раз в 10 дней", 10),
    ("раз в 2 недели", 14), ("ежеквартально", 91), ("monthly", 30), ("every 6 weeks", 42),
    ("co 2 tygodnie", 14), ("0", nil),
    ("часто", nil), ("99999", nil), ("год", 365), ("каждую неделю", 7),
  ]

  @Test("intervals between visits", arguments: intervals)
  func callInterval(_ text: String, _ days: Int?) {
    #expect(CellValues.callIntervalDays(text) == days, "\(text)")
  }

  static let numbers: [(String, String?)] = [
    ("УНП 190-123-456", "190123456"), ("190123456.0", "190123456"), ("PL 526-000-12-46", "PL5260001246"),
    ("7707083893/770701001", "7707083893"), ("NIP: 5260001246", "5260001246"), ("нет", nil), ("123", nil),
    ("---", nil),
  ]

  @Test("registration numbers", arguments: numbers)
  func registrationNumber(_ text: String, _ expected: String?) {
    #expect(CellValues.registrationNumber(text) == expected, "\(text)")
  }

  @Test("kinds, statuses, countries and tags by the words people use")
  func words() {
    #expect(CellValues.kind("Турагентство") == .agency)
    #expect(CellValues.kind("гостевой дом") == .hotel)
    #expect(CellValues.kind("guest_house") == .hotel)
    #expect(CellValues.kind("Музей") == .supplier)
    #expect(CellValues.kind("supplier") == .supplier)
    #expect(CellValues.kind("чёрт-те что") == nil)
    #expect(CellValues.status("Действующий") == .active)
    #expect(CellValues.status("не работает") == .closed)
    #expect(CellValues.status("когда-нибудь") == nil)
    #expect(CountryCode.find("Республика Беларусь") == "BY")
    #expect(CountryCode.find("by") == "BY")
    #expect(CountryCode.find("Нарния") == nil)
    #expect(CellValues.tags("VIP; #Море,, горы | VIP") == ["vip", "море", "горы", "vip"])
  }

  @Test("a mapping names columns, values and rules; what it does not know is named back")
  func mapping() throws {
    let mapping = try ImportMapping(
      yaml: """
        columns:
          name: Имя клиента
          address: [Город, Улица]
          note: []
        ignore: [Лишнее]
        system: bitrix
        country: by
        kind: hotel
        statuses: {В работе: active}
        responsibles: {Иванов И.И.: ivanov}
        tags: [импорт]
        match: [email, externalKey]
        delimiter: tab
        encoding: cp1251
        """)
    #expect(mapping.columns[.address] == ["Город", "Улица"])
    #expect(mapping.columns[.note] == [])
    #expect(mapping.rules == [.externalKey, .email])
    #expect(mapping.table.delimiter == 0x09)
    #expect(mapping.table.encoding == .windows1251)
    #expect(mapping.country == "BY")
    #expect(mapping.statuses == ["в работе": .active])
    func refused(_ yaml: String) -> String? { code { _ = try ImportMapping(yaml: yaml) } }
    #expect(throws: ImportError.mappingUnknownKeys(["columns.nam", "colour"])) {
      _ = try ImportMapping(yaml: "columns: {nam: X}\ncolour: red")
    }
    #expect(refused("kind: ship") == "partner.import.mappingBadValue")
    #expect(refused("match: [smell]") == "partner.import.mappingBadValue")
    #expect(refused("delimiter: abc") == "partner.import.mappingBadValue")
    #expect(refused("encoding: ebcdic") == "partner.import.mappingBadValue")
    #expect(refused("country: Belorussland") == "partner.import.mappingBadValue")
    #expect(refused("[1, 2]") == "partner.import.mappingUnreadable")
    #expect(refused("a: [") == "partner.import.mappingUnreadable")
    #expect(try ImportMapping(yaml: "") == ImportMapping())
  }

  @Test("a mapping outweighs the guess, and the guess fills what it leaves open")
  func columnMap() throws {
    let mapping = try ImportMapping(yaml: "columns: {name: Телефон, address: [Город, Улица]}")
    let map = try #require(
      try ColumnMap(["Название", "Телефон", "Улица", "Город", "Почта", "Цвет"], mapping))
    #expect(map.columns[.name] == [1])
    #expect(map.columns[.address] == [3, 2])
    #expect(map.columns[.phone] == nil)
    #expect(map.columns[.email] == [4])
    #expect(map.unused.map { map.headings[$0] } == ["Название", "Цвет"])
  }
}
