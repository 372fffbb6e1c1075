extension Language {
  /// Public holidays by the English names of `data/tables`, and beginnings of names that vary.
  static func russianHoliday(_ name: String) -> String? {
    if let own = holidayNames[name] { return own }
    if name.hasPrefix("Day off (") { return "перенесённый выходной" }
    for ending in [" (observed)", " (estimated)"] where name.hasSuffix(ending) {
      return holidayNames[String(name.dropLast(ending.count))]
    }
    return nil
  }

  private static let holidayNames = [
    "New Year's Day": "Новый год", "New Year's Eve": "канун Нового года",
    "New Year Holidays": "новогодние каникулы",
    "Orthodox Christmas Day": "Рождество православное", "Orthodox Christmas": "Рождество православное",
    "Catholic Christmas Day": "Рождество католическое", "Christmas Day": "Рождество",
    "Christmas Eve": "сочельник", "Second Day of Christmas": "второй день Рождества",
    "Orthodox Easter": "Пасха православная", "Catholic Easter": "Пасха католическая",
    "Easter Sunday": "Пасха", "Easter Monday": "пасхальный понедельник", "Good Friday": "Страстная пятница",
    "Pentecost": "Троица", "Corpus Christi": "праздник Тела Христова", "Epiphany": "Богоявление",
    "Assumption Day": "Успение Богородицы", "All Saints' Day": "День всех святых",
    "All Souls' Day": "День поминовения усопших", "Women's Day": "День женщин",
    "International Women's Day": "Международный женский день", "Labor Day": "Праздник труда",
    "Holiday of Spring and Labor": "Праздник Весны и Труда", "May Day": "Первое мая",
    "International Workers' Day": "День труда", "National Day": "Государственный праздник",
    "Victory Day": "День Победы", "Radunitsa (Day of Rejoicing)": "Радуница",
    "Independence Day of the Republic of Belarus (Day of the Republic)": "День Независимости",
    "October Revolution Day": "День Октябрьской революции",
    "Defender of the Fatherland Day": "День защитника Отечества", "Russia Day": "День России",
    "Unity Day": "День единства", "National Day of the Third of May": "День Конституции 3 мая",
    "National Independence Day": "День независимости", "Independence Day": "День независимости",
    "Day of Dew and Saint John": "Иванов день", "Midsummer Day": "Иванов день",
    "Midsummer Eve": "канун Иванова дня", "Father's Day": "День отца", "Mother's Day": "День матери",
    "Day of Restoration of Independence of Lithuania": "День восстановления независимости",
    "Day of Restoration of the State of Lithuania": "День восстановления государства",
    "Statehood Day": "День государства",
    "Republic of Latvia Proclamation Day": "День провозглашения республики",
    "Restoration of Independence Day": "День восстановления независимости",
    "Independence Restoration Day": "День восстановления независимости", "Capital Day": "День столицы",
    "Constitution Day": "День Конституции", "Eid al-Adha": "Курбан-айт", "Nowruz Holiday": "Наурыз",
    "Republic Day": "День Республики",
    "Kazakhstan's People Solidarity Holiday": "Праздник единства народа Казахстана",
  ]
}
