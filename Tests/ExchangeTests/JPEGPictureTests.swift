import Foundation
import Testing

@testable import Exchange

@Suite("Photographs") struct JPEGPictureTests {
  /// A segment with its length.
  private func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 0xFF)] + body
  }

  private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private let start: [UInt8] = [0xFF, 0xD8]
  private let end: [UInt8] = [0xFF, 0xD9]
  private var jfif: [UInt8] { segment(0xE0, text("JFIF\0") + [1, 1, 0, 0, 1, 0, 1, 0, 0]) }
  /// 640 × 480.
  private var frame: [UInt8] { segment(0xC0, [8, 1, 0xE0, 2, 0x80, 1, 1, 0x11, 0]) }
  /// With a byte of ones, and a mark to start anew.
  private var scan: [UInt8] { segment(0xDA, [1, 1, 0, 0, 63, 0]) + [1, 0xFF, 0, 2, 0xFF, 0xD3, 7] }

  /// Exif with a camera's name and an orientation, in either order of bytes.
  private func exif(_ orientation: UInt8, isLittle: Bool) -> [UInt8] {
    func pair(_ value: UInt8) -> [UInt8] { isLittle ? [value, 0] : [0, value] }
    func quad(_ value: UInt8) -> [UInt8] { isLittle ? [value, 0, 0, 0] : [0, 0, 0, value] }
    func tag(_ name: [UInt8], _ kind: UInt8, _ count: UInt8, _ value: [UInt8]) -> [UInt8] {
      (isLittle ? name.reversed() : name) + pair(kind) + quad(count) + value
    }
    let fields =
      tag([0x01, 0x0F], 2, 4, text("Cam\0")) + tag([0x01, 0x12], 3, 1, pair(orientation) + [0, 0])
    return segment(
      0xE1, text("Exif\0\0") + text(isLittle ? "II" : "MM") + pair(42) + quad(8) + pair(2) + fields + quad(0))
  }

  @Test("what a camera notes is left out; the picture, its colours and what it says of itself stay")
  func cleaned() throws {
    let colours = segment(0xE2, text("ICC_PROFILE\0") + [1, 1, 9])
    let tables = segment(0xDB, [0] + Array(repeating: 1, count: 64))
    let file =
      start + jfif + segment(0xE1, text("http://ns.adobe.com/xap/1.0/\0<x>GPS</x>")) + colours
      + segment(0xE2, text("MPF\0")) + segment(0xED, text("Photoshop 3.0\0")) + segment(0xFE, text("Minsk"))
      + tables + frame + scan + segment(0xC4, [0]) + scan + end + text("a film behind the picture")
    let picture = try JPEGPicture(cleaning: file)
    #expect(
      picture.bytes == start + jfif + colours + tables + frame + scan + segment(0xC4, [0]) + scan + end)
    #expect(picture.width == 640 && picture.height == 480)
    #expect(try JPEGPicture(cleaning: picture.bytes) == picture)
  }

  @Test("previews and segments nobody knows are left out too")
  func strangers() throws {
    let preview = text("JFIF\0") + [1, 1, 0, 0, 1, 0, 1, 1, 1, 200, 100, 50]
    let adobe = text("Adobe") + [0, 100, 0, 0, 0, 0, 1]
    let file =
      start + segment(0xE0, preview) + segment(0xE0, text("JFXX\0") + [0x10] + start + end)
      + segment(0xEE, adobe + text("more")) + segment(0xEE, text("other"))
      + segment(0xF5, text("GPS 53.55,13.26"))
      + segment(0xDF, [1]) + frame + scan + end
    let picture = try JPEGPicture(cleaning: file)
    #expect(picture.bytes == start + jfif + segment(0xEE, adobe) + frame + scan + end)
  }

  @Test(
    "a picture that lies on its side stays so, and nothing else of what the camera noted",
    arguments: [false, true])
  func turned(isLittle: Bool) throws {
    for orientation in UInt8(1)...8 {
      let file = start + jfif + exif(orientation, isLittle: isLittle) + frame + scan + end
      let picture = try JPEGPicture(cleaning: file)
      #expect(!picture.bytes.contains(UInt8(ascii: "C")), "the camera's name")
      let plain = start + jfif + frame + scan + end
      #expect((picture.bytes == plain) == (orientation == 1))
      #expect(picture.width == (orientation >= 5 ? 480 : 640))
      // Whoever reads the note finds the same.
      #expect(try JPEGPicture(cleaning: picture.bytes) == picture)
    }
    let wrong = start + exif(9, isLittle: isLittle) + frame + scan + end
    #expect(try JPEGPicture(cleaning: wrong).bytes == start + frame + scan + end)
  }

  @Test("what is no photograph is told apart from what ends early, at every byte")
  func faults() throws {
    #expect(throws: JPEGFault.notJPEG) { try JPEGPicture(cleaning: []) }
    #expect(throws: JPEGFault.notJPEG) { try JPEGPicture(cleaning: Array("\u{89}PNG\r\n".utf8)) }
    #expect(throws: JPEGFault.broken(at: 4)) { try JPEGPicture(cleaning: [0xFF, 0xD8, 0xFF, 0xD8, 0]) }
    #expect(throws: JPEGFault.self) { try JPEGPicture(cleaning: start + end) }
    #expect(throws: JPEGFault.self) { try JPEGPicture(cleaning: start + scan + end) }
    #expect(throws: JPEGFault.self) { try JPEGPicture(cleaning: start + frame + end) }
    let empty = segment(0xC0, [8, 0, 0, 2, 0x80, 1, 1, 0x11, 0])
    #expect(throws: JPEGFault.self) { try JPEGPicture(cleaning: start + empty + scan + end) }
    let file = start + jfif + exif(6, isLittle: true) + frame + scan + end
    for length in 1..<file.count {
      #expect(throws: JPEGFault.self, "\(length)") { try JPEGPicture(cleaning: Array(file.prefix(length))) }
    }
    // Whatever stands at a byte, there is an answer.
    for at in file.indices {
      for value: UInt8 in [0, 0x7F, 0xFF] {
        var broken = file
        broken[at] = value
        _ = try? JPEGPicture(cleaning: broken)
      }
    }
  }
}
