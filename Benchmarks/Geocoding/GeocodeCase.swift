import Foundation
import Geo

/// A text and where its place really is.
struct GeocodeCase {
  var text: String
  var truth: Coordinate
  var country: String?
  /// Metres within which an answer is right.
  var within: Double = 25
  /// The answer has to be a house, not a place of vaguer level.
  var isHouse = true
  /// Folded names of which the answer's must be one; empty when the place decides alone.
  var names: Set<String> = []
  /// Answers looked at.
  var limit = 1
  /// Further places that the text names as well.
  var alternatives: [Coordinate] = []
}

/// What became of one set of cases.
struct GeocodeOutcome {
  var asked = 0
  var right = 0
  var seconds = 0.0
  /// Of the first answers: score and whether it was right.
  var scored: [(score: Double, isRight: Bool)] = []
  var failures: [String] = []

  var percent: Double { asked == 0 ? 0 : 100 * Double(right) / Double(asked) }
}

/// Asks every case, one after the other on one thread.
func evaluate(_ cases: [GeocodeCase], _ gazetteer: Gazetteer) -> GeocodeOutcome {
  var outcome = GeocodeOutcome()
  for one in cases {
    let start = ContinuousClock.now
    let answers = gazetteer.geocode(GeocodeQuery(one.text, country: one.country, limit: max(one.limit, 1)))
    outcome.seconds += milliseconds(since: start) / 1000
    outcome.asked += 1
    func isRight(_ answer: GeocodeCandidate) -> Bool {
      if one.isHouse, !answer.level.isAtHouse { return false }
      let isThere = ([one.truth] + one.alternatives).contains {
        Geodesy.distance(answer.coordinate, $0).value <= one.within
      }
      guard isThere else { return false }
      guard !one.names.isEmpty else { return true }
      let own = [
        answer.components.street, answer.components.city, answer.components.district,
        answer.components.region,
        answer.label,
      ].compactMap { $0 }.map { TextFolding.fold($0) }
      return own.contains { one.names.contains($0) }
    }
    let found = answers.contains(where: isRight)
    if found {
      outcome.right += 1
    } else if outcome.failures.count < 400 {
      let best = answers.first.map { "\($0.label) [\($0.level.rawValue) \($0.score)]" } ?? "nothing"
      outcome.failures.append("\(one.text)  →  \(best)")
    }
    if let first = answers.first {
      // A vaguer answer that names the right town is right for what its level says.
      let isNamed =
        !first.level.isAtHouse
        && ([one.truth] + one.alternatives).contains {
          Geodesy.distance(first.coordinate, $0).value <= 6000
        }
      outcome.scored.append((first.score, isRight(first) || isNamed))
    }
  }
  return outcome
}

/// Random numbers that are the same on every machine (SplitMix64).
struct CaseRandom {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next(below count: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(count))
  }
}

/// One slip in a word of four letters and more: a letter left out, doubled, replaced, added, or two swapped.
func withSlip(_ text: String, _ random: inout CaseRandom) -> String {
  let scalars = Array(text.unicodeScalars)
  var words: [Range<Int>] = []
  var start: Int?
  for i in 0...scalars.count {
    if i < scalars.count, scalars[i].properties.isAlphabetic {
      start = start ?? i
    } else if let first = start {
      if i - first >= 4 { words.append(first..<i) }
      start = nil
    }
  }
  guard !words.isEmpty else { return text }
  let word = words[random.next(below: words.count)]
  let at = word.lowerBound + random.next(below: word.count)
  let isCyrillic = scalars[at].value >= 0x400
  let letters = Array((isCyrillic ? "абвгдеиклмнопрстуя" : "abcdefghiklmnoprstu").unicodeScalars)
  let letter = letters[random.next(below: letters.count)]
  var result = scalars
  switch random.next(below: 4) {
  case 0: result.remove(at: at)
  case 1: result.insert(letter, at: at)
  case 2: result[at] = letter
  default:
    let other = at + 1 < word.upperBound ? at + 1 : at - 1
    result.swapAt(at, other)
  }
  var view = String.UnicodeScalarView()
  view.append(contentsOf: result)
  return String(view)
}
