import Foundation
import Geo
import Store

/// The resources of the feature service as pages for people.
struct OGCPages {
  let request: OGCRequest
  private var language: Language { request.language }
  private var words: MapPhrases { language.phrases.maps }

  private func page(_ title: String, _ trail: [(String, String)] = []) -> DataPage {
    var page = DataPage(title: title)
    page.trail = ([(words.serviceTitle, "")] + trail).map { .init(name: $0.0, address: request.link($0.1)) }
    return page
  }

  private func json(_ path: String, type: String = "JSON") -> DataPage.Link {
    .init(name: type, address: request.link(path, [("f", "json")]))
  }

  func landing() -> DataPage {
    var page = DataPage(title: words.serviceTitle)
    page.text = [words.serviceText]
    page.links = FeatureSource.all.map { source in
      let text = words.collection(source.name)
      return .init(
        name: text.title, address: request.link("/collections/\(source.name)"), note: text.text)
    }
    page.facts = [
      .init(name: words.connect, value: request.root)
    ]
    page.files = [
      .init(name: words.collections, address: request.link("/collections")),
      .init(name: words.definition, address: request.link("/api")),
      .init(name: words.conformance, address: request.link("/conformance")), json(""),
    ]
    return page
  }

  func conformance() -> DataPage {
    var page = self.page(words.conformance)
    page.links = OGCDocuments.classes.map { .init(name: $0, address: $0) }
    page.files = [json("/conformance")]
    return page
  }

  func definition() -> DataPage {
    var page = self.page(words.definition)
    page.text = [words.definitionText]
    page.table = .init(
      head: [words.address, words.parameters],
      rows: [["/", "f"], ["/conformance", "f"], ["/collections", "f"], ["/collections/{id}", "f"]].map(
        DataPage.plain)
        + [
          DataPage.plain(["/collections/{id}/queryables", "f"]),
          DataPage.plain(["/collections/{id}/sortables", "f"]),
          DataPage.plain([
            "/collections/{id}/items",
            "bbox, bbox-crs, crs, datetime, limit, cursor, sortby, properties, f, \(words.eachProperty)",
          ]), DataPage.plain(["/collections/{id}/items/{featureId}", "crs, properties, f"]),
        ])
    page.files = [json("/api", type: "OpenAPI")]
    return page
  }

  func collections() -> DataPage {
    var page = self.page(words.collections)
    page.links = FeatureSource.all.map { source in
      let text = words.collection(source.name)
      return .init(
        name: text.title, address: request.link("/collections/\(source.name)"), note: text.text)
    }
    page.files = [json("/collections")]
    return page
  }

  func collection(_ source: FeatureSource, _ extent: FeatureExtent?) -> DataPage {
    let path = "/collections/\(source.name)"
    let text = words.collection(source.name)
    var page = self.page(text.title, [(words.collections, "/collections")])
    page.text = [text.text]
    page.links = [
      .init(name: words.browse, address: request.link(path + "/items")),
      .init(name: words.properties, address: request.link(path + "/queryables")),
      .init(name: words.sortables, address: request.link(path + "/sortables")),
    ]
    if let box = extent?.box {
      func degrees(_ value: Double) -> String { language.decimal(value, places: 3) }
      page.facts.append(
        .init(
          name: words.extent,
          value:
            "\(degrees(box.south))° … \(degrees(box.north))°, \(degrees(box.west))° … \(degrees(box.east))°"))
    }
    if let time = extent?.time {
      page.facts.append(
        .init(
          name: words.time,
          value: [time.first, time.last].map { $0.map { FeatureInstant.write($0) } ?? "…" }.joined(
            separator: " – ")))
    }
    page.facts.append(
      .init(
        name: words.systems,
        value: ReferenceSystem.all.map { $0.epsg.map { "EPSG:\($0)" } ?? "CRS84" }.joined(separator: ", ")))
    page.files = [
      json(path), .init(name: "GeoJSON", address: request.link(path + "/items", [("f", "json")])),
    ]
    return page
  }

  func queryables(_ source: FeatureSource) -> DataPage {
    listing("queryables", words.properties, words.propertiesText(source.name), source, source.properties)
  }

