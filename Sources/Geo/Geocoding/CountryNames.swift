/// Countries as people write them in addresses.
enum CountryNames {
  /// ISO 3166-1 alpha-2 for a folded name or code; nil when it is no country's.
  static func code(forFolded name: String) -> String? { codes[name] }

  /// Each country's code and names, the English one first.
  static let all: [(code: String, names: [String])] = rows.split(separator: "\n").map { row in
    let fields = row.split(separator: ",").map(String.init)
    return (fields[0], Array(fields.dropFirst()))
  }

  private static let codes: [String: String] = {
    var result: [String: String] = [:]
    for (code, names) in all {
      for name in [code] + names { result[TextFolding.fold(name)] = code }
    }
    return result
  }()

  private static let rows = """
    BY,Belarus,Беларусь,Белоруссия,Республика Беларусь,Рэспубліка Беларусь,РБ,Republic of Belarus,Białoruś,Weißrussland,Білорусь,BLR
    RU,Russia,Россия,Российская Федерация,РФ,Расія,Russian Federation,Rosja,Russland,Росія,RUS
    PL,Poland,Польша,Польшча,Polska,Polen,Польща,POL
    LT,Lithuania,Литва,Літва,Lietuva,Litwa,Litauen,LTU
    LV,Latvia,Латвия,Латвія,Latvija,Łotwa,Lettland,LVA
    EE,Estonia,Эстония,Эстонія,Eesti,Estland,Естонія,EST
    UA,Ukraine,Украина,Україна,Украіна,Ukraina,UKR
    DE,Germany,Германия,Германія,Deutschland,Niemcy,Німеччина,DEU
    CZ,Czechia,Чехия,Чэхія,Czech Republic,Česko,Czechy,Tschechien,Чехія,CZE
    SK,Slovakia,Словакия,Славакія,Slovensko,Słowacja,Slowakei,SVK
    MD,Moldova,Молдова,Молдавия,Малдова,Mołdawia,MDA
    KZ,Kazakhstan,Казахстан,Kazachstan,Қазақстан,KAZ
    GE,Sakartvelo,Грузия,Грузія,Gruzja,Georgien,Saqartvelo,GEO
    AM,Armenia,Армения,Арменія,Armenien,Hayastan,ARM
    AZ,Azerbaijan,Азербайджан,Azerbejdżan,Azərbaycan,AZE
    UZ,Uzbekistan,Узбекистан,Oʻzbekiston,UZB
    KG,Kyrgyzstan,Киргизия,Кыргызстан,Kirgistan,KGZ
    FI,Finland,Финляндия,Фінляндыя,Suomi,Finlandia,Finnland,FIN
    SE,Sweden,Швеция,Швецыя,Sverige,Szwecja,Schweden
    MC,Monaco,Монако
    IT,Italy,Италия,Італія,Italia,Włochy,Italien
    FR,France,Франция,Францыя,Francja,Frankreich
    ES,Spain,Испания,Іспанія,España,Hiszpania,Spanien
    AT,Austria,Австрия,Аўстрыя,Österreich
    CH,Switzerland,Швейцария,Швейцарыя,Schweiz,Suisse,Szwajcaria
    GB,United Kingdom,Великобритания,Вялікабрытанія,UK,Great Britain,England,Wielka Brytania
    US,United States,США,ЗША,USA,United States of America
    TR,Turkey,Турция,Турцыя,Türkiye,Turcja
    GR,Greece,Греция,Грэцыя,Grecja,Griechenland
    BG,Bulgaria,Болгария,Балгарыя,Bułgaria,България
    RO,Romania,Румыния,Румынія,Rumunia,România
    HU,Hungary,Венгрия,Венгрыя,Magyarország,Węgry
    EG,Egypt,Египет,Егіпет,Egipt
    AE,United Arab Emirates,ОАЭ,ААЭ,UAE
    TH,Thailand,Таиланд,Тайланд,Tajlandia
    CY,Cyprus,Кипр,Кіпр,Cypr
    ME,Montenegro,Черногория,Чарнагорыя,Czarnogóra
    HR,Croatia,Хорватия,Харватыя,Hrvatska,Chorwacja
    RS,Serbia,Сербия,Сербія,Srbija
    NL,Netherlands,Нидерланды,Нідэрланды,Nederland,Holandia
    BE,Belgium,Бельгия,Бельгія,Belgia
    DK,Denmark,Дания,Данія,Danmark,Dania
    NO,Norway,Норвегия,Нарвегія,Norge,Norwegia
    PT,Portugal,Португалия,Партугалія,Portugalia
    IL,Israel,Израиль,Ізраіль,Izrael
    CN,China,Китай,Кітай,Chiny
    """
}
