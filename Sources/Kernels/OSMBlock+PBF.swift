extension OSMBlock {
  /// Decodes one uncompressed PrimitiveBlock of the PBF format
  /// (https://wiki.openstreetmap.org/wiki/PBF_Format). Bounds, string indexes and coordinates are checked.
  /// Objects of other kinds than `kinds` are passed over.
  public init(
    primitiveBlock bytes: UnsafeBufferPointer<UInt8>, kinds: OSMKinds = .all
  ) throws(OSMFault) {
    self.init()
    var groups: [(Int, Int)] = []
    var tables: [(Int, Int)] = []
    var scale = Scale()
    var cursor = ProtobufCursor(bytes)
    while !cursor.isAtEnd {
      let (number, wire) = try cursor.field()
      switch (number, wire) {
      case (1, 2):
        let table = try cursor.nested()
        tables.append((table.position, table.end))
      case (2, 2):
        let group = try cursor.nested()
        groups.append((group.position, group.end))
      case (17, 0): scale.granularity = Int64(bitPattern: try cursor.varint())
      case (19, 0): scale.latitudeOffset = Int64(bitPattern: try cursor.varint())
      case (20, 0): scale.longitudeOffset = Int64(bitPattern: try cursor.varint())
      default: try cursor.skip(wire: wire)
      }
    }
    for (start, end) in groups {
      contents.formUnion(try Self.contents(of: ProtobufCursor(bytes, from: start, to: end)))
    }
    guard !contents.isDisjoint(with: kinds) else { return }
    for (start, end) in tables {
      var table = ProtobufCursor(bytes, from: start, to: end)
      stringBytes.reserveCapacity(stringBytes.count + end - start)
      while !table.isAtEnd {
        let (field, wire) = try table.field()
        guard field == 1, wire == 2 else {
          try table.skip(wire: wire)
          continue
        }
        _ = addString(try table.nested().rest)
      }
    }
    for (start, end) in groups {
      var group = ProtobufCursor(bytes, from: start, to: end)
      while !group.isAtEnd {
        let (number, wire) = try group.field()
        guard wire == 2 else {
          try group.skip(wire: wire)
          continue
        }
        let value = try group.nested()
        switch number {
        case 1 where kinds.contains(.nodes): try addNode(value, scale)
        case 2 where kinds.contains(.nodes): try addDenseNodes(value, scale)
        case 3 where kinds.contains(.ways): try addWay(value)
        case 4 where kinds.contains(.relations): try addRelation(value)
        default: break
        }
      }
    }
  }

  private static func contents(of group: ProtobufCursor) throws(OSMFault) -> OSMKinds {
    var group = group
    var kinds: OSMKinds = []
    while !group.isAtEnd {
      let (number, wire) = try group.field()
      try group.skip(wire: wire)
      switch (number, wire) {
      case (1, 2), (2, 2): kinds.insert(.nodes)
      case (3, 2): kinds.insert(.ways)
      case (4, 2): kinds.insert(.relations)
      default: break
      }
    }
    return kinds
  }

  private struct Scale {
    var granularity: Int64 = 100
    var latitudeOffset: Int64 = 0
    var longitudeOffset: Int64 = 0

    /// Nanodegrees to units of 1e-7 degrees, nil when outside of `limit` degrees.
    @inline(__always)
    func apply(_ value: Int64, _ offset: Int64, limit: Int64) -> Int32? {
      let (product, over) = value.multipliedReportingOverflow(by: granularity)
      let (sum, over2) = product.addingReportingOverflow(offset)
      guard !over, !over2, sum >= -limit * 1_000_000_000, sum <= limit * 1_000_000_000 else { return nil }
      return Int32((sum + (sum >= 0 ? 50 : -50)) / 100)
    }
  }

  @inline(__always)
  private func checked(_ index: UInt64, _ cursor: ProtobufCursor) throws(OSMFault) -> Int32 {
    guard index < UInt64(stringCount) else { throw cursor.fault("string index out of range") }
    return Int32(index)
  }

  private mutating func push(
    node id: Int64, _ latitude: Int64, _ longitude: Int64, _ scale: Scale, _ cursor: ProtobufCursor
  ) throws(OSMFault) {
    guard let lat = scale.apply(latitude, scale.latitudeOffset, limit: 90),
      let lon = scale.apply(longitude, scale.longitudeOffset, limit: 180)
    else { throw cursor.fault("coordinate of node \(id) out of range") }
    nodeIDs.append(id)
    nodeLatitudes.append(lat)
    nodeLongitudes.append(lon)
  }

  private mutating func addDenseNodes(_ message: ProtobufCursor, _ scale: Scale) throws(OSMFault) {
    var message = message
    let none = ProtobufCursor(message.bytes, from: message.end, to: message.end)
    var (ids, latitudes, longitudes, tags) = (none, none, none, none)
    while !message.isAtEnd {
      let (number, wire) = try message.field()
      guard wire == 2 else {
        try message.skip(wire: wire)
        continue
      }
      let value = try message.nested()
      switch number {
      case 1: ids = value
      case 8: latitudes = value
      case 9: longitudes = value
      case 10: tags = value
      default: break
      }
    }
    var (id, latitude, longitude): (Int64, Int64, Int64) = (0, 0, 0)
    while !ids.isAtEnd {
      id &+= try ids.signed()
      latitude &+= try latitudes.signed()
      longitude &+= try longitudes.signed()
      try push(node: id, latitude, longitude, scale, ids)
      while !tags.isAtEnd {
        let key = try tags.varint()
        if key == 0 { break }
        nodeTagKeys.append(try checked(key, tags))
        nodeTagValues.append(try checked(try tags.varint(), tags))
      }
      nodeTagStarts.append(Int32(nodeTagKeys.count))
    }
  }

  private mutating func addNode(_ message: ProtobufCursor, _ scale: Scale) throws(OSMFault) {
    var message = message
    var (id, latitude, longitude): (Int64, Int64, Int64) = (0, 0, 0)
    var (keys, values): ([Int32], [Int32]) = ([], [])
    while !message.isAtEnd {
      let (number, wire) = try message.field()
      switch (number, wire) {
      case (1, 0): id = try message.signed()
      case (8, 0): latitude = try message.signed()
      case (9, 0): longitude = try message.signed()
      case (2, 2): try indexes(message.nested(), into: &keys)
      case (3, 2): try indexes(message.nested(), into: &values)
      default: try message.skip(wire: wire)
      }
    }
    guard keys.count == values.count else { throw message.fault("tags of node \(id) are uneven") }
    nodeTagKeys.append(contentsOf: keys)
    nodeTagValues.append(contentsOf: values)
    try push(node: id, latitude, longitude, scale, message)
    nodeTagStarts.append(Int32(nodeTagKeys.count))
  }

  private func indexes(_ packed: ProtobufCursor, into output: inout [Int32]) throws(OSMFault) {
    var packed = packed
    while !packed.isAtEnd { output.append(try checked(try packed.varint(), packed)) }
  }

  private mutating func addWay(_ message: ProtobufCursor) throws(OSMFault) {
    var message = message
    var id: Int64 = 0
    while !message.isAtEnd {
      let (number, wire) = try message.field()
      switch (number, wire) {
      case (1, 0): id = Int64(bitPattern: try message.varint())
      case (2, 2):
        var packed = try message.nested()
        while !packed.isAtEnd { wayTagKeys.append(try checked(try packed.varint(), packed)) }
      case (3, 2):
        var packed = try message.nested()
        while !packed.isAtEnd { wayTagValues.append(try checked(try packed.varint(), packed)) }
      case (8, 2):
        var packed = try message.nested()
        var reference: Int64 = 0
        while !packed.isAtEnd {
          reference &+= try packed.signed()
          wayReferences.append(reference)
        }
      default: try message.skip(wire: wire)
      }
    }
    guard wayTagKeys.count == wayTagValues.count else { throw message.fault("tags of way \(id) are uneven") }
    wayIDs.append(id)
    wayReferenceStarts.append(Int32(wayReferences.count))
    wayTagStarts.append(Int32(wayTagKeys.count))
  }

  private mutating func addRelation(_ message: ProtobufCursor) throws(OSMFault) {
    var message = message
    var id: Int64 = 0
    var (keys, values, roles): ([Int32], [Int32], [Int32]) = ([], [], [])
    var references: [Int64] = []
    var kinds: [UInt8] = []
    while !message.isAtEnd {
      let (number, wire) = try message.field()
      switch (number, wire) {
      case (1, 0): id = Int64(bitPattern: try message.varint())
      case (2, 2): try indexes(message.nested(), into: &keys)
      case (3, 2): try indexes(message.nested(), into: &values)
      case (8, 2): try indexes(message.nested(), into: &roles)
      case (9, 2):
        var packed = try message.nested()
        var reference: Int64 = 0
        while !packed.isAtEnd {
          reference &+= try packed.signed()
          references.append(reference)
        }
      case (10, 2):
        var packed = try message.nested()
        while !packed.isAtEnd {
          let kind = try packed.varint()
          guard kind <= 2 else { throw packed.fault("unknown kind of member in relation \(id)") }
          kinds.append(UInt8(kind))
        }
      default: try message.skip(wire: wire)
      }
    }
    guard keys.count == values.count, roles.count == references.count, kinds.count == references.count
    else { throw message.fault("tags or members of relation \(id) are uneven") }
    relationTagKeys.append(contentsOf: keys)
    relationTagValues.append(contentsOf: values)
    memberRoles.append(contentsOf: roles)
    memberReferences.append(contentsOf: references)
    memberKinds.append(contentsOf: kinds)
    relationIDs.append(id)
    relationMemberStarts.append(Int32(memberReferences.count))
    relationTagStarts.append(Int32(relationTagKeys.count))
  }
}
