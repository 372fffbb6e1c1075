import Foundation

/// An open regular file, read at given places. Closed with the last reference.
final class InputFile {
  let path: String
  let size: Int
  private let descriptor: Int32

  init(_ path: String) throws(TableError) {
    self.path = path
    descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(path: path) }
      throw .unreadable(path: path, detail: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, detail: "it is no regular file")
    }
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  func read(at offset: Int, count: Int) throws(TableError) -> [UInt8] {
    guard count > 0 else { return [] }
    var failed: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let n = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
        if n < 0, errno == EINTR { continue }
        if n < 0 { failed = errno }
        if n <= 0 { break }
        filled += n
      }
    }
    guard failed == 0 else { throw .unreadable(path: path, detail: String(cString: strerror(failed))) }
    return bytes
  }
}
