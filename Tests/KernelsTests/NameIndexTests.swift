import Testing

@testable import Kernels

@Suite struct NameIndexTests {
  /// A dictionary of random words over few letters, so that neighbours are many, and what a plain search over it gives.
  private struct World {
    var pool = StringPool()
    var names: [NameRecord] = []
    var postings: [NamePosting] = []
    var table: [UInt32] = []
    var slips: (starts: [UInt32], entries: [UInt32]) = ([], [])
    var words: [[UInt8]] = []

    init(seed: UInt64, count: Int) {
      var state = seed
      func next(_ below: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % below
      }
      var collector = NameCollector()
      for k in 0..<count {
        let word = [UInt8(ascii: "~")] + (0..<(3 + next(7))).map { _ in UInt8(ascii: "a") + UInt8(next(4)) }
        words.append(word)
        collector.add(
          key: pool.intern(word), NamePosting(reference: UInt32(k), spelling: 0, kind: UInt32(next(3))))
      }
      (names, postings) = collector.sorted(pool)
      table = NameTables.hashTable(names, pool)
      slips = NameTables.slipTable(names, pool) { _ in true }
    }

    func ask<R>(_ body: (NameSearch) -> R) -> R {
      pool.bytes.withUnsafeBufferPointer { bytes in
        pool.starts.withUnsafeBufferPointer { starts in
          names.withUnsafeBufferPointer { names in
            table.withUnsafeBufferPointer { table in
              body(
                NameSearch(
                  bytes: bytes, starts: starts, names: names, table: table, postingCount: postings.count))
            }
          }
        }
      }
    }
  }

  @Test("every word is found with all its references, another is not", arguments: [1, 2, 3] as [UInt64])
  func exact(seed: UInt64) {
    let world = World(seed: seed, count: 3000)
    world.ask { search in
      for (k, word) in world.words.enumerated() {
        let found = word.withUnsafeBufferPointer { search.find($0) }
        let references = found.map { world.postings[search.postings($0)].map(\.reference) } ?? []
        #expect(references.contains(UInt32(k)))
        #expect(references == references.sorted())
      }
      let missing = Array("~zzzz".utf8)
      #expect(missing.withUnsafeBufferPointer { search.find($0) } == nil)
    }
  }

  @Test("prefixes, one error and two errors give what a plain search gives", arguments: [4, 5] as [UInt64])
  func near(seed: UInt64) {
    let world = World(seed: seed, count: 1500)
    let distinct = Set(world.words).sorted { $0.lexicographicallyPrecedes($1) }
    world.ask { search in
      #expect(search.count == distinct.count)
      for word in world.words.prefix(200) {
        let prefix = Array(word.prefix(3))
        let range = prefix.withUnsafeBufferPointer { search.prefixed($0) }
        #expect(range.map { Array(search.key($0)) } == distinct.filter { $0.starts(with: prefix) })
        var typed = word
        typed.swapAt(typed.count - 1, typed.count - 2)
        let one = typed.withUnsafeBufferPointer { typed in
          world.slips.starts.withUnsafeBufferPointer { starts in
            world.slips.entries.withUnsafeBufferPointer { entries in
              Set(
                search.oneErrorAway(typed, slipStarts: starts, slipEntries: entries).map {
                  Array(search.key($0.name))
                })
            }
          }
        }
        // Words of fewer than four letters are not in the table of slips.
        let plainOne = distinct.filter {
          $0.count >= 5 && EditDistance.between($0, typed, limit: 1) != nil
        }
        #expect(one == Set(plainOne))
        let two = typed.withUnsafeBufferPointer {
          Set(search.within(2, of: $0, in: 0..<search.count, most: .max).map { Array(search.key($0.name)) })
        }
        #expect(two == Set(distinct.filter { Self.levenshtein($0, typed) <= 2 }))
      }
    }
  }

  /// Insertions, deletions, replacements, by the whole table.
  private static func levenshtein(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in 1...a.count {
      var diagonal = row[0]
      row[0] = i
      for j in 1...b.count {
        let cost = min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), min(row[j], row[j - 1]) + 1)
        diagonal = row[j]
        row[j] = cost
      }
    }
    return row[b.count]
  }

  @Test("a pool keeps each text once and takes itself back from its bytes")
  func pool() {
    var pool = StringPool()
    #expect(pool.intern("") == 0)
    let ids = (0..<5000).map { pool.intern("text \($0 % 2500)") }
    #expect(Set(ids).count == 2500)
    #expect(pool.text(ids[7]) == "text 7")
    let copy = pool.bytes.withUnsafeBufferPointer { bytes in
      pool.starts.withUnsafeBufferPointer { StringPool(bytes: bytes, starts: $0) }
    }
    #expect(copy.count == pool.count)
    let known = Array("text 2499".utf8)
    #expect(known.withUnsafeBufferPointer { copy.find($0) } == ids[2499])
  }

  @Test("letters are one byte each in any alphabet, and their masks tell texts apart that are far")
  func letters() {
    let minsk = TextLetters.letters(ofFolded: Array("минск".utf8))
    #expect(minsk.count == 5)
    #expect(TextLetters.letters(ofFolded: Array("new york".utf8)) == Array("newyork".utf8))
    let other = TextLetters.letters(ofFolded: Array("минкс".utf8))
    #expect(EditDistance.between(minsk, other, limit: 1) == 1)
    #expect(TextLetters.mask(minsk) == TextLetters.mask(other))
  }

  @Test("of one key and reference the lowest kind is kept, and each spelling where spellings are kept")
  func spellings() {
    var pool = StringPool()
    let key = pool.intern(Array("krakow".utf8))
    let postings = [(7, 1), (8, 1), (7, 0)].map { NamePosting(reference: 3, spelling: $0.0, kind: $0.1) }
    var one = NameCollector()
    var each = NameCollector()
    for posting in postings {
      one.add(key: key, posting)
      each.add(key: key, posting, keepsSpellings: true)
    }
    #expect(one.sorted(pool).postings == [postings[2]])
    #expect(each.sorted(pool).postings == [postings[2], postings[1]])
  }
}
