import Foundation
import Geo
import Hummingbird
import Store

/// What map viewers and other programs read of one database.
struct MapSurfaces: Sendable {
  let database: Database
  /// What Photon's addresses are answered from; nil where none was built.
  var gazetteer: Gazetteer?
  /// Read without signing in, by pages of other origins too.
  var isOpen = false
  /// Folder of the packed layers of the world; found by ``ProgramFiles`` when nil.
  var basemap: URL?

  func addRoutes(to router: Router<PageContext>, renderer: PageRenderer) throws {
    let read = StoreReading(database: database)
    OGCController(service: OGCService(read: read, renderer: renderer), isOpen: isOpen).addRoutes(to: router)
    PhotonController(service: PhotonService(gazetteer: gazetteer), isOpen: isOpen).addRoutes(to: router)
    CalendarController(service: CalendarService(read: read)).addRoutes(to: router)
    ExportController(read: read).addRoutes(to: router)
    let sources = TileSources(
      basemap: basemap ?? ProgramFiles.basemap(), extracts: TownBasemap.extracts(in: ProgramFiles.extracts()))
    TileController(service: TileService(read: read, sources: sources), isOpen: isOpen).addRoutes(to: router)
  }
}
