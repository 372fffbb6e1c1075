/// A place in a tile: x to the right, y down, in units of which ``VectorTileLayer/extent`` make the tile's side.
public struct TilePoint: Sendable, Hashable {
  public var x: Int32
  public var y: Int32
  public init(_ x: Int32, _ y: Int32) {
    self.x = x
    self.y = y
  }
}

/// A value of an attribute of a tile's feature.
public enum TileValue: Sendable, Hashable, ExpressibleByStringLiteral {
  case text(String)
  case int(Int)
  case double(Double)
  case bool(Bool)
  public init(stringLiteral value: String) { self = .text(value) }
}

/// What a feature of a tile looks like.
public enum TileGeometry: Sendable, Hashable {
  case points([TilePoint])
  /// Each of two or more points.
  case lines([[TilePoint]])
  /// Rings without a closing point, each polygon's outer ring first; they may run either way round.
  case polygons([[[TilePoint]]])
}

/// One layer of a vector tile, made feature by feature: Mapbox Vector Tile specification 2.1, written by hand since its
/// messages are few. Equal input gives equal bytes.
public struct VectorTileLayer: Sendable {
  public static let extent: Int32 = 4096

  public let name: String
  public private(set) var count = 0
  private var features = Message()
  private var keys: [String: Int] = [:]
  private var keyList: [String] = []
  private var values: [TileValue: Int] = [:]
  private var valueList: [TileValue] = []

  public init(name: String) { self.name = name }

  /// Appends a feature; nothing when its geometry is empty.
  /// - Parameter id: unique in the layer, or nil.
  public mutating func add(
    _ geometry: TileGeometry, id: UInt64? = nil, attributes: [(String, TileValue)] = []
  ) {
    var pen = Pen()
    let type: UInt64
    switch geometry {
    case .points(let points):
      pen.points(points)
      type = 1
    case .lines(let lines):
      for line in lines { pen.line(line) }
      type = 2
    case .polygons(let polygons):
      for rings in polygons { pen.polygon(rings) }
      type = 3
    }
    guard !pen.commands.isEmpty else { return }
    count += 1
    var tags: [UInt64] = []
    for (key, value) in attributes { tags += [UInt64(index(of: key)), UInt64(index(of: value))] }
    var feature = Message()
    if let id { feature.varint(1, id) }
    if !tags.isEmpty { feature.packed(2, tags) }
    feature.varint(3, type)
    feature.packed(4, pen.commands)
    features.message(2, feature)
  }

  private mutating func index(of key: String) -> Int {
    if let known = keys[key] { return known }
    keys[key] = keyList.count
    keyList.append(key)
    return keyList.count - 1
  }

  private mutating func index(of value: TileValue) -> Int {
    if let known = values[value] { return known }
    values[value] = valueList.count
    valueList.append(value)
    return valueList.count - 1
  }

  /// A tile of the layers that hold anything; no bytes when none does.
  public static func tile(_ layers: [VectorTileLayer]) -> [UInt8] {
    var tile = Message()
    for layer in layers where layer.count > 0 { tile.message(3, layer.message) }
    return tile.bytes
  }

  private var message: Message {
    var message = Message()
    message.text(1, name)
    message.bytes += features.bytes
    for key in keyList { message.text(3, key) }
    for value in valueList {
      var one = Message()
      switch value {
      case .text(let text): one.text(1, text)
      case .double(let number): one.double(3, number)
      case .int(let number) where number < 0: one.varint(6, zigzag(Int64(number)))
      case .int(let number): one.varint(5, UInt64(number))
      case .bool(let flag): one.varint(7, flag ? 1 : 0)
      }
      message.message(4, one)
    }
    message.varint(5, UInt64(Self.extent))
    message.varint(15, 2)
    return message
  }
}

private func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

/// Draws geometry as commands with relative places (§4.3 of the specification).
private struct Pen {
  var commands: [UInt64] = []
  private var at = TilePoint(0, 0)

  private mutating func go(_ point: TilePoint) {
    commands.append(zigzag(Int64(point.x) - Int64(at.x)))
    commands.append(zigzag(Int64(point.y) - Int64(at.y)))
    at = point
  }

  private mutating func command(_ id: UInt64, _ count: Int) { commands.append(UInt64(count) << 3 | id) }

  mutating func points(_ points: [TilePoint]) {
    guard !points.isEmpty else { return }
    command(1, points.count)
    for point in points { go(point) }
  }

  mutating func line(_ points: [TilePoint]) {
    guard points.count > 1 else { return }
    command(1, 1)
    go(points[0])
    command(2, points.count - 1)
    for point in points.dropFirst() { go(point) }
  }

  /// Outer rings have a positive area by the surveyor's formula with y down, holes a negative one (§4.3.4.4).
  mutating func polygon(_ rings: [[TilePoint]]) {
    for (place, ring) in rings.enumerated() {
      let area = Self.doubleArea(ring)
      guard ring.count > 2, area != 0 else {
        if place == 0 { return }
        continue
      }
      let isRight = (area > 0) == (place == 0)
      let points = isRight ? ring : ring.reversed()
      command(1, 1)
      go(points[0])
      command(2, points.count - 1)
      for point in points.dropFirst() { go(point) }
      command(7, 1)
    }
  }

  static func doubleArea(_ ring: [TilePoint]) -> Int64 {
    guard var last = ring.last else { return 0 }
    var area: Int64 = 0
    for point in ring {
      area += Int64(last.x) * Int64(point.y) - Int64(point.x) * Int64(last.y)
      last = point
    }
    return area
  }
}

/// A message of Protocol Buffers being written.
private struct Message {
  var bytes: [UInt8] = []

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func varint(_ field: UInt64, _ value: UInt64) {
    varint(field << 3)
    varint(value)
  }

  mutating func double(_ field: UInt64, _ value: Double) {
    varint(field << 3 | 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func text(_ field: UInt64, _ text: String) {
    varint(field << 3 | 2)
    varint(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func message(_ field: UInt64, _ message: Message) {
    varint(field << 3 | 2)
    varint(UInt64(message.bytes.count))
    bytes += message.bytes
  }

  mutating func packed(_ field: UInt64, _ values: [UInt64]) {
    var inner = Message()
    inner.bytes.reserveCapacity(values.count * 2)
    for value in values { inner.varint(value) }
    message(field, inner)
  }
}
