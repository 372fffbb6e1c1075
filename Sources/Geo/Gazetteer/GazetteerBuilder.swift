import CZlib
import Foundation

/// Makes the gazetteer's file from open data. The file is derived: it is never edited, only made anew beside the
/// old one and put in its place by rename, so that readers see the old or the new file and nothing between.
public enum GazetteerBuilder {
  /// Grows with each change of the file's layout or of the folding of names.
  public static let schemaVersion = 4

  /// Builds the gazetteer at `path`, or keeps the file there when it was made from equal sources (compared by
  /// content) by this version. Extracts that were added to it since stay in it as long as the rest is equal.
  /// `progress` is told what is being done.
  /// - Throws: ``GazetteerError``; ``OSMError`` for a damaged extract. The old file stays in that case.
  @discardableResult
  public static func build(
    _ sources: GazetteerSources, at path: String, force: Bool = false,
    progress: ((String) -> Void)? = nil
  ) throws -> GazetteerReport {
    let base = try baseFiles(sources).map { try SourceFingerprint($0.path, role: $0.role) }
    let extracts = try sources.extracts.map { try SourceFingerprint($0, role: "extract") }
    let selection = sources.countries.map { $0.sorted().joined(separator: ",") } ?? ""
    if !force, let stored = StoredSources(at: path), stored.selection == selection,
      stored.base == Set(base), stored.extracts.isSuperset(of: extracts)
    {
      return try report(of: path, reused: true)
    }
    try replace(path) {
      let draft = GazetteerDraft()
      try draft.loadBase(sources, progress: progress)
      for extract in sources.extracts {
        progress?((extract as NSString).lastPathComponent)
        try ExtractLoader(draft).load(extract)
      }
      draft.sources = base + extracts
      draft.selection = selection
      return draft
    }
    return try report(of: path, reused: false)
  }

  /// Whether the gazetteer at `path` was made from these sources, compared by content, by this version; more of its own
  /// may be in it. Reads the sources once.
  public static func isMade(from sources: GazetteerSources, at path: String) throws -> Bool {
    guard let stored = StoredSources(at: path) else { return false }
    return stored.base.isSuperset(
      of: try baseFiles(sources).map { try SourceFingerprint($0.path, role: $0.role) })
  }

  /// Adds the addresses, streets and places of an OpenStreetMap extract to the gazetteer at `path`: into a copy
  /// that then takes its place. An extract that is in there already (by content) changes nothing.
  /// - Throws: ``GazetteerError``, ``OSMError``; the old file stays in that case.
  @discardableResult
  public static func addExtract(
    _ extract: String, to path: String, progress: ((String) -> Void)? = nil
  ) throws -> GazetteerReport {
    let fingerprint = try SourceFingerprint(extract, role: "extract")
    // Taken apart before anything is made, and no longer mapped then: a country's file is as large as its columns.
    if let stored = StoredSources(try GazetteerData(path: path)), stored.extracts.contains(fingerprint) {
      return try report(of: path, reused: true)
    }
    try replace(path) {
      let draft = try GazetteerDraft(GazetteerData(path: path))
      progress?((extract as NSString).lastPathComponent)
      try ExtractLoader(draft).load(extract)
      draft.sources.append(fingerprint)
      return draft
    }
    return try report(of: path, reused: false)
  }

