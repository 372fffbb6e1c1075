/// Elements in pieces of 1,024: when one changes while somebody else holds the whole, only its piece is copied.
struct PiecedArray<Element: Sendable>: Sendable {
  private static var bits: Int { 10 }
  private var pieces: [ContiguousArray<Element>] = []
  private(set) var count = 0

  var indices: Range<Int> { 0..<count }

  @inline(__always) subscript(index: Int) -> Element {
    get { pieces[index >> Self.bits][index & (1 << Self.bits - 1)] }
    set { pieces[index >> Self.bits][index & (1 << Self.bits - 1)] = newValue }
  }

  /// Makes it as long as wanted with copies of an element; it never gets shorter.
  mutating func grow(to wanted: Int, with element: Element) {
    while count < wanted {
      if count >> Self.bits == pieces.count {
        pieces.append([])
        pieces[pieces.count - 1].reserveCapacity(1 << Self.bits)
      }
      pieces[pieces.count - 1].append(element)
      count += 1
    }
  }

  /// Calls `body` with each element and its index, in order.
  @inline(__always) func visit(_ body: (Int, Element) -> Void) {
    var index = 0
    for piece in pieces {
      for element in piece {
        body(index, element)
        index += 1
      }
    }
  }
}
