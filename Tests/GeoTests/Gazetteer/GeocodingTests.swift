import Foundation
import Testing

@testable import Geo

@Suite struct GeocodingTests {
  let gazetteer: Gazetteer
  init() throws { gazetteer = try GazetteerFixture.shared.get() }

  @Test("try")
  func trial() throws {
    print(try GazetteerBuilder.report(of: gazetteer.path))
    for text in [
      "Минск", "Брестская обл., г. Барановичи, ул. Советская, 12", "Барановичи Советская 12", "Brest",
      "Ackerstraße 5, 17033 Neubrandenburg",
      "Neubrandenburg, Ackerstr. 5", "Гродненская область, Лидский район, г.п. Березовка",
      "Warszawa, ul. Marszałkowska 10", "Baranavichy", "Baranowitschi", "Брестская область",
      "аг. Мотоль Ивановский р-н Брестская обл", "Ringstraße 1a Neubrandenburg",
      "д. Лесная, Барановичский район", "Vilnius, Gedimino pr. 5", "Кобрин, ул. Ленина, д. 7, кв. 5",
      "Wrocław",
    ] {
      print(text, AddressText(text))
      for c in gazetteer.geocode(GeocodeQuery(text)) { print("   ", c.level, c.score, c.label, c.coordinate) }
    }
  }
}