  /// True when there is nothing at the path, an empty file, or a gazetteer of this or an earlier version: what a build may
  /// put its result in the place of.
  public static func mayReplace(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      return !FileManager.default.fileExists(atPath: path)
    }
    defer { try? file.close() }
    let header = (try? file.read(upToCount: 72)) ?? Data()
    // Until version 2 it was an SQLite database with a mark of its own, which ends at byte 72.
    return header.isEmpty || header.starts(with: GazetteerLayout.magic)
      || header.count == 72 && header.suffix(4).elementsEqual("PLGZ".utf8)
  }

  private static func baseFiles(_ sources: GazetteerSources) -> [(path: String, role: String)] {
    sources.places.map { ($0, "places") } + sources.postal.map { ($0, "postal") }
      + [
        (sources.subdivisions, "subdivisions"), (sources.subdivisionNames, "names"),
        (sources.airports, "airports"),
      ].compactMap { path, role in path.map { ($0, role) } }
  }

  /// Writes what `make` gives to a new file beside `path` and renames it into place.
  private static func replace(_ path: String, _ make: () throws -> GazetteerDraft) throws {
    let temporary =
      path + ".\(ProcessInfo.processInfo.processIdentifier).\(UInt32.random(in: 0...UInt32.max)).new"
    let files = FileManager.default
    defer { try? files.removeItem(atPath: temporary) }
    do {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      try make().write(to: temporary)
    } catch let error as any CodedError {
      throw error
    } catch let error as SystemFault {
      throw GazetteerError.cannotWrite(path: path, reason: error.reason)
    } catch {
      throw GazetteerError.cannotWrite(path: path, reason: SystemReason.text(of: error))
    }
    guard rename(temporary, path) == 0 else {
      throw GazetteerError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// What the gazetteer at `path` holds.
  /// - Throws: ``GazetteerError``
  public static func report(of path: String) throws(GazetteerError) -> GazetteerReport {
    try report(of: path, reused: true)
  }

  private static func report(of path: String, reused: Bool) throws(GazetteerError) -> GazetteerReport {
    let data = try GazetteerData(path: path)
    return GazetteerReport(
      path: path, places: data.places.count, names: data.placePostings.count,
      subdivisions: data.subdivisions.count { $0.level > 0 }, airports: data.airports.count,
      streets: data.streets.count, addresses: data.houses.count { $0.isListed }, reused: reused)
  }
}

/// A source file by its content; where it lay does not matter for equality.
struct SourceFingerprint: Hashable, Codable {
  var role: String
  var name: String
  var size: Int
  /// CRC-32 of the bytes.
  var checksum: Int
  var path: String

  init(_ path: String, role: String) throws(GazetteerError) {
    self.role = role
    self.path = path
    name = (path as NSString).lastPathComponent
    var (size, sum) = (0, crc32_z(0, nil, 0))
    do throws(SystemFault) {
      let file = try OSMFile(path)
      while true {
        let piece = try file.bytes(at: size, count: 1 << 20)
        if piece.isEmpty { break }
        size += piece.count
        sum = piece.withUnsafeBufferPointer { crc32_z(sum, $0.baseAddress, $0.count) }
      }
    } catch {
      throw .sourceUnreadable(path: path, reason: error.reason)
    }
    self.size = size
    checksum = Int(sum)
  }

  static func == (a: Self, b: Self) -> Bool {
    a.role == b.role && a.size == b.size && a.checksum == b.checksum
  }
  func hash(into hasher: inout Hasher) {
    hasher.combine(role)
    hasher.combine(size)
    hasher.combine(checksum)
  }
}

/// What a gazetteer was made from, as it stands in the file.
struct SourceList: Codable {
  var sources: [SourceFingerprint]
  var selection: String

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(self)
  }

  init(sources: [SourceFingerprint], selection: String) {
    self.sources = sources
    self.selection = selection
  }

  /// Nil when a damaged file does not say.
  init?(_ data: GazetteerData) {
    guard let list = try? JSONDecoder().decode(SourceList.self, from: Data(data.sources)) else { return nil }
    self = list
  }
}

/// What an existing gazetteer says it was made from; nil when it cannot be used as it is.
struct StoredSources {
  var base: Set<SourceFingerprint>
  var extracts: Set<SourceFingerprint>
  var selection: String

  init?(at path: String) {
    guard let data = try? GazetteerData(path: path) else { return nil }
    self.init(data)
  }

  init?(_ data: GazetteerData) {
    guard let list = SourceList(data) else { return nil }
    extracts = Set(list.sources.filter { $0.role == "extract" })
    base = Set(list.sources.filter { $0.role != "extract" })
    selection = list.selection
  }
}
