/// Reads the protobuf wire format from memory; every step checks its bounds.
public struct ProtobufCursor {
  public let bytes: UnsafeBufferPointer<UInt8>
  public var position: Int
  public let end: Int

  public init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    self.position = start
    self.end = min(end ?? bytes.count, bytes.count)
  }

  @inline(__always)
  public var isAtEnd: Bool { position >= end }

  public func fault(_ reason: String) -> OSMFault { OSMFault(offset: position, reason: reason) }

  @inline(__always)
  public mutating func varint() throws(OSMFault) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard position < end else { throw fault("number cut off") }
      let byte = bytes[position]
      position += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
      guard shift < 64 else { throw fault("number too long") }
    }
  }

  @inline(__always)
  public mutating func signed() throws(OSMFault) -> Int64 {
    let raw = try varint()
    return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
  }

  /// Field number and wire type of the next field.
  @inline(__always)
  public mutating func field() throws(OSMFault) -> (number: Int, wire: Int) {
    let key = try varint()
    guard key >> 3 <= 0x1FFF_FFFF, key >> 3 > 0 else { throw fault("impossible field number") }
    return (Int(key >> 3), Int(key & 7))
  }

  /// A cursor over the length-delimited value that follows; this one moves behind it.
  @inline(__always)
  public mutating func nested() throws(OSMFault) -> ProtobufCursor {
    let length = try varint()
    guard length <= UInt64(end - position) else { throw fault("length beyond the end") }
    let cursor = ProtobufCursor(bytes, from: position, to: position + Int(length))
    position += Int(length)
    return cursor
  }

  /// The bytes this cursor still has.
  public var rest: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[position..<end]) }

  public mutating func skip(wire: Int) throws(OSMFault) {
    switch wire {
    case 0: _ = try varint()
    case 1: try move(8)
    case 2: _ = try nested()
    case 5: try move(4)
    default: throw fault("unknown wire type \(wire)")
    }
  }

  private mutating func move(_ count: Int) throws(OSMFault) {
    guard end - position >= count else { throw fault("value cut off") }
    position += count
  }
}
