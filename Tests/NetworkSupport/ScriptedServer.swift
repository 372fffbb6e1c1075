import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// What a server does for each request, by its number from 1 and its head.
public struct Script: Sendable {
  let acts: @Sendable (_ number: Int, _ request: String) -> [ScriptedServer.Act]
  public init(_ acts: @escaping @Sendable (_ number: Int, _ request: String) -> [ScriptedServer.Act]) {
    self.acts = acts
  }
}

/// A server on loopback that does what a script says, well or badly.
public final class ScriptedServer: Sendable {
  public enum Act: Sendable {
    case send([UInt8])
    /// One byte at a time, until the other side has enough.
    case drip([UInt8])
    /// A piece again and again, until the other side has enough.
    case flood([UInt8])
    case close
    /// Ends the connection as a crashed machine does.
    case reset
    case silence
  }

  struct Seen {
    var connections = 0
    var requests: [String] = []
  }

  public let port: Int
  private let channel: any Channel
  // Several threads meet here, and the thread sanitizer does not see how `Mutex` is handed to one that waits for it.
  private let seen: NIOLockedValueBox<Seen>

  /// What came in so far.
  public var connections: Int { seen.withLockedValue { $0.connections } }
  /// The requests, first lines first, with their bodies.
  public var requests: [String] { seen.withLockedValue { $0.requests } }

  private init(channel: any Channel, port: Int, seen: NIOLockedValueBox<Seen>) {
    self.channel = channel
    self.port = port
    self.seen = seen
  }

  /// Runs `body` with a server on `host` that follows the script.
  public static func with<Value>(
    host: String = "127.0.0.1", tls: NIOSSLContext? = nil, _ script: Script,
    body: (ScriptedServer) async throws -> Value
  ) async throws -> Value {
    let box = NIOLockedValueBox(Seen())
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        box.withLockedValue { $0.connections += 1 }
        return child.eventLoop.makeCompletedFuture {
          if let tls { try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try child.pipeline.syncOperations.addHandler(Handler(script: script, seen: box))
        }
      }
      .bind(host: host, port: 0).get()
    let server = ScriptedServer(channel: channel, port: channel.localAddress?.port ?? 0, seen: box)
    let result: Result<Value, any Error>
    do { result = .success(try await body(server)) } catch { result = .failure(error) }
    try? await channel.close()
    return try result.get()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let script: Script
    private let seen: NIOLockedValueBox<Seen>
    private var head: [UInt8] = []

    init(script: Script, seen: NIOLockedValueBox<Seen>) {
      self.script = script
      self.seen = seen
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      head += Array(unwrapInboundIn(data).readableBytesView)
      let text = String(decoding: head, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { return }
      let length =
        text[..<end.lowerBound].lowercased().firstMatch(of: /\r\ncontent-length: *(\d+)/).flatMap {
          Int($0.1)
        } ?? 0
      guard text[end.upperBound...].utf8.count >= length else { return }
      head = []
      let number = seen.withLockedValue { seen in
        seen.requests.append(text)
        return seen.requests.count
      }
      Self.play(script.acts(number, text)[...], on: context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func play(_ acts: ArraySlice<Act>, on channel: any Channel) {
      guard let act = acts.first, channel.isActive else { return }
      let rest = acts.dropFirst()
      switch act {
      case .send(let bytes):
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenSuccess { play(rest, on: channel) }
      case .drip(let bytes):
        guard let byte = bytes.first else { return play(rest, on: channel) }
        channel.writeAndFlush(ByteBuffer(bytes: [byte])).whenSuccess {
          _ = channel.eventLoop.scheduleTask(in: .milliseconds(10)) {
            play([.drip(Array(bytes.dropFirst()))] + rest, on: channel)
          }
        }
      case .flood(let bytes):
        channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenSuccess { play(acts, on: channel) }
      case .close: channel.close(promise: nil)
      case .reset:
        let done = (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        done?.whenComplete { _ in channel.close(promise: nil) }
      case .silence: return
      }
    }
  }
}

extension ScriptedServer.Act {
  /// A whole answer, after which the connection ends.
  public static func answer(
    _ status: Int = 200, _ headers: [(String, String)] = [], body: some Sequence<UInt8> = [UInt8]()
  ) -> ScriptedServer.Act {
    let body = Array(body)
    var head = "HTTP/1.1 \(status) x\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    return .send(Array(head.utf8) + body)
  }

  public static func answer(json: String) -> ScriptedServer.Act {
    answer(200, [("Content-Type", "application/json")], body: json.utf8)
  }

  public static func redirect(_ location: String, _ status: Int = 302) -> ScriptedServer.Act {
    answer(status, [("Location", location)])
  }
}
