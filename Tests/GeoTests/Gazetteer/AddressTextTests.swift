import Testing

@testable import Geo

@Suite struct AddressTextTests {
  @Test("the parts of a full Cyrillic address are told apart")
  func full() {
    let text = AddressText(
      "225710, Республика Беларусь, Брестская обл., Пинский р-н, г.п. Логишин, ул. Я. Купалы, д. 12, корп. 2, кв. 7"
    )
    #expect(text.postcode == "225710")
    #expect(text.country == "BY")
    #expect(text.regions == ["брестская"])
    #expect(text.districts == ["пинскии"])
    #expect(text.localities == [["логишин"]])
    #expect(text.street == ["ул", "я", "купалы"])
    #expect(text.house == "12 к2")
    #expect(text.free.isEmpty)
  }

  @Test(
    "streets and houses in many writings",
    arguments: [
      ("ул. Советская, 12", "ул советская", "12"), ("ул.Советская,12", "ул советская", "12"),
      ("Советская ул., д.12", "советская ул", "12"), ("пр-т Машерова 15а", "пр т машерова", "15а"),
      ("ул. 50 лет Октября, 3", "ул 50 лет октября", "3"), ("ул. 1 Мая д. 4 кв. 5", "ул 1 мая", "4"),
      ("2-я Советская улица 7", "2 я советская улица", "7"),
      ("ul. Marszałkowska 10/12 m. 5", "ul marszalkowska", "10/12"),
      ("пл. Свободы 5 стр. 1", "пл свободы", "5 стр1"), ("Gedimino pr. 9", "gedimino pr", "9"),
      ("Brīvības iela 21", "brivibas iela", "21"), ("Straße der Einheit 3", "strasse der einheit", "3"),
      ("вул. Леніна, дом 6, офіс 2", "вул леніна", "6"), ("ул. В. Хоружей 8", "ул в хоружеи", "8"),
    ])
  func streets(text: String, street: String, house: String) {
    let parsed = AddressText(text)
    #expect(parsed.street?.joined(separator: " ") == street)
    #expect(parsed.house == house)
  }

  @Test("a single letter before a number is a house, before a name a village")
  func ambiguousLetters() {
    #expect(AddressText("д. Лесная, д. 5").localities == [["лесная"]])
    #expect(AddressText("д. Лесная, д. 5").house == "5")
    #expect(AddressText("д5, ул. Мира").house == "5")
    #expect(AddressText("Am Anger 3, Burg").country == nil)
    #expect(AddressText("Am Anger 3, BURG, DE").country == "DE")
  }

  @Test("what no word explains stays free, the house number with it")
  func free() {
    let text = AddressText("Ackerstraße 5, 17033 Neubrandenburg")
    #expect(text.free == [["ackerstrasse"], ["neubrandenburg"]])
    #expect(text.freeWithHouse == 0)
    #expect(text.postcode == "17033")
    #expect(AddressText("Барановичи Советская 12").free == [["барановичи", "советская"]])
    #expect(AddressText("Helmut-Just-Straße 8 / 10").house == "8/10")
  }

  @Test(
    "house numbers that mean one house share a key",
    arguments: [
      ["12 корп. 2", "12к2", "12 К 2", "12 корпус 2"], ["5а", "5 А", "5-а", "5А", "5a"],
      ["3 стр. 1", "3с1", "3 строение 1"],
      ["10/12", "10 / 12"], ["7", "д. 7", "дом 7"], ["2-4", "2–4"],
    ])
  func houseKeys(writings: [String]) {
    #expect(Set(writings.map { HouseNumber.key($0.replacing("с1", with: "стр1")) }).count == 1)
    #expect(!HouseNumber.key(writings[0]).isEmpty)
  }

  @Test("corpus, fraction, flat and letter make different houses")
  func houseKeysDiffer() {
    let numbers = ["12", "12 корп. 2", "12/2", "12-2", "12а", "12 стр. 2", "122"]
    #expect(numbers.map { HouseNumber.key($0) } == ["12", "12k2", "12/2", "12-2", "12a", "12s2", "122"])
  }

  @Test("ranges and lists hold their single numbers")
  func expansion() {
    #expect(HouseNumber.expand("2;4") == ["2", "4"])
    #expect(HouseNumber.expand("2-6") == ["2-6", "2", "4", "6"])
    #expect(HouseNumber.expand("3-4") == ["3-4", "3", "4"])
    #expect(HouseNumber.expand("12a") == ["12a"])
    #expect(HouseNumber.expand("1-999") == ["1-999"])
    #expect(HouseNumber.expand("") == [])
    #expect(HouseNumber.expand("9223372036854775807-1") == ["9223372036854775807-1"])
    #expect(HouseNumber.key("ул") == "")
  }

  @Test(
    "street names that mean one street share a key",
    arguments: [
      ["ул. Советская", "Советская улица", "улица Советская"],
      ["Ackerstraße", "Ackerstr.", "Acker-Straße", "Acker Strasse"],
      ["2-я Советская ул.", "Советская 2-я улица"], ["пр-т Машерова", "проспект Машерова"],
      ["ул. им. Пушкина", "улица Пушкина"],
    ])
  func streetKeys(writings: [String]) {
    #expect(Set(writings.compactMap { StreetName($0) }.map { $0.key + "|" + $0.kind }).count == 1)
  }

  @Test("an initial is looked up by the surname under which the full name is filed")
  func initials() throws {
    let full = try #require(StreetName("улица Максима Танка"))
    let short = try #require(StreetName("ул. М. Танка"))
    #expect(short.lookupKeys.contains { full.filingKeys.contains($0) })
    #expect(StreetName("") == nil)
    #expect(StreetName("улица")?.key == "улица")
  }
}
