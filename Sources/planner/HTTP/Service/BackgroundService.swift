import Hummingbird
import ServiceLifecycle

/// The server and what works behind it, as one: both are told to stop at the same moment, and the whole ends when both
/// have.
struct ServedInFront<Front: Service>: Service {
  let front: Front
  let background: Background?

  /// Until the process is asked to stop, no longer than this after: what does not end by then is cut off.
  static var patience: Duration { .seconds(9) }

  func run() async throws {
    guard let background else { return try await front.run() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await front.run() }
      group.addTask {
        await withGracefulShutdownHandler {
          await background.run()
        } onGracefulShutdown: {
          background.stop()
        }
      }
      // A server that cannot listen ends the work behind it.
      defer { background.stop() }
      try await group.next()
      background.stop()
      try await group.waitForAll()
    }
  }
}

extension Application {
  /// Serves until SIGINT or SIGTERM, with the background beside it.
  func runService(beside background: Background?) async throws {
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: ServedInFront(front: self, background: background))],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = ServedInFront<Self>.patience
    try await ServiceGroup(configuration: configuration).run()
  }
}
