import Foundation
import HTTPTypes
import Hummingbird

/// Where a browser goes after signing in: an address of this site only.
enum SignInAddress {
  static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~/")))
      ?? ""
  }

  /// - Returns: the address, or `/` for anything that may lead elsewhere.
  static func safe(_ next: String?) -> String {
    guard let next, next.utf8.first == UInt8(ascii: "/"), next.utf8.count < 2000 else { return "/" }
    let second = next.utf8.dropFirst().first
    guard second != UInt8(ascii: "/"), second != UInt8(ascii: "\\"), !next.hasPrefix("/sign-in"),
      next.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return "/" }
    return next
  }
}

extension Response {
  /// Another page, to be read with GET.
  static func seeOther(_ address: String, headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.location] = address
    headers[.cacheControl] = "no-store"
    return Response(status: .seeOther, headers: headers)
  }
}
