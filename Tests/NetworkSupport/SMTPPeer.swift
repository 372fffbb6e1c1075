import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on loopback that speaks SMTP (RFC 5321) and misbehaves at the step a test names.
public final class SMTPPeer: Sendable {
  /// Where in the conversation the server is about to answer.
  public enum Step: String, Sendable, CaseIterable {
    case connect, ehlo, starttls, auth, mail, rcpt, data
    /// Behind the lone dot that ends the content.
    case content
    case quit
  }

  public enum Act: Sendable {
    /// What a server that takes everything says.
    case usual
    case say(String)
    /// Ends the connection without an answer.
    case drop
    /// Neither answers nor ends.
    case silence
  }

  /// What it does at a step; `number` counts the times it was there, from 1.
  public typealias Script = @Sendable (_ step: Step, _ number: Int) -> Act

  public struct Seen: Sendable {
    public var connections = 0
    /// Command lines as they came.
    public var commands: [String] = []
    /// Contents that were taken, without the dots that were added on the way.
    public var mails: [[UInt8]] = []
    var steps: [Step: Int] = [:]
  }

  public let port: Int
  private let channel: any Channel
  private let box: Box

  private final class Box: Sendable {
    let seen = Mutex(Seen())
  }

  public var seen: Seen { box.seen.withLock { $0 } }

  private init(channel: any Channel, box: Box) {
    self.channel = channel
    self.box = box
    port = channel.localAddress?.port ?? 0
  }

  /// Runs `body` with a server that follows the script.
  /// - Parameters:
  ///   - tls: what it proves itself with.
  ///   - implicit: it speaks TLS from the first byte; otherwise after STARTTLS.
  public static func with<Value>(
    tls: NIOSSLContext? = nil, implicit: Bool = false, script: @escaping Script = { _, _ in .usual },
    body: (SMTPPeer) async throws -> Value
  ) async throws -> Value {
    let box = Box()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { child in
        box.seen.withLock { $0.connections += 1 }
        return child.eventLoop.makeCompletedFuture {
          if implicit, let tls {
            try child.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
          }
          try child.pipeline.syncOperations.addHandler(
            Handler(script: script, box: box, upgrade: implicit ? nil : tls))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let peer = SMTPPeer(channel: channel, box: box)
    let result: Result<Value, any Error>
    do { result = .success(try await body(peer)) } catch { result = .failure(error) }
    try? await channel.close()
    return try result.get()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let script: Script
    private let box: Box
    private var upgrade: NIOSSLContext?
    private var bytes: [UInt8] = []
    private var content: [UInt8]?
    /// Lines of a login that are still to come.
    private var login = 0

    init(script: @escaping Script, box: Box, upgrade: NIOSSLContext?) {
      self.script = script
      self.box = box
      self.upgrade = upgrade
    }

    func channelActive(context: ChannelHandlerContext) { answer(.connect, "220 peer ready", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += Array(unwrapInboundIn(data).readableBytesView)
      while let end = bytes.firstIndex(of: 0x0A) {
        let line = Array(bytes[..<end].filter { $0 != 0x0D })
        bytes.removeFirst(end + 1)
        take(line, context)
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func take(_ line: [UInt8], _ context: ChannelHandlerContext) {
      if content != nil {
        if line == [0x2E] {
          let whole = content ?? []
          content = nil
          answer(.content, "250 taken", context) { self.box.seen.withLock { $0.mails.append(whole) } }
        } else {
          content! += (line.first == 0x2E ? Array(line.dropFirst()) : line) + [0x0D, 0x0A]
        }
        return
      }
      let text = String(decoding: line, as: UTF8.self)
      box.seen.withLock { $0.commands.append(text) }
      if login > 0 {
        login -= 1
        return answer(.auth, login == 0 ? "235 welcome" : "334 UGFzc3dvcmQ6", context)
      }
      switch text.prefix(4).uppercased() {
      case "EHLO", "HELO":
        let more = (upgrade == nil ? "" : "250-STARTTLS\r\n") + "250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n"
        answer(.ehlo, "250-peer\r\n\(more)250 SIZE 30000000", context)
      case "STAR":
        let tls = upgrade
        upgrade = nil
        answer(.starttls, "220 go", context)
        if let tls {
          try? context.channel.pipeline.syncOperations.addHandler(
            NIOSSLServerHandler(context: tls), position: .first)
        }
      case "AUTH":
        let isWhole = text.split(separator: " ").count > 2
        if text.uppercased().hasPrefix("AUTH LOGIN") {
          login = isWhole ? 1 : 2
        } else {
          login = isWhole ? 0 : 1
        }
        answer(.auth, login == 0 ? "235 welcome" : "334 ", context)
      case "MAIL": answer(.mail, "250 ok", context)
      case "RCPT": answer(.rcpt, "250 ok", context)
      case "DATA": answer(.data, "354 go on", context) { self.content = [] }
      case "QUIT": answer(.quit, "221 bye", context)
      default: say("500 unknown", context)
      }
    }

    private func answer(
      _ step: Step, _ usual: String, _ context: ChannelHandlerContext, done: () -> Void = {}
    ) {
      let number = box.seen.withLock { seen in
        seen.steps[step, default: 0] += 1
        return seen.steps[step]!
      }
      switch script(step, number) {
      case .usual:
        done()
        say(usual, context)
      case .say(let text): say(text, context)
      case .drop: context.close(promise: nil)
      case .silence: break
      }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
      context.writeAndFlush(NIOAny(ByteBuffer(string: text + "\r\n")), promise: nil)
    }
  }
}
