extension Language {
  /// Sentences of the planner, by their English form.
  static let leftOutDetails: [String: String] = {
    var forms = [
      "there is no address": "адреса нет",
      "\"{0}\" was not found": "«{0}» не найден",
      "located to {0}, {1} is wanted": "точность: {0}, нужна: {1}",
      "until {0}": "до {0}",
      "until {0}: {1}": "до {0}: {1}",
      "without end": "бессрочно",
      "without end: {0}": "бессрочно: {0}",
      "visited on {0}, {1} days before; {2} are wanted":
        "последний визит {0}, дней до поездки: {1}, нужно не меньше {2}",
      "is a stop of \"{0}\"": "точка поездки «{0}»",
      "closed on day 1": "закрыт в день поездки",
      "closed on every day of the trip": "закрыт во все дни поездки",
      "{0} is a public holiday ({1}): Sunday hours": "{0} — праздник, часы как в воскресенье",
      "the visit takes {0}, day {1} has {2}": "визит длится {0}, а в дне {1} всего {2}",
      "no road leads there": "дороги туда нет",
      "no road leads on from there": "дороги оттуда нет",
      "no road leads there and on between any two stops of the plan, the start and the end included":
        "ни между какими двумя точками плана туда не заехать",
      "on day {0} open {1}, reached at {2} at the earliest, work ends {3}":
        "в день {0} открыт {1}, доехать можно не раньше {2}, работа до {3}",
      "no road leads there on a day of its own": "дороги туда нет даже в отдельный день",
      "no road leads there and to the end of the day on a day of its own":
        "дороги туда и обратно нет даже в отдельный день",
      "no road leads from there to the end of the trip": "оттуда нет дороги к концу поездки",
      "{0} of driving there and {1} to the end of the trip fit into no days of the trip":
        "{0} пути туда и {1} до конца поездки не помещаются ни в какие дни",
      "day {0} has the time, but its other visits would miss their opening hours":
        "в дне {0} время есть, но другие визиты не попадут в свои часы работы",
      "day {0} has the time, but no place in its order keeps every opening window (here {1})":
        "в дне {0} время есть, но ни на каком месте не соблюсти часы работы (здесь {1})",
      "no road joins it to the stops of the days that could hold it":
        "дороги к точкам подходящих дней нет",
    ]
    for (way, own) in [("there", "туда"), ("there and to the end of the day", "туда и обратно")] {
      forms["{0} of driving \(way), a day allows {1}"] = "{0} пути \(own), в день можно {1}"
      forms["{0} of driving \(way), a visit of {1} do not fit into the {2} of day {3}"] =
        "{0} пути \(own) и визит {1} не помещаются в {2} дня {3}"
      forms["{0} of driving \(way), a visit of {1} and lunch of {2} do not fit into the {3} of day {4}"] =
        "{0} пути \(own), визит {1} и обед {2} не помещаются в {3} дня {4}"
    }
    for (which, own) in [("possible only", "возможен только"), ("cheapest", "лучше всего")] {
      forms["\(which) on day {0}: needs {1} more than the {2} left before {3}"] =
        "\(own) в день {0}: нужно на {1} больше, чем осталось до {3} ({2})"
      forms["\(which) on day {0}: adds {1} of driving, {2} of {3} are left"] =
        "\(own) в день {0}: ещё {1} в пути, осталось {2} из {3}"
      forms["\(which) on day {0}: the day after would no longer reach its stops in time"] =
        "\(own) в день {0}: на следующий день не успеть к точкам вовремя"
    }
    return forms
  }()

  static let leftOutValues = [
    "at any time": "в любое время", "region": "область", "locality": "населённый пункт", "street": "улица",
    "interpolated": "примерный дом", "house": "дом", "rooftop": "здание", "given": "заданная точка",
  ]
}
