/// The words of the queue of places to look at.
struct ReviewWords: Sendable {
  var title: String
  var intro: String
  var left: @Sendable (_ count: Int) -> String
  /// Why a place is to be looked at, beside the levels below the house.
  var nowhere: String
  var stale: String
  var allFine: Message
  var toMap: String
  var lookAgain: String
  var looking: String
  var nothingFound: String
  var now: String
  var put: String
  var sure: @Sendable (_ percent: String) -> String
  var accept: String
  var skip: String
  var back: String
  var done: String
  var skipped: String
  var notMarked: String
  var conflict: String
  var queue: String
  var more: @Sendable (_ count: Int) -> String
  var keysTitle: String
  /// Keys, and what they do.
  var keys: [(key: String, text: String)]
}

extension ReviewWords {
  static let english = ReviewWords(
    title: "Places to look at",
    intro: "Press where the partner is, drag the pin, or take one of the places found. What you set stays.",
    left: { "\(Language.grouped($0, by: ",", from: 1_000)) to look at" },
    nowhere: "not on the map", stale: "the address changed",
    allFine: Message(
      title: "Every place is known",
      text: "Partners whose address is not found, or only roughly, appear here."),
    toMap: "To the map", lookAgain: "Look up", looking: "Looking it up …",
    nothingFound: "Nothing was found. Change the text, or press the map.", now: "as it is now",
    put: "where you put it", sure: { "\($0) % sure" }, accept: "Take this place", skip: "Skip",
    back: "Back", done: "set", skipped: "skipped", notMarked: "Choose a place first.",
    conflict: "Somebody changed this partner meanwhile. Here is what stands now; look again.",
    queue: "Who is to be looked at", more: { "\($0) more come after these" },
    keysTitle: "Keys",
    keys: [
      ("Enter", "take the place"), ("1 … 5", "choose a place found"), ("0", "as it is now"), ("S", "skip"),
      ("B", "back to the one before"), ("A", "into the address"),
      ("M", "to the map: arrows move it, space puts the pin into the middle"),
    ])

  static let russian = ReviewWords(
    title: "Места на проверку",
    intro:
      "Нажмите, где находится партнёр, перетащите метку или возьмите найденное место. Поставленное вами сохранится.",
    left: { "на проверку: \(Language.grouped($0, by: "\u{A0}", from: 10_000))" },
    nowhere: "нет на карте", stale: "адрес изменился",
    allFine: Message(
      title: "Все места известны", text: "Здесь появятся партнёры, чей адрес не нашёлся или нашёлся неточно."),
    toMap: "На карту", lookAgain: "Найти", looking: "Ищем…",
    nothingFound: "Ничего не нашлось. Измените текст или нажмите на карту.", now: "как сейчас",
    put: "где поставили вы", sure: { "уверенность \($0) %" }, accept: "Взять это место",
    skip: "Пропустить", back: "Назад", done: "поставлено", skipped: "пропущено",
    notMarked: "Сначала выберите место.",
    conflict: "Партнёра тем временем изменили. Показано то, что есть сейчас; посмотрите ещё раз.",
    queue: "Кого проверить", more: { "за ними ещё \($0)" },
    keysTitle: "Клавиши",
    keys: [
      ("Enter", "взять место"), ("1 … 5", "выбрать найденное"), ("0", "как сейчас"), ("S", "пропустить"),
      ("B", "к предыдущему"), ("A", "к адресу"),
      ("M", "к карте: стрелки двигают её, пробел ставит метку в середину"),
    ])
}
