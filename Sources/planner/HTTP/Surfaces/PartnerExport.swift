import CRM
import Exchange
import Foundation
import Geo
import Store

/// The partners that somebody may see, or of them those that were chosen, as one file, made while it is sent: memory does not grow with their number, and
/// no snapshot is held for longer than it takes to read some hundred of them, so that the journal of the database can be
/// emptied meanwhile. Whoever stops reading stops the making.
actor PartnerExport {
  enum Format: String, Sendable, CaseIterable {
    case geojson, csv

    var contentType: String {
      switch self {
      case .geojson: "application/geo+json"
      case .csv: "text/csv; charset=utf-8"
      }
    }
  }

  /// Partners of one read.
  static let batch = 500

  private enum Writer {
    case geojson(PartnersGeoJSON)
    case csv(PartnersCSV)
  }

  /// What the writers hand over until it is sent.
  private final class Outlet: @unchecked Sendable {
    var bytes: [UInt8] = []
  }

  private let read: StoreReading
  private let scope: RecordScope
  private let chosen: ChosenPartners?
  private let outlet = Outlet()
  private var writer: Writer
  private var after: Int64?
  private var hasEnded = false

  /// - Parameter chosen: only these; nil for everybody.
  init(_ format: Format, read: StoreReading, scope: RecordScope, among chosen: ChosenPartners? = nil) throws {
    (self.read, self.scope, self.chosen) = (read, scope, chosen)
    let outlet = outlet
    let sink: ([UInt8]) -> Void = { outlet.bytes += $0 }
    switch format {
    case .geojson: writer = .geojson(PartnersGeoJSON(sink: sink))
    case .csv: writer = .csv(try PartnersCSV(byteOrderMark: true, sink: sink))
    }
  }

  /// The next piece; nil behind the last.
  func next() async throws -> [UInt8]? {
    while outlet.bytes.isEmpty, !hasEnded { try await readOn() }
    guard !outlet.bytes.isEmpty else { return nil }
    defer { outlet.bytes.removeAll(keepingCapacity: true) }
    return outlet.bytes
  }

  private func readOn() async throws {
    let (scope, after, chosen) = (scope, after, chosen)
    let inFull = if case .csv = writer { true } else { false }
    let batch = try await read {
      try $0.partners(after: after, limit: Self.batch, scope: scope, among: chosen, inFull: inFull)
    }
    self.after = batch.next
    hasEnded = batch.next == nil
    switch writer {
    case .geojson(var one):
      for summary in batch.summaries { try one.write(summary) }
      if hasEnded { try one.finish() }
      writer = .geojson(one)
    case .csv(var one):
      let logins = Dictionary(batch.summaries.map { ($0.id, $0.responsible) }) { first, _ in first }
      for partner in batch.partners { try one.write(partner, responsible: logins[partner.id] ?? nil) }
      if hasEnded { try one.finish() }
      writer = .csv(one)
    }
  }
}
