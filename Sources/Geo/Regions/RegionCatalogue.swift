import Foundation

/// Builds the regions from the open data files.
public enum RegionCatalogue {
  /// The files, each as it lies on disk (gzip is recognised by its first bytes).
  public struct Sources: Sendable {
    /// `regions/admin1_world.geojson.gz`
    public var admin1: Data
    /// `regions/countries_world.geojson.gz`
    public var countries: Data
    /// `tables/subdivision_names.tsv`
    public var subdivisionNames: Data
    /// `gazetteer/subdivisions.tsv.gz`
    public var subdivisions: Data
    /// `gazetteer/places_*.tsv.gz`, for polygons whose code no table gives.
    public var places: [Data]
    /// `regions/region_names.tsv`, names that the other tables lack.
    public var regionNames: Data?

    public init(
      admin1: Data, countries: Data, subdivisionNames: Data, subdivisions: Data, places: [Data],
      regionNames: Data? = nil
    ) {
      self.admin1 = admin1
      self.countries = countries
      self.subdivisionNames = subdivisionNames
      self.subdivisions = subdivisions
      self.places = places
      self.regionNames = regionNames
    }
  }

  /// All countries and subdivisions, ordered by code.
  public static func build(
    _ sources: Sources, overrides: [RegionOverride] = []
  ) throws -> [Region] {
    []
  }
}
