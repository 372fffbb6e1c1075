import Geo

/// Countries as lists name them.
enum CountryWords {
  /// ISO 3166-1 alpha-2 of a code or of a name in Russian, Belarusian, English, Polish or German; nil when unknown.
  static func code(_ text: String) -> String? {
    let folded = TextFolding.fold(text)
    if let code = table[folded] { return code }
    let upper = text.uppercased()
    guard upper.utf8.count == 2, upper.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
    return upper
  }

  private static let table: [String: String] = {
    let names: [(String, [String])] = [
      (
        "BY",
        [
          "беларусь", "белоруссия", "республика беларусь", "рб", "рэспубліка беларусь", "belarus", "bialorus",
          "białoruś", "weissrussland", "blr",
        ]
      ),
      (
        "RU",
        [
          "россия", "российская федерация", "рф", "расія", "russia", "russian federation", "rosja",
          "russland", "rus",
        ]
      ),
      ("PL", ["польша", "польшча", "poland", "polska", "polen", "pol"]),
      ("LT", ["литва", "літва", "lithuania", "litwa", "litauen", "lietuva", "ltu"]),
      ("LV", ["латвия", "латвія", "latvia", "łotwa", "lettland", "latvija", "lva"]),
      ("EE", ["эстония", "эстонія", "estonia", "estland", "eesti", "est"]),
      ("UA", ["украина", "украіна", "україна", "ukraine", "ukraina", "ukr"]),
      ("DE", ["германия", "германія", "germany", "niemcy", "deutschland", "deu", "ger"]),
      ("KZ", ["казахстан", "kazakhstan", "kazachstan", "kasachstan", "kaz"]),
      ("MD", ["молдова", "молдавия", "moldova", "mołdawia", "moldau"]),
      ("GE", ["грузия", "georgia", "gruzja", "georgien"]),
      ("AM", ["армения", "armenia", "armenien"]),
      ("AZ", ["азербайджан", "azerbaijan", "azerbejdżan", "aserbaidschan"]),
      ("UZ", ["узбекистан", "uzbekistan", "usbekistan"]),
      ("KG", ["киргизия", "кыргызстан", "kyrgyzstan", "kirgistan"]),
      ("CZ", ["чехия", "czechia", "czech republic", "czechy", "tschechien"]),
      ("SK", ["словакия", "slovakia", "słowacja", "slowakei"]),
      ("FI", ["финляндия", "finland", "finlandia", "finnland", "suomi"]),
      ("MC", ["монако", "monaco"]), ("SE", ["швеция", "sweden", "szwecja", "schweden"]),
      ("AT", ["австрия", "austria", "österreich"]),
      ("TR", ["турция", "turkey", "türkiye", "turcja", "türkei"]),
      ("IT", ["италия", "italy", "włochy", "italien"]),
      ("FR", ["франция", "france", "francja", "frankreich"]),
      ("ES", ["испания", "spain", "hiszpania", "spanien"]),
      ("GR", ["греция", "greece", "grecja", "griechenland"]),
      ("EG", ["египет", "egypt", "egipt", "ägypten"]),
      ("GB", ["великобритания", "united kingdom", "uk", "england"]),
      ("US", ["сша", "usa", "united states"]), ("BG", ["болгария", "bulgaria", "bulgarien"]),
    ]
    var table: [String: String] = [:]
    for (code, list) in names { for name in list { table[TextFolding.fold(name)] = code } }
    return table
  }()
}
