import Foundation
import TestSupport
import Testing

@testable import Geo

func at(_ latitude: Double, _ longitude: Double) -> Coordinate {
  Coordinate(trustedLatitude: latitude, longitude: longitude)
}

@Suite("Geodesy")
struct GeodesyTests {
  @Test("distances agree with published geodesics to the millimetre")
  func distances() {
    // T. Vincenty's test line Flinders Peak - Buninyong on WGS 84's neighbour GRS 80: the published
    // 54 972.271 m differ from WGS 84 by less than a millimetre.
    let flinders = at(-(37 + 57 / 60.0 + 3.72030 / 3600), 144 + 25 / 60.0 + 29.52440 / 3600)
    let buninyong = at(-(37 + 39 / 60.0 + 10.15610 / 3600), 143 + 55 / 60.0 + 35.38390 / 3600)
    #expect(abs(Geodesy.distance(flinders, buninyong).value - 54972.271) < 0.001)
    // C. F. F. Karney (2013), table 2: JFK - LHR.
    let jfk = at(40.6, -73.8)
    let lhr = at(51.6, -0.5)
    #expect(abs(Geodesy.distance(jfk, lhr).value - 5_551_759.400) < 0.001)
    #expect(abs(Geodesy.distance(at(90, 0), at(-90, 77)).value - Geodesy.longestDistance.value) < 1e-6)
    #expect(Geodesy.distance(jfk, jfk) == .zero)
  }

  @Test("going somewhere and measuring back are inverse, across the 180th meridian too")
  func directAndInverse() {
    var dice = SplitMix(seed: 1)
    for _ in 0..<300 {
      let start = at(dice.between(-89, 89), dice.between(-180, 180))
      let distance = Metres(dice.between(1, 9_000_000))
      let azimuth = dice.between(-180, 180)
      let end = Geodesy.destination(from: start, azimuthDegrees: azimuth, distance: distance)
      #expect(abs(Geodesy.distance(start, end).value - distance.value) < 1e-5)
    }
    let east = Geodesy.destination(from: at(65, 179.9), azimuthDegrees: 90, distance: Metres(20_000))
    #expect(east.longitude < -179)
  }

  @Test("the ground of one degree at the equator, of a hole in it, and of the whole of Belarus' rectangle")
  func areas() {
    let ring = [at(0, 0), at(0, 1), at(1, 1), at(1, 0), at(0, 0)]
    let area = Geodesy.area(MultiPolygon([Polygon(outer: ring)]))
    // Zone of one degree of latitude and longitude: 12 308.778 km² between geodesics' parallels, a little more.
    #expect(abs(area.squareKilometres - 12_309) < 2)
    let hole = [at(0.25, 0.25), at(0.75, 0.25), at(0.75, 0.75), at(0.25, 0.75), at(0.25, 0.25)]
    let holed = Geodesy.area(MultiPolygon([Polygon(outer: ring.reversed(), holes: [hole])]))
    #expect(abs(holed.squareKilometres / area.squareKilometres - 0.75) < 0.001)
    #expect(Geodesy.area(MultiPolygon([])) == .zero)
  }

  // MARK: Boxes around circles

  @Test("every point of a circle lies in its box, and the box is no wider than the circle")
  func circleBoxes() {
    var dice = SplitMix(seed: 2)
    for round in 0..<400 {
      let latitude = round % 4 == 0 ? dice.between(80, 90) * (round % 8 == 0 ? 1 : -1) : dice.between(-80, 80)
      let longitude = round % 3 == 0 ? (round % 2 == 0 ? 179.9 : -179.9) : dice.between(-180, 180)
      let center = at(latitude, longitude)
      let radius = Metres(pow(10, dice.between(0, 6.7)))
      let box = Geodesy.boundingBox(around: center, radius: radius)
      #expect(box.contains(center))
      var touched = (north: false, south: false, side: false)
      var missed: [Coordinate] = []
      for step in 0..<720 {
        let rim = Geodesy.destination(from: center, azimuthDegrees: Double(step) / 2, distance: radius)
        if !box.contains(rim) { missed.append(rim) }
        if abs(rim.latitude - box.north) < 1e-6 || box.north == 90 { touched.north = true }
        if abs(rim.latitude - box.south) < 1e-6 || box.south == -90 { touched.south = true }
      }
      #expect(missed.isEmpty, "\(center) \(radius) \(box)")
      touched.side = box.west == -180 && box.east == 180
      if !touched.side {
        // Some point of the rim comes within a hundredth of the half width of the eastern side.
        let half = (box.east - box.west + (box.east < box.west ? 360 : 0)) / 2
        let reach =
          (0..<720).map { step -> Double in
            let rim = Geodesy.destination(from: center, azimuthDegrees: Double(step) / 2, distance: radius)
            return abs((rim.longitude - center.longitude).remainder(dividingBy: 360))
          }.max() ?? 0
        touched.side = reach > half * 0.98 - 1e-6
      }
      #expect(touched.north && touched.south && touched.side, "\(center) \(radius) \(box)")
    }
  }

  @Test("a circle that holds a pole has all longitudes; one that crosses the 180th meridian has west > east")
  func poleAndAntimeridian() {
    let pole = Geodesy.boundingBox(around: at(89.5, 10), radius: Metres(kilometres: 100))
    #expect(pole.north == 90 && pole.west == -180 && pole.east == 180)
    #expect(pole.contains(at(89.9, -170)))
    #expect(!pole.contains(at(88, 10)))
    let date = Geodesy.boundingBox(around: at(65, 179.5), radius: Metres(kilometres: 100))
    #expect(date.west > date.east)
    #expect(date.contains(at(65, -179.5)) && date.contains(at(65, 178.5)) && !date.contains(at(65, 0)))
    let world = Geodesy.boundingBox(around: at(0, 0), radius: Metres(30_000_000))
    #expect(world == BoundingBox(south: -90, west: -180, north: 90, east: 180))
    let point = Geodesy.boundingBox(around: at(53, 27), radius: .zero)
    #expect(point.contains(at(53, 27)))
  }

