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
      "is a stop of {0}": "точка поездки {0}",
      "is a stop of another trip": "точка другой поездки",
      "{0}, which comes first, is left out": "сначала нужно посетить {0}, а его в маршруте нет",
      "closed on {0}": "закрыт {0}",
      "closed on every day of the trip": "закрыт во все дни поездки",
      "closed on {0}, the only one asked for": "{0}, в единственный назначенный день, закрыт",
      "closed on the days asked for: {0}": "закрыт во все назначенные дни: {0}",
      "closed on the days asked for: {0}, {1}": "закрыт во все назначенные дни: {0}, {1}",
      "closed on the days asked for: {0}, {1}, {2}": "закрыт во все назначенные дни: {0}, {1}, {2}",
      "{0} is a public holiday ({1}): Sunday hours": "{0} — праздник ({1}), часы как в воскресенье",
      "the visit takes {0}, {1} has {2}": "визит длится {0}, а на {1} отведено всего {2}",
      "no road leads there": "дороги туда нет",
      "no road leads on from there": "дороги оттуда нет",
      "no road leads there and on between any two stops of the plan, the start and the end included":
        "ни между какими двумя точками плана туда не заехать",
      "on {0} open {1}, reached at {2} at the earliest, the visit takes {3}":
        "{0} открыт {1}, доехать можно не раньше {2}, визит длится {3}",
      "the appointment on {0} is at {1}, reached at {2} at the earliest, the visit takes {3}":
        "встреча назначена на {0}, {1}, доехать можно не раньше {2}, визит длится {3}",
      "even alone on {0}: {1} of driving and {2}": "даже отдельно, {0}: {1} в пути и {2}",
      "no road leads there on a day of its own": "дороги туда нет даже в отдельный день",
      "no road leads there and to the end of the day on a day of its own":
        "дороги туда и обратно нет даже в отдельный день",
      "no road leads from there to the end of the trip": "оттуда нет дороги к концу поездки",
      "{0} of driving there and {1} to the end of the trip fit into no days of the trip":
        "{0} пути туда и {1} до конца поездки не помещаются ни в какие дни",
      "no road joins it to the stops of the days that could hold it":
        "дороги к точкам подходящих дней нет",
    ]
    for (which, own) in [("possible only", "возможен только"), ("best", "лучше всего")] {
      forms["\(which) on {0}, place {1}: {2} of driving and {3} more"] =
        "\(own) {0}, место {1}: ещё {2} в пути и {3}"
    }
    for (english, own) in obstacleForms { forms[english] = own }
    for (english, own) in brokenForms { forms[english] = own }
    forms["only possible on {0}, which is over"] = "возможен только {0}, а этот день прошёл"
    let way = "{0} of driving there"
    forms["\(way), a day allows {1}"] = "{0} пути туда, в день можно {1}"
    forms["\(way), a visit of {1} do not fit into the {2} of {3}"] =
      "{0} пути туда и визит {1} не помещаются в {2}, отведённые на {3}"
    forms["\(way), a visit of {1} and lunch of {2} do not fit into the {3} of {4}"] =
      "{0} пути туда, визит {1} и обед {2} не помещаются в {3}, отведённые на {4}"
    return forms
  }()

  static let leftOutValues = [
    "at any time": "в любое время", "region": "область", "locality": "населённый пункт", "street": "улица",
    "interpolated": "примерный дом", "house": "дом", "rooftop": "здание", "given": "заданная точка",
  ]

  /// What an own order of stops breaks.
  private static let brokenForms = [
    "ends at {0}, work ends at {1}": "конец в {0}, работа до {1}",
    "ends at {0}, work ends at {1} with at most {2} of overtime":
      "конец в {0}, работа до {1} и не больше {2} сверх",
    "leaves at {0}, work starts at {1}": "выезд в {0}, работа с {1}",
    "{0} to {1} is outside its hours {2}": "визит с {0} до {1}, открыто {2}",
    "waited for {0}, at most {1} allowed": "ждать {0}, можно не больше {1}",
    "drives {0}, at most {1} allowed": "за рулём {0}, можно не больше {1}",
    "covers {0}, at most {1} allowed": "путь {0}, можно не больше {1}",
    "lunch from {0} runs into the visit at {1}": "обед с {0} заходит на визит в {1}",
    "no lunch, and {0} to {1} leaves no free {2} in {3}": "с {0} до {1} не остаётся {2} в часы обеда {3}",
    "lunch from {0} for {1} is outside {2}": "обед с {0} на {1}, а часы обеда {2}",
    "lunch from {0} is outside the day, {1} to {2}": "обед с {0}, а день с {1} до {2}",
    "may be made only on {0}": "возможен только {0}",
    "may be made only on {0}, {1}": "возможен только {0}, {1}",
    "may be made only on {0}, {1}, {2}": "возможен только {0}, {1}, {2}",
    "may be made only on {0}, {1}, {2}, {3}": "возможен только {0}, {1}, {2}, {3}",
    "point {0} cannot be reached from {1}": "сюда нет дороги",
    "starts at {0}, agreed is {1} at {2}": "начало в {0}, а назначено {1} в {2}",
    "stands at place {0} of {1}": "место {0} из {1}",
    "the place is visited earlier that day": "в этот день там уже были",
    "{0} is not made before it": "перед ним нет визита к {0}",
    "{0} comes later": "визит к {0} стоит позже",
    "left out although the day's must-visits leave room":
      "в маршруте нет, хотя место рядом с обязательными есть",
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
    "the day ends {0} too late": "день кончится на {0} позже, чем можно",
    "the day drives {0} too long": "в пути на {0} больше, чем можно",
    "the day goes {0} too far": "на {0} больше, чем можно в день",
    "lunch comes {0} too late": "обед на {0} позже, чем можно",
    "another day ends {0} too late": "другой день кончится на {0} позже, чем можно",
    "another day breaks": "другой день не выйдет",
  ]
}
