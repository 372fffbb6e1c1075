import Crypto
import Foundation
import Geo
import HTTPTypes
import Hummingbird

extension SurfaceAnswer {
  /// The answer as HTTP: 304 when the client has it, packed when it may be.
  /// - Parameters:
  ///   - isOpen: pages of any origin may read it.
  ///   - vary: what the answer depends on beside its address.
  /// - Throws: what a stream throws that is measured for HEAD.
  func response(to request: Request, isOpen: Bool, vary: String) async throws -> Response {
    var fields: HTTPFields = [.vary: vary, .cacheControl: isOpen ? "no-cache" : "private, no-cache"]
    for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
    if isOpen { fields[.accessControlAllowOrigin] = "*" }
    if let tag {
      let quoted = "W/\"\(tag)\""
      fields[.eTag] = quoted
      if let known = request.headers[.ifNoneMatch], StaticAsset.matches(known, "\"\(tag)\"") {
        return Response(status: .notModified, headers: fields)
      }
    }
    fields[.contentType] = contentType
    let packs = StaticAsset.acceptsGzip(request.headers[.acceptEncoding]) && fields[.contentEncoding] == nil
    switch body {
    case .bytes(let bytes):
      if packs, bytes.count > 1024 {
        fields[.contentEncoding] = "gzip"
        return Response(
          status: .init(code: status), headers: fields,
          body: .init(byteBuffer: ByteBuffer(data: Gzip.deflate(Data(bytes), level: 6))))
      }
      return Response(
        status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    case .packed(let bytes):
      guard !bytes.isEmpty else {
        fields[.contentType] = nil
        return Response(status: .noContent, headers: fields)
      }
      let takesPacked = StaticAsset.acceptsGzip(request.headers[.acceptEncoding])
      if takesPacked { fields[.contentEncoding] = "gzip" }
      let sent = takesPacked ? Data(bytes) : (try? Gzip.inflate(Data(bytes))) ?? Data()
      return Response(
        status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(data: sent)))
    case .stream(let next):
      if packs { fields[.contentEncoding] = "gzip" }
      if request.method == .head {
        // Without a length the server says 0, or ends a body in chunks that must not be there.
        let length = try await Self.length(of: next, packs: packs)
        fields[.contentLength] = "\(length)"
        return Response(status: .init(code: status), headers: fields)
      }
      return Response(
        status: .init(code: status), headers: fields,
        body: ResponseBody { writer in
          let packer = packs ? GzipStream() : nil
          while let piece = try await next() {
            let bytes = packer?.pack(piece) ?? piece
            if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
          }
          if let packer { try await writer.write(ByteBuffer(bytes: packer.finish())) }
          try await writer.finish(nil)
        })
    }
  }

  /// Bytes of a stream as it would be sent: it is made, and nothing of it is held.
  private static func length(
    of next: @Sendable () async throws -> [UInt8]?, packs: Bool
  ) async throws -> Int {
    let packer = packs ? GzipStream() : nil
    var length = 0
    while let piece = try await next() { length += (packer?.pack(piece) ?? piece).count }
    return length + (packer?.finish().count ?? 0)
  }
}

extension Response {
  /// What preflights of pages of other origins are told.
  static func preflight(isOpen: Bool) -> Response {
    var headers: HTTPFields = [.allow: "GET, HEAD, OPTIONS"]
    if isOpen {
      headers[.accessControlAllowOrigin] = "*"
      headers[.accessControlAllowMethods] = "GET, HEAD, OPTIONS"
      headers[.accessControlAllowHeaders] = "Accept, Accept-Language, If-None-Match"
    }
    return Response(status: .noContent, headers: headers)
  }
}

/// Tags of answers: what they are made of, with a mark of this run of the program, since an older copy of the database
/// may take the place of a newer one between two runs.
struct SurfaceTags: Sendable {
  let salt: String

  /// The mark of this run.
  private static let run = String(UInt64.random(in: .min ... .max), radix: 36)

  init(salt: String? = nil) { self.salt = salt ?? Self.run }

  func tag(_ parts: String...) -> String {
    let text = ([salt] + parts).joined(separator: "\u{1F}")
    return SHA256.hash(data: Data(text.utf8)).prefix(9).map { byte in
      let hex = String(byte, radix: 16)
      return hex.utf8.count == 1 ? "0\(hex)" : hex
    }.joined()
  }
}

extension Request {
  /// The decoded items of the query in order; `+` is a blank.
  var queryItems: [(name: String, value: String)] {
    guard let query = uri.query else { return [] }
    return query.utf8.split(separator: UInt8(ascii: "&")).map { item in
      let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      func text(_ bytes: Substring.UTF8View) -> String {
        let spaced = String(decoding: bytes.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }, as: UTF8.self)
        return spaced.removingPercentEncoding ?? spaced
      }
      return (text(parts[0]), parts.count > 1 ? text(parts[1]) : "")
    }
  }

  /// `http://127.0.0.1:8080`: where the client, or a trusted proxy, says that it found this server, as long as that is
  /// a name of a host.
  var origin: String {
    let authority = head.authority ?? ""
    return "\(head.scheme == "https" ? "https" : "http")://"
      + (TrustedProxies.isHost(authority) ? authority : "127.0.0.1")
  }
}
