import ServiceLifecycle

/// Runs jobs and workers beside the server, and ends them when it ends: running ones are given a moment, then handed
/// back.
struct BackgroundService: Service {
  let background: Background

  func run() async {
    await withGracefulShutdownHandler {
      await background.run()
    } onGracefulShutdown: {
      background.stop()
    }
  }
}
