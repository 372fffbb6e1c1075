import Foundation
import Synchronization

/// A number that grows with every write to a database, of whatever process: while it stands, what was read before still
/// holds. It lies in memory that all processes share (a mapped page of the file of ``FileLocks``), so looking costs
/// nothing; a copy of the file has a count of its own.
///
/// A writer lets it grow before it commits and after it. Whoever notes the number, reads, and finds the same number later
/// has what the database says now, but for a process that was killed between commit and count, or a program that is not
/// planner: so nothing is kept by it for long.
final class ChangeCounter: Sendable {
  private static let size = 4096
  private nonisolated(unsafe) let count: UnsafeMutablePointer<Atomic<UInt64>>

  /// Nil where the page cannot be had: on a full disk, or on file systems without shared memory.
  init?(descriptor: Int32) {
    // Room first: a write to a mapped page that the disk has no room for ends the process.
    guard descriptor >= 0, posix_fallocate(descriptor, 0, off_t(Self.size)) == 0,
      let page = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      page != MAP_FAILED
    else { return nil }
    // The first bytes are those that are locked.
    count = (page + 64).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  deinit { munmap(UnsafeMutableRawPointer(count) - 64, Self.size) }

  var value: UInt64 { count.pointee.load(ordering: .acquiring) }

  func grow() { count.pointee.add(1, ordering: .acquiringAndReleasing) }
}
