import CRM
import Foundation
import Geo

@testable import planner

/// A hand-made trip of two days with every state a stop can have, and partners left out.
enum SampleTrip {
  static let id = TripID("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")!
  static let zone = "Europe/Minsk"
  static let hostileName = "<img src=x onerror=alert(1)> \"\u{301}'`=&amp; Вояж"

  private struct Town {
    var name: String
    var latitude: Double
    var longitude: Double
    var address: String
    var phone: String?
  }

  private static let towns: [[Town]] = [
    [
      Town(
        name: "Агентство «Неман»", latitude: 53.9, longitude: 25.3, address: "г. Лида, ул. Советская, 8",
        phone: "+375 154 52-11-22"),
      Town(
        name: "Туристическая компания «Новогрудские дали» — выездной отдел по работе с партнёрами",
        latitude: 53.6, longitude: 25.82, address: "г. Новогрудок, пл. Ленина, 3", phone: "8 (01597) 2-33-44"),
      Town(
        name: "Отель Slonim", latitude: 53.09, longitude: 25.32, address: "г. Слоним, ул. Красноармейская, 2",
        phone: nil),
      Town(
        name: "Волковыск-тур", latitude: 53.16, longitude: 24.46, address: "г. Волковыск, ул. Ленина, 15",
        phone: "доб. 12"),
    ],
    [
      Town(
        name: "Brest Travel Sp. z o.o.", latitude: 52.1, longitude: 23.7, address: "г. Брест, ул. Гоголя, 9",
        phone: "+375 162 20-10-10"),
      Town(
        name: hostileName, latitude: 52.21, longitude: 24.36, address: "г. Кобрин, пл. Свободы, 1",
        phone: "+375291112233"),
      Town(
        name: "Пинские озёра", latitude: 52.12, longitude: 26.07, address: "г. Пинск, ул. Ленина, 4",
        phone: "+375 165 35-00-00"),
    ],
  ]
  private static let minsk = Coordinate(trustedLatitude: 53.9, longitude: 27.56)

  static let view: TripView = {
    let firstDay = LocalDate(year: 2026, month: 12, day: 14)!
    let timeZone = TimeZone(identifier: zone)!
    var partners: [PartnerID: PartnerSummary] = [:]
    var days: [TripDay] = []
    var items: [ChecklistItem] = []
    for (index, list) in towns.enumerated() {
      let date = firstDay.adding(days: index)
      func at(_ minutes: Int) -> Date { date.instant(secondsAfterMidnight: minutes * 60, in: timeZone) }
      var stops: [Stop] = []
      var legs: [Leg] = []
      var here = minsk
      for (offset, town) in list.enumerated() {
        let place = Coordinate(trustedLatitude: town.latitude, longitude: town.longitude)
        let partner = PartnerID(UUID(uuidString: "0190a1b2-0000-7000-8000-0000000000\(index)\(offset)")!)
        let stop = StopID(UUID(uuidString: "0190a1b2-0000-7000-9000-0000000000\(index)\(offset)")!)
        let arrival = 600 + offset * 100
        let state: Stop.VisitState =
          index > 0 ? .planned : offset == 0 ? .completed : offset == 1 ? .skipped : .planned
        stops.append(
          Stop(
            id: stop, partner: partner, name: town.name, coordinate: place, arrival: at(arrival),
            serviceStart: at(arrival + (offset == 2 ? 20 : 0)), departure: at(arrival + 50), visit: state,
            outcome: state == .completed ? "Взяли каталог, ждут цены" : ""))
        legs.append(
          Leg(
            metres: Metres(kilometres: 72.5), seconds: Seconds(minutes: 55),
            geometry: LineString([here, place]), source: .greatCircle))
        partners[partner] = PartnerSummary(
          id: partner, name: town.name, kind: .agency, status: .active, address: town.address,
          phone: town.phone, coordinate: place, level: offset == 3 ? .locality : .house)
        items.append(
          ChecklistItem(
            title: town.name, state: state == .completed ? .done : state == .skipped ? .skipped : .open,
            outcome: "", stop: stop))
        here = place
      }
      if index == towns.count - 1 {
        legs.append(
          Leg(
            metres: Metres(kilometres: 290), seconds: Seconds(minutes: 215),
            geometry: LineString([here, minsk]), source: .greatCircle))
      }
      days.append(
        TripDay(date: date, start: at(540), end: at(1080), stops: stops, legs: legs, lunch: at(780)))
    }
    let far = PartnerID(UUID(uuidString: "0190a1b2-0000-7000-8000-000000000091")!)
    let unknown = PartnerID(UUID(uuidString: "0190a1b2-0000-7000-8000-000000000092")!)
    let trip = Trip(
      id: id, title: "Брест и Гродно", start: Place(label: "Минск", coordinate: minsk),
      end: Place(label: "Минск", coordinate: minsk), timeZone: zone, days: days,
      unassigned: [
        UnassignedStop(
          partner: far, name: "Ивье-тур", coordinate: Coordinate(trustedLatitude: 53.93, longitude: 25.77),
          reason: .tooFar,
          detail:
            "even alone on 2026-06-01: 6 h 10 min of driving and 520 km; the day drives 1 h 10 min too long"),
        UnassignedStop(
          partner: unknown, name: "Без адреса", coordinate: nil, reason: .noCoordinates,
          detail: "\"ул. Ненайденная\" was not found"),
      ],
      matrix: .greatCircle, metres: Metres(kilometres: 797.5), seconds: Seconds(minutes: 600),
      lowerBoundSeconds: Seconds(minutes: 580), givenOrderSeconds: Seconds(minutes: 780))
    return TripView(
      trip: trip, task: TripTask(title: trip.title, trip: id, checklist: items), partners: partners,
      responsible: "Анна Ковальчук")
  }()

  /// A plain FeatureCollection of the legs: what the page's map draws.
  static func geoJSON(_ trip: Trip) -> Data {
    let features = trip.days.enumerated().flatMap { index, day in
      day.legs.map { leg in
        let points = leg.geometry.points.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",")
        return
          #"{"type":"Feature","properties":{"stroke":"\#(DayColour.ofDay(index).hex)"},"geometry":{"type":"LineString","coordinates":[\#(points)]}}"#
      }
    }
    return Data(#"{"type":"FeatureCollection","features":[\#(features.joined(separator: ","))]}"#.utf8)
  }

  static let head = TripHead(
    id: id, title: view.trip.title, days: 2, stops: 7)

  /// A library with this one trip.
  static let library = TripLibrary(
    heads: { _ in [head] }, view: { wanted, _ in wanted == id ? view : nil },
    file: { wanted, form, _ in
      wanted == id ? form == .geojson ? geoJSON(view.trip) : Data(form.rawValue.utf8) : nil
    },
    check: {})
}
