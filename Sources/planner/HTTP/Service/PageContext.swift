import CRM
import Foundation
import Hummingbird
import Logging
import Synchronization

/// What is known of one request beside the request itself.
struct PageContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks; nil while nobody proved who he is.
  var identity: Identity?
  /// Whether the connection can carry another request after this one.
  let ending = ConnectionEnding()
  /// IP address of the client: of the other side, or of whom a trusted proxy asks for; empty in tests without a socket.
  var remoteAddress: String
  /// The request says that it came through a proxy, trusted or not.
  var isForwarded = false

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
  }
}

/// Set by whoever read the connection itself, after which it cannot carry another request.
final class ConnectionEnding: Sendable {
  private let mark = Atomic(false)
  var isSet: Bool { mark.load(ordering: .relaxed) }
  func set() { mark.store(true, ordering: .relaxed) }
}

extension PageContext {
  /// What whoever asks sees; nothing of anybody's when nobody is signed in.
  var scope: RecordScope { identity?.viewer.scope ?? .responsible([]) }

  /// What is seen on a surface that other programs speak. Without an identity its routes are reached only where an
  /// administrator opened them, and then they show everything.
  var surfaceScope: RecordScope { identity?.viewer.scope ?? .all }

  /// Whoever has a session, for the head of a page; nobody signs out of his own computer.
  var person: PageRenderer.Person? {
    guard let identity, case .session(let secret) = identity.proof else { return nil }
    return PageRenderer.Person(name: identity.user.name, code: secret.pageCode)
  }
}
