import TestSupport
import Testing

@testable import Kernels

@Suite("Scanning JSON")
struct JSONScannerTests {
  private func scan<T>(_ text: String, _ body: (inout JSONScanner) throws -> T) rethrows -> T {
    var text = text
    return try text.withUTF8 { bytes in
      var scanner = JSONScanner(bytes)
      return try body(&scanner)
    }
  }
  private func number(_ text: String) throws -> Double { try scan(text) { try $0.number().value } }

  @Test("numbers read as the standard library reads them, to the last bit")
  func numbers() throws {
    var dice = SplitMix(seed: 11)
    var texts = [
      "0", "-0.0", "1", "-1", "27.5615", "-180", "9007199254740993", "9007199254740993.5", "1e22", "1e23",
      "1.7976931348623157e308", "5e-324", "2.2250738585072011e-308", "123456789012345678901234567890",
      "0.000000000000000000000000000000123", "1E+2", "1e-7", "53.904500000000000001", "0e5",
    ]
    for _ in 0..<2000 {
      let value = Double(bitPattern: dice.next())
      if value.isFinite { texts.append("\(value)") }
      texts.append("\(Double(dice.below(3_600_000_000)) / 1e7 - 180)")
    }
    for text in texts {
      let expected = try #require(Double(text))
      #expect(try number(text) == expected, "\(text)")
    }
    #expect(try scan("42") { try $0.number() } == .int(42))
    #expect(try scan("42.0") { try $0.number() } == .double(42))
  }

  @Test(
    "what is no JSON number is refused at its place", arguments: ["+1", ".5", "1.", "01", "-", "1e", "abc"])
  func badNumbers(text: String) {
    #expect(throws: JSONFault.self) { try number(text) }
  }

  @Test(
    "NaN, infinities and overflow are named as what they are",
    arguments: ["NaN", "Infinity", "-Infinity", "1e999"])
  func notFinite(text: String) {
    #expect(throws: JSONFault.notFinite(at: 0)) { try number(text) }
  }

  @Test("strings with escapes, surrogate pairs and Cyrillic read right; broken ones are refused")
  func strings() throws {
    #expect(try scan(#""Брест""#) { try $0.string() } == "Брест")
    #expect(try scan(#""a\"b\\\/\n\u0411\ud83d\ude00""#) { try $0.string() } == "a\"b\\/\nБ😀")
    for broken in [#""abc"#, #""\x""#, #""\ud83d""#, #""\u12""#, "\"a\nb\""] {
      #expect(throws: JSONFault.self) { try scan(broken) { try $0.string() } }
    }
    let invalid: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
    #expect(throws: JSONFault.badText(at: 1)) {
      try invalid.withUnsafeBufferPointer { bytes in
        var scanner = JSONScanner(bytes)
        return try scanner.string()
      }
    }
  }

  @Test("coordinates of every depth are read flat with their ends")
  func coordinates() throws {
    let point = try scan("[ 27.5 , 53.9, 200 ]") { try $0.coordinates() }
    #expect(point.depth == 1 && point.xs == [27.5] && point.ys == [53.9])
    let area = try scan("[[[[0,0],[1,0],[1,1]],[[2,2],[3,3]]],[[[5,5]]]]") { try $0.coordinates() }
    #expect(area.depth == 4 && area.ringEnds == [3, 5, 6] && area.polygonEnds == [2, 3])
    #expect(try scan("[]") { try $0.coordinates() }.depth == 0)
  }

  @Test(
    "arrays that are no coordinates are refused",
    arguments: [
      "[1]", "[1,\"2\"]", "[[1,2],3]", "[[1,2],[[3,4]]]", "[[]]", "[null,2]", "[[[[[1,2]]]]]", "[1,2", "{}",
    ])
  func badCoordinates(text: String) {
    #expect(throws: JSONFault.self) { try scan(text) { try $0.coordinates() } }
  }

  @Test("a value nested beyond the limit is refused, not followed")
  func depth() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONFault.tooDeep(at: 64)) { try scan(deep) { try $0.skipValue(depth: 64) } }
  }
}

@Suite("Edit distance and tab-separated lines")
struct SmallKernelTests {
  private func slow(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var d = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { d[i][0] = i }
    for j in 0...b.count { d[0][j] = j }
    for i in stride(from: 1, through: a.count, by: 1) {
      for j in stride(from: 1, through: b.count, by: 1) {
        d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
        }
      }
    }
    return d[a.count][b.count]
  }

  @Test("the banded distance is the full one wherever it is within the limit")
  func distances() {
    var dice = SplitMix(seed: 5)
    for _ in 0..<3000 {
      let a = (0..<dice.below(9)).map { _ in UInt8(97 + dice.below(3)) }
      let b = (0..<dice.below(9)).map { _ in UInt8(97 + dice.below(3)) }
      let limit = dice.below(6)
      let expected = slow(a, b)
      #expect(EditDistance.between(a, b, limit: limit) == (expected <= limit ? expected : nil))
    }
  }
}
