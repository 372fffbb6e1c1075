import Foundation

/// Makes `gazetteer.sqlite` from open data. The file is derived: it is never edited, only made anew beside the
/// old one and put in its place by rename, so that readers see the old or the new file and nothing between.
public enum GazetteerBuilder {
  /// Grows with each change of the file's layout or of the folding of names.
  public static let schemaVersion = 1

  /// Builds the gazetteer at `path`, or keeps the file there when it was made from equal sources (compared by
  /// content) by this version. `progress` is told what is being done.
  /// - Throws: ``GazetteerError``; `OSMError` for a damaged extract. The old file stays in that case.
  @discardableResult
  public static func build(
    _ sources: GazetteerSources, at path: String, force: Bool = false,
    progress: ((String) -> Void)? = nil
  ) throws -> GazetteerReport {
    throw GazetteerError.cannotWrite(path: path, reason: "no writer")
  }

  /// Adds the addresses, streets and places of an OpenStreetMap extract to the gazetteer at `path`: into a copy
  /// that then takes its place. An extract that is in there already (by content) changes nothing.
  /// - Throws: ``GazetteerError``, ``OSMError``; the old file stays in that case.
  @discardableResult
  public static func addExtract(
    _ extract: String, to path: String, progress: ((String) -> Void)? = nil
  ) throws -> GazetteerReport {
    throw GazetteerError.cannotWrite(path: path, reason: "no writer")
  }
}
