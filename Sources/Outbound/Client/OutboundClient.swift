import AsyncHTTPClient
import Foundation
import Geo
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The only way out by HTTP: requests that cannot be turned inward.
///
/// * `http` and `https` only; no cookies, no credentials, no proxy of the environment.
/// * A name is resolved here, once for each hop. Every address it has must be of the public internet, unless the
///   administrator listed the host; the connection goes to one of the addresses checked and to no other.
/// * With `https` the server proves the name that was asked for, whatever its address.
/// * A redirect of a question is a new request with all the checks, at most three, and never from `https` to `http`;
///   what is posted follows none.
/// * Deadline and size hold for the whole: resolving, connecting, redirects, body; the size for the unpacked body.
public struct OutboundClient: Sendable {
  public struct Limits: Sendable {
    /// From the call to the last byte.
    public var deadline: Duration
    /// Bytes of the body, as they came and unpacked.
    public var bodyBytes: Int
    public var redirects: Int

    public init(deadline: Duration = .seconds(10), bodyBytes: Int = 5_000_000, redirects: Int = 3) {
      self.deadline = deadline
      self.bodyBytes = bodyBytes
      self.redirects = redirects
    }
  }

  public let userAgent: String
  public let allowed: OutboundAllowance
  public let limits: Limits
  private let resolver: HostResolver
  /// Whom to believe; the system's authorities when nil.
  private let trustRoots: NIOSSLTrustRoots?

  /// - Parameter userAgent: one line of printable ASCII; other characters are left out.
  public init(
    userAgent: String, allowed: OutboundAllowance = .none, limits: Limits = Limits(),
    resolver: HostResolver = .system
  ) {
    self.init(userAgent: userAgent, allowed: allowed, limits: limits, resolver: resolver, trustRoots: nil)
  }

  init(
    userAgent: String, allowed: OutboundAllowance, limits: Limits, resolver: HostResolver,
    trustRoots: NIOSSLTrustRoots?
  ) {
    self.userAgent = String(userAgent.unicodeScalars.filter { (0x20...0x7E).contains($0.value) })
    self.allowed = allowed
    self.limits = limits
    self.resolver = resolver
    self.trustRoots = trustRoots
  }

  /// The body of a 2xx answer, unpacked.
  /// - Parameter statuses: further ones whose bodies are answers too, for services that tell their errors that way.
  /// - Throws: ``OutboundError``; `CancellationError` when the caller's task was cancelled.
  public func get(
    _ text: String, accept: String = "application/json", alsoReading statuses: Set<Int> = []
  ) async throws -> [UInt8] {
    let url = try OutboundURL(text)
    let question = Question(accept: accept, statuses: statuses)
    return try await limited(url) { try await follow(url, question) }
  }

  /// What came back for something posted.
  public struct Answer: Sendable {
    public var status: Int
    /// The header as it came.
    public var retryAfter: String?
    /// Its beginning, as it came.
    public var body: [UInt8]
  }

