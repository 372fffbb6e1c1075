import Kernels

/// What a word of an address may be. A word may be several things (`пл` a square, `д` a house or a village).
struct WordRoles: OptionSet, Hashable {
  let rawValue: UInt32
  /// Says that a street is named: `улица`, `al.`, `iela`.
  static let street = WordRoles(rawValue: 1 << 0)
  /// Stands behind the name only: `g.`, `iela`.
  static let trailingStreet = WordRoles(rawValue: 1 << 1)
  static let settlement = WordRoles(rawValue: 1 << 2)
  static let region = WordRoles(rawValue: 1 << 3)
  static let district = WordRoles(rawValue: 1 << 4)
  static let commune = WordRoles(rawValue: 1 << 5)
  static let house = WordRoles(rawValue: 1 << 6)
  static let corpus = WordRoles(rawValue: 1 << 7)
  static let building = WordRoles(rawValue: 1 << 8)
  static let letter = WordRoles(rawValue: 1 << 9)
  /// A part of a house: the word and the number by it are passed over.
  static let unit = WordRoles(rawValue: 1 << 10)
  /// A small word that people leave out of names.
  static let filler = WordRoles(rawValue: 1 << 11)
  /// A word of no place at all: `адрес`, `около`, `Tel`.
  static let noise = WordRoles(rawValue: 1 << 12)

  /// What belongs to a house number or a part of a house.
  static let housePart: WordRoles = [.house, .corpus, .building, .letter, .unit]
}

/// The words by which people mark the parts of an address, in the languages of the region, folded
/// (``TextFolding``: й is и, ё is е, accents are gone, a hyphen or slash is a space).
enum AddressWords {
  /// Everything a folded word may be; empty for a word that is only a name.
  static func roles(of key: String) -> WordRoles {
    if let known = table[key] { return known }
    // Full words in any Latin scheme: `ulitsa`, `ulica`, `nabereznaa`.
    guard key.utf8.count >= 5, key.utf8.allSatisfy({ $0 < 0x80 }) else { return [] }
    return soundTable[TextFolding.skeleton(key)] ?? []
  }

  /// The kind of street a word or abbreviation names; nil when it names none.
  static func streetKind(_ key: String) -> String? {
    if let kind = streetTypes[key] { return kind }
    guard key.utf8.count >= 5, key.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    return soundStreetTypes[TextFolding.skeleton(key)]
  }

  private static let table: [String: WordRoles] = {
    var result: [String: WordRoles] = [:]
    for word in streetTypes.keys { result[word, default: []].insert(.street) }
    let lists: [(WordRoles, Set<String>)] = [
      (.trailingStreet, trailingStreetTypes), (.settlement, settlements), (.region, regions),
      (.district, districts), (.commune, communes), (.house, houses), (.corpus, corpuses),
      (.building, buildings), (.letter, letters), (.unit, units), (.filler, fillers), (.noise, noise),
    ]
    for (role, words) in lists { for word in words { result[word, default: []].insert(role) } }
    return result
  }()

  /// Long Cyrillic words by their sound.
  private static let soundTable: [String: WordRoles] = {
    var result: [String: WordRoles] = [:]
    for (word, roles) in table where isFullCyrillic(word) {
      result[TextFolding.skeleton(word), default: []].formUnion(roles)
    }
    return result
  }()

  private static let soundStreetTypes: [String: String] = {
    var result: [String: String] = [:]
    for (word, kind) in streetTypes where isFullCyrillic(word) { result[TextFolding.skeleton(word)] = kind }
    return result
  }()

  private static func isFullCyrillic(_ word: String) -> Bool {
    word.unicodeScalars.count >= 5 && !word.contains(" ") && word.utf8.allSatisfy { $0 >= 0x80 }
  }

  /// A word or abbreviation → the kind of street it names.
  static let streetTypes: [String: String] = {
    var result: [String: String] = [:]
    for (kind, list) in streetTypeLists {
      for word in words(list) { result[word] = kind }
    }
    return result
  }()

