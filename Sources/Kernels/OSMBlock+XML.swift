/// What an OSM XML document says about itself before its objects; nil what it does not say.
public struct OSMXMLHead: Sendable, Equatable {
  /// As written.
  public var generator: String?
  /// When the data was read out of OpenStreetMap, as written: an ISO 8601 instant.
  public var timestamp: String?
  /// Sides of the rectangle the data lies in, in degrees as written.
  public var south: Double?
  public var west: Double?
  public var north: Double?
  public var east: Double?
}

/// Reads OSM XML (`.osm`): a scanner for the few elements the format has, not an XML parser.
///
/// The text comes through a window that slides over it, and objects are handed on in blocks: neither grows with the
/// file. Elements and objects larger than any of OpenStreetMap's are refused.
public struct OSMXMLScanner {
  public enum Step {
    /// A block; ask again with the same window.
    case block(OSMBlock)
    /// The first `used` bytes of the window are done with; ask again with the rest and what follows it.
    case more(used: Int)
    case end
  }

  /// Bytes of an element with its attributes, or of a comment, at most: OpenStreetMap's longest texts have 255 characters.
  public static let elementLimit = 1 << 20
  /// Bytes of an object with its elements at most: ways end at 2,000 nodes, relations at 32,000 members.
  private static let objectLimit = 64 << 20
  /// A block is full at so many objects, or when it was made from so many bytes.
  private static let blockSize = 8000
  private static let blockBytes = 16 << 20

  public private(set) var head = OSMXMLHead()

  private let elementLimit: Int
  private let headOnly: Bool
  /// The window, only while `next` runs.
  private var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var isLast = false
  /// Where the window starts in the text.
  private var start = 0
  private var position = 0
  private var block = OSMBlock()
  /// Where the block and the object at hand start in the text.
  private var blockStart = 0
  private var objectStart = 0
  /// The strings of the block.
  private var strings = StringPool()
  private enum Object { case node, way, relation }
  private var open: Object?
  private var sawRoot = false
  private var sawEnd = false

  /// - Parameter headOnly: true to end before the first object, once ``head`` is known.
  public init(elementLimit: Int = elementLimit, headOnly: Bool = false) {
    self.elementLimit = elementLimit
    self.headOnly = headOnly
  }

  /// Goes on with a window that starts where the last answer says. The document must end with `</osm>`.
  ///
  /// - Parameter isLast: the text ends with the window.
  /// - Throws: ``OSMFault`` with an offset in the whole text. Nothing can be asked after that.
  public mutating func next(_ window: UnsafeBufferPointer<UInt8>, isLast: Bool) throws(OSMFault) -> Step {
    bytes = window
    self.isLast = isLast
    defer { bytes = UnsafeBufferPointer(start: nil, count: 0) }
    do throws(OSMFault) {
      return try step()
    } catch {
      throw OSMFault(offset: start + error.offset, reason: error.reason)
    }
  }

  private mutating func step() throws(OSMFault) -> Step {
    while let tag = try nextTag() {
      if headOnly, sawRoot, object(named: tag.name) != nil { return .end }
      try take(tag)
      if open != nil {
        guard start + position - objectStart <= Self.objectLimit else {
          throw OSMFault(
            offset: objectStart - start, reason: "an object larger than \(Self.objectLimit) bytes")
        }
      } else if count >= Self.blockSize || start + position - blockStart >= Self.blockBytes {
        if count > 0 { return .block(flush()) }
        blockStart = start + position
      }
    }
    guard isLast else {
      let used = position
      start += used
      position = 0
      return .more(used: used)
    }
    guard sawRoot else { throw OSMFault(offset: -start, reason: "no <osm> element") }
    guard sawEnd else { throw OSMFault(offset: bytes.count, reason: "ends before </osm>") }
    return count == 0 ? .end : .block(flush())
  }

  private var count: Int { block.nodeIDs.count + block.wayIDs.count + block.relationIDs.count }

