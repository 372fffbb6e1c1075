/// The precious file: one SpatiaLite database with everything the business knows.
///
/// Conventions. Instants are stored as whole milliseconds since 1970 UTC, days as `YYYY-MM-DD`, lengths in
/// metres, durations in seconds. Coordinates are WGS 84 (EPSG:4326), latitude first in Swift. Identifiers are
/// UUIDv7 outside, 16-byte blobs with an integer row id beside them inside. All SQL of the project stands in
/// this module, and no type of the database library shows in its public interface.
///
/// Start at ``Database``; ``ReadAccess`` lists what can be asked, ``Writer`` what can be changed.
import Foundation
