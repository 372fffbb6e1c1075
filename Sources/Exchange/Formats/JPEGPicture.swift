/// A photograph in JPEG without what a camera notes beside it: no place, no time, no device, no preview, no film behind
/// it. Which way up it is and its colours stay.
public struct JPEGPicture: Hashable, Sendable {
  /// The file.
  public var bytes: [UInt8]
  /// Pixels, as it is looked at.
  public var width: Int
  public var height: Int

  /// Reads a file segment by segment (ITU-T T.81, annex B); the picture itself is not decoded.
  /// - Throws: ``JPEGFault``.
  public init(cleaning file: [UInt8]) throws(JPEGFault) {
    var reader = JPEGSegments(file: file)
    guard try reader.marker() == 0xD8 else { throw .notJPEG }
    var kept: [UInt8] = [0xFF, 0xD8]
    // Behind the segment that says JFIF, which is the first one.
    var upright = kept.count
    var orientation = 1
    var size: (width: Int, height: Int)?
    var hasScan = false
    while true {
      let marker = try reader.marker()
      if marker == 0xD9 { break }
      guard marker != 0xD8, !(0xD0...0xD7).contains(marker), marker > 0x01 else {
        throw .broken(at: reader.at)
      }
      var body = try reader.body()
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard body.count >= 6, size == nil else { throw .broken(at: reader.at) }
        let of = body.startIndex
        size = (
          width: Int(body[of + 3]) << 8 | Int(body[of + 4]),
          height: Int(body[of + 1]) << 8 | Int(body[of + 2])
        )
      // Tables, scans, how often one starts anew, and colours.
      case 0xC4, 0xCC, 0xDA...0xDD: break
      case 0xE2 where body.starts(with: "ICC_PROFILE\0".utf8): break
      case 0xE0 where kept.count == 2 && body.starts(with: "JFIF\0".utf8) && body.count >= 14:
        // Without the preview that may stand in it.
        body = body.prefix(12) + [0, 0]
      case 0xEE where body.starts(with: "Adobe".utf8) && body.count >= 12: body = body.prefix(12)
      case 0xE1:
        orientation = Self.orientation(in: body) ?? orientation
        continue
      // Whatever else there is, is no part of the picture.
      default: continue
      }
      kept += [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 0xFF)] + body
      if marker == 0xE0, upright == 2 { upright = kept.count }
      if marker == 0xDA {
        guard size != nil else { throw .broken(at: reader.at) }
        kept += reader.scan()
        hasScan = true
      }
    }
    guard hasScan, let size, size.width > 0, size.height > 0 else { throw .broken(at: reader.at) }
    kept += [0xFF, 0xD9]
    if orientation != 1 { kept.insert(contentsOf: Self.note(of: orientation), at: upright) }
    let isTurned = orientation >= 5
    bytes = kept
    (width, height) = isTurned ? (size.height, size.width) : (size.width, size.height)
  }

  /// The orientation that a segment of Exif tells of, 1 … 8.
  private static func orientation(in body: ArraySlice<UInt8>) -> Int? {
    guard body.starts(with: "Exif\0\0".utf8) else { return nil }
    let tiff = Array(body.dropFirst(6))
    let isLittle = tiff.starts(with: "II".utf8)
    guard isLittle || tiff.starts(with: "MM".utf8) else { return nil }
    func number(_ at: Int, _ bytes: Int) -> Int? {
      guard at >= 0, at + bytes <= tiff.count else { return nil }
      let part = tiff[at..<at + bytes]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let start = number(4, 4), let count = number(start, 2) else { return nil }
    for entry in 0..<count {
      let at = start + 2 + 12 * entry
      guard let tag = number(at, 2) else { return nil }
      if tag == 0x0112 { return number(at + 8, 2).flatMap { (1...8).contains($0) ? $0 : nil } }
    }
    return nil
  }

  /// A segment of Exif with nothing but the orientation.
  private static func note(of orientation: Int) -> [UInt8] {
    let tiff: [UInt8] =
      Array("MM".utf8) + [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0]
      + [0, 0, 0, 0]
    let body = Array("Exif\0\0".utf8) + tiff
    return [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body
  }
}

/// What keeps a file from being taken for a photograph.
public enum JPEGFault: Error, Hashable, Sendable {
  case notJPEG
  /// It ends early.
  case cutOff
  /// What stands at this byte does not belong there.
  case broken(at: Int)
}

/// The segments of a file of JPEG one after another.
private struct JPEGSegments {
  let file: [UInt8]
  var at = 0

  init(file: [UInt8]) { self.file = file }

  mutating func marker() throws(JPEGFault) -> UInt8 {
    guard at < file.count else { throw at == 0 ? .notJPEG : .cutOff }
    guard file[at] == 0xFF else { throw at == 0 ? .notJPEG : .broken(at: at) }
    while at < file.count, file[at] == 0xFF { at += 1 }
    guard at < file.count else { throw .cutOff }
    at += 1
    return file[at - 1]
  }

  mutating func body() throws(JPEGFault) -> ArraySlice<UInt8> {
    guard at + 2 <= file.count else { throw .cutOff }
    let length = Int(file[at]) << 8 | Int(file[at + 1])
    guard length >= 2 else { throw .broken(at: at) }
    guard at + length <= file.count else { throw .cutOff }
    defer { at += length }
    return file[at + 2..<at + length]
  }

  /// What is coded up to the next segment: a byte of ones is followed by a zero there, or is a mark to start anew.
  mutating func scan() -> ArraySlice<UInt8> {
    let start = at
    while at < file.count {
      if file[at] == 0xFF, at + 1 < file.count, file[at + 1] != 0, !(0xD0...0xD7).contains(file[at + 1]) {
        break
      }
      at += 1
    }
    return file[start..<at]
  }
}
