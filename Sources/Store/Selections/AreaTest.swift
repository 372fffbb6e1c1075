import CRM
import Foundation
import Geo

/// An exact question about one point, with the boxes outside which the answer is no.
enum AreaTest {
  case polygons([PreparedPolygon])
  case circle(center: Coordinate, radius: Metres, box: BoundingBox)
  case corridor(Geo.Corridor)
  indirect case any([AreaTest])

  @inline(__always) func contains(_ c: Coordinate) -> Bool {
    switch self {
    case .polygons(let polygons):
      for polygon in polygons where polygon.contains(c) { return true }
      return false
    case .circle(let center, let radius, let box):
      return box.contains(c) && Geodesy.distance(center, c) <= radius
    case .corridor(let corridor): return corridor.contains(c)
    case .any(let areas): return Self.contained(c, in: areas)
    }
  }

  private static func contained(_ c: Coordinate, in areas: [AreaTest]) -> Bool {
    for area in areas where area.contains(c) { return true }
    return false
  }

  /// Boxes that do not cross the 180th meridian and together hold the area.
  var boxes: [BoundingBox] {
    var boxes: [BoundingBox] = []
    switch self {
    case .polygons(let polygons): boxes = polygons.compactMap(\.boundingBox)
    case .circle(_, _, let box): boxes = [box]
    case .corridor(let corridor): boxes = corridor.boundingBox.map { [$0] } ?? []
    case .any(let areas): return areas.flatMap(\.boxes)
    }
    return boxes.flatMap { box -> [BoundingBox] in
      guard box.west > box.east else { return [box] }
      return [
        BoundingBox(south: box.south, west: box.west, north: box.north, east: 180),
        BoundingBox(south: box.south, west: -180, north: box.north, east: box.east),
      ]
    }
  }

  /// Square degrees of its boxes: how much of the R*Tree a search has to visit.
  var extent: Double {
    boxes.reduce(0) { $0 + ($1.north - $1.south) * ($1.east - $1.west) }
  }
}
