import Foundation
import Testing

@testable import Store

@Suite("What was read lately counts until something is written, and for a second at most")
struct GenerationCacheTests {
  let cache = GenerationCache<Int, String>(limit: 8)

  @Test("a value counts in its generation and its second")
  func counts() {
    cache.keep("a", for: 1, generation: 5, readAt: noon)
    #expect(cache.value(1, generation: 5, now: noon.addingTimeInterval(0.9)) == "a")
    #expect(cache.value(2, generation: 5, now: noon) == nil)
    #expect(cache.value(1, generation: 6, now: noon) == nil)
    #expect(cache.value(1, generation: nil, now: noon) == nil)
    #expect(cache.value(1, generation: 5, now: noon.addingTimeInterval(1)) == nil)
    // A clock that was put back.
    #expect(cache.value(1, generation: 5, now: noon.addingTimeInterval(-1)) == nil)
    cache.keep("b", for: 1, generation: nil, readAt: noon)
    #expect(cache.value(1, generation: 5, now: noon) == "a")
  }

  @Test(
    "what no longer counts is not kept: neither of a former generation nor of a former second, nor too much")
  func forgets() {
    for key in 0..<5 { cache.keep("a", for: key, generation: 5, readAt: noon) }
    #expect(cache.count == 5)
    cache.keep("b", for: 9, generation: 6, readAt: noon)
    #expect(cache.count == 1)
    cache.keep("c", for: 8, generation: 6, readAt: noon.addingTimeInterval(1))
    #expect(cache.count == 1)
    for key in 0..<100 {
      cache.keep("d", for: key, generation: 6, readAt: noon.addingTimeInterval(1.5))
      #expect(cache.count <= 8)
    }
  }
}
