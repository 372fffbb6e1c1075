import Foundation
import Kernels

/// Comparison keys of names: what two spellings of one name share.
public enum TextFolding {
  /// The name in lower case without accents, punctuation or apostrophes; words parted by one space.
  /// ё → е, й → и, ў → у, ß → ss, ł → l. Empty when the text has no letter or digit.
  /// Linear in the text's length; any Unicode text is accepted.
  public static func fold(_ text: String) -> String {
    String(decoding: TextFold.fold(text), as: UTF8.self)
  }

  /// The words of the folded text.
  public static func words(_ text: String) -> [String] {
    fold(text).split(separator: " ").map(String.init)
  }

  /// A coarse key by sound that Cyrillic and Latin spellings of one name share, whatever the scheme:
  /// `Барановичи`, `Baranavichy` and `Baranowitschi` give one key. Distinct names may share it too.
  public static func skeleton(_ text: String) -> String {
    String(decoding: TextSkeleton.skeleton(ofFolded: TextFold.fold(text)), as: UTF8.self)
  }

  /// The text in Unicode's composed form (NFC), trimmed, with line breaks, tabs and other control characters as
  /// single spaces, without invisible format characters (marks of direction, zero-width spaces and joiners, soft
  /// hyphens), cut after `limit` scalars. Names and addresses pass through it on entry.
  public static func clean(_ text: String, limit: Int = 1000) -> String {
    if isPlainlyClean(text, limit: limit) { return text }
    var result = String.UnicodeScalarView()
    var pendingSpace = false
    var count = 0
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
        pendingSpace = !result.isEmpty
        continue
      }
      if isInvisible(scalar, after: result.last) { continue }
      guard count < limit else { break }
      if pendingSpace {
        result.append(" ")
        count += 1
      }
      pendingSpace = false
      result.append(scalar)
      count += 1
    }
    return String(result)
  }

  /// Characters that are not seen and would part or turn round what is read. The joiner that makes one picture of several
  /// stays.
  private static func isInvisible(_ scalar: Unicode.Scalar, after last: Unicode.Scalar?) -> Bool {
    guard scalar.value >= 0xAD, scalar.properties.generalCategory == .format else { return false }
    return scalar != "\u{200D}" || last.map { $0.value < 0x2000 } ?? true
  }
}