  private mutating func flush() -> OSMBlock {
    var full = block
    if !full.nodeIDs.isEmpty { full.contents.insert(.nodes) }
    if !full.wayIDs.isEmpty { full.contents.insert(.ways) }
    if !full.relationIDs.isEmpty { full.contents.insert(.relations) }
    full.stringBytes = strings.bytes
    full.stringStarts = strings.starts.map { Int32($0) }
    block = OSMBlock()
    blockStart = start + position
    strings = StringPool()
    return full
  }

  /// One tag: its name and where its attributes stand.
  private struct Tag {
    var name: Range<Int>
    var attributes: Range<Int>
    var closes: Bool
    var selfClosing: Bool
  }

  private func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let wanted = text.utf8Start
    for k in 0..<range.count where bytes[range.lowerBound + k] != wanted[k] { return false }
    return true
  }

  /// The next tag that stands in the window as a whole; nil when there is none.
  private mutating func nextTag() throws(OSMFault) -> Tag? {
    while true {
      while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
      guard position < bytes.count else { return nil }
      let start = position + 1
      if start < bytes.count, bytes[start] == UInt8(ascii: "!") || bytes[start] == UInt8(ascii: "?") {
        let end = declarationEnd(from: start)
        guard try isWhole(end, "comment or declaration") else { return nil }
        position = end + 1
        continue
      }
      var end = start
      var quote: UInt8 = 0
      while end < bytes.count {
        let c = bytes[end]
        if quote != 0 {
          if c == quote { quote = 0 }
        } else if c == UInt8(ascii: "\"") || c == UInt8(ascii: "'") {
          quote = c
        } else if c == UInt8(ascii: ">") {
          break
        }
        end += 1
      }
      guard try isWhole(end, "element") else { return nil }
      position = end + 1
      let closes = bytes[start] == UInt8(ascii: "/")
      let nameStart = closes ? start + 1 : start
      var nameEnd = nameStart
      while nameEnd < end, bytes[nameEnd] > 0x20, bytes[nameEnd] != UInt8(ascii: "/") { nameEnd += 1 }
      let selfClosing = bytes[end - 1] == UInt8(ascii: "/")
      return Tag(
        name: nameStart..<nameEnd, attributes: nameEnd..<end, closes: closes, selfClosing: selfClosing)
    }
  }

  /// True when what begins at `position` ends within the window, at `end`.
  private func isWhole(_ end: Int, _ what: StaticString) throws(OSMFault) -> Bool {
    if end - position >= elementLimit {
      throw OSMFault(offset: position, reason: "\(what) larger than \(elementLimit) bytes")
    }
    if end < bytes.count { return true }
    if isLast { throw OSMFault(offset: position, reason: "\(what) cut off") }
    return false
  }

  /// Where the comment, declaration or instruction whose second byte stands at `start` ends.
  private func declarationEnd(from start: Int) -> Int {
    let isComment =
      start + 2 < bytes.count && bytes[start + 1] == UInt8(ascii: "-")
      && bytes[start + 2] == UInt8(ascii: "-")
    var i = start
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: ">") {
        let closed =
          !isComment
          || (i >= start + 5 && bytes[i - 1] == UInt8(ascii: "-") && bytes[i - 2] == UInt8(ascii: "-"))
        if closed { return i }
      }
      i += 1
    }
    return i
  }

  /// The raw value of an attribute.
  private func attribute(_ name: StaticString, in tag: Tag) -> Range<Int>? {
    var i = tag.attributes.lowerBound
    let end = tag.attributes.upperBound
    while i < end {
      while i < end, bytes[i] <= 0x20 || bytes[i] == UInt8(ascii: "/") { i += 1 }
      let nameStart = i
      while i < end, bytes[i] != UInt8(ascii: "="), bytes[i] > 0x20 { i += 1 }
      let nameRange = nameStart..<i
      while i < end, bytes[i] <= 0x20 { i += 1 }
      guard i < end, bytes[i] == UInt8(ascii: "=") else { return nil }
      i += 1
      while i < end, bytes[i] <= 0x20 { i += 1 }
      guard i < end, bytes[i] == UInt8(ascii: "\"") || bytes[i] == UInt8(ascii: "'") else { return nil }
      let quote = bytes[i]
      let valueStart = i + 1
      i = valueStart
      while i < end, bytes[i] != quote { i += 1 }
      if matches(nameRange, name) { return valueStart..<i }
      i += 1
    }
    return nil
  }

  private func object(named name: Range<Int>) -> Object? {
    if matches(name, "node") { return .node }
    if matches(name, "way") { return .way }
    return matches(name, "relation") ? .relation : nil
  }

  private mutating func take(_ tag: Tag) throws(OSMFault) {
    func fault(_ reason: String) -> OSMFault { OSMFault(offset: tag.name.lowerBound, reason: reason) }
    if sawEnd { throw fault("an element behind </osm>") }
    if matches(tag.name, "osm") {
      guard sawRoot == tag.closes else { throw fault("<osm> out of its place") }
      if tag.closes || tag.selfClosing {
        if open != nil { throw fault("</osm> within an object") }
        sawEnd = true
      }
      if !tag.closes { takeRoot(tag) }
      return
    }
    guard sawRoot else { throw fault("not an <osm> document") }
    if let object = object(named: tag.name) {
      if tag.closes {
        guard open == object else { throw fault("the end of an object that did not begin") }
        return close(object)
      }
      guard open == nil else { throw fault("an object within another") }
      objectStart = start + tag.name.lowerBound
      open = object
      let id = try integer("id", tag)
      switch object {
      case .node:
        block.nodeIDs.append(id)
        block.nodeLatitudes.append(try degrees("lat", tag, limit: 90))
        block.nodeLongitudes.append(try degrees("lon", tag, limit: 180))
      case .way: block.wayIDs.append(id)
      case .relation: block.relationIDs.append(id)
      }
      if tag.selfClosing { close(object) }
    } else if matches(tag.name, "tag"), !tag.closes {
      try addTag(tag)
    } else if matches(tag.name, "nd"), !tag.closes, open == .way {
      block.wayReferences.append(try integer("ref", tag))
    } else if matches(tag.name, "member"), !tag.closes, open == .relation {
      try addMember(tag)
    } else if open == nil, matches(tag.name, "bounds") {
      head.south = number("minlat", tag)
      head.west = number("minlon", tag)
      head.north = number("maxlat", tag)
      head.east = number("maxlon", tag)
    } else if open == nil, matches(tag.name, "meta"), let time = text("osm_base", tag) {
      head.timestamp = time
    }
  }

  private mutating func takeRoot(_ tag: Tag) {
    sawRoot = true
    head.generator = text("generator", tag)
    head.timestamp = text("timestamp", tag) ?? text("osm_base", tag)
  }

  private mutating func close(_ object: Object) {
    switch object {
    case .node: block.nodeTagStarts.append(Int32(block.nodeTagKeys.count))
    case .way:
      block.wayReferenceStarts.append(Int32(block.wayReferences.count))
      block.wayTagStarts.append(Int32(block.wayTagKeys.count))
    case .relation:
      block.relationMemberStarts.append(Int32(block.memberReferences.count))
      block.relationTagStarts.append(Int32(block.relationTagKeys.count))
    }
    open = nil
  }

  private mutating func addTag(_ tag: Tag) throws(OSMFault) {
    guard let key = attribute("k", in: tag), let value = attribute("v", in: tag) else {
      throw OSMFault(offset: tag.name.lowerBound, reason: "tag without k or v")
    }
    let (k, v) = (intern(key), intern(value))
    switch open {
    case nil: break
    case .node:
      block.nodeTagKeys.append(k)
      block.nodeTagValues.append(v)
    case .way:
      block.wayTagKeys.append(k)
      block.wayTagValues.append(v)
    case .relation:
      block.relationTagKeys.append(k)
      block.relationTagValues.append(v)
    }
  }

  private mutating func addMember(_ tag: Tag) throws(OSMFault) {
    let reference = try integer("ref", tag)
    guard let type = attribute("type", in: tag) else {
      throw OSMFault(offset: tag.name.lowerBound, reason: "member without type")
    }
    block.memberKinds.append(matches(type, "node") ? 0 : matches(type, "way") ? 1 : 2)
    block.memberReferences.append(reference)
    block.memberRoles.append(intern(attribute("role", in: tag) ?? 0..<0))
  }

  private mutating func intern(_ range: Range<Int>) -> Int32 {
    let raw = UnsafeBufferPointer(rebasing: bytes[range])
    // Most texts have no entity in them and are looked up where they stand.
    return Int32(raw.contains(UInt8(ascii: "&")) ? strings.intern(unescape(range)) : strings.intern(raw))
  }

  /// The attribute's text with the five named entities and numeric references resolved.
  private func unescape(_ range: Range<Int>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    var i = range.lowerBound
    while i < range.upperBound {
      guard bytes[i] == UInt8(ascii: "&") else {
        output.append(bytes[i])
        i += 1
        continue
      }
      var end = i + 1
      while end < range.upperBound, end - i < 12, bytes[end] != UInt8(ascii: ";") { end += 1 }
      guard end < range.upperBound, bytes[end] == UInt8(ascii: ";") else {
        output.append(bytes[i])
        i += 1
        continue
      }
      output.append(contentsOf: entity(i + 1..<end))
      i = end + 1
    }
    return output
  }

  private func entity(_ range: Range<Int>) -> [UInt8] {
    if matches(range, "amp") { return [UInt8(ascii: "&")] }
    if matches(range, "lt") { return [UInt8(ascii: "<")] }
    if matches(range, "gt") { return [UInt8(ascii: ">")] }
    if matches(range, "quot") { return [UInt8(ascii: "\"")] }
    if matches(range, "apos") { return [UInt8(ascii: "'")] }
    guard range.count > 1, bytes[range.lowerBound] == UInt8(ascii: "#") else { return [] }
    let text = String(decoding: bytes[(range.lowerBound + 1)..<range.upperBound], as: UTF8.self)
    let value =
      text.utf8.first == UInt8(ascii: "x") ? UInt32(text.dropFirst(), radix: 16) : UInt32(text, radix: 10)
    guard let value, let scalar = Unicode.Scalar(value) else { return [] }
    return Array(String(scalar).utf8)
  }

  private func integer(_ name: StaticString, _ tag: Tag) throws(OSMFault) -> Int64 {
    guard let range = attribute(name, in: tag), let value = integer(range)
    else { throw OSMFault(offset: tag.name.lowerBound, reason: "\(name) missing or no number") }
    return value
  }

  private func integer(_ range: Range<Int>) -> Int64? {
    // Nearly all are plain digits.
    guard (1...18).contains(range.count) else { return Int64(String(decoding: bytes[range], as: UTF8.self)) }
    var value: Int64 = 0
    for k in range {
      guard (0x30...0x39).contains(bytes[k]) else {
        return Int64(String(decoding: bytes[range], as: UTF8.self))
      }
      value = value * 10 + Int64(bytes[k] - 0x30)
    }
    return value
  }

  private func text(_ name: StaticString, _ tag: Tag) -> String? {
    attribute(name, in: tag).map { String(decoding: unescape($0), as: UTF8.self) }
  }

  private func number(_ name: StaticString, _ tag: Tag) -> Double? {
    guard let range = attribute(name, in: tag) else { return nil }
    // Nearly all are plain decimals.
    return TableCursor(bytes).number(range) ?? Double(String(decoding: bytes[range], as: UTF8.self))
  }

  private func degrees(_ name: StaticString, _ tag: Tag, limit: Double) throws(OSMFault) -> Int32 {
    guard let value = number(name, tag), value.isFinite, abs(value) <= limit
    else { throw OSMFault(offset: tag.name.lowerBound, reason: "\(name) missing or out of range") }
    return Int32((value * 1e7).rounded())
  }
}
