import CRM
import Testing

@Suite struct ContactTests {
  static let phoneCases: [(String, String?, String?)] = [
    ("8 029 123-45-67", "BY", "+375291234567"), ("8 (0152) 45-67-89", "BY", "+375152456789"),
    ("+375 (29) 123-45-67", "BY", "+375291234567"), ("+375 (0152) 45 67 89", "PL", "+375152456789"),
    ("80291234567", "BY", "+375291234567"), ("029 123 45 67", "BY", "+375291234567"),
    ("29 1234567", "BY", "+375291234567"), ("375291234567", "BY", "+375291234567"),
    ("375291234567", nil, "+375291234567"), ("8~10 375 29 123 45 67", "RU", "+375291234567"),
    ("00375 29 123 45 67", "PL", "+375291234567"), ("+8 029 123 45 67", "BY", "+375291234567"),
    ("тел. 8 (017) 200-00-01 доб. 12", "BY", "+375172000001"), ("8017 2000001 вн.5", "BY", "+375172000001"),
    ("8 (495) 123-45-67", "RU", "+74951234567"), ("+7 912 345 67 89", "RU", "+79123456789"),
    ("8 800 555-35-35", "RU", "+78005553535"), ("9123456789", "RU", "+79123456789"),
    ("8 (7172) 70-70-70", "KZ", "+77172707070"), ("22 123 45 67", "PL", "+48221234567"),
    ("+48 22 123 45 67", "BY", "+48221234567"), ("0048 22 1234567", "PL", "+48221234567"),
    ("8 5 212 3456", "LT", "+37052123456"), ("0 5 212 3456", "LT", "+37052123456"),
    ("+370 5 2123456", "LT", "+37052123456"), ("67 123 456", "LV", "+37167123456"),
    ("5123 4567", "EE", "+37251234567"),
    ("612 3456", "EE", "+3726123456"), ("044 123 45 67", "UA", "+380441234567"),
    ("8 044 123 45 67", "UA", "+380441234567"),
    ("0395 5441234", "DE", "+493955441234"), ("+49 (0) 395 / 544 12 34", "DE", "+493955441234"),
    ("+49 395 5442", "DE", "+493955442"), ("+1 212 555 0100", "BY", "+12125550100"),
    ("+996 555 123456", nil, "+996555123456"), ("(0372) 12345678 ext. 9", "MD", nil),
    ("+81 3 1234 5678", nil, "+81312345678"),
    ("200-00-01", "BY", nil), ("", "BY", nil), ("нет", "BY", nil), ("8 029 123-45-6", "BY", nil),
    ("+375 29 123", "BY", nil), ("12345678901234567890123", "BY", nil), ("8 029 123-45-67", nil, nil),
    ("٠٢٩١٢٣٤٥٦٧", "BY", nil),
  ]

  @Test("phones reach E.164 by the dialling rules of their country", arguments: phoneCases)
  func phones(_ text: String, _ country: String?, _ expected: String?) {
    #expect(PhoneNumber.normalise(text, country: country) == expected, "\(text)")
  }

  static let severalCases: [(String, [String])] = [
    ("8 029 111-22-33, 8 033 444-55-66", ["+375291112233", "+375334445566"]),
    ("+375 29 111 22 33 +375 33 444 55 66", ["+375291112233", "+375334445566"]),
    ("8 (0152) 45-67-89, 45-67-90", ["+375152456789", "+375152456790"]),
    ("8029 1112233 / 8033 4445566; 80291112233", ["+375291112233", "+375334445566"]),
    ("8029 1112233 и 8033 4445566", ["+375291112233", "+375334445566"]),
    ("8029 1112233\n8033 4445566", ["+375291112233", "+375334445566"]),
  ]

  @Test("a cell may hold several numbers", arguments: severalCases)
  func severalPhones(_ text: String, _ expected: [String]) {
    #expect(PhoneNumber.entries(in: text, country: "BY").map(\.normalised) == expected)
  }

  @Test("an incomplete number is kept as typed")
  func incompletePhone() {
    #expect(PhoneNumber.entries(in: "200-00", country: "BY") == [.init(value: "200-00", normalised: nil)])
    #expect(PhoneNumber.entries(in: "нет", country: "BY") == [])
  }

  static let emailCases: [(String, String?)] = [
    (" Info@Voyage.BY ", "info@voyage.by"), ("mailto:a@b.co", "a@b.co"),
    ("Анна <anna@tut.by>", "anna@tut.by"),
    ("почта@вояж.бел", "почта@вояж.бел"), ("a.b+c@d-e.example.com.", "a.b+c@d-e.example.com"), ("a@b", nil),
    ("a b@c.by", nil),
    ("@c.by", nil), ("a@@c.by", nil), ("a@c..by", nil), ("a@-c.by", nil), (".a@c.by", nil),
    ("a\u{0}@c.by", nil),
    ("a@c.by\r\nBcc: x@y.z", nil), ("\"a\"@c.by", nil), (String(repeating: "a", count: 65) + "@c.by", nil),
    ("a@1.2", nil),
  ]

  @Test("e-mails are folded and checked", arguments: emailCases)
  func emails(_ text: String, _ expected: String?) {
    #expect(EmailAddress.normalise(text) == expected, "\(text)")
  }

  static let webCases: [(String, String?)] = [
    ("WWW.Voyage.by", "https://www.voyage.by"), ("http://Voyage.by/", "http://voyage.by"),
    ("https://voyage.by/Минск?a=1#b", "https://voyage.by/Минск?a=1#b"), ("вояж.бел", "https://вояж.бел"),
    ("voyage.by:8080/x", "https://voyage.by:8080/x"), ("javascript:alert(1)", nil),
    ("data:text/html,x", nil),
    ("ftp://voyage.by", nil), ("https://user@voyage.by", nil), ("voyage", nil), ("https://a b.by", nil),
    ("https://voyage.by/\"onclick", nil), ("https://voyage.by:99999", nil), ("", nil),
    ("https://-x.by", nil),
  ]

  @Test("web addresses may stand in a link", arguments: webCases)
  func webs(_ text: String, _ expected: String?) {
    #expect(WebAddress.normalise(text) == expected, "\(text)")
  }

  @Test("names are compared without legal form and words of the trade, and never across numbers")
  func names() {
    #expect(PartnerName.significantWords(ofFolded: "ооо турагентство вояж") == ["вояж"])
    #expect(PartnerName.significantWords(ofFolded: "sp z o o polska") == ["polska"])
    #expect(PartnerName.significantWords(ofFolded: "турагентство") == ["турагентство"])
    #expect(PartnerName.sameNumbers("вояж 1", "1 вояж"))
    #expect(!PartnerName.sameNumbers("вояж 1", "вояж"))
    #expect(!PartnerName.sameNumbers("вояж 12", "вояж 1 2"))
  }
}
