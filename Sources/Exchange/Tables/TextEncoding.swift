import Foundation

/// The encodings partner lists come in.
public enum TextEncoding: String, Hashable, Sendable, CaseIterable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  case windows1251 = "windows-1251"

  /// By the names people use: `cp1251`, `utf8`, `UTF-16`; nil for an unknown one.
  public init?(name: String) {
    switch name.lowercased().filter({ $0 != "-" && $0 != "_" && $0 != " " }) {
    case "utf8", "utf8bom", "utf8sig": self = .utf8
    case "utf16", "utf16le": self = .utf16LittleEndian
    case "utf16be": self = .utf16BigEndian
    case "windows1251", "cp1251", "win1251", "1251", "ansi": self = .windows1251
    default: return nil
    }
  }
}

/// Tells the encoding of a file by reading all of it once: a broken last row is found before the first is used.
enum EncodingDetector {
  struct Finding {
    var encoding: TextEncoding
    /// Bytes of the byte-order mark.
    var markLength: Int
  }

  static func detect(_ file: InputFile) throws(TableError) -> Finding {
    let head = try file.read(at: 0, count: 4096)
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      let scan = try scan(file, from: 3)
      if let fault = scan.firstFault {
        throw fault.error(file, "it begins as UTF-8 and holds a byte that is not")
      }
      return Finding(encoding: .utf8, markLength: 3)
    }
    if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw .wrongEncoding(path: file.path, row: 1, column: 1, detail: "UTF-32 is not read")
    }
    if head.starts(with: [0xFF, 0xFE]) { return Finding(encoding: .utf16LittleEndian, markLength: 2) }
    if head.starts(with: [0xFE, 0xFF]) { return Finding(encoding: .utf16BigEndian, markLength: 2) }
    if let wide = wideGuess(head) { return Finding(encoding: wide, markLength: 0) }
    let scan = try scan(file, from: 0)
    guard let fault = scan.firstFault else { return Finding(encoding: .utf8, markLength: 0) }
    if scan.looksLikeWindows1251 { return Finding(encoding: .windows1251, markLength: 0) }
    throw fault.error(
      file,
      scan.sequences > scan.faults
        ? "a byte that is not UTF-8, in a file that is UTF-8 elsewhere"
        : "the text is neither UTF-8, UTF-16 nor Windows-1251")
  }

  /// UTF-16 without a mark: every other byte is 0 (Latin) or 4 (Cyrillic).
  private static func wideGuess(_ head: [UInt8]) -> TextEncoding? {
    guard head.count >= 4, head.count % 2 == 0 || head.count == 4096 else { return nil }
    var even = 0
    var odd = 0
    for (i, byte) in head.enumerated() where byte == 0 || byte == 4 {
      if i % 2 == 0 { even += 1 } else { odd += 1 }
    }
    guard head.contains(0) else { return nil }
    let half = head.count / 2
    if odd * 10 >= half * 9, even * 10 < half { return .utf16LittleEndian }
    if even * 10 >= half * 9, odd * 10 < half { return .utf16BigEndian }
    return nil
  }

  struct Fault {
    var row: Int
    var column: Int
    func error(_ file: InputFile, _ detail: String) -> TableError {
      .wrongEncoding(path: file.path, row: row, column: column, detail: detail)
    }
  }

  struct Scan {
    var firstFault: Fault?
    var faults = 0
    /// Well-formed sequences of two bytes and more.
    var sequences = 0
    /// How often each byte value occurs.
    var histogram = [Int](repeating: 0, count: 256)
    /// High bytes beside a high byte, and beside an ASCII letter.
    var besideHigh = 0
    var besideLatin = 0

    /// Cyrillic words are runs of high bytes, the letters of Windows-1251 are nearly all of them, and `о`, `е`, `а` are
    /// common where KOI8-R would have the rare ones.
    var looksLikeWindows1251: Bool {
      var letters = 0
      var high = 0
      for byte in 128..<256 {
        high += histogram[byte]
        if byte >= 0xC0 || [0xA8, 0xB8, 0xA1, 0xA2, 0xB2, 0xB3, 0xAF, 0xBF, 0xAA, 0xBA].contains(byte) {
          letters += histogram[byte]
        }
      }
      // A stray NUL is a row's fault, many are no text.
      guard high > 0, histogram[0x98] == 0, histogram[0] * 50 <= high else { return false }
      guard letters * 10 >= high * 7, besideHigh >= besideLatin else { return false }
      func count(_ text: [Int]) -> Int { text.reduce(0) { $0 + histogram[$1] } }
      // о е а и н т р с, both cases, in Windows-1251 and where KOI8-R keeps them.
      let here = count([
        0xEE, 0xE5, 0xE0, 0xE8, 0xED, 0xF2, 0xF0, 0xF1, 0xCE, 0xC5, 0xC0, 0xC8, 0xCD, 0xD2, 0xD0, 0xD1,
      ])
      let koi = count([
        0xCF, 0xC5, 0xC1, 0xC9, 0xCE, 0xD4, 0xD2, 0xD3, 0xEF, 0xE5, 0xE1, 0xE9, 0xEE, 0xF4, 0xF2, 0xF3,
      ])
      return here >= koi
    }
  }

  /// Validates UTF-8 (RFC 3629: no overlong forms, no surrogates) and counts what the guess needs.
  private static func scan(_ file: InputFile, from start: Int) throws(TableError) -> Scan {
    var result = Scan()
    var row = 1
    var column = 1
    var need = 0
    var low: UInt8 = 0x80
    var top: UInt8 = 0xBF
    var previous: UInt8 = 0
    var offset = start
    while offset < file.size {
      let block = try file.read(at: offset, count: 1 << 18)
      if block.isEmpty { break }
      block.withUnsafeBufferPointer { bytes in
        result.histogram.withUnsafeMutableBufferPointer { histogram in
          for byte in bytes {
            histogram[Int(byte)] += 1
            if byte >= 0x80 {
              if previous >= 0x80 { result.besideHigh += 1 }
              if isLatin(previous) { result.besideLatin += 1 }
            } else if previous >= 0x80, isLatin(byte) {
              result.besideLatin += 1
            }
            previous = byte
            if need > 0 {
              if byte >= low, byte <= top {
                need -= 1
                low = 0x80
                top = 0xBF
                if need == 0 { result.sequences += 1 }
                continue
              }
              need = 0
              result.faults += 1
              if result.firstFault == nil { result.firstFault = Fault(row: row, column: column) }
            }
            if byte < 0x80 {
              if byte == 0x0A {
                row += 1
                column = 1
              } else if byte == 0x3B || byte == 0x2C || byte == 0x09 || byte == 0x7C {
                column += 1
              }
              continue
            }
            low = 0x80
            top = 0xBF
            switch byte {
            case 0xC2...0xDF: need = 1
            case 0xE0:
              need = 2
              low = 0xA0
            case 0xED:
              need = 2
              top = 0x9F
            case 0xE1...0xEF: need = 2
            case 0xF0:
              need = 3
              low = 0x90
            case 0xF4:
              need = 3
              top = 0x8F
            case 0xF1...0xF3: need = 3
            default:
              result.faults += 1
              if result.firstFault == nil { result.firstFault = Fault(row: row, column: column) }
            }
          }
        }
      }
      offset += block.count
    }
    if need > 0, result.firstFault == nil { result.firstFault = Fault(row: row, column: column) }
    return result
  }

  private static func isLatin(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}

