import Testing

@testable import planner

@Suite("Tables for people")
struct TextTableTests {
  @Test("columns are aligned by what the terminal shows, in any alphabet")
  func alignment() {
    var table = TextTable([.init(title: "Name"), .init(title: "km", alignment: .right)])
    table.add(["Гродно", "7"])
    table.add(["北京", "123"])
    table.add(["Ame\u{301}lie", "45"])
    #expect(
      table.render() == """
        Name     km
        ──────  ───
        Гродно    7
        北京    123
        Ame\u{301}lie   45
        """)
  }

  @Test("a table too wide shrinks the columns that may, never those that may not")
  func shrinking() {
    var table = TextTable([.init(title: "Id"), .init(title: "Address", shrinksTo: 10)])
    table.add(["12345678", String(repeating: "Я", count: 200)])
    let lines = table.render(width: 30).split(separator: "\n")
    #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 30 })
    #expect(lines[2].hasPrefix("12345678  ЯЯ"))
    #expect(lines[2].hasSuffix("…"))
  }

  @Test("a name with control characters cannot move the cursor")
  func controls() {
    #expect(DisplayWidth.fit("a\u{1B}[2Jb\nc", columns: 20) == "a[2Jbc")
  }

  @Test("a cut never parts a letter from its marks")
  func marks() {
    #expect(DisplayWidth.fit("e\u{301}e\u{301}e\u{301}", columns: 2) == "e\u{301}…")
    #expect(DisplayWidth.of("e\u{301}") == 1)
  }

  @Test("a heading is cut to the table's width")
  func heading() {
    var table = TextTable([.init(title: "A")])
    table.addHeading(String(repeating: "x", count: 200))
    #expect(table.render(width: 20).split(separator: "\n")[2].count == 20)
  }

  @Test("an address too long goes on in the line below")
  func wrapping() {
    var table = TextTable([.init(title: "Address", shrinksTo: 8, wraps: true), .init(title: "km")])
    table.add(["Брест, ул. Советская, 12", "7"])
    #expect(
      table.render(width: 20) == """
        Address           km
        ────────────────  ──
        Брест, ул.        7
        Советская, 12
        """)
  }
}
