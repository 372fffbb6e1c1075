import Geo

/// What a column of a partner list may hold. The raw values are the names a mapping file uses.
public enum ImportField: String, Hashable, Sendable, CaseIterable {
  case plannerID, externalKey, externalReferences, name, kind, status, responsible, tags, callInterval
  case openingHours, opensAt, closesAt, visitLength, doNotVisit, doNotVisitReason
  case registrationNumber, note, phone, email, web, contactPerson, contactPosition
  case address, legalAddress, mailingAddress, country, region, regionCode, district, city, street, house
  case postcode, latitude, longitude, coordinates, locationLevel, locationStale

  /// Several columns may hold it; all of them are read.
  var takesSeveral: Bool {
    switch self {
    case .phone, .email, .web, .tags, .note, .contactPerson: true
    default: false
    }
  }

  /// Headings of real lists in Russian, Belarusian, Ukrainian, English, Polish, German, Lithuanian and Latvian; compared
  /// after folding.
  var headings: [String] {
    switch self {
    case .plannerID: ["planner id"]
    case .externalReferences: ["external references", "внешние ссылки", "внешние ключи", "external keys"]
    case .opensAt:
      [
        "открытие", "время открытия", "открывается", "начало работы", "часы работы с", "время работы с",
        "работает с", "opens", "open", "opens at", "opening", "opening time", "open from", "otwarcie",
        "otwarte od", "godziny od", "öffnet", "geöffnet von",
      ]
    case .closesAt:
      [
        "закрытие", "время закрытия", "закрывается", "конец работы", "окончание работы", "часы работы до",
        "часы работы по", "время работы до", "время работы по", "работает до", "closes", "close", "closes at",
        "closing", "closing time", "open until", "open to", "zamknięcie", "otwarte do", "godziny do",
        "schließt", "geöffnet bis",
      ]
    case .doNotVisit:
      ["не посещать", "не посещать до", "запрет визитов", "do not visit", "do not visit until", "no visits"]
    case .doNotVisitReason:
      ["причина запрета", "почему не посещать", "do not visit reason", "reason not to visit"]
    case .regionCode: ["код области", "код региона", "region code", "iso 3166 2"]
    case .locationLevel: ["location level"]
    case .locationStale: ["location stale"]
    case .externalKey:
      [
        "код", "ид", "id", "внешний код", "внешний ключ", "код клиента", "код партнёра", "код контрагента",
        "код 1с",
        "id клиента", "id партнёра", "external id", "external key", "externalkey", "externalid", "external",
        "key",
        "code", "customer id", "client id", "account id", "partner id", "partner code", "guid", "uuid", "kod",
        "kod klienta", "identyfikator", "kundennummer", "xml id", "origin id", "osm id", "osm_id",
      ]
    case .name:
      [
        "название", "наименование", "имя", "партнёр", "агентство", "турагентство", "турагенство", "компания",
        "организация", "контрагент", "клиент", "фирма", "название компании", "название агентства",
        "название организации", "наименование организации", "наименование агентства", "наименование партнёра",
        "название партнёра", "наименование контрагента", "полное наименование", "краткое наименование",
        "объект",
        "гостиница", "отель", "назва", "name", "company", "company name", "partner", "partner name", "agency",
        "agency name", "travel agency", "account", "account name", "customer", "customer name",
        "organisation",
        "organization", "title", "hotel", "hotel name", "nazwa", "nazwa firmy", "nazwa klienta", "firma",
        "klient",
        "firmenname", "unternehmen", "bezeichnung", "kunde",
        "название клиента", "наименование клиента", "название отеля", "название объекта",
        "наименование объекта", "название точки", "торговая точка", "pavadinimas", "įmonė",
        "įmonės pavadinimas", "nosaukums", "uzņēmums", "uzņēmuma nosaukums",
      ]
    case .kind:
      [
        "тип", "вид", "категория", "тип партнёра", "вид партнёра", "тип контрагента", "kind", "type",
        "category",
        "partner type", "rodzaj", "typ", "kategoria", "art", "kategorie",
      ]
    case .status:
      [
        "статус", "состояние", "статус партнёра", "status", "stan", "zustand",
        "statusas", "statuss",
      ]
    case .responsible:
      [
        "ответственный", "менеджер", "ответственный менеджер", "торговый представитель", "куратор",
        "представитель",
        "адказны", "responsible", "manager", "owner", "assigned to", "assigned", "sales rep",
        "sales representative",
        "account manager", "opiekun", "handlowiec", "przedstawiciel", "verantwortlich", "betreuer",
        "zuständig",
        "ведущий менеджер", "персональный менеджер", "региональный менеджер", "ответственный сотрудник",
        "opiekun klienta", "kundenbetreuer", "sachbearbeiter", "vadybininkas", "atsakingas", "atbildīgais",
      ]
    case .tags:
      ["теги", "тэги", "метки", "тег", "tags", "tag", "labels", "tagi", "etykiety", "schlagworte", "segment"]
    case .callInterval:
      [
        "периодичность", "периодичность визитов", "периодичность посещений", "частота", "частота визитов",
        "частота посещений", "интервал", "интервал визитов", "call interval", "callinterval",
        "visit frequency",
        "call frequency", "interval", "frequency", "częstotliwość", "częstotliwość wizyt", "besuchsintervall",
        "интервал обзвона", "интервал звонков", "интервал посещений", "периодичность обзвона",
        "периодичность звонков", "частота обзвона", "частота звонков", "период обзвона", "visit interval",
        "call cycle", "częstość wizyt", "odstęp wizyt", "besuchsrhythmus", "vizitų dažnumas",
        "vizīšu biežums",
      ]
    case .openingHours:
      [
        "часы работы", "время работы", "режим работы", "график работы", "график", "часы", "гадзіны працы",
        "opening hours", "openinghours", "opening_hours", "hours", "business hours", "working hours",
        "work hours",
        "godziny otwarcia", "godziny pracy", "godziny", "öffnungszeiten",
        "часы приёма", "время приёма", "darbo laikas", "darba laiks", "godz otwarcia",
      ]
    case .visitLength:
      [
        "длительность визита", "продолжительность визита", "время визита", "длительность", "visit length",
        "visitlength", "visit duration", "visit time", "duration", "service time", "czas wizyty",
        "besuchsdauer",
        "длительность посещения", "продолжительность посещения", "время на визит", "długość wizyty",
        "vizito trukmė", "vizītes ilgums",
      ]
    case .registrationNumber:
      [
        "унп", "инн", "унн", "инн кпп", "унп инн", "инн унп", "регистрационный номер", "рег номер",
        "регномер", "огрн",
        "едрпоу", "бин", "налоговый номер", "registration number", "registrationnumber", "reg number",
        "reg no", "vat",
        "vat number", "vat id", "tax id", "tax number", "nip", "regon", "krs", "ust idnr", "ustid",
        "steuernummer",
        "unp", "inn", "registration no", "company number",
        "унп контрагента", "инн контрагента", "įmonės kodas", "pvm kodas", "reģistrācijas numurs", "reģ nr",
      ]
    case .note:
      [
        "примечание", "примечания", "комментарий", "комментарии", "заметки", "заметка", "описание", "note",
        "notes",
        "comment", "comments", "remark", "remarks", "description", "uwagi", "notatka", "notatki", "bemerkung",
        "bemerkungen", "notiz",
        "доп информация", "дополнительная информация", "anmerkung", "anmerkungen", "pastabos", "piezīmes",
      ]
    case .phone:
      [
        "телефон", "телефоны", "тел", "моб", "мобильный", "мобильный телефон", "рабочий телефон",
        "номер телефона", "тел факс", "телефон факс", "телефоны факс", "tel fax", "phone fax", "telefon fax",
        "контактный телефон", "городской телефон", "моб тел", "тэлефон", "phone", "phones", "tel",
        "telephone",
        "mobile", "mobile phone", "cell", "phone number", "telefon", "telefony", "telefon komórkowy",
        "komórka",
        "numer telefonu", "handy", "telefonnummer", "mobil",
        "телефон для связи", "тел моб", "моб телефон", "раб телефон", "номер тел", "nr telefonu", "tel kom",
        "rufnummer", "telefonas", "mobilus", "tālrunis", "mobilais",
      ]
    case .email:
      [
        "email", "e mail", "emails", "e mails", "почта", "эл почта", "электронная почта",
        "адрес электронной почты",
        "электронный адрес", "имейл", "мейл", "mail", "email address", "e mail address", "mail address",
        "адрес почты",
        "poczta", "poczta elektroniczna", "adres email", "adres e mail",
        "эл адрес", "электр почта", "el paštas", "elektroninis paštas", "e pasts",
      ]
    case .web:
      [
        "сайт", "веб сайт", "вебсайт", "адрес сайта", "интернет", "web", "website", "web site", "site", "url",
        "www",
        "homepage", "strona", "strona www", "strona internetowa", "webseite", "internet",
        "svetainė", "mājaslapa", "mājas lapa",
      ]
    case .contactPerson:
      [
        "контактное лицо", "контактные лица", "контакт", "контакты", "фио", "директор", "руководитель",
        "фио контактного лица", "contact", "contact person", "contactperson", "contact name", "person",
        "director",
        "osoba kontaktowa", "osoba do kontaktu", "kontakt", "ansprechpartner", "kontaktperson",
        "контакт лицо", "фио контакта", "ф и о", "контактное лицо фио", "ansprechperson", "kontaktinis asmuo",
        "kontaktpersona",
      ]
    case .contactPosition:
      [
        "должность", "должность контактного лица", "job title", "contact position", "contact title",
        "stanowisko",
        "funktion",
      ]
    case .address:
      [
        "адрес", "полный адрес", "фактический адрес", "адрес офиса", "факт адрес", "почтовый адрес офиса",
        "адрес фактический", "адрас", "местонахождение", "место нахождения", "address", "full address",
        "addr",
        "office address", "visit address", "physical address", "location address", "adres", "pełny adres",
        "adresse",
        "anschrift", "standort",
        "улица дом", "улица и дом", "улица номер дома", "улица дом корпус", "адрес улица дом",
        "адрес доставки", "адрес точки", "адрес объекта", "адрес партнёра", "адрес клиента",
        "фактический адрес офиса", "вуліца дом", "street address", "street and number", "street and house",
        "address line 1", "ulica i nr", "ulica i numer", "ulica nr", "ulica nr domu", "ulica i nr domu",
        "ulica numer domu", "adres siedziby", "straße und hausnummer", "straße nr", "straße hausnummer",
        "gatvė namas", "gatvė ir namo numeris", "adresas", "adrese", "faktiskā adrese", "iela māja",
        "iela un mājas numurs",
      ]
    case .legalAddress:
      ["юридический адрес", "юр адрес", "адрес юридический", "legal address", "registered address"]
    case .mailingAddress:
      ["почтовый адрес", "адрес для писем", "mailing address", "postal address", "adres korespondencyjny"]
    case .country:
      [
        "страна", "код страны", "краіна", "country", "country code", "kraj", "land",
        "šalis", "valstis",
      ]
    case .region:
      [
        "область", "регион", "край", "республика", "вобласць", "region", "oblast", "province", "state",
        "voivodeship",
        "województwo", "bundesland",
        "область край", "область регион", "apskritis",
      ]
    case .district:
      [
        "район", "district", "raion", "county", "powiat", "kreis", "landkreis",
        "rajonas", "novads",
      ]
    case .city:
      [
        "город", "населенный пункт", "нас пункт", "нп", "горад", "населены пункт", "city", "town", "place",
        "locality",
        "settlement", "miasto", "miejscowość", "stadt", "ort", "gemeinde",
        "місто", "населений пункт", "город посёлок", "ortschaft", "wohnort", "miestas", "gyvenvietė",
        "pilsēta", "apdzīvota vieta", "linn",
      ]
    case .street:
      [
        "улица", "вуліца", "street", "street name", "ulica", "strasse", "straße",
        "название улицы", "наименование улицы", "вулиця", "straßenname", "gatvė", "iela", "tänav",
      ]
    case .house:
      [
        "дом", "номер дома", "№ дома", "house", "house number", "housenumber", "building", "nr domu",
        "numer domu",
        "hausnummer", "hausnr",
        "дом корпус", "номер дома корпус", "дом строение", "house no", "house nr", "nr budynku", "haus nr",
        "namo nr", "namo numeris", "mājas nr", "mājas numurs",
      ]
    case .postcode:
      [
        "индекс", "почтовый индекс", "postcode", "post code", "zip", "zip code", "zipcode", "postal code",
        "kod pocztowy", "plz", "postleitzahl",
        "почт индекс", "поштовий індекс", "паштовы індэкс", "kod poczt", "pašto kodas", "pasta indekss",
        "sihtnumber",
      ]
    case .latitude:
      [
        "широта", "шырата", "latitude", "lat", "szerokość", "szerokość geograficzna", "breite", "breitengrad",
        "geo lat",
        "platuma", "platums",
      ]
    case .longitude:
      [
        "долгота", "даўгата", "longitude", "lon", "lng", "long", "długość", "długość geograficzna", "länge",
        "längengrad", "geo lon", "geo lng",
      ]
    case .coordinates:
      [
        "координаты", "координата", "широта долгота", "гео", "геокоординаты", "геопозиция", "gps",
        "координаты gps",
        "каардынаты", "coordinates", "coordinate", "coords", "geo", "geolocation", "lat lon", "lat lng",
        "lat long",
        "latlon", "latlng", "latitude longitude", "współrzędne", "koordinaten", "location",
      ]
    }
  }