  /// Posts a body and gives the answer, whatever its status. Redirects are answers, and not followed.
  /// - Parameters:
  ///   - headers: further ones; names and values of printable ASCII.
  ///   - wanted: bytes of the answer's body to be given; the rest is not read.
  /// - Throws: ``OutboundError``; `CancellationError` when the caller's task was cancelled.
  public func post(
    _ text: String, body: [UInt8], contentType: String = "application/json",
    headers: [(name: String, value: String)] = [], wanted: Int = 1000
  ) async throws -> Answer {
    let url = try OutboundURL(text)
    for (name, value) in headers {
      let isName =
        !name.isEmpty
        && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
      guard isName, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw OutboundError.badURL("a header of the request holds other than printable ASCII")
      }
    }
    let question = Question(
      accept: "*/*",
      posted: Posted(body: body, headers: [("content-type", contentType)] + headers, wanted: wanted))
    return try await limited(url) {
      guard case .answer(let answer) = try await hop(url, question) else {
        throw OutboundError.broken(origin: url.origin)
      }
      return answer
    }
  }

  /// Runs `body` within the deadline.
  private func limited<Value: Sendable>(
    _ url: OutboundURL, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: limits.deadline)
        return nil
      }
      do {
        guard let value = try await group.next() ?? nil else {
          throw OutboundError.timedOut(origin: url.origin)
        }
        return value
      } catch {
        // A cancelled caller cancels both; which of them tells first does not matter.
        try Task.checkCancellation()
        throw error
      }
    }
  }

  private struct Posted {
    var body: [UInt8]
    var headers: [(name: String, value: String)]
    var wanted: Int
  }

  private struct Question {
    var accept: String
    var statuses: Set<Int> = []
    var posted: Posted?
  }

  private enum Step {
    case body([UInt8])
    case answer(Answer)
    case redirect(OutboundURL)
  }

  private func follow(_ first: OutboundURL, _ question: Question) async throws -> [UInt8] {
    var url = first
    for _ in 0...limits.redirects {
      switch try await hop(url, question) {
      case .body(let body): return body
      case .answer(let answer): return answer.body
      case .redirect(let next): url = next
      }
    }
    throw OutboundError.redirect(origin: first.origin, why: "there were more than \(limits.redirects)")
  }

  /// The addresses of the host, all of them fit to be connected to.
  private func checkedAddresses(of url: OutboundURL) async throws -> [OutboundAddress] {
    let addresses: [OutboundAddress]
    switch url.host {
    case .address(let address): addresses = [address]
    case .name(let name):
      addresses = try await resolver.addresses(name)
      guard !addresses.isEmpty else { throw OutboundError.unresolved(host: name) }
    }
    if !allowed.covers(url) {
      // One bad address spoils the name: nobody mixes public and inner addresses for good reasons.
      for address in addresses {
        if let kind = address.refusal { throw OutboundError.addressRefused(host: url.hostText, kind: kind) }
      }
    }
    return Array(addresses.prefix(Self.mostAddresses))
  }

  /// Addresses of one host that are tried.
  private static let mostAddresses = 3

  private func hop(_ url: OutboundURL, _ question: Question) async throws -> Step {
    let addresses = try await checkedAddresses(of: url)
    for address in addresses.dropLast() {
      do {
        return try await exchange(url, at: address, connectingWithin: limits.deadline / 4, question)
      } catch OutboundError.unreachable {
        continue
      }
    }
    return try await exchange(
      url, at: addresses[addresses.count - 1], connectingWithin: limits.deadline, question)
  }

  private func exchange(
    _ url: OutboundURL, at address: OutboundAddress, connectingWithin patience: Duration, _ question: Question
  ) async throws -> Step {
    // The library finds the address under the name exactly as it reads it from the URL; were the two readings ever
    // to differ it would resolve anew, so that is made sure of.
    let plainName = url.hostText.filter { $0 != "[" && $0 != "]" }
    guard let read = URL(string: url.text)?.host()?.filter({ $0 != "[" && $0 != "]" }), read == plainName
    else {
      throw OutboundError.badURL("the host can be read in two ways")
    }
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .nanoseconds(patience.wholeNanoseconds), read: nil),
      proxy: nil, decompression: .disabled)
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.maximumUsesPerConnection = 1
    if case .name(let name) = url.host { configuration.dnsOverride = [name: "\(address)"] }
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateVerification = .fullVerification
    if let trustRoots { tls.trustRoots = trustRoots }
    configuration.tlsConfiguration = tls

    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    // Not waited for: a server that does not let go must not hold up the caller's deadline.
    defer { Task.detached { try? await client.shutdown() } }
    do {
      return try await talk(url, client: client, question)
    } catch let error as OutboundError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Self.outbound(error, origin: url.origin)
    }
  }

  private func talk(_ url: OutboundURL, client: HTTPClient, _ question: Question) async throws -> Step {
    var request = HTTPClientRequest(url: url.text)
    request.headers = [
      "User-Agent": userAgent, "Accept": question.accept, "Accept-Encoding": "gzip", "Connection": "close",
    ]
    if let posted = question.posted {
      request.method = .POST
      request.body = .bytes(posted.body)
      // What is read of the answer is read as it came.
      request.headers.remove(name: "Accept-Encoding")
      for header in posted.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
    }
    let response = try await client.execute(
      request, timeout: .nanoseconds(limits.deadline.wholeNanoseconds))
    let status = Int(response.status.code)
    if let posted = question.posted { return .answer(try await answer(response, status, posted.wanted)) }
    if [301, 302, 303, 307, 308].contains(status) {
      return .redirect(try next(from: url, to: response.headers.first(name: "Location")))
    }
    guard (200..<300).contains(status) || question.statuses.contains(status) else {
      throw OutboundError.status(
        origin: url.origin, code: status, retryAfter: response.headers.first(name: "Retry-After"))
    }
    if let length = response.headers.first(name: "Content-Length").flatMap(Int.init),
      length > limits.bodyBytes
    {
      throw OutboundError.tooLarge(origin: url.origin, limit: limits.bodyBytes)
    }
    var body: [UInt8] = []
    for try await part in response.body {
      guard body.count + part.readableBytes <= limits.bodyBytes else {
        throw OutboundError.tooLarge(origin: url.origin, limit: limits.bodyBytes)
      }
      body.append(contentsOf: part.readableBytesView)
    }
    switch response.headers.first(name: "Content-Encoding")?.lowercased() {
    case nil, "identity": return .body(body)
    case "gzip", "x-gzip": return .body(try unpacked(body, origin: url.origin))
    default: throw OutboundError.broken(origin: url.origin)
    }
  }

  private func answer(_ response: HTTPClientResponse, _ status: Int, _ wanted: Int) async throws -> Answer {
    var body: [UInt8] = []
    if wanted > 0 {
      for try await part in response.body {
        body.append(contentsOf: part.readableBytesView.prefix(wanted - body.count))
        if body.count >= wanted { break }
      }
    }
    return Answer(status: status, retryAfter: response.headers.first(name: "Retry-After"), body: body)
  }

  private func unpacked(_ body: [UInt8], origin: String) throws(OutboundError) -> [UInt8] {
    do throws(CompressionError) {
      return Array(try Gzip.inflate(Data(body), limit: limits.bodyBytes))
    } catch {
      if case .tooLarge = error { throw .tooLarge(origin: origin, limit: limits.bodyBytes) }
      throw .broken(origin: origin)
    }
  }

  private func next(from url: OutboundURL, to location: String?) throws(OutboundError) -> OutboundURL {
    guard let location, !location.isEmpty else {
      throw .redirect(origin: url.origin, why: "it does not say where to")
    }
    let next: OutboundURL
    do throws(OutboundError) {
      next = try url.following(location)
    } catch {
      switch error {
      case .schemeRefused(let scheme): throw .redirect(origin: url.origin, why: "it leads to \(scheme):")
      case .badURL(let why): throw .redirect(origin: url.origin, why: why)
      default: throw error
      }
    }
    if url.scheme == .https, next.scheme == .http {
      throw .redirect(origin: url.origin, why: "it leads from https to http")
    }
    return next
  }

  private static func outbound(_ error: any Error, origin: String) -> any Error {
    switch error {
    case let error as HTTPClientError:
      switch error {
      case .cancelled: return CancellationError()
      case .deadlineExceeded, .readTimeout: return OutboundError.timedOut(origin: origin)
      case .connectTimeout: return OutboundError.unreachable(origin: origin)
      case .tlsHandshakeTimeout: return OutboundError.tls(origin: origin)
      default: return OutboundError.broken(origin: origin)
      }
    case is NIOConnectionError: return OutboundError.unreachable(origin: origin)
    case let error as ChannelError:
      if case .connectTimeout = error { return OutboundError.unreachable(origin: origin) }
      return OutboundError.broken(origin: origin)
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: return OutboundError.tls(origin: origin)
    case let error as IOError where error.errnoCode != ECONNRESET && error.errnoCode != EPIPE:
      return OutboundError.unreachable(origin: origin)
    default: return OutboundError.broken(origin: origin)
    }
  }
}

extension Duration {
  var wholeNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
