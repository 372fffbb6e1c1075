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
    let cheapest = "cheapest on day {0}: adds {1} of driving"
    let best = "лучше всего в день {0}: ещё {1} в пути"
    for (english, own) in [
      ("but the order with {2} would not be kept", "но порядок с {2} нарушится"),
      ("but {2} would lose its place", "но {2} потеряет своё место в порядке дня"),
      ("but its own place in the order is taken", "но его место в порядке дня занято"),
      ("but {2} is at the same place that day", "но {2} в том же месте в тот же день"),
      ("but that is none of its days", "но этот день ему не назначен"),
      ("but {2} would be {3} late", "но на визит к {2} опоздание {3}"),
      (
        "but {2} would be waited for {3} longer than the {4} allowed",
        "но у {2} ждать на {3} дольше, чем можно ({4})"
      ),
    ] { forms["\(cheapest), \(english)"] = "\(best), \(own)" }
    forms["\(cheapest) and {2}, {3} more than the {4} of the day allow"] =
      "\(best) и {2}, на {3} больше, чем можно в день ({4})"
    for (english, own) in obstacleForms { forms[english] = own }
    forms["only possible on day {0}, which is over"] = "возможен только в день {0}, а он прошёл"
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

  /// What stands in the way on a day.
  private static let obstacleForms = [
    "{0}, place {1}: {2} of driving and {3} more": "{0}, место {1}: ещё {2} в пути и {3}",
    "fits there": "место есть",
    "no road leads there or on": "дороги туда или оттуда нет",
    "none of the days asked for": "день не из назначенных",
    "closed, public holiday {0}": "закрыт: праздник {0}",
    "closed that day": "в этот день закрыт",
    "no visits are wanted that day": "визиты в этот день запрещены",
    "the order with {0} would not be kept": "порядок с {0} нарушится",
    "{0} would lose its place": "{0} потеряет своё место в порядке дня",
    "its place in the order is taken": "его место в порядке дня занято",
    "{0} is at the same place that day": "{0} в том же месте в тот же день",
    "{0} would be {1} late": "на визит к {0} опоздание {1}",
    "{0} late for the appointment": "опоздание на встречу на {0}",
    "{0} would end {1} after it closes": "визит к {0} кончится на {1} позже закрытия",
    "ends {0} after it closes": "кончится на {0} позже закрытия",
    "{0} would be waited for {1} too long": "у {0} ждать на {1} дольше, чем можно",
    "the wait is {0} too long": "ждать на {0} дольше, чем можно",
    "the day ends {0} too late": "день кончится на {0} позже",
    "the day drives {0} too long": "в пути на {0} больше, чем можно",
    "the day goes {0} too far": "на {0} больше, чем можно в день",
    "lunch comes {0} too late": "обед на {0} позже",
    "another day ends {0} too late": "другой день кончится на {0} позже",
    "another day breaks": "другой день не выйдет",
  ]
}