  /// Words that decide a longer heading ("Телефон отдела продаж", "Agency phone no. 2"), the more telling fields first.
  static let decisiveWords: [(ImportField?, [String])] = [
    // Columns that look like another field and are none.
    (nil, ["факс", "fax", "skype", "telegram", "viber", "whatsapp", "facebook", "instagram"]),
    (.email, ["email", "mail", "emailadresse", "почта", "почты"]),
    (.web, ["сайт", "сайта", "website", "www", "url"]),
    (.phone, ["телефон", "телефоны", "телефона", "phone", "telefon", "тел", "mobile", "мобильный"]),
    (.openingHours, ["öffnungszeiten"]),
    (.registrationNumber, ["унп", "инн", "nip"]),
    (.legalAddress, ["юридический", "legal"]),
    (.latitude, ["широта", "latitude"]),
    (.longitude, ["долгота", "longitude"]),
    (.coordinates, ["координаты", "coordinates"]),
    (.address, ["адрес", "address", "adres", "adresse"]),
    (.postcode, ["индекс", "postcode"]),
    (.responsible, ["ответственный", "менеджер", "manager", "responsible"]),
    (.status, ["статус", "status"]),
    (.note, ["примечание", "комментарий", "comment", "note"]),
    (.name, ["название", "наименование", "name", "nazwa"]),
  ]
}
