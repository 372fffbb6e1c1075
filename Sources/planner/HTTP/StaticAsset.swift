import Crypto
import Foundation
import Geo
import Hummingbird

/// A file that does not change while the program runs, held in memory plain or packed.
struct StaticAsset: Sendable {
  let contentType: String
  /// The first 16 hex digits of the SHA-256 of the plain bytes.
  let version: String
  private let plain: Data
  private let packed: Data?

  /// - Parameter packed: the same bytes as gzip, when they are at hand.
  init(_ plain: Data, contentType: String, packed: Data? = nil) {
    self.plain = plain
    self.packed =
      packed.map { $0.count < plain.count ? $0 : nil } ?? (plain.count > 1024 ? Gzip.deflate(plain) : nil)
    self.contentType = contentType
    version = Self.hash(plain)
  }

  /// The file, or 304 when the client has it.
  /// - Parameter immutable: the address names this very version, so that it may be kept for ever.
  func response(to request: Request, immutable: Bool) throws -> Response {
    let tag = "\"\(version)\""
    var headers: HTTPFields = [
      .eTag: tag,
      .vary: "Accept-Encoding",
      .cacheControl: immutable ? "public, max-age=31536000, immutable" : "no-cache",
    ]
    if let known = request.headers[.ifNoneMatch], Self.matches(known, tag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = contentType
    if let packed, Self.acceptsGzip(request.headers[.acceptEncoding]) {
      headers[.contentEncoding] = "gzip"
      return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(data: packed)))
    }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(data: plain)))
  }

  /// `If-None-Match` compares weakly and may list several tags (RFC 9110 §13.1.2).
  static func matches(_ header: String, _ tag: String) -> Bool {
    header == "*"
      || header.split(separator: ",").contains { candidate in
        let trimmed = candidate.trimmingCharacters(in: .whitespaces)
        return trimmed == tag || trimmed == "W/\(tag)"
      }
  }

  /// `gzip` or `*` listed, and not with `q=0`.
  static func acceptsGzip(_ header: String?) -> Bool {
    guard let header else { return false }
    return header.lowercased().split(separator: ",").contains { entry in
      let parts = entry.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let name = parts.first, name == "gzip" || name == "*" else { return false }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
      return quality != 0
    }
  }

  private static func hash(_ data: Data) -> String {
    SHA256.hash(data: data).prefix(8).map { byte in
      let text = String(byte, radix: 16)
      return text.utf8.count == 1 ? "0\(text)" : text
    }.joined()
  }
}
