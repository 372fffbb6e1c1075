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
    #expect(text.house.map(HouseNumber.key) == "12k2")
    let left = text.tokens.indices.filter {
      !text.used[$0] && text.houses.first?.tokens.contains($0) == false
    }
    #expect(left.map { text.tokens[$0].key } == ["г", "п", "логишин", "ул", "я", "купалы"])
    #expect(text.settlementSign(before: left[2]) == left[0]..<left[2])
  }

  @Test(
    "house numbers in many writings",
    arguments: [
      ("ул. Советская, 12", "12"), ("ул.Советская,12", "12"), ("Советская ул., д.12", "12"),
      ("пр-т Машерова 15а", "15a"), ("ул. 50 лет Октября, 3", "3"), ("ул. 1 Мая д. 4 кв. 5", "4"),
      ("2-я Советская улица 7", "7"), ("ul. Marszałkowska 10/12 m. 5", "10/12"),
      ("пл. Свободы 5 стр. 1", "5s1"), ("Gedimino pr. 9", "9"), ("Brīvības iela 21", "21"),
      ("Straße der Einheit 3", "3"), ("вул. Леніна, дом 6, офіс 2", "6"), ("ул. В. Хоружей 8", "8"),
      ("д. Лесная, д. 5", "5"), ("д5, ул. Мира", "5"), ("ул. Гая 25, корп. 2, стр. 1", "25k2s1"),
      ("Королёва 10к2", "10k2"), ("Добролюбова 21А кА", "21aka"), ("Фонвизина 42 с1", "42s1"),
      ("Akademika Koroleva 8 k2", "8k2"), ("Helmut-Just-Straße 8 / 10", "8/10"), ("Мира 5 а", "5a"),
      ("Ackerstraße5", "5"), ("17-й проезд Марьиной Рощи, 13", "13"), ("12 Main Street", "12"),
    ])
  func houses(text: String, key: String) {
    #expect(AddressText(text).house.map(HouseNumber.key) == key)
  }

  @Test("a word glued to a number is parted from it, a sign is not")
  func glued() {
    #expect(AddressToken.tokens(of: "17033Neubrandenburg").map(\.key) == ["17033", "neubrandenburg"])
    #expect(AddressToken.tokens(of: "д12").map(\.key) == ["д", "12"])
    #expect(AddressToken.tokens(of: "5а").map(\.key) == ["5а"])
  }

  @Test("two letters are a country's code as a segment of their own and in capitals only")
  func countryCodes() {
    #expect(AddressText("Am Anger 3, Burg").country == nil)
    #expect(AddressText("Am Anger 3, BURG, DE").country == "DE")
    #expect(AddressText("PL 00-950 Warszawa").country == "PL")
    #expect(AddressText("PL 00-950 Warszawa").postcode == "00 950")
  }

  @Test("flats, floors and councils are passed over")
  func ignored() {
    let text = AddressText("Мотольский с/с, аг. Мотоль, ул. Мира 3, эт. 2, кв. 5")
    #expect(text.house == "3")
    let words = text.tokens.indices.filter { !text.used[$0] }.map { text.tokens[$0].key }
    #expect(words == ["аг", "мотоль", "ул", "мира", "3"])
  }

  @Test(
    "house numbers that mean one house share a key",
    arguments: [
      ["12 корп. 2", "12к2", "12 К 2", "12 корпус 2", "12 korp 2", "12 k2"],
      ["5а", "5 А", "5-а", "5А", "5a"],
      ["3 стр. 1", "3с1", "3 строение 1", "3 с1", "3 s1"],
      ["10/12", "10 / 12"], ["7", "д. 7", "дом 7"], ["2-4", "2–4"], ["17А к2", "17а корп. 2"],
    ])
  func houseKeys(writings: [String]) {
    #expect(Set(writings.map { HouseNumber.key($0) }).count == 1)
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
      ["ул. им. Пушкина", "улица Пушкина"], ["Lindenallee", "Linden-Allee"],
    ])
  func streetKeys(writings: [String]) {
    #expect(Set(writings.compactMap { StreetName($0) }.map { $0.key + "|" + $0.kind }).count == 1)
  }

  @Test("a number alone is no name: the word that could say the kind stays")
  func numberedStreets() throws {
    #expect(try #require(StreetName("1. Ring")).key == "1 ring")
    #expect(try #require(StreetName("1.Ringstraße")).key == "1 ring")
    #expect(try #require(StreetName("улица")).key == "улица")
    #expect(StreetName("") == nil)
  }

  @Test(
    "words of the kind are known in any Latin writing",
    arguments: ["ulitsa", "ulica", "ulicza", "naberežnaâ", "pereulok"])
  func latinKinds(word: String) {
    #expect(AddressWords.streetKind(TextFolding.fold(word)) != nil)
    #expect(AddressWords.roles(of: TextFolding.fold(word)).contains(.street))
  }

  @Test("a text typed with the other keyboard layout is read back")
  func layout() {
    #expect(KeyboardLayout.other("Vbycr") == "Минск")
    #expect(KeyboardLayout.other("Ьштыл") == "Minsk")
    #expect(KeyboardLayout.other("Минск, Minsk") == nil)
    #expect(KeyboardLayout.other("12, 13") == nil)
  }
}
