import Hummingbird
import Store

/// What map viewers and other programs read of one database.
struct MapSurfaces: Sendable {
  let database: Database
  /// Read without signing in, by pages of other origins too.
  var isOpen = false

  func addRoutes(to router: Router<PageContext>, renderer: PageRenderer) throws {
    let read = StoreReading(database: database)
    OGCController(service: OGCService(read: read, renderer: renderer), isOpen: isOpen).addRoutes(to: router)
  }
}