  func sortables(_ source: FeatureSource) -> DataPage {
    listing("sortables", words.sortables, words.sortablesText(source.name), source, source.sortables)
  }

  private func listing(
    _ name: String, _ title: String, _ text: String, _ source: FeatureSource, _ properties: [FeatureProperty]
  ) -> DataPage {
    let path = "/collections/\(source.name)"
    var page = self.page(
      title, [(words.collections, "/collections"), (words.collection(source.name).title, path)])
    page.text = [text]
    page.table = .init(
      head: [words.property, words.meaning, words.values],
      rows: properties.map { property in
        DataPage.plain([
          property.name, words.property(property.label),
          property.values?.joined(separator: ", ") ?? words.kind(property.kind),
        ])
      })
    page.files = [json(path + "/" + name)]
    return page
  }

  func items(
    _ source: FeatureSource, _ rows: [FeatureRow], _ links: OGCPageLinks, matched: Int
  ) -> DataPage {
    let path = "/collections/\(source.name)"
    let title = words.collection(source.name).title
    var page = self.page(title, [(words.collections, "/collections"), (title, path)])
    page.text = [words.shown(language.phrases.grouped(rows.count), language.phrases.grouped(matched))]
    // What is empty, or denied, on the whole page needs no column.
    let said = source.properties.indices.filter { index in
      rows.contains { ![.null, .string(""), .bool(false)].contains($0.properties[index].value) }
    }
    let shown = said.prefix(7)
    page.table = .init(
      head: shown.map { words.property(source.properties[$0].label) },
      rows: rows.map { row in
        shown.enumerated().map { place, index in
          let text = self.text(row.properties[index].value, source.properties[index])
          return place > 0
            ? .init(text: text)
            : .init(
              text: text.isEmpty ? row.id : text,
              address: request.link("\(path)/items/\(OGCRequest.encode(row.id))", [("f", "html")]))
        }
      })
    page.previous = links.previous
    page.next = links.next
    let others = request.query.filter { $0.name != "f" }.map { ($0.name, $0.value) }
    page.files = [
      .init(name: "GeoJSON", address: request.link(path + "/items", others + [("f", "json")]))
    ]
    return page
  }

  func feature(_ source: FeatureSource, _ row: FeatureRow) -> DataPage {
    let path = "/collections/\(source.name)"
    let title = words.collection(source.name).title
    // In the reader's language where there is one for it.
    let own: [String] = language.code == "ru" ? ["nameRu", "regionNameRu"] : []
    let name = (own + ["name", "title", "regionName", "code"]).lazy.compactMap { wanted in
      row.properties.first { $0.name == wanted }?.value.text
    }.first
    var page = self.page(
      name ?? row.id, [(words.collections, "/collections"), (title, path), (words.browse, path + "/items")])
    page.facts = zip(row.properties, source.properties).compactMap { member, property in
      let text = self.text(member.value, property)
      return text.isEmpty ? nil : .init(name: words.property(property.label), value: text)
    }
    page.facts.append(.init(name: words.identifier, value: row.id))
    if case .point(let place) = row.geometry {
      page.facts.append(.init(name: words.place, value: "\(place.latitude), \(place.longitude)"))
    } else if row.geometry == nil {
      page.facts.append(.init(name: words.place, value: words.nowhere))
    }
    let item = "\(path)/items/\(OGCRequest.encode(row.id))"
    page.files = [.init(name: "GeoJSON", address: request.link(item, [("f", "json")]))]
    return page
  }

  private func text(_ value: JSONValue, _ property: FeatureProperty) -> String {
    switch value {
    case .null: ""
    case .bool(let flag): flag ? words.yes : words.no
    case .int(let number):
      property.name == "seconds"
        ? language.duration(Seconds(number)) : language.phrases.grouped(number)
    case .double(let number):
      property.name == "metres"
        ? language.distance(Metres(number)) : language.decimal(number, places: 2)
    case .string(let text): words.value(text, of: property.name, in: language)
    case .array, .object, .written: ""
    }
  }
}
