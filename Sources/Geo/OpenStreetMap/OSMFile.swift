import Foundation

/// A file read piece by piece: what was read is not kept, so that its size does not count as memory of this process.
final class OSMFile: Sendable {
  let size: Int
  private let descriptor: Int32

  /// - Throws: the reason the system gives.
  init(_ path: String) throws(SystemFault) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFault(errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemFault(errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw SystemFault(EISDIR) }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// So many bytes from `offset`; fewer when the file ends before.
  func bytes(at offset: Int, count: Int) throws(SystemFault) -> [UInt8] {
    var failure: SystemFault?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      do throws(SystemFault) {
        used = try read(into: buffer, at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills the buffer from `offset` on and gives the number of bytes read: fewer when the file ends before.
  func read(into buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int) throws(SystemFault) -> Int {
    var used = 0
    while used < buffer.count, let base = buffer.baseAddress {
      let count = pread(descriptor, base + used, buffer.count - used, off_t(offset + used))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw SystemFault(errno) }
      if count == 0 { break }
      used += count
    }
    return used
  }
}
