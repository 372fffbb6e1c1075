import Foundation

/// Unicode's composed form (NFC), on scalars.
enum TextNormalForm {
  static func composed(_ text: String) -> String.UnicodeScalarView {
    text.precomposedStringWithCanonicalMapping.unicodeScalars
  }
}
