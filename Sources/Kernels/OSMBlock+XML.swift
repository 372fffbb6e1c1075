/// Reads OSM XML (`.osm`) from memory: a scanner for the few elements the format has, not an XML parser.
/// Objects are handed on in blocks, so memory grows with the file only by what the receiver keeps.
public struct OSMXMLScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var block = OSMBlock()
  private var strings: [[UInt8]: Int32] = [:]
  private enum Open { case none, node, way, relation }
  private var open = Open.none
  private var sawRoot = false
  private var sawEnd = false

  public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Objects in a block at most.
  private static let blockSize = 8000

  /// The next block, or nil at the end. The document must end with `</osm>`.
  public mutating func next() throws(OSMFault) -> OSMBlock? {
    while let tag = try nextTag() {
      try take(tag)
      let count = block.nodeIDs.count + block.wayIDs.count + block.relationIDs.count
      if case .none = open, count >= Self.blockSize { return flush() }
    }
    guard sawRoot else { throw OSMFault(offset: 0, reason: "no <osm> element") }
    guard sawEnd else { throw OSMFault(offset: bytes.count, reason: "ends before </osm>") }
    let count = block.nodeIDs.count + block.wayIDs.count + block.relationIDs.count
    return count == 0 ? nil : flush()
  }

  private mutating func flush() -> OSMBlock {
    var full = block
    if !full.nodeIDs.isEmpty { full.contents.insert(.nodes) }
    if !full.wayIDs.isEmpty { full.contents.insert(.ways) }
    if !full.relationIDs.isEmpty { full.contents.insert(.relations) }
    block = OSMBlock()
    strings = [:]
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

  private mutating func nextTag() throws(OSMFault) -> Tag? {
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else {
        position += 1
        continue
      }
      let start = position + 1
      guard start < bytes.count else { break }
      if bytes[start] == UInt8(ascii: "!") || bytes[start] == UInt8(ascii: "?") {
        let isComment =
          start + 2 < bytes.count && bytes[start + 1] == UInt8(ascii: "-")
          && bytes[start + 2] == UInt8(ascii: "-")
        try skipDeclaration(from: start, comment: isComment)
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
      guard end < bytes.count else { throw OSMFault(offset: start - 1, reason: "element cut off") }
      position = end + 1
      let closes = bytes[start] == UInt8(ascii: "/")
      let nameStart = closes ? start + 1 : start
      var nameEnd = nameStart
      while nameEnd < end, bytes[nameEnd] > 0x20, bytes[nameEnd] != UInt8(ascii: "/") { nameEnd += 1 }
      let selfClosing = end > start && bytes[end - 1] == UInt8(ascii: "/")
      return Tag(
        name: nameStart..<nameEnd, attributes: nameEnd..<end, closes: closes, selfClosing: selfClosing)
    }
    return nil
  }

  private mutating func skipDeclaration(from start: Int, comment: Bool) throws(OSMFault) {
    var i = start
    while i < bytes.count {
      if bytes[i] == UInt8(ascii: ">") {
        let closed =
          !comment
          || (i >= start + 5 && bytes[i - 1] == UInt8(ascii: "-") && bytes[i - 2] == UInt8(ascii: "-"))
        if closed {
          position = i + 1
          return
        }
      }
      i += 1
    }
    throw OSMFault(offset: start - 1, reason: "comment or declaration cut off")
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

  private mutating func take(_ tag: Tag) throws(OSMFault) {
    if matches(tag.name, "osm") {
      if tag.closes { sawEnd = true } else { sawRoot = true }
      if tag.selfClosing { sawEnd = true }
      return
    }
    guard sawRoot else { throw OSMFault(offset: tag.name.lowerBound, reason: "not an <osm> document") }
    if matches(tag.name, "node") {
      if tag.closes { return close() }
      block.nodeIDs.append(try integer("id", tag))
      block.nodeLatitudes.append(try degrees("lat", tag, limit: 90))
      block.nodeLongitudes.append(try degrees("lon", tag, limit: 180))
      open = .node
      if tag.selfClosing { close() }
    } else if matches(tag.name, "way") {
      if tag.closes { return close() }
      block.wayIDs.append(try integer("id", tag))
      open = .way
      if tag.selfClosing { close() }
    } else if matches(tag.name, "relation") {
      if tag.closes { return close() }
      block.relationIDs.append(try integer("id", tag))
      open = .relation
      if tag.selfClosing { close() }
    } else if matches(tag.name, "tag"), !tag.closes {
      try addTag(tag)
    } else if matches(tag.name, "nd"), !tag.closes, case .way = open {
      block.wayReferences.append(try integer("ref", tag))
    } else if matches(tag.name, "member"), !tag.closes, case .relation = open {
      try addMember(tag)
    }
  }

  private mutating func close() {
    switch open {
    case .none: return
    case .node: block.nodeTagStarts.append(Int32(block.nodeTagKeys.count))
    case .way:
      block.wayReferenceStarts.append(Int32(block.wayReferences.count))
      block.wayTagStarts.append(Int32(block.wayTagKeys.count))
    case .relation:
      block.relationMemberStarts.append(Int32(block.memberReferences.count))
      block.relationTagStarts.append(Int32(block.relationTagKeys.count))
    }
    open = .none
  }

  private mutating func addTag(_ tag: Tag) throws(OSMFault) {
    guard let key = attribute("k", in: tag), let value = attribute("v", in: tag) else {
      throw OSMFault(offset: tag.name.lowerBound, reason: "tag without k or v")
    }
    let (k, v) = (intern(key), intern(value))
    switch open {
    case .none: break
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
    let text = unescape(range)
    if let known = strings[text] { return known }
    let index = text.withUnsafeBufferPointer { block.addString($0) }
    strings[text] = index
    return index
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
    guard let range = attribute(name, in: tag),
      let value = Int64(String(decoding: bytes[range], as: UTF8.self))
    else { throw OSMFault(offset: tag.name.lowerBound, reason: "\(name) missing or no number") }
    return value
  }

  private func degrees(_ name: StaticString, _ tag: Tag, limit: Double) throws(OSMFault) -> Int32 {
    guard let range = attribute(name, in: tag),
      let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite, abs(value) <= limit
    else { throw OSMFault(offset: tag.name.lowerBound, reason: "\(name) missing or out of range") }
    return Int32((value * 1e7).rounded())
  }
}
