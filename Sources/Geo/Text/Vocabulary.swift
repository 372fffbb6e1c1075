import Foundation
import Kernels

/// Words in memory, sorted, to find those that begin with something or are a slip away. About 20 bytes a
/// word: tens of thousands for 100,000 partners, whose names and streets repeat.
public final class Vocabulary: Sendable {
  /// The id of the last word in it.
  public let last: Int64
  private let bytes: [UInt8]
  private let starts: [UInt32]
  private let names: [NameRecord]
  /// Words that came since, in no order: they are looked through one by one.
  public let recent: [[UInt8]]

  /// Beyond so many recent words everything is sorted anew.
  public static let mostRecent = 500

  /// - Parameter last: the caller's number of the last word.
  public init(_ words: [[UInt8]], last: Int64) {
    var pool = StringPool()
    var collector = NameCollector()
    for (i, word) in words.enumerated() {
      collector.add(key: pool.intern(word), NamePosting(reference: UInt32(i), spelling: 0, kind: 0))
    }
    names = collector.sorted(pool).names
    (bytes, starts) = (pool.bytes, pool.starts)
    self.last = last
    recent = []
  }

  /// The same with words that came since.
  public init(_ other: Vocabulary, adding words: [[UInt8]], last: Int64) {
    (bytes, starts, names) = (other.bytes, other.starts, other.names)
    recent = other.recent + words
    self.last = last
  }

  /// In no order.
  public var all: [[UInt8]] {
    recent + (1..<starts.count - 1).map { Array(bytes[Int(starts[$0])..<Int(starts[$0 + 1])]) }
  }

  private func ask<T>(_ body: (NameSearch) -> T) -> T {
    bytes.withUnsafeBufferPointer { bytes in
      starts.withUnsafeBufferPointer { starts in
        names.withUnsafeBufferPointer { names in
          body(
            NameSearch(
              bytes: bytes, starts: starts, names: names, table: UnsafeBufferPointer(start: nil, count: 0),
              postingCount: .max))
        }
      }
    }
  }

  /// The words that begin so, the word itself among them; nil when there are more than `most`.
  public func beginning(with prefix: [UInt8], most: Int) -> [String]? {
    let found: [String]? = ask { search in
      let range = prefix.withUnsafeBufferPointer { search.prefixed($0) }
      guard range.count <= most else { return nil }
      return range.map { String(decoding: search.key($0), as: UTF8.self) }
    }
    return found.map {
      $0 + recent.filter { $0.starts(with: prefix) }.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The words that are up to so many slips away and not the same, the nearest first: a letter left out, too many, another
  /// or two neighbours changed about.
  public func near(_ word: [UInt8], slips: Int, most: Int) -> [(word: String, slips: Int)] {
    var found: [(word: [UInt8], slips: Int)] = ask { search in
      word.withUnsafeBufferPointer { text in
        search.within(slips, of: text, in: 0..<search.count, most: most).map { hit in
          (
            Array(search.key(hit.name)),
            EditDistance.between(text, search.key(hit.name), limit: slips) ?? hit.distance
          )
        }
      }
    }
    // To the walk two letters changed about are two slips.
    if slips == 1 {
      for i in word.indices.dropLast() where word[i] != word[i + 1] {
        var swapped = word
        swapped.swapAt(i, i + 1)
        if contains(swapped) { found.append((swapped, 1)) }
      }
    }
    for other in recent {
      if let distance = EditDistance.between(word, other, limit: slips) { found.append((other, distance)) }
    }
    var seen: Set<[UInt8]> = [word]
    return found.sorted { ($0.slips, $0.word.count) < ($1.slips, $1.word.count) }
      .filter { seen.insert($0.word).inserted }.prefix(most)
      .map { (String(decoding: $0.word, as: UTF8.self), $0.slips) }
  }

  public func contains(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    return contains(bytes) || recent.contains(bytes)
  }

  private func contains(_ word: [UInt8]) -> Bool {
    ask { search in
      word.withUnsafeBufferPointer { text in
        let k = search.lowerBound(text)
        return k < search.count && search.key(k).elementsEqual(text)
      }
    }
  }
}