  // MARK: Corridors

  /// The slow truth: the nearest of many points along each geodesic, refined by golden section.
  private func slowDistance(_ p: Coordinate, _ line: LineString) -> Double {
    var best = Double.infinity
    for (a, b) in zip(line.points, line.points.dropFirst()) {
      let length = Geodesy.distance(a, b).value
      let azimuth = Geodesy.azimuth(from: a, to: b)
      func d(_ t: Double) -> Double {
        Geodesy.distance(
          p, Geodesy.destination(from: a, azimuthDegrees: azimuth, distance: Metres(length * t))
        ).value
      }
      let n = 40
      let nearest = (0...n).min { d(Double($0) / Double(n)) < d(Double($1) / Double(n)) } ?? 0
      var (low, high) = (max(0, Double(nearest - 1) / Double(n)), min(1, Double(nearest + 1) / Double(n)))
      for _ in 0..<60 {
        let (m1, m2) = (low + (high - low) * 0.382, low + (high - low) * 0.618)
        if d(m1) < d(m2) { high = m2 } else { low = m1 }
      }
      best = min(best, d((low + high) / 2), d(0), d(1))
    }
    return best
  }

  @Test("the distance to a line is that of a slow search along its geodesics")
  func lineDistance() {
    var dice = SplitMix(seed: 3)
    for round in 0..<120 {
      let origin = at(dice.between(-75, 75), round % 4 == 0 ? 179.8 : dice.between(-170, 170))
      var points = [origin]
      for _ in 0..<(1 + Int(dice.between(0, 5))) {
        points.append(
          Geodesy.destination(
            from: points.last!, azimuthDegrees: dice.between(-180, 180),
            distance: Metres(dice.between(100, 150_000))))
      }
      let line = LineString(points)
      let p = Geodesy.destination(
        from: origin, azimuthDegrees: dice.between(-180, 180), distance: Metres(dice.between(0, 200_000)))
      let got = Geodesy.distance(from: p, to: line).value
      let expected = slowDistance(p, line)
      #expect(abs(got - expected) < 0.01 + expected * 1e-7, "\(p) \(line)")
    }
  }

  @Test("a corridor holds exactly the points within its distance, and its box holds them all")
  func corridor() throws {
    // The road M1 from Brest to Minsk, roughly.
    let line = LineString([at(52.0975, 23.7341), at(52.6, 25.2), at(53.13, 26.02), at(53.9045, 27.5615)])
    let corridor = Corridor(line, distance: Metres(kilometres: 15))
    let box = try #require(corridor.boundingBox)
    var dice = SplitMix(seed: 4)
    var inside = 0
    for _ in 0..<2000 {
      let p = at(dice.between(51.5, 54.5), dice.between(23, 28.5))
      let expected = Geodesy.distance(from: p, to: line) <= corridor.distance
      #expect(corridor.contains(p) == expected)
      if expected {
        inside += 1
        #expect(box.contains(p))
      }
    }
    #expect(inside > 100)
    // Most of the doubt is within metres of the rim, where the sphere would judge wrong.
    for _ in 0..<600 {
      let k = Int(dice.between(0, 3))
      let (a, b) = (line.points[k], line.points[k + 1])
      let along = Geodesy.azimuth(from: a, to: b)
      let on = Geodesy.destination(
        from: a, azimuthDegrees: along, distance: Geodesy.distance(a, b) * dice.unit())
      let p = Geodesy.destination(
        from: on, azimuthDegrees: along + (dice.unit() < 0.5 ? 90 : -90),
        distance: Metres(dice.between(14_950, 15_050)))
      #expect(corridor.contains(p) == (Geodesy.distance(from: p, to: line) <= corridor.distance))
    }
    #expect(Corridor(LineString([]), distance: Metres(1)).boundingBox == nil)
    #expect(!Corridor(LineString([]), distance: Metres(1)).contains(at(0, 0)))
    #expect(Corridor(LineString([at(1, 1)]), distance: Metres(10)).contains(at(1, 1)))
  }

  @Test("a corridor across the 180th meridian and one near the pole keep their points in the box")
  func corridorBoxes() throws {
    var dice = SplitMix(seed: 5)
    for line in [
      LineString([at(64, 177), at(66, -178)]), LineString([at(64, -178), at(66, 177), at(60, 179)]),
      LineString([at(85, 0), at(88, 120)]), LineString([at(70, 20), at(70, 60)]),
    ] {
      let corridor = Corridor(line, distance: Metres(kilometres: 50))
      let box = try #require(corridor.boundingBox)
      for (a, b) in zip(line.points, line.points.dropFirst()) {
        let length = Geodesy.distance(a, b)
        for _ in 0..<200 {
          let on = Geodesy.destination(
            from: a, azimuthDegrees: Geodesy.azimuth(from: a, to: b), distance: length * dice.unit())
          let p = Geodesy.destination(
            from: on, azimuthDegrees: dice.between(-180, 180), distance: Metres(49_999) * dice.unit())
          #expect(corridor.contains(p))
          #expect(box.contains(p), "\(p) \(box)")
        }
      }
    }
  }
}
