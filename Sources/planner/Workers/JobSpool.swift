import Exchange
import Foundation
import Store

/// Where the files of jobs stand: what was uploaded, what came out. One folder a job, beside the database, for this
/// user of the computer only.
struct JobSpool: Sendable {
  let folder: String

  init(folder: String) { self.folder = folder }
  init(database path: String) { folder = path + "-spool" }

  /// The path of a job's file; its folder is made.
  /// - Parameter name: one of ours, never a name that came from outside.
  /// - Throws: ``failure(_:_:)``.
  func path(_ job: JobID, _ name: String) throws -> String {
    let place = folder + "/" + job.description
    for made in [folder, place] where mkdir(made, 0o700) != 0 {
      let number = errno
      guard number == EEXIST else { throw Self.failure(made, number) }
    }
    return place + "/" + name
  }

  /// Why the system refused a write: it takes no more (`StoreError.diskFull`), or the place is none to write to
  /// (`OutputError`).
  /// - Parameter number: of the error, as `errno` has it.
  static func failure(_ path: String, _ number: Int32) -> any Error {
    guard number == ENOSPC || number == EDQUOT || number == EFBIG else {
      return OutputError.unwritable(path: path, detail: String(cString: strerror(number)))
    }
    return StoreError.diskFull(path: path)
  }

  func remove(_ job: JobID) { try? FileManager.default.removeItem(atPath: folder + "/" + job.description) }

  /// Removes folders of jobs that the database does not know, when they are older than `age`: of uploads that broke off.
  /// - Returns: how many.
  func removeStrays(known: (JobID) throws -> Bool, before instant: Date) rethrows -> Int {
    var removed = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = folder + "/" + name
      guard let id = JobID(name), let facts = try? FileManager.default.attributesOfItem(atPath: path),
        let changed = facts[.modificationDate] as? Date, changed < instant, try !known(id)
      else { continue }
      try? FileManager.default.removeItem(atPath: path)
      removed += 1
    }
    return removed
  }
}

/// A file of the spool that is written piece by piece.
struct SpoolFile: Sendable {
  let path: String
  private let handle: FileHandle

  /// Makes the file, or opens it, for this user of the computer only.
  /// - Throws: ``JobSpool/failure(_:_:)``, as the other functions do.
  init(_ path: String) throws {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw JobSpool.failure(path, errno) }
    self.path = path
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func write(_ data: Data) throws {
    try data.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = Foundation.write(handle.fileDescriptor, rest.baseAddress, rest.count)
        if count < 0 {
          let number = errno
          guard number == EINTR else { throw JobSpool.failure(path, number) }
        } else {
          done += count
        }
      }
    }
  }

  /// Ends the file; some systems tell only now that the disk is full.
  func finish() throws {
    guard fsync(handle.fileDescriptor) == 0 else { throw JobSpool.failure(path, errno) }
    try? handle.close()
  }
}
