import Foundation

/// The colour of a trip's day: the same on the map page, in GeoJSON exports and on printed sheets.
///
/// The eight colours are told apart with every common kind of colour blindness (Okabe and Ito, "Color Universal
/// Design", 2008; their yellow is replaced by Tol's indigo, which holds on white paper). Days beyond the eighth
/// begin again, so a day is always named by its number as well.
public struct DayColour: Hashable, Sendable {
  /// `#RRGGBB`, upper case.
  public let hex: String
  /// Text on this colour: `#FFFFFF` or `#000000`, whichever contrasts more (WCAG 2.2 relative luminance).
  public let textHex: String

  public static let all: [DayColour] = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#332288", "#882255",
  ].map(DayColour.init)

  /// Grey of partners left out.
  public static let leftOut = DayColour("#6B7280")

  /// The colour of the day at `index`, counted from 0.
  public static func ofDay(_ index: Int) -> DayColour { all[index % all.count] }

  private init(_ hex: String) {
    self.hex = hex
    let value = UInt32(hex.dropFirst(), radix: 16)!
    func linear(_ shift: UInt32) -> Double {
      let c = Double((value >> shift) & 0xFF) / 255
      return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
    }
    let luminance = 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
    // Black lies at 0, white at 1, each 0.05 above nothing.
    textHex = (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000000" : "#FFFFFF"
  }
}
