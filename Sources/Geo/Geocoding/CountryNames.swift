/// Countries as people write them in addresses.
enum CountryNames {
  /// ISO 3166-1 alpha-2 for a folded name or code; nil when it is no country's.
  static func code(forFolded name: String) -> String? { codes[name] }

  private static let codes: [String: String] = {
    var result: [String: String] = [:]
    for row in rows.split(separator: "\n") {
      let names = row.split(separator: ",").map { TextFolding.fold(String($0)) }
      guard let code = names.first?.uppercased() else { continue }
      for name in names { result[name] = code }
    }
    return result
  }()

  private static let rows = """
    BY,Беларусь,Белоруссия,Республика Беларусь,Рэспубліка Беларусь,РБ,Belarus,Republic of Belarus,Białoruś,Weißrussland,Білорусь,BLR
    RU,Россия,Российская Федерация,РФ,Расія,Russia,Russian Federation,Rosja,Russland,Росія,RUS
    PL,Польша,Польшча,Poland,Polska,Polen,Польща,POL
    LT,Литва,Літва,Lithuania,Lietuva,Litwa,Litauen,LTU
    LV,Латвия,Латвія,Latvia,Latvija,Łotwa,Lettland,LVA
    EE,Эстония,Эстонія,Estonia,Eesti,Estland,Естонія,EST
    UA,Украина,Україна,Украіна,Ukraine,Ukraina,UKR
    DE,Германия,Германія,Germany,Deutschland,Niemcy,Німеччина,DEU
    CZ,Чехия,Чэхія,Czechia,Czech Republic,Česko,Czechy,Tschechien,Чехія,CZE
    SK,Словакия,Славакія,Slovakia,Slovensko,Słowacja,Slowakei,SVK
    MD,Молдова,Молдавия,Малдова,Moldova,Mołdawia,MDA
    KZ,Казахстан,Kazakhstan,Kazachstan,Қазақстан,KAZ
    GE,Грузия,Грузія,Gruzja,Georgien,Sakartvelo,Saqartvelo,GEO
    AM,Армения,Арменія,Armenia,Armenien,Hayastan,ARM
    AZ,Азербайджан,Azerbaijan,Azerbejdżan,Azərbaycan,AZE
    UZ,Узбекистан,Uzbekistan,Oʻzbekiston,UZB
    KG,Киргизия,Кыргызстан,Kyrgyzstan,Kirgistan,KGZ
    FI,Финляндия,Фінляндыя,Finland,Suomi,Finlandia,Finnland,FIN
    SE,Швеция,Швецыя,Sweden,Sverige,Szwecja,Schweden
    MC,Монако,Monaco
    IT,Италия,Італія,Italy,Italia,Włochy,Italien
    FR,Франция,Францыя,France,Francja,Frankreich
    ES,Испания,Іспанія,Spain,España,Hiszpania,Spanien
    AT,Австрия,Аўстрыя,Austria,Österreich
    CH,Швейцария,Швейцарыя,Switzerland,Schweiz,Suisse,Szwajcaria
    GB,Великобритания,Вялікабрытанія,United Kingdom,UK,Great Britain,England,Wielka Brytania
    US,США,ЗША,USA,United States,United States of America
    TR,Турция,Турцыя,Turkey,Türkiye,Turcja
    GR,Греция,Грэцыя,Greece,Grecja,Griechenland
    BG,Болгария,Балгарыя,Bulgaria,Bułgaria,България
    RO,Румыния,Румынія,Romania,Rumunia,România
    HU,Венгрия,Венгрыя,Hungary,Magyarország,Węgry
    EG,Египет,Егіпет,Egypt,Egipt
    AE,ОАЭ,ААЭ,United Arab Emirates,UAE
    TH,Таиланд,Тайланд,Thailand,Tajlandia
    CY,Кипр,Кіпр,Cyprus,Cypr
    ME,Черногория,Чарнагорыя,Montenegro,Czarnogóra
    HR,Хорватия,Харватыя,Croatia,Hrvatska,Chorwacja
    RS,Сербия,Сербія,Serbia,Srbija
    NL,Нидерланды,Нідэрланды,Netherlands,Nederland,Holandia
    BE,Бельгия,Бельгія,Belgium,Belgia
    DK,Дания,Данія,Denmark,Danmark,Dania
    NO,Норвегия,Нарвегія,Norway,Norge,Norwegia
    PT,Португалия,Партугалія,Portugal,Portugalia
    IL,Израиль,Ізраіль,Israel,Izrael
    CN,Китай,Кітай,China,Chiny
    """
}
