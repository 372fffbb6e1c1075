/// Words that invented companies, streets and people are made of. None is meant to name anybody: they are words of the
/// language put together by chance.
enum SampleWords {
  static let cyrillicBrands = [
    "Вояж", "Меридиан", "Альбатрос", "Горизонт", "Караван", "Одиссея", "Путник", "Магеллан", "Атлас",
    "Глобус",
    "Роза ветров", "Полюс", "Экватор", "Бриз", "Лагуна", "Парус", "Компас", "Маршрут", "Странник", "Кругозор",
    "Дальние берега", "Золотой берег", "Белый аист", "Синяя птица", "Васильковый край", "Янтарный путь",
    "Семь морей",
    "Попутный ветер", "Лето", "Тёплый край", "Планета", "Фрегат", "Ракушка", "Жемчужина", "Пилигрим", "Орион",
    "Созвездие", "Феникс", "Вираж", "Каникулы", "Чемодан", "Билет", "Перекрёсток", "Прибой", "Оазис",
    "Пальмира",
    "Эдельвейс", "Амбра", "Калина", "Спадчына", "Вандроўнік", "Ветразь", "Зубр", "Белая вежа", "Полонез",
    "Ласточка",
    "Журавль", "Мост", "Причал", "Маяк", "Версия", "Галерея", "Кедр", "Северное сияние", "Уральский камень",
  ]
  static let latinBrands = [
    "Baltic Sun", "Amber Road", "Nordica", "Via Mare", "Blue Compass", "Silver Trail", "Happy Way",
    "Terra Nova",
    "Sky Line", "Green Field", "Sun Ray", "Vista", "Odyssey", "Pilgrim", "Meridian", "Horizon", "Globe",
    "Caravan",
    "Voyage", "Sail", "Lagoon", "Breeze", "Coral", "Pearl",
  ]
  static let polishBrands = [
    "Wędrowiec", "Bursztyn", "Żuraw", "Słoneczny Szlak", "Cztery Pory", "Podróżnik", "Kompas", "Latarnia",
    "Żagiel",
    "Włóczykij", "Złota Rączka", "Jaskółka", "Modra Fala", "Dalekie Strony", "Kalina", "Górski Szlak",
    "Świat", "Port",
  ]
  static let balticBrands = [
    "LT": [
      "Gintaras", "Keliautojas", "Vėjas", "Saulė", "Kopa", "Gandras", "Žuvėdra", "Kelias", "Bangos",
      "Švyturys",
    ],
    "LV": ["Dzintars", "Ceļotājs", "Vējš", "Saule", "Kāpa", "Stārķis", "Kaija", "Ceļš", "Viļņi", "Bāka"],
    "EE": ["Merevaik", "Rändur", "Tuul", "Päike", "Luide", "Kurg", "Kajakas", "Tee", "Lained", "Majakas"],
  ]

  static let cyrillicStreets = [
    "Ленина", "Советская", "Мира", "Победы", "Гагарина", "Пушкина", "Школьная", "Набережная", "Садовая",
    "Октябрьская",
    "Первомайская", "Комсомольская", "Заводская", "Лесная", "Молодёжная", "Кирова", "Горького", "Чкалова",
    "Калинина",
    "Парковая", "Центральная", "Новая", "Зелёная", "Строителей", "17 Сентября", "8 Марта", "Космонавтов",
    "Озёрная",
    "Вокзальная", "Рабочая", "Интернациональная", "Лермонтова", "Фрунзе", "Полевая", "Луговая",
  ]
  static let polishStreets = [
    "Kościuszki", "Mickiewicza", "Słowackiego", "Lipowa", "Polna", "Leśna", "Słoneczna", "Krótka", "Szkolna",
    "Ogrodowa",
    "Kwiatowa", "Rynek", "Warszawska", "Piłsudskiego", "Sienkiewicza", "Kolejowa", "Zielona", "Łąkowa",
    "Parkowa",
    "Akacjowa", "3 Maja", "Brzozowa",
  ]
  static let balticStreets = [
    "LT": [
      "Gedimino", "Vilniaus", "Kauno", "Liepų", "Žemaičių", "Taikos", "Miško", "Sodų", "Pušų", "Laisvės",
    ],
    "LV": ["Brīvības", "Liepu", "Meža", "Rīgas", "Skolas", "Dārza", "Parka", "Jūras", "Ozolu", "Bērzu"],
    "EE": ["Pikk", "Lai", "Tartu", "Narva", "Pärnu", "Kooli", "Aia", "Metsa", "Kase", "Tamme"],
  ]

  static let firstNames = [
    "Анна", "Ольга", "Елена", "Ирина", "Наталья", "Светлана", "Марина", "Татьяна", "Юлия", "Алеся", "Оксана",
    "Вера",
    "Иван", "Пётр", "Сергей", "Андрей", "Дмитрий", "Алексей", "Николай", "Михаил", "Виктор", "Олег", "Артём",
    "Янка",
  ]
  /// Of women and of men.
  static let lastNames = [
    ("Ковалёва", "Ковалёв"), ("Жук", "Жук"), ("Новик", "Новик"), ("Мороз", "Мороз"), ("Козлова", "Козлов"),
    ("Климович", "Климович"), ("Щука", "Щука"), ("Бондарь", "Бондарь"), ("Лисовская", "Лисовский"),
    ("Гук", "Гук"),
    ("Орлова", "Орлов"), ("Соловьёва", "Соловьёв"), ("Шевчук", "Шевчук"), ("Зайцева", "Зайцев"),
    ("Крук", "Крук"),
    ("Ёлкина", "Ёлкин"), ("Павлович", "Павлович"), ("Романчук", "Романчук"), ("Дубровская", "Дубровский"),
    ("Журавлёва", "Журавлёв"), ("Кот", "Кот"), ("Савич", "Савич"), ("Юшкевич", "Юшкевич"), ("Чиж", "Чиж"),
  ]
  static let womenFirst = 12
  static let latinFirstNames = [
    "Anna", "Maria", "Katarzyna", "Rasa", "Ilze", "Kadri", "Jan", "Piotr", "Tomasz", "Jonas", "Jānis", "Mart",
  ]
  static let latinLastNames = [
    "Nowak", "Zielińska", "Wójcik", "Kalniņš", "Ozola", "Tamm", "Kask", "Petrauskas", "Žukienė", "Mazur",
    "Sikora", "Sepp",
  ]
  static let positions = ["директор", "менеджер", "бухгалтер", "администратор", "заместитель директора", ""]
  static let latinPositions = ["dyrektor", "manager", "office manager", ""]

  /// With how many of a hundred partners have each.
  static let tags: [(tag: String, percent: Int)] = [
    ("море", 35), ("горы", 15), ("экскурсии", 30), ("vip", 6), ("школьные группы", 12), ("автобус", 18),
    ("сеть", 9),
    ("новый", 5), ("должник", 2), ("паломники", 3), ("санатории", 14), ("корпоратив", 8), ("онлайн", 10),
    ("выставка", 4),
  ]
  static let outcomes = [
    "договорились о группе", "перезвонить через месяц", "взяли каталоги", "просят скидку",
    "сменился директор",
    "передал прайс", "не застал", "интерес к осенним турам", "оплатили", "ждут расписание",
  ]
  static let notes = [
    "Вход со двора", "Обед с 13 до 14", "Звонить заранее", "Парковка платная", "Второй этаж, налево",
    "Предпочитают переписку",
  ]
}
