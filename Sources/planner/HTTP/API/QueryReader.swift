import CRM
import Foundation
import Geo
import Hummingbird

/// The query parameters of a request that knows no others than these.
struct QueryReader: Sendable {
  private let values: [String: [String]]

  /// - Throws: ``APIError/unknownParameter(_:known:)``.
  init(_ request: Request, known: [String]) throws {
    var values: [String: [String]] = [:]
    for (name, value) in request.uri.queryParameters {
      guard known.contains(String(name)) else { throw APIError.unknownParameter(String(name), known: known) }
      values[String(name), default: []].append(String(value))
    }
    self.values = values
  }

  /// A parameter that stands once at most.
  func text(_ name: String, limit: Int = 200) throws -> String? {
    guard let all = values[name], let value = all.first else { return nil }
    guard all.count == 1 else {
      throw APIError.badParameter(name, detail: "it stands \(all.count) times", hint: "give it once")
    }
    guard value.unicodeScalars.count <= limit else {
      throw APIError.badParameter(
        name, detail: "it is longer than \(limit) characters", hint: "give less")
    }
    guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw APIError.badParameter(name, detail: "it holds a control character", hint: "leave it out")
    }
    return value
  }

  /// Texts separated by commas.
  func list(_ name: String, limit: Int = 50) throws -> [String]? {
    guard let text = try text(name, limit: 1000) else { return nil }
    let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    guard (1...limit).contains(parts.count) else {
      throw APIError.badParameter(
        name, detail: "\(parts.count) values", hint: "give 1 to \(limit), separated by commas")
    }
    return parts
  }

  func integer(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
    try value(name, range, of: "whole number")
  }

  func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double? {
    try value(name, range, of: "number")
  }

  private func value<N: LosslessStringConvertible & Comparable>(
    _ name: String, _ range: ClosedRange<N>, of kind: String
  ) throws -> N? {
    guard let text = try text(name) else { return nil }
    guard let number = N(text), range.contains(number) else {
      throw APIError.badParameter(
        name, detail: "\"\(text)\" is no \(kind) from \(range.lowerBound) to \(range.upperBound)",
        hint: "give \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ name: String) throws -> Bool? {
    guard let text = try text(name) else { return nil }
    guard let flag = ["true": true, "false": false][text] else {
      throw APIError.badParameter(
        name, detail: "\"\(text)\" is not true or false", hint: "give true or false")
    }
    return flag
  }

  func choices<E: RawRepresentable & CaseIterable>(_ name: String, _ type: E.Type = E.self) throws -> [E]?
  where E.RawValue == String {
    let names = E.allCases.map(\.rawValue).joined(separator: ", ")
    return try list(name)?.map { text in
      guard let found = E(rawValue: text) else {
        throw APIError.badParameter(
          name, detail: "\"\(text)\" is none of: \(names)", hint: "give some of: \(names)")
      }
      return found
    }
  }

  func date(_ name: String) throws -> LocalDate? {
    guard let text = try text(name) else { return nil }
    guard let date = LocalDate(text) else {
      throw APIError.badParameter(name, detail: "\"\(text)\" is no date", hint: "write 2026-06-01")
    }
    return date
  }

  func instant(_ name: String) throws -> Date? {
    guard let text = try text(name) else { return nil }
    guard let instant = Instant.parse(text) else {
      throw APIError.badParameter(
        name, detail: "\"\(text)\" is no instant", hint: "write 2026-06-01T09:30:00Z")
    }
    return instant
  }

  /// An instant of something that has happened; the clocks of two computers may be five minutes apart.
  func past(_ name: String, _ now: Date) throws -> Date? {
    guard let at = try instant(name) else { return nil }
    guard at <= now.addingTimeInterval(300) else {
      throw APIError.badParameter(name, detail: "it lies in the future", hint: "give when it was")
    }
    return at
  }

  func id<E>(_ name: String, _ type: Identifier<E>.Type = Identifier<E>.self) throws -> Identifier<E>? {
    guard let text = try text(name) else { return nil }
    guard let id = Identifier<E>(text) else {
      throw APIError.badParameter(
        name, detail: "\"\(text)\" is no identifier", hint: "give its 36 characters")
    }
    return id
  }

  /// `LAT,LON`.
  func coordinate(_ name: String) throws -> Coordinate? {
    guard let text = try text(name) else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    guard parts.count == 2, let latitude = parts[0], let longitude = parts[1],
      let coordinate = try? Coordinate(latitude: latitude, longitude: longitude)
    else {
      throw APIError.badParameter(
        name, detail: "\"\(text)\" is no position", hint: "write LATITUDE,LONGITUDE: 53.9,27.56")
    }
    return coordinate
  }
}