  private static let streetTypeLists: [(String, String)] = [
    (
      "street",
      """
      ул, улица, вул, вуліца, вулиця, вулица, ul, ulica, ulitsa, ulitca, vul, vulica, vulitsa, vulytsia, vulycia,
      у л, yл
      """
    ),
    ("street", "str, strasse, street, gatve, g, iela, tanav, tn, katu, gata, st, uul, gatvė"),
    (
      "avenue",
      """
      пр, проспект, просп, пр т, пр кт, праспект, прасп, п т, prospekt, pr, prosp, prospektas, prospekts, pr t,
      pr kt, praspekt, prasp
      """
    ),
    ("avenue", "avenue, ave, puiestee, pst, av"),
    ("alley", "аллея, алея, ал, al, aleja, aleje, allee, alleya, alee, alėja"),
    (
      "lane",
      """
      пер, переулок, завулак, зав, провулок, пров, pereulok, per, zavulak, skersgatvis, skg, prov, provulok, gasse,
      zaulek, lane, akligatvis
      """
    ),
    (
      "square",
      "пл, площадь, плошча, площа, plac, pl, ploshchad, ploscad, aikste, laukums, square, platz, rynek"
    ),
    (
      "boulevard",
      "бул, б р, бульвар, булвар, бульв, bulwar, bulw, bulvar, bulv, bul, bulvaris, boulevard, blvd, b r"
    ),
    ("highway", "ш, шоссе, шаша, шосе, szosa, plentas, shosse, chaussee, sosse, sose, sh"),
    (
      "embankment", "наб, набережная, набярэжная, набережна, naberezhnaya, nab, wybrzeze, krastmala, krantine"
    ),
    ("tract", "тракт, тр т, trakt"),
    ("passage", "проезд, пр д, праезд, проізд, proezd, proyezd, prd, pr d, przejazd"),
    ("deadEnd", "туп, тупик, тупік, tupik, tup"),
    ("line", "лин, линия, лінія, lin, liniya"),
    (
      "quarter",
      "мкр, мкрн, м н, микрораион, мікрараен, микр, кв л, квартал, os, osiedle, mkr, mikroraion, mikrorayon, kvartal"
    ),
    ("roundabout", "rondo"),
    ("way", "weg, дорога, дор, дарога, droga, cels, kelias, doroga, tee"),
    ("ring", "ring"),
  ]

  /// Ends of German words that are kinds of street.
  static let streetSuffixes: [(suffix: String, kind: String)] = [
    ("strasse", "street"), ("str", "street"), ("allee", "alley"), ("weg", "way"), ("platz", "square"),
    ("gasse", "lane"), ("chaussee", "highway"), ("ring", "ring"),
  ]

  /// The word ends as names of streets do in German.
  static func endsAsStreet(_ word: String) -> Bool {
    word.utf8.count > 5
      && streetSuffixes.contains { word.hasSuffix($0.suffix) && word.utf8.count > $0.suffix.utf8.count + 1 }
  }

  /// Types that stand behind the name only; before a name they mean something else.
  static let trailingStreetTypes: Set<String> = words(
    "g, iela, tn, tanav, gatve, katu, laukums, gata, st, street, av, aikste, krastmala, skg, lane, square")

  /// Words that mark a settlement and stand before its name.
  static let settlements: Set<String> = words(
    """
    г, город, гор, горад, мест, мисто, місто, м, гп, г п, пгт, п г т, рп, р п, нп, п, пос, поселок, пас, паселак,
    сп, д, дер, деревня, веска, в, с, село, сяло, аг, а г, агрогородок, аграгарадок, х, хутор, хут, ст ца, станица,
    мястэчка, кп, к п, городскои поселок, gorod, derevnya, derevnja, miasto, wies, osada, gp, pgt, g, gor, d, der,
    ag, agrogorodok, horad, vioska, pos, poselok, posiolok, selo, s, смт, селище, miestas, kaimas, k, mstl, pilseta,
    ciems, gmina, сельское поселение, мест ка, местечко, st, khutor, hutor, п ст, town, village, city, stadt, dorf
    """)

