/// The words by which people mark the parts of an address, in the languages of the region, folded
/// (``TextFolding``: й is и, ё is е, accents are gone, a hyphen or slash is a space).
enum AddressWords {
  /// A word or abbreviation → the kind of street it names.
  static let streetTypes: [String: String] = {
    var result: [String: String] = [:]
    for (kind, list) in streetTypeLists {
      for word in words(list) { result[word] = kind }
    }
    return result
  }()

  private static let streetTypeLists: [(String, String)] = [
    ("street", "ул, улица, вул, вуліца, вулиця, вулица, ul, ulica, ulitsa, vul, vulica, vulitsa, vulytsia"),
    ("street", "str, strasse, street, gatve, g, iela, tanav, tn, katu, gata"),
    (
      "avenue",
      "пр, проспект, просп, пр т, пр кт, праспект, прасп, prospekt, pr, prosp, prospektas, prospekts"
    ),
    ("avenue", "avenue, ave, puiestee, pst"),
    ("alley", "аллея, алея, ал, al, aleja, aleje"),
    ("lane", "пер, переулок, завулак, зав, провулок, пров, pereulok, zavulak, skersgatvis, skg"),
    ("square", "пл, площадь, плошча, площа, plac, pl, ploshchad, aikste, laukums, square"),
    ("boulevard", "бул, б р, бульвар, булвар, бульв, bulwar, bulvar, bulv, bulvaris, boulevard"),
    ("highway", "ш, шоссе, шаша, шосе, szosa, plentas, shosse"),
    ("embankment", "наб, набережная, набярэжная, набережна, naberezhnaya, wybrzeze, krastmala"),
    ("tract", "тракт, тр т"),
    ("passage", "проезд, пр д, праезд, проізд, proezd, proyezd"),
    ("deadEnd", "туп, тупик, тупік"),
    ("line", "лин, линия, лінія"),
    ("quarter", "мкр, мкрн, м н, микрораион, мікрараен, микр, кв л, квартал, os, osiedle"),
    ("roundabout", "rondo"),
  ]

  /// Types that stand behind the name only; before a name they mean something else.
  static let trailingStreetTypes: Set<String> = words("g, iela, tn, tanav, gatve, katu, laukums, gata")

  /// Words that mark a settlement and stand before its name.
  static let settlements: Set<String> = words(
    """
    г, город, гор, горад, мест, мисто, місто, м, гп, г п, пгт, п г т, рп, р п, нп, п, пос, поселок, пас, паселак,
    сп, д, дер, деревня, веска, в, с, село, сяло, аг, а г, агрогородок, аграгарадок, х, хутор, хут, ст ца, станица,
    мястэчка, кп, к п, городскои поселок, gorod, derevnya, miasto, wies, osada, gp, pgt
    """)

  /// Words that mark a first-level subdivision.
  static let regions: Set<String> = words(
    """
    обл, область, вобласць, вобл, oblast, obl, voblast, voblasts, voblasc, region, province, краи, республика, респ,
    рэспубліка, wojewodztwo, woj, voivodeship, maakond, bundesland, obwod
    """)

  /// Words that mark a second-level subdivision.
  static let districts: Set<String> = words(
    """
    раион, р н, раен, рн, rayon, raion, rajon, district, powiat, pow, kreis, landkreis, lkr, rajonas, raj, novads
    """)

  /// Rural councils and communes: often said, but no level of the gazetteer.
  static let communes: Set<String> = words(
    "сельсовет, с с, сс, сельсавет, сельскии совет, gmina, gm, pagasts, seniunija, vald")

  static let houses: Set<String> = words(
    "д, дом, буд, будынак, будинок, dom, nr, no, дм, номер, вл, владение")
  static let corpuses: Set<String> = words("к, корп, корпус, кор, korp, korpus, k, bud, блок")
  static let buildings: Set<String> = words("стр, строение")
  static let letters: Set<String> = words("лит, литера, літ, літара, литер")

  /// Parts of a house: the word and the number by it are passed over.
  static let units: Set<String> = words(
    """
    кв, квартира, кватэра, оф, офис, офіс, пом, помещение, памяшканне, каб, кабинет, ком, комната, комн, пав,
    павильон, эт, этаж, паверх, подъезд, под, секция, lok, lokal, mieszkanie, apt, app, whg, wohnung, etage, stock,
    butas, biuro, dz, office, suite, ofis, kv, бокс, m
    """)

  /// Small words in street names that people leave out.
  static let fillers: Set<String> = words("им, имени, імя")

  /// Ranks and titles, short → full.
  static let titles: [String: String] = [
    "ак": "академика", "акад": "академика", "ген": "генерала", "марш": "маршала", "адм": "адмирала",
    "проф": "профессора", "кап": "капитана", "полк": "полковника", "лет": "летчика", "prof": "professor",
    "gen": "generala", "marsz": "marszalka", "ks": "ksiedza", "sw": "swietego",
  ]

  private static func words(_ list: String) -> Set<String> {
    Set(
      list.split { $0 == "," || $0 == "\n" }.map { $0.trimmingPrefix { $0 == " " } }.filter { !$0.isEmpty }
        .map(String.init))
  }
}