/// Gives a file's text as UTF-8, block by block.
struct TextSource {
  let file: InputFile
  let encoding: TextEncoding
  private var offset: Int
  private var leadSurrogate: UInt16?
  private var oddByte: UInt8?
  /// For the place of a fault in UTF-16.
  private var row = 1

  init(_ file: InputFile, _ finding: EncodingDetector.Finding) {
    self.file = file
    encoding = finding.encoding
    offset = finding.markLength
  }

  /// The next block, empty at the end.
  mutating func next() throws(TableError) -> [UInt8] {
    let block = try file.read(at: offset, count: 1 << 16)
    offset += block.count
    switch encoding {
    case .utf8: return block
    case .windows1251: return Self.decode1251(block)
    case .utf16LittleEndian: return try decode16(block, little: true)
    case .utf16BigEndian: return try decode16(block, little: false)
    }
  }

  private static func decode1251(_ block: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(block.count * 2)
    for byte in block {
      if byte < 0x80 { out.append(byte) } else { out.append(contentsOf: windows1251[Int(byte) - 0x80]) }
    }
    return out
  }

  private mutating func decode16(_ block: [UInt8], little: Bool) throws(TableError) -> [UInt8] {
    if block.isEmpty {
      guard oddByte == nil, leadSurrogate == nil else { throw fault("the last UTF-16 character is cut off") }
      return []
    }
    var out: [UInt8] = []
    out.reserveCapacity(block.count)
    var first = oddByte
    for byte in block {
      guard let before = first else {
        first = byte
        continue
      }
      first = nil
      let unit = little ? UInt16(byte) << 8 | UInt16(before) : UInt16(before) << 8 | UInt16(byte)
      if let lead = leadSurrogate {
        guard (0xDC00...0xDFFF).contains(unit) else { throw fault("a lone surrogate in UTF-16") }
        leadSurrogate = nil
        let value = 0x10000 + (UInt32(lead - 0xD800) << 10) + UInt32(unit - 0xDC00)
        out.append(contentsOf: UTF8.encode(Unicode.Scalar(value)!)!)
      } else if (0xD800...0xDBFF).contains(unit) {
        leadSurrogate = unit
      } else {
        guard let scalar = Unicode.Scalar(unit) else { throw fault("a lone surrogate in UTF-16") }
        if unit == 0x0A { row += 1 }
        if unit < 0x80 { out.append(UInt8(unit)) } else { out.append(contentsOf: UTF8.encode(scalar)!) }
      }
    }
    oddByte = first
    // A block of a lone half must not look like the end.
    return out.isEmpty ? try next() : out
  }

  private func fault(_ detail: String) -> TableError {
    .wrongEncoding(path: file.path, row: row, column: 1, detail: detail)
  }

  /// The upper half of Windows-1251 (Unicode mapping table CP1251.TXT) as UTF-8; 0x98 is not assigned.
  private static let windows1251: [[UInt8]] = {
    let upper: [UInt32] = [
      0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
      0x040C,
      0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459,
      0x203A,
      0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401,
      0x00A9,
      0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
      0x00B7,
      0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457,
    ]
    let letters = (0x0410...0x044F).map { UInt32($0) }
    return (upper + letters).map { Array(UTF8.encode(Unicode.Scalar($0)!)!) }
  }()
}
