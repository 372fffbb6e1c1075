import Foundation

/// A file mapped read-only into memory for as long as the value lives. Replacing the file by rename does not disturb it.
final class MappedFile: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  /// - Throws: the reason the system gives.
  init(_ path: String) throws(SystemFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFault(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemFault(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw SystemFault(EINVAL) }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
      throw SystemFault(errno)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}

/// What the system said when a file could not be used.
struct SystemFault: Error {
  let number: Int32
  init(_ number: Int32) { self.number = number }
  var reason: String { String(cString: strerror(number)) }
}
