import Foundation
import Testing

@testable import Geo

@Suite("Scores tell chance from meaning, and names are shown as they are written")
struct SurenessTests {
  private let gazetteer: Gazetteer
  init() throws { gazetteer = try GazetteerFixture.shared.get() }

  private func first(_ text: String, country: String? = nil, language: String? = nil) -> GeocodeCandidate? {
    gazetteer.geocode(GeocodeQuery(text, country: country, language: language)).first
  }

  /// Words that sound like a place or are a name of one in some language, none the own name of any.
  static let words = """
    нигде иногда сегодня вчера быстро хорошо нужно надо был была будет стол стул окно дверь огонь луна дерево кошка
    лошадь корова птица человек друг отец мать сын дочь нога голова глаз нос ухо кровь хлеб молоко мясо сыр сахар чай
    кофе пиво вино машина самолёт работа время день утро неделя месяц год лето осень чёрный зелёный большой маленький
    новый третий два пять десять сто извините клиент кафе гостиница школа вокзал дзень хата кот жанчына бацька нага
    галава добра нідзе ніколі малы калі ласка праца грошы час ніде ніколи двері вогонь зірка квітка людина мати dobrze
    był była okno ogień pies koń krowa ptak brat syn córka ręka noga nos ucho usta ząb serce krew chleb mięso ser sól
    herbata kawa piwo wino dzień rok lato jesień biały czerwony mały nowy drugi dwa sto cześć biuro szkoła immer gut kann
    muss war Tisch Tür Feuer Erde Himmel Stern Gras Katze Kuh Vogel Mann Hand Fuß Kopf Auge Nase Ohr Blut Käse Kaffee Bier
    Wein Tag Woche Jahr Herbst schwarz rot blau grün groß neu alt drei vier hallo danke Lager Apotheke never today well bad
    can was chair door book sky sun moon dog cat cow bird fish human man woman sister son hand foot nose ear tooth heart
    milk sugar tea coffee beer wine road car work day week month big first third one ten hello sorry manager shop school
    hospital missing nur hat
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  @Test("an ordinary word alone is sure of no place, unless it is the place's own name")
  func ordinaryWords() {
    #expect(Self.words.count > 200)
    for word in Self.words {
      if let found = first(word) { #expect(found.score < 0.5, "\(word) → \(found.label) \(found.score)") }
    }
    for name in ["Зима", "Train", "Рига", "Köln", "Breslau", "Краков", "Лондон", "Ліда", "Лида"] {
      #expect((first(name)?.score ?? 0) > 0.7, "\(name)")
    }
  }

  @Test("what else the question says makes another name sure")
  func support() throws {
    #expect(try #require(first("Нигде")).score < 0.5)
    #expect(try #require(first("Нигде", country: "TR")).score > 0.8)
    #expect(try #require(first("Нигде, Турция")).score > 0.8)
    #expect(try #require(first("г. Гродна, Гродненская обл.")).score > 0.8)
  }

  @Test("a slip in a long name of a town near by is a slip, in a short word it is chance")
  func slips() throws {
    for text in ["Katowcie", "Барановчии"] { #expect(try #require(first(text)).score > 0.7, "\(text)") }
    for text in ["Минкс", "Gadnsk"] { #expect(try #require(first(text)).score < 0.5, "\(text)") }
  }

  @Test("a small place that nothing but its name points to may have namesakes: under 0.9")
  func namesakes() throws {
    #expect(try #require(first("Niederraden")).score < 0.9)
    #expect(try #require(first("Niederraden, Rheinland-Pfalz")).score > 0.9)
    #expect(try #require(first("Barysaw")).score > 0.9)
  }

  @Test(
    "names have the letters of their country, or those typed",
    arguments: [
      ("Bielsko-Biala", nil, "Bielsko-Biała"), ("Bielsko-Biała", "en", "Bielsko-Biała"),
      ("Jastrzębie-Zdrój", "en", "Jastrzębie-Zdrój"), ("Krakow", "en", "Krakow"), ("Krakow", nil, "Kraków"),
      ("Krakow", "pl", "Kraków"), ("Lodz", "de", "Lodz"), ("Łódź", "en", "Łódź"),
      ("Breslau", "de", "Breslau"),
      ("Nienburg (Saale)", "de", "Nienburg (Saale)"), ("München", "de", "München"),
      ("Munchen", nil, "München"), ("Roma", nil, "Roma"),
      ("München", "en", "Munich"), ("KÖLN", nil, "Köln"), ("Минск", nil, "Минск"), ("Минск", "en", "Minsk"),
      ("Minsk", "ru", "Минск"), ("Warszwa", nil, "Warsaw"), ("Radom", "en", nil),
    ] as [(String, String?, String?)])
  func spelling(_ text: String, _ language: String?, _ name: String?) throws {
    let found = try #require(first(text, language: language))
    #expect(found.components.city == name, "\(found.label)")
  }

  @Test("a region is named as it was asked for, and lies amid its places")
  func regions() throws {
    let oberbayern = try #require(first("Oberbayern"))
    #expect(oberbayern.components.district == "Oberbayern" && oberbayern.level == .region)
    #expect(abs(oberbayern.coordinate.latitude - 48.1) < 0.4)
    #expect(abs(oberbayern.coordinate.longitude - 11.8) < 0.4)
    #expect(try #require(first("Radom")).components.district == "Radom")
  }

  @Test("what was found by sound counts as corrected, another alphabet does not")
  func corrected() throws {
    #expect(try #require(first("Sosnowitz")).detail.corrected["city"] == "Sosnowiec")
    #expect(try #require(first("Sosnowiec")).detail.corrected.isEmpty)
    let street = try #require(first("Akkerstrasse, Neubrandenburg"))
    #expect(street.detail.corrected["street"] == "Ackerstraße")
    #expect(try #require(first("Ackerstrasse 5, Neubrandenburg")).detail.corrected.isEmpty)
    #expect(try #require(first("Аккерштрассе 5, Нойбранденбург")).components.street == "Ackerstraße")
  }

  @Test(
    "places and streets have the kind that OpenStreetMap gives such",
    arguments: [
      ("Minsk", "city"), ("Slonim", "town"), ("Niederraden", "village"),
      ("Ringstraße, Neubrandenburg", "residential"), ("Marktplatz, Neubrandenburg", "pedestrian"),
    ])
  func kinds(_ text: String, _ kind: String) throws {
    #expect(try #require(first(text)).kind == kind)
  }

  @Test("the score told rises with the score, from 0 to 1, and leaves what is doubtful alone")
  func calibration() {
    var last = -1.0
    for step in 0...1000 {
      let told = ScoreCalibration.calibrated(Double(step) / 1000)
      #expect(told > last && (0...1).contains(told))
      if step <= 500 { #expect(abs(told - Double(step) / 1000) < 1e-12) }
      last = told
    }
    #expect(ScoreCalibration.calibrated(1.5) < 1 && ScoreCalibration.calibrated(-1) == 0)
  }
}
