import CSQLite
import CZlib
import Foundation

/// Makes `gazetteer.sqlite` from open data. The file is derived: it is never edited, only made anew beside the
/// old one and put in its place by rename, so that readers see the old or the new file and nothing between.
public enum GazetteerBuilder {
  /// Grows with each change of the file's layout or of the folding of names.
  public static let schemaVersion = 2

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
    try replace(path, copying: false) { writer in
      progress?("subdivisions")
      if let file = sources.subdivisions {
        try writer.loadSubdivisions(file, names: sources.subdivisionNames, countries: sources.countries)
      }
      progress?("places")
      try writer.loadPlaces(sources.places, countries: sources.countries)
      try writer.writeKeys()
      try writer.derive()
      if let file = sources.airports {
        progress?("airports")
        try writer.loadAirports(file, countries: sources.countries)
      }
      for extract in sources.extracts {
        progress?((extract as NSString).lastPathComponent)
        try ExtractLoader(writer).load(extract)
      }
      try record(base + extracts, selection: selection, in: writer)
    }
    return try report(of: path, reused: false)
  }

  /// Adds the addresses, streets and places of an OpenStreetMap extract to the gazetteer at `path`: into a copy
  /// that then takes its place. An extract that is in there already (by content) changes nothing.
  /// - Throws: ``GazetteerError``, ``OSMError``; the old file stays in that case.
  @discardableResult
  public static func addExtract(
    _ extract: String, to path: String, progress: ((String) -> Void)? = nil
  ) throws -> GazetteerReport {
    let fingerprint = try SourceFingerprint(extract, role: "extract")
    _ = try Gazetteer(path: path)
    if let stored = StoredSources(at: path), stored.extracts.contains(fingerprint) {
      return try report(of: path, reused: true)
    }
    try replace(path, copying: true) { writer in
      progress?((extract as NSString).lastPathComponent)
      try ExtractLoader(writer).load(extract)
      try record([fingerprint], selection: nil, in: writer)
    }
    return try report(of: path, reused: false)
  }

  private static func baseFiles(_ sources: GazetteerSources) -> [(path: String, role: String)] {
    sources.places.map { ($0, "places") }
      + [
        (sources.subdivisions, "subdivisions"), (sources.subdivisionNames, "names"),
        (sources.airports, "airports"),
      ].compactMap { path, role in path.map { ($0, role) } }
  }

  /// Runs `body` on a new file beside `path` and renames it into place.
  private static func replace(
    _ path: String, copying: Bool, _ body: (GazetteerWriter) throws -> Void
  ) throws {
    let temporary =
      path + ".\(ProcessInfo.processInfo.processIdentifier).\(UInt32.random(in: 0...UInt32.max)).new"
    let files = FileManager.default
    defer { try? files.removeItem(atPath: temporary) }
    do {
      let folder = (path as NSString).deletingLastPathComponent
      if !folder.isEmpty {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
      }
      if copying { try files.copyItem(atPath: path, toPath: temporary) }
      let writer = try GazetteerWriter(creatingAt: temporary, copied: copying)
      try body(writer)
      try writer.finish()
    } catch let error as any CodedError {
      throw error
    } catch let error as SQLiteFault {
      throw GazetteerError.cannotWrite(path: path, reason: error.message)
    } catch {
      throw GazetteerError.cannotWrite(path: path, reason: SystemReason.text(of: error))
    }
    guard rename(temporary, path) == 0 else {
      throw GazetteerError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private static func record(
    _ sources: [SourceFingerprint], selection: String?, in writer: GazetteerWriter
  ) throws(SQLiteFault) {
    let insert = try writer.file.prepare("INSERT OR REPLACE INTO source VALUES (?,?,?,?,?)")
    for source in sources {
      insert.bind(0, source.role)
      insert.bind(1, source.name)
      insert.bind(2, source.size)
      insert.bind(3, source.checksum)
      insert.bind(4, source.path)
      try insert.run()
    }
    guard let selection else { return }
    let meta = try writer.file.prepare("INSERT OR REPLACE INTO meta VALUES ('countries', ?)")
    meta.bind(0, selection)
    try meta.run()
  }

  /// What the gazetteer at `path` holds.
  /// - Throws: ``GazetteerError``
  public static func report(of path: String) throws(GazetteerError) -> GazetteerReport {
    try report(of: path, reused: true)
  }

  private static func report(of path: String, reused: Bool) throws(GazetteerError) -> GazetteerReport {
    do throws(SQLiteFault) {
      let file = try SQLiteFile(path, writable: false)
      return GazetteerReport(
        path: path, places: try file.number("SELECT count(*) FROM place"),
        names: try file.number("SELECT count(*) FROM name_key"),
        subdivisions: try file.number("SELECT count(*) FROM subdivision"),
        airports: try file.number("SELECT count(*) FROM airport"),
        streets: try file.number("SELECT count(*) FROM street"),
        addresses: try file.number("SELECT count(*) FROM house WHERE listed"), reused: reused)
    } catch {
      throw .unreadable(path: path, reason: error.message)
    }
  }
}

/// A source file by its content; where it lay does not matter for equality.
struct SourceFingerprint: Hashable {
  var role: String
  var name: String
  var size: Int
  /// CRC-32 of the bytes.
  var checksum: Int
  var path: String

  init(_ path: String, role: String) throws(GazetteerError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw .sourceUnreadable(path: path, reason: SystemReason.text(of: error))
    }
    self.role = role
    self.path = path
    name = (path as NSString).lastPathComponent
    size = data.count
    checksum = data.withUnsafeBytes { raw in
      Int(crc32_z(0, raw.bindMemory(to: UInt8.self).baseAddress, raw.count))
    }
  }

  init(role: String, name: String, size: Int, checksum: Int, path: String) {
    self.role = role
    self.name = name
    self.size = size
    self.checksum = checksum
    self.path = path
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

/// What an existing gazetteer says it was made from; nil when it cannot be used as it is.
struct StoredSources {
  var base: Set<SourceFingerprint> = []
  var extracts: Set<SourceFingerprint> = []
  var selection = ""

  init?(at path: String) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do throws(SQLiteFault) {
      let file = try SQLiteFile(path, writable: false)
      guard try file.number("PRAGMA user_version") == GazetteerBuilder.schemaVersion,
        try file.number("PRAGMA application_id") == GazetteerSchema.applicationID
      else { return nil }
      let rows = try file.prepare("SELECT role, name, size, crc, path FROM source")
      while try rows.step() {
        let source = SourceFingerprint(
          role: rows.text(0), name: rows.text(1), size: rows.int(2), checksum: rows.int(3),
          path: rows.text(4))
        if source.role == "extract" { extracts.insert(source) } else { base.insert(source) }
      }
      let meta = try file.prepare("SELECT value FROM meta WHERE key = 'countries'")
      if try meta.step() { selection = meta.text(0) }
    } catch {
      return nil
    }
  }
}
