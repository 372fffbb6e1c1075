import CRM
import Foundation
import Geo

/// A partner as audit rows keep it: the fields of its `Codable` form that hold something, written straight
/// into bytes. The general encoder takes a fifth of an import's time for the same text.
enum PartnerJSON {
  typealias Field = (key: StaticString, json: [UInt8])

  static func object(_ fields: [Field]) -> String {
    var out = JSONBytes()
    out.object { out in
      for field in fields { out.raw(field.key, field.json) }
    }
    return out.text
  }

  /// The fields that differ, as they were and as they are.
  static func difference(_ a: Partner, _ b: Partner) -> (before: String, after: String) {
    let (x, y) = (fields(of: a), fields(of: b))
    func differing(_ one: [Field], from other: [Field]) -> [Field] {
      one.filter { field in
        !other.contains { $0.key.description == field.key.description && $0.json == field.json }
      }
    }
    return (object(differing(x, from: y)), object(differing(y, from: x)))
  }

  static func fields(of p: Partner) -> [Field] {
    var result: [Field] = []
    func add(_ key: StaticString, _ write: (inout JSONBytes) -> Void) {
      var out = JSONBytes()
      write(&out)
      result.append((key, out.bytes))
    }
    add("id") { $0.string(p.id.description) }
    add("kind") { $0.string(p.kind.rawValue) }
    add("name") { $0.string(p.name) }
    add("status") { $0.string(p.status.rawValue) }
    if let user = p.responsible { add("responsible") { $0.string(user.description) } }
    if !p.tags.isEmpty { add("tags") { $0.array(p.tags) { $0.string($1) } } }
    if let days = p.callIntervalDays { add("callIntervalDays") { $0.int(days) } }
    if let hours = p.openingHours {
      add("openingHours") {
        $0.object { out in
          out.key("days")
          out.array(hours.days) { $0.array($1) { write($1, to: &$0) } }
          out.string("text", hours.text)
        }
      }
    }
    if let length = p.visitLength { add("visitLength") { $0.int(length.value) } }
    if let number = p.registrationNumber { add("registrationNumber") { $0.string(number) } }
    if let ban = p.doNotVisit {
      add("doNotVisit") {
        $0.object { out in
          if let until = ban.until { out.string("until", until.description) }
          out.string("reason", ban.reason)
        }
      }
    }
    if !p.note.isEmpty { add("note") { $0.string(p.note) } }
    if !p.contactPoints.isEmpty {
      add("contactPoints") { $0.array(p.contactPoints) { write($1, to: &$0) } }
    }
    if !p.people.isEmpty { add("people") { $0.array(p.people) { write($1, to: &$0) } } }
    if !p.addresses.isEmpty { add("addresses") { $0.array(p.addresses) { write($1, to: &$0) } } }
    if !p.externalReferences.isEmpty {
      add("externalReferences") { $0.array(p.externalReferences) { write($1, to: &$0) } }
    }
    if let location = p.location { add("location") { write(location, to: &$0) } }
    if let visit = p.lastVisit { add("lastVisit") { $0.int(Int(visit.milliseconds)) } }
    add("version") { $0.int(p.version) }
    return result
  }

  static func text(_ result: GeocodeResult) -> String {
    var out = JSONBytes()
    write(result, to: &out)
    return out.text
  }

  private static func write(_ window: OpeningHours.Window, to out: inout JSONBytes) {
    out.object {
      $0.int("start", window.start)
      $0.int("end", window.end)
    }
  }

  private static func write(_ point: ContactPoint, to out: inout JSONBytes) {
    out.object {
      $0.string("kind", point.kind.rawValue)
      $0.string("value", point.value)
      $0.string("normalised", point.normalised)
      $0.string("label", point.label)
    }
  }

  private static func write(_ person: ContactPerson, to out: inout JSONBytes) {
    out.object {
      $0.string("id", person.id.description)
      $0.string("name", person.name)
      $0.string("position", person.position)
      $0.key("contactPoints")
      $0.array(person.contactPoints) { write($1, to: &$0) }
    }
  }

  private static func write(_ address: Address, to out: inout JSONBytes) {
    out.object {
      $0.string("type", address.type.rawValue)
      $0.string("text", address.text)
      $0.key("components")
      $0.object {
        let parts = address.components
        if let value = parts.country { $0.string("country", value) }
        if let value = parts.region { $0.string("region", value) }
        if let value = parts.regionCode { $0.string("regionCode", value) }
        if let value = parts.district { $0.string("district", value) }
        if let value = parts.city { $0.string("city", value) }
        if let value = parts.street { $0.string("street", value) }
        if let value = parts.house { $0.string("house", value) }
        if let value = parts.postcode { $0.string("postcode", value) }
      }
    }
  }

  private static func write(_ reference: ExternalReference, to out: inout JSONBytes) {
    out.object {
      $0.string("system", reference.system)
      $0.string("key", reference.key)
      if let version = reference.version { $0.string("version", version) }
    }
  }

  private static func write(_ result: GeocodeResult, to out: inout JSONBytes) {
    out.object {
      $0.key("coordinate")
      $0.object {
        $0.double("latitude", result.coordinate.latitude)
        $0.double("longitude", result.coordinate.longitude)
      }
      $0.string("level", result.level.rawValue)
      $0.double("score", result.score)
      $0.string("provider", result.provider)
      $0.string("query", result.query)
      $0.string("label", result.label)
      $0.int("at", Int(result.at.milliseconds))
      $0.bool("manual", result.manual)
      $0.bool("stale", result.stale)
    }
  }
}

/// Writes JSON (RFC 8259) piece by piece.
struct JSONBytes {
  private(set) var bytes: [UInt8] = []

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func object(_ body: (inout JSONBytes) -> Void) {
    comma()
    bytes.append(UInt8(ascii: "{"))
    body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func array<T>(_ items: [T], _ body: (inout JSONBytes, T) -> Void) {
    comma()
    bytes.append(UInt8(ascii: "["))
    for item in items { body(&self, item) }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func key(_ key: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func raw(_ key: StaticString, _ json: [UInt8]) {
    self.key(key)
    bytes += json
  }

  mutating func string(_ key: StaticString, _ value: String) {
    self.key(key)
    string(value)
  }
  mutating func int(_ key: StaticString, _ value: Int) {
    self.key(key)
    int(value)
  }
  mutating func double(_ key: StaticString, _ value: Double) {
    self.key(key)
    bytes += value.description.utf8
  }
  mutating func bool(_ key: StaticString, _ value: Bool) {
    self.key(key)
    bytes += (value ? "true" : "false").utf8
  }

  mutating func int(_ value: Int) {
    comma()
    bytes += value.description.utf8
  }

  mutating func string(_ value: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes += "\\u00".utf8
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// A comma, unless this is the first thing in its container or the value of a key.
  private mutating func comma() {
    guard let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "["),
      last != UInt8(ascii: ":")
    else { return }
    bytes.append(UInt8(ascii: ","))
  }
}
