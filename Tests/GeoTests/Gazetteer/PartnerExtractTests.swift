import Foundation
import Testing

@testable import Geo

@Suite struct PartnerExtractTests {
  private let town = GazetteerFixture.data + "/osm/neubrandenburg.osm.pbf"

  private func shipped(_ name: String) throws -> String {
    try String(contentsOfFile: GazetteerFixture.data + "/samples/" + name, encoding: .utf8)
  }

  @Test("the shipped lists are what the commands make today")
  func same() throws {
    #expect(
      try PartnerExtract.csv(PartnerExtract.rows(ofExtract: town)) == shipped("neubrandenburg_partners.csv"))
    #expect(try SampleAgencies.csv() == shipped("brest_grodno_partners.csv"))
  }

  @Test("each row has a name, an address with a number, a kind and the key of its object; no coordinates")
  func rows() throws {
    let rows = try PartnerExtract.rows(ofExtract: town)
    #expect(rows.count >= 20)
    #expect(
      Set(rows.map(\.category)).isSuperset(of: ["hotel", "guest_house", "hostel", "museum", "travel_agency"]))
    #expect(Set(rows.map(\.kind)).isSubset(of: ["hotel", "agency", "supplier"]))
    #expect(Set(rows.map(\.addressSource)) == ["own", "building", "nearest"])
    #expect(Set(rows.map(\.osmID)).count == rows.count)
    for row in rows {
      #expect(!row.name.isEmpty)
      #expect(row.address.contains { $0.isNumber })
      #expect(row.country == "DE")
      #expect(row.osmID.contains("/"))
    }
    #expect(try !shipped("neubrandenburg_partners.csv").contains("53.5"))
  }

  @Test("every partner of the town is placed to the house from its text alone, close to where it is mapped")
  func located() throws {
    let gazetteer = try GazetteerFixture.shared.get()
    var positions: [String: Coordinate] = [:]
    func isWanted(_ tags: [String: String]) -> Bool {
      tags["name"] != nil && (tags["tourism"] != nil || tags["shop"] != nil)
    }
    try OSMFeatureScan.scan(town, wanted: isWanted) { positions[$0.id] = $0.coordinate }
    for row in try PartnerExtract.rows(ofExtract: town) {
      let found = try #require(gazetteer.geocode(GeocodeQuery(row.address, country: "DE")).first)
      #expect(found.level == .house, "\(row.address)")
      let truth = try #require(positions[row.osmID])
      #expect(GreatCircle.metres(found.coordinate, truth) < 150, "\(row.name), \(row.address)")
    }
  }

  @Test("fields with commas, quotes and line breaks are quoted")
  func quoting() {
    #expect(
      CSVText.table(["a", "b"], [["x, y", "say \"hi\"\u{301}"], ["", "1\n2"]])
        == "a,b\r\n\"x, y\",\"say \"\"hi\"\"\u{301}\"\r\n,\"1\n2\"\r\n")
  }
}
