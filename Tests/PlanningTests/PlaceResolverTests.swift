import CRM
import Geo
import Planning
import Testing

/// A provider that knows one answer, or none.
struct Stub: GeocodingProvider {
  let name = "stub"
  var candidates: [GeocodeCandidate] = []
  var failure: (any CodedError)?

  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
    if let failure { throw failure }
    return candidates
  }
}

@Suite("A start or an end as people type it")
struct PlaceResolverTests {
  let hotel = partner("Гостиница", at: Towns.brest, number: 7)
  let homeless = partner("Без адреса", at: nil, number: 8)

  func resolver(_ candidates: [GeocodeCandidate] = []) -> PlaceResolver {
    PlaceResolver(
      geocoder: Stub(candidates: candidates),
      partner: { id in [hotel, homeless].first { $0.id == id } })
  }

  func candidate(_ label: String, _ level: GeocodeLevel, score: Double = 0.9) -> GeocodeCandidate {
    GeocodeCandidate(
      label: label, level: level, score: score, coordinate: Towns.grodno, components: .init(),
      provider: "gazetteer")
  }

  @Test("coordinates are taken as they are, latitude first")
  func coordinates() async throws {
    let place = try await resolver().resolve(" 53.9, 27.5667 ", role: .start)
    #expect(place.coordinate == Towns.minsk)
    #expect(place.label == "53.9, 27.5667")
  }

  @Test("a latitude of 127 is refused with the coordinate's own code")
  func outOfRange() async {
    await #expect(throws: CoordinateError.latitudeOutOfRange(127, longitude: 27)) {
      try await resolver().resolve("127,27", role: .start)
    }
    await #expect(throws: CoordinateError.self) { try await resolver().resolve("nan,27", role: .start) }
  }

  @Test("partner:ID is the partner's place")
  func partnerPlace() async throws {
    let place = try await resolver().resolve("partner:\(hotel.id)", role: .start)
    #expect(place == Place(label: "Гостиница", coordinate: Towns.brest))
  }

  @Test("an unknown partner and one without coordinates are told apart")
  func partnerFailures() async {
    await #expect(throws: PlanningError.partnerUnknown("x")) {
      try await resolver().resolve("partner:x", role: .start)
    }
    await #expect(throws: PlanningError.partnerNotLocated(name: "Без адреса")) {
      try await resolver().resolve("partner:\(homeless.id)", role: .end)
    }
  }

  @Test("an address is the geocoder's best candidate")
  func address() async throws {
    let place = try await resolver([
      candidate("Гродно, ул. Ожешко 1", .house), candidate("Гродно", .locality),
    ])
    .resolve("Гродно Ожешко 1", role: .start)
    #expect(place == Place(label: "Гродно, ул. Ожешко 1", coordinate: Towns.grodno))
  }

  @Test("what is not found is a coded error with near names, and names its role")
  func notFound() async {
    let wanted = PlanningError.placeNotFound(role: "end", text: "Гроднна", suggestions: ["Гродно"])
    await #expect(throws: wanted) {
      try await resolver([candidate("Гродно", .locality, score: 0.3)]).resolve("Гроднна", role: .end)
    }
    #expect(wanted.code == "plan.end.notFound")
    #expect(wanted.hint == "did you mean Гродно?")
  }

  @Test("a whole region is no place to start from")
  func region() async {
    let wanted = PlanningError.placeIsRegion(
      role: "start", text: "Гродненская область", label: "Гродненская область")
    #expect(wanted.code == "plan.start.isRegion")
    await #expect(throws: wanted) {
      try await resolver([candidate("Гродненская область", .region)]).resolve(
        "Гродненская область", role: .start)
    }
  }

  @Test("what the provider throws is not taken for an address that is not there")
  func failingProvider() async {
    let resolver = PlaceResolver(
      geocoder: Stub(failure: PlanningError.timeZone("down")), partner: { _ in nil })
    await #expect(throws: PlanningError.timeZone("down")) {
      try await resolver.resolve("Гродно", role: .start)
    }
  }

  @Test("several places that fit equally well are choices with coordinates, unless they are one place")
  func ambiguous() async throws {
    func birch(_ region: String, _ place: Coordinate, score: Double, level: GeocodeLevel = .locality)
      -> GeocodeCandidate
    {
      GeocodeCandidate(
        label: "Берёзовка, \(region)", level: level, score: score, coordinate: place, components: .init(),
        provider: "gazetteer")
    }
    let first = birch("Гродненская", Towns.lida, score: 0.70)
    let wanted = PlanningError.placeAmbiguous(
      role: "start", text: "Берёзовка",
      choices: ["Берёзовка, Гродненская (53.8833, 25.2997)", "Берёзовка, Брестская (52.1229, 26.0951)"])
    await #expect(throws: wanted) {
      try await resolver([
        first, birch("Брестская", Towns.pinsk, score: 0.62), birch("Минская", Towns.minsk, score: 0.55),
      ]).resolve("Берёзовка", role: .start)
    }
    #expect(wanted.code == "plan.start.ambiguous" && wanted.choices.count == 2)
    #expect(wanted.hint.contains("(52.1229, 26.0951)"))
    // Clearly better, near by, or a candidate of another level: no question.
    let near = Coordinate(trustedLatitude: Towns.lida.latitude + 0.01, longitude: Towns.lida.longitude)
    for other in [
      birch("Брестская", Towns.pinsk, score: 0.59), birch("Гродненская", near, score: 0.70),
      birch("улица", Towns.pinsk, score: 0.69, level: .street),
    ] {
      let found = try await resolver([first, other]).resolve("Берёзовка", role: .start)
      #expect(found.coordinate == Towns.lida)
    }
  }

  @Test("nothing but blanks is refused")
  func empty() async {
    await #expect(throws: PlanningError.placeEmpty(role: "start")) {
      try await resolver().resolve(" \n", role: .start)
    }
  }
}
