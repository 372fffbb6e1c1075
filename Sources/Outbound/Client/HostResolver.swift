import Foundation
import NIOPosix
import Synchronization

/// Finds the addresses of a host name. A value of closures, so that tests give the answers.
public struct HostResolver: Sendable {
  /// All addresses of the name, best first; empty when there are none.
  public var addresses: @Sendable (_ name: String) async throws -> [OutboundAddress]

  public init(addresses: @escaping @Sendable (_ name: String) async throws -> [OutboundAddress]) {
    self.addresses = addresses
  }

  /// The system's resolver. It cannot be interrupted, so whoever is cancelled does not wait for it; and it takes seconds
  /// when no name server answers, so it has threads of its own and keeps nobody else waiting.
  public static let system = HostResolver.blocking(lookUp)

  /// A resolver of a function that blocks.
  static func blocking(_ lookUp: @escaping @Sendable (String) -> [OutboundAddress]) -> HostResolver {
    HostResolver { name in
      let answer = Answer()
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          answer.wait(continuation)
          threads.submit { state in
            answer.give(.success(state == .active ? lookUp(name) : []))
          }
        }
      } onCancel: {
        answer.give(.failure(CancellationError()))
      }
    }
  }

  private static let threads: NIOThreadPool = {
    let threads = NIOThreadPool(numberOfThreads: 8)
    threads.start()
    return threads
  }()

  /// One answer for one who waits; the first one given counts.
  private final class Answer: Sendable {
    private struct State {
      var waiting: CheckedContinuation<[OutboundAddress], any Error>?
      var given: Result<[OutboundAddress], any Error>?
    }
    private let state = Mutex(State())

    func wait(_ continuation: CheckedContinuation<[OutboundAddress], any Error>) {
      let given = state.withLock { state in
        if state.given == nil { state.waiting = continuation }
        return state.given
      }
      if let given { continuation.resume(with: given) }
    }

    func give(_ result: Result<[OutboundAddress], any Error>) {
      let waiting = state.withLock { state in
        guard state.given == nil else { return nil as CheckedContinuation<[OutboundAddress], any Error>? }
        state.given = result
        defer { state.waiting = nil }
        return state.waiting
      }
      waiting?.resume(with: result)
    }
  }

  @Sendable private static func lookUp(_ name: String) -> [OutboundAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [OutboundAddress] = []
    var entry = list
    while let current = entry {
      if let address = OutboundAddress(socketAddress: current.pointee), !found.contains(address) {
        found.append(address)
      }
      entry = current.pointee.ai_next
    }
    return found
  }
}

extension OutboundAddress {
  fileprivate init?(socketAddress info: addrinfo) {
    guard let pointer = info.ai_addr else { return nil }
    switch info.ai_family {
    case AF_INET:
      self = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
        withUnsafeBytes(of: address.pointee.sin_addr) { OutboundAddress(bytes: Array($0)) }
      }
    case AF_INET6:
      self = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
        withUnsafeBytes(of: address.pointee.sin6_addr) { OutboundAddress(bytes: Array($0)) }
      }
    default: return nil
    }
  }
}
