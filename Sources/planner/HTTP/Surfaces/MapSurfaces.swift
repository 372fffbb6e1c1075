import Foundation
import Hummingbird
import Store

/// What map viewers, geocoders' clients, calendars and other programs read.
struct MapSurfaces: Sendable {
  private let services: Services
  /// Folder of the packed layers of the world; found by ``ProgramFiles`` when nil.
  var basemap: URL?

  init(_ services: Services) { self.services = services }

  func addRoutes(to table: RouteTable, renderer: PageRenderer) {
    let isOpen = services.settings.openSurfaces
    let now = services.now
    let read = StoreReading(database: services.database, threads: services.threads)
    OGCController(
      service: OGCService(read: read, renderer: renderer, now: now), isOpen: isOpen,
      publicURL: services.settings.publicURL
    ).addRoutes(to: table)
    let sources = TileSources(
      basemap: basemap ?? ProgramFiles.basemap(), extracts: TownBasemap.extracts(in: ProgramFiles.extracts()))
    TileController(
      service: TileService(read: read, sources: sources, now: now), isOpen: isOpen,
      publicURL: services.settings.publicURL
    ).addRoutes(to: table)
    PhotonController(
      service: PhotonService(gazetteer: services.gazetteer), isOpen: isOpen, threads: services.threads
    ).addRoutes(to: table)
    CalendarController(service: CalendarService(read: read, now: now)).addRoutes(to: table)
    ExportController(read: read, services: services).addRoutes(to: table)
  }
}
