import Foundation

/// Whose turn it is among the processes, and the connections of one process, that share a database file.
///
/// SQLite gives its write lock to whoever asks first. A writer that begins again at once is always first: another one
/// looks only every tenth of a second, and starves. So a writer first joins the queue, then takes the pen, and only then
/// leaves the queue. Who has just written finds the queue held by the one who waits and cannot pass him: a waiting
/// writer comes in after at most one transaction. Making a file and bringing it up to date happens one process at a time
/// in the same way.
///
/// The locks are those of the kernel (`fcntl(2)`, open file description locks) on three bytes of a file `PATH-lock`
/// beside the database that holds nothing but a count of writes, so they end with their process, however it ends. They only order the waiting:
/// SQLite's own lock still keeps writers apart, and where the file cannot be made or a turn does not come in time, it
/// alone decides.
final class FileLocks: Sendable {
  enum Place: Int, CaseIterable { case queue, pen, opening }

  /// Nothing but a process that hangs keeps a turn from coming for so long.
  private static let patience: Duration = .seconds(20)

  private let descriptor: Int32
  /// Counts the writes of all processes; nil where that cannot be.
  let counter: ChangeCounter?

  init(_ path: String) {
    descriptor = open(path + "-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    counter = ChangeCounter(descriptor: descriptor)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Runs `body` while no other writer that keeps to turns is at work. Not to be nested.
  func turn<T>(_ body: () throws -> T) rethrows -> T {
    let deadline = ContinuousClock.now + Self.patience
    let queued = wait(for: .queue, until: deadline)
    let writing = wait(for: .pen, until: deadline)
    if queued { release(.queue) }
    defer { if writing { release(.pen) } }
    return try body()
  }

  /// Runs `body` while nobody else opens, makes or migrates the file.
  func opening<T>(_ body: () throws -> T) rethrows -> T {
    let taken = wait(for: .opening, until: ContinuousClock.now + Self.patience)
    defer { if taken { release(.opening) } }
    return try body()
  }

  /// True when somebody else has the place.
  func isTaken(_ place: Place) -> Bool {
    var range = Self.range(place, F_WRLCK)
    return fcntl(descriptor, Self.ask, &range) == 0 && range.l_type != F_UNLCK
  }

  private func wait(for place: Place, until deadline: ContinuousClock.Instant) -> Bool {
    var pause: UInt32 = 500
    while true {
      var range = Self.range(place, F_WRLCK)
      if fcntl(descriptor, Self.set, &range) == 0 { return true }
      // Anything but "taken" means that there are no such locks here.
      guard errno == EAGAIN || errno == EACCES, ContinuousClock.now < deadline else {
        return false
      }
      usleep(pause)
      pause = min(pause * 2, 4000)
    }
  }

  private func release(_ place: Place) {
    var range = Self.range(place, F_UNLCK)
    _ = fcntl(descriptor, Self.set, &range)
  }

  /// `F_OFD_GETLK` and `F_OFD_SETLK` of `<fcntl.h>`, which shows them only to GNU sources.
  private static let ask: Int32 = 36
  private static let set: Int32 = 37

  private static func range(_ place: Place, _ type: Int32) -> flock {
    flock(
      l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: off_t(place.rawValue), l_len: 1, l_pid: 0)
  }
}