  /// Words that mark a first-level subdivision.
  static let regions: Set<String> = words(
    """
    обл, область, вобласць, вобл, oblast, obl, oblasts, voblast, voblasts, voblasc, region, province, краи, республика,
    респ, рэспубліка, wojewodztwo, woj, voivodeship, maakond, bundesland, obwod, kraj, krai, respublika, воб,
    apskritis, apskr, oblasty, область обл, ао
    """)

  /// Words that mark a second-level subdivision.
  static let districts: Set<String> = words(
    """
    раион, р н, раен, рн, rayon, raion, rajon, raen, district, powiat, pow, kreis, landkreis, lkr, rajonas, raj, novads,
    nov, r n, r, savivaldybe, sav, раеон, county
    """)

  /// Rural councils and communes: often said, but no level of the gazetteer.
  static let communes: Set<String> = words(
    """
    сельсовет, с с, сс, сельсавет, сельскии совет, gmina, gm, pagasts, pag, seniunija, sen, vald, с т, снт, selsovet,
    s s, ss, сельскии округ, с о, селскии, selsavet
    """)

  static let houses: Set<String> = words(
    "д, дом, буд, будынак, будинок, dom, d, nr, no, дм, номер, вл, владение, h, house, haus, hnr, zd, здание, зд, nо"
  )
  static let corpuses: Set<String> = words("к, корп, корпус, кор, k, korp, korpus, kor, bud, блок, block")
  static let buildings: Set<String> = words("стр, строение, с, str, stroenie, s, stroyeniye, stroenije, соор")
  static let letters: Set<String> = words("лит, литера, літ, літара, литер, lit, litera, lit a")

  /// Parts of a house: the word and the number by it are passed over.
  static let units: Set<String> = words(
    """
    кв, квартира, кватэра, оф, офис, офіс, пом, помещение, памяшканне, каб, кабинет, ком, комната, комн, пав,
    павильон, эт, этаж, паверх, подъезд, под, секция, lok, lokal, mieszkanie, apt, app, whg, wohnung, etage, stock,
    butas, biuro, dz, dzivoklis, office, suite, ofis, of, kv, kvartira, бокс, m, под зд, подезд, каб т, поверх, квартал т,
    вход, блок секция, ап, апартаменты, ap, apartment, flat, floor, room, pok, pokoj, pietro, p,
    кімната, прим, примещение, birojs, telpa, stavs, kab, pom, pomeshchenie, po box, а я, абонентскии ящик, ttx
    """)

  /// Small words in street names that people leave out.
  static let fillers: Set<String> = words("им, имени, імя, імені, im, imeni, von, van, и")

  /// What stands beside an address and says nothing about the place.
  static let noise: Set<String> = words(
    """
    адрес, адрас, adres, address, anschrift, тел, tel, телефон, факс, fax, индекс, index, plz, почтовыи, юр, юридическии,
    факт, фактическии, тц, трц, бц, деловои, центр, торговыи, около, возле, напротив, рядом, вход, со, двора, near,
    opposite, obok, naprzeciw, ориентир, остановка, ост, metro, метро, ст м, аптека, рынок, здание
    """)

  /// Ranks and titles, short → full.
  static let titles: [String: String] = [
    "ак": "академика", "акад": "академика", "ген": "генерала", "марш": "маршала", "адм": "адмирала",
    "проф": "профессора", "кап": "капитана", "полк": "полковника", "лет": "летчика", "св": "святого",
    "ak": "akademika", "akad": "akademika", "prof": "professora", "gen": "generala", "marsz": "marszalka",
    "ks": "ksiedza", "sw": "swietego", "dr": "doktor", "st": "sankt", "kl": "kleine", "gr": "grosse",
    "arch": "architekta",
  ]

  static func words(_ list: String) -> Set<String> {
    Set(
      list.split { $0 == "," || $0 == "\n" }
        .map { TextFolding.fold(String($0)) }.filter { !$0.isEmpty })
  }
}
