/// The sound of a folded name, coarse enough that its Russian, Belarusian, Polish, German and English spellings
/// meet: `Барановичи`, `Баранавічы`, `Baranavichy`, `Baranowicze` → `baranavici`, `baranavici`, … .
///
/// A fallback key only: distinct names may share a skeleton, so a match by it is scored below an exact one.
public enum TextSkeleton {
  /// Appends the skeleton of a folded key (``TextFold``) to `output`.
  public static func append(ofFolded key: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    var latin: [UInt8] = []
    latin.reserveCapacity(key.count)
    romanise(key, into: &latin)
    latin.withUnsafeBufferPointer { reduce($0, into: &output) }
  }

  public static func skeleton(ofFolded key: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    key.withUnsafeBufferPointer { append(ofFolded: $0, into: &output) }
    return output
  }

  /// Cyrillic letters а … я and the Belarusian, Ukrainian і, ѓ … as the Latin letters the rules below know.
  private static let cyrillic: [UInt8] = Array("abvgdezziiklmnoprstufhccss\0i\0eua".utf8)

  private static func romanise(_ key: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    var i = 0
    while i < key.count {
      if key[i] < 0x80 {
        output.append(key[i])
        i += 1
        continue
      }
      let (value, length) = TextFold.decode(key, at: i)
      if value >= 0x0430 && value <= 0x044F {
        let letter = cyrillic[Int(value - 0x0430)]
        if letter != 0 { output.append(letter) }
      } else if value == 0x0456 || value == 0x0458 {
        output.append(UInt8(ascii: "i"))
      } else {
        output.append(contentsOf: key[i..<(i + length)])
      }
      i += length
    }
  }

  /// Letter groups and what they sound like; longer groups first.
  private static let groups: [([UInt8], [UInt8])] = [
    ("schtsch", "s"), ("shch", "s"), ("szcz", "s"), ("stsch", "s"), ("tsch", "c"), ("tch", "c"), ("sch", "s"),
    ("dzh", "dz"), ("sh", "s"), ("sz", "s"), ("sc", "s"), ("ch", "c"), ("cz", "c"), ("zh", "z"), ("rzh", "z"),
    ("rz", "z"),
    ("kh", "h"),
    ("ts", "c"), ("tz", "c"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ae", "a"), ("oe", "o"), ("ue", "u"),
    ("ou", "u"), ("w", "v"), ("q", "k"), ("x", "ks"), ("y", "i"), ("j", "i"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static let groupsByFirst: [[Int]] = {
    var byFirst = [[Int]](repeating: [], count: 128)
    for (k, group) in groups.enumerated() { byFirst[Int(group.0[0])].append(k) }
    return byFirst
  }()

  private static func reduce(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    let start = output.count
    var i = 0
    while i < text.count {
      let c = text[i]
      var replaced = false
      if c < 0x80 {
        for k in groupsByFirst[Int(c)] {
          let (from, to) = groups[k]
          if i + from.count <= text.count, (1..<from.count).allSatisfy({ text[i + $0] == from[$0] }) {
            for letter in to { push(letter, into: &output, from: start) }
            i += from.count
            replaced = true
            break
          }
        }
      }
      if !replaced {
        push(c, into: &output, from: start)
        i += 1
      }
    }
  }

  /// Adds one letter: g for h (Homel, Gomel), a for o (unstressed vowels), k for ck, c for tc, no doubles, no i before a
  /// vowel.
  private static func push(_ letter: UInt8, into output: inout [UInt8], from start: Int) {
    var letter = letter
    if letter == UInt8(ascii: "h") { letter = UInt8(ascii: "g") }
    if letter == UInt8(ascii: "o") { letter = UInt8(ascii: "a") }
    let isVowel = letter == UInt8(ascii: "a") || letter == UInt8(ascii: "e") || letter == UInt8(ascii: "u")
    if output.count > start, let last = output.last {
      if last == letter && letter >= 0x41 && letter < 0x80 { return }
      // -цк is written -tsk, -ck and -zk, тч is written tch: one sound each.
      if letter == UInt8(ascii: "k") && last == UInt8(ascii: "c")
        || letter == UInt8(ascii: "c") && last == UInt8(ascii: "t")
      {
        output[output.count - 1] = letter
        return
      }
      if isVowel && last == UInt8(ascii: "i") {
        output.removeLast()
        if output.count > start, output.last == letter { return }
      }
    }
    output.append(letter)
  }
}
