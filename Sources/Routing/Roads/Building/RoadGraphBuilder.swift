import Foundation
import Geo

/// Makes a road graph of OpenStreetMap extracts.
public enum RoadGraphBuilder {
  /// What is going on, for progress; the last is given with the finished file.
  public enum Stage: String, Sendable, CaseIterable {
    case reading, cutting, expanding, contracting, writing
  }

  /// A connected part with fewer segments is small: a stop is rather put on a road of a larger one near by.
  static let smallPart = 500

  /// Each thread has four bytes for every turn vertex, and with more of them the part that one does alone prevails.
  public static let mostThreads = 16

  /// Reads the extracts and writes the graph as a new file at `output`, which replaces what is there when all is done.
  ///
  /// Several extracts become one network: a way or restriction that is in more than one is taken once.
  /// - Returns: what the graph says about itself.
  /// - Throws: ``OSMError``, ``RoadBuildError``
  @discardableResult
  public static func build(
    from paths: [String], profile: RoadProfile, output: String,
    threads: Int = min(ProcessInfo.processInfo.activeProcessorCount, mostThreads),
    progress: (Stage) -> Void = { _ in }
  ) throws -> RoadGraphMeta {
    progress(.reading)
    let draft = try RoadReading.draft(of: paths, profile: profile)
    let sources = try paths.map { path in
      let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
      return RoadGraphMeta.Source(
        name: URL(fileURLWithPath: path).lastPathComponent, bytes: size,
        timestamp: try OSMReader(path: path).header().timestamp)
    }
    return try build(
      consume draft, sources: sources, paths: paths, profile: profile, output: output, threads: threads,
      progress: progress)
  }

  /// The same from what has been read.
  static func build(
    _ draft: consuming RoadDraft, sources: [RoadGraphMeta.Source] = [], paths: [String] = [],
    profile: RoadProfile, output: String, threads: Int, progress: (Stage) -> Void = { _ in }
  ) throws -> RoadGraphMeta {
    // The file has 16 bits for it; told now and not when the long part is done.
    guard draft.kinds.count <= Int(UInt16.max) else {
      throw RoadBuildError.tooLarge(what: "\(draft.kinds.count) kinds of roads")
    }
    progress(.cutting)
    var draft = draft
    var segments = RoadSegments(&draft)
    guard !segments.segments.isEmpty else {
      throw RoadBuildError.noRoads(paths: paths, profile: profile.name)
    }
    RoadComponents.markIslands(draft, &segments)
    progress(.expanding)
    var expansion = TurnExpansion(draft, segments, profile)
    let ways = draft.ways.count
    // The hierarchy takes most memory of all: what only the steps before it need is given back.
    draft.ways = []
    draft.nodes = []
    draft.rules = [:]
    segments.waySegments = []
    let places = RoadComponents.places(expansion, segments)
    progress(.contracting)
    let contraction = Contraction(
      ContractionGraph(starts: expansion.starts, arcs: expansion.arcs) {
        let edge = Int(expansion.edges[$0])
        return (segments.weight(edge) - segments.milliseconds(edge), segments.segments[edge >> 1].decimetres)
      }, threads: threads)
    progress(.writing)
    var writer = RoadGraphWriter(
      ways: ways, draft: &draft, segments: &segments, expansion: &expansion, contraction: contraction,
      places: places)
    return try writer.write(to: output, profile: profile, sources: sources)
  }
}
